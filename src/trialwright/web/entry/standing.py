"""How a form row stands beside its answers: signed, frozen, locked; and the deeds that change it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.signing import FORM_MEANING, endorsement_holds, form_content
from trialwright.conduct.states import SubjectState
from trialwright.record.snapshot import EntryView, view_entry
from trialwright.web.acting import act
from trialwright.web.entry.fields import Place
from trialwright.web.people import signed_in
from trialwright.web.permits import may
from trialwright.web.signing.credentials import needs_code, prove_identity

_UNKNOWN = Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")


@dataclass(frozen=True, slots=True)
class RowStanding:
    """The newest signature under a row and whether it holds, whether it is frozen, and what may be done now.

    ``content`` is the hash of the row as it is shown, which a signature is bound to.
    """

    signature: EntryView | None
    holds: bool
    frozen: bool
    may_sign: bool
    may_freeze: bool
    may_release: bool
    content: str
    meaning: str
    needs_code: bool


def row_standing(request: HttpRequest, person: SubjectState, place: Place) -> RowStanding:
    """How the row stands for the person at work."""
    store = signed_in(request).store
    endorsed = next((each for each in person.endorsements if each.what == place.key), None)
    entry = store.entry(endorsed.seq) if endorsed is not None else None
    holds = endorsed is not None and endorsement_holds(store.study, person, endorsed)
    frozen, answered = place.key in person.frozen, bool(person.rows.get(place.key))
    open_to = answered and not person.locked
    return RowStanding(
        signature=view_entry(entry) if entry is not None else None,
        holds=holds,
        frozen=frozen,
        may_sign=open_to and not holds and may(request, "SignForm", person.site).granted,
        may_freeze=open_to and not frozen and may(request, "FreezeForm", person.site).granted,
        may_release=frozen and not person.locked and may(request, "UnfreezeForm", person.site).granted,
        content=form_content(store.study, person, *_where(place)),
        meaning=FORM_MEANING,
        needs_code=needs_code(request),
    )


def change_standing(request: HttpRequest, place: Place, deed: str) -> Refusal | None:
    """Sign, freeze or release the row; None where it happened."""
    visit, occurrence, form, row = _where(place)
    post = request.POST
    deeds: dict[str, Callable[[], c.Command]] = {
        "sign": lambda: c.SignForm(place.subject, visit, form, row, post.get("content", ""), occurrence),
        "freeze": lambda: c.FreezeForm(place.subject, visit, form, row, occurrence),
        "release": lambda: c.UnfreezeForm(
            place.subject, visit, form, row, post.get("reason", "").strip(), occurrence
        ),
    }
    if deed not in deeds:
        return _UNKNOWN
    if deed == "sign":
        refusal = prove_identity(request)
        if refusal is not None:
            return refusal
    answer = act(request, deeds[deed](), command_id=post.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


def _where(place: Place) -> tuple[str, int, str, str]:
    return place.visit.id, place.occurrence, place.form.id, place.row
