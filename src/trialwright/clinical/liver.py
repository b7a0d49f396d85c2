"""Signs of drug-induced liver injury from laboratory values: possible Hy's law, and the pattern of injury.

Sources: FDA guidance, Drug-Induced Liver Injury: Premarketing Clinical Evaluation, 2009; Benichou, J Hepatol
1990;11:272, for R. Values are handed in as multiples of the upper limit of normal (ULN), each of its own
laboratory; None is not known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from trialwright.clinical.grading_words import shown

Number = Decimal | Fraction | int
BilirubinSign = Literal[">", ">="]
Pattern = Literal["hepatocellular", "mixed", "cholestatic"]
AMINOTRANSFERASE_LIMIT = 3
BILIRUBIN_LIMIT = 2
# The analytes of the rules, by the names that the grading criteria use; aminotransferases, ALP, bilirubin.
AMINOTRANSFERASES = ("alt", "ast")
PHOSPHATASE, BILIRUBIN = "alp", "bilirubin"


class LiverError(ValueError):
    """A number from which nothing can be said of the liver."""


@dataclass(frozen=True, slots=True)
class HysLaw:
    """Whether values fit possible Hy's law, None where that is open; the sentence says why."""

    possible: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class RValue:
    """The R value and the pattern of liver injury that it stands for."""

    value: Fraction
    pattern: Pattern


def times_upper_limit(value: Number, upper_limit: Number) -> Fraction:
    """How many times its upper limit of normal a value is. Raises LiverError for a limit of zero."""
    _require(value, "the value", above_zero=False)
    _require(upper_limit, "the upper limit of normal", above_zero=True)
    return Fraction(value) / Fraction(upper_limit)


def hys_law(
    *,
    alt: Number | None,
    ast: Number | None,
    bilirubin: Number | None,
    alp: Number | None,
    bilirubin_sign: BilirubinSign,
    cholestasis_from: Number = 2,
) -> HysLaw:
    """Possible Hy's law: ALT or AST at 3 x ULN or more, bilirubin beyond 2 x ULN, no initial cholestasis.

    All values are multiples of ULN, bilirubin is total bilirubin. Texts differ on 2 x ULN itself:
    ``bilirubin_sign`` is a constant of the study. ALP at ``cholestasis_from`` x ULN or more is cholestasis. A
    physician, not this function, excludes other causes.
    """
    if bilirubin_sign not in (">", ">="):
        raise LiverError(f"bilirubin is compared with > or >=, not with {bilirubin_sign}")
    _require(cholestasis_from, "the limit of cholestasis", above_zero=True)
    known = {"ALT": alt, "AST": ast, "bilirubin": bilirubin, "ALP": alp}
    for name, value in known.items():
        if value is not None:
            _require(value, name, above_zero=False)
    enzymes = _any(_at_least(alt, AMINOTRANSFERASE_LIMIT), _at_least(ast, AMINOTRANSFERASE_LIMIT))
    cholestasis = _at_least(alp, cholestasis_from)
    beyond = _beyond(bilirubin, bilirubin_sign)
    parts = (
        (enzymes, f"ALT or AST >= {AMINOTRANSFERASE_LIMIT} x ULN"),
        (beyond, f"bilirubin {bilirubin_sign} {BILIRUBIN_LIMIT} x ULN"),
        (
            None if cholestasis is None else not cholestasis,
            f"ALP < {shown(Fraction(cholestasis_from))} x ULN",
        ),
    )
    limits = (AMINOTRANSFERASE_LIMIT, AMINOTRANSFERASE_LIMIT, BILIRUBIN_LIMIT, cholestasis_from)
    return HysLaw(_all(part for part, _ in parts), _sentence(known, limits, parts))


def r_value(alt: Number, alp: Number) -> RValue:
    """R = (ALT / ULN) / (ALP / ULN): from 5 hepatocellular, to 2 cholestatic, mixed between.

    Both are multiples of ULN. Raises LiverError unless both are above zero.
    """
    _require(alt, "ALT", above_zero=True)
    _require(alp, "ALP", above_zero=True)
    ratio = Fraction(alt) / Fraction(alp)
    if ratio >= 5:
        return RValue(ratio, "hepatocellular")
    return RValue(ratio, "cholestatic" if ratio <= 2 else "mixed")


def _require(value: Number, name: str, *, above_zero: bool) -> None:
    if isinstance(value, Decimal) and not value.is_finite():
        raise LiverError(f"{name} is not a number")
    if value < 0 or (above_zero and value == 0):
        raise LiverError(f"{name} is {value}; it has to be {'above zero' if above_zero else 'zero or more'}")


def _at_least(value: Number | None, limit: Number) -> bool | None:
    return None if value is None else value >= limit


def _beyond(value: Number | None, sign: BilirubinSign) -> bool | None:
    if value is None:
        return None
    return value > BILIRUBIN_LIMIT if sign == ">" else value >= BILIRUBIN_LIMIT


def _any(*parts: bool | None) -> bool | None:
    if True in parts:
        return True
    return None if None in parts else False


def _all(parts: Iterable[bool | None]) -> bool | None:
    found = tuple(parts)
    if False in found:
        return False
    return None if None in found else True


def _sentence(
    known: dict[str, Number | None], limits: tuple[Number, ...], parts: tuple[tuple[bool | None, str], ...]
) -> str:
    """The multiples, and of each part of the rule whether it holds."""
    values = ", ".join(
        f"{name} {'missing' if value is None else shown(Fraction(value), Fraction(limit)) + ' x ULN'}"
        for (name, value), limit in zip(known.items(), limits, strict=True)
    )
    words = {True: "holds", False: "does not hold", None: "is open"}
    return f"{values}: " + ", ".join(f"{rule} {words[part]}" for part, rule in parts)
