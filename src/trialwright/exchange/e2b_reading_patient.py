"""Sections D, E and F of an E2B(R3) message, read: the person, the reactions, the results of tests."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from trialwright.exchange import code_lists as lists
from trialwright.exchange.e2b_spots import (
    Spot,
    answer_at,
    code_at,
    identifier_at,
    number_at,
    plain_answer_at,
    plain_text_at,
    plain_word_at,
    quantity_at,
    text_at,
    time_at,
    word_at,
)
from trialwright.exchange.safety_case import Coded, Condition, Patient, ProcedureResult, Reaction
from trialwright.exchange.safety_values import Moment, Null, Quantity

_SIDES = {"L": "low", "H": "high"}


def read_patient(role: Spot) -> Patient:
    """D: the person."""
    autopsy = _seen(role, "5")
    conditions, history, therapies = _history(role)
    return Patient(
        initials=text_at(role, "player1/name"),
        investigation_number=_investigation_number(role),
        born=time_at(role, "player1/birthTime"),
        age=quantity_at(_seen(role, "3"), "value"),
        age_group=plain_word_at(_seen(role, "4"), "value", lists.AGE_GROUPS),
        weight_kg=_in_unit(_seen(role, "7"), "kg"),
        height_cm=_in_unit(_seen(role, "17"), "cm"),
        sex=word_at(role, "player1/administrativeGenderCode", lists.SEX_CODES),
        conditions=conditions,
        history=history,
        concomitant_therapies=therapies,
        died=time_at(role, "player1/deceasedTime"),
        reported_causes=tuple(_cause(each) for each in _all_seen(role, "32")),
        autopsy=answer_at(autopsy),
        autopsy_causes=tuple(_cause(each) for each in _autopsy_causes(autopsy)),
    )


def read_reaction(spot: Spot) -> Reaction:
    """E.i: one reaction."""
    start, end, duration = _interval(spot)
    value = spot.first("value")
    words = None if value is None else value.first("originalText")
    return Reaction(
        reported=None if value is None else plain_text_at(value, "originalText"),
        language=None if words is None else words.attribute("language"),
        translated=_text_about(spot, "30"),
        code=code_at(spot, "value", lists.MEDDRA),
        version=None if value is None else value.attribute("codeSystemVersion"),
        seriousness=frozenset(word for word in lists.SERIOUSNESS if _met(spot, word)),
        start=start,
        end=end,
        duration=duration,
        outcome=plain_word_at(_about(spot, "27"), "value", lists.OUTCOMES),
        country=_country(spot),
    )


def read_results(role: Spot) -> Iterator[ProcedureResult]:
    """F.r: results."""
    organizers = role.coded("subjectOf2/organizer", "3", lists.ORGANIZERS)
    for spot in (each for organizer in organizers for each in organizer.all("component/observation")):
        code = spot.first("code")
        yield ProcedureResult(
            date=time_at(spot, "effectiveTime"),
            name=None if code is None else plain_text_at(code, "originalText"),
            code=code_at(spot, "code", lists.MEDDRA),
            version=None if code is None else code.attribute("codeSystemVersion"),
            result_code=plain_word_at(spot, "interpretationCode", lists.RESULTS),
            **_values(spot),
            comments=_text_about(spot, "10"),
            more_available=plain_answer_at(_about(spot, "25")),
        )


def coded_value(spot: Spot) -> Coded:
    """A term as a value: words, code, version."""
    value = spot.first("value")
    return Coded(
        text=None if value is None else text_at(value, "originalText"),
        code=code_at(spot, "value", lists.MEDDRA),
        version=None if value is None else value.attribute("codeSystemVersion"),
    )


def _all_seen(role: Spot, code: str) -> Iterator[Spot]:
    return role.coded("subjectOf2/observation", code, lists.OBSERVATIONS)


def _seen(role: Spot, code: str) -> Spot | None:
    return next(_all_seen(role, code), None)


def _about(spot: Spot, code: str) -> Spot | None:
    return spot.first_coded("outboundRelationship2/observation", code, lists.OBSERVATIONS)


def _text_about(spot: Spot, code: str) -> str | None:
    about = _about(spot, code)
    return None if about is None else plain_text_at(about, "value")


def _investigation_number(role: Spot) -> str | Null | None:
    for entity in role.coded("player1/asIdentifiedEntity", "4", lists.IDENTIFIER_SOURCES):
        return identifier_at(entity, "id", lists.INVESTIGATION_NUMBER)
    return None


def _in_unit(spot: Spot | None, unit: str) -> Decimal | None:
    """A measure that E2B(R3) has in one unit."""
    measure = quantity_at(spot, "value")
    if spot is not None and measure is not None and measure.unit != unit:
        raise spot.unreadable(f"the unit is {measure.unit}, not {unit}")
    return None if measure is None else measure.value


def _history(role: Spot) -> tuple[tuple[Condition, ...], str | Null | None, bool | None]:
    """D.7: a component that is neither the text nor the therapies is a condition."""
    organizer = role.first_coded("subjectOf2/organizer", "1", lists.ORGANIZERS)
    if organizer is None:
        return (), None, None
    path = "component/observation"
    text = organizer.first_coded(path, "18", lists.OBSERVATIONS)
    therapies = organizer.first_coded(path, "11", lists.OBSERVATIONS)
    others = {each.element for each in (text, therapies) if each is not None}
    conditions = (spot for spot in organizer.all(path) if spot.element not in others)
    return (
        tuple(_condition(spot) for spot in conditions),
        None if text is None else text_at(text, "value"),
        plain_answer_at(therapies),
    )


def _condition(spot: Spot) -> Condition:
    start, end, _ = _interval(spot)
    code = spot.first("code")
    return Condition(
        code=code_at(spot, "code", lists.MEDDRA),
        version=None if code is None else code.attribute("codeSystemVersion"),
        start=start,
        continuing=answer_at(spot.first_coded("inboundRelationship/observation", "13", lists.OBSERVATIONS)),
        end=end,
        comments=_text_about(spot, "10"),
        in_family=plain_answer_at(_about(spot, "38")),
    )


def _cause(spot: Spot) -> Coded:
    return coded_value(spot)


def _autopsy_causes(autopsy: Spot | None) -> Iterator[Spot]:
    if autopsy is not None:
        yield from autopsy.coded("outboundRelationship2/observation", "8", lists.OBSERVATIONS)


def _met(spot: Spot, word: str) -> bool:
    """E.i.3.2: a criterion is met where the message says so; it has no way to say that it is not."""
    return answer_at(_about(spot, lists.SERIOUSNESS[word][0])) is True


def _interval(
    spot: Spot, path: str = "effectiveTime"
) -> tuple[Moment | Null | None, Moment | Null | None, Quantity | None]:
    """Start, end and duration, of a plain interval or of one met with its duration."""
    parts = [time for time in (spot.first(path), *spot.all(f"{path}/comp")) if time is not None]
    starts = (time_at(part, "low") for part in parts)
    ends = (time_at(part, "high") for part in parts)
    widths = (quantity_at(part, "width") for part in parts)
    return _first_known(starts), _first_known(ends), _first_known(widths)


def _first_known(values: Iterator[Any]) -> Any:
    return next((value for value in values if value is not None), None)


def _country(spot: Spot) -> str | None:
    code = code_at(spot, "location/locatedEntity/locatedPlace/code", lists.COUNTRIES)
    return code if isinstance(code, str) else None


def _values(spot: Spot) -> dict[str, Any]:
    """F.r.3.2 to F.r.5: number with sign and unit, free text, and the limits of normal."""
    found: dict[str, Any] = {}
    for value in spot.all("value"):
        if value.first("center") or value.first("low") or value.first("high"):
            found |= _measured(value)
        elif value.attribute("value") is None:
            text = value.text()
            found |= {} if text is None else {"text": text}
    for limit in spot.all("referenceRange/observationRange"):
        side = limit.first("interpretationCode")
        word = None if side is None else _SIDES.get(side.attribute("code") or "")
        bound = quantity_at(limit, "value") if word else None
        if side is not None and word is not None and bound is not None:
            side.take()
            found[word] = bound.value
            found["unit"] = found.get("unit") or bound.unit
    return found


def _measured(value: Spot) -> dict[str, Any]:
    center, low, high = value.first("center"), value.first("low"), value.first("high")
    if center is not None:
        return {"value": number_at(center), "unit": center.attribute("unit")}
    for bound, sign, other in ((high, "<", low), (low, ">", high)):
        if bound is not None and bound.attribute("value") is not None:
            if other is not None and other.attribute("nullFlavor") in ("NINF", "PINF"):
                other.take()
            equal = "=" if bound.attribute("inclusive") == "true" else ""
            return {"sign": sign + equal, "value": number_at(bound), "unit": bound.attribute("unit")}
    return {}
