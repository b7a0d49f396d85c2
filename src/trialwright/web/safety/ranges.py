"""Reference ranges on a page, and the form that records one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from trialwright.clinical.reference_ranges import Band
from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.laboratory_ranges import history
from trialwright.conduct.states import RangesState
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study

_NO_DATE = Refusal("TW-610", "the day from which the range holds is not written as YYYY-MM-DD; correct it")
_NO_BANDS = Refusal(
    "TW-608",
    "a line of the range cannot be read; write 'low to high', with sex and ages before a colon where they "
    "matter, such as 'female, 18-49: 35 to 100'",
)


@dataclass(frozen=True, slots=True)
class RangeLine:
    """One band of one item; ``entry`` is None for what stands in the protocol."""

    item: str
    valid_from: str
    whom: str
    low: str
    high: str
    unit: str
    entry: int | None
    source: str


@dataclass(frozen=True, slots=True)
class LaboratoryLines:
    """One laboratory with its ranges."""

    id: str
    name: str
    sites: tuple[str, ...]
    lines: tuple[RangeLine, ...]


def range_lines(study: Study, recorded: RangesState) -> tuple[LaboratoryLines, ...]:
    """Every range of every laboratory, in the order of the forms, the newest of an item last."""
    sources = {each.seq: each.source for each in recorded.ranges}

    def lines(laboratory: str) -> Iterator[RangeLine]:
        found = study.laboratory(laboratory)
        for name, item in study.items.items():
            for held in history(study, recorded, found, name) if found else ():
                for band in held.bands:
                    low, high = ("" if each is None else f"{each:f}" for each in (band.low, band.high))
                    source = sources.get(held.entry, "") if held.entry is not None else ""
                    yield RangeLine(
                        item.label, held.valid_from, band.whom, low, high, held.unit, held.entry, source
                    )

    return tuple(
        LaboratoryLines(each.id, each.name, each.sites, tuple(lines(each.id))) for each in study.laboratories
    )


def measured_items(study: Study) -> tuple[Item, ...]:
    """What a laboratory measures: numbers that go to the laboratory domain."""
    return tuple(
        item
        for item in study.items.values()
        if item.type in ("number", "integer") and item.sdtm is not None and item.sdtm.domain == "LB"
    )


def range_command(post: Mapping[str, str]) -> c.RecordReferenceRange | Refusal:
    """The command of a form; each line of its text is a band."""
    try:
        day = date.fromisoformat(post.get("valid_from", "").strip())
    except ValueError:
        return _NO_DATE
    try:
        bands = tuple(_band(line) for line in post.get("bands", "").splitlines() if line.strip())
    except (ValueError, InvalidOperation):
        return _NO_BANDS
    return c.RecordReferenceRange(
        laboratory=post.get("laboratory", ""),
        item=post.get("item", ""),
        valid_from=day,
        bands=bands,
        source=post.get("source", ""),
        unit=post.get("unit", "").strip() or None,
    )


def _band(line: str) -> c.RangeLimits:
    whom, _, limits = line.rpartition(":")
    low, word, high = limits.partition("to")
    if not word:
        raise ValueError(line)
    known = Band(_limit(low), _limit(high))
    for part in filter(None, (each.strip() for each in whom.split(","))):
        known = _whom(known, part)
    return c.RangeLimits(known.low, known.high, known.sex, known.age_from, known.age_to)


def _limit(text: str) -> Decimal | None:
    return Decimal(text.strip()) if text.strip() else None


def _whom(known: Band, part: str) -> Band:
    """A sex, or ages such as ``18-49``, ``50-``, ``-17``."""
    first, dash, last = part.partition("-")
    if not dash:
        return Band(known.low, known.high, part, known.age_from, known.age_to)
    ages = [int(each) if each.strip() else None for each in (first, last)]
    return Band(known.low, known.high, known.sex, ages[0], ages[1])
