"""The pages of the whole study: subjects by visit, report."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_noop as noop

from trialwright.conduct.states import SubjectState
from trialwright.web.grid import STATES, grid_rows, scheduled_visits
from trialwright.web.headers import REPORT_POLICY
from trialwright.web.languages import LANGUAGE_COOKIE, LANGUAGE_SECONDS, LANGUAGES
from trialwright.web.page import render_page, sentence_page
from trialwright.web.people import signed_in
from trialwright.web.permits import Denied
from trialwright.web.seen import milestones_seen
from trialwright.web.site import the_store

SUBJECTS_A_PAGE = 50
_STATIC = Path(__file__).parent / "static"
# One file for the browser; kept apart for those who edit it.
_STYLES = ("site.css", "components.css", "desks.css")


def subjects(request: HttpRequest) -> HttpResponse:
    """Subjects by visit, a page at a time; only the page's casebooks are read."""
    who = signed_in(request)
    store, study = who.store, who.protocol
    everybody = [each.subject for each in milestones_seen(request)]
    pages = max(1, -(-len(everybody) // SUBJECTS_A_PAGE))
    page = min(pages, max(1, page_number(request.GET.get("page"))))
    names = everybody[(page - 1) * SUBJECTS_A_PAGE : page * SUBJECTS_A_PAGE]
    states = store.states(*(f"subject:{name}" for name in names)) if names else {}
    found = [states.get(f"subject:{name}") for name in names]
    people = [each for each in found if isinstance(each, SubjectState)]
    return render_page(
        request,
        "subjects.html",
        here="subjects",
        visits=scheduled_visits(study),
        rows=grid_rows(study, people, who.today(), store.study),
        today=who.today(),
        states=STATES.items(),
        several_sites=who.site is None and len(study.design.sites) > 1,
        several_arms=len(study.design.arms) > 1,
        total=len(everybody),
        page=page,
        pages=pages,
        previous=page - 1,
        next=page + 1,
    )


def report(request: HttpRequest) -> HttpResponse:
    """The newest report of the study folder, as it was written."""
    who = signed_in(request)
    if not who.sees_all_sites():
        raise Denied(noop("The report shows the people of all sites; you work for one of them."))
    path = the_store().folder.out / "report.html"
    if not path.is_file():
        return sentence_page(
            request, noop("No report yet"), noop("Write one with 'trialwright report', then come back."), 404
        )
    response = HttpResponse(path.read_bytes(), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = REPORT_POLICY
    return response


def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep somebody's language in their browser, and go back to the page they came from."""
    wanted = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    response = redirect(wanted if safe else "/")
    chosen = request.POST.get("language", "")
    if chosen in dict(LANGUAGES):
        response.set_cookie(
            LANGUAGE_COOKIE,
            chosen,
            max_age=LANGUAGE_SECONDS,
            secure=True,
            httponly=True,
            samesite="Lax",
        )
    return response


def stylesheet(_request: HttpRequest) -> HttpResponse:
    """The one stylesheet."""
    text = b"\n".join((_STATIC / name).read_bytes() for name in _STYLES)
    response = HttpResponse(text, content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "max-age=300"
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A page or subject that is not there."""
    return sentence_page(
        request, noop("Not found"), noop("There is no such page, subject or entry in this study."), 404
    )


def page_number(text: str | None) -> int:
    """A number out of an address; 1 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 1
