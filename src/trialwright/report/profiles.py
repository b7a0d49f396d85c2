"""Profiles of subjects: what the data sets hold of each person, one page each, for HTML and for paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trialwright.protocol.analyses import Analysis
from trialwright.protocol.study import Study
from trialwright.report.figures.drawing import Picture
from trialwright.report.figures.profile import Profile, Series, Span, draw_profile
from trialwright.report.formatting import format_count
from trialwright.report.result_book import Result, by
from trialwright.report.subject_lines import Frames

if TYPE_CHECKING:
    import polars as pl

MOST = 60
READING = (
    "Study days; day 1 is the day of treatment (block). Circles are visits, bars events and drugs; "
    "dashed lines are the limits of normal."
)
_Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def profile_pictures(
    study: Study, analysis: Analysis, frames: Frames, rows: Sequence[Result]
) -> Iterator[Picture]:
    """A picture a subject in the order of the results; of more than ``MOST`` those with the most events."""
    counts = by([row for row in rows if row.statistic.startswith("profile_")], "category")
    subjects = [subject for (subject,) in counts]
    if len(subjects) > MOST:
        subjects.sort(key=lambda subject: -(counts[(subject,)]["profile_events"].value or 0))
    held = Held(study, analysis, frames, subjects[:MOST])
    for number, subject in enumerate(subjects[:MOST], start=1):
        said = counts[(subject,)]
        events, drugs = (format_count(said[f"profile_{name}"].value or 0) for name in ("events", "drugs"))
        profile = held.profile(subject)
        title = f"{profile.subject}: {events} adverse event{'s' * (events != '1')}, "
        title += f"{drugs} entr{'y' if drugs == '1' else 'ies'} of drugs."
        yield draw_profile(f"figure-{analysis.id}-{number}", title, READING, profile)


class Held:
    """The data sets of some subjects, opened once; ``profile`` gives what is drawn of each."""

    def __init__(self, study: Study, analysis: Analysis, frames: Frames, subjects: Sequence[str]) -> None:
        self._subjects = _by_subject(frames.get("ADSL"), subjects)
        self._visits = _by_subject(frames.get("SV"), subjects)
        self._events = _by_subject(frames.get("ADAE"), subjects)
        self._drugs = _by_subject(frames.get("CM"), subjects)
        self._names = {
            each.paramcd: each.param for each in study.parameters if each.paramcd in analysis.parameters
        }
        datasets = sorted({each.dataset for each in study.parameters if each.paramcd in self._names})
        self._values = [_by_subject(frames.get(name), subjects, tuple(self._names)) for name in datasets]

    def profile(self, subject: str) -> Profile:
        """What the data sets hold of one subject."""
        known = next(iter(self._subjects.get(subject, ())), {})
        start, end = known.get("TRTSDT"), known.get("TRTEDT")
        lasted = None if start is None else 1 if end is None else (end - start).days + 1
        return Profile(
            subject=str(known.get("SUBJID") or subject),
            visits=tuple(
                (row["SVSTDY"], row["VISIT"])
                for row in self._visits.get(subject, ())
                if row["SVSTDY"] is not None
            ),
            treatment=None if lasted is None else Span("Treatment", 1, lasted),
            events=tuple(_events(self._events.get(subject, ()))),
            drugs=tuple(_drugs(self._drugs.get(subject, ()))),
            series=tuple(self._series(subject)),
        )

    def _series(self, subject: str) -> Iterator[Series]:
        rows = [row for values in self._values for row in values.get(subject, ())]
        for code, name in self._names.items():
            own = [
                row for row in rows if row["PARAMCD"] == code and None not in (row["AVAL"], row.get("ADY"))
            ]
            own.sort(key=lambda row: row["ADY"])
            if own:
                points = tuple((row["ADY"], row["AVAL"]) for row in own)
                yield Series(name, points, own[-1].get("ANRLO"), own[-1].get("ANRHI"))


def _by_subject(
    frame: pl.DataFrame | None, subjects: Sequence[str], parameters: tuple[str, ...] = ()
) -> _Rows:
    import polars as pl

    if frame is None:
        return {}
    chosen = frame.filter(pl.col("USUBJID").is_in(list(subjects)))
    if parameters:
        chosen = chosen.filter(pl.col("PARAMCD").is_in(list(parameters)))
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in chosen.iter_rows(named=True):
        found.setdefault(str(row["USUBJID"]), []).append(row)
    return found


def _events(rows: Sequence[Mapping[str, Any]]) -> Iterator[Span]:
    for row in sorted(rows, key=lambda row: (row.get("ASTDY") is None, row.get("ASTDY") or 0)):
        if row.get("ASTDY") is not None:
            grade = str(row.get("ATOXGR") or row.get("AETOXGR") or "")
            words = str(row.get("AEDECOD") or row.get("AETERM") or "")
            known = grade in {"1", "2", "3", "4", "5"}
            told = f"{words}, grade {grade}" if known else words
            if row.get("AESER") == "Y":
                told += ", serious"
            yield Span(told, row["ASTDY"], row.get("AENDY"), int(grade) if known else None)


def _drugs(rows: Sequence[Mapping[str, Any]]) -> Iterator[Span]:
    """Each drug once, however many visits it was noted at; one whose start is not known begins on day 1."""
    seen = set()
    for row in rows:
        name = str(row.get("CMDECOD") or row.get("CMTRT") or "")
        span = Span(name, row.get("CMSTDY") or 1, row.get("CMENDY"))
        if span not in seen:
            seen.add(span)
            yield span
