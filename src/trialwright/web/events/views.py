"""The pages of adverse events: a new report, and one event with its versions, links and standing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from trialwright.conduct.answer import Refusal
from trialwright.conduct.commands import ReportAdverseEvent, UpdateAdverseEvent
from trialwright.conduct.event_course import since_treatment
from trialwright.conduct.laboratory_ranges import ranges_of
from trialwright.conduct.laboratory_values import judged_values
from trialwright.conduct.states import SubjectState
from trialwright.conduct.streams import RANGES
from trialwright.protocol.study import Study
from trialwright.web.acting import act
from trialwright.web.events.links import linked_values, values_to_link
from trialwright.web.events.report_form import report_of, sections
from trialwright.web.events.standing import command_of, link_of
from trialwright.web.events.versions import REPORTS, STANDINGS, said, versions_of
from trialwright.web.page import render_page
from trialwright.web.people import signed_in, zone_of
from trialwright.web.permits import desk, may, subject_or_404

_ABOUT = (*REPORTS, *STANDINGS)
_MOST_ENTRIES = 10_000
_UNSETTLED = ("not_recovered", "recovering", "unknown", None)


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def new_event(request: HttpRequest, subject: str) -> HttpResponse:
    """Report an event of a subject."""
    person = subject_or_404(request, subject)
    if request.method != "POST":
        return _form(request, person, {}, sent=request.GET if request.GET else None)
    report = report_of(_study(request), request.POST, _zone(request, person))
    command = report if isinstance(report, Refusal) else ReportAdverseEvent(person.subject, report)
    given = _give(request, person, command, {})
    if given.status_code == HTTPStatus.FOUND and request.POST.get("value"):
        return _linked_at_once(request, person)
    return given


def _linked_at_once(request: HttpRequest, before: SubjectState) -> HttpResponse:
    """The event that was reported just now, with the value that gave rise to it."""
    person = subject_or_404(request, before.subject)
    number = next(each for each in person.events if each not in before.events)
    answer: Any = link_of(person, number, request.POST)
    if not isinstance(answer, Refusal):
        answer = act(request, answer, command_id=request.POST.get("command", ""))
    if isinstance(answer, Refusal):
        return _form(request, person, {"event": number, **person.events[number]}, answer)
    return redirect("event", person.subject, number)


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, subject: str, number: str) -> HttpResponse:
    """One event: what stands, its versions and values, a newer report, and whether it stands."""
    person = subject_or_404(request, subject)
    aside = person.set_aside.get(number)
    known = person.events.get(number) if aside is None else aside.report
    if known is None:
        raise Http404
    known = {"event": number, **known}
    if request.method != "POST":
        return _form(request, person, known)
    if request.POST.get("deed"):
        return _stand(request, person, known)
    report = report_of(_study(request), request.POST, _zone(request, person))
    why = request.POST.get("reason", "").strip()
    command = (
        report if isinstance(report, Refusal) else UpdateAdverseEvent(person.subject, number, report, why)
    )
    return _give(request, person, command, known)


def _stand(request: HttpRequest, person: SubjectState, known: dict[str, Any]) -> HttpResponse:
    """Nullify, merge, reopen, link or unlink, and back to the event."""
    answer: Any = command_of(person, known["event"], request.POST)
    if not isinstance(answer, Refusal):
        answer = act(request, answer, command_id=request.POST.get("command", ""))
    if isinstance(answer, Refusal):
        return _form(request, person, known, answer)
    return redirect("event", person.subject, known["event"])


def _give(request: HttpRequest, person: SubjectState, command: Any, known: dict[str, Any]) -> HttpResponse:
    answer = command
    if not isinstance(command, Refusal):
        answer = act(request, command, command_id=request.POST.get("command", ""))
    if isinstance(answer, Refusal):
        return _form(request, person, known, answer, request.POST)
    return (
        redirect("event", person.subject, known["event"])
        if known
        else redirect(f"/subjects/{person.subject}/#events")
    )


def _form(
    request: HttpRequest,
    person: SubjectState,
    known: dict[str, Any],
    refusal: Refusal | None = None,
    sent: QueryDict | None = None,
) -> HttpResponse:
    number = str(known.get("event", ""))
    stands = not known or number in person.events
    deed = "UpdateAdverseEvent" if known else "ReportAdverseEvent"
    return render_page(
        request,
        "events/event.html",
        here="subjects",
        status=422 if refusal else 200,
        subject=person,
        event=known,
        stands=stands,
        aside=person.set_aside.get(number),
        merged=[name for name, each in person.set_aside.items() if each.into == number] if known else [],
        reported=number in person.safety,
        sections=sections(_study(request), known, sent) if stands else (),
        open_form=sent is not None or not known or known.get("outcome") in _UNSETTLED,
        refusal=refusal,
        typed=request.POST,
        value=request.GET.get("laboratory", request.POST.get("value", "")) if not known else "",
        typed_reason=sent.get("reason", "") if sent else "",
        may_report=stands and may(request, deed, person.site).granted,
        may_judge=bool(known) and may(request, "NullifyAdverseEvent", person.site).granted,
        may_link=bool(known) and stands and may(request, "LinkAdverseEvent", person.site).granted,
        **(_known(request, person, known) if known else {}),
    )


def _known(request: HttpRequest, person: SubjectState, known: dict[str, Any]) -> dict[str, Any]:
    """What an event's page shows of it."""
    study, number = _study(request), str(known["event"])
    store = signed_in(request).store
    judged = tuple(judged_values(study, ranges_of(store.states(RANGES)), person))
    entries = store.newest_entries(_MOST_ENTRIES, stream=f"subject:{person.subject}", kinds=_ABOUT)
    names = (
        "grade",
        "related",
        "relation_procedure",
        "action",
        "outcome",
        "start",
        "end",
        "special_interest",
    )
    return {
        "facts": {name: said(study, name, known.get(name)) for name in (*names, "seriousness")},
        "course": since_treatment(person, known),
        "versions": versions_of(study, entries, number),
        "values": linked_values(study, person, judged, number),
        "to_link": values_to_link(study, person, judged, number),
        "others": [(other, each["term"]) for other, each in person.events.items() if other != number],
    }


def _study(request: HttpRequest) -> Study:
    return signed_in(request).protocol


def _zone(request: HttpRequest, person: SubjectState) -> str:
    return zone_of(signed_in(request).store, person.site)
