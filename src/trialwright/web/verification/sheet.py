"""The monitor's sheet of one subject: every answer, whether it was compared with its source, and its rank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_noop as noop

from trialwright.conduct.states import Cell, SubjectState, row_key
from trialwright.conduct.verification import is_verified, verification_ranks
from trialwright.protocol.design import Visit
from trialwright.protocol.forms import Form, Item
from trialwright.protocol.study import Study
from trialwright.record.snapshot import EntryView
from trialwright.web.entry.fields import shown_answer

RANKS: Final[Mapping[int, str]] = {2: noop("decisive"), 1: noop("safety"), 0: noop("other")}


@dataclass(frozen=True, slots=True)
class Line:
    """One answer. ``standing`` is new, changed (verified once, then changed) or verified; ``by`` says who.

    ``mark`` is what its checkbox sends: the row, the item, and the entry of the answer that was shown.
    """

    visit: Visit
    occurrence: int
    form: Form
    row: str
    item: Item
    shown: str
    missing: str
    seq: int
    rank: int
    standing: str
    by: str
    on: str

    @property
    def mark(self) -> str:
        """The answer as it was shown."""
        return f"{row_key(self.visit.id, self.occurrence, self.form.id, self.row)}|{self.item.id}|{self.seq}"

    @property
    def rank_name(self) -> str:
        """How much depends on the item."""
        return RANKS[self.rank]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many answers of a rank are verified as they stand, of how many, and how many changed since."""

    name: str
    verified: int
    changed: int
    total: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Answers of one row that the monitor ticked: each item with the entry of the answer that was shown."""

    visit: str
    occurrence: int
    form: str
    row: str
    items: Mapping[str, int]


def lines_of(study: Study, person: SubjectState, verifications: Iterable[EntryView] = ()) -> list[Line]:
    """Every answer: what is not verified as it stands first, within that by rank, then as the protocol goes.

    ``verifications`` are the subject's SourceVerified entries, in any order.
    """
    ranks = verification_ranks(study)
    told = _who_verified(verifications)
    lines = list(_lines(study, person, ranks, told))
    return sorted(lines, key=lambda line: (line.standing == "verified", -line.rank))


def progress_of(lines: Iterable[Line]) -> tuple[Progress, ...]:
    """The figures of each rank that has answers, the decisive first."""
    every = tuple(lines)
    return tuple(
        Progress(
            name,
            sum(line.standing == "verified" for line in ranked),
            sum(line.standing == "changed" for line in ranked),
            len(ranked),
        )
        for rank, name in RANKS.items()
        if (ranked := [line for line in every if line.rank == rank])
    )


def chosen_rows(marks: Iterable[str]) -> tuple[Chosen, ...] | None:
    """The ticked answers by row, in the order sent; None where a mark is not one of the page's."""
    rows: dict[tuple[str, int, str, str], dict[str, int]] = {}
    for mark in marks:
        # A row's own name may hold anything, so that its neighbours are taken from both ends.
        parts = [*mark.split("|", 3)[:3], *mark.split("|", 3)[-1].rsplit("|", 2)]
        if len(parts) != 6 or not (_is_number(parts[1]) and _is_number(parts[5])):
            return None
        visit, occurrence, form, row, item, seq = parts
        rows.setdefault((visit, int(occurrence), form, row), {})[item] = int(seq)
    return tuple(Chosen(*place, items) for place, items in rows.items())


def changed_since(person: SubjectState, rows: Iterable[Chosen]) -> tuple[str, ...]:
    """The ticked items whose answers are no longer those that were shown."""
    return tuple(
        item
        for chosen in rows
        for item, seq in chosen.items.items()
        if (cell := _cell(person, chosen, item)) is None or cell.changed != seq
    )


def _lines(
    study: Study,
    person: SubjectState,
    ranks: Mapping[str, int],
    told: Mapping[tuple[str, str, int], EntryView],
) -> Iterator[Line]:
    for visit, form, key in _rows(study, person):
        _, occurrence, _, row = key.split("|", 3)
        cells = person.rows[key]
        for item in form.items:
            if item.id in cells:
                cell = cells[item.id]
                entry = told.get((key, item.id, cell.changed))
                yield Line(
                    visit=visit,
                    occurrence=int(occurrence),
                    form=form,
                    row=row,
                    item=item,
                    shown=shown_answer(study, item, cell.value, cell.unit),
                    missing=cell.missing or "",
                    seq=cell.changed,
                    rank=ranks[item.id],
                    standing=_standing(person, key, item.id),
                    by=entry.author.name if entry else "",
                    on=entry.at[:10] if entry else "",
                )


def _rows(study: Study, person: SubjectState) -> Iterator[tuple[Visit, Form, str]]:
    """Each row that has answers, in the order of the protocol."""
    for visit in study.visits:
        for entry in visit.forms:
            form = study.form(entry.form)
            for key in person.rows if form else ():
                visit_id, _, form_id, _ = key.split("|", 3)
                if form is not None and (visit_id, form_id) == (visit.id, form.id):
                    yield visit, form, key


def _standing(person: SubjectState, key: str, item: str) -> str:
    if is_verified(person, key, item):
        return "verified"
    return "changed" if item in person.verified.get(key, {}) else "new"


def _who_verified(entries: Iterable[EntryView]) -> dict[tuple[str, str, int], EntryView]:
    return {
        (_key_of(entry), item, seq): entry
        for entry in entries
        for item, seq in entry.payload["items"].items()
    }


def _key_of(entry: EntryView) -> str:
    said = entry.payload
    return row_key(said["visit"], said["occurrence"], said["form"], said["row"])


def _cell(person: SubjectState, chosen: Chosen, item: str) -> Cell | None:
    key = row_key(chosen.visit, chosen.occurrence, chosen.form, chosen.row)
    return person.rows.get(key, {}).get(item)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16
