"""Pages of the product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.states import LotState, UnitState
from trialwright.web.acting import act
from trialwright.web.page import render_page
from trialwright.web.people import SignedIn, signed_in
from trialwright.web.permits import desk, may

_UNREADABLE = Refusal("TW-610", "the expiry is not written as YYYY-MM-DD; correct it")
_NO_VOLUME = Refusal("TW-608", "the volume is no number; write digits such as 100, or leave it empty")
_UNKNOWN = Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")
_GONE = ("used", "partly_used", "destroyed", "returned")


@dataclass(frozen=True, slots=True)
class LotLine:
    """One lot with the units that the person may see, and how many of them are in which state."""

    lot: LotState
    units: tuple[UnitState, ...]
    counts: tuple[tuple[str, int], ...]
    in_stock: int


@desk("see_product")
@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest) -> HttpResponse:
    """Lots and units as they stand, and the forms that change them."""
    refusal = None
    if request.method == "POST":
        refusal = _do(request)
        if refusal is None:
            return redirect("product")
    who = signed_in(request)
    study = who.protocol
    return render_page(
        request,
        "product/product.html",
        here="product",
        status=422 if refusal else 200,
        lines=lot_lines(who),
        products=study.design.products,
        sites=[site for site in study.design.sites if who.sees_site(site.id)],
        refusal=refusal,
        typed=request.POST,
        may_register=may(request, "RegisterLot").granted,
        may_receive=may(request, "ReceiveUnit").granted,
        may_dispose=may(request, "DisposeUnit").granted,
    )


def lot_lines(who: SignedIn) -> list[LotLine]:
    """Every lot; of its units those that are on the way, and those of the sites that the person sees."""
    units = [each for each in who.store.states_of("unit").values() if isinstance(each, UnitState)]
    seen = [unit for unit in units if unit.site is None or who.sees_site(unit.site)]
    lots = [each for each in who.store.states_of("lot").values() if isinstance(each, LotState)]
    return [_line(lot, tuple(unit for unit in seen if unit.lot == lot.lot)) for lot in lots]


def _line(lot: LotState, units: tuple[UnitState, ...]) -> LotLine:
    counts = Counter(unit.status for unit in units)
    in_stock = sum(number for status, number in counts.items() if status not in (*_GONE, "registered"))
    return LotLine(lot, units, tuple(sorted(counts.items())), in_stock)


def _do(request: HttpRequest) -> Refusal | None:
    command = _command(request)
    if isinstance(command, Refusal):
        return command
    answer = act(request, command, command_id=request.POST.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


def _command(request: HttpRequest) -> c.Command | Refusal:
    post = request.POST
    lot, unit, reason = (post.get(name, "").strip() for name in ("lot", "unit", "reason"))
    deeds: dict[str, Callable[[], c.Command | Refusal]] = {
        "register": lambda: _register(request),
        "release": lambda: c.ReleaseLot(lot),
        "quarantine": lambda: c.QuarantineLot(lot, reason),
        "receive": lambda: c.ReceiveUnit(unit, post.get("site", "").strip()),
        "dispose": lambda: c.DisposeUnit(unit, post.get("disposition", ""), reason),
    }
    deed = deeds.get(post.get("deed", ""))
    return _UNKNOWN if deed is None else deed()


def _register(request: HttpRequest) -> c.Command | Refusal:
    post = request.POST
    try:
        expiry = date.fromisoformat(post.get("expiry", "").strip())
    except ValueError:
        return _UNREADABLE
    text = post.get("volume", "").strip()
    try:
        volume = Decimal(text) if text else None
    except InvalidOperation:
        return _NO_VOLUME
    units = tuple(post.get("units", "").replace(",", " ").split())
    return c.RegisterLot(post.get("lot", "").strip(), post.get("product", ""), expiry, units, volume)
