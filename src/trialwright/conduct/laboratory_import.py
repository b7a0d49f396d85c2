"""Laboratory results from a file: each row becomes an answer to one item, or is rejected with its reason.

Nothing is guessed: an unknown subject, visit, analyte, unit or word rejects the row, and what stands in the
record already is never overwritten. Rows = stored + standing already + rejected, always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from trialwright.clinical.units import UnitError, parse_unit
from trialwright.conduct.answer import Refused
from trialwright.conduct.answers import read_number
from trialwright.conduct.commands import EnterItems, ItemValue
from trialwright.conduct.imported_lines import FileLine
from trialwright.conduct.situation import shown
from trialwright.conduct.states import Cell, SubjectState, row_key
from trialwright.protocol.forms import Item
from trialwright.protocol.imports import ImportAnalyte, ImportMapping
from trialwright.protocol.study import Study

Place = tuple[str, str, int, str, str]
_FORMS_OF_DATES: Final[Mapping[str, str]] = {
    "YYYY-MM-DD": "%Y-%m-%d",
    "YYYY/MM/DD": "%Y/%m/%d",
    "YYYYMMDD": "%Y%m%d",
    "DD.MM.YYYY": "%d.%m.%Y",
    "DD/MM/YYYY": "%d/%m/%Y",
    "MM/DD/YYYY": "%m/%d/%Y",
}


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that is not taken: its line, the code of the reason, and the reason in a sentence."""

    line: int
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Result:
    """One answer out of one row: where it belongs, and what is entered."""

    line: int
    place: Place
    item: str
    value: ItemValue


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file asks for: answers by form row, rows whose answer stands already, and rejected rows.

    ``echoes`` maps a row that repeats earlier rows of the file to these, whose fate it shares: it stands
    where they are stored, and is rejected where the record refuses one of them.
    """

    results: Mapping[Place, tuple[Result, ...]]
    standing: tuple[int, ...]
    echoes: Mapping[int, tuple[int, ...]]
    rejected: tuple[Rejection, ...]


@dataclass(slots=True)
class _Sorting:
    """The rows sorted so far."""

    results: dict[tuple[Place, str], Result] = field(default_factory=dict)
    standing: list[int] = field(default_factory=list)
    echoes: dict[int, tuple[int, ...]] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)


def plan_import(
    study: Study,
    mapping: ImportMapping,
    lines: Iterable[FileLine],
    person_of: Callable[[str], SubjectState | None],
) -> Plan:
    """Sort the rows of a file. ``person_of`` gives a subject, or None for one not known or not seen."""
    sorting = _Sorting()
    for line in lines:
        try:
            if line.problem:
                raise Refused("TW-872", line.problem)
            _sort(sorting, _results(study, mapping, line, person_of))
        except Refused as refused:
            sorting.rejected.append(Rejection(line.number, refused.refusal.code, refused.refusal.sentence))
    by_place: dict[Place, list[Result]] = {}
    for (place, _), result in sorting.results.items():
        by_place.setdefault(place, []).append(result)
    return Plan(
        {place: tuple(found) for place, found in by_place.items()},
        tuple(sorting.standing),
        sorting.echoes,
        tuple(sorting.rejected),
    )


def command_of(results: Iterable[Result]) -> EnterItems:
    """The command that enters the results of one form row."""
    found = tuple(results)
    subject, visit, occurrence, form, row = found[0].place
    items = {result.item: result.value for result in found}
    return EnterItems(subject, visit, form, row, items, occurrence, partial=True)


def _sort(sorting: _Sorting, found: list[tuple[Result, Cell | None]]) -> None:
    """Take the answers of one row, all or none; a row that says nothing new stands, or is an echo."""
    line = found[0][0].line
    new = [result for result, cell in found if not _stands(sorting, result, cell)]
    known = [sorting.results.get((result.place, result.item)) for result, _ in found]
    earlier = tuple(each.line for each in known if each is not None)
    if not new and earlier:
        sorting.echoes[line] = earlier
    elif not new:
        sorting.standing.append(line)
    sorting.results.update({(result.place, result.item): result for result in new})


def _stands(sorting: _Sorting, result: Result, cell: Cell | None) -> bool:
    """Whether the record or an earlier row says this already; TW-877 where one says something else."""
    if cell is not None:
        if _says_the_same(cell, result.value):
            return True
        stands = cell.missing or f"{cell.value} {cell.unit or ''}".strip()
        sentence = f"{result.item} stands as {shown(stands)} already; correct it on its form if it is wrong"
        raise Refused("TW-877", sentence)
    known = sorting.results.get((result.place, result.item))
    if known is not None and not _same_answer(known.value, result.value):
        sentence = f"line {known.line} gives another value for {result.item}; ask which one is right"
        raise Refused("TW-877", sentence)
    return known is not None


def _results(
    study: Study,
    mapping: ImportMapping,
    line: FileLine,
    person_of: Callable[[str], SubjectState | None],
) -> list[tuple[Result, Cell | None]]:
    """The row's answer, and with it the upper limit of normal where the file gives one."""
    person = _person(mapping, line, person_of)
    analyte, item = _analyte(study, mapping, line)
    visit, occurrence = _visit(study, mapping, line, person)
    place = (person.subject, visit, occurrence, analyte.form, analyte.row)
    cells = person.rows.get(row_key(visit, occurrence, analyte.form, analyte.row), {})
    unit = _unit(mapping, analyte, line, item)
    answer = _answer(analyte, item, line.cells[mapping.columns.value], unit)
    found = [(Result(line.number, place, item.id, answer), cells.get(item.id))]
    limit = line.cells.get(mapping.columns.upper_limit or "", "")
    if limit and item.upper_limit:
        beside = Result(line.number, place, item.upper_limit, ItemValue(limit, unit))
        found.append((beside, cells.get(item.upper_limit)))
    return found


