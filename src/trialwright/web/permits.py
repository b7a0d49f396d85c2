"""What the person at work may do and see: denied unless the conduct room grants it, and always with a reason.

Every view carries ``@desk("deed")`` or ``@open_page``; a view that carries neither is denied to everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext_noop as noop

from trialwright.conduct.permissions import Permission, permission
from trialwright.conduct.states import SubjectState
from trialwright.web.people import SignedIn, signed_in
from trialwright.web.words import words

View = Callable[..., HttpResponseBase]


class Denied(Exception):  # noqa: N818 - it is an answer to the browser, not a fault
    """The person may not do this; ``reason`` is the sentence of the page that says so."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def desk(deed: str) -> Callable[[View], View]:
    """Let only those see a view whose role in use is granted the deed; others get a page that says why."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
            require(request, deed)
            return view(request, *arguments, **named)

        guarded.deed = deed  # type: ignore[attr-defined] # the gate and a test read it from the function
        return guarded

    return guard


def own_page(view: View) -> View:
    """Let everybody who is signed in see a view about nobody but themselves, also before a second factor."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        signed_in(request)
        return view(request, *arguments, **named)

    guarded.own = True  # type: ignore[attr-defined] # the gate and a test read it from the function
    return guarded


def open_page(view: View) -> View:
    """Let everybody see a view that shows nothing of the study: signing in, and the site's own files."""

    @wraps(view)
    def opened(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        return view(request, *arguments, **named)

    opened.open = True  # type: ignore[attr-defined] # the gate and a test read it from the function
    return opened


def may(request: HttpRequest, deed: str, site: str | None = None) -> Permission:
    """Whether the person at work may do a deed, at a site or at all, and why not.

    Without a site the question is asked for the person's own site.
    """
    who = signed_in(request)
    if not who.role:
        return Permission(False, why_no_role(who))
    return permission(who.study, who.state, who.role, deed, site or who.site, who.today())


def why_no_role(who: SignedIn) -> str:
    """Why nobody may do anything: no delegation, or which ones ended or begin later (AC-3)."""
    if not who.state.delegations:
        return noop("No role has been delegated to you; the administrator does that.")
    told = [
        f"{words(each.role)}, {each.site or 'all sites'}: {each.first} to {each.last or 'open'}"
        for each in who.state.delegations
    ]
    return f"No role is delegated to you today. The delegation log says: {'; '.join(told)}."


def require(request: HttpRequest, deed: str, site: str | None = None) -> None:
    """Go on only where the deed is granted; Denied otherwise."""
    answer = may(request, deed, site)
    if not answer.granted:
        raise Denied(answer.reason)


def subject_or_404(request: HttpRequest, subject: str) -> SubjectState:
    """One subject that the person may see. Another site's is not found, as if it did not exist (AC-2)."""
    who = signed_in(request)
    stream = f"subject:{subject}"
    state = who.store.states(stream).get(stream)
    if not isinstance(state, SubjectState) or not who.sees_site(state.site):
        raise Http404
    require(request, "see_subjects", state.site)
    return state
