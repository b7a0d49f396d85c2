"""What a value can possibly be: as the protocol says of an item, and as follows from how it is derived."""

from __future__ import annotations

from decimal import Decimal

from trialwright.clinical.scores import SCORES
from trialwright.protocol.design import Derivation
from trialwright.protocol.forms import Limits
from trialwright.protocol.study import Study

# Nobody's age is documented beyond 122 years; a body mass index of 10 is at the edge of survival, 251 the
# highest on record.
_AGE = Limits(low=Decimal(0), high=Decimal(130))
_BMI = Limits(low=Decimal(5), high=Decimal(300))


def possible_limits(study: Study) -> dict[str, Limits]:
    """The possible limits, in the study's unit, of every item and derivation that has some."""
    found = {item.id: item.possible for item in study.items.values() if item.possible is not None}
    for derivation in study.derivations:
        limits = _of_method(derivation)
        if limits is not None:
            found[derivation.id] = limits
    return found


def _of_method(derivation: Derivation) -> Limits | None:
    if derivation.method == "age":
        return _AGE
    if derivation.method == "bmi":
        return _BMI
    if derivation.method == "score" and derivation.score in SCORES:
        low, high = SCORES[derivation.score].bounds({}, None, None)
        return Limits(low=Decimal(low), high=Decimal(high))
    return None
