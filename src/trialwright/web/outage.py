"""What ends a request unforeseen: a full disk, a database that is gone, a fault of the program (FL-1).

The answer is plain text, for which nothing is read: a page would ask the database that has just failed.
"""

from __future__ import annotations

import errno
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from trialwright.errors import TrialwrightError
from trialwright.store.database_errors import code_of

_CAUSES = {
    "TW-312": noop("it may not be written to"),
    "TW-316": noop("another program has held it for too long"),
    "TW-317": noop("the disk is full"),
    "TW-318": noop("it cannot be reached"),
}
_DAMAGED = noop("it cannot be read")
_NOT_KEPT = noop("The database of sign-ins and sessions cannot go on: {cause} (TW-615).")
_FAULT = noop("The program failed here; the server's log says how (TW-616).")
_LOOK = noop(
    "What you sent may have been recorded, or not: look at what stands. A form sent again counts once."
)
_UNREADABLE = noop(
    "The request is larger than this site takes, or cannot be read (TW-617). Nothing was recorded; open the"
    " page again and send less."
)
_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
_FULL = {errno.ENOSPC, errno.EDQUOT}


def failed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The answer to what was raised and nobody caught; Django calls it while that is being handled."""
    return answer_to(sys.exc_info()[1])


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The answer to a request that was not even read: too large, with too many fields, or not in its form."""
    return _plain(gettext(_UNREADABLE), 413 if isinstance(exception, _TOO_MUCH) else 400)


def answer_to(error: BaseException | None) -> HttpResponse:
    """Status 503 where the machine cannot go on, which passes; 500 where the program is at fault."""
    if isinstance(error, TrialwrightError):
        problem = error.problems[0]
        return _plain(f"{problem.sentence} ({problem.code})", 503)
    code = _code_of(error)
    if not code:
        return _plain(f"{gettext(_FAULT)} {gettext(_LOOK)}", 500)
    cause = gettext(_CAUSES.get(code, _DAMAGED))
    return _plain(f"{gettext(_NOT_KEPT).format(cause=cause)} {gettext(_LOOK)}", 503)


def _code_of(error: BaseException | None) -> str:
    if isinstance(error, (DatabaseError, InterfaceError)):
        return code_of(error)
    return "TW-317" if isinstance(error, OSError) and error.errno in _FULL else ""


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
