"""The page of imports: a file is sent, shown as it would be taken, and imported when somebody agrees."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from trialwright.conduct.answer import Context, Refusal
from trialwright.conduct.imported_lines import MOST_BYTES
from trialwright.conduct.laboratory_import import Result
from trialwright.errors import TrialwrightError
from trialwright.protocol.study import Study
from trialwright.record.entry import Author
from trialwright.store import random_salts
from trialwright.store.importing import Imported, forget_files, import_file, keep_file, kept_file
from trialwright.web import clock
from trialwright.web.acting import refused_by_store
from trialwright.web.page import render_page
from trialwright.web.people import SignedIn, signed_in, zone_of
from trialwright.web.permits import desk
from trialwright.web.seen import entries_seen
from trialwright.web.telling import shown as answer_told
from trialwright.web.telling import visit_name
from trialwright.web.trail.wanted import Wanted

MOST_LISTED = 500
# How long a file that was shown waits for somebody to agree.
_WAITS = timedelta(hours=12)
_NO_FILE = Refusal("TW-870", "no file was sent; choose the laboratory's file")
_TOO_LARGE = Refusal("TW-870", f"the file has more than {MOST_BYTES // 1_000_000} MB; import it in parts")
_GONE = Refusal("TW-870", "the file that was shown is no longer here; send it again")


@desk("import_files")
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Show what a file would do, import it as it was shown, and list the imports so far."""
    if request.method != "POST":
        return _page(request)
    if request.POST.get("deed") == "import":
        return _import(request)
    file = request.FILES.get("file")
    if file is None or (file.size or 0) > MOST_BYTES:
        return _page(request, refusal=_NO_FILE if file is None else _TOO_LARGE)
    return _show(request, (file.name or "file")[:200], file.read())


def _show(request: HttpRequest, name: str, content: bytes) -> HttpResponse:
    """Show what the file would do, and keep its bytes until somebody agrees."""
    shown = _run(request, request.POST.get("mapping", ""), name, content, dry=True)
    if isinstance(shown, Refusal):
        return _page(request, refusal=shown)
    folder = signed_in(request).store.folder.shown
    try:
        forget_files(folder, clock.now() - _WAITS)
        keep_file(folder, shown.sha256, content)
    except TrialwrightError as error:
        return _page(request, refusal=refused_by_store(request, error))
    return _page(request, shown=shown, name=name)


def _import(request: HttpRequest) -> HttpResponse:
    """Import the very bytes that were shown, which are named by their hash."""
    sha256, name = request.POST.get("sha256", ""), request.POST.get("name", "file")[:200]
    folder = signed_in(request).store.folder
    content = kept_file(folder.shown, sha256) or kept_file(folder.files, sha256)
    if content is None:
        return _page(request, refusal=_GONE)
    done = _run(request, request.POST.get("mapping", ""), name, content, dry=False)
    if isinstance(done, Refusal):
        return _page(request, refusal=done)
    if done.entry is None:
        return _page(request, shown=done, name=name)
    (folder.shown / sha256).unlink(missing_ok=True)
    return redirect(f"/imports/?done={done.entry}")


def _run(request: HttpRequest, mapping: str, name: str, content: bytes, *, dry: bool) -> Imported | Refusal:
    who = signed_in(request)
    mark = _mark(request)
    if mark is None:
        return Refusal("TW-631", "the form carries no valid mark; open the page again and send the form anew")
    salts: Callable[[], Iterator[str]] = random_salts
    give = partial(import_file, who.store, mapping, name, content, _contexts(who), salts, who.sees_site)
    try:
        return give(dry=dry)
    except TrialwrightError as error:
        return refused_by_store(request, error)


def _contexts(who: SignedIn) -> Callable[[str | None, str], Context]:
    """The author at the server's time, in the zone of the site that a row is about."""
    author, now = Author(who.person, who.name, who.role), clock.now()
    return lambda site, command: Context(now, zone_of(who.store, site) if site else who.zone, author, command)


def _mark(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("command", ""))
    except ValueError:
        return None


def _page(
    request: HttpRequest, refusal: Refusal | None = None, shown: Imported | None = None, name: str = ""
) -> HttpResponse:
    who = signed_in(request)
    entries, _ = entries_seen(request, 20, wanted=Wanted(kind="FileImported"))
    done = request.GET.get("done", "")
    return render_page(
        request,
        "imports/imports.html",
        here="imports",
        status=422 if refusal else 200,
        mappings=who.protocol.imports,
        mapping=request.POST.get("mapping", ""),
        shown=shown,
        results=[_listed(who.protocol, each) for each in shown.results[:MOST_LISTED]] if shown else (),
        unlisted_results=max(0, len(shown.results) - MOST_LISTED) if shown else 0,
        rejected=shown.rejected[:MOST_LISTED] if shown else (),
        unlisted=max(0, len(shown.rejected) - MOST_LISTED) if shown else 0,
        name=name,
        refusal=refusal,
        earlier=entries,
        done=next((each for each in entries if str(each.seq) == done), None),
    )


def _listed(study: Study, result: Result) -> Mapping[str, Any]:
    """One answer as the page lists it, by the protocol's names."""
    subject, visit, occurrence, form, _ = result.place
    found = study.form(form)
    item = found.item(result.item) if found else None
    value = {"value": result.value.value, "unit": result.value.unit}
    return {
        "line": result.line,
        "subject": subject,
        "visit": visit_name(study, visit, occurrence),
        "item": item.label if item else result.item,
        "answer": answer_told(value),
    }
