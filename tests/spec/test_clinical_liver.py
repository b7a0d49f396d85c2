"""Possible Hy's law and the pattern of liver injury, as docs/safety-knowledge.md describes them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from trialwright.clinical.liver import LiverError, hys_law, r_value, times_upper_limit


def judged(
    alt: str | None, ast: str | None, bilirubin: str | None, alp: str | None, sign: Any = ">"
) -> bool | None:
    known = [None if each is None else Decimal(each) for each in (alt, ast, bilirubin, alp)]
    return hys_law(alt=known[0], ast=known[1], bilirubin=known[2], alp=known[3], bilirubin_sign=sign).possible


@pytest.mark.parametrize(
    ("asked", "possible"),
    [
        (("3", "1", "2.1", "1"), True),
        (("1", "3", "2.1", "1"), True),
        (("2.99", "2.99", "5", "1"), False),
        (("3", "1", "2", "1"), False),
        (("3", "1", "2", "1", ">="), True),
        (("3", "1", "1.99", "1", ">="), False),
        (("10", "10", "4", "2"), False),
        (("10", "10", "4", "1.99"), True),
        ((None, "3", "2.1", "1"), True),
        ((None, "2", "2.1", "1"), None),
        (("3", "1", None, "1"), None),
        (("3", "1", "2.1", None), None),
        (("1", "1", None, None), False),
        ((None, None, "1", None), False),
    ],
)
def test_possible_hys_law(asked: tuple[str, ...], possible: bool | None) -> None:
    """ALT or AST from 3 x ULN, bilirubin beyond 2 x ULN by the study's sign, ALP below 2 x ULN; else open."""
    assert judged(*asked) is possible


def test_the_sentence_shows_every_part() -> None:
    """What was known and which parts of the rule hold, with the sign that the study fixed."""
    found = hys_law(alt=Decimal("3.25"), ast=None, bilirubin=Decimal(2), alp=Decimal(1), bilirubin_sign=">")
    assert found.sentence == (
        "ALT 3.25 x ULN, AST missing, bilirubin 2 x ULN, ALP 1 x ULN: ALT or AST >= 3 x ULN holds, "
        "bilirubin > 2 x ULN does not hold, ALP < 2 x ULN holds"
    )


def test_the_limit_of_cholestasis_is_the_studys() -> None:
    """ALP 1.6 x ULN is cholestasis in a study that says so."""
    asked: dict[str, Any] = {"alt": 5, "ast": 5, "bilirubin": 3, "alp": Decimal("1.6"), "bilirubin_sign": ">"}
    assert hys_law(**asked).possible is True
    assert hys_law(**asked, cholestasis_from=Decimal("1.5")).possible is False


@pytest.mark.parametrize(
    ("alt", "alp", "pattern"),
    [("5", "1", "hepatocellular"), ("4.99", "1", "mixed"), ("2.01", "1", "mixed"), ("2", "1", "cholestatic")],
)
def test_the_r_value_names_the_pattern(alt: str, alp: str, pattern: str) -> None:
    """From 5 hepatocellular, to 2 cholestatic, between them mixed."""
    found = r_value(Decimal(alt), Decimal(alp))
    assert (found.value, found.pattern) == (Fraction(alt), pattern)


def test_multiples_of_the_upper_limit_are_exact() -> None:
    """100 U/L is 5/2 of 40 U/L."""
    assert times_upper_limit(Decimal(100), Decimal(40)) == Fraction(5, 2)


def test_nonsense_is_refused() -> None:
    """A limit of zero, a negative value, no number, another sign."""
    with pytest.raises(LiverError, match="the upper limit of normal is 0; it has to be above zero"):
        times_upper_limit(Decimal(1), Decimal(0))
    with pytest.raises(LiverError, match="ALP is 0; it has to be above zero"):
        r_value(Decimal(1), Decimal(0))
    with pytest.raises(LiverError, match="ALT is -1; it has to be zero or more"):
        judged("-1", None, None, None)
    with pytest.raises(LiverError, match="bilirubin is not a number"):
        judged(None, None, "NaN", None)
    with pytest.raises(LiverError, match="bilirubin is compared with > or >=, not with <"):
        judged("3", "3", "3", "1", "<")
