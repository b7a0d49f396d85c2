"""How a page is put together: what every page shows, and what this one adds."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialwright.web.acting import fresh_command
from trialwright.web.languages import LANGUAGES, html_language, language, study_read
from trialwright.web.navigation import desks_of
from trialwright.web.people import role_key, who_is
from trialwright.web.site import the_store


def render_page(
    request: HttpRequest, template: str, here: str = "", status: int = 200, **context: Any
) -> HttpResponse:
    """Render a template within the site's page. ``here`` names the current entry of the navigation."""
    return render(request, template, page_context(request, here) | context, status=status)


def sentence_page(request: HttpRequest, heading: str, sentence: str, status: int = 200) -> HttpResponse:
    """A page that says one thing."""
    return render_page(request, "sentence.html", status=status, heading=heading, sentence=sentence)


def page_context(request: HttpRequest, here: str = "") -> dict[str, Any]:
    """What every page may name: study, record, who is at work (None where nobody is), a form's mark.

    Nothing of the record is given to somebody who has not signed in.
    """
    store = the_store()
    who = who_is(request)
    head = store.head() if who else None
    return {
        "study": study_read(store),
        "language": html_language(),
        "language_name": dict(LANGUAGES)[language()],
        "languages": [] if request.method == "POST" else LANGUAGES,
        "address": request.get_full_path(),
        "rehearsal": store.is_rehearsal(),
        "who": who,
        "roles": [(role_key(each), each) for each in who.roles] if who else [],
        "role_in_use": f"{who.role}|{who.site or ''}" if who else "",
        "protocol_fingerprint": store.fingerprint,
        "head": head.hash if head else "",
        "size": head.size if head else 0,
        "here": here,
        "desks": desks_of(request) if who else [],
        "command": fresh_command(),
    }
