"""Whether a laboratory value meets a cut: yes, no, or what would have to be known to say so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Literal

from trialwright.clinical.toxicity_table import Comparison, Cut, Sign
from trialwright.clinical.units import convert, converts

Symptoms = Literal["none", "mild", "moderate", "severe"]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What grades hang on beside the value; None is not known."""

    symptoms: Symptoms | None = None
    anticoagulated: bool | None = None
    fasting: bool | None = None
    over_24_hours: bool | None = None
    physiological_consequences: bool | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A value with its limits and its baseline, all in one unit."""

    value: Fraction
    unit: str
    upper: Fraction | None
    lower: Fraction | None
    baseline: Fraction | None
    baseline_upper: Fraction | None
    baseline_lower: Fraction | None
    circumstances: Circumstances


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not known, as a clause."""

    what: str


Answer = bool | Missing
_SIGNS: Mapping[Sign, Callable[[Fraction, Fraction], bool]] = {">": gt, ">=": ge, "<": lt, "<=": le}
_UPPER = Missing("the upper limit of normal is missing")
_LOWER = Missing("the lower limit of normal is missing")
_BASELINE = Missing("the baseline is missing")
_BASELINE_UPPER = Missing("the upper limit of normal of the baseline is missing")
_BASELINE_LOWER = Missing("the lower limit of normal of the baseline is missing")


def meets(cut: Cut, evidence: Evidence) -> Answer:
    """Whether the value meets the cut, with the circumstance that it asks for."""
    compared = compares(cut, evidence)
    if compared is False:
        return False
    held = CIRCUMSTANCES[cut.circumstance](evidence)
    if held is False:
        return False
    lacking = dict.fromkeys(answer.what for answer in (compared, held) if isinstance(answer, Missing))
    return Missing(" and ".join(lacking)) if lacking else True


def compares(cut: Cut, evidence: Evidence) -> Answer:
    """Whether the value is beyond the cut, whatever the circumstances.

    Where the cut is for baselines above normal and there is none, a value that is not beyond as many times
    the upper limit is not beyond as many times a baseline that is greater still.
    """
    chosen = alternative(cut, evidence)
    if isinstance(chosen, Missing):
        return chosen
    measured = measure(chosen, evidence)
    if not isinstance(measured, Missing):
        return beyond(measured, chosen.sign, chosen.number)
    if measured is _BASELINE and cut.circumstance == "baseline is above ULN" and evidence.upper is not None:
        return measured if evidence.value > chosen.number * evidence.upper else False
    return measured


def alternative(cut: Cut, evidence: Evidence) -> Comparison | Missing:
    """The comparison whose unit the value converts to."""
    for each in cut.comparisons:
        if each.of in {"ULN", "LLN", "baseline"} or converts(evidence.unit, each.unit):
            return each
        if each.of == "above ULN" and evidence.upper is not None and evidence.value <= evidence.upper:
            return each
    units = " or ".join(each.unit for each in cut.comparisons)
    return Missing(f"{evidence.unit} does not convert to {units}")


def measure(chosen: Comparison, evidence: Evidence) -> Fraction | Missing:
    """What is compared: the value in the cut's unit, its excess, or how many times the limit it is."""
    if chosen.of == "itself":
        return convert(evidence.value, evidence.unit, chosen.unit)
    if chosen.of == "above ULN":
        if evidence.upper is None:
            return _UPPER
        excess = evidence.value - evidence.upper
        return convert(excess, evidence.unit, chosen.unit) if excess > 0 else Fraction(0)
    reference, missing = {
        "ULN": (evidence.upper, _UPPER),
        "LLN": (evidence.lower, _LOWER),
        "baseline": (evidence.baseline, _BASELINE),
    }[chosen.of]
    if reference is None:
        return missing
    if reference == 0:
        return Missing(f"the {chosen.of} is zero")
    return evidence.value / reference


def beyond(measured: Fraction, sign: Sign, number: Fraction) -> bool:
    """Whether a measure lies on the far side of a number, exactly."""
    return _SIGNS[sign](measured, number)


def _baseline_above(evidence: Evidence) -> Answer:
    if evidence.baseline is None:
        return _BASELINE
    if evidence.baseline_upper is None:
        return _BASELINE_UPPER
    return evidence.baseline > evidence.baseline_upper


def _baseline_below(evidence: Evidence) -> Answer:
    if evidence.baseline is None:
        return _BASELINE
    if evidence.baseline_lower is None:
        return _BASELINE_LOWER
    return evidence.baseline < evidence.baseline_lower


def _not(answer: Answer) -> Answer:
    return answer if isinstance(answer, Missing) else not answer


def _above_baseline(evidence: Evidence) -> Answer:
    return _BASELINE if evidence.baseline is None else evidence.value > evidence.baseline


def _below_lower(evidence: Evidence) -> Answer:
    return _LOWER if evidence.lower is None else evidence.value < evidence.lower


def _known(answer: bool | None, asked: str) -> Answer:
    return Missing(f"it is not known whether {asked}") if answer is None else answer


def _symptoms(evidence: Evidence, *degrees: Symptoms) -> Answer:
    found = evidence.circumstances.symptoms
    kind = "there are signs or symptoms" if len(degrees) > 2 else "signs or symptoms are moderate or severe"
    return _known(None if found is None else found in degrees, kind)


# The circumstances that a cut can ask for, as the table words them.
CIRCUMSTANCES: Mapping[str, Callable[[Evidence], Answer]] = {
    "": lambda _: True,
    "baseline is above ULN": _baseline_above,
    "baseline is not above ULN": lambda evidence: _not(_baseline_above(evidence)),
    "baseline is below LLN": _baseline_below,
    "baseline is not below LLN": lambda evidence: _not(_baseline_below(evidence)),
    "the value is above baseline": _above_baseline,
    "the value is below LLN": _below_lower,
    "there are signs or symptoms": lambda evidence: _symptoms(evidence, "mild", "moderate", "severe"),
    "signs or symptoms are moderate or severe": lambda evidence: _symptoms(evidence, "moderate", "severe"),
    "the person is anticoagulated": lambda evidence: _known(
        evidence.circumstances.anticoagulated, "the person is anticoagulated"
    ),
    "the person was fasting": lambda evidence: _known(
        evidence.circumstances.fasting, "the person was fasting"
    ),
    "it lasts over 24 hours": lambda evidence: _known(
        evidence.circumstances.over_24_hours, "it lasts over 24 hours"
    ),
    "there are physiological consequences": lambda evidence: _known(
        evidence.circumstances.physiological_consequences, "there are physiological consequences"
    ),
}
