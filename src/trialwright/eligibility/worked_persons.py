"""Worked persons: invented people in the study's folder and the verdicts that they must get.

``worked_persons.yaml`` is written beside the criteria by whoever knows what they mean. A rule changed by
mistake then shows at the next ``trialwright check``, before it decides about anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trialwright.eligibility.people import People, Row
from trialwright.eligibility.screening import PERSON, Screened, screen_people
from trialwright.eligibility.verdicts import Overall, Verdict
from trialwright.errors import Problem, TrialwrightError
from trialwright.protocol.study import Study
from trialwright.protocol.yaml_reading import Document

FILE = "worked_persons.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WorkedPerson(_Part):
    """``everybody`` with some values changed (null removes one), and what must come out."""

    id: str
    shows: str
    values: dict[str, object] = Field(default_factory=dict)
    overall: Overall
    verdicts: dict[str, Verdict] = Field(default_factory=dict)


class _WorkedPersons(_Part):
    today: date
    everybody: dict[str, object]
    persons: tuple[WorkedPerson, ...] = Field(min_length=1)


def check_worked_persons(study: Study, document: Document) -> int:
    """How many worked persons got the verdicts that they must get.

    Raises TW-218 for each verdict that differs, with its line, and TW-219 for a file or a person that
    cannot be read.
    """
    worked = _read(document)
    rows = tuple(
        Row(number, {PERSON: person.id} | worked.everybody | person.values)
        for number, person in enumerate(worked.persons, 1)
    )
    result = screen_people(study, People(rows, None), worked.today)
    problems = [
        Problem("TW-219", f"{finding.column}: {finding.sentence}", _line(document, finding.row - 1))
        for finding in result.findings
    ]
    judged = {each.person_id: each for each in result.people}
    for number, person in enumerate(worked.persons):
        if person.id in judged:
            problems += [
                Problem("TW-218", difference, _line(document, number))
                for difference in _differences(person, judged[person.id])
            ]
    if problems:
        raise TrialwrightError(*problems)
    return len(worked.persons)


def _read(document: Document) -> _WorkedPersons:
    try:
        return _WorkedPersons.model_validate(document.data)
    except ValidationError as error:
        raise TrialwrightError(
            *(
                Problem(
                    "TW-219",
                    f"{'.'.join(map(str, each['loc'])) or FILE}: {each['msg'].lower()}",
                    document.place(each["loc"]),
                )
                for each in error.errors()
            )
        ) from None


def _line(document: Document, number: int) -> str:
    return document.place(("persons", number))


def _differences(person: WorkedPerson, judged: Screened) -> Iterator[str]:
    if judged.verdict.overall != person.overall:
        yield f"{person.id} is {judged.verdict.overall}, must be {person.overall}: {person.shows}"
    found = {criterion.id: criterion for criterion in judged.verdict.criteria}
    for name, wanted in person.verdicts.items():
        if name not in found:
            yield f"{person.id} names {name}, which is no criterion of the study"
        elif found[name].verdict != wanted:
            yield f"{person.id} has {name} {found[name].verdict}, must be {wanted}: {found[name].reason}"
