"""The rule language where it could go wrong: open bounds, far dates, huge numbers, nodes without meaning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from trialwright.rules import (
    Datum,
    Kind,
    Outcome,
    Range,
    RuleSyntaxError,
    RuleTypeError,
    Variable,
    check_types,
    evaluate,
    parse,
    unparse,
)
from trialwright.rules import nodes as n
from trialwright.rules.calendar_windows import shift
from trialwright.rules.wording import shown_number, shown_range

VOCABULARY = {
    variable.name: variable
    for variable in (
        Variable("smoker", Kind.BOOLEAN),
        Variable("sex", Kind.CODE, codes=("male", "female")),
        Variable("change", Kind.NUMBER),
        Variable("visits", Kind.NUMBER),
        Variable("alt", Kind.NUMBER, "U/L", label="ALT is measured"),
        Variable("alt_uln", Kind.NUMBER, "U/L"),
        Variable("dose", Kind.NUMBER, "mg"),
        Variable("ceiling", Kind.NUMBER, "g"),
        Variable("screening", Kind.DATE),
        Variable("surgery", Kind.DATE),
    )
}


def say(rule: str, **data: object) -> Outcome:
    node = parse(rule)
    assert check_types(node, VOCABULARY) is Kind.BOOLEAN
    known = {name: value if isinstance(value, Datum) else Datum(value) for name, value in data.items()}  # type: ignore[arg-type] # tests give any value
    return evaluate(node, VOCABULARY, known)


def test_below_a_value_does_not_reach_it() -> None:
    """A laboratory's <100 is below 100, and >11.0 is above 11.0."""
    under = Range(Decimal(0), Decimal(100), high_open=True)
    assert say("alt >= 100 U/L", alt=under).truth.value == "false"
    assert say("alt < 100 U/L", alt=under).truth.value == "true"
    assert say("alt < 99 U/L", alt=under).truth.value == "unknown"
    assert say("alt >= 100 U/L", alt=Range(Decimal(0), Decimal(100))).truth.value == "unknown"
    assert say("change > 11", change=Range(Decimal(11), None, low_open=True)).truth.value == "true"
    assert (
        say("change between 7 and 11", change=Range(Decimal(11), None, low_open=True)).truth.value == "false"
    )


def test_a_limit_of_which_only_one_side_is_known_decides_on_that_side() -> None:
    """With an upper limit of at least 40, ALT 50 is below 2.5 times it; ALT 150 stays open."""
    rule, at_least = "alt < 2.5 x alt_uln", Range(Decimal(40), None)
    assert say(rule, alt=Decimal(50), alt_uln=at_least).truth.value == "true"
    assert say(rule, alt=Decimal(150), alt_uln=at_least).truth.value == "unknown"


def test_nothing_lies_between_limits_that_run_backwards() -> None:
    """Limits written the wrong way round are refused; limits of a person that are, hold nothing."""
    for rule in (
        "change between 11 and 7",
        "dose between 2 g and 3 mg",
        "surgery between 2026-02-01 and 2026-01-01",
    ):
        with pytest.raises(RuleTypeError, match="run backwards"):
            check_types(parse(rule), VOCABULARY)
    crossed = say("change between visits and 3", change=Range(Decimal(2), Decimal(9)), visits=Decimal(4))
    assert crossed.truth.value == "false"
    assert "where nothing lies" in crossed.reason
    assert say("dose between 3 mg and 2 g", dose=Decimal(5)).truth.value == "true"


def test_numbers_in_rules_may_be_negative() -> None:
    """A change of at most -5, and a range below zero."""
    assert say("change <= -5", change=Decimal("-5.1")).truth.value == "true"
    assert say("change between -5 and -1", change=Decimal(0)).truth.value == "false"
    assert say("change - -5 > 0", change=Decimal("-4")).truth.value == "true"
    assert unparse(parse("change <= - 5")) == "change <= -5"


def test_a_division_by_zero_is_open_and_names_what_could_close_it() -> None:
    """Nothing is guessed: the rule is unknown, and says so."""
    outcome = say("change / visits > 1", change=Decimal(3), visits=Decimal(0))
    assert (outcome.truth.value, outcome.missing) == ("unknown", ())
    assert "change 3 / visits 0 = not defined" in outcome.reason
    open_divisor = say("change / visits > 1", change=Decimal(3), visits=Range(Decimal(0), Decimal(2)))
    assert (open_divisor.truth.value, open_divisor.missing) == ("unknown", ("visits",))


