"""Serious events: who must hear of them by when, what was sent, and what may not be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conduct_making import NOON, Desk, desk
from trialwright.conduct import Refusal
from trialwright.conduct import commands as c
from trialwright.conduct.safety_duties import duties_of

SEPSIS = c.EventReport(
    term="Sepsis",
    start=(NOON - timedelta(hours=5)).isoformat(),
    grade=4,
    serious=True,
    seriousness=("hospitalisation",),
    related="related",
    outcome="not_recovered",
)


def ill(**changes: Any) -> Desk:
    """A treated person with a serious event."""
    here = desk().stock("B-1").treated("S-1", "B-1")
    here.do(c.ReportAdverseEvent("S-1", replace(SEPSIS, start=here.now.isoformat(), **changes)))
    return here


def owed(here: Desk) -> list[tuple[str, str, bool]]:
    """(to whom, the rule, done) of every duty, by due time."""
    return [
        (each.to, each.clock.rule, bool(each.done_at)) for each in duties_of(here.study, here.person("S-1"))
    ]


def sent(to: str, kind: str = "initial", **named: Any) -> c.RecordSubmission:
    return c.RecordSubmission("S-1", "AE-1", to, kind, named.get("at", NOON), named.get("reference", "R-1"))


def refused(here: Desk, command: Any, role: str) -> str:
    answer = here.answer(command, role)
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_a_serious_event_is_owed_to_the_sponsor_within_a_day() -> None:
    """The clock runs from the entry until somebody says when the site knew; the earliest moment counts."""
    here = ill(related="not related")
    assert owed(here) == [("sponsor", "site_24_hours", False)]
    (duty,) = duties_of(here.study, here.person("S-1"))
    first = duty.clock.due
    knew = here.now - timedelta(hours=3)
    here.do(c.RecordAwareness("S-1", "AE-1", knew, "the nurse on the ward"))
    (duty,) = duties_of(here.study, here.person("S-1"))
    assert duty.clock.due == knew + timedelta(hours=24) < first
    here.do(c.RecordAwareness("S-1", "AE-1", here.now, "the coordinator"))
    (again,) = duties_of(here.study, here.person("S-1"))
    assert again.clock.due == duty.clock.due
    here.do(sent("sponsor", at=here.now))
    (done,) = duties_of(here.study, here.person("S-1"))
    assert done.done_at
    assert not done.was_late


def test_suspected_and_unexpected_it_goes_to_the_agency() -> None:
    """Fifteen days; seven with eight more for the follow-up where it is fatal or life-threatening."""
    here = ill()
    here.do(sent("sponsor", at=here.now))
    here.wait(hours=1)
    here.do(c.AssessEvent("S-1", "AE-1", suspected=True, expected=False, reason="not in the brochure"))
    assert owed(here)[1:] == [("agency", "serious_15_days", False)]
    worse = replace(
        SEPSIS, start=here.person("S-1").events["AE-1"]["start"], seriousness=("life_threatening",)
    )
    here.do(c.UpdateAdverseEvent("S-1", "AE-1", worse, "moved to intensive care"))
    assert owed(here)[1:] == [
        ("sponsor", "site_follow_up_24_hours", False),
        ("agency", "fatal_7_days", False),
        ("agency", "follow_up_8_more_days", False),
    ]
    here.do(sent("agency", at=here.now))
    here.do(sent("agency", "follow_up", at=here.now))
    here.do(sent("sponsor", "follow_up", at=here.now))
    assert [done for *_, done in owed(here)] == [True, True, True, True]


def test_what_is_expected_or_not_suspected_is_not_sent_to_the_agency() -> None:
    """A newer assessment takes the place of the earlier one."""
    here = ill(related="not related")
    here.do(c.AssessEvent("S-1", "AE-1", suspected=True, expected=False, reason="seen before"))
    assert len(owed(here)) == 2
    here.do(c.AssessEvent("S-1", "AE-1", suspected=False, expected=False, reason="another cause was found"))
    assert len(owed(here)) == 1


def test_the_investigators_causality_is_not_downgraded() -> None:
    """TW-863: related, unknown and not stated all stand against a sponsor who suspects nothing."""
    for related in ("related", "unknown", None):
        here = ill(related=related)
        command = c.AssessEvent("S-1", "AE-1", suspected=False, expected=False, reason="we think not")
        assert refused(here, command, "sponsor") == "TW-863"


def test_an_event_that_was_never_serious_owes_nothing() -> None:
    """TW-860; one that was serious once keeps its file when it is reported as not serious."""
    here = ill(serious=False, seriousness=(), grade=1)
    assert owed(here) == []
    assert refused(here, sent("sponsor", at=here.now), "coordinator") == "TW-860"
    here = ill()
    mild = replace(SEPSIS, start=here.now.isoformat(), serious=False, seriousness=(), grade=2)
    here.do(c.UpdateAdverseEvent("S-1", "AE-1", mild, "it was a cold"))
    assert owed(here) == [("sponsor", "site_24_hours", False)]


def aware(hours: int, who: str = "the nurse", event: str = "AE-1") -> Any:
    """The site knew so many hours from now."""
    return lambda now: c.RecordAwareness("S-1", event, now + timedelta(hours=hours), who)


def report(to: str, kind: str = "initial", hours: int = 0) -> Any:
    """A report that was sent so many hours from now."""
    return lambda now: sent(to, kind, at=now + timedelta(hours=hours))


def assessed(reason: str) -> Any:
    return lambda _now: c.AssessEvent("S-1", "AE-1", suspected=True, expected=True, reason=reason)


@pytest.mark.parametrize(
    ("make", "role", "code"),
    [
        (aware(0, event="AE-9"), "nurse", "TW-485"),
        (aware(-900), "nurse", "TW-861"),
        (aware(900), "nurse", "TW-418"),
        (aware(0, who=" "), "nurse", "TW-415"),
        (report("agency"), "coordinator", "TW-862"),
        (report("press"), "coordinator", "TW-432"),
        (report("sponsor", "rumour"), "coordinator", "TW-432"),
        (report("sponsor", hours=-900), "coordinator", "TW-861"),
        (report("sponsor", hours=900), "coordinator", "TW-418"),
        (assessed(" "), "sponsor", "TW-416"),
        (assessed("x"), "coordinator", "TW-401"),
    ],
)
def test_what_cannot_be_is_refused(make: Any, role: str, code: str) -> None:
    """Unknown events, impossible times, other receivers and roles; nothing is recorded."""
    here = ill()
    before = len(here.entries)
    assert refused(here, make(here.now), role) == code
    assert len(here.entries) == before


def test_a_follow_up_comes_after_the_first_report() -> None:
    """TW-864: there is nothing to follow up."""
    here = ill()
    assert refused(here, sent("sponsor", "follow_up", at=here.now), "coordinator") == "TW-864"
