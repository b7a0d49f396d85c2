"""Adverse events made ready for counting: coded, tied to their subjects, treatment-emergent or not.

An event of a subject who is not in ADSL, or a treatment-emergent one of a subject outside the population,
stops the analysis: it is never counted and never dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from trialwright.analysis.comparison import BETWEEN_GROUPS, Comparison
from trialwright.analysis.counting import Lines
from trialwright.analysis.event_codes import CodedEvents, code_events, encode
from trialwright.analysis.key_sets import record_keys
from trialwright.analysis.populations import SAFETY, AnalysisSet, Subjects, subjects_in
from trialwright.datasets.findings import Finding
from trialwright.errors import Problem, TrialwrightError

NOT_CODED = "Not coded"
NO_TERM = "Term missing"
NAMED = 20  # subjects that one message names before it only counts the rest


class StrangerError(TrialwrightError):
    """An adverse event belongs to nobody who is analysed."""


@dataclass(frozen=True, slots=True, eq=False)
class SafetyEvents:
    """ADSL and ADAE with their codes:

    ``events`` are the treatment-emergent ones, ``emergent`` says so by row of ADAE; ``kept`` says by row
    which events the analysis is about.
    """

    adae: pl.DataFrame
    subjects: Subjects
    events: CodedEvents
    subject_rows: np.ndarray
    emergent: np.ndarray
    kept: np.ndarray
    comparison: Comparison = BETWEEN_GROUPS
    findings: tuple[Finding, ...] = field(default=())

    def every_event(self) -> Lines:
        """All events of the population in one cell, treatment-emergent or not."""
        inside = np.flatnonzero(self.kept & (self.subjects.group_of[self.subject_rows] >= 0))
        return Lines(np.zeros(len(inside), dtype=np.int32), self.subject_rows[inside], inside)

    def keys(self) -> pl.Series:
        """The name of each event:

        ``USUBJID|AESEQ``, or ``USUBJID|row 17`` where AESEQ does not tell events apart.
        """
        return record_keys(self.adae, "AESEQ")


def prepare_safety_events(
    adsl: pl.DataFrame,
    adae: pl.DataFrame,
    analysis_set: AnalysisSet = SAFETY,
    subjects: Subjects | None = None,
    kept: pl.Series | None = None,
    comparison: Comparison = BETWEEN_GROUPS,
) -> SafetyEvents:
    """Code the events of ADAE for the subjects of ADSL (ADaM columns; texts as text, dates as dates).

    ADSL: USUBJID, TRT01A, TRT01AN, the population's flag, TRTSDT. ADAE: USUBJID, AEBODSYS (or AESOC), AEDECOD
    (or AETERM) and whatever else was collected. ``subjects`` are those of the set by the groups of the plan,
    otherwise by TRT01A; ``kept`` says by row of ADAE which events are looked at, otherwise all. Raises
    StrangerError or PopulationError.
    """
    subjects = subjects or subjects_in(adsl, analysis_set)
    rows = _rows_in_adsl(adae, subjects)
    strangers = rows < 0
    if strangers.any():
        raise StrangerError(_unknown_subjects(adae, strangers))
    emergent, findings = treatment_emergent(adsl, adae, rows)
    looked_at = np.ones(len(rows), dtype=bool) if kept is None else kept.fill_null(value=False).to_numpy()
    emergent = emergent & looked_at
    outside = emergent & (subjects.group_of[rows] < 0) if len(rows) else emergent
    if outside.any():
        raise StrangerError(_outside_population(adae, outside, analysis_set))
    coded = encode(_texts(adae))
    events = code_events(coded["soc"], coded["term"], rows, emergent)
    return SafetyEvents(adae, subjects, events, rows, emergent, looked_at, comparison, findings)


def treatment_emergent(
    adsl: pl.DataFrame, adae: pl.DataFrame, rows: np.ndarray
) -> tuple[np.ndarray, tuple[Finding, ...]]:
    """Which events are treatment-emergent: TRTEMFL, or where it is not given a start on or after TRTSDT.

    ``rows`` is each event's row in ADSL. An event whose start or whose subject's first treatment is unknown
    counts as treatment-emergent: it cannot be shown to have come before.
    """
    if "TRTEMFL" in adae.columns and (adae.height == 0 or adae["TRTEMFL"].null_count() < adae.height):
        return (adae["TRTEMFL"] == "Y").fill_null(value=False).to_numpy(), ()
    if "ASTDT" not in adae.columns or "TRTSDT" not in adsl.columns:
        sentence = (
            "TRTEMFL is not given, nor are both ASTDT and TRTSDT; every event counts as treatment-emergent"
        )
        return np.ones(adae.height, dtype=bool), (Finding("TW-540", sentence, "ADAE"),)
    started = adae["ASTDT"] >= adsl["TRTSDT"].gather(rows)
    unknown = started.null_count()
    sentence = (
        "TRTEMFL is not given; events that start on or after the first treatment (ASTDT >= TRTSDT) are taken"
    )
    if unknown:
        sentence += f", with {unknown} whose start or whose subject's first treatment is not known"
    return started.fill_null(value=True).to_numpy(), (Finding("TW-540", sentence, "ADAE"),)


def first_of(frame: pl.DataFrame, names: Sequence[str]) -> str | None:
    """The first of these columns that the frame has."""
    return next((name for name in names if name in frame.columns), None)


def _texts(adae: pl.DataFrame) -> pl.DataFrame:
    """Subject, class and term of each event.

    Where coding is missing the verbatim term stands, and says so by its class.
    """
    soc, term = first_of(adae, ("AEBODSYS", "AESOC")), first_of(adae, ("AEDECOD", "AETERM"))
    verbatim = pl.col("AETERM") if "AETERM" in adae.columns else pl.lit(NO_TERM)
    return adae.select(
        soc=pl.col(soc).fill_null(NOT_CODED) if soc else pl.lit(NOT_CODED),
        term=(pl.coalesce(term, verbatim) if term else verbatim).fill_null(NO_TERM),
    )


def _rows_in_adsl(adae: pl.DataFrame, subjects: Subjects) -> np.ndarray:
    """Each event's row in ADSL; -1 where its subject is not in it."""
    known = pl.DataFrame({"USUBJID": subjects.ids, "row": np.arange(len(subjects.ids), dtype=np.int32)})
    found = adae.select("USUBJID").join(known, on="USUBJID", how="left", maintain_order="left")
    return found["row"].fill_null(-1).to_numpy()


