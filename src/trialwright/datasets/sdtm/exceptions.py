"""IE: the criteria that a person did not satisfy, and nothing else."""

from __future__ import annotations

from trialwright.datasets.gathered import Gathered
from trialwright.datasets.sdtm.disposition import entered_on
from trialwright.datasets.sdtm.domain_row import DomainRow
from trialwright.datasets.subjects import Subject
from trialwright.protocol.design import Criterion

_LONGEST_TEST = 200


def derive_ie(gathered: Gathered) -> list[DomainRow]:
    """Inclusion criteria not met and exclusion criteria met, of screening failures and signed verdicts."""
    rows = []
    order = {criterion.id: place for place, criterion in enumerate(gathered.study.criteria)}
    for subject in gathered.subjects:
        for (seq, identifier), at in _unsatisfied(gathered, subject).items():
            criterion = gathered.study.criterion(identifier)
            if criterion is not None:
                row = _record(criterion) | at
                rows.append(DomainRow(subject, (seq, order[identifier]), row, [seq, *subject.started()]))
    return rows


def _unsatisfied(gathered: Gathered, subject: Subject) -> dict[tuple[int, str], dict[str, object]]:
    """Entry and criterion to the date of the entry; a criterion once, from the entry that named it first."""
    book = subject.casebook
    named = [
        (judgement.seq, judgement.at, identifier)
        for judgement in book.judgements
        for identifier, verdict, _ in judgement.verdicts
        if verdict == _contrary(gathered, identifier)
    ]
    if book.failure:
        named += [(book.failure.seq, book.failure.at, criterion) for criterion in book.failure.criteria]
    found: dict[tuple[int, str], dict[str, object]] = {}
    seen: set[str] = set()
    for seq, at, identifier in named:
        if identifier not in seen:
            seen.add(identifier)
            on = entered_on(at)
            found[seq, identifier] = {"IEDTC": on.local, "IEDY": subject.study_day(on)}
    return found


def _contrary(gathered: Gathered, identifier: str) -> str:
    criterion = gathered.study.criterion(identifier)
    return "met" if criterion is not None and criterion.kind == "exclusion" else "not_met"


def _record(criterion: Criterion) -> dict[str, object]:
    answer = "N" if criterion.kind == "inclusion" else "Y"
    return {
        "IETESTCD": criterion.id,
        "IETEST": criterion.text[:_LONGEST_TEST],
        "IECAT": criterion.kind.upper(),
        "IEORRES": answer,
        "IESTRESC": answer,
    }
