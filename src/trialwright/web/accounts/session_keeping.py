"""Sessions, kept after an answer was made: what was recorded by then stands, whatever becomes of them."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest

from trialwright.web.outage import answer_to

_ONLY_READ = {"GET", "HEAD"}


class KeptSessions(SessionMiddleware):
    """Django's sessions; where one cannot be kept, the answer says no more than is true."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """The answer with the session kept.

        Where it was ended meanwhile, in another window, the answer goes out as it is and the next request
        leads to signing in. Where the database cannot take it, a page that was only read goes out, and of a
        form that was sent it is said that it may have been recorded.
        """
        try:
            return super().process_response(request, response)
        except (SessionInterrupted, DatabaseError) as error:
            cause = _cause(error)
            if cause is None or request.method in _ONLY_READ:
                return response
            return answer_to(cause)


def keep_quietly(session: Any) -> None:
    """Keep what a session noted of itself, when it was last seen and the only role there is.

    Both are noted anew at the next request, so that nothing is lost where the database cannot take them.
    """
    if not session.modified or session.session_key is None:
        return
    try:
        session.save()
    except (UpdateError, DatabaseError):
        pass
    finally:
        session.modified = False


def _cause(error: BaseException) -> DatabaseError | None:
    """What the database said, by whatever Django made of it; None where the session is no longer there."""
    found: BaseException | None = error
    while found is not None and not (isinstance(found, DatabaseError) and found.__cause__ is not None):
        found = found.__context__
    return found if isinstance(found, DatabaseError) else None
