"""Due times of safety reports: site to sponsor, sponsor to agency, and what an upgrade does to them.

Sources: ICH E2A, III (7 and 8, or 15 calendar days); ICH E6(R3) (without undue delay, here 24 hours at most);
Regulation (EU) 536/2014, article 42; 21 CFR 312.32(c) (15 days from the determination, 7 from receipt).

Moments are aware datetimes. The day on which something became known is day 0, in the zone of the one who has
to report; holidays count like other days; what falls due on a day falls due at its end. Nothing here reads a
clock: whether a report is late is asked with a moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Rule = Literal[
    "site_24_hours",
    "fatal_7_days",
    "serious_15_days",
    "follow_up_8_more_days",
    "site_follow_up_24_hours",
    "follow_up_15_days",
    "site_nullification_24_hours",
    "nullification_15_days",
]
SITE_HOURS = 24
FATAL_DAYS = 7
SERIOUS_DAYS = 15
FOLLOW_UP_DAYS = FATAL_DAYS + 8
RULES_IN_WORDS: dict[Rule, str] = {
    "site_24_hours": "to the sponsor within 24 hours of becoming aware",
    "fatal_7_days": "fatal or life-threatening: to the agency by the end of day 7",
    "serious_15_days": "to the agency by the end of day 15",
    "follow_up_8_more_days": "complete follow-up of a 7-day report by the end of day 15",
    "site_follow_up_24_hours": "follow-up to the sponsor: what was reported stands otherwise now",
    "follow_up_15_days": "follow-up to the agency: what was reported stands otherwise now",
    "site_nullification_24_hours": "nullification to the sponsor: the event was reported and does not stand",
    "nullification_15_days": "nullification to the agency: the event was reported and does not stand",
}
Later = Literal["follow_up", "nullification"]
_SITE_RULES: dict[Later, Rule] = {
    "follow_up": "site_follow_up_24_hours",
    "nullification": "site_nullification_24_hours",
}
_AGENCY_RULES: dict[Later, Rule] = {
    "follow_up": "follow_up_15_days",
    "nullification": "nullification_15_days",
}
_INSTANT = timedelta(microseconds=1)


class ClockError(ValueError):
    """A moment or a zone from which no due time follows."""


@dataclass(frozen=True, slots=True)
class Clock:
    """One duty with its due time. ``due`` (UTC) is the last moment that is still in time."""

    rule: Rule
    known: datetime
    due: datetime
    zone: str

    @property
    def due_there(self) -> datetime:
        """The due time as the clocks of its zone show it."""
        return self.due.astimezone(ZoneInfo(self.zone))

    @property
    def sentence(self) -> str:
        """The rule in words."""
        return RULES_IN_WORDS[self.rule]

    def left(self, at: datetime) -> timedelta:
        """The time left at a moment, below zero where it is over."""
        return self.due - _utc(at, "the moment asked about")

    def overdue(self, at: datetime) -> bool:
        """Whether the due time has passed at a moment."""
        return self.left(at) < timedelta(0)


@dataclass(frozen=True, slots=True)
class AgencyClocks:
    """What the sponsor owes an agency for one case.

    ``report`` is the clock that counts, the earliest of ``candidates``. ``follow_up`` belongs to a fatal or
    life-threatening case. ``permitted`` is, in the United States, the later due time that the rule itself
    would allow, counted from the determination.
    """

    report: Clock
    candidates: tuple[Clock, ...]
    follow_up: Clock | None = None
    permitted: Clock | None = None


def first_known(moments: Iterable[datetime]) -> datetime:
    """The first of the moments at which anybody working for the sponsor knew. Raises ClockError for none."""
    known = [_utc(moment, "a moment of knowledge") for moment in moments]
    if not known:
        raise ClockError("nobody knew of the case; give the moment at which somebody first did")
    return min(known)


def minimum_case_known(
    *,
    patient: datetime | None,
    product: datetime | None,
    reporter: datetime | None,
    serious: datetime | None,
    suspected: datetime | None,
    unexpected: datetime | None,
) -> datetime | None:
    """When the last of the minimum facts of a reportable case became known; None while one is missing.

    Each argument is the moment at which that fact was known: an identifiable patient, a suspect product, a
    reporter, and an event that is serious, suspected and unexpected. Nothing else is waited for.
    """
    facts = (patient, product, reporter, serious, suspected, unexpected)
    known = [_utc(fact, "a fact of the case") for fact in facts if fact is not None]
    return max(known) if len(known) == len(facts) else None


def site_clock(aware: datetime, zone: str) -> Clock:
    """Investigator to sponsor: 24 hours of elapsed time from becoming aware. ``zone`` is the site's."""
    _zone(zone)
    known = _utc(aware, "the moment of becoming aware")
    return Clock("site_24_hours", known, known + timedelta(hours=SITE_HOURS), zone)


