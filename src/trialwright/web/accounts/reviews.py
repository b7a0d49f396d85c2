"""The periodic review of access: somebody attests that who has access should have it (AC-5)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest

from trialwright.conduct.answer import Refusal
from trialwright.conduct.commands import LogAccess
from trialwright.record.snapshot import EntryView
from trialwright.store import StudyStore
from trialwright.web.acting import act
from trialwright.web.people import signed_in

EVERY_DAYS = 90
EVENT = "access_review"


@dataclass(frozen=True, slots=True)
class Review:
    """The last review of access, and when the next one falls due."""

    by: str
    on: date
    next: date
    due: bool


def attested(request: HttpRequest, rows: Sequence[dict[str, Any]]) -> Refusal | None:
    """Record that who is signed in reviewed these people; a Refusal where the box was not ticked.

    The entry holds the hash of the list as it was shown; a list that changed meanwhile is not attested.
    """
    if request.POST.get("attest") != "yes":
        return Refusal("TW-633", "tick the box to attest that you have gone through the list")
    if request.POST.get("list") != list_hash(rows):
        return Refusal("TW-634", "somebody's access changed since the list was shown; go through it again")
    detail = {"people": str(len(rows)), "list": list_hash(rows)}
    command = LogAccess(signed_in(request).person, EVENT, detail)
    answer = act(request, command, command_id=request.POST.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


def list_hash(rows: Sequence[dict[str, Any]]) -> str:
    """The SHA-256 of the list: everybody with their delegations and whether they are disabled."""
    return hashlib.sha256(repr([row["state"] for row in rows]).encode()).hexdigest()


def newest_review(store: StudyStore, today: date) -> Review | None:
    """Who reviewed access last and when, and whether the next review is due; None where nobody did."""
    last: EntryView | None = None
    for entry in store.entries("access"):
        if entry.payload.get("event") == EVENT:
            last = entry
    if last is None:
        return None
    on = date.fromisoformat(last.at[:10])
    following = on + timedelta(days=EVERY_DAYS)
    return Review(last.author.name, on, following, today >= following)
