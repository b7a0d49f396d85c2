"""Pages of the safety desk: the board of duties, and the reports of one serious event."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.event_standing import newest_report
from trialwright.conduct.liver_signs import liver_rules
from trialwright.conduct.safety_duties import RECEIVERS, known_at
from trialwright.conduct.safety_reports import REPORT_KINDS
from trialwright.conduct.states import SubjectState
from trialwright.errors import TrialwrightError
from trialwright.web import clock
from trialwright.web.acting import act
from trialwright.web.page import render_page
from trialwright.web.people import signed_in, zone_of
from trialwright.web.permits import desk, may, subject_or_404
from trialwright.web.safety.case_of import case_identifier
from trialwright.web.safety.comparing import comparisons, next_kind, next_reference, version_number
from trialwright.web.safety.form_shown import form_shown
from trialwright.web.safety.lines import duty_lines
from trialwright.web.safety.liver import plot
from trialwright.web.safety.monitoring import courses, incidences, lanes, treated_in_order
from trialwright.web.safety.present import present_case
from trialwright.web.safety.seen_values import BESIDE, values_seen
from trialwright.web.safety.vital_courses import NEWEST_COURSES, newest_rows
from trialwright.web.seen import milestones_seen

# What was sent is on each event's page; the board shows so many of the newest.
MOST_DONE = 200
_UNKNOWN = Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")
_NO_TIME = Refusal("TW-610", "the time is not written as a date and a time of day; correct it")


@desk("see_subjects")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Every report that is owed for the people seen; only casebooks with serious events are read."""
    who = signed_in(request)
    names = [each.subject for each in milestones_seen(request) if each.was_serious]
    states = who.store.states(*(f"subject:{name}" for name in names)) if names else {}
    people = [state for state in states.values() if isinstance(state, SubjectState)]
    lines = duty_lines(who.protocol, people, clock.now())
    done = [line for line in lines if line.done]
    return render_page(
        request,
        "safety/board.html",
        here="safety",
        lines=[line for line in lines if not line.done],
        done=done[:MOST_DONE],
        all_done=len(done),
        overdue=sum(line.tone == "overdue" for line in lines),
        may_take_pack=may(request, "take_board_pack").granted,
    )


@desk("see_overview")
@require_safe
def monitoring(request: HttpRequest) -> HttpResponse:
    """Incidences, the boundaries' course, events by the day since treatment, the liver, vital signs."""
    who = signed_in(request)
    treated = treated_in_order(milestones_seen(request))
    known = values_seen(who.store, who.protocol, list(treated), BESIDE)
    signs = [each.vitals for each in known.people]
    return render_page(
        request,
        "safety/monitoring.html",
        here="safety",
        treated=len(treated),
        incidences=incidences(who.protocol, treated),
        courses=courses(who.protocol, treated),
        lanes=lanes(treated, who.today()),
        sees_subjects=may(request, "see_subjects").granted,
        unread=known.unread,
        edish=plot([each.liver for each in known.people if each.liver is not None]),
        rules=liver_rules(who.protocol),
        rows=newest_rows(signs, NEWEST_COURSES),
        infusions=sum(each is not None for each in signs),
    )


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: HttpRequest, subject: str, number: str) -> HttpResponse:
    """What is owed for one event, what was sent, and the forms that say more."""
    person = subject_or_404(request, subject)
    if number not in person.safety:
        raise Http404
    refusal = None
    if request.method == "POST":
        refusal = _do(request, person, number)
        if refusal is None:
            return redirect("event-reports", subject, number)
        person = subject_or_404(request, subject)
    return render_page(
        request,
        "safety/reports.html",
        here="subjects",
        status=422 if refusal else 200,
        subject=person,
        number=number,
        event=newest_report(person, number),
        aside=person.set_aside.get(number),
        file=person.safety[number],
        known=known_at(person.safety[number]),
        refusal=refusal,
        typed=request.POST,
        zone=_zone(request, person),
        **_owed(request, person, number),
        **_form(request, person, number),
        may_take=may(request, "print", person.site).granted,
        may_know=may(request, "RecordAwareness", person.site).granted,
        may_assess=may(request, "AssessEvent", person.site).granted,
        may_send=may(request, "RecordSubmission", person.site).granted,
    )


def _owed(request: HttpRequest, person: SubjectState, number: str) -> dict[str, Any]:
    """The clocks, what was sent with its version, what stands otherwise, and what may be sent now."""
    who, file = signed_in(request), person.safety[number]
    receivers = RECEIVERS if who.role == "sponsor" else RECEIVERS[:1]
    lines = [line for line in duty_lines(who.protocol, [person], clock.now()) if line.event == number]
    waiting = {line.to for line in lines if not line.done}
    return {
        "lines": lines,
        "sent": [(each, version_number(file, each.version)) for each in file.submissions],
        "comparisons": comparisons(who.protocol, person, number),
        "receivers": receivers,
        "kinds": REPORT_KINDS,
        "deeds": [
            (to, next_kind(person, number, to), to in waiting)
            for to in receivers
            if next_kind(person, number, to)
        ],
        "reference": next_reference(case_identifier(who.protocol, person, number), person, number),
    }


def _form(request: HttpRequest, person: SubjectState, number: str) -> dict[str, Any]:
    """The form as it would go out, and what a receiver will miss; or why it cannot be written at all."""
    from trialwright.exchange.completeness import findings

    try:
        case = present_case(signed_in(request).store, person, number, clock.now())
    except TrialwrightError as error:
        return {"boxes": (), "lacking": [error.problems[0].sentence]}
    return {"boxes": form_shown(case), "lacking": [problem.sentence for problem in findings(case)]}


def _do(request: HttpRequest, person: SubjectState, number: str) -> Refusal | None:
    command = _command(request, person, number)
    if isinstance(command, Refusal):
        return command
    answer = act(request, command, command_id=request.POST.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


def _command(request: HttpRequest, person: SubjectState, number: str) -> c.Command | Refusal:
    post = request.POST
    deed = post.get("deed", "")
    if deed == "assess":
        return c.AssessEvent(
            person.subject,
            number,
            post.get("suspected") == "yes",
            post.get("expected") == "yes",
            post.get("reason", "").strip(),
        )
    if deed == "report":
        return _report_now(request, person, number)
    if deed not in {"know", "send"}:
        return _UNKNOWN
    at = _moment(post.get("at", ""), _zone(request, person))
    if at is None:
        return _NO_TIME
    if deed == "know":
        return c.RecordAwareness(person.subject, number, at, post.get("who", "").strip())
    to, kind = post.get("to", ""), post.get("kind", "")
    return c.RecordSubmission(person.subject, number, to, kind, at, post.get("reference", "").strip())


def _report_now(request: HttpRequest, person: SubjectState, number: str) -> c.Command | Refusal:
    """The next report to a receiver, sent now: what stands is what was sent, and nothing is typed twice."""
    to, reference = request.POST.get("to", ""), request.POST.get("reference", "").strip()
    kind = next_kind(person, number, to) if to in RECEIVERS else ""
    if not kind:
        return _UNKNOWN
    return c.RecordSubmission(person.subject, number, to, kind, clock.now(), reference)


def _moment(text: str, zone: str) -> datetime | None:
    """The site's clock time, which the form asks for."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def _zone(request: HttpRequest, person: SubjectState) -> str:
    return zone_of(signed_in(request).store, person.site)