def _person(
    mapping: ImportMapping, line: FileLine, person_of: Callable[[str], SubjectState | None]
) -> SubjectState:
    name = line.cells[mapping.columns.subject]
    person = person_of(name) if name else None
    if person is None:
        raise Refused("TW-873", f"there is no subject {shown(name)}; check the number with the laboratory")
    return person


def _analyte(study: Study, mapping: ImportMapping, line: FileLine) -> tuple[ImportAnalyte, Item]:
    code = line.cells[mapping.columns.analyte]
    sampling = line.cells.get(mapping.columns.sampling or "", "")
    named = [each for each in mapping.analytes if each.code == code]
    fitting = [each for each in named if each.sampling in (None, sampling)]
    if not fitting:
        why = f" with the sampling {shown(sampling)}" if named else ""
        raise Refused("TW-875", f"the mapping has no analyte {shown(code)}{why}; add it to the protocol")
    form = study.form(fitting[0].form)
    item = form.item(fitting[0].item) if form is not None else None
    if item is None:
        raise Refused("TW-875", f"the analyte {shown(code)} leads to no item of the study; check the mapping")
    return fitting[0], item


def _visit(study: Study, mapping: ImportMapping, line: FileLine, person: SubjectState) -> tuple[str, int]:
    """The visit by its code, by the day on which it was held, or by both where they agree."""
    columns = mapping.columns
    code = line.cells.get(columns.visit or "", "")
    day = _day(mapping, line.cells.get(columns.date or "", ""))
    held = [
        (key.partition("|")[0], int(key.partition("|")[2]), visit.date)
        for key, visit in person.visits.items()
        if visit.date is not None and not visit.missed
    ]
    if columns.visit is not None:
        wanted = mapping.visits.get(code) if mapping.visits else code
        if wanted is None or study.visit(wanted) is None:
            raise Refused("TW-874", f"the visit {shown(code)} is none of the study; add it to the mapping")
        held = [each for each in held if each[0] == wanted]
        if not held:
            raise Refused("TW-874", f"visit {wanted} is not recorded yet; record it, then import again")
    if day is not None:
        held = [each for each in held if each[2] == day]
        if not held:
            raise Refused("TW-874", f"no such visit was held on {day}; check the date with the laboratory")
    if len(held) != 1:
        raise Refused("TW-874", "more than one visit fits; enter the result on its form")
    return held[0][0], held[0][1]


def _day(mapping: ImportMapping, text: str) -> str | None:
    if mapping.columns.date is None:
        return None
    try:
        form = _FORMS_OF_DATES[mapping.date_form]
        found = datetime.strptime(text, form)  # noqa: DTZ007 - only its day is taken
        if found.strftime(form) != text:  # strptime takes 2026111 and 1.1.2026, which might be other days
            raise ValueError(text)
    except ValueError:
        raise Refused("TW-874", f"the date {shown(text)} is not written as {mapping.date_form}") from None
    return found.date().isoformat()


def _unit(mapping: ImportMapping, analyte: ImportAnalyte, line: FileLine, item: Item) -> str | None:
    """The unit of the row in UCUM. Only a number without unit has none."""
    if item.type not in {"number", "integer"} or item.unit is None:
        return None
    written = line.cells.get(mapping.columns.unit or "", "")
    unit = mapping.units.get(written, written) if written else analyte.unit
    if unit is None:
        raise Refused("TW-876", f"the row gives no unit for {item.id}; ask the laboratory, it is not guessed")
    try:
        parse_unit(unit)
    except UnitError:
        raise Refused(
            "TW-876", f"the unit {shown(unit)} is not known; add its spelling to the mapping"
        ) from None
    return unit


def _answer(analyte: ImportAnalyte, item: Item, text: str, unit: str | None) -> ItemValue:
    if not text:
        raise Refused("TW-415", f"the row gives no value for {item.id}; say on the form why there is none")
    if item.type in {"number", "integer"}:
        return ItemValue(text, unit)
    if text not in analyte.results:
        known = ", ".join(analyte.results) or "none"
        raise Refused(
            "TW-432", f"the result {shown(text)} of {item.id} has no meaning here; known are {known}"
        )
    return ItemValue(analyte.results[text])


def _says_the_same(cell: Cell, value: ItemValue) -> bool:
    """Whether the record holds this answer in this unit; a converted value is another answer."""
    if cell.missing is not None:
        return False
    return _same_answer(ItemValue(cell.value, value.unit and cell.unit), value)


def _same_answer(one: ItemValue, other: ItemValue) -> bool:
    if one.unit != other.unit:
        return False
    if isinstance(one.value, str) and isinstance(other.value, str):
        first, second = read_number(one.value), read_number(other.value)
        if first is not None and second is not None:
            return first == second
    return one.value == other.value
