"""The pages of form entry: a visit with its forms, a form row, one item of it, and the item's history."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from trialwright.conduct.answer import Refusal
from trialwright.conduct.states import SubjectState
from trialwright.protocol.design import Visit
from trialwright.protocol.forms import Item
from trialwright.web.acting import fresh_command
from trialwright.web.entry.fields import Field, Place, fields_of, is_complete
from trialwright.web.entry.finding import held, new_row, place_or_404, rows_of_visit, visit_or_404
from trialwright.web.entry.history import history_of
from trialwright.web.entry.reading import sent_item
from trialwright.web.entry.redacting import redact
from trialwright.web.entry.saving import Saving, save_item, save_row
from trialwright.web.entry.standing import change_standing, row_standing
from trialwright.web.entry.visits import record_visit
from trialwright.web.page import render_page
from trialwright.web.people import signed_in, zone_of
from trialwright.web.permits import desk, may, subject_or_404
from trialwright.web.signing.credentials import needs_code

STALE = "TW-830"


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def form_row(
    request: HttpRequest, subject: str, visit: str, occurrence: int, form: str, row: str
) -> HttpResponse:
    """One row of a form. Without JavaScript everything on it is saved at once."""
    person, place = _found(request, subject, visit, occurrence, form, row)
    if request.method != "POST":
        return _row_page(request, person, place)
    saving = save_row(request, person, place, _zone(request, person))
    if saving.refused:
        return _row_page(request, _again(request, subject), place, saving, status=422)
    return redirect(f"{_address(place)}?saved={len(saving.saved)}")


@desk("see_subjects")
@require_POST
def row_deed(
    request: HttpRequest, subject: str, visit: str, occurrence: int, form: str, row: str, deed: str
) -> HttpResponse:
    """Sign, freeze or release a row as it was shown."""
    _, place = _found(request, subject, visit, occurrence, form, row)
    refusal = change_standing(request, place, deed)
    if refusal is None:
        return redirect(_address(place))
    return _row_page(request, _again(request, subject), place, status=422, notice=refusal)


@desk("see_subjects")
@require_POST
def item(
    request: HttpRequest, subject: str, visit: str, occurrence: int, form: str, row: str, name: str
) -> HttpResponse:
    """Save one item and give it back as it now stands, or with the sentence why it was not saved."""
    person, place = _found(request, subject, visit, occurrence, form, row)
    found = _item_or_404(place, name)
    refusal = save_item(request, person, place, found, _zone(request, person))
    if request.headers.get("X-Fragment") != "item":
        return _after_item(request, person, place, found, refusal)
    if refusal is not None and getattr(request, "store_failed", False):
        return HttpResponse(f"{refusal.sentence} ({refusal.code})", status=503, content_type="text/plain")
    now = _again(request, subject)
    field = next(field for field in fields_of(signed_in(request).protocol, now, place) if field.id == name)
    status = 200 if refusal is None else 409 if refusal.code == STALE else 422
    context = _item_context(request, now, place, field, refusal)
    response = render(request, "entry/item.html", context | {"saved": refusal is None}, status=status)
    response.headers["X-Asked"] = " ".join(_asked(signed_in(request).protocol, now, place))
    return response


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def item_history(
    request: HttpRequest, subject: str, visit: str, occurrence: int, form: str, row: str, name: str
) -> HttpResponse:
    """All that ever stood for one item; the data manager removes it where it should not have been entered."""
    person, place = _found(request, subject, visit, occurrence, form, row)
    found = _item_or_404(place, name)
    who = signed_in(request)
    steps = history_of(who.protocol, place, found, who.store.entries(f"subject:{person.subject}"))
    refusal = redact(request, place, found, steps) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return redirect(f"{_address(place)}#{found.id}")
    context: dict[str, Any] = {
        "item": found,
        "steps": steps,
        "place": place,
        "address": _address(place),
    }
    if request.headers.get("HX-Request"):
        return render(request, "entry/steps.html", context)
    return render_page(
        request,
        "entry/history.html",
        here="subjects",
        status=422 if refusal else 200,
        refusal=refusal,
        may_redact=may(request, "RedactAnswer", person.site).granted,
        needs_code=needs_code(request),
        typed=request.POST,
        **context,
    )


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def visit_page(request: HttpRequest, subject: str, visit: str, occurrence: int) -> HttpResponse:
    """One visit: when it took place, and how far each form is; it is recorded here too."""
    person = subject_or_404(request, subject)
    planned = visit_or_404(signed_in(request).protocol, visit)
    if request.method != "POST":
        return _visit(request, person, planned, occurrence)
    refusal = record_visit(request, person, planned, occurrence, _zone(request, person))
    if refusal is None:
        return redirect("visit", subject, visit, occurrence)
    return _visit(request, person, planned, occurrence, refusal)


def _visit(
    request: HttpRequest,
    person: SubjectState,
    planned: Visit,
    occurrence: int,
    refusal: Refusal | None = None,
) -> HttpResponse:
    study = signed_in(request).protocol
    took_place = held(person, planned, occurrence)
    rows = rows_of_visit(study, person, planned, occurrence) if took_place and not took_place.missed else ()
    growing = [
        (form, new_row(person, planned, occurrence, form))
        for entry in planned.forms
        if (form := study.form(entry.form)) is not None and form.repeating and not entry.timepoints
    ]
    return render_page(
        request,
        "entry/visit.html",
        here="subjects",
        subject=person,
        visit=planned,
        occurrence=occurrence,
        held=took_place,
        rows=rows,
        growing=growing if rows or took_place else (),
        may_enter=may(request, "EnterItems", person.site).granted,
        may_record=may(request, "RecordVisit", person.site).granted,
        may_miss=planned.kind in {"follow_up", "end"},
        by_hours=planned.window is not None and planned.window.unit == "hours",
        refusal=refusal,
        typed=request.POST,
        status=422 if refusal else 200,
    )


def _found(
    request: HttpRequest, subject: str, visit: str, occurrence: int, form: str, row: str
) -> tuple[SubjectState, Place]:
    person = subject_or_404(request, subject)
    return person, place_or_404(signed_in(request).protocol, person, visit, occurrence, form, row)


def _again(request: HttpRequest, subject: str) -> SubjectState:
    """The subject after something was saved."""
    return subject_or_404(request, subject)


def _item_or_404(place: Place, name: str) -> Item:
    found = place.form.item(name)
    if found is None:
        raise Http404
    return found


def _zone(request: HttpRequest, person: SubjectState) -> str:
    return zone_of(signed_in(request).store, person.site)


def _address(place: Place) -> str:
    return reverse(
        "form-row", args=(place.subject, place.visit.id, place.occurrence, place.form.id, place.row)
    )


def _row_page(
    request: HttpRequest,
    person: SubjectState,
    place: Place,
    saving: Saving | None = None,
    status: int = 200,
    notice: Refusal | None = None,
) -> HttpResponse:
    study = signed_in(request).protocol
    fields = fields_of(study, person, place)
    refused = saving.refused if saving else {}
    rows = rows_of_visit(study, person, place.visit, place.occurrence)
    here = next((number for number, link in enumerate(rows) if link.place == place), None)
    return render_page(
        request,
        "entry/form.html",
        here="subjects",
        status=status,
        subject=person,
        place=place,
        items=[_item_context(request, person, place, field, refused.get(field.id)) for field in fields],
        complete=is_complete(fields),
        refused=len(refused),
        saved=len(saving.saved) if saving else _count(request.GET.get("saved")),
        held=held(person, place.visit, place.occurrence),
        may_enter=may(request, "EnterItems", person.site).granted,
        before=rows[here - 1] if here else None,
        after=rows[here + 1] if here is not None and here + 1 < len(rows) else None,
        address=_address(place),
        standing=row_standing(request, person, place),
        refusal=notice,
        typed_why=request.POST.get("reason", ""),
    )


def _item_context(
    request: HttpRequest, person: SubjectState, place: Place, field: Field, refusal: Refusal | None
) -> dict[str, Any]:
    """What the template of one item needs; what was typed and refused stays typed."""
    sent = sent_item(request.POST, field.id) if refusal is not None else None
    return {
        "field": field,
        "refusal": refusal,
        "stale": refusal is not None and refusal.code == STALE,
        "typed": sent.text if sent else "",
        "typed_unit": (sent.unit if sent else "") or field.unit,
        "typed_missing": sent.missing if sent else "",
        "typed_reason": sent.reason if sent else "",
        "address": _address(place),
        "may_enter": may(request, "EnterItems", person.site).granted,
        "may_ask": may(request, "OpenQuery", person.site).granted,
        "command": fresh_command(),
    }


def _after_item(
    request: HttpRequest, person: SubjectState, place: Place, item: Item, refusal: Refusal | None
) -> HttpResponse:
    if refusal is None:
        return redirect(f"{_address(place)}?saved=1#{item.id}")
    now = _again(request, person.subject)
    return _row_page(request, now, place, Saving((), {item.id: refusal}), status=422)


def _asked(study: Any, person: SubjectState, place: Place) -> list[str]:
    return [field.id for field in fields_of(study, person, place) if field.asked]


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 4 else 0
