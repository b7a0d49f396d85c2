"""What of the study the person at work may see: subjects and entries of their own sites, no accounts."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest

from trialwright.record.snapshot import EntryView
from trialwright.web.milestones import Milestones, milestones
from trialwright.web.people import SignedIn, signed_in

_BATCH = 60
# Somebody of one site is shown fewer entries rather than made to wait for a search through the whole record.
_MOST_BATCHES = 20
_ABOUT_PEOPLE = ("person:", "access", "staff")


def milestones_seen(request: HttpRequest) -> list[Milestones]:
    """How far each subject has come that the person may see; others are not even counted (AC-2)."""
    who = signed_in(request)
    return [each for each in milestones(who.store) if who.sees_site(each.site)]


def entries_seen(
    request: HttpRequest,
    count: int,
    *,
    before: int | None = None,
    stream: str | None = None,
    kinds: tuple[str, ...] = (),
) -> tuple[list[EntryView], int | None]:
    """The newest entries that the person may see, and where to look on (None at the record's beginning)."""
    who = signed_in(request)
    sites = _sites(who)
    found: list[EntryView] = []
    for _ in range(_MOST_BATCHES):
        batch = who.store.newest_entries(_BATCH, before=before, stream=stream, kinds=kinds)
        seen = [entry for entry in batch if _may_see(who, entry, sites)]
        found += seen[: count - len(found)]
        if len(found) == count:
            return found, found[-1].seq if _more(batch, found[-1]) else None
        if len(batch) < _BATCH:
            return found, None
        before = batch[-1].seq
    return found, before


def may_see_entry(request: HttpRequest, entry: EntryView) -> bool:
    """Whether an entry is about the study, its product, or a subject of the person's own sites."""
    who = signed_in(request)
    return _may_see(who, entry, _sites(who))


def _may_see(who: SignedIn, entry: EntryView, sites: Mapping[str, str]) -> bool:
    if any(stream.startswith(_ABOUT_PEOPLE) for stream in entry.streams):
        return False
    return all(
        who.sees_site(sites[stream])
        for stream in entry.streams
        if stream.startswith(("subject:", "unit:")) and stream in sites
    )


def _sites(who: SignedIn) -> dict[str, str]:
    """The site of each subject, and of each unit that a site received; nothing where all sites are seen."""
    if who.sees_all_sites():
        return {}
    found = {f"subject:{each.subject}": each.site for each in milestones(who.store)}
    units = who.store.states_of("unit").items()
    return found | {name: unit.site for name, unit in units if unit.site}


def _more(batch: list[EntryView], last: EntryView) -> bool:
    return len(batch) == _BATCH or batch[-1].seq != last.seq
