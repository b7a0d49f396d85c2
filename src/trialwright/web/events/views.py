"""The pages of adverse events: a subject's list, a new report, and one event with its versions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from trialwright.conduct.answer import Refusal
from trialwright.conduct.commands import ReportAdverseEvent, UpdateAdverseEvent
from trialwright.conduct.states import SubjectState
from trialwright.record.snapshot import EntryView
from trialwright.web.acting import act
from trialwright.web.events.report_form import questions, report_of
from trialwright.web.page import render_page
from trialwright.web.people import signed_in, zone_of
from trialwright.web.permits import desk, may, subject_or_404

_KINDS = ("AdverseEventReported", "AdverseEventUpdated")


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def new_event(request: HttpRequest, subject: str) -> HttpResponse:
    """Report an event of a subject."""
    person = subject_or_404(request, subject)
    if request.method != "POST":
        return _form(request, person, {})
    report = report_of(_study(request), request.POST, _zone(request, person))
    command = report if isinstance(report, Refusal) else ReportAdverseEvent(person.subject, report)
    return _give(request, person, command, {})


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, subject: str, number: str) -> HttpResponse:
    """One event: its versions, and a newer report of it."""
    person = subject_or_404(request, subject)
    known = person.events.get(number)
    if known is None:
        raise Http404
    if request.method != "POST":
        return _form(request, person, {"event": number, **known})
    report = report_of(_study(request), request.POST, _zone(request, person))
    why = request.POST.get("reason", "").strip()
    command = (
        report if isinstance(report, Refusal) else UpdateAdverseEvent(person.subject, number, report, why)
    )
    return _give(request, person, command, {"event": number, **known})


def _give(request: HttpRequest, person: SubjectState, command: Any, known: dict[str, Any]) -> HttpResponse:
    answer = command
    if not isinstance(command, Refusal):
        answer = act(request, command, command_id=request.POST.get("command", ""))
    if isinstance(answer, Refusal):
        return _form(request, person, known, answer, request.POST)
    return redirect(f"/subjects/{person.subject}/#events")


def _form(
    request: HttpRequest,
    person: SubjectState,
    known: dict[str, Any],
    refusal: Refusal | None = None,
    sent: QueryDict | None = None,
) -> HttpResponse:
    deed = "UpdateAdverseEvent" if known else "ReportAdverseEvent"
    return render_page(
        request,
        "events/event.html",
        here="subjects",
        status=422 if refusal else 200,
        subject=person,
        event=known,
        reported=known.get("event") in person.safety,
        questions=questions(_study(request), known, sent),
        versions=_versions(request, person, known) if known else [],
        refusal=refusal,
        typed_reason=sent.get("reason", "") if sent else "",
        may_report=may(request, deed, person.site).granted,
    )


def _versions(request: HttpRequest, person: SubjectState, known: dict[str, Any]) -> list[dict[str, Any]]:
    """Every report of the event, the newest first, each with what it changed."""
    entries = signed_in(request).store.entries(f"subject:{person.subject}")
    own = [entry for entry in entries if entry.kind in _KINDS and entry.payload["event"] == known["event"]]
    before: dict[str, Any] = {}
    shown = []
    for entry in own:
        shown.append({"entry": entry, "changes": _changes(before, entry)})
        before = dict(entry.payload)
    return shown[::-1]


def _changes(before: dict[str, Any], entry: EntryView) -> list[tuple[str, Any, Any]]:
    """What the report says otherwise than the one before it."""
    return [
        (name.replace("_", " "), before.get(name), entry.payload.get(name))
        for name in entry.payload.get("changed", ())
    ]


def _study(request: HttpRequest) -> Any:
    return signed_in(request).protocol


def _zone(request: HttpRequest, person: SubjectState) -> str:
    return zone_of(signed_in(request).store, person.site)
