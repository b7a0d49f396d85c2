"""One row of one form as it is filled: what is asked, what stands, in which units, within which limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from trialwright.conduct.answers import read_number
from trialwright.conduct.recorded import datum, newest_data
from trialwright.conduct.rule_truths import rule_truth
from trialwright.conduct.states import Cell, SubjectState, row_key
from trialwright.protocol.design import Visit
from trialwright.protocol.forms import Form, Item
from trialwright.protocol.study import Study
from trialwright.rules import Datum, Truth
from trialwright.web.entry.units import converted, units_offered

FEW_CODES = 6
YES_NO = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands."""

    subject: str
    visit: Visit
    occurrence: int
    form: Form
    row: str

    @property
    def key(self) -> str:
        """The key of the row in the subject's state."""
        return row_key(self.visit.id, self.occurrence, self.form.id, self.row)


@dataclass(frozen=True, slots=True)
class Field:
    """One item as a form shows it.

    ``kind`` is choice (radio buttons), select, number, date, datetime or text. ``text`` is the answer that
    stands, as typed; ``shown`` the same for reading, with its unit and, where it was converted, the study's.
    ``seen`` is the entry that gave it. ``asked`` False hides the item: skip logic says it does not apply;
    ``waits_for`` is that rule while it cannot be decided. ``corrected`` says that an earlier answer stands
    behind this one.
    """

    item: Item
    kind: str
    choices: tuple[tuple[str, str], ...]
    units: tuple[str, ...]
    limits: str
    text: str = ""
    unit: str = ""
    missing: str = ""
    shown: str = ""
    seen: int | None = None
    asked: bool = True
    waits_for: str = ""
    corrected: bool = False

    @property
    def id(self) -> str:
        """The item's name."""
        return self.item.id

    @property
    def answered(self) -> bool:
        """Whether something stands: a value, or why there is none."""
        return self.seen is not None


def fields_of(study: Study, person: SubjectState, place: Place) -> tuple[Field, ...]:
    """Every item of the row, in the order of the form."""
    cells = person.rows.get(place.key, {})
    data = _row_data(study, person, place, cells)
    return tuple(_field(study, item, cells.get(item.id), data) for item in place.form.items)


def is_complete(fields: tuple[Field, ...]) -> bool:
    """Whether every required item that is asked has an answer or the reason why it has none."""
    return all(field.answered for field in fields if field.item.required and field.asked)


def shown_answer(study: Study, item: Item, value: str | bool | None, unit: str | None) -> str:
    """An answer for reading: a code's label, yes or no, or a number with its unit and what it converts to."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if value is None:
        return ""
    label = next((code.label for code in item.codes if code.code == value), None)
    if label is not None:
        return label
    written = f"{value} {unit}" if unit else value
    number = read_number(value) if item.type in ("number", "integer") else None
    other = converted(study, item, number.number, unit) if number else ""
    return f"{written} = {number.bound}{other}" if number and other else written


def _field(study: Study, item: Item, cell: Cell | None, data: Mapping[str, Datum]) -> Field:
    truth = Truth.TRUE if item.ask_if is None else rule_truth(study, item.ask_if, data)
    bare = Field(
        item=item,
        kind=_kind(item),
        choices=_choices(item),
        units=units_offered(study, item),
        limits=_limits(item),
        unit=item.unit or "",
        asked=truth is not Truth.FALSE or cell is not None,
        waits_for=(item.ask_if or "") if truth is Truth.UNKNOWN else "",
    )
    return bare if cell is None else _answered(study, bare, cell)


def _answered(study: Study, field: Field, cell: Cell) -> Field:
    from dataclasses import replace

    text = {True: "yes", False: "no", None: ""}.get(cell.value, cell.value)  # type: ignore[arg-type] # text stays
    return replace(
        field,
        text=str(text),
        unit=cell.unit or field.unit,
        missing=cell.missing or "",
        shown=shown_answer(study, field.item, cell.value, cell.unit),
        seen=cell.changed,
        corrected=cell.changed != cell.seq,
    )


def _kind(item: Item) -> str:
    if item.type == "boolean" or (item.type == "code" and len(item.codes) <= FEW_CODES):
        return "choice"
    kinds = {"code": "select", "number": "number", "integer": "number"}
    return kinds.get(item.type, item.type)


def _choices(item: Item) -> tuple[tuple[str, str], ...]:
    if item.type == "boolean":
        return YES_NO
    return tuple((code.code, code.label) for code in item.codes)


def _limits(item: Item) -> str:
    """``expected 3 to 9``, or what is possible at all where nothing is expected."""
    limits = item.expected or item.possible
    if limits is None:
        return ""
    low, high = limits.low, limits.high
    if None not in (low, high):
        span = gettext("{first} to {last}").format(first=low, last=high)
    else:
        span = (
            gettext("from {low}").format(low=low)
            if high is None
            else gettext("up to {high}").format(high=high)
        )
    named = gettext("expected {span}") if item.expected else gettext("possible {span}")
    return named.format(span=span)


def _row_data(
    study: Study, person: SubjectState, place: Place, cells: Mapping[str, Cell]
) -> dict[str, Datum]:
    """This row's answers; what other forms ask comes from the person's newest answers."""
    data = newest_data(study, person, leave_out=place.form.id)
    for item in place.form.items:
        data.pop(item.id, None)
        if item.id in cells:
            data[item.id] = datum(item, cells[item.id], place.form.id)
    return data
