"""The trail taken out as CSV, JSON or PDF, which the record notes first (AT-5, AT-7)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST

from trialwright.conduct.answer import Refusal
from trialwright.conduct.commands import LogAccess
from trialwright.record.snapshot import EntryView
from trialwright.web import clock
from trialwright.web.acting import act
from trialwright.web.languages import print_language
from trialwright.web.page import sentence_page
from trialwright.web.people import SignedIn, signed_in
from trialwright.web.permits import desk
from trialwright.web.seen import every_seen, milestones_seen
from trialwright.web.trail.lines import csv_of
from trialwright.web.trail.wanted import Wanted, wanted_of

# A PDF is for reading; more than this is for a program, which takes CSV or JSON.
MOST_PRINTED = 5_000
_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json", "pdf": "application/pdf"}


@desk("export_record")
@require_POST
def export(request: HttpRequest, sort: str) -> HttpResponseBase:
    """The entries of a question as a file, in the order of the record."""
    if sort not in _TYPES:
        raise Http404
    who = signed_in(request)
    wanted, unreadable = wanted_of(request.POST)
    if wanted.subject and wanted.subject not in {each.subject for each in milestones_seen(request)}:
        raise Http404
    if unreadable:
        return sentence_page(request, noop("Not exported"), f"{unreadable} (TW-612)", 422)
    found: Iterable[EntryView] = every_seen(request, wanted)
    if sort == "pdf":
        found = list(islice(found, MOST_PRINTED + 1))
        if len(found) > MOST_PRINTED:
            sentence = (
                f"More than {MOST_PRINTED} entries answer; ask for fewer, or take CSV or JSON (TW-614)."
            )
            return sentence_page(request, noop("Not exported"), sentence, 422)
    head = who.store.head()
    detail = {"what": "audit trail", "format": sort, "entries": wanted.said, "head": head.hash}
    answer = act(request, LogAccess(who.person, "export", detail), command_id=request.POST.get("command", ""))
    if isinstance(answer, Refusal):
        return sentence_page(request, noop("Not exported"), f"{answer.sentence} ({answer.code})", 422)
    return _file(who, wanted, sort, found)


def _file(who: SignedIn, wanted: Wanted, sort: str, found: Iterable[EntryView]) -> HttpResponseBase:
    response: HttpResponseBase
    if sort == "pdf":
        response = HttpResponse(_pdf(who, wanted, found), content_type=_TYPES[sort])
    else:
        texts: dict[str, Callable[[], Iterator[str]]] = {
            "csv": lambda: _with_mark(csv_of(who.protocol, found)),
            "json": lambda: _json(who, wanted, found),
        }
        response = StreamingHttpResponse(texts[sort](), content_type=_TYPES[sort])
    response.headers["Content-Disposition"] = f'attachment; filename="audit-trail.{sort}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _with_mark(lines: Iterator[str]) -> Iterator[str]:
    """UTF-8's mark first: without it, common spreadsheets read other characters into the file."""
    yield "\ufeff"
    yield from lines


def _json(who: SignedIn, wanted: Wanted, found: Iterable[EntryView]) -> Iterator[str]:
    """One JSON object; its entries come one a line, as they are read from the record."""
    store, head = who.store, who.store.head()
    about = {
        "study": store.study.study.id,
        "rehearsal": store.is_rehearsal(),
        "asked": wanted.said,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "made_by": who.person,
        "record": {"size": head.size, "head": head.hash},
    }
    yield json.dumps(about, ensure_ascii=False)[:-1] + ', "entries": [\n'
    joint = ""
    for entry in found:
        yield joint + json.dumps(_entry(entry), ensure_ascii=False)
        joint = ",\n"
    yield "\n]}\n"


def _entry(entry: EntryView) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "streams": list(entry.streams),
        "at": entry.at,
        "offset": entry.offset,
        "zone": entry.zone,
        "author": {"id": entry.author.id, "name": entry.author.name, "role": entry.author.role},
        "reason": entry.reason,
        "command": entry.command,
        "part": list(entry.part),
        "protocol": entry.protocol,
        "software": entry.software,
        "hash": entry.hash,
        "redacted": entry.redacted,
        "payload": dict(entry.payload),
    }


def _pdf(who: SignedIn, wanted: Wanted, found: Iterable[EntryView]) -> bytes:
    from trialwright.report.prints.trail import TrailFacts, render_trail

    store = who.store
    facts = TrailFacts(wanted.said, who.name, store.head(), rehearsed=store.is_rehearsal())
    return render_trail(
        who.protocol, tuple(found), facts, clock.now().replace(microsecond=0), print_language()
    )
