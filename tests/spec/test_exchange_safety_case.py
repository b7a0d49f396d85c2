"""What a safety case may hold and what it names as missing, as docs/safety_reports.md describes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from safety_case_making import full_batch, full_case, quantity
from trialwright.exchange.code_lists import EDQM_ROUTES, ROUTES, SERIOUSNESS
from trialwright.exchange.completeness import findings
from trialwright.exchange.safety_case import (
    Batch,
    Dosage,
    Drug,
    Patient,
    ProcedureResult,
    Reaction,
    Relation,
    SafetyCase,
    Sender,
    Source,
)
from trialwright.exchange.safety_values import Moment, Null, Quantity, SafetyCaseError


def named(case: SafetyCase, code: str) -> list[str]:
    return [str(problem) for problem in findings(case) if problem.code == code]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"latest_information": Moment("2026-03-01T10:05:00+08:00")}, "initial"),
        ({}, "follow-up"),
        ({"change": "nullification", "change_reason": "The person was never treated"}, "nullification"),
        ({"change": "amendment", "change_reason": "The batch was misread"}, "amendment"),
    ],
)
def test_a_case_says_what_kind_of_report_it_is(changes: dict[str, Any], kind: str) -> None:
    """Initial where nothing came after the first receipt, else follow-up; or what C.1.11.1 says."""
    assert replace(full_case(), **changes).kind == kind


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: Reaction(outcome="cured"), "E.i.7"),
        (lambda: Reaction(reported=""), "E.i.1.1a"),
        (lambda: Reaction(reported="bell \x07"), "XML cannot carry"),
        (lambda: Reaction(reported="half \ud800"), "XML cannot carry"),
        (lambda: Reaction(seriousness=frozenset({"annoying"})), "E.i.3.2"),
        (lambda: Reaction(language="eng"), "language without words"),
        (lambda: Sender(organisation=Null.UNK), "a null flavour"),
        (lambda: Source(middle="M."), "middle name"),
        (lambda: Patient(weight_kg=Decimal("NaN")), "D.3"),
        (lambda: Quantity(None, None), "neither number nor unit"),
        (lambda: Quantity(Decimal("Infinity"), "kg"), "not a number"),
        (lambda: Quantity(Decimal("1e999999"), "kg"), "cannot be written|can be written"),
        (lambda: Quantity(Decimal(1), "a year"), "not a unit"),
        (lambda: Moment("2026-02-29"), "not a date"),
        (lambda: Moment("29 February"), "not a date"),
        (lambda: Moment("2026-03-01T08:15+25:00"), "not a date"),
        (lambda: ProcedureResult(sign="<"), "sign"),
        (lambda: ProcedureResult(unit="mg"), "a unit without a number"),
        (lambda: Dosage(route_code="042"), "a code without its list"),
        (lambda: Relation(reaction=1), "says nothing"),
        (lambda: SafetyCase(drugs=(related_to(2),), reactions=(Reaction(),)), "no reaction 2"),
        (lambda: Drug(relations=related_to(1).relations * 2), "each once"),
        (lambda: Batch(number="B-1"), "without a message"),
    ],
)
def test_what_no_report_can_carry_is_refused(made: Callable[[], object], words: str) -> None:
    """A wrong code, an unprintable text, an impossible date, a loose reference: refused where it stands."""
    with pytest.raises(SafetyCaseError, match=words) as error:
        made()
    assert [problem.code for problem in error.value.problems] == ["TW-580"]


def related_to(reaction: int) -> Drug:
    return Drug(relations=(Relation(reaction=reaction, recurrence="not given again"),))


def test_a_full_case_lacks_only_what_was_not_coded() -> None:
    """A case in which all is said has one finding: the event that nobody coded."""
    assert [str(problem) for problem in findings(full_case())] == [
        "reactions 2: E.i.2.1b: the reaction is not coded in MedDRA [TW-581]"
    ]


def test_an_empty_case_names_all_that_is_missing() -> None:
    """What a receiver needs is named by its element, once, and nothing is put in its place."""
    missing = named(SafetyCase(), "TW-581")
    for element in ("C.1.1", "C.1.5", "C.3.2", "D.1", "D.7.2", "E.i", "G.k.1", "H.1", "C.2.r.5"):
        assert sum(f": {element} " in each or f": {element}:" in each for each in missing) == 1, element
    assert named(replace(full_case(), change="amendment"), "TW-581")[-1].startswith("case: C.1.11.2")
    assert any("C.5.4" in each for each in named(SafetyCase(report_type="study"), "TW-581"))


def test_what_e2b_does_not_allow_is_named_and_not_cut() -> None:
    """Too long a text, an unknown unit, country or language stays as it is and is named."""
    reaction = Reaction(
        reported="x" * 251,
        language="english",
        code="1",
        outcome="unknown",
        country="China",
        duration=quantity("1", "day"),
    )
    patient = Patient(initials="A.B.", age=quantity("52", "years"))
    case = replace(full_case(), patient=patient, reactions=(reaction,) * 2)
    said = " ".join(named(case, "TW-582"))
    for words in (
        "has 251 characters",
        "'english'",
        "'China'",
        "E.i.6b: the unit day",
        "D.2.2b: the unit years",
    ):
        assert words in said
    assert case.reactions[0].reported == "x" * 251


def test_a_case_that_contradicts_itself_is_named() -> None:
    """An end before the start, news older than the first report, death without a fatal outcome are named."""
    fatal = Reaction(code="1", seriousness=frozenset({"death"}), outcome="recovered")
    backwards = Reaction(code="1", outcome="recovered", start=Moment("2026-03-02"), end=Moment("2026-03-01"))
    dosage = Dosage(start=Moment("2026-03-01T09:00:00+08:00"), end=Moment("2026-03-01T00:30:00+00:00"))
    case = replace(
        full_case(),
        created=Moment("2026-02-01"),
        latest_information=Moment("2026-02-20"),
        first_received=Moment("2026-02-21"),
        reactions=(fatal, backwards),
        drugs=(Drug(role="suspect", name="P", dosages=(dosage,)),),
    )
    said = " ".join(named(case, "TW-587"))
    for words in (
        "older than the first",
        "before its latest information",
        "reactions 1",
        "ends before it starts",
    ):
        assert words in said
    assert "drugs 1: G.k.4.r.5" in said
    assert any("D.9.1" in each for each in named(case, "TW-581"))


@pytest.mark.parametrize(
    ("first", "second", "certain"),
    [
        ("2026-03-01", "2026-03-02", True),
        ("2026-03-01", "2026-03-01", False),
        ("2026-02", "2026-03-01", True),
        ("2026", "2026-03-01", False),
        ("2026-03-01T09:00:00+08:00", "2026-03-01T02:00:00+00:00", True),
        ("2026-03-01T09:00:00+08:00", "2026-03-01T00:30:00+00:00", False),
        ("2026-03-01T23:00:00-05:00", "2026-03-02", False),
    ],
)
def test_partial_dates_are_compared_only_as_far_as_they_are_known(
    first: str, second: str, certain: bool
) -> None:
    """A date is before another only where no reading of the two says otherwise."""
    assert Moment(first).certainly_before(Moment(second)) is certain


def test_the_code_lists_are_those_of_the_standard() -> None:
    """67 routes of the ICH list, six criteria of seriousness, and the EDQM code of an infusion."""
    assert len(ROUTES.codes) == 67
    picked = {word: ROUTES.codes[word] for word in ("intravenous drip", "oral", "subcutaneous", "vaginal")}
    assert picked == {"intravenous drip": "041", "oral": "048", "subcutaneous": "058", "vaginal": "067"}
    assert EDQM_ROUTES.codes["intravenous"] == "20045000"
    assert [code for code, _ in SERIOUSNESS.values()] == ["34", "21", "33", "35", "12", "26"]


def test_each_null_flavour_has_its_meaning() -> None:
    """Unknown, asked, not asked, masked, not applicable and no information are six different things."""
    assert {each.name for each in Null} == {"NI", "UNK", "ASKU", "NASK", "MSK", "NA"}
    assert len({each.meaning for each in Null}) == 6


def test_a_file_of_one_case_bears_its_identifier() -> None:
    """N.2.r.1 is C.1.1, as E2B(R3) wants it."""
    batch = full_batch()
    assert batch.messages[0].identifier == batch.messages[0].case.identifier
