"""The gate before every page: who comes, whether their session holds, and whom the page is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from trialwright.errors import TrialwrightError
from trialwright.web.accounts import sessions
from trialwright.web.accounts.access_log import log_access
from trialwright.web.accounts.refusals import denied
from trialwright.web.accounts.session_keeping import keep_quietly
from trialwright.web.outage import answer_to
from trialwright.web.people import ROLE_IN_USE, NotSignedIn, recognise, role_key
from trialwright.web.permits import Denied
from trialwright.web.site import the_store

# The last second factor cannot be taken off by its owner, and a reset by others ends the session.
HAS_SECOND_FACTOR = "has_second_factor"
REFUSED, NOT_NOW = 422, 503
UNMARKED = "This page does not say who may see it, so that nobody may."


class Gate:
    """Reads the person from the record at each request, so that what changes there counts at once (AC-6)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand before ``get_response``."""
        self._get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        """Recognise who comes, or end a session that may not go on.

        A page that shows a refusal keeps what was typed. Where the database refused, and not the record, its
        status says that the same form can be sent again later.
        """
        request.signed_in = None
        request.session_ended = ""
        if request.user.is_authenticated:
            _admit(request)
        response = self._get_response(request)
        if response.status_code == REFUSED and getattr(request, "store_failed", False):
            response.status_code = NOT_NOW
        return response

    def process_view(self, request: Any, view: Any, _arguments: Any, _named: Any) -> HttpResponse | None:
        """Let a request through to its view only where the view says whom it is for (AC-1)."""
        if getattr(view, "open", False):
            return None
        if request.signed_in is None:
            return to_sign_in(request)
        if getattr(view, "own", False):
            return None
        return _first_step(request) if hasattr(view, "deed") else denied(request, UNMARKED)

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        """Turn a refusal that a view raised into its page."""
        if isinstance(exception, NotSignedIn):
            return to_sign_in(request)
        if isinstance(exception, Denied):
            return denied(request, exception.reason)
        if isinstance(exception, TrialwrightError):
            return answer_to(exception)
        return None


def _first_step(request: Any) -> HttpResponse | None:
    """What the person must do before any desk opens: a second factor, and the choice among several roles."""
    if needs_second_factor(request):
        return HttpResponseRedirect(reverse("mfa_index"))
    if ROLE_IN_USE not in request.session and len(request.signed_in.roles) > 1:
        return HttpResponseRedirect(f"{reverse('choose_role')}?{urlencode({'next': _way_back(request)})}")
    return None


def needs_second_factor(request: Any) -> bool:
    """Whether the person must set up a second factor before anything else (PW-4).

    In a rehearsed study all people are invented and their passwords are printed: there it is optional.
    """
    from allauth.mfa.models import Authenticator

    if request.session.get(HAS_SECOND_FACTOR) or the_store().is_rehearsal():
        return False
    factors = Authenticator.objects.filter(user_id=request.user.pk).exclude(type="recovery_codes")
    if factors.exists():
        request.session[HAS_SECOND_FACTOR] = True
        return False
    return True


def to_sign_in(request: Any) -> HttpResponse:
    """The sign-in page, with the way back. A script is told with status 401 where to send the person."""
    question = {"next": _way_back(request)}
    if request.session_ended:
        question["ended"] = request.session_ended
    address = f"{reverse('account_login')}?{urlencode(question)}"
    if request.headers.get("HX-Request"):
        response = HttpResponse("Sign in again.", status=401, content_type="text/plain")
        response.headers["HX-Redirect"] = address
        return response
    return HttpResponseRedirect(address)


def _admit(request: Any) -> None:
    store, person = the_store(), request.user.get_username()
    who = recognise(request, store, person)
    why = sessions.why_over(request.session)
    if who is None or who.state.disabled:
        why = "person"
    elif ROLE_IN_USE in request.session and not _still_delegated(request, who):
        why = "role"
    if why is None and who is not None:
        request.signed_in = who
        if len(who.roles) == 1:
            request.session.setdefault(ROLE_IN_USE, role_key(who.roles[0]))
        keep_quietly(request.session)
        return
    logout(request)
    request.session_ended = why
    if who is not None and why is not None:
        log_access(store, person, "signed_out", cause=why)


def _still_delegated(request: Any, who: Any) -> bool:
    return request.session[ROLE_IN_USE] in {role_key(each) for each in who.roles}


def _way_back(request: Any) -> str:
    """Where to go on after signing in: this page, or the page whose form was sent."""
    if request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request"):
        return str(request.get_full_path())
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        parts = urlsplit(came_from)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return "/"
