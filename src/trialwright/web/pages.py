"""The pages. Each reads the store, lays the facts out, and renders a template."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse

from trialwright.conduct.states import SubjectState
from trialwright.record.snapshot import EntryView
from trialwright.web import overview as figures
from trialwright.web.casebook import casebook, events_of
from trialwright.web.grid import STATES, grid_rows, scheduled_visits, subject_status
from trialwright.web.headers import REPORT_POLICY
from trialwright.web.page import render_page, sentence_page
from trialwright.web.people import signed_in
from trialwright.web.permits import Denied, newest_seen, subject_or_404, subjects_seen
from trialwright.web.site import the_store

SUBJECTS_A_PAGE = 50
NEWEST = 12
_HERE = Path(__file__).parent


def overview(request: HttpRequest) -> HttpResponse:
    """Recruitment, funnel, screen failures, and the newest entries."""
    store, who = the_store(), signed_in(request)
    subjects = subjects_seen(request)
    seen = {state.subject for state in subjects}
    state = who.study
    screened = (entry.payload for entry in store.entries_of_kind("ScreenFailed"))
    failed = [payload["criteria"] for payload in screened if payload["subject"] in seen]
    return render_page(
        request,
        "overview.html",
        here="overview",
        figures=figures.key_figures(store.study, subjects),
        funnel=figures.funnel(subjects),
        failures=figures.failures(store.study, failed),
        pauses=list(state.pauses.values()) if state else [],
        entries=[_shown_entry(entry) for entry in newest_seen(request, NEWEST)],
    )


def subjects(request: HttpRequest) -> HttpResponse:
    """Subjects by visit, a page at a time."""
    everybody = subjects_seen(request)
    pages = max(1, -(-len(everybody) // SUBJECTS_A_PAGE))
    page = min(pages, max(1, _number(request.GET.get("page"))))
    shown = everybody[(page - 1) * SUBJECTS_A_PAGE : page * SUBJECTS_A_PAGE]
    study = the_store().study
    return render_page(
        request,
        "subjects.html",
        here="subjects",
        visits=scheduled_visits(study),
        rows=grid_rows(study, shown, datetime.now(UTC).date()),
        states=STATES.items(),
        page=page,
        pages=pages,
        previous=page - 1,
        next=page + 1,
    )


def subject(request: HttpRequest, subject: str) -> HttpResponse:
    """One subject's casebook."""
    state = subject_or_404(request, subject)
    return render_page(
        request,
        "subject.html",
        here="subjects",
        subject=state,
        standing=subject_status(state),
        facts=_facts(state),
        visits=casebook(the_store().study, state),
        events=events_of(state),
    )


def report(request: HttpRequest) -> HttpResponse:
    """The newest report of the study folder, as it was written."""
    who = signed_in(request)
    if not who.sees_all_sites():
        raise Denied("The report shows the people of all sites; you work for one of them.")
    path = the_store().folder.out / "report.html"
    if not path.is_file():
        return sentence_page(
            request, "No report yet", "Write one with 'trialwright report', then come back.", 404
        )
    response = HttpResponse(path.read_bytes(), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = REPORT_POLICY
    return response


def stylesheet(_request: HttpRequest) -> HttpResponse:
    """The one stylesheet."""
    response = HttpResponse(
        (_HERE / "static" / "site.css").read_bytes(), content_type="text/css; charset=utf-8"
    )
    response.headers["Cache-Control"] = "max-age=300"
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A page or subject that is not there."""
    return sentence_page(request, "Not found", "There is no such page or subject in this study.", 404)


def failed(_request: HttpRequest) -> HttpResponse:
    """A fault of the program; nothing of it is shown."""
    return HttpResponse(
        "Something went wrong; the record is untouched.", status=500, content_type="text/plain"
    )


def _facts(state: SubjectState) -> list[tuple[str, str]]:
    facts = [("site", state.site), ("arm", state.arm or ""), ("enrolment number", str(state.number or ""))]
    facts += [("consented", consent.signed_on) for consent in state.consents]
    facts += [("treated", (state.treated_at or "")[:16].replace("T", " "))]
    if state.withdrawal is not None:
        facts += [("withdrawn", f"{state.withdrawal.on}: {state.withdrawal.cause}")]
    return [(name, value) for name, value in facts if value]


def _shown_entry(entry: EntryView) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.at.replace("T", " "),
        "kind": entry.kind,
        "about": entry.payload.get("subject") or entry.payload.get("unit") or entry.payload.get("lot") or "",
        "author": f"{entry.author.name} ({entry.author.role})",
    }


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1
