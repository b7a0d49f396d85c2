"""The rule language: what may be written, what it means, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from trialwright.clinical.analytes import find_analyte
from trialwright.rules import (
    Datum,
    Kind,
    Outcome,
    Range,
    RuleSyntaxError,
    RuleTypeError,
    Truth,
    Variable,
    check_types,
    evaluate,
    parse,
    unparse,
    variables_in_order,
)

VOCABULARY = {
    variable.name: variable
    for variable in (
        Variable("smoker", Kind.BOOLEAN),
        Variable("none", Kind.BOOLEAN),
        Variable("sex", Kind.CODE, codes=("male", "female")),
        Variable("drinks", Kind.NUMBER),
        Variable("glucose", Kind.NUMBER, "mmol/L", analyte=find_analyte("glucose")),
        Variable("alt", Kind.NUMBER, "U/L"),
        Variable("alt_uln", Kind.NUMBER, "U/L"),
        Variable("creatinine", Kind.NUMBER, "mg/dL", analyte=find_analyte("creatinine")),
        Variable("screening", Kind.DATE),
        Variable("surgery", Kind.DATE),
    )
}


def say(rule: str, **data: object) -> Outcome:
    """A rule put to data; a Datum is taken as it is, other values are wrapped."""
    node = parse(rule)
    assert check_types(node, VOCABULARY) is Kind.BOOLEAN
    known = {name: value if isinstance(value, Datum) else Datum(value) for name, value in data.items()}  # type: ignore[arg-type] # tests give any value
    return evaluate(node, VOCABULARY, known)


def truth(rule: str, **data: object) -> str:
    return say(rule, **data).truth.value


def test_true_or_unknown_is_true_and_false_and_unknown_is_false() -> None:
    """Logic is Kleene's: what is unknown matters only where the rest leaves it open."""
    assert truth("smoker or drinks > 2", smoker=True) == "true"
    assert truth("smoker and drinks > 2", smoker=False) == "false"
    assert truth("smoker or drinks > 2", smoker=False) == "unknown"
    assert truth("not smoker") == "unknown"


def test_zero_is_a_value() -> None:
    """Zero is not missing."""
    assert truth("drinks > 2", drinks=Decimal(0)) == "false"


def test_not_a_number_is_missing() -> None:
    """A value that is not finite decides nothing."""
    for value in ("NaN", "Infinity"):
        assert truth("drinks >= 0", drinks=Decimal(value)) == "unknown"


def test_between_holds_at_both_ends() -> None:
    """Both limits belong to the range."""
    for value, expected in (("7.8", "true"), ("11.0", "true"), ("7.79", "false"), ("11.01", "false")):
        assert truth("glucose between 7.8 mmol/L and 11.0 mmol/L", glucose=Decimal(value)) == expected


def test_units_convert_exactly_and_without_rounding() -> None:
    """199 mg/dL glucose is above 11.0 mmol/L; 132.6 umol/L creatinine is 1.5 mg/dL."""
    assert truth("glucose <= 11.0 mmol/L", glucose=Datum(Decimal(199), "mg/dL")) == "false"
    assert truth("creatinine >= 1.5 mg/dL", creatinine=Datum(Decimal("132.6"), "umol/L")) == "true"
    assert truth("creatinine >= 1.5 mg/dL", creatinine=Datum(Decimal("132.5"), "umol/L")) == "false"
    assert truth("creatinine >= 132.6 umol/L", creatinine=Decimal("1.5")) == "true"


def test_a_multiple_of_an_upper_limit_needs_both_values() -> None:
    """ALT 100 with its upper limit missing is unknown; at 2.5 times the limit the rule holds."""
    assert truth("alt >= 2.5 x alt_uln", alt=Decimal(100)) == "unknown"
    assert truth("alt >= 2.5 x alt_uln", alt=Decimal(100), alt_uln=Decimal(40)) == "true"
    assert truth("alt >= 2.5 x alt_uln", alt=Decimal("99.9"), alt_uln=Decimal(40)) == "false"


def test_a_limit_by_sex_is_decided_from_its_bounds_when_sex_is_missing() -> None:
    """Below every limit or at least at every limit, sex does not matter."""
    rule = "creatinine >= by sex {male: 1.5 mg/dL, female: 1.4 mg/dL}"
    assert truth(rule, creatinine=Decimal("1.45"), sex="female") == "true"
    assert truth(rule, creatinine=Decimal("1.45"), sex="male") == "false"
    assert truth(rule, creatinine=Decimal("1.39")) == "false"
    assert truth(rule, creatinine=Decimal("1.5")) == "true"
    assert say(rule, creatinine=Decimal("1.45")).missing == ("sex",)


@pytest.mark.parametrize(
    ("surgery", "screening", "expected"),
    [
        (date(2026, 2, 28), date(2026, 8, 31), "true"),  # 31 August less six months is the last of February
        (date(2026, 2, 27), date(2026, 8, 31), "false"),
        (date(2024, 2, 29), date(2024, 8, 31), "true"),
        (date(2026, 8, 31), date(2026, 8, 31), "true"),
        (date(2026, 9, 1), date(2026, 8, 31), "false"),
        (date(2023, 12, 15), date(2024, 6, 15), "true"),
        (date(2023, 12, 14), date(2024, 6, 15), "false"),
    ],
)
def test_a_window_of_months_is_of_calendar_months_and_holds_at_both_ends(
    surgery: date, screening: date, expected: str
) -> None:
    """Within 6 months before a day: from that day six months earlier up to the day itself."""
    assert truth("surgery within 6 months before screening", surgery=surgery, screening=screening) == expected


