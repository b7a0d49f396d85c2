"""Acts of people in the browser: each is a command of the conduct room, given by who is signed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4, uuid5

from django.http import HttpRequest

from trialwright.conduct.answer import Context, Refusal
from trialwright.errors import TrialwrightError
from trialwright.record.entry import Author
from trialwright.store import Receipt, random_salts
from trialwright.store.database_errors import PASSING
from trialwright.web import clock
from trialwright.web.people import signed_in


def fresh_command() -> str:
    """A new mark for a form's hidden field ``command``, made when the form is rendered."""
    return str(uuid4())


def act(request: HttpRequest, command: Any, *, command_id: str) -> Receipt | Refusal:
    """Carry a command out as who is signed in, in the role in use, at the server's time and the site's zone.

    ``command_id`` is the form's mark. The same form sent twice counts once (SQ-3); a form that was sent,
    taken back in the browser and sent with other content is another command, which the record decides anew.
    What the store refuses, such as a full disk, is a Refusal too: nothing was recorded. The request then
    bears ``store_failed``, so that its answer has a status of the 5xx class.
    """
    who = signed_in(request)
    mark = _mark(command_id)
    if mark is None:
        return Refusal("TW-631", "the form carries no valid mark; open the page again and send the form anew")
    own = str(uuid5(mark, f"{who.person} {command!r}"))
    context = Context(clock.now(), who.zone, Author(who.person, who.name, who.role), own)
    try:
        answer: Receipt | Refusal = who.store.execute(command, context, random_salts())
    except TrialwrightError as error:
        return refused_by_store(request, error)
    return answer


def refused_by_store(request: HttpRequest, error: TrialwrightError) -> Refusal:
    """The refusal that a page shows; the request is marked where the same form can be sent again later."""
    problem = error.problems[0]
    request.store_failed = problem.code in PASSING
    return Refusal(problem.code, problem.sentence)


def _mark(text: str) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, AttributeError, TypeError):
        return None
