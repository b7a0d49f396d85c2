"""Pack: how far the study is, and what the treated people were given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from trialwright.conduct.states import SubjectState
from trialwright.report.prints.pack_pages import PackFigure, PackPart, PackSection, PackTable
from trialwright.web.milestones import Milestones
from trialwright.web.pack.drawing import accrual_figure
from trialwright.web.pack.material import Material

_STEPS: tuple[Callable[[Milestones], bool], ...] = (
    lambda each: bool(each.registered),
    lambda each: each.failed is not None,
    lambda each: bool(each.enrolled),
    lambda each: bool(each.treated),
    lambda each: bool(each.treated) and not each.is_over,
    lambda each: bool(each.completed),
    lambda each: bool(each.withdrawn),
)


def accrual_section(material: Material) -> PackSection:
    """Screened, enrolled, treated and followed, by site, and the curve against the target."""
    head = (
        *(_("Site"), _("Screened"), _("Screen failures"), _("Enrolled"), _("Treated")),
        *(_("In follow-up"), _("Completed"), _("Withdrawn")),
    )
    sites = [site.id for site in material.study.design.sites]
    rows = [(site, *_counts(material, site)) for site in sites]
    rows.append((_("all sites"), *_counts(material, None)))
    target = material.study.design.target_enrolment
    treated = len(material.treated)
    told = _("{treated} of {target} people are treated.").format(treated=treated, target=target)
    parts: tuple[PackPart, ...] = (
        PackTable("", head, tuple(rows), frozenset(range(1, len(head)))),
        PackFigure(_("People treated over time"), accrual_figure(material, target), told),
    )
    return PackSection("accrual", _("Accrual and follow-up"), parts, told)


def _counts(material: Material, site: str | None) -> tuple[str, ...]:
    people = [each for each in material.milestones if site in (None, each.site)]
    return tuple(str(sum(step(each) for each in people)) for step in _STEPS)


def exposure_section(material: Material) -> PackSection:
    """Each treated person: when, how long, how much, interruptions, and the bag."""
    head = (
        *(_("No."), _("Subject"), _("Start"), _("Minutes"), _("Planned"), _("Given")),
        *(_("Interruptions"), _("Unit"), _("Lot")),
    )
    rows = tuple(
        (str(order), *_exposure(material, person)) for order, person in enumerate(material.treated, 1)
    )
    empty = _("Nobody is treated yet.")
    table = PackTable("", head, rows, frozenset({0, 3, 4, 5}), empty=empty)
    return PackSection("exposure", _("Exposure"), (table,))


def _exposure(material: Material, person: SubjectState) -> tuple[str, ...]:
    given = material.given.get(person.subject)
    start = (person.treated_at or "")[:16].replace("T", " ")
    infusion = person.infusion
    if infusion is None:
        amount = f"{given.payload['amount']} {given.payload['unit_of_amount']}" if given else ""
        unit = str(given.payload["unit"]) if given else ""
        return (person.subject, start, "", "", amount, "", unit, material.lot_of(person))
    stops = infusion.spans[-1][1]
    minutes = _minutes(infusion.spans[0][0], stops) if stops and infusion.ended else _("not ended")
    volume = f"{given.payload['volume_ml']} mL" if given else _("not ended")
    return (
        *(person.subject, start, minutes, f"{_plain(infusion.planned_volume_ml)} mL", volume),
        *(str(len(infusion.spans) - 1), infusion.unit, material.lot_of(person)),
    )


def _minutes(start: str, stop: str) -> str:
    seconds = (datetime.fromisoformat(stop) - datetime.fromisoformat(start)).total_seconds()
    return str(int(seconds // 60))


def _plain(number: str) -> str:
    return f"{Decimal(number).normalize():f}"


def product_section(material: Material) -> PackSection:
    """Each lot: its state, its units by state, and who was given of it."""
    given: dict[str, list[str]] = {}
    for person in material.treated:
        given.setdefault(material.lot_of(person), []).append(person.subject)
    rows = []
    for lot in material.lots:
        states = Counter(unit.status for unit in material.units if unit.lot == lot.lot)
        told = ", ".join(f"{_(state.replace('_', ' '))} {number}" for state, number in sorted(states.items()))
        people = ", ".join(given.get(lot.lot, ())) or _("nobody")
        rows.append((lot.lot, lot.product, _(lot.status.replace("_", " ")), lot.expiry, told, people))
    head = (_("Lot"), _("Product"), _("State"), _("Expiry"), _("Units"), _("Given to"))
    table = PackTable("", head, tuple(rows), empty=_("No lot is registered."))
    return PackSection("product", _("Product lots"), (table,))
