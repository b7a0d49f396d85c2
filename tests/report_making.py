"""Invented ADaM frames for the report's tests: any study, any number of subjects, the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import polars as pl

from trialwright.analysis.study_analyses import run_analyses
from trialwright.datasets.study_datasets import StudyDatasets
from trialwright.protocol.study import Study
from trialwright.report.provenance import Provenance
from trialwright.report.rendering import render_report

FIRST_DAY = date(2026, 3, 2)
# Term, class, first day, days (None: goes on), grade, serious, relation.
EVENTS = (
    ("Headache", "Nervous system disorders", 2, 3, 1, "N", "RELATED"),
    ("Headache", "Nervous system disorders", 20, 2, 2, "N", "NOT RELATED"),
    ("Syncope", "Nervous system disorders", 5, 1, 3, "Y", "UNKNOWN"),
    ("Rash <b>&amp;</b>", "Skin and subcutaneous tissue disorders", 9, None, 1, "N", "NOT RELATED"),
    ("Nausea", "Gastrointestinal disorders", 1, 1, 1, "N", "RELATED"),
)


def adam_frames(study: Study, treated: int = 12, events: bool = True) -> dict[str, pl.DataFrame]:
    """ADSL, ADAE and the data sets of the parameters, of ``treated`` subjects and a third as many others."""
    subjects = [_subject(study, number, number % 4 != 3) for number in range(treated * 4 // 3)]
    found = {"ADSL": pl.DataFrame(subjects, infer_schema_length=None)}
    rows = list(_events(subjects)) if events else []
    found["ADAE"] = pl.DataFrame(rows or [_no_event()], infer_schema_length=None).head(len(rows))
    found["ADEX"] = pl.DataFrame(list(_exposures(subjects)), infer_schema_length=None)
    for name in sorted({parameter.dataset for parameter in study.parameters}):
        found[name] = pl.DataFrame(list(_values(study, name, subjects)), infer_schema_length=None)
    return found


def _subject(study: Study, number: int, treated: bool) -> dict[str, Any]:
    seen = FIRST_DAY + timedelta(days=5 * number)
    start = seen + timedelta(days=10) if treated else None
    arms = study.design.arms
    arm = arms[number % len(arms)] if treated else None
    completed = number % 6 != 1
    flags = {population.flag: "Y" if treated else "N" for population in study.populations}
    subject = f"{study.design.sites[0].id}-{number + 1:03d}"
    return {
        "STUDYID": study.study.id,
        "USUBJID": f"{study.study.id}-{subject}",
        "SUBJID": subject,
        "SITEID": study.design.sites[0].id,
        "AGE": 36.0 + number,
        "AGEU": "YEARS",
        "SEX": "FM"[number % 2],
        "RACE": "ASIAN",
        "HEIGHTBL": 160.0 + number,
        "WEIGHTBL": 60.0 + number,
        "BMIBL": 24.0,
        **dict.fromkeys(("TRT01P", "TRT01A"), arm.name if arm else None),
        **dict.fromkeys(("TRT01PN", "TRT01AN"), arm.number if arm else None),
        "TRTSDT": start,
        "TRTEDT": start,
        "RFICDT": seen,
        "SCRNDT": seen,
        "ENRLDT": start,
        "SCRFDT": None if treated else seen,
        **flags,
        study.populations[0].flag: "Y",
        "SCRFFL": "N" if treated else "Y",
        "SCRFREAS": None if treated else study.criteria[number % len(study.criteria)].id,
        "SCRFOTH": None,
        "EOTSTT": "COMPLETED" if treated else None,
        "EOSSTT": ("COMPLETED" if completed else "DISCONTINUED") if treated else None,
        "EOSDT": start + timedelta(days=84 if completed else 30) if start else None,
        "DCSREAS": None if completed or not treated else "LOST TO FOLLOW-UP",
        "DTHFL": None,
    }


def _events(subjects: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number, subject in enumerate(subjects):
        if subject["TRTSDT"] is None or number % 3 == 0:
            continue
        for sequence, (term, soc, first, days, grade, serious, relation) in enumerate(
            EVENTS[number % 3 :], 1
        ):
            start = subject["TRTSDT"] + timedelta(days=first - 1)
            yield {
                "USUBJID": subject["USUBJID"],
                "AESEQ": sequence,
                "AETERM": term.lower(),
                "AEDECOD": term,
                "AEBODSYS": soc,
                "ASTDT": start,
                "ASTDY": first,
                "AENDT": start + timedelta(days=days - 1) if days else None,
                "AENDY": first + days - 1 if days else None,
                "ATOXGR": str(grade),
                "AETOXGR": str(grade),
                "AESER": serious,
                "AEREL": relation,
                "AEACN": "DOSE NOT CHANGED",
                "AEOUT": "RECOVERED/RESOLVED" if days else "NOT RECOVERED/NOT RESOLVED",
                "TRTEMFL": "Y",
                "TRTA": subject["TRT01A"],
                "TRTAN": subject["TRT01AN"],
            }


def _no_event() -> dict[str, Any]:
    """One event, for the columns of a data set without any."""
    subject = {"USUBJID": "X", "TRTSDT": FIRST_DAY, "TRT01A": "X", "TRT01AN": 1}
    return next(_events([{"TRTSDT": None}, subject]))


def _exposures(subjects: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number, subject in enumerate(subjects):
        if subject["TRTSDT"] is not None:
            yield {
                "USUBJID": subject["USUBJID"],
                "ASEQ": 1,
                "PARAMCD": "AMOUNT",
                "PARAM": "Amount given",
                "AVAL": 100.0 if number % 5 else 80.5,
                "TRTA": subject["TRT01A"],
            }


def _values(study: Study, dataset: str, subjects: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A value at each planned visit: 4 to 6 at first, then a little lower each time."""
    parameters = [parameter for parameter in study.parameters if parameter.dataset == dataset]
    visits = [visit for visit in study.visits if visit.day is not None]
    for number, subject in enumerate(subjects):
        if subject["TRTSDT"] is None:
            continue
        for parameter in parameters:
            base = 4.0 + (number * 7 % 5) / 2
            for step, visit in enumerate(visits):
                before = visit.day is not None and visit.day <= 0
                value = base if step == 0 else base * (1 - 0.04 * step - 0.01 * (number % 4))
                yield {
                    "USUBJID": subject["USUBJID"],
                    "ASEQ": step + 1,
                    "PARAMCD": parameter.paramcd,
                    "PARAM": parameter.param,
                    "AVAL": value,
                    "AVALC": None,
                    "AVISIT": visit.name,
                    "AVISITN": float(visit.number),
                    "BASE": base,
                    "CHG": None if before else value - base,
                    "ABLFL": "Y" if step == 0 else None,
                    "ANL01FL": "Y",
                    "TRTA": subject["TRT01A"],
                    "TRTAN": subject["TRT01AN"],
                    **{population.flag: subject[population.flag] for population in study.populations},
                }


