"""Entries about visits and the items of their forms."""

from __future__ import annotations

from trialwright.datasets.captured import CapturedVisit, Casebook
from trialwright.datasets.fold import Fold, RestsOnNothingError, unfitting
from trialwright.datasets.fold_answers import Answer, capture_answer
from trialwright.datasets.moments import read_moment
from trialwright.record.snapshot import EntryView


def visit_recorded(fold: Fold, book: Casebook, entry: EntryView) -> None:
    """A visit that took place."""
    payload = entry.payload
    _keep_visit(fold, book, entry, payload.get("time") or payload["date"], None)


def visit_corrected(fold: Fold, book: Casebook, entry: EntryView) -> None:
    """A visit with another date than first recorded, or one first given as missed."""
    new = entry.payload["new"]
    _keep_visit(fold, book, entry, new.get("time") or new["date"], None)


def visit_missed(fold: Fold, book: Casebook, entry: EntryView) -> None:
    """A visit that did not take place."""
    _keep_visit(fold, book, entry, None, entry.payload["cause"])


def _keep_visit(fold: Fold, book: Casebook, entry: EntryView, held: str | None, missed: str | None) -> None:
    key = (entry.payload["visit"], entry.payload.get("occurrence", 1))
    if fold.study.visit(key[0]) is None:
        raise unfitting(entry, f"the visit '{key[0]}'")
    earlier = book.visits.get(key)
    if earlier is None and entry.kind == "VisitCorrected":
        raise RestsOnNothingError("visit")
    if earlier is not None:
        book.earlier_visits.append(earlier)
    book.visits[key] = CapturedVisit(
        subject=book.subject,
        visit=key[0],
        occurrence=key[1],
        held=None if held is None else read_moment(held),
        missed=missed,
        window=entry.payload.get("window"),
        seq=entry.seq,
        first_seq=earlier.first_seq if earlier else entry.seq,
        before=earlier.seq if earlier else None,
    )


def items_entered(fold: Fold, book: Casebook, entry: EntryView) -> None:
    """First answers to items of one form row."""
    for item, answer in entry.payload["items"].items():
        _keep_value(fold, book, entry, item, answer)


def item_corrected(fold: Fold, book: Casebook, entry: EntryView) -> None:
    """Another answer to one item; the earlier one is kept."""
    _keep_value(fold, book, entry, entry.payload["item"], entry.payload["new"])


def _keep_value(fold: Fold, book: Casebook, entry: EntryView, item: str, answer: Answer) -> None:
    payload = entry.payload
    place = (payload["visit"], payload.get("occurrence", 1), payload["form"], payload["row"])
    if place[:2] not in book.visits:
        raise RestsOnNothingError("visit")
    cells = book.rows.setdefault(place, {})
    earlier = cells.get(item)
    if earlier is None and entry.kind == "ItemCorrected":
        raise RestsOnNothingError("value")
    if earlier is not None:
        book.earlier_values.append(earlier)
    cells[item] = capture_answer(fold, book, entry, place, item, answer, earlier)