def test_what_is_not_finite_is_not_known() -> None:
    """`is known` and comparisons agree on what a value is."""
    for nothing in (Decimal("NaN"), Decimal("-Infinity"), Decimal("1E-999999999"), Range(), None):
        assert say("change is known", change=nothing).truth.value == "false"
        assert say("change > 0", change=nothing).truth.value == "unknown"
    assert say("change is known", change=Range(Decimal(1), None)).truth.value == "true"


@pytest.mark.parametrize(
    ("day", "amount", "unit", "expected"),
    [
        (date(2024, 8, 31), -6, "months", date(2024, 2, 29)),
        (date(2025, 8, 31), -6, "months", date(2025, 2, 28)),
        (date(2024, 2, 29), 1, "years", date(2025, 2, 28)),
        (date(2024, 2, 29), -4, "years", date(2020, 2, 29)),
        (date(2024, 12, 31), 2, "months", date(2025, 2, 28)),
        (date(2024, 1, 31), 1, "months", date(2024, 2, 29)),
        (date(2024, 3, 1), -1, "days", date(2024, 2, 29)),
        (date(2024, 3, 1), -2, "weeks", date(2024, 2, 16)),
        (date(1, 1, 5), -6, "months", date.min),
        (date(9999, 12, 1), 1, "months", date.max),
        (date(2024, 1, 1), 10**12, "days", date.max),
        (date(2024, 1, 1), -(10**12), "years", date.min),
    ],
)
def test_months_end_with_their_last_day_and_the_calendar_with_its_own(
    day: date, amount: int, unit: n.CalendarUnit, expected: date
) -> None:
    """The same day of the month, or its last; nothing lies beyond the years 1 to 9999."""
    assert shift(day, amount, unit) == expected


def test_a_window_at_the_end_of_the_calendar_is_judged() -> None:
    """A mistyped year is a value like another, never a crash."""
    rule = "surgery within 6 months before screening"
    assert say(rule, surgery=date(1, 1, 1), screening=date(1, 1, 5)).truth.value == "true"
    far = "surgery within 99999999999999 years after screening"
    assert say(far, surgery=date(2030, 1, 1), screening=date(2024, 1, 1)).truth.value == "true"


def test_an_open_rule_shows_what_it_was_held_against() -> None:
    """Where all values are there and bounds leave it open, the sentence shows both sides."""
    outcome = say(
        "alt >= by sex {male: 50 U/L, female: 40 U/L}", alt=Datum(Decimal(45), None, "45 U/L", "row 3")
    )
    assert outcome.missing == ("sex",)
    assert outcome.reason == (
        "ALT is measured is 45 U/L [row 3], against 40 to 50 U/L (sex is missing), "
        "so 'alt >= by sex {male: 50 U/L, female: 40 U/L}' cannot be decided"
    )


def test_a_missing_value_is_only_said_to_be_missing() -> None:
    """No conversion of nothing: only what is missing is named, in one sentence."""
    outcome = say("dose > ceiling", dose=Decimal(5))
    assert outcome.reason == "ceiling is missing, so 'dose > ceiling' cannot be decided"
    assert outcome.missing == ("ceiling",)


def test_a_unit_that_does_not_convert_makes_a_value_unknown() -> None:
    """The sentence names the value, its unit, and that they do not convert."""
    outcome = say("alt > 3 U/L", alt=Datum(Decimal(5), "kg"))
    assert (outcome.truth.value, outcome.missing) == ("unknown", ("alt",))
    assert "5 kg, but kg does not convert to U/L" in outcome.reason
    assert say("visits > 3", visits=Datum(Decimal(5), "kg")).truth.value == "unknown"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("12", "12"),
        ("0", "0"),
        ("-0.50", "-0.5"),
        ("7.79884", "≈7.7988"),
        ("0.00005", "≈0.0001"),
        ("0.00000004", "0.00000004"),
        ("1E+39", "1" + "0" * 39),
        ("-1.00005", "≈-1.0001"),
    ],
)
def test_numbers_show_four_decimals_and_say_when_that_is_not_all(value: str, shown: str) -> None:
    """Halves are rounded away from zero; what is not zero never shows as zero."""
    assert shown_number(Decimal(value)) == shown


