"""What the chair shows at a moment: the next step, clocks, volumes, timed forms. No database, no clock."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from trialwright.conduct.reactions import open_reaction_grade
from trialwright.conduct.states import Infusion, LotState, SubjectState, UnitState, row_key
from trialwright.conduct.units import usable_until
from trialwright.protocol.design import Intervention, Product
from trialwright.protocol.study import Study

# A timed form is overdue when it is still empty so long after its time.
GRACE = timedelta(minutes=10)
_USABLE = ("received", "allocated", "thawed")


@dataclass(frozen=True, slots=True)
class Bag:
    """A unit as the nurse sees it: where it is, and until when it may be used."""

    unit: str
    lot: str
    status: str
    volume: str | None
    expiry: str
    thawed_at: datetime | None
    until: datetime | None
    hindrance: str = ""

    def left(self, now: datetime) -> timedelta | None:
        """How long it may still be used, or None before it is thawed."""
        return None if self.until is None else self.until - now


@dataclass(frozen=True, slots=True)
class Timed:
    """One timed form row and when it is due. ``state`` is done, due, overdue or later."""

    form: str
    title: str
    row: str
    name: str
    due: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The running or ended infusion in numbers: minutes it ran, when it should end, and what was given."""

    started: datetime
    minutes: int
    ends_first: datetime | None
    ends_last: datetime | None
    running: bool
    ended: bool
    planned_ml: str
    expected_ml: str
    spans: tuple[tuple[datetime, datetime | None], ...]


_STEPS = {
    "closed": noop("not yet"),
    "bag": noop("choose the bag"),
    "thaw": noop("to be thawed"),
    "start": noop("ready to start"),
    "running": noop("running"),
    "interrupted": noop("interrupted"),
    "ended": noop("ended"),
}


@dataclass(frozen=True, slots=True)
class Chair:
    """Everything on the screen. ``step`` is closed, bag, thaw, start, running, interrupted or ended."""

    step: str
    hindrance: str
    bag: Bag | None
    choices: tuple[Bag, ...]
    flow: Flow | None
    timed: tuple[Timed, ...]
    reaction_grade: int

    @property
    def step_name(self) -> str:
        """The step in words."""
        return _STEPS[self.step]


def chair_of(
    study: Study,
    person: SubjectState,
    units: dict[str, UnitState],
    lots: dict[str, LotState],
    now: datetime,
) -> Chair:
    """The chair of one person. ``units`` and ``lots`` are the site's; ``now`` is in the site's zone."""
    arm = study.arm(person.arm) if person.arm else None
    if arm is None:
        return _closed(gettext("{subject} is not enrolled yet").format(subject=person.subject))
    intervention = study.intervention_of(arm)
    product = study.product_of(intervention)
    mine = next((unit for unit in units.values() if unit.subject == person.subject), None)
    bag = None if mine is None else _bag(mine, lots[mine.lot], product, now)
    flow = None if person.infusion is None else _flow(person.infusion, intervention, now)
    free = tuple(
        _bag(unit, lots[unit.lot], product, now)
        for unit in units.values()
        if unit.status == "received" and unit.site == person.site
    )
    return Chair(
        step=_step(bag, flow, product),
        hindrance=_hindrance(study, person),
        bag=bag,
        choices=free,
        flow=flow,
        timed=_timed(study, person, now),
        reaction_grade=open_reaction_grade(person),
    )


def _closed(hindrance: str) -> Chair:
    return Chair("closed", hindrance, None, (), None, (), 0)


def _step(bag: Bag | None, flow: Flow | None, product: Product) -> str:
    if flow is not None:
        return "ended" if flow.ended else "running" if flow.running else "interrupted"
    if bag is None:
        return "bag"
    if product.hours_usable_after_thaw is not None and bag.thawed_at is None:
        return "thaw"
    return "start"


def _hindrance(study: Study, person: SubjectState) -> str:
    """What must still happen elsewhere before the start."""
    if person.infusion is not None or study.eligibility.confirm is None or person.confirmed is not None:
        return ""
    return gettext("The investigator has not confirmed the eligibility today.")