def later_clock(kind: Later, *, to_agency: bool, known: datetime, zone: str) -> Clock:
    """A follow-up or a nullification of what was reported already, from the knowledge of the change.

    To the sponsor within 24 hours, to an agency by the end of day 15, as the first report was. ``zone`` is
    that of the one who has to report.
    """
    if to_agency:
        return _day_clock(_AGENCY_RULES[kind], known, SERIOUS_DAYS, zone)
    first = site_clock(known, zone)
    return Clock(_SITE_RULES[kind], first.known, first.due, zone)


def agency_clocks(known: datetime, zone: str, fatal_known: datetime | None = None) -> AgencyClocks:
    """Sponsor to agency, for a serious, suspected, unexpected event first known at ``known``.

    ``fatal_known`` is when it was known to be fatal or life-threatening, None where it is not. Learnt later,
    it starts a clock of 7 days of its own, and the earlier due time counts. ``zone`` is the sponsor's.
    Raises ClockError where it was known to be fatal before it was known at all.
    """
    serious = _day_clock("serious_15_days", known, SERIOUS_DAYS, zone)
    if fatal_known is None:
        return AgencyClocks(serious, (serious,))
    fatal = _fatal_clock(known, fatal_known, zone)
    candidates = (fatal, serious)
    follow_up = _day_clock("follow_up_8_more_days", fatal_known, FOLLOW_UP_DAYS, zone)
    return AgencyClocks(_earliest(candidates), candidates, follow_up)


def united_states_clocks(
    received: datetime, zone: str, determined: datetime | None = None, fatal_known: datetime | None = None
) -> AgencyClocks:
    """Sponsor to FDA: both times are kept, and what counts is counted from receipt.

    21 CFR 312.32 counts 15 days from the sponsor's determination that the event is to be reported
    (``permitted``) and 7 from first receipt. A determination that takes long must not lengthen the clock.
    Raises ClockError for a determination before the receipt.
    """
    counted = agency_clocks(received, zone, fatal_known)
    if determined is None:
        return AgencyClocks(counted.report, counted.candidates, counted.follow_up)
    if _utc(determined, "the determination") < _utc(received, "the receipt"):
        raise ClockError("the event was determined to be reportable before it was received; correct one")
    permitted = _day_clock("serious_15_days", determined, SERIOUS_DAYS, zone)
    allowed = _earliest((permitted, *counted.candidates[:-1]))
    return AgencyClocks(counted.report, counted.candidates, counted.follow_up, allowed)


def stands(at: datetime, nullified: Iterable[datetime], reopened: Iterable[datetime]) -> bool:
    """Whether a case is to be reported at a moment, after being nullified and reopened any number of times.

    The clocks of a nullified case are silent, not stopped: a reopened case is due when it was due before.
    A case nullified and reopened at one moment stands.
    """
    until = _utc(at, "the moment asked about")
    ends = [moment for moment in (_utc(each, "a nullification") for each in nullified) if moment <= until]
    starts = [moment for moment in (_utc(each, "a reopening") for each in reopened) if moment <= until]
    return not ends or (bool(starts) and max(starts) >= max(ends))


def end_of_day(day: date, zone: str) -> datetime:
    """The last moment of a calendar day in a zone, in UTC, whatever its clocks do in that night."""
    place = _zone(zone)
    midnight = datetime(day.year, day.month, day.day) + timedelta(days=1)  # noqa: DTZ001 - given its zone below
    readings = (midnight.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    return max(readings) - _INSTANT


def _fatal_clock(known: datetime, fatal_known: datetime, zone: str) -> Clock:
    if _utc(fatal_known, "the knowledge of danger to life") < _utc(known, "the first knowledge"):
        raise ClockError(
            "the event was known to be fatal or life-threatening before it was known; correct one"
        )
    return _day_clock("fatal_7_days", fatal_known, FATAL_DAYS, zone)


def _day_clock(rule: Rule, known: datetime, days: int, zone: str) -> Clock:
    start = _utc(known, "the first knowledge")
    day_zero = start.astimezone(_zone(zone)).date()
    try:
        return Clock(rule, start, end_of_day(day_zero + timedelta(days=days), zone), zone)
    except OverflowError:
        raise ClockError(f"no due time follows from {start.isoformat()}; correct the year") from None


def _earliest(clocks: Iterable[Clock]) -> Clock:
    """The clock that is due first; of two due at once, the one named first."""
    return min(clocks, key=lambda clock: clock.due)


def _utc(moment: datetime, what: str) -> datetime:
    if moment.utcoffset() is None:
        raise ClockError(f"{what} has no time zone; give it with its offset from UTC")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ClockError(f"{what} lies outside the calendar; correct the year") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ClockError(f"there is no time zone {name}; name it as in Asia/Shanghai") from None
