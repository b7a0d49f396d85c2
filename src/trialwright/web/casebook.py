"""One subject's casebook as it is read: key dates, visits, forms, and each item's answers, old and new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from trialwright.conduct.states import Cell, SubjectState, VisitState, row_key, visit_key
from trialwright.protocol.design import Visit
from trialwright.protocol.forms import Form, Item
from trialwright.protocol.study import Study
from trialwright.record.snapshot import EntryView
from trialwright.web.entry.fields import Place, fields_of
from trialwright.web.grid import STATES, visit_place

Key = tuple[str, int, str, str, str]


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that stood before, why it was changed, by whom, when (UTC), and the entry that says so."""

    old: str
    reason: str
    author: str
    at: str
    seq: int


@dataclass(frozen=True, slots=True)
class Answer:
    """One item: label, answer, unit, the entry that holds it, and what stood before, newest first."""

    label: str
    text: str
    unit: str
    entry: int | None
    missing: bool = False
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One row of a form; ``name`` is the time point or number where there are several."""

    name: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class FilledForm:
    """One form of a visit, with the rows that were filled."""

    title: str
    rows: tuple[FilledRow, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The labels of all items, for forms of several rows, which are shown as a table; else nothing."""
        if len(self.rows) < 2:
            return ()
        return tuple(dict.fromkeys(answer.label for row in self.rows for answer in row.answers))

    @property
    def lines(self) -> tuple[tuple[str, tuple[Answer | None, ...]], ...]:
        """One line a row for the table: its name, and its answer in each column."""
        found = [(row.name, {answer.label: answer for answer in row.answers}) for row in self.rows]
        return tuple((name, tuple(answers.get(label) for label in self.columns)) for name, answers in found)


@dataclass(frozen=True, slots=True)
class VisitPage:
    """One visit: when it took place, how that lies in its window (a word of ``STATES``), and its forms."""

    id: str
    anchor: str
    name: str
    date: str
    place: str
    entry: int
    forms: tuple[FilledForm, ...]
    empty_forms: tuple[str, ...]

    @property
    def meaning(self) -> str:
        """How it lies in its window, in words."""
        return STATES[self.place]


@dataclass(frozen=True, slots=True)
class KeyDate:
    """One date worth seeing first; ``tone`` is bad for an end that was not planned."""

    date: str
    name: str
    tone: str = ""


def casebook(study: Study, state: SubjectState, corrected: Iterable[EntryView] = ()) -> tuple[VisitPage, ...]:
    """Every visit that took place or was missed, in the order of the protocol.

    ``corrected`` are the subject's ItemCorrected entries, in any order.
    """
    corrections = _corrections(study, corrected)
    return tuple(
        _visit_page(study, visit, state, occurrence, corrections)
        for visit in study.visits
        for occurrence in range(1, 100)
        if visit_key(visit.id, occurrence) in state.visits
    )


def events_of(state: SubjectState) -> tuple[dict[str, Any], ...]:
    """The subject's adverse events with their numbers, newest report of each, as they were first reported."""
    return tuple({**event, "event": number} for number, event in state.events.items())


def set_aside_of(state: SubjectState) -> tuple[dict[str, Any], ...]:
    """The events that were nullified or merged, with their numbers and what became of them."""
    return tuple(
        {**each.report, "event": number, "how": each.how, "into": each.into}
        for number, each in state.set_aside.items()
    )


def key_dates(study: Study, state: SubjectState) -> tuple[KeyDate, ...]:
    """The subject's way through the study, in the order of time."""
    dates = [KeyDate(consent.signed_on, _consent(consent.version)) for consent in state.consents]
    screening = state.visits.get(visit_key(study.eligibility.visit, 1))
    if screening is not None and screening.date:
        dates.append(KeyDate(screening.date, noop("Screening")))
    if state.signed is not None:
        dates.append(KeyDate(state.signed.at[:10], noop("Eligibility signed")))
    if state.treated_at:
        dates.append(KeyDate(state.treated_at[:10], noop("Treatment")))
    dates += [
        KeyDate(
            str(event.get("start"))[:10],
            gettext("{event}, serious: {term}").format(event=event.get("event"), term=event.get("term")),
            "bad",
        )
        for event in events_of(state)
        if event["serious"]
    ]
    if state.withdrawal is not None:
        cause = gettext(state.withdrawal.cause.replace("_", " "))
        dates.append(KeyDate(state.withdrawal.on, gettext("Withdrawn: {cause}").format(cause=cause), "bad"))
    if state.completed_on:
        dates.append(KeyDate(state.completed_on, noop("Completed")))
    return tuple(sorted(dates, key=lambda each: each.date))