def test_ranges_are_shown_in_words() -> None:
    """Open bounds say above and below, closed ones at least and at most."""
    two, five = Fraction(2), Fraction(5)
    assert shown_range(Range(two, five), "mg") == "2 to 5 mg"
    assert shown_range(Range(two, five, True, True), "mg") == "above 2 to below 5 mg"
    assert shown_range(Range(None, five, high_open=True), "mg") == "below 5 mg"
    assert shown_range(Range(two, None), "mg") == "at least 2 mg"
    assert shown_range(Range(two, None, low_open=True)) == "above 2"
    assert shown_range(Range(None, five)) == "at most 5"
    assert shown_range(Range()) == "unknown"


A, B, SMALL = n.Name("a"), n.Name("b"), n.Number(Decimal(2))
NO_NODES: list[Callable[[], object]] = [
    lambda: n.Name("and"),
    lambda: n.Name("2b"),
    lambda: n.Name(""),
    lambda: n.Number(Decimal("NaN")),
    lambda: n.Number(Decimal("1E+999999999")),
    lambda: n.Number(Decimal(1), "furlong"),
    lambda: n.Number(Decimal(1), "mg dL"),
    lambda: n.Number(Decimal(1), "in"),
    lambda: n.Arithmetic("%", A, B),  # type: ignore[arg-type] # what is refused
    lambda: n.Arithmetic("-", A, n.Arithmetic("-", A, B)),
    lambda: n.Arithmetic("*", n.Arithmetic("+", A, B), SMALL),
    lambda: n.Arithmetic("/", A, n.Arithmetic("*", A, B)),
    lambda: n.ByCode("sex", ()),
    lambda: n.ByCode("is", (("male", A),)),
    lambda: n.ByCode("sex", (("not a code", A),)),
    lambda: n.Compare("~", A, B),  # type: ignore[arg-type] # what is refused
    lambda: n.Compare("<", A, n.Not(B)),  # type: ignore[arg-type] # what is refused
    lambda: n.Between(A, B, "c"),  # type: ignore[arg-type] # what is refused
    lambda: n.OneOf("sex", ()),
    lambda: n.OneOf("sex", ("male; drop",)),
    lambda: n.IsKnown("x"),
    lambda: n.Within(A, -1, "months", "before", B),
    lambda: n.Within(A, 1, "moons", "before", B),  # type: ignore[arg-type] # what is refused
    lambda: n.Within(A, 1, "months", "around", B),  # type: ignore[arg-type] # what is refused
    lambda: n.Not("a"),  # type: ignore[arg-type] # what is refused
    lambda: n.And((A,)),
    lambda: n.Or(()),
    lambda: n.NeverIf(A, None),  # type: ignore[arg-type] # what is refused
]


@pytest.mark.parametrize("make", NO_NODES)
def test_a_node_that_cannot_be_written_cannot_be_made(make: Callable[[], object]) -> None:
    """Every node checks itself, so every engine may trust what it walks."""
    with pytest.raises(ValueError, match=r"."):
        make()


@pytest.mark.parametrize(
    "rule",
    [
        "visits" + " + visits" * 5000 + " > 2",
        "visits" + " x visits" * 5000 + " > 2",
        "smoker" + " never if smoker" * 5000,
        "visits > " + "by sex {male: " * 5000 + "1" + "}" * 5000,
        "(" * 30 + "smoker" + " never if smoker)" * 30 + " never if smoker" * 40,
    ],
)
def test_no_chain_is_long_enough_to_exhaust_the_program(rule: str) -> None:
    """A rule has at most 60 levels, however it makes them."""
    with pytest.raises(RuleSyntaxError, match="nested too deeply"):
        parse(rule)


def test_a_list_may_be_long() -> None:
    """Parts beside each other are no levels."""
    assert say(" or ".join(["smoker"] * 2000), smoker=False).truth.value == "false"


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        ("change > " + "9" * 41, 10),
        ("change > ٣", 10),
        ("surgery within " + "9" * 41 + " days before screening", 16),
    ],
)
def test_a_number_has_forty_digits_at_most_and_they_are_0_to_9(rule: str, column: int) -> None:
    """What nobody measures is refused at its column."""
    with pytest.raises(RuleSyntaxError) as caught:
        parse(rule)
    assert caught.value.column == column


def test_codes_that_are_words_of_the_language_are_written_in_a_list() -> None:
    """`smoking in [known]` asks for the answer, `smoking is known` for the value."""
    for code in ("known", "unknown", "not", "never", "and"):
        node = n.OneOf("smoking", (code,))
        assert parse(unparse(node)) == node
    assert parse("smoking is known") == n.IsKnown("smoking")
