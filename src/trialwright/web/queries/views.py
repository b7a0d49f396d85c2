"""Pages of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_http_methods, require_safe

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.queries import OPEN
from trialwright.conduct.states import Query, SubjectState
from trialwright.record.snapshot import EntryView
from trialwright.web import clock
from trialwright.web.acting import act
from trialwright.web.entry.finding import place_or_404
from trialwright.web.milestones import Milestones
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, may, subject_or_404
from trialwright.web.seen import milestones_seen

# More lines than this are asked for by subject.
MOST = 300
STATUSES = (noop("open"), noop("answered"), noop("closed"))
_THREAD = ("QueryOpened", "QueryAnswered", "QueryReopened", "QueryClosed")
_WORDS = {
    "QueryOpened": noop("asked"),
    "QueryAnswered": noop("answered"),
    "QueryReopened": noop("asked again"),
    "QueryClosed": noop("closed"),
}


@dataclass(frozen=True, slots=True)
class QueryLine:
    """One query of the list: where it is about, how it stands, and for how many days."""

    subject: str
    query: Query
    label: str
    address: str
    days: int


@desk("see_queries")
@require_safe
def queries(request: HttpRequest) -> HttpResponse:
    """Queries of the subjects that the person may see, the oldest first; ``all`` shows closed ones too."""
    wanted = {name: request.GET.get(name, "").strip() for name in ("show", "subject", "status", "by")}
    everything = wanted["show"] == "all" or wanted["status"] == "closed"
    known = milestones_seen(request)
    asked = [each.subject for each in known if _has_queries(each, everything=everything)]
    lines = [
        line(request, person, query)
        for person in _people(request, [name for name in asked if wanted["subject"] in ("", name)])
        for query in person.queries.values()
        if (everything or query.status in OPEN) and _is_wanted(query, wanted)
    ]
    lines.sort(key=lambda each: (each.query.at, each.query.seq))
    return render_page(
        request,
        "queries/list.html",
        here="queries",
        lines=lines[:MOST],
        more=max(0, len(lines) - MOST),
        everything=everything,
        wanted=wanted,
        asked=asked,
        statuses=STATUSES,
    )


def _has_queries(known: Milestones, *, everything: bool) -> bool:
    return any(everything or status in OPEN for status in known.queries.values())


def _people(request: HttpRequest, names: list[str]) -> list[SubjectState]:
    """Only the casebooks that hold queries are read."""
    states = signed_in(request).store.states(*(f"subject:{name}" for name in names)) if names else {}
    return [state for state in states.values() if isinstance(state, SubjectState)]


def _is_wanted(query: Query, wanted: dict[str, str]) -> bool:
    by = "check" if query.automatic else "person"
    return wanted["status"] in ("", query.status) and wanted["by"] in ("", by)


@desk("see_queries")
@require_http_methods(["GET", "HEAD", "POST"])
def query(request: HttpRequest, subject: str, number: str) -> HttpResponse:
    """One query with its thread, and what may be said next."""
    person = subject_or_404(request, subject)
    found = person.queries.get(number)
    if found is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        refusal = _say(request, person, found)
        if refusal is None:
            return redirect("query", subject, number)
    return render_page(
        request,
        "queries/query.html",
        here="queries",
        status=422 if refusal else 200,
        subject=person,
        line=line(request, person, found),
        thread=_thread(request, person, found),
        refusal=refusal,
        typed=request.POST.get("text", ""),
        may_answer=found.status == "open" and may(request, "AnswerQuery", person.site).granted,
        may_close=found.status in OPEN and may(request, "CloseQuery", person.site).granted,
        may_reopen=found.status != "open" and may(request, "ReopenQuery", person.site).granted,
    )


@desk("see_queries")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(
    request: HttpRequest, subject: str, visit: str, occurrence: int, form: str, row: str, name: str
) -> HttpResponse:
    """Ask about one item."""
    person = subject_or_404(request, subject)
    place = place_or_404(signed_in(request).protocol, person, visit, occurrence, form, row)
    item = place.form.item(name)
    if item is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        command = c.OpenQuery(
            subject, visit, form, row, name, request.POST.get("text", "").strip(), occurrence
        )
        answer = act(request, command, command_id=request.POST.get("command", ""))
        if not isinstance(answer, Refusal):
            return redirect("queries")
        refusal = answer
    return render_page(
        request,
        "queries/ask.html",
        here="queries",
        status=422 if refusal else 200,
        subject=person,
        item=item,
        place=place,
        refusal=refusal,
        typed=request.POST.get("text", ""),
        may_ask=may(request, "OpenQuery", person.site).granted,
    )


def line(request: HttpRequest, person: SubjectState, found: Query) -> QueryLine:
    """A query as the list shows it."""
    study = signed_in(request).protocol
    visit, occurrence, form, row = found.row.split("|")
    item = study.items.get(found.item)
    address = reverse("form-row", args=(person.subject, visit, int(occurrence), form, row))
    days = (clock.now() - datetime.fromisoformat(found.at)).days
    return QueryLine(
        person.subject, found, item.label if item else found.item, f"{address}#{found.item}", days
    )


def _say(request: HttpRequest, person: SubjectState, found: Query) -> Refusal | None:
    text = request.POST.get("text", "").strip()
    commands: dict[str, c.Command] = {
        "answer": c.AnswerQuery(person.subject, found.query, text),
        "close": c.CloseQuery(person.subject, found.query, text or None),
        "reopen": c.ReopenQuery(person.subject, found.query, text),
    }
    command = commands.get(request.POST.get("deed", ""))
    if command is None:
        return Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")
    answer = act(request, command, command_id=request.POST.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


def _thread(request: HttpRequest, person: SubjectState, found: Query) -> list[dict[str, Any]]:
    entries = signed_in(request).store.entries(f"subject:{person.subject}")
    return [
        _told(entry) for entry in entries if entry.kind in _THREAD and entry.payload["query"] == found.query
    ]


def _told(entry: EntryView) -> dict[str, Any]:
    automatic = bool(entry.payload.get("automatic"))
    who = (
        "the check of the form"
        if automatic
        else f"{entry.author.name}, {entry.author.role.replace('_', ' ')}"
    )
    return {"deed": _WORDS[entry.kind], "who": who, "entry": entry, "text": entry.payload.get("text") or ""}