def _unknown_subjects(adae: pl.DataFrame, strangers: np.ndarray) -> Problem:
    count, named = _named(adae, strangers)
    sentence = (
        f"{count} adverse event{'s' * (count != 1)} of {named}, not in ADSL; "
        "add the subject to ADSL or correct USUBJID"
    )
    return Problem("TW-510", sentence, "ADAE")


def _outside_population(adae: pl.DataFrame, outside: np.ndarray, analysis_set: AnalysisSet) -> Problem:
    count, named = _named(adae, outside)
    sentence = (
        f"{count} treatment-emergent adverse event{'s' * (count != 1)} of {named}, outside the "
        f"{analysis_set.name} population ({analysis_set.flag} is not Y); correct it, or TRTEMFL"
    )
    return Problem("TW-511", sentence, "ADAE")


def _named(adae: pl.DataFrame, chosen: np.ndarray) -> tuple[int, str]:
    """How many events are chosen, and their subjects by name."""
    subjects = adae["USUBJID"].filter(pl.Series(chosen)).unique().sort().to_list()
    listed = ", ".join(str(subject) for subject in subjects[:NAMED])
    more = f" and {len(subjects) - NAMED} more" if len(subjects) > NAMED else ""
    return int(chosen.sum()), f"{'subject' if len(subjects) == 1 else 'subjects'} {listed}{more}"
