"""What the record holds about one person, gathered for a print: every value keeps its past."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from trialwright.record.snapshot import EntryView, Snapshot
from trialwright.report.prints.refusals import refusal

RowKey = tuple[str, int, str, str]
VisitKey = tuple[str, int]
REDACTED: Final = "ContentRedacted"
VISIT_KINDS: Final = frozenset({"VisitRecorded", "VisitCorrected", "VisitMissed"})
EVENT_KINDS: Final = frozenset({"AdverseEventReported", "AdverseEventUpdated"})
# What became of an event since: nullified, merged into another, standing again.
STANDING_KINDS: Final = frozenset({"AdverseEventNullified", "AdverseEventMerged", "AdverseEventReopened"})
QUERY_KINDS: Final = frozenset({"QueryOpened", "QueryAnswered", "QueryClosed", "QueryReopened"})
VERDICT_KINDS: Final = frozenset({"EligibilitySigned", "EligibilityConfirmed"})
SIGNATURE_KINDS: Final = VERDICT_KINDS | {"FormSigned", "CasebookSigned"}
# Everything about the product that was kept for the person and given to them.
_TREATMENT = ("Infusion", "Dose", "Unit", "Rate")


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it was entered, and by which entry; None where that entry's content was removed."""

    value: str | bool | int | None
    unit: str | None
    missing: str | None
    entry: EntryView | None


@dataclass(slots=True)
class Cell:
    """All answers to one item, in order; the last one stands."""

    past: list[Given] = field(default_factory=list)
    verified: EntryView | None = None

    @property
    def stands(self) -> Given:
        """The answer that stands now."""
        return self.past[-1]


@dataclass(slots=True)
class PersonBook:
    """One person's part of a snapshot. ``entries`` are all entries about the person and their product."""

    subject: str
    site: str
    entries: list[EntryView]
    removed: dict[int, EntryView]
    visits: dict[VisitKey, list[EntryView]] = field(default_factory=dict)
    rows: dict[RowKey, dict[str, Cell]] = field(default_factory=dict)
    events: dict[str, list[EntryView]] = field(default_factory=dict)
    standing: dict[str, list[EntryView]] = field(default_factory=dict)
    queries: dict[str, list[EntryView]] = field(default_factory=dict)
    verdicts: list[EntryView] = field(default_factory=list)
    signatures: list[EntryView] = field(default_factory=list)
    treatment: list[EntryView] = field(default_factory=list)
    course: list[EntryView] = field(default_factory=list)
    frozen: dict[RowKey, EntryView] = field(default_factory=dict)


def is_rehearsed(snapshot: Snapshot) -> bool:
    """Whether a rehearsal began the record, so that its people are invented."""
    return bool(snapshot.entries) and snapshot.entries[0].author.id.startswith("rehearsal")


def subjects_of(snapshot: Snapshot) -> tuple[str, ...]:
    """Everybody in the record, in the order of registration."""
    return tuple(str(entry.payload["subject"]) for entry in snapshot.of_kind("SubjectRegistered"))


def gather_person(snapshot: Snapshot, subject: str) -> PersonBook:
    """Everything about one person; TW-651 where the record has nobody of that number."""
    registered = next(
        (entry for entry in snapshot.of_kind("SubjectRegistered") if entry.payload.get("subject") == subject),
        None,
    )
    if registered is None:
        raise refusal("TW-651", f"the record has no subject {subject[:40]!r}; check the number")
    removed = {
        number: entry for entry in snapshot.of_kind(REDACTED) for number in entry.payload.get("entries", ())
    }
    book = PersonBook(subject, str(registered.payload["site"]), list(_about(snapshot, subject)), removed)
    for entry in book.entries:
        if not entry.redacted:
            _take(book, entry)
    return book


def _about(snapshot: Snapshot, subject: str) -> Iterator[EntryView]:
    """Entries of the person, of the units kept for them, and redactions of either."""
    stream = f"subject:{subject}"
    units = {
        f"unit:{entry.payload['unit']}"
        for entry in snapshot.of_kind("UnitAllocated")
        if entry.payload.get("subject") == subject
    }
    shown: set[int] = set()
    for entry in snapshot.entries:
        own = stream in entry.streams
        kept = entry.kind.startswith("Unit") and not units.isdisjoint(entry.streams)
        gone = entry.kind == REDACTED and not shown.isdisjoint(entry.payload.get("entries", ()))
        if own or kept or gone:
            shown.add(entry.seq)
            yield entry


def row_key(payload: Mapping[str, Any]) -> RowKey:
    """The form row that an entry is about."""
    return (
        str(payload.get("visit")),
        int(payload.get("occurrence") or 1),
        str(payload.get("form")),
        str(payload.get("row")),
    )


def _take(book: PersonBook, entry: EntryView) -> None:
    special = _TAKERS.get(entry.kind)
    if special is not None:
        special(book, entry)
    elif entry.kind in VISIT_KINDS:
        key = (str(entry.payload["visit"]), int(entry.payload.get("occurrence") or 1))
        book.visits.setdefault(key, []).append(entry)
    elif entry.kind in EVENT_KINDS:
        book.events.setdefault(str(entry.payload["event"]), []).append(entry)
    elif entry.kind in STANDING_KINDS:
        book.standing.setdefault(str(entry.payload["event"]), []).append(entry)
    elif entry.kind in QUERY_KINDS:
        book.queries.setdefault(str(entry.payload.get("query")), []).append(entry)
    elif entry.kind.startswith(_TREATMENT):
        book.treatment.append(entry)
    else:
        book.course.append(entry)
    if entry.kind in SIGNATURE_KINDS:
        book.signatures.append(entry)


def _entered(book: PersonBook, entry: EntryView) -> None:
    cells = book.rows.setdefault(row_key(entry.payload), {})
    for item, given in entry.payload["items"].items():
        cells.setdefault(item, Cell()).past.append(_given(given, entry))


def _corrected(book: PersonBook, entry: EntryView) -> None:
    payload = entry.payload
    cells = book.rows.setdefault(row_key(payload), {})
    cell = cells.setdefault(payload["item"], Cell([_given(payload["old"], None)]))
    cell.past.append(_given(payload["new"], entry))


def _verified(book: PersonBook, entry: EntryView) -> None:
    cells = book.rows.get(row_key(entry.payload), {})
    for item in entry.payload.get("items", ()):
        if item in cells:
            cells[item].verified = entry


def _frozen(book: PersonBook, entry: EntryView) -> None:
    book.frozen[row_key(entry.payload)] = entry


def _released(book: PersonBook, entry: EntryView) -> None:
    book.frozen.pop(row_key(entry.payload), None)


def _judged(book: PersonBook, entry: EntryView) -> None:
    book.verdicts.append(entry)


def _given(answer: Mapping[str, Any], entry: EntryView | None) -> Given:
    return Given(answer.get("value"), answer.get("unit"), answer.get("missing"), entry)


def _signed(_book: PersonBook, _entry: EntryView) -> None:
    """Signatures are kept together by the caller."""


_TAKERS: Final[Mapping[str, Callable[[PersonBook, EntryView], None]]] = {
    "ItemsEntered": _entered,
    "ItemCorrected": _corrected,
    "SourceVerified": _verified,
    "FormFrozen": _frozen,
    "FormUnfrozen": _released,
    "EligibilitySigned": _judged,
    "EligibilityConfirmed": _judged,
    "FormSigned": _signed,
    "CasebookSigned": _signed,
}
