"""A serious event of the record as an individual case safety report: what is known, nothing made up.

What the record does not hold is left out or masked, and ``exchange.completeness`` names it. No database, no
clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from trialwright.conduct.answers import read_number
from trialwright.conduct.event_standing import newest_report
from trialwright.conduct.safety_duties import known_at
from trialwright.conduct.states import Cell, SafetyFile, SubjectState
from trialwright.exchange.safety_case import (
    Assessment,
    Coded,
    Dosage,
    Drug,
    Patient,
    Reaction,
    Registration,
    Relation,
    SafetyCase,
    Sender,
    Source,
    StudyNamed,
)
from trialwright.exchange.safety_values import Moment, Null, Quantity
from trialwright.protocol.study import Study

# The words of the record and those of E2B(R3), where they differ.
_SERIOUS: Final = MappingProxyType(
    {
        "death": "death",
        "life_threatening": "life-threatening",
        "hospitalisation": "hospitalisation",
        "disability": "disability",
        "congenital_anomaly": "congenital anomaly",
        "medically_important": "other medically important",
    }
)
_OUTCOMES: Final = MappingProxyType(
    {
        "recovered": "recovered",
        "recovering": "recovering",
        "not_recovered": "not recovered",
        "sequelae": "recovered with sequelae",
        "fatal": "fatal",
        "unknown": "unknown",
    }
)
_ACTIONS: Final = MappingProxyType(
    {
        "none": "dose not changed",
        "withdrawn": "withdrawn",
        "not_applicable": "not applicable",
        "unknown": "unknown",
    }
)


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What stands beside the casebook: the lot given, the newest word of the event, now, rehearsal."""

    lot: str
    latest: str
    now: datetime
    rehearsed: bool


def case_of(study: Study, person: SubjectState, number: str, beside: Circumstance) -> SafetyCase:
    """The case in the version that the record holds now. Raises SafetyCaseError where it cannot be said."""
    event, file = newest_report(person, number), person.safety[number]
    identifier = f"{study.study.id}-{person.subject}-{number}"
    received = next((each.at for each in file.submissions if each.to == "sponsor"), known_at(file))
    site = study.site(person.site)
    place = site.name if site else person.site
    return SafetyCase(
        identifier=identifier,
        created=_moment(beside.now.isoformat()),
        report_type="study",
        first_received=_moment(received),
        latest_information=_moment(max(received, beside.latest, key=_instant)),
        expedited=_expedited(file),
        worldwide_identifier=identifier,
        first_sender="other",
        sources=(Source(organisation=place[:60], qualification=Null.UNK, primary=True),),
        sender=Sender(organisation=study.study.sponsor[:100]),
        study=StudyNamed(
            registrations=(Registration(number=study.study.id),) if study.study.registry else (),
            name=study.study.title[:2000],
            sponsor_number=study.study.id[:50],
            kind="clinical trial",
        ),
        patient=_patient(study, person, event),
        reactions=(_reaction(event),),
        drugs=(_drug(study, person, event, beside.lot),) if person.arm and person.treated_at else (),
        narrative=_narrative(study, person, number, beside),
        senders_comments=_comment(file),
    )


def _patient(study: Study, person: SubjectState, event: dict[str, Any]) -> Patient:
    sex, born = _demographic(study, person, "SEX"), _demographic(study, person, "BRTHDTC")
    start = str(event["start"] or "")
    age = None
    if born is not None and len(born) == 10 and len(start) >= 10:
        years = _years(date.fromisoformat(born), date.fromisoformat(start[:10]))
        age = Quantity(Decimal(years), "a")
    return Patient(
        initials=Null.MSK,
        investigation_number=person.subject[:20],
        age=age,
        sex=sex if sex in {"male", "female"} else None,
        died=Moment(str(event["end"])) if event["outcome"] == "fatal" and event["end"] else None,
    )


