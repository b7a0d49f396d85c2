"""How long a session lasts: 15 minutes without use, 12 hours in all, by the server's clock (SE-1)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as noop

from trialwright.web import clock
from trialwright.web.accounts.configuration import IDLE_SECONDS, LONGEST_SECONDS

BEGAN, SEEN = "began", "seen"
# Being seen is written down at most every half minute; a session may therefore end half a minute early.
_WRITE_AGAIN = 30
_CLOCK_STEP = 2

ENDED = {
    "idle": noop("You were signed out after 15 minutes without use."),
    "longest": noop("You were signed out 12 hours after signing in."),
    "clock": noop("You were signed out because the server's clock was set back."),
    "person": noop("You were signed out because your account was disabled."),
    "role": noop("You were signed out because the role you worked in has ended."),
}


def begin(session: Any) -> None:
    """Note in a new session when it began."""
    session[BEGAN] = session[SEEN] = _seconds()


def why_over(session: Any) -> str | None:
    """A key of ``ENDED`` where the session may not go on; None notes that it was in use."""
    now, began, seen = _seconds(), session.get(BEGAN), session.get(SEEN)
    if began is None or seen is None:
        return "longest"
    if now < seen - _CLOCK_STEP:
        return "clock"
    if now - began >= LONGEST_SECONDS:
        return "longest"
    if now - seen >= IDLE_SECONDS:
        return "idle"
    if now - seen >= _WRITE_AGAIN:
        session[SEEN] = now
    return None


def _seconds() -> float:
    return clock.now().timestamp()
