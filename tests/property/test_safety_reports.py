"""Whatever a safety case holds, its file is valid, comes back whole, and holds nothing else."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from safety_case_making import full_batch
from trialwright.exchange.code_lists import EDQM, ICH_ROUTES, SERIOUSNESS
from trialwright.exchange.completeness import findings
from trialwright.exchange.e2b_reading import read_batch
from trialwright.exchange.e2b_spots import MessageError
from trialwright.exchange.e2b_writing import write_batch
from trialwright.exchange.safety_case import Batch, Message, Relation, SafetyCase
from trialwright.exchange.safety_values import (
    Moment,
    Null,
    Part,
    Quantity,
    SafetyCaseError,
    carried,
    fields_of,
)

texts = st.text(max_size=12).filter(carried)
tokens = st.from_regex(r"[A-Za-z0-9.\-]{1,8}", fullmatch=True)
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=3)
units = st.sampled_from(["a", "mg", "mL", "{total}", "ug/L", "%"])
quantities = st.one_of(
    st.builds(Quantity, numbers, units),
    st.builds(Quantity, numbers, st.none()),
    st.builds(Quantity, st.none(), units),
)
# From the year alone to microseconds with an offset.
moments = st.builds(
    lambda moment, form: Moment(moment.strftime(form)),
    st.datetimes(min_value=datetime(1900, 1, 1)),  # noqa: DTZ001 - the forms name an offset, or none
    st.sampled_from(
        [
            "%Y",
            "%Y-%m",
            "%Y-%m-%d",
            "%Y-%m-%dT%H",
            "%Y-%m-%dT%H:%M",
            "%Y-%m-%dT%H:%M:%S+08:00",
            "%Y-%m-%dT%H:%M:%S.%f-03:30",
        ]
    ),
)
# Identifiers, codes and languages stand in attributes in which HL7 allows no blank.
TOKENS = {"code", "version", "language", "country", "route_code", "route_version", "unit"}


@cache
def part(kind: type[Part]) -> st.SearchStrategy[Any]:
    """Parts of one kind with any values in their fields; a combination that is refused is not one."""
    hints = get_type_hints(kind, include_extras=True)
    held = fields_of(kind)
    fillings = {each.name: value(each.name, hints[each.name], held.get(each.name)) for each in fields(kind)}
    return st.fixed_dictionaries({}, optional=fillings).map(lambda given: made(kind, given)).filter(bool)


def made(kind: type[Part], given: dict[str, Any]) -> Part | None:
    try:
        return kind(**given)
    except SafetyCaseError:
        return None


def value(name: str, hint: Any, about: Any) -> st.SearchStrategy[Any]:
    """Values of one field, by its type and by what it may hold."""
    if name == "seriousness":
        return st.frozensets(st.sampled_from(sorted(SERIOUSNESS)))
    if name == "sign":
        return st.sampled_from(["=", "<", "<=", ">", ">="])
    if name == "route_list":
        return st.sampled_from([EDQM, ICH_ROUTES])
    if name == "relations":
        return st.just(())  # they need reactions; see cases()
    plain = get_args(hint)[0] if about else hint
    if str(plain).startswith("tuple"):
        inner = get_args(plain)[0]
        one = (
            part(inner) if isinstance(inner, type) and issubclass(inner, Part) else scalar(name, inner, about)
        )
        return st.lists(one, max_size=2).map(tuple)
    options = get_args(plain) or (plain,)
    return st.one_of(*(scalar(name, each, about) for each in options))


def scalar(name: str, kind: Any, about: Any) -> st.SearchStrategy[Any]:
    if kind is type(None):
        return st.none()
    if kind is str:
        if about.codes is not None:
            return st.sampled_from(sorted(about.codes.codes))
        return tokens if name in TOKENS else texts
    simple = {
        bool: st.booleans(),
        Null: st.sampled_from(Null),
        Moment: moments,
        Decimal: numbers,
        Quantity: quantities,
    }
    return simple[kind] if kind in simple else part(kind)


@st.composite
def cases(draw: st.DrawFn) -> SafetyCase:
    """Cases whose drugs are related to some of their reactions."""

    case = draw(part(SafetyCase))
    numbered = [number for number in range(1, len(case.reactions) + 1) if draw(st.booleans())]
    related = [draw(part_of_relation(number)) for number in numbered]
    drugs = tuple(replace(drug, relations=tuple(related)) for drug in case.drugs)
    return replace(case, drugs=drugs)


def part_of_relation(number: int) -> st.SearchStrategy[Relation]:
    hints = get_type_hints(Relation, include_extras=True)
    held = fields_of(Relation)
    names = [name for name in hints if name != "reaction"]
    fillings = {name: value(name, hints[name], held.get(name)) for name in names}
    given = st.fixed_dictionaries({}, optional=fillings)
    return given.map(lambda each: made(Relation, {**each, "reaction": number})).filter(bool)


@st.composite
def batches(draw: st.DrawFn) -> Batch:

    case = draw(cases())
    message = Message(identifier=draw(st.none() | texts), created=draw(st.none() | moments), case=case)
    return Batch(number=draw(st.none() | texts), sender=draw(st.none() | texts), messages=(message,))


@pytest.fixture(scope="module")
def schema(shared_folder: Path) -> Any:
    """The ICSR schemas that stand beside the project."""
    place = shared_folder / "validators" / "icsr-xsd" / "multicacheschemas" / "MCCI_IN200100UV01.xsd"
    if not place.is_file():
        pytest.skip("the ICSR schemas are not beside the project")
    return etree.XMLSchema(etree.parse(place))


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(batches())
def test_a_case_is_valid_and_comes_back_whole(schema: Any, batch: Batch) -> None:
    """Any case is written as a valid file, and reading it gives the same case with nothing left over."""
    data = write_batch(batch)
    assert schema.validate(etree.fromstring(data)), schema.error_log
    read = read_batch(data)
    assert read.batch == batch
    assert read.not_held == ()
    assert write_batch(read.batch) == data
    findings(batch.messages[0].case)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_damaged_file_is_refused_or_read_never_a_traceback(data: st.DataObject) -> None:
    """Bytes cut out, doubled or changed give a case, or a refusal with a code."""

    whole = write_batch(full_batch())
    start = data.draw(st.integers(0, len(whole) - 1))
    length = data.draw(st.integers(0, 60))
    put = data.draw(st.sampled_from([b"", b'"', b"<x/>", b"\x00", b"nullFlavor", whole[start : start + 200]]))
    changed = whole[:start] + put + whole[start + length :]
    assume(changed != whole)
    assert outcome(changed) in {"read", "TW-583", "TW-584", "TW-585"}


def outcome(data: bytes) -> str:
    try:
        read_batch(data)
    except MessageError as error:
        return error.problems[0].code
    return "read"
