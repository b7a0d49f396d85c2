"""People out of a file against the criteria: verdicts for the good rows, findings for the bad ones."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from trialwright.eligibility.entering import UnreadableCellError, is_empty, printable, read_cell
from trialwright.eligibility.people import People, Row
from trialwright.eligibility.possible import possible_limits
from trialwright.eligibility.verdicts import Judge, PersonVerdict
from trialwright.protocol.study import Study
from trialwright.rules import Datum, variables_of
from trialwright.rules.reading import parse
from trialwright.rules.values import LONGEST_NUMBER, is_measurable

PERSON = "person_id"
UNIT = "_unit"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong in the file: code, row as counted in the file, column, sentence."""

    code: str
    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {self.sentence} [{self.code}]"


def _finding(code: str, row: int, column: str, sentence: str) -> Finding:
    """A finding whose words can be printed, whatever the file holds."""
    return Finding(code, row, printable(column), printable(sentence))


@dataclass(frozen=True, slots=True)
class Screened:
    """One judged person."""

    person_id: str
    verdict: PersonVerdict


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """Everybody who could be judged, in the order of the file, and every finding."""

    people: tuple[Screened, ...]
    findings: tuple[Finding, ...]

    def as_json(self) -> list[dict[str, Any]]:
        """One object a judged person: person_id, overall, missing, criteria."""
        return [{"person_id": each.person_id, **each.verdict.as_json()} for each in self.people]


def screen_people(
    study: Study, people: People, today: date, progress: Callable[[int, int], None] | None = None
) -> ScreeningResult:
    """Judge every row. A row with a finding is not judged; the others are.

    ``today`` is the day after which no date may lie. Findings: TW-206 unknown column, TW-207 no or a doubled
    person_id, TW-208 ragged row, TW-209 a value given twice, TW-210 to TW-217 a cell that holds no value (see
    ``read_cell``).
    """
    desk = _Desk(study, today)
    findings = list(desk.unknown_columns(1, people.columns or ()))
    judged: list[Screened] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(people.rows, 1):
        found = [*desk.person_findings(row, seen)]
        if people.columns is None:
            found += desk.unknown_columns(row.number, row.cells)
        data, unreadable = desk.data(row)
        found += unreadable
        findings += found
        if not found:
            judged.append(Screened(_name_of(row.cells[PERSON]) or "", desk.judge.judge(data)))
        if progress is not None:
            progress(number, len(people.rows))
    return ScreeningResult(tuple(judged), tuple(findings))


class _Desk:
    """The study's variables and criteria, ready for any number of rows."""

    def __init__(self, study: Study, today: date) -> None:
        self.judge = Judge(study)
        self._study = study
        self._today = today
        self._variables = {
            name: variable for name, variable in self.judge.vocabulary.items() if name in _enterable(study)
        }
        self._possible = possible_limits(study)
        self._columns = {PERSON, *self._variables, *(name + UNIT for name in self._variables)}

    def unknown_columns(self, row: int, columns: Iterable[str]) -> Iterable[Finding]:
        """A finding for each column that no variable is called by."""
        for column in columns:
            if column not in self._columns:
                close = difflib.get_close_matches(column, self._columns, n=1)
                hint = f"; did you mean '{close[0]}'?" if close else ""
                sentence = f"there is no variable of this name{hint}"
                yield _finding("TW-206", row, column or "(no name)", sentence)

    def person_findings(self, row: Row, seen: dict[str, int]) -> Iterable[Finding]:
        """A finding where nobody is named, somebody is named twice, or the row does not fit the head."""
        if row.unfit is not None:
            code, column, sentence = row.unfit
            yield _finding(code, row.number, column, sentence)
        person = row.cells.get(PERSON)
        if is_empty(person):
            yield _finding("TW-207", row.number, PERSON, "nobody is named; give every row its person_id")
            return
        name = _name_of(person)
        if name is None:
            sentence = f"'{str(person)[:LONGEST_NUMBER]}' does not name a person; write letters and digits"
            yield _finding("TW-207", row.number, PERSON, sentence)
            return
        first = seen.setdefault(name, row.number)
        if first != row.number:
            sentence = f"'{name}' stands in row {first} already; keep one of the two"
            yield _finding("TW-207", row.number, PERSON, sentence)

    def data(self, row: Row) -> tuple[dict[str, Datum], list[Finding]]:
        """The row's values, and a finding for each cell that holds none of its variable."""
        data: dict[str, Datum] = {}
        findings: list[Finding] = []
        for name, variable in self._variables.items():
            item = self._study.items.get(name)
            cell, unit = row.cells.get(name), row.cells.get(name + UNIT)
            try:
                datum = read_cell(
                    cell, unit, variable, item, self._today, f"row {row.number}", self._possible.get(name)
                )
            except UnreadableCellError as error:
                column = name + UNIT if error.code in {"TW-214", "TW-215"} else name
                findings.append(_finding(error.code, row.number, column, error.sentence))
            else:
                if datum is not None:
                    data[name] = datum
        return data, findings


def _name_of(person: object) -> str | None:
    """A person's name: text that can be printed, or a whole number; None for anything else."""
    if isinstance(person, Decimal) and person == person.to_integral_value() and is_measurable(person):
        return str(int(person))
    if isinstance(person, bool) or not isinstance(person, str | int):
        return None
    name = str(person).strip()
    return name if printable(name) == name else None


def _enterable(study: Study) -> frozenset[str]:
    """What a person's row may hold: items, facts, and derivations that may be entered."""
    derived = {derivation.id for derivation in study.derivations if derivation.enterable}
    return frozenset({*study.items, *(fact.id for fact in study.facts), *derived})


def variables_read_by_criteria(study: Study) -> tuple[str, ...]:
    """The variables that the criteria read, in alphabetical order."""
    return tuple(sorted(set().union(*(variables_of(parse(criterion.rule)) for criterion in study.criteria))))