@dataclass(frozen=True)
class Given:
    """What the analyses read of a study's data sets."""

    frames: dict[str, pl.DataFrame]
    head: str
    findings: tuple[()] = ()


@dataclass(frozen=True)
class Made:
    """A report and what it was made from."""

    study: Study
    results: list[dict[str, Any]]
    frames: dict[str, pl.DataFrame]
    listings: dict[str, pl.DataFrame]
    provenance: Provenance
    html: str


_ALREADY: dict[tuple[str, bool, bool], Made] = {}


def make_report(study: Study, events: bool = True, rehearsal: bool = True) -> Made:
    """The report of invented frames of a study, made once for all tests."""
    key = (study.study.id, events, rehearsal)
    if key not in _ALREADY:
        _ALREADY[key] = make_afresh(study, events, rehearsal)
    return _ALREADY[key]


def make_afresh(study: Study, events: bool = True, rehearsal: bool = True) -> Made:
    """Analyse invented frames of a study by its own plan, and report them."""
    frames = adam_frames(study, events=events)
    provenance = Provenance(date(2026, 11, 2), "3f9a" * 16, 1874, rehearsal, {"adsl.parquet": "1c" * 32})
    analysis = run_analyses(study, cast("StudyDatasets", Given(frames, provenance.record_head)))
    rows, listings = analysis.results.rows(), dict(analysis.listings)
    return Made(
        study, rows, frames, listings, provenance, render_report(study, rows, frames, provenance, listings)
    )