def _bag(unit: UnitState, lot: LotState, product: Product, now: datetime) -> Bag:
    thawed = datetime.fromisoformat(unit.thawed_at) if unit.thawed_at else None
    until = usable_until(lot, product, thawed) if thawed else None
    return Bag(
        unit=unit.unit,
        lot=unit.lot,
        status=unit.status,
        volume=lot.volume_per_unit,
        expiry=lot.expiry,
        thawed_at=thawed,
        until=until,
        hindrance=_unusable(unit, lot, until, now),
    )


def _unusable(unit: UnitState, lot: LotState, until: datetime | None, now: datetime) -> str:
    if lot.status != "released":
        return gettext("lot {lot} is {status}").format(lot=lot.lot, status=gettext(lot.status))
    if now.date() > date.fromisoformat(lot.expiry):
        return gettext("lot {lot} expired on {expiry}").format(lot=lot.lot, expiry=lot.expiry)
    if unit.excursions or unit.ordered:
        return gettext("held after an excursion")
    if unit.flaw:
        return gettext("it looked unfit when it was made ready")
    if unit.status in _USABLE and until is not None and now > until:
        return gettext("usable only until {time}").format(time=f"{until:%H:%M}")
    return ""


def _flow(infusion: Infusion, intervention: Intervention, now: datetime) -> Flow:
    spans = tuple(
        (datetime.fromisoformat(start), datetime.fromisoformat(stop) if stop else None)
        for start, stop in infusion.spans
    )
    ran = sum(((stop or now) - start for start, stop in spans), timedelta())
    started, paused = spans[0][0], _paused(spans, now)
    low, high = intervention.minutes_low, intervention.minutes_high
    return Flow(
        started=started,
        minutes=max(0, int(ran.total_seconds() // 60)),
        ends_first=None if low is None else started + paused + timedelta(minutes=low),
        ends_last=None if high is None else started + paused + timedelta(minutes=high),
        running=infusion.running,
        ended=infusion.ended,
        planned_ml=infusion.planned_volume_ml,
        expected_ml=_expected(infusion, intervention, ran),
        spans=spans,
    )


def _paused(spans: tuple[tuple[datetime, datetime | None], ...], now: datetime) -> timedelta:
    """How long the infusion stood still so far."""
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(spans) if earlier[1]]
    last = spans[-1][1]
    return sum(gaps, timedelta()) + (now - last if last is not None else timedelta())


def _expected(infusion: Infusion, intervention: Intervention, ran: timedelta) -> str:
    """What should have run in by now at an even rate over the longest permitted time."""
    if intervention.minutes_high is None:
        return ""
    planned = Decimal(infusion.planned_volume_ml)
    share = Decimal(int(ran.total_seconds())) / Decimal(intervention.minutes_high * 60)
    given = min(planned, planned * share)
    return str(given.quantize(Decimal(1), ROUND_HALF_UP))


def _timed(study: Study, person: SubjectState, now: datetime) -> tuple[Timed, ...]:
    visit = study.visit_of_kind("treatment")
    if visit is None:
        return ()
    names = {point.id: point for point in study.timepoints}
    found = []
    for entry in visit.forms:
        form = study.form(entry.form)
        for row in entry.timepoints if form else ():
            point = names[row]
            filled = bool(person.rows.get(row_key(visit.id, 1, entry.form, row)))
            due = _due(person, point.minutes)
            title = form.title if form else ""
            found.append(Timed(entry.form, title, row, point.name, due, _state(filled, due, now)))
    return tuple(sorted(found, key=lambda each: each.due.timestamp() if each.due else math.inf))


def _due(person: SubjectState, minutes: int | None) -> datetime | None:
    if minutes is None or person.treated_at is None:
        return None
    return datetime.fromisoformat(person.treated_at) + timedelta(minutes=minutes)


def _state(filled: bool, due: datetime | None, now: datetime) -> str:
    if filled:
        return noop("done")
    if due is None or now < due:
        return noop("later")
    return noop("overdue") if now > due + GRACE else noop("due")
