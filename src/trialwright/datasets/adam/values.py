"""The values of a data set's parameters as they were captured or derived, before any window or baseline."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from trialwright.datasets.adam.record import NotDerived, Record
from trialwright.datasets.adam.sampling import derive_values, unanswered_rows
from trialwright.datasets.captured import CapturedValue
from trialwright.datasets.form_rows import FormRow
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.moments import read_moment
from trialwright.datasets.subjects import Subject
from trialwright.protocol.design import Derivation
from trialwright.protocol.forms import Item
from trialwright.protocol.plan import Parameter


def collect_values(gathered: Gathered, dataset: str) -> tuple[list[Record], list[NotDerived]]:
    """Every value of the parameters of one data set, and what could not be derived, with the reason."""
    records: list[Record] = []
    reasons: list[NotDerived] = []
    for place, parameter in enumerate(gathered.study.parameters):
        if parameter.dataset != dataset:
            continue
        item, derivation = (
            gathered.study.items.get(parameter.variable),
            gathered.study.derivation(parameter.variable),
        )
        for subject in gathered.subjects:
            if item is not None:
                records += _asked(gathered, subject, parameter, item, place)
                reasons += _without_number(gathered, subject, parameter, item)
            elif derivation is not None:
                found, why = _derived(gathered, subject, parameter, derivation, place)
                records += found
                reasons += why
    return records, reasons


def _asked(
    gathered: Gathered, subject: Subject, parameter: Parameter, item: Item, place: int
) -> Iterator[Record]:
    """One record for each answer to an item."""
    for form_row, value in _answers(gathered, subject, item):
        if value.value is None:
            continue
        limit = form_row.values.get(item.upper_limit) if item.upper_limit else None
        behind = (value, limit) if limit is not None else (value,)
        yield Record(
            subject=subject,
            parameter=parameter,
            form_row=form_row,
            value=_as_number(value),
            text=_as_text(item, value),
            sources=form_row.sources(*behind),
            order=(value.first_seq, place),
            upper_limit=limit.exact if limit is not None else None,
        )


def _answers(gathered: Gathered, subject: Subject, item: Item) -> Iterator[tuple[FormRow, CapturedValue]]:
    for form_row in gathered.rows_of[subject.usubjid]:
        value = form_row.values.get(item.id)
        if value is not None:
            yield form_row, value


def _as_number(value: CapturedValue) -> Fraction | None:
    """The exact number; yes is 1 and no is 0."""
    return Fraction(int(value.value)) if isinstance(value.value, bool) else value.exact


def _as_text(item: Item, value: CapturedValue) -> str | None:
    """The answer that is not a plain number: a code as the protocol's rules name it, Y or N, ``<20``."""
    if isinstance(value.value, bool):
        return "Y" if value.value else "N"
    if value.value is None or value.exact is not None:
        return None
    return read_moment(value.value).local if item.type in {"date", "datetime"} else value.value


def _without_number(
    gathered: Gathered, subject: Subject, parameter: Parameter, item: Item
) -> Iterator[NotDerived]:
    """Answers that say why there is none, and limits of quantification, which are no numbers."""
    for form_row, value in _answers(gathered, subject, item):
        if value.missing is not None:
            yield _reason(form_row, parameter, f"missing: {value.missing}", (value.seq,))
        elif value.bound:
            yield _reason(form_row, parameter, f"{value.value} is a limit, not a number", (value.seq,))


def _derived(
    gathered: Gathered, subject: Subject, parameter: Parameter, derivation: Derivation, place: int
) -> tuple[list[Record], list[NotDerived]]:
    records, reasons = [], []
    for found in derive_values(gathered, derivation, subject):
        if found.value is None:
            sources = tuple(found.form_row.sources(*found.behind))
            reasons.append(_reason(found.form_row, parameter, found.reason, sources))
            continue
        records.append(
            Record(
                subject=subject,
                parameter=parameter,
                form_row=found.form_row,
                value=found.value,
                text=None,
                sources=found.form_row.sources(*found.behind),
                order=(max(value.first_seq for value in found.behind), place),
            )
        )
    for visit, why, seq in unanswered_rows(gathered, derivation, subject):
        reasons.append(
            NotDerived(subject.casebook.subject, visit, parameter.paramcd, why, (seq,), sampled=False)
        )
    return records, reasons


def _reason(form_row: FormRow, parameter: Parameter, why: str, sources: tuple[int, ...]) -> NotDerived:
    subject = form_row.subject.casebook.subject
    return NotDerived(subject, form_row.held.visit, parameter.paramcd, why, sources)
