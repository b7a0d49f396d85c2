"""What of the study the person at work may see: subjects and entries of their own sites, no accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from trialwright.record.snapshot import EntryView
from trialwright.web.milestones import Milestones, milestones
from trialwright.web.people import SignedIn, signed_in
from trialwright.web.permits import may
from trialwright.web.trail.wanted import Wanted

_BATCH = 60
# Somebody of one site is shown fewer entries rather than made to wait for a search through the whole record.
_MOST_BATCHES = 20
_ABOUT_PEOPLE = ("person:", "access", "staff")
_EVERYTHING = Wanted()


def milestones_seen(request: HttpRequest) -> list[Milestones]:
    """How far each subject has come that the person may see; others are not even counted (AC-2)."""
    who = signed_in(request)
    return [each for each in milestones(who.store) if who.sees_site(each.site)]


def entries_seen(
    request: HttpRequest,
    count: int,
    *,
    before: int | None = None,
    wanted: Wanted = _EVERYTHING,
    accounts: bool = True,
) -> tuple[list[EntryView], int | None]:
    """The newest entries that answer a question and that the person may see, and where to look on.

    That place is None at the record's beginning. ``accounts`` False leaves out what is about people's access.
    """
    who, reach = signed_in(request), _reach(request, accounts=accounts)
    found: list[EntryView] = []
    for _ in range(_MOST_BATCHES):
        batch = who.store.newest_entries(_BATCH, before=before, stream=wanted.stream, kinds=wanted.kinds)
        seen = [entry for entry in batch if wanted.holds(entry) and reach.covers(entry)]
        found += seen[: count - len(found)]
        if len(found) == count:
            return found, found[-1].seq if _more(batch, found[-1]) else None
        if len(batch) < _BATCH:
            return found, None
        before = batch[-1].seq
    return found, before


def every_seen(request: HttpRequest, wanted: Wanted) -> Iterator[EntryView]:
    """Every entry that answers a question and that the person may see, in the order of the record."""
    reach = _reach(request)
    entries = signed_in(request).store.entries(wanted.stream)
    return (entry for entry in entries if wanted.holds(entry) and reach.covers(entry))


def may_see_entry(request: HttpRequest, entry: EntryView) -> bool:
    """Whether an entry is about the study, its product, or a subject of the person's own sites."""
    return _reach(request).covers(entry)


@dataclass(frozen=True, slots=True)
class _Reach:
    """Which entries a person sees: of their sites, and of people where they review the trail of all."""

    who: SignedIn
    sites: Mapping[str, str]
    people: bool

    def covers(self, entry: EntryView) -> bool:
        if any(stream.startswith(_ABOUT_PEOPLE) for stream in entry.streams):
            return self.people
        return all(
            self.who.sees_site(self.sites[stream])
            for stream in entry.streams
            if stream.startswith(("subject:", "unit:")) and stream in self.sites
        )


def _reach(request: HttpRequest, *, accounts: bool = True) -> _Reach:
    who = signed_in(request)
    people = accounts and who.sees_all_sites() and may(request, "review_trail").granted
    return _Reach(who, _sites(who), people)


def _sites(who: SignedIn) -> dict[str, str]:
    """The site of each subject, and of each unit that a site received; nothing where all sites are seen."""
    if who.sees_all_sites():
        return {}
    found = {f"subject:{each.subject}": each.site for each in milestones(who.store)}
    units = who.store.states_of("unit").items()
    return found | {name: unit.site for name, unit in units if unit.site}


def _more(batch: list[EntryView], last: EntryView) -> bool:
    return len(batch) == _BATCH or batch[-1].seq != last.seq
