"""Pages of laboratory values: one subject's, and for the study what waits, shifts, the liver, vital signs."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.laboratory_ranges import ranges_of
from trialwright.conduct.laboratory_values import Judged, judged_values
from trialwright.conduct.liver_signs import liver_rules, liver_signs
from trialwright.conduct.streams import RANGES
from trialwright.protocol.study import Study
from trialwright.web.acting import act
from trialwright.web.page import render_page
from trialwright.web.pages import page_number
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, may, subject_or_404
from trialwright.web.safety.laboratory import Shift, derived_of, lines_of, shifts_of
from trialwright.web.safety.liver import liver_line, liver_table, plot
from trialwright.web.safety.ranges import measured_items, range_command, range_lines
from trialwright.web.safety.seen_values import values_seen
from trialwright.web.safety.shift_tables import shift_tables
from trialwright.web.safety.vital_courses import ON_A_PAGE, newest_rows
from trialwright.web.seen import milestones_seen

_UNKNOWN = Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")
_MOST_WAITING = 200


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def grades(request: HttpRequest, subject: str) -> HttpResponse:
    """One subject's values over time: range, grade and word of each, shifts, indices, the liver."""
    person, refusal = subject_or_404(request, subject), None
    if request.method == "POST":
        refusal = _assess(request, subject)
        if refusal is None:
            return redirect(f"{reverse('grades', args=(subject,))}#{request.POST.get('key', '')}")
        person = subject_or_404(request, subject)
    who = signed_in(request)
    study, ranges = who.protocol, ranges_of(who.store.states(RANGES))
    values = judged_values(study, ranges, person)
    lines = lines_of(study, values, person.links)
    rules = liver_rules(study)
    return render_page(
        request,
        "safety/grades.html",
        here="subjects",
        status=422 if refusal else 200,
        subject=person,
        analytes=lines,
        waiting=[(line.label, value) for line in lines for value in line.values if value.waits],
        shifts=_shifts(study, values) if person.treated_at else None,
        derived=derived_of(study, person),
        liver=[liver_line(subject, liver_signs(study, values), rules)] if person.treated_at else [],
        rules=rules,
        version=study.safety.criteria_version,
        refusal=refusal,
        typed=request.POST,
        may_assess=may(request, "AssessSignificance", person.site).granted and not person.locked,
        may_report=may(request, "ReportAdverseEvent", person.site).granted,
    )


def _shifts(study: Study, values: tuple[Judged, ...]) -> tuple[Shift, ...]:
    """What was graded above 0, before or after."""
    return tuple(each for each in shifts_of(study, values) if each.baseline or each.worst)


def _assess(request: HttpRequest, subject: str) -> Refusal | None:
    post = request.POST
    parts, said, seen = post.get("key", "").split("|"), post.get("significant"), post.get("seen", "")
    if len(parts) != 5 or said not in ("yes", "no") or not seen.isdecimal() or not parts[1].isdecimal():
        return _UNKNOWN
    visit, occurrence, form, row, item = parts
    command = c.AssessSignificance(
        subject=subject,
        visit=visit,
        form=form,
        row=row,
        item=item,
        significant=said == "yes",
        comment=post.get("comment", "").strip() or None,
        occurrence=int(occurrence[:9]),
        seen=int(seen[:15]),
    )
    answer = act(request, command, command_id=post.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


@desk("see_subjects")
@require_safe
def laboratory(request: HttpRequest) -> HttpResponse:
    """What waits for a word of the investigator, and the shifts from baseline of the whole study."""
    who = signed_in(request)
    known = values_seen(who.store, who.protocol, milestones_seen(request))
    waiting = [each for person in known.people for each in person.waiting]
    return render_page(
        request,
        "safety/laboratory.html",
        here="safety",
        waiting=waiting[:_MOST_WAITING],
        waiting_in_all=len(waiting),
        tables=shift_tables(known.people),
        version=who.protocol.safety.criteria_version,
        unread=known.unread,
    )


@desk("see_subjects")
@require_safe
def liver(request: HttpRequest) -> HttpResponse:
    """Peaks, R values and fits to possible Hy's law of everybody who was treated, and the plot of them."""
    who = signed_in(request)
    treated = [each for each in milestones_seen(request) if each.treated]
    known = values_seen(who.store, who.protocol, treated)
    lines = [each.liver for each in known.people if each.liver is not None]
    return render_page(
        request,
        "safety/liver.html",
        here="safety",
        edish=plot(lines),
        lines=liver_table(lines),
        in_all=len(lines),
        rules=liver_rules(who.protocol),
        unread=known.unread,
        sees_subjects=True,
    )


@desk("see_subjects")
@require_safe
def infusions(request: HttpRequest) -> HttpResponse:
    """Vital signs around each infusion, the newest first, a page at a time."""
    who = signed_in(request)
    treated = [each for each in milestones_seen(request) if each.treated]
    known = values_seen(who.store, who.protocol, treated)
    courses = [each.vitals for each in known.people if each.vitals is not None]
    pages = max(1, -(-len(courses) // ON_A_PAGE))
    page = min(pages, page_number(request.GET.get("page")))
    return render_page(
        request,
        "safety/infusions.html",
        here="safety",
        rows=newest_rows(courses, ON_A_PAGE, (page - 1) * ON_A_PAGE),
        unread=known.unread,
        page=page,
        pages=pages,
        previous=page - 1,
        next=page + 1,
        sees_subjects=True,
    )


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def ranges(request: HttpRequest) -> HttpResponse:
    """The reference ranges of every laboratory, and the form for one that a laboratory sent."""
    who, refusal = signed_in(request), None
    if request.method == "POST":
        refusal = _record_range(request)
        if refusal is None:
            return redirect("ranges")
    return render_page(
        request,
        "safety/ranges.html",
        here="safety",
        status=422 if refusal else 200,
        laboratories=range_lines(who.protocol, ranges_of(who.store.states(RANGES))),
        items=measured_items(who.protocol),
        refusal=refusal,
        typed=request.POST,
        may_record=may(request, "RecordReferenceRange").granted,
    )


def _record_range(request: HttpRequest) -> Refusal | None:
    command = range_command(request.POST)
    if isinstance(command, Refusal):
        return command
    answer = act(request, command, command_id=request.POST.get("command", ""))
    return answer if isinstance(answer, Refusal) else None
