"""One answer of an entry, with its number in the study's unit and the answer that it replaces."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from trialwright.clinical.units import UnitError
from trialwright.datasets.captured import CapturedValue, Casebook, RowKey
from trialwright.datasets.fold import Fold, unfitting
from trialwright.datasets.quantities import read_quantity
from trialwright.record.snapshot import EntryView
from trialwright.rules import Kind

Answer = Mapping[str, Any]


def capture_answer(
    fold: Fold,
    book: Casebook,
    entry: EntryView,
    place: RowKey,
    item: str,
    answer: Answer,
    earlier: CapturedValue | None,
) -> CapturedValue:
    """The answer; raises DatasetError with TW-572 for an item or unit that does not fit the protocol."""
    visit, occurrence, form, row = place
    number, bound = _number(fold, entry, item, answer)
    return CapturedValue(
        subject=book.subject,
        visit=visit,
        occurrence=occurrence,
        form=form,
        row=row,
        item=item,
        value=answer.get("value"),
        unit=answer.get("unit"),
        missing=answer.get("missing"),
        number=number,
        bound=bound,
        seq=entry.seq,
        first_seq=earlier.first_seq if earlier else entry.seq,
        position=_position(fold, entry, form, item),
        before=earlier.seq if earlier else None,
    )


def _position(fold: Fold, entry: EntryView, form: str, item: str) -> int:
    position = fold.positions.get((form, item))
    if position is None:
        raise unfitting(entry, f"the item '{item}' of form '{form}'")
    return position


def _number(fold: Fold, entry: EntryView, item: str, answer: Answer) -> tuple[Fraction | None, str]:
    value, variable = answer.get("value"), fold.variables.get(item)
    if variable is None or variable.kind is not Kind.NUMBER or not isinstance(value, str):
        return None, ""
    try:
        quantity = read_quantity(value, answer.get("unit"), variable)
    except UnitError:
        raise unfitting(entry, f"'{answer.get('unit')}' as a unit of {item}") from None
    return (quantity.number, quantity.bound) if quantity else (None, "")
