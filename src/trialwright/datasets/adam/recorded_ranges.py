"""The reference ranges that held on a day, and the investigator's words on values, as the record has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from trialwright.clinical.reference_ranges import Band, band_for
from trialwright.clinical.units import UnitError, convert
from trialwright.protocol.laboratories import Laboratory
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import insulin_factor, variable_of
from trialwright.record.snapshot import Snapshot

# Subject, visit, occurrence, form, row, item: where an answer stands.
Place = tuple[str, str, int, str, str, str]


@dataclass(frozen=True, slots=True)
class HeldRange:
    """The bands of one item from a day on ("" from the beginning); ``seq`` is None for the protocol's own."""

    valid_from: str
    unit: str
    bands: tuple[Band, ...]
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """What the investigator said of a value: significant or not, about which answer, in which entry."""

    significant: bool
    answer: int
    seq: int


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one value in the item's unit, None where open or not known, and the entry behind."""

    low: Fraction | None = None
    high: Fraction | None = None
    sources: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedRanges:
    """Ranges by laboratory and item, in the order of their days, and words by the place of the value."""

    study: Study
    ranges: Mapping[tuple[str, str], Sequence[HeldRange]] = field(default_factory=dict)
    words: Mapping[Place, Word] = field(default_factory=dict)

    def limits(self, site: str, item: str, day: str, sex: str | None, ages: frozenset[int]) -> Limits:
        """The limits of a person's value on a day; empty where no laboratory can give them."""
        laboratory = self._laboratory(site, item)
        held = (
            [each for each in self.ranges[laboratory.id, item] if each.valid_from <= day]
            if laboratory
            else []
        )
        band = band_for(held[-1].bands, sex, ages) if held else ""
        if isinstance(band, str):
            return Limits()
        own = self.study.items[item]
        analyte = variable_of(own, insulin_factor(self.study)).analyte
        try:
            low, high = (
                None if each is None else convert(Fraction(each), held[-1].unit, own.unit or "1", analyte)
                for each in (band.low, band.high)
            )
        except UnitError:
            return Limits()
        return Limits(low, high, () if held[-1].seq is None else (held[-1].seq,))

    def _laboratory(self, site: str, item: str) -> Laboratory | None:
        for laboratory in self.study.laboratories:
            if (not laboratory.sites or site in laboratory.sites) and (laboratory.id, item) in self.ranges:
                return laboratory
        return None


def recorded_ranges(study: Study, snapshot: Snapshot) -> RecordedRanges:
    """The ranges of the protocol and of the entries, and the last word on each value."""
    ranges: dict[tuple[str, str], list[HeldRange]] = {}
    for laboratory in study.laboratories:
        for each in laboratory.ranges:
            since = each.valid_from.isoformat() if each.valid_from else ""
            unit = each.unit or study.items[each.item].unit or "1"
            held = HeldRange(since, unit, tuple(part.band for part in each.bands))
            ranges.setdefault((laboratory.id, each.item), []).append(held)
    words: dict[Place, Word] = {}
    for entry in snapshot.entries:
        if entry.redacted:
            continue
        sent = entry.payload
        if entry.kind == "ReferenceRangeRecorded":
            bands = tuple(_band(each) for each in sent["bands"])
            held = HeldRange(sent["valid_from"], sent["unit"], bands, entry.seq)
            ranges.setdefault((sent["laboratory"], sent["item"]), []).append(held)
        elif entry.kind == "SignificanceAssessed":
            place = tuple(sent[name] for name in ("subject", "visit", "occurrence", "form", "row", "item"))
            words[place] = Word(sent["significant"], sent["answer"], entry.seq)
    return RecordedRanges(
        study, {key: sorted(each, key=lambda held: held.valid_from) for key, each in ranges.items()}, words
    )


def _band(sent: Mapping[str, str | int | None]) -> Band:
    low, high = (None if sent[side] is None else Decimal(str(sent[side])) for side in ("low", "high"))
    return Band(low, high, sent["sex"], sent["age_from"], sent["age_to"])  # type: ignore[arg-type] # as recorded


def ages_on(born: tuple[date, date] | None, day: date | None) -> frozenset[int]:
    """The completed years that are possible on a day."""
    from trialwright.clinical.indices import compute_age

    return frozenset() if born is None or day is None else frozenset(compute_age(each, day) for each in born)
