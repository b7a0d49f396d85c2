"""Pages of the product: the ledger, one lot with whom it reached, and what stands behind a subject."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from trialwright.conduct.answer import Refusal
from trialwright.conduct.certificate import RESULTS
from trialwright.conduct.cold_chain import DECISIONS
from trialwright.conduct.ledger import balances_at, total_of
from trialwright.conduct.lots import RELEASE
from trialwright.conduct.traceability import reached_by, sources_of
from trialwright.web import clock
from trialwright.web.acting import act
from trialwright.web.infusion.second_person import second_person
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, may, subject_or_404
from trialwright.web.product.deeds import ProductForm, command_of, read_time
from trialwright.web.product.lines import (
    excursions_seen,
    lot_lines,
    lots_known,
    moves_seen,
    shipments_seen,
    units_seen,
)
from trialwright.web.signing.credentials import needs_code, prove_identity

_PERMITS = {
    "register": "RegisterLot",
    "receive": "ReceiveUnit",
    "ship": "ReceiveShipment",
    "excursion": "RecordExcursion",
    "decide": "DecideExcursion",
    "store": "StoreUnit",
    "dispose": "DisposeUnit",
    "recall": "RecallLot",
}


@desk("see_product")
@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest) -> HttpResponse:
    """Lots, units, shipments, excursions and the balance at a moment, and the forms that change them."""
    refusal = _do(request) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return redirect("product")
    who = signed_in(request)
    design, zone = who.protocol.design, ZoneInfo(who.zone)
    at = read_time(request.GET.get("at", ""), who.zone) or clock.now().astimezone(zone)
    balances = balances_at(moves_seen(who), at)
    return render_page(
        request,
        "product/product.html",
        here="product",
        status=422 if refusal else 200,
        at=at.astimezone(zone),
        unread=bool(request.GET.get("at")) and read_time(request.GET["at"], who.zone) is None,
        balances=balances,
        total=total_of(balances),
        lines=lot_lines(who),
        excursions=excursions_seen(who),
        shipments=shipments_seen(who),
        decisions=DECISIONS,
        results=RESULTS,
        products=design.products,
        sites=[site for site in design.sites if who.sees_site(site.id)],
        two_at_receipt=any("receipt" in each.two_people for each in design.products),
        two_at_disposal=any("disposal" in each.two_people for each in design.products),
        refusal=refusal,
        typed=request.POST,
        **_granted(request),
    )


@desk("see_product")
@require_http_methods(["GET", "HEAD", "POST"])
def lot(request: HttpRequest, lot: str) -> HttpResponse:
    """One lot: source, certificate, release, units and moves, and every subject it reached."""
    refusal = _do(request) if request.method == "POST" else None
    if request.method == "POST" and refusal is None:
        return redirect("lot", lot)
    who = signed_in(request)
    line = next((each for each in lot_lines(who) if each.lot.lot == lot), None)
    if line is None:
        raise Http404
    entries = [each for each in who.store.entries(f"lot:{lot}") if each.kind.startswith("Lot")]
    return render_page(
        request,
        "product/lot.html",
        here="product",
        status=422 if refusal else 200,
        line=line,
        entries=entries,
        reached=reached_by(units_seen(who), lot),
        moves=[move for move in moves_seen(who) if move.lot == lot],
        needs_code=needs_code(request),
        meaning=RELEASE,
        refusal=refusal,
        typed=request.POST,
        **_granted(request),
    )


@desk("see_product")
@require_safe
def sources(request: HttpRequest, subject: str) -> HttpResponse:
    """Which donors, banks, lots and units stand behind a subject."""
    person, who = subject_or_404(request, subject), signed_in(request)
    return render_page(
        request,
        "product/sources.html",
        here="product",
        subject=person,
        sources=sources_of(units_seen(who), lots_known(who), person.subject),
    )


def _granted(request: HttpRequest) -> dict[str, Any]:
    return {f"may_{deed}": may(request, command).granted for deed, command in _PERMITS.items()}


def _do(request: HttpRequest) -> Refusal | None:
    post = request.POST
    if post.get("deed") == "release" and may(request, "ReleaseLot").granted:
        refusal = prove_identity(request)
        if refusal is not None:
            return refusal
    second = _proved_second(request)
    if isinstance(second, Refusal):
        return second
    units = tuple(name for text in post.getlist("units") for name in text.replace(",", " ").split())
    command = command_of(ProductForm(post.dict(), units, signed_in(request).zone, second))
    if isinstance(command, Refusal):
        return command
    answer = act(request, command, command_id=post.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


def _proved_second(request: HttpRequest) -> str | Refusal | None:
    """Who saw it done, once they proved it. Nobody is asked for a deed that this person may not do there."""
    if not request.POST.get("second", "").strip():
        return None
    deed = _PERMITS.get(request.POST.get("deed", ""), "")
    allowed = may(request, deed, request.POST.get("site") or None)
    return second_person(request) if allowed.granted else Refusal("TW-803", allowed.reason)
