"""Pages of the coding desk: every event with its coding, one event, and the change to another version."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from trialwright.clinical.term_search import TermSearch
from trialwright.conduct.answer import Refusal
from trialwright.conduct.states import StudyState, SubjectState
from trialwright.store.dictionaries import dictionary_folders
from trialwright.web.coding import deeds
from trialwright.web.coding.lines import CodingLine, coding_lines, counts_of, recoding_plan
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, may, subject_or_404
from trialwright.web.seen import entries_seen, milestones_seen
from trialwright.web.telling import told
from trialwright.web.trail.wanted import Wanted

MOST_OFFERED = 25
_KINDS = frozenset({"TermCoded", "CodingReviewed", "CodingRemoved"})
_UNKNOWN = Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")


@desk("see_coding")
@require_http_methods(["GET", "HEAD", "POST"])
def coding(request: HttpRequest) -> HttpResponse:
    """Every event with its words and what they are coded as; adopt a dictionary, code what is spelled so."""
    refusal = None
    if request.method == "POST":
        refusal = _do(request)
        if refusal is None:
            return redirect("coding")
    who = signed_in(request)
    lines = _lines(request)
    wanted = request.GET.get("standing", "")
    folder = who.store.folder
    return render_page(
        request,
        "coding/desk.html",
        here="coding",
        status=422 if refusal else 200,
        refusal=refusal,
        used=_used(who.study),
        offered=[(f"{name}-{version}", name, version) for name, version in dictionary_folders(folder)],
        lines=[line for line in lines if wanted in ("", line.standing)],
        everything=len(lines),
        counts=counts_of(lines),
        uncoded=any(line.standing in ("none", "stale") for line in lines),
        older=any(line.standing == "older" for line in lines),
        wanted=wanted,
        typed=request.POST,
        may_adopt=may(request, "AdoptDictionary").granted,
        may_code=may(request, "CodeTerm").granted,
        may_agree=may(request, "ReviewCoding").granted,
    )


@desk("see_coding")
@require_http_methods(["GET", "HEAD", "POST"])
def event_coding(request: HttpRequest, subject: str, number: str) -> HttpResponse:
    """One event: its words, its coding with the whole path, terms that fit, and how it came about."""
    person = subject_or_404(request, subject)
    if number not in person.events:
        raise Http404
    (line,) = (each for each in _lines(request, person) if each.event == number)
    refusal = None
    if request.method == "POST":
        refusal = _do_with(request, line)
        if refusal is None:
            return redirect("event-coding", subject, number)
    search = deeds.dictionary_in_use(request)
    asked = request.GET.get("q", line.term).strip()[:200]
    found = search.suggest(asked, MOST_OFFERED) if isinstance(search, TermSearch) else ()
    context: dict[str, Any] = {
        "line": line,
        "asked": asked,
        "found": found,
        "used": _used(signed_in(request).study),
        "unusable": search if isinstance(search, Refusal) else None,
        "may_code": may(request, "CodeTerm", person.site).granted,
        "may_agree": may(request, "ReviewCoding", person.site).granted,
        "typed": request.POST,
    }
    if request.headers.get("HX-Request"):
        return render_page(request, "coding/found.html", here="coding", **context)
    context |= {"subject": person, "refusal": refusal, "steps": _steps(request, subject, number)}
    return render_page(request, "coding/event.html", here="coding", status=422 if refusal else 200, **context)


@desk("see_coding")
@require_http_methods(["GET", "HEAD", "POST"])
def versions(request: HttpRequest) -> HttpResponse:
    """What becomes of codings by another version in the one in use; nothing is taken over by itself."""
    search = deeds.dictionary_in_use(request)
    lines = _lines(request)
    plan = tuple(recoding_plan(lines, search.dictionary)) if isinstance(search, TermSearch) else ()
    refusal = search if isinstance(search, Refusal) else None
    if request.method == "POST" and refusal is None:
        refusal = deeds.take_over(request, plan)
        if refusal is None:
            return redirect("coding-versions")
    return render_page(
        request,
        "coding/versions.html",
        here="coding",
        status=422 if refusal else 200,
        refusal=refusal,
        used=_used(signed_in(request).study),
        plan=plan,
        acceptable=sum(each.found.acceptable for each in plan),
        may_code=may(request, "CodeTerm").granted,
        typed=request.POST,
    )


def _used(study: object) -> object:
    return study.dictionary if isinstance(study, StudyState) else None


def _lines(request: HttpRequest, person: SubjectState | None = None) -> tuple[CodingLine, ...]:
    """The events of one person, or of everybody seen who has any."""
    who = signed_in(request)
    people = [person] if person else []
    if person is None:
        names = [each.subject for each in milestones_seen(request) if each.events]
        states = who.store.states(*(f"subject:{name}" for name in names)) if names else {}
        people = [state for state in states.values() if isinstance(state, SubjectState)]
    used = who.study.dictionary if isinstance(who.study, StudyState) else None
    return coding_lines(people, used)


def _do(request: HttpRequest) -> Refusal | None:
    deed = request.POST.get("deed", "")
    if deed == "adopt":
        return deeds.adopt(request)
    if deed == "exact":
        return deeds.code_exact(request, _lines(request))
    if deed == "agree":
        named = request.POST.get("event", "")
        line = next((each for each in _lines(request) if f"{each.subject} {each.event}" == named), None)
        return deeds.agree(request, line) if line else _UNKNOWN
    return _UNKNOWN


def _do_with(request: HttpRequest, line: CodingLine) -> Refusal | None:
    known = {"code": deeds.code, "agree": deeds.agree, "remove": deeds.remove}
    deed = known.get(request.POST.get("deed", ""))
    return deed(request, line) if deed else _UNKNOWN


def _steps(request: HttpRequest, subject: str, number: str) -> list[Any]:
    """How the coding came about, the newest first."""
    study = signed_in(request).protocol
    entries, _ = entries_seen(request, 200, wanted=Wanted(subject=subject))
    mine = [each for each in entries if each.kind in _KINDS and each.payload.get("event") == number]
    return [told(study, each) for each in mine]
