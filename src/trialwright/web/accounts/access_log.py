"""What happens to accounts, as entries of the record (AT-6): written by the site itself, about a person."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from trialwright.conduct.answer import Context, Refusal
from trialwright.conduct.commands import LogAccess
from trialwright.errors import Problem, TrialwrightError
from trialwright.record.entry import Author
from trialwright.store import StudyStore, random_salts
from trialwright.web import clock

NOBODY = "unknown"
_SITE = Author("trialwright", "trialwright", "system")


def log_access(store: StudyStore, person: str, event: str, **detail: str) -> None:
    """Record an event of a person's account. Raises where the record cannot take it: then it did not happen.

    ``person`` is an id of the record or ``unknown``: what a stranger typed is not kept, because people type
    passwords into the wrong field.
    """
    context = Context(clock.now(), "UTC", _SITE, str(uuid4()))
    answer = store.execute(LogAccess(person, event, detail), context, random_salts())
    if isinstance(answer, Refusal):
        raise TrialwrightError(Problem(answer.code, answer.sentence))


def lock_outs(store: StudyStore) -> list[tuple[str, str, str]]:
    """Who was made to wait after failures in the last week: (person, UTC time, address), the newest first."""
    since = (clock.now() - timedelta(days=7)).isoformat()
    found = [
        (entry.payload["person"], entry.at[:16].replace("T", " "), entry.payload["detail"].get("address", ""))
        for entry in store.entries("access")
        if entry.payload.get("event") == "locked_out" and entry.at >= since
    ]
    return found[::-1]


def known_person(store: StudyStore, person: str) -> str:
    """The id where the record has such a person, ``unknown`` otherwise."""
    return person if store.states(f"person:{person}") else NOBODY
