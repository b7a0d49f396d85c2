"""Saving what was sent: first answers are entered, answers that stand are corrected with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from trialwright.conduct.answer import Refusal
from trialwright.conduct.commands import CorrectItem, EnterItems, ItemValue
from trialwright.conduct.states import Cell, SubjectState
from trialwright.protocol.forms import Item
from trialwright.web.acting import act
from trialwright.web.entry.fields import Place
from trialwright.web.entry.reading import Sent, answer_of, sent_item


@dataclass(frozen=True, slots=True)
class Saving:
    """What became of a form: the items that were saved, and a refusal for each that was not."""

    saved: tuple[str, ...]
    refused: Mapping[str, Refusal]


def save_row(request: HttpRequest, person: SubjectState, place: Place, zone: str) -> Saving:
    """Save every item that was sent and says something new.

    First answers go together; where one of them is refused, each goes alone, so that the others are kept.
    """
    cells = person.rows.get(place.key, {})
    sent = {item.id: sent_item(request.POST, item.id) for item in place.form.items}
    first = {
        item.id: answer_of(item, sent[item.id], zone)
        for item in place.form.items
        if item.id not in cells and not sent[item.id].empty
    }
    refused: dict[str, Refusal] = {}
    if first and _enter(request, place, first, sent) is not None:
        refused |= _enter_one_by_one(request, place, first, sent)
    changed = [item for item in place.form.items if _is_changed(item, cells, sent, zone)]
    for item in changed:
        refusal = correct_item(request, place, item, sent[item.id], zone)
        if refusal is not None:
            refused[item.id] = refusal
    tried = [*first, *(item.id for item in changed)]
    return Saving(tuple(name for name in tried if name not in refused), refused)


def save_item(
    request: HttpRequest, person: SubjectState, place: Place, item: Item, zone: str
) -> Refusal | None:
    """Save one item; None where it was saved."""
    sent = sent_item(request.POST, item.id)
    if item.id in person.rows.get(place.key, {}) and sent.seen is not None:
        return correct_item(request, place, item, sent, zone)
    return _enter(request, place, {item.id: answer_of(item, sent, zone)}, {item.id: sent})


def correct_item(request: HttpRequest, place: Place, item: Item, sent: Sent, zone: str) -> Refusal | None:
    """Correct one item, with the reason and the entry that the person saw."""
    command = CorrectItem(
        subject=place.subject,
        visit=place.visit.id,
        form=place.form.id,
        row=place.row,
        item=item.id,
        new=answer_of(item, sent, zone),
        reason=sent.reason,
        occurrence=place.occurrence,
        seen=sent.seen,
    )
    return _refusal(act(request, command, command_id=request.POST.get("command", "")))


def _enter_one_by_one(
    request: HttpRequest, place: Place, answers: Mapping[str, ItemValue], sent: Mapping[str, Sent]
) -> dict[str, Refusal]:
    tried = {name: _enter(request, place, {name: answer}, sent) for name, answer in answers.items()}
    return {name: refusal for name, refusal in tried.items() if refusal is not None}


def _enter(
    request: HttpRequest, place: Place, answers: Mapping[str, ItemValue], sent: Mapping[str, Sent]
) -> Refusal | None:
    command = EnterItems(
        subject=place.subject,
        visit=place.visit.id,
        form=place.form.id,
        row=place.row,
        items=answers,
        occurrence=place.occurrence,
        partial=True,
        reasons={name: sent[name].reason for name in answers if sent[name].reason},
    )
    return _refusal(act(request, command, command_id=request.POST.get("command", "")))


def _refusal(answer: object) -> Refusal | None:
    return answer if isinstance(answer, Refusal) else None


def _is_changed(item: Item, cells: Mapping[str, Cell], sent: Mapping[str, Sent], zone: str) -> bool:
    """Whether something else was sent than what stands. Nothing sent is no change; answers stay."""
    if item.id not in cells or sent[item.id].empty:
        return False
    cell, new = cells[item.id], answer_of(item, sent[item.id], zone)
    return (new.value, new.unit, new.missing) != (cell.value, cell.unit, cell.missing)
