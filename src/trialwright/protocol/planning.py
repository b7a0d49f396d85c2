"""What a study's size rests on: assumed rates of events, spreads of changes, and populations chosen from."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from trialwright.protocol.clause import Clause, ItemName

Share = Decimal


class AssumedChange(Clause):
    """The spread of one parameter in people like those of the study, before and after.

    On the ``log`` scale ``variation`` is the coefficient of variation of one value (0.5 is 50 %) and
    ``changes`` are ratios to baseline; on the ``plain`` scale it is the standard deviation and ``changes``
    are differences. ``correlation`` is that of the two values of a person where nothing happens.
    """

    parameter: str
    scale: Literal["log", "plain"] = "log"
    variation: Decimal = Field(gt=0)
    correlation: Decimal = Field(ge=-1, lt=1)
    changes: tuple[Decimal, ...] = Field(min_length=1, max_length=8)


class AssumedPopulation(Clause):
    """An item by which people are chosen: its distribution in all who are asked, and who is taken."""

    item: ItemName
    mean: Decimal
    sd: Decimal = Field(gt=0)
    correlation: Decimal = Field(ge=-1, le=1)
    lower: Decimal | None = None
    upper: Decimal | None = None


class Planning(Clause):
    """The assumptions of ``trialwright design``.

    ``subjects`` are the numbers with data that are looked at, the registered one and fewer; ``event_rates``
    true rates between 0 and 1.
    """

    subjects: tuple[int, ...] = Field(min_length=1, max_length=6)
    event_rates: tuple[Decimal, ...] = Field(min_length=1, max_length=10)
    changes: tuple[AssumedChange, ...] = ()
    populations: tuple[AssumedPopulation, ...] = ()