def _demographic(study: Study, person: SubjectState, variable: str) -> str | None:
    """The newest answer to the item that SDTM keeps as this variable of DM."""
    named = {
        (form.id, item.id)
        for form in study.forms
        for item in form.items
        if item.sdtm is not None and (item.sdtm.domain, item.sdtm.variable) == ("DM", variable)
    }
    found: list[Cell] = [
        cells[item]
        for key, cells in person.rows.items()
        for form, item in named
        if key.split("|")[2] == form and item in cells
    ]
    value = max(found, key=lambda cell: cell.changed).value if found else None
    return value if isinstance(value, str) else None


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _reaction(event: dict[str, Any]) -> Reaction:
    return Reaction(
        reported=str(event["term"])[:250],
        code=Null.NI,
        seriousness=frozenset(_SERIOUS[each] for each in event["seriousness"]),
        start=Moment(str(event["start"])) if event["start"] else Null.UNK,
        end=Moment(str(event["end"])) if event["end"] else None,
        outcome=_OUTCOMES.get(str(event["outcome"]), "unknown"),
    )


def _drug(study: Study, person: SubjectState, event: dict[str, Any], lot: str) -> Drug:
    arm = study.arm(str(person.arm))
    assert arm is not None  # noqa: S101 - only enrolled people have an arm, and the record knows it
    given = study.intervention_of(arm)
    infusion = person.infusion
    amount, unit = (infusion.planned_volume_ml, "mL") if infusion else (str(given.amount), given.amount_unit)
    number = read_number(str(amount))
    stops = infusion.spans[-1][1] if infusion else None
    related = event["related"] or "not stated, counts as related"
    return Drug(
        role="suspect",
        name=study.product_of(given).name[:250],
        dosages=(
            Dosage(
                dose=Quantity(number.number, unit) if number else None,
                start=Moment(str(person.treated_at)),
                end=Moment(stops) if stops else None,
                batch=lot[:35] if lot else Null.UNK,
                route=given.route.lower()[:60],
                text=f"planned: {amount} {unit}",
            ),
        ),
        indications=(Coded(text=study.study.condition[:250]),),
        action=_ACTIONS.get(str(event["action"])),
        relations=(Relation(reaction=1, assessments=(Assessment(source="Investigator", result=related),)),),
    )


def _narrative(study: Study, person: SubjectState, number: str, beside: Circumstance) -> str:
    """The course of the event in sentences, each from an entry."""
    event = newest_report(person, number)
    told = ["Rehearsal: the person and the event are invented."] if beside.rehearsed else []
    told.append(f"Subject {person.subject} of study {study.study.id}, site {person.site}.")
    if person.treated_at:
        told.append(f"Treated from {person.treated_at} on, lot {beside.lot or 'not known'}.")
    else:
        told.append("Not treated.")
    met = ", ".join(_SERIOUS[each] for each in event["seriousness"]) or "no criterion is recorded"
    told.append(f"{number}: {event['term']}, from {event['start'] or 'an unknown time'} on; serious ({met}).")
    told.append(f"Grade: {event['grade'] or 'not graded'}. Outcome: {event['outcome'] or 'not stated'}.")
    told.append(
        f"Ended: {event['end'] or 'not ended, or not known'}. Action: {event['action'] or 'not stated'}."
    )
    told.append(f"The investigator's causality: {event['related'] or 'not stated, counts as related'}.")
    return " ".join(told)


def _comment(file: SafetyFile) -> str | None:
    if file.assessment is None:
        return None
    suspected = "suspected" if file.assessment.suspected else "not suspected"
    return f"Sponsor: {suspected}, {'expected' if file.assessment.expected else 'unexpected'}."


def _expedited(file: SafetyFile) -> bool | None:
    if file.assessment is None:
        return None
    return file.assessment.suspected and not file.assessment.expected


def _moment(text: str) -> Moment:
    """To the second, in UTC: an entry's time has parts of a second and a Z, which a report does not."""
    return Moment(_instant(text).strftime("%Y-%m-%dT%H:%M:%S+00:00"))


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
