"""Entries about a person's course: consent, eligibility, enrolment, adverse events, the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from trialwright.datasets.captured import (
    AdverseEvent,
    Casebook,
    Consent,
    Departure,
    Enrolment,
    Judgement,
    ScreenFailure,
)
from trialwright.datasets.fold import Fold, RestsOnNothingError, entered_at, unfitting
from trialwright.datasets.fold_answers import capture_answer
from trialwright.datasets.moments import read_moment
from trialwright.record.snapshot import EntryView


def registered(_fold: Fold, _book: Casebook, _entry: EntryView) -> None:
    """The casebook itself is made before this."""


def consented(_fold: Fold, book: Casebook, entry: EntryView) -> None:
    """A signed version of the consent."""
    signed = read_moment(entry.payload.get("signed_at") or entry.payload["signed_on"])
    book.consents.append(Consent(entry.payload["version"], signed, entry.seq))


def judged(_fold: Fold, book: Casebook, entry: EntryView) -> None:
    """The verdicts of a signature or of a confirmation."""
    verdicts = tuple(
        (verdict["id"], verdict["verdict"], verdict.get("reason") or "")
        for verdict in entry.payload["verdicts"]
    )
    book.judgements.append(Judgement(entry.payload["overall"], verdicts, entry.seq, entered_at(entry)))


def screen_failed(fold: Fold, book: Casebook, entry: EntryView) -> None:
    """The end of screening; the criteria must be those of the protocol."""
    criteria = tuple(entry.payload["criteria"])
    for criterion in criteria:
        if fold.study.criterion(criterion) is None:
            raise unfitting(entry, f"the criterion '{criterion}'")
    book.failure = ScreenFailure(criteria, entry.payload.get("cause"), entry.seq, entered_at(entry))


def enrolled(fold: Fold, book: Casebook, entry: EntryView) -> None:
    """The number and the arm, which must be one of the protocol."""
    arm = entry.payload["arm"]
    if fold.study.arm(arm) is None:
        raise unfitting(entry, f"the arm '{arm}'")
    book.enrolment = Enrolment(entry.payload["number"], arm, entry.seq, entered_at(entry))


def event_known(fold: Fold, book: Casebook, entry: EntryView) -> None:
    """A first or a newer report of an adverse event; the earlier one is kept."""
    number = entry.payload["event"]
    earlier = book.events.get(number)
    if earlier is None and entry.kind == "AdverseEventUpdated":
        raise RestsOnNothingError("event")
    if earlier is not None:
        book.earlier_events.append(earlier)
    at = entered_at(entry)
    answered = earlier.details if earlier else {}
    details = {
        item: capture_answer(
            fold,
            book,
            entry,
            ("", 0, fold.study.adverse_event_form, number),
            item,
            answer,
            answered.get(item),
        )
        for item, answer in (entry.payload.get("details") or {}).items()
    }
    book.events[number] = AdverseEvent(
        event=number,
        report=entry.payload,
        details=details,
        reported_at=earlier.reported_at if earlier else at,
        known_at=at,
        seq=entry.seq,
        first_seq=earlier.first_seq if earlier else entry.seq,
        before=earlier.seq if earlier else None,
        coding=earlier.coding if earlier else None,
    )


def term_coded(_fold: Fold, book: Casebook, entry: EntryView) -> None:
    """What the event's words mean in a dictionary."""
    _with_coding(book, entry, entry.payload)


def coding_removed(_fold: Fold, book: Casebook, entry: EntryView) -> None:
    """The event stands in its own words again."""
    _with_coding(book, entry, None)


def _with_coding(book: Casebook, entry: EntryView, coding: Mapping[str, Any] | None) -> None:
    number = entry.payload["event"]
    event = book.events.get(number)
    if event is None:
        raise RestsOnNothingError("event")
    book.events[number] = replace(event, coding=coding)


def event_set_aside(_fold: Fold, book: Casebook, entry: EntryView) -> None:
    """An event that was nullified, or merged into another report of it: it is in no data set."""
    event = book.events.pop(entry.payload["event"], None)
    if event is None:
        raise RestsOnNothingError("event")
    book.set_aside[event.event] = event


def event_reopened(_fold: Fold, book: Casebook, entry: EntryView) -> None:
    """An event that stands again."""
    event = book.set_aside.pop(entry.payload["event"], None)
    if event is None:
        raise RestsOnNothingError("event")
    book.events[event.event] = event
    book.events = dict(sorted(book.events.items(), key=lambda known: known[1].first_seq))


def withdrawn(_fold: Fold, book: Casebook, entry: EntryView) -> None:
    """The end of a part of taking part, as far as its scope says."""
    payload = entry.payload
    book.withdrawals.append(
        Departure(read_moment(payload["on"]), payload["cause"], payload["scope"], entry.seq)
    )


def completed(_fold: Fold, book: Casebook, entry: EntryView) -> None:
    """The regular end."""
    book.completion = Departure(read_moment(entry.payload["on"]), None, None, entry.seq)