def _consent(version: str) -> str:
    return gettext("Consent {version}").format(version=version)


def _corrections(study: Study, entries: Iterable[EntryView]) -> Mapping[Key, tuple[Correction, ...]]:
    found: defaultdict[Key, list[Correction]] = defaultdict(list)
    for entry in sorted(entries, key=lambda each: each.seq, reverse=True):
        if entry.redacted:
            continue
        payload = entry.payload
        form = study.form(payload["form"])
        item = form.item(payload["item"]) if form is not None else None
        key = (payload["visit"], payload["occurrence"], payload["form"], payload["row"], payload["item"])
        found[key].append(
            Correction(_old(item, payload["old"]), entry.reason or "", entry.author.name, entry.at, entry.seq)
        )
    return {key: tuple(corrections) for key, corrections in found.items()}


def _old(item: Item | None, old: Mapping[str, Any]) -> str:
    if old["value"] is None:
        return gettext("no value ({reason})").format(reason=old["missing"])
    text, unit = _shown(item, old["value"], old["unit"])
    return f"{text} {unit}".strip()


def _visit_page(
    study: Study,
    visit: Visit,
    state: SubjectState,
    occurrence: int,
    corrections: Mapping[Key, tuple[Correction, ...]],
) -> VisitPage:
    took_place: VisitState = state.visits[visit_key(visit.id, occurrence)]
    filled: list[FilledForm] = []
    empty: list[str] = []
    for entry in visit.forms:
        form = study.form(entry.form)
        if form is None:
            continue
        rows = _rows(study, visit, occurrence, form, state, corrections)
        if rows:
            filled.append(FilledForm(form.title, rows))
        elif entry.required and not took_place.missed and _is_asked(study, visit, state, occurrence, form):
            empty.append(form.title)
    return VisitPage(
        id=visit.id,
        anchor=visit.id if occurrence == 1 else f"{visit.id}-{occurrence}",
        name=visit.name if occurrence == 1 else f"{visit.name} {occurrence}",
        date=took_place.date or "",
        place=visit_place(visit, took_place, state),
        entry=took_place.changed,
        forms=tuple(filled),
        empty_forms=tuple(empty),
    )


def _is_asked(study: Study, visit: Visit, state: SubjectState, occurrence: int, form: Form) -> bool:
    """Whether the form asks this person anything: skip logic may leave nothing of it."""
    place = Place(state.subject, visit, occurrence, form, "")
    return any(field.asked and field.item.required for field in fields_of(study, state, place))


def _rows(
    study: Study,
    visit: Visit,
    occurrence: int,
    form: Form,
    state: SubjectState,
    corrections: Mapping[Key, tuple[Correction, ...]],
) -> tuple[FilledRow, ...]:
    prefix = row_key(visit.id, occurrence, form.id, "")
    names = {timepoint.id: timepoint.name for timepoint in study.timepoints}
    found = []
    rows = {key.removeprefix(prefix): cells for key, cells in state.rows.items() if key.startswith(prefix)}
    order = {point: place for place, point in enumerate(names)}
    for row, cells in sorted(rows.items(), key=lambda each: order.get(each[0], len(order))):
        place = (visit.id, occurrence, form.id, row)
        answers = tuple(
            _answer(item, cells[item.id], corrections.get((*place, item.id), ()))
            for item in form.items
            if item.id in cells
        )
        found.append(FilledRow(names.get(row, row), answers))
    return tuple(found)


def _answer(item: Item, cell: Cell, corrections: tuple[Correction, ...]) -> Answer:
    if cell.value is None:
        return Answer(item.label, cell.missing or "no answer", "", cell.changed, True, corrections)
    text, unit = _shown(item, cell.value, cell.unit)
    return Answer(item.label, text, unit, cell.changed, False, corrections)


def _shown(item: Item | None, value: str | bool, unit: str | None) -> tuple[str, str]:
    """A value as it is read, and its unit apart."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no"), ""
    codes = item.codes if item is not None else ()
    label = next((code.label for code in codes if code.code == value), None)
    if label is not None:
        return label, ""
    return value, unit or (item.unit if item is not None and item.unit else "")
