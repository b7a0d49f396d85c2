"""Entries about giving the product."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from trialwright.datasets.captured import Casebook, Dose, Infusion, Segment
from trialwright.datasets.fold import Fold, RestsOnNothingError
from trialwright.record.snapshot import EntryView


def infusion_started(_fold: Fold, book: Casebook, entry: EntryView) -> None:
    """A new infusion with its first stretch."""
    payload = entry.payload
    planned = payload.get("planned_volume_ml")
    book.infusions.append(
        Infusion(
            arm=payload.get("arm"),
            unit=payload["unit"],
            lot=payload.get("lot"),
            planned_volume_ml=None if planned is None else Fraction(planned),
            segments=(Segment(datetime.fromisoformat(payload["at"]), entry.seq),),
        )
    )


def _running(book: Casebook) -> Infusion:
    if not book.infusions:
        raise RestsOnNothingError("infusion")
    return book.infusions[-1]


def infusion_interrupted(_fold: Fold, book: Casebook, entry: EntryView) -> None:
    """The running stretch ends."""
    infusion = _running(book)
    segments = _stopped(infusion, entry, entry.payload.get("cause"))
    book.infusions[-1] = replace(infusion, segments=segments)


def _stopped(infusion: Infusion, entry: EntryView, cause: str | None) -> tuple[Segment, ...]:
    *done, last = infusion.segments
    if last.stop is not None:
        return infusion.segments
    stop = datetime.fromisoformat(entry.payload["at"])
    return (*done, replace(last, stop=stop, stop_seq=entry.seq, cause=cause))


def infusion_resumed(_fold: Fold, book: Casebook, entry: EntryView) -> None:
    """Another stretch begins."""
    infusion = _running(book)
    segment = Segment(datetime.fromisoformat(entry.payload["at"]), entry.seq)
    book.infusions[-1] = replace(infusion, segments=(*infusion.segments, segment))


def infusion_ended(_fold: Fold, book: Casebook, entry: EntryView) -> None:
    """The infusion ends with the volume given."""
    infusion = _running(book)
    book.infusions[-1] = replace(
        infusion,
        segments=_stopped(infusion, entry, entry.payload.get("cause")),
        volume_ml=Fraction(entry.payload["volume_ml"]),
        ended_seq=entry.seq,
        end_cause=entry.payload.get("cause"),
    )


def dose_given(_fold: Fold, book: Casebook, entry: EntryView) -> None:
    """One dose given at once."""
    payload = entry.payload
    book.doses.append(
        Dose(
            arm=payload.get("arm"),
            unit=payload["unit"],
            lot=payload.get("lot"),
            at=datetime.fromisoformat(payload["at"]),
            amount=Fraction(payload["amount"]),
            amount_unit=payload["unit_of_amount"],
            seq=entry.seq,
        )
    )
