"""Signs of liver injury in a casebook: peaks after treatment, R values, and fits to possible Hy's law.

What is combined: an aminotransferase at or beyond its limit, with the highest bilirubin of the same day or of
so many days after it, and with the alkaline phosphatase of the same day. The days, the sign for bilirubin and
the limit of ALP are constants of the study; where the protocol does not fix them, nothing is called a fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from trialwright.clinical.liver import (
    AMINOTRANSFERASE_LIMIT,
    AMINOTRANSFERASES,
    BILIRUBIN,
    PHOSPHATASE,
    BilirubinSign,
    HysLaw,
    LiverError,
    RValue,
    hys_law,
    r_value,
    times_upper_limit,
)
from trialwright.conduct.laboratory_values import Judged
from trialwright.protocol.study import Study


@dataclass(frozen=True, slots=True)
class LiverRules:
    """The study's constants of the rules, None where the protocol does not fix the sign or the days."""

    sign: BilirubinSign | None
    days: int | None
    alp_from: Decimal

    @property
    def fixed(self) -> bool:
        """Whether fits can be told."""
        return self.sign is not None and self.days is not None


@dataclass(frozen=True, slots=True)
class Multiple:
    """One value as a multiple of its upper limit of normal."""

    judged: Judged
    times: Fraction

    @property
    def date(self) -> str:
        """The day of the sample."""
        return self.judged.sample.date


@dataclass(frozen=True, slots=True)
class Fit:
    """An aminotransferase beyond its limit, what it was combined with, and whether this fits Hy's law."""

    date: str
    law: HysLaw
    ratio: RValue | None


@dataclass(frozen=True, slots=True)
class LiverSigns:
    """What a casebook shows of the liver after treatment; peaks are None where nothing could be compared.

    ``peak`` is the higher multiple of ALT and AST, ``ratio`` the R value at the peak of ALT. ``without`` is
    how many values have no upper limit of normal.
    """

    alt: Multiple | None
    ast: Multiple | None
    alp: Multiple | None
    bilirubin: Multiple | None
    ratio: RValue | None
    fits: tuple[Fit, ...]
    without: int

    @property
    def peak(self) -> Multiple | None:
        """The higher peak of the two aminotransferases."""
        found = [each for each in (self.alt, self.ast) if each is not None]
        return max(found, key=lambda each: each.times, default=None)

    @property
    def possible(self) -> bool | None:
        """Whether something fits Hy's law; None where that is open."""
        answers = [each.law.possible for each in self.fits]
        return True if True in answers else None if None in answers else False


def liver_rules(study: Study) -> LiverRules:
    """The constants, as the protocol fixes them."""
    values = {each.id: each.value for each in study.constants}
    sign, days, alp = values.get("hys_law_bilirubin"), values.get("hys_law_days"), values.get("hys_law_alp")
    known: BilirubinSign | None = ">" if sign == ">" else ">=" if sign == ">=" else None
    return LiverRules(
        known,
        int(days) if isinstance(days, Decimal) else None,
        alp if isinstance(alp, Decimal) else Decimal(2),
    )


def liver_signs(study: Study, values: Iterable[Judged]) -> LiverSigns:
    """What these values of one person show; only samples after the start of treatment count."""
    after = [each for each in values if each.sample.before is False]
    multiples = {name: list(_multiples(after, name)) for name in (*AMINOTRANSFERASES, PHOSPHATASE, BILIRUBIN)}
    alt, ast = (_peak(multiples[name]) for name in AMINOTRANSFERASES)
    concerned = [each for each in after if each.sample.analyte in multiples]
    return LiverSigns(
        alt=alt,
        ast=ast,
        alp=_peak(multiples[PHOSPHATASE]),
        bilirubin=_peak(multiples[BILIRUBIN]),
        ratio=_ratio(alt, multiples[PHOSPHATASE]) if alt else None,
        fits=tuple(_fits(liver_rules(study), multiples)),
        without=len(concerned) - sum(map(len, multiples.values())),
    )


def _multiples(values: Iterable[Judged], analyte: str) -> Iterator[Multiple]:
    for each in values:
        sample, upper = each.sample, each.range.high
        if sample.analyte != analyte or sample.number is None or sample.bound or not upper:
            continue
        try:
            yield Multiple(each, times_upper_limit(Fraction(sample.number), upper))
        except LiverError:
            continue  # a value below zero says nothing


def _peak(found: Sequence[Multiple]) -> Multiple | None:
    return max(found, key=lambda each: each.times, default=None)


def _fits(rules: LiverRules, multiples: dict[str, list[Multiple]]) -> Iterator[Fit]:
    """One for each day with an aminotransferase at or beyond its limit."""
    raised = sorted(
        {
            each.date
            for name in AMINOTRANSFERASES
            for each in multiples[name]
            if each.times >= AMINOTRANSFERASE_LIMIT
        }
    )
    if rules.sign is None or rules.days is None:
        return
    for day in raised:
        alt, ast, alp = (
            _peak([each for each in multiples[name] if each.date == day])
            for name in (*AMINOTRANSFERASES, PHOSPHATASE)
        )
        bilirubin = _peak([each for each in multiples[BILIRUBIN] if 0 <= _days(day, each.date) <= rules.days])
        law = hys_law(
            alt=alt.times if alt else None,
            ast=ast.times if ast else None,
            bilirubin=bilirubin.times if bilirubin else None,
            alp=alp.times if alp else None,
            bilirubin_sign=rules.sign,
            cholestasis_from=rules.alp_from,
        )
        yield Fit(day, law, _ratio(alt, multiples[PHOSPHATASE]) if alt else None)


def _ratio(alt: Multiple, phosphatase: Sequence[Multiple]) -> RValue | None:
    alp = _peak([each for each in phosphatase if each.date == alt.date])
    return r_value(alt.times, alp.times) if alp and alp.times > 0 and alt.times > 0 else None


def _days(first: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(first)).days
