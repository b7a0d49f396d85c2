"""The page of the chair."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.states import LotState, SubjectState, UnitState
from trialwright.web import clock
from trialwright.web.acting import act
from trialwright.web.infusion.chair import Chair, chair_of
from trialwright.web.infusion.deeds import command_of
from trialwright.web.infusion.second_person import second_person
from trialwright.web.languages import study_read
from trialwright.web.page import render_page
from trialwright.web.people import signed_in, zone_of
from trialwright.web.permits import desk, may, subject_or_404


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def chair(request: HttpRequest, subject: str) -> HttpResponse:
    """The infusion of one person: what stands, what is next, and the buttons for it."""
    person = subject_or_404(request, subject)
    if request.method != "POST":
        return _page(request, person)
    refusal = _do(request, person)
    if refusal is None:
        return redirect("chair", subject)
    return _page(request, subject_or_404(request, subject), refusal)


def _do(request: HttpRequest, person: SubjectState) -> Refusal | None:
    study = signed_in(request).store.study
    command = (
        _check(request, person)
        if request.POST.get("deed") == "check"
        else command_of(study, person, request.POST.dict(), _now(request, person))
    )
    if isinstance(command, Refusal):
        return command
    answer = act(request, command, command_id=request.POST.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


def _check(request: HttpRequest, person: SubjectState) -> c.Command | Refusal:
    """Two people compare wristband, bag and lot; the second one proves who they are."""
    other = second_person(request)
    if isinstance(other, Refusal):
        return other
    unit, lot = request.POST.get("unit", "").strip(), request.POST.get("lot", "").strip()
    return c.CheckUnit(person.subject, unit, lot, (signed_in(request).person, other))


def _now(request: HttpRequest, person: SubjectState) -> datetime:
    return clock.now().astimezone(ZoneInfo(zone_of(signed_in(request).store, person.site)))


def _page(request: HttpRequest, person: SubjectState, refusal: Refusal | None = None) -> HttpResponse:
    store = signed_in(request).store
    now = _now(request, person)
    units = _sort_of(store.states_of("unit"), UnitState)
    lots = _sort_of(store.states_of("lot"), LotState)
    shown: Chair = chair_of(study_read(store), person, units, lots, now)
    return render_page(
        request,
        "infusion/chair.html",
        here="subjects",
        status=422 if refusal else 200,
        subject=person,
        chair=shown,
        now=now,
        refusal=refusal,
        visit=study_read(store).visit_of_kind("treatment"),
        interests=study_read(store).safety.special_interest,
        two_person_check=store.study.safety.two_person_check,
        typed=request.POST,
        may_act=may(request, "StartInfusion", person.site).granted,
        may_prepare=may(request, "AllocateUnit", person.site).granted,
    )


def _sort_of(states: Any, sort: type[Any]) -> dict[str, Any]:
    return {stream.partition(":")[2]: state for stream, state in states.items() if isinstance(state, sort)}
