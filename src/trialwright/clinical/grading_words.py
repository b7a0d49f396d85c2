"""How a cut, a band of a grade and a value's relation to them are put into words."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from trialwright.clinical.grading import CIRCUMSTANCES, Evidence, Missing, alternative, compares, measure
from trialwright.clinical.toxicity_table import Comparison, Cut, GradingRule


def entered(value: Decimal | Fraction | int, unit: str) -> str:
    """A value as it was entered; a unit of 1 is not written."""
    number = format(value, "f") if isinstance(value, Decimal) else shown(Fraction(value))
    return number if unit == "1" else f"{number} {unit}"


def nearest(rule: GradingRule, evidence: Evidence) -> str:
    """The lowest cut that applies and that the value does not reach."""
    missed = [cut for cut in rule.cuts if compares(cut, evidence) is False]
    applying = [cut for cut in missed if CIRCUMSTANCES[cut.circumstance](evidence) is True]
    for cut in (*applying, *missed):
        return f"{relation(cut, rule, evidence)}: not {worded(cut, evidence)}"
    return ": no cut applies"


def relation(cut: Cut, rule: GradingRule, evidence: Evidence) -> str:
    """How the value stands to what the cut measures: ' is 3.25 x ULN 40 U/L'."""
    chosen = alternative(cut, evidence)
    measured = chosen if isinstance(chosen, Missing) else measure(chosen, evidence)
    if isinstance(chosen, Missing) or isinstance(measured, Missing):
        return ""
    of_this_kind = [each.number for other in rule.cuts for each in other.comparisons if each.of == chosen.of]
    text = shown(measured, *of_this_kind)
    if chosen.of == "itself":
        return "" if chosen.unit in {evidence.unit, "1"} else f" is {text} {chosen.unit}"
    references = {"LLN": evidence.lower, "baseline": evidence.baseline}
    reference = references.get(chosen.of, evidence.upper) or Fraction(0)
    limit = entered(reference, evidence.unit)
    if chosen.of == "above ULN":
        return f" is {text} {chosen.unit} above ULN {limit}"
    return f" is {text} x {chosen.of} {limit}"


def band(cut: Cut, rule: GradingRule, evidence: Evidence) -> str:
    """The cut with the end of its band: '> 3.0 to 5.0 x ULN if baseline is not above ULN'."""
    chosen = alternative(cut, evidence)
    if isinstance(chosen, Missing):
        return worded(cut)
    beginnings = [
        other
        for each in rule.cuts
        if each.grade > cut.grade and each.circumstance in {"", cut.circumstance}
        for other in [alternative(each, evidence)]
        if isinstance(other, Comparison) and (other.of, other.unit) == (chosen.of, chosen.unit)
    ]
    if not beginnings or beginnings[0].number == chosen.number:
        return worded(cut, evidence)
    return worded(cut, evidence).replace(chosen.digits, f"{chosen.digits} to {beginnings[0].digits}", 1)


def worded(cut: Cut, evidence: Evidence | None = None) -> str:
    """A cut as it is read, in the value's unit if there is one."""
    chosen = alternative(cut, evidence) if evidence else cut.comparisons[0]
    text = chosen.text if isinstance(chosen, Comparison) else cut.comparisons[0].text
    return f"{text} if {cut.circumstance}" if cut.circumstance else text


def shown(value: Fraction, *beside: Fraction) -> str:
    """A number with as few decimals as keep it on its side of others: 3.25; 3.00004 beside 3."""
    for places in (2, 4, 8, 16, 32):
        with localcontext() as context:
            context.prec = 60
            exact = Decimal(value.numerator) / Decimal(value.denominator)
            text = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if all(_side(Fraction(text), each) == _side(value, each) for each in (Fraction(0), *beside)):
            break
    plain = format(text, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _side(value: Fraction, beside: Fraction) -> int:
    return (value > beside) - (value < beside)
