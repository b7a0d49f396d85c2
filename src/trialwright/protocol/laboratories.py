"""Laboratories and the reference ranges with which a study begins."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field

from trialwright.clinical.reference_ranges import Band
from trialwright.protocol.clause import Clause, Identifier, ItemName, Wording


class RangeBand(Clause):
    """Limits, both inclusive, for one code of the study's sex item and ages in completed years.

    What is left out is open: a band without ``sex`` is for everybody.
    """

    low: Decimal | None = None
    high: Decimal | None = None
    sex: str | None = None
    age_from: int | None = None
    age_to: int | None = None

    @property
    def band(self) -> Band:
        """As the clinical room reads it."""
        return Band(self.low, self.high, self.sex, self.age_from, self.age_to)


class ReferenceRange(Clause):
    """The ranges of one item from a day on (from the beginning without ``valid_from``).

    ``unit`` is the laboratory's, the item's own where none is given. A later set of the same item takes the
    place of an earlier one from its day on.
    """

    item: ItemName
    unit: str | None = None
    valid_from: date | None = None
    bands: tuple[RangeBand, ...] = Field(min_length=1)


class Laboratory(Clause):
    """A laboratory and its ranges. Without ``sites`` it works for every site."""

    id: Identifier
    name: Wording
    sites: tuple[Identifier, ...] = ()
    ranges: tuple[ReferenceRange, ...] = ()