def test_a_partial_date_decides_where_every_day_of_it_would() -> None:
    """A month or a year is a range of days."""
    rule, screening = "surgery within 6 months before screening", date(2026, 8, 15)
    assert truth(rule, surgery=Range(date(2026, 5, 1), date(2026, 5, 31)), screening=screening) == "true"
    assert truth(rule, surgery=Range(date(2025, 1, 1), date(2025, 12, 31)), screening=screening) == "false"
    assert truth(rule, surgery=Range(date(2026, 2, 1), date(2026, 2, 28)), screening=screening) == "unknown"


def test_never_if_fills_what_is_missing_and_overrules_nothing() -> None:
    """A flag speaks only where the rest is unknown."""
    rule, day = "(surgery within 6 months before screening) never if none", date(2026, 8, 15)
    assert truth(rule, screening=day, none=True) == "false"
    assert truth(rule, screening=day, none=False) == "unknown"
    assert truth(rule, screening=day) == "unknown"
    assert truth(rule, screening=day, surgery=date(2026, 8, 1), none=True) == "true"
    assert truth(rule, screening=day, surgery=date(2020, 8, 1)) == "false"


def test_known_is_never_unknown() -> None:
    """`is known` and `is unknown` ask for the value itself."""
    assert truth("drinks is known") == "false"
    assert truth("drinks is unknown") == "true"
    assert truth("drinks is known", drinks=Decimal(1)) == "true"


def test_codes_are_compared_with_is_and_in() -> None:
    """`is`, `is not` and `in` take the answers of a code."""
    assert truth("sex is female", sex="female") == "true"
    assert truth("sex is not female", sex="female") == "false"
    assert truth("sex in [male, female]", sex="male") == "true"
    assert truth("sex in [male, female]") == "unknown"


def test_the_reason_shows_value_conversion_and_limit() -> None:
    """A reason is a sentence: the value as entered, converted where it must be, and the limit."""
    outcome = say(
        "glucose between 7.8 mmol/L and 11.0 mmol/L", glucose=Datum(Decimal("140.5"), "mg/dL", "140.5 mg/dL")
    )
    assert outcome.truth is Truth.FALSE
    assert outcome.reason == "glucose is 140.5 mg/dL = ≈7.7988 mmol/L, below 7.8 mmol/L"


def test_only_what_could_still_decide_is_missing() -> None:
    """Nothing is missing behind a decided rule; behind an open one, what could still decide it."""
    assert say("smoker or drinks > 2 or alt >= 2.5 x alt_uln", smoker=True).missing == ()
    assert say("smoker or drinks > 2 or alt >= 2.5 x alt_uln", smoker=False, drinks=Decimal(3)).missing == ()
    assert say("smoker or drinks > 2", smoker=False).missing == ("drinks",)
    assert variables_in_order(parse("b or a and b")) == ("b", "a")


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        ("drinks >", 9),
        ("drinks > 2 or", 14),
        ("(drinks > 2", 12),
        ("drinks > 2)", 11),
        ("drinks ? 2", 8),
        ("surgery within 1.5 months before screening", 16),
        ("surgery within 2 moons before screening", 18),
        ("surgery within 2 months screening", 25),
        ("surgery <= 2026-02-30", 12),
        ("sex in [male", 13),
        ("or smoker", 1),
        ("", 1),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_column(rule: str, column: int) -> None:
    """A rule that cannot be read names the column."""
    with pytest.raises(RuleSyntaxError) as caught:
        parse(rule)
    assert caught.value.column == column


def test_nesting_has_an_end() -> None:
    """A rule nested beyond reason is refused, not a crash."""
    with pytest.raises(RuleSyntaxError, match="nested"):
        parse("(" * 500 + "smoker" + ")" * 500)
    with pytest.raises(RuleSyntaxError, match="nested"):
        parse("not " * 500 + "smoker")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("smokes", "did you mean 'smoker'"),
        ("glucose > 7.8", "has no unit; write it"),
        ("glucose > 7.8 kg", "does not convert"),
        ("alt > 1.5 mg/dL", "does not convert"),
        ("drinks > 2 mg", "has no unit; write it"),
        ("drinks > surgery", "does not compare"),
        ("smoker > smoker", "has no order"),
        ("sex is mail", "is no answer"),
        ("smoker is male", "not a code"),
        ("drinks and smoker", "where true or false is needed"),
        ("not drinks", "where true or false is needed"),
        ("drinks within 2 months before surgery", "takes dates"),
        ("alt x glucose > 2 U/L", "needs one side without a unit"),
        ("alt >= by sex {male: 1 U/L}", "says nothing for female"),
        ("alt >= by sex {male: 1 U/L, male: 2 U/L}", "names a code twice"),
        ("alt >= by sex {male: 1 U/L, female: 2 kg}", "does not convert"),
    ],
)
def test_what_does_not_fit_its_variables_is_refused(rule: str, message: str) -> None:
    """Unknown variables, units that do not convert, kinds that do not compare."""
    with pytest.raises(RuleTypeError, match=message):
        check_types(parse(rule), VOCABULARY)


def test_text_written_from_a_tree_reads_back_as_the_same_tree() -> None:
    """Writing and reading are each other's opposite."""
    for rule in (
        "not (smoker and not none) or drinks + 1 - 2 > 3 x drinks / 2",
        "(smoker or none) never if (none or smoker)",
        "alt >= by sex {male: 1.5 x alt_uln, female: 40 U/L} and sex is not known or surgery = 2026-01-01",
    ):
        assert parse(unparse(parse(rule))) == parse(rule)
