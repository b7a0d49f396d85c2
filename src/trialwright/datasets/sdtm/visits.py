"""SV: one record a visit, held or missed."""

from __future__ import annotations

from trialwright.datasets.form_rows import visit_name, visit_number
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.moments import planned_study_day
from trialwright.datasets.sdtm.collected import columns_by_visit
from trialwright.datasets.sdtm.domain_row import DomainRow


def derive_sv(gathered: Gathered) -> list[DomainRow]:
    """Every visit that took place or is recorded as missed, with what forms say about the visit itself."""
    said = columns_by_visit("SV", gathered)
    rows = []
    for subject in gathered.subjects:
        for held in subject.casebook.visits.values():
            visit = gathered.study.visit(held.visit)
            assert visit is not None  # noqa: S101 - the fold refuses visits that the protocol lacks
            columns, behind = said.get((subject.usubjid, held.visit, held.occurrence), ({}, []))
            moment = held.held
            values = {
                "VISITNUM": float(visit_number(visit, held.occurrence)),
                "VISIT": visit_name(visit, held.occurrence),
                "VISITDY": planned_study_day(visit.day),
                "SVOCCUR": "Y" if moment else "N",
                "SVREASOC": held.missed,
                "SVSTDTC": moment.local if moment else None,
                "SVENDTC": moment.local if moment else None,
                "SVSTDY": subject.study_day(moment),
                "SVENDY": subject.study_day(moment),
                **columns,
            }
            sources = [held.seq, *subject.started(), *behind]
            rows.append(DomainRow(subject, (held.first_seq, 0), values, sources))
    return rows
