"""Adverse events that are nullified, merged or reopened, and values that belong to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conduct_making import Desk, changed, desk, tiny
from trialwright.conduct import State, evolve
from trialwright.conduct import commands as c
from trialwright.conduct.safety_duties import duties_of
from trialwright.conduct.states import SubjectState

HEADACHE = c.EventReport("Headache", grade=1, serious=False, related="not related", outcome="unknown")
SEPSIS = c.EventReport(
    "Sepsis", grade=4, serious=True, seriousness=("hospitalisation",), related="related", outcome="unknown"
)


def treated() -> Desk:
    """A treated person without events."""
    return desk().stock("B1").treated("A-001", "B1")


def reported(here: Desk, *reports: c.EventReport) -> Desk:
    """Events of the person, in order."""
    for each in reports:
        here.do(c.ReportAdverseEvent("A-001", replace(each, start=here.now.isoformat())))
    return here


def nullify(event: str = "AE-1", why: str = "of somebody else") -> c.NullifyAdverseEvent:
    return c.NullifyAdverseEvent("A-001", event, why)


def merge(event: str = "AE-2", into: str = "AE-1", why: str = "seen twice") -> c.MergeAdverseEvents:
    return c.MergeAdverseEvents("A-001", event, into, why)


def reopen(event: str = "AE-1", why: str = "it was theirs") -> c.ReopenAdverseEvent:
    return c.ReopenAdverseEvent("A-001", event, why)


def sent(here: Desk, to: str, kind: str = "initial", event: str = "AE-1") -> c.RecordSubmission:
    return c.RecordSubmission("A-001", event, to, kind, here.now, "R-1")


def owed(here: Desk) -> list[tuple[str, str, str, bool]]:
    """(event, to whom, the rule, done) of every duty, by due time."""
    return [
        (each.event, each.to, each.clock.rule, bool(each.done_at))
        for each in duties_of(here.study, here.person("A-001"))
    ]


@pytest.mark.requirement("AT-1", "AT-3")
def test_a_nullified_event_stays_readable_and_stands_nowhere() -> None:
    """With who, when and why in the entry; its number is not given again, and nothing more is said of it."""
    here = reported(treated(), HEADACHE)
    entry = here.do(nullify())
    assert (entry.kind, entry.reason) == ("AdverseEventNullified", "of somebody else")
    person = here.person("A-001")
    assert person.events == {}
    assert person.set_aside["AE-1"].report["term"] == "Headache"
    assert person.set_aside["AE-1"].how == "nullified"
    assert here.do(c.ReportAdverseEvent("A-001", HEADACHE)).payload["event"] == "AE-2"
    here.refused("TW-865", c.UpdateAdverseEvent("A-001", "AE-1", replace(HEADACHE, grade=2), "later"))
    here.refused("TW-865", nullify())
    here.refused("TW-485", nullify("AE-9"))
    here.refused("TW-416", nullify("AE-2", " "))


@pytest.mark.requirement("AC-1")
def test_only_the_investigator_says_whether_an_event_stands() -> None:
    """A medical judgement is not the coordinator's or the sponsor's."""
    here = reported(treated(), HEADACHE, HEADACHE)
    for command in (nullify(), merge(), reopen()):
        for role in ("coordinator", "nurse", "sponsor", "data_manager"):
            here.refused("TW-401", command, role)


def test_a_reopened_event_stands_as_it_stood() -> None:
    """In its place among the others; what stands cannot be reopened."""
    here = reported(treated(), HEADACHE, SEPSIS)
    before = here.person("A-001").events
    here.refused("TW-868", reopen())
    here.do(nullify(), reopen())
    assert here.person("A-001").events == before
    assert list(here.person("A-001").events) == ["AE-1", "AE-2"]
    assert here.person("A-001").set_aside == {}
    here.refused("TW-485", reopen("AE-9"))


def test_a_merged_event_points_to_the_one_that_stays() -> None:
    """Two reports of one event count once; not into itself, nor into one that does not stand."""
    here = reported(treated(), HEADACHE, HEADACHE)
    here.refused("TW-866", merge("AE-1", "AE-1"))
    here.refused("TW-485", merge("AE-1", "AE-9"))
    here.refused("TW-416", merge(why=" "))
    assert here.do(merge()).payload == {"subject": "A-001", "event": "AE-2", "into": "AE-1", "counts": []}
    assert list(here.person("A-001").events) == ["AE-1"]
    assert here.person("A-001").set_aside["AE-2"].into == "AE-1"
    assert "merged into AE-1" in here.refused("TW-865", merge("AE-1", "AE-2")).sentence


@pytest.mark.parametrize(
    ("worse", "lost"),
    [
        ({"grade": 3}, "grade 3"),
        ({"serious": True, "seriousness": ("disability",)}, "disability"),
        ({"related": "related"}, "related: related"),
        ({"related": None}, "related: not stated, counts as related"),
        ({"special_interest": "clot"}, "special interest clot"),
        ({"leads_to_withdrawal": True}, "leads to withdrawal"),
    ],
)
def test_a_merge_never_makes_an_event_milder(worse: dict[str, Any], lost: str) -> None:
    """What makes one report worse must be said by the one that stays."""
    here = reported(treated(), HEADACHE, replace(HEADACHE, **worse))
    assert lost in here.refused("TW-867", merge()).sentence
    assert here.do(merge("AE-1", "AE-2")).kind == "AdverseEventMerged"


def test_a_merge_keeps_an_event_treatment_emergent() -> None:
    """Merged into a report that began before treatment, it would leave the tables."""
    here = treated()
    early = replace(HEADACHE, start=(here.now - timedelta(days=1)).isoformat())
    here.do(c.ReportAdverseEvent("A-001", early))
    reported(here, HEADACHE)
    assert "treatment-emergent" in here.refused("TW-867", merge()).sentence


def test_counts_of_safety_rules_follow() -> None:
    """A nullified event is out of every count, a reopened one counts again, a merged one counts once."""
    here = reported(treated(), SEPSIS, SEPSIS)
    counted = here.record.counts
    assert counted
    here.do(merge())
    assert here.record.counts == counted
    here.do(nullify())
    assert here.record.counts == {}
    here.do(reopen())
    assert here.record.counts == counted
    here.do(reopen("AE-2"))
    assert here.record.counts == counted


def test_a_pause_stays_until_it_is_lifted_and_a_reopened_event_brings_it_again() -> None:
    """Nobody is treated because an event was nullified; the board or the sponsor lifts the pause."""
    rule = tiny().safety.pauses[0].model_copy(update={"subjects": 1, "event": "ae_serious"})
    here = desk(changed(tiny(), safety={"pauses": (rule,), "boundaries": ()})).stock("B1")
    here.treated("A-001", "B1")
    reported(here, SEPSIS)
    assert rule.id in here.record.pauses
    here.do(nullify())
    assert rule.id in here.record.pauses
    here.do(c.ResumeStudy(rule.id, "it was nobody of the study"))
    assert here.do(reopen()).kind == "AdverseEventReopened"
    assert here.kinds()[-1] == "StudyPaused"
    assert rule.id in here.record.pauses


def test_what_was_reported_of_a_nullified_event_is_taken_back() -> None:
    """From everybody who got it: within a day from the sponsor, by day 15 from the agency; nothing else."""
    here = reported(treated(), SEPSIS)
    here.do(c.AssessEvent("A-001", "AE-1", suspected=True, expected=False, reason="unknown so far"))
    here.do(sent(here, "sponsor"), sent(here, "agency"))
    here.refused("TW-868", sent(here, "sponsor", "nullification"), "investigator")
    here.wait(days=3)
    here.do(nullify())
    standing = [("AE-1", "sponsor", "site_24_hours", True), ("AE-1", "agency", "serious_15_days", True)]
    taken_back = [
        ("AE-1", "sponsor", "site_nullification_24_hours", False),
        ("AE-1", "agency", "nullification_15_days", False),
    ]
    assert owed(here) == [standing[0], taken_back[0], standing[1], taken_back[1]]
    here.refused("TW-865", sent(here, "agency", "follow_up"))
    here.do(sent(here, "sponsor", "nullification"), sent(here, "agency", "nullification"))
    assert all(done for *_, done in owed(here))


def test_nothing_is_owed_for_a_nullified_event_that_nobody_heard_of() -> None:
    """The clock is silent, not stopped: reopened, the event is due when it was due before."""
    here = reported(treated(), SEPSIS)
    before = duties_of(here.study, here.person("A-001"))
    here.wait(hours=5)
    here.do(nullify())
    assert owed(here) == []
    here.wait(hours=30)
    here.do(reopen())
    again = duties_of(here.study, here.person("A-001"))
    assert [duty.clock for duty in again] == [duty.clock for duty in before]
    assert again[0].left(here.now) < timedelta(0)


def test_what_was_taken_back_is_reported_anew() -> None:
    """After a nullification was sent and the event reopened, the first report is owed at its old due time."""
    here = reported(treated(), replace(SEPSIS, related="not related"))
    (first,) = duties_of(here.study, here.person("A-001"))
    here.do(sent(here, "sponsor"), nullify(), sent(here, "sponsor", "nullification"), reopen())
    (again,) = duties_of(here.study, here.person("A-001"))
    assert again.clock == first.clock
    assert again.done_at == ""
    here.refused("TW-864", sent(here, "sponsor", "follow_up"))
    here.do(sent(here, "sponsor"))
    assert owed(here) == [("AE-1", "sponsor", "site_24_hours", True)]


def test_the_event_that_stays_was_known_since_the_earlier_of_both() -> None:
    """A merge gives nobody more time, and what was reported of the other one is taken back."""
    here = reported(treated(), replace(SEPSIS, related="not related"))
    early = duties_of(here.study, here.person("A-001"))[0].clock
    here.wait(hours=9)
    reported(here, replace(SEPSIS, related="not related"))
    here.do(merge("AE-1", "AE-2"))
    (duty,) = duties_of(here.study, here.person("A-001"))
    assert (duty.event, duty.clock) == ("AE-2", early)


def test_the_report_that_others_got_is_the_one_that_stays() -> None:
    """Otherwise they would know the case only under a number that no longer stands."""
    here = reported(treated(), SEPSIS, SEPSIS)
    here.do(sent(here, "sponsor", event="AE-2"))
    assert "reported to the sponsor" in here.refused("TW-867", merge()).sentence
    here.do(merge("AE-1", "AE-2"))


def link(item: str = "glucose", event: str = "AE-1") -> c.LinkAdverseEvent:
    return c.LinkAdverseEvent("A-001", event, "DAY0", "laboratory", "1", item)


def unlink(why: str, item: str = "glucose") -> c.UnlinkAdverseEvent:
    return c.UnlinkAdverseEvent("A-001", "AE-1", "DAY0", "laboratory", "1", item, why)


def test_a_recorded_value_belongs_to_an_event() -> None:
    """Form, visit, occurrence, row and item name it; a merge takes the values along."""
    here = reported(treated(), HEADACHE, HEADACHE)
    here.refused("TW-869", link("weight"))
    here.do(link())
    here.refused("TW-439", link())
    assert here.person("A-001").links == {"AE-1": ("DAY0|1|laboratory|1|glucose",)}
    here.do(merge("AE-1", "AE-2"))
    assert here.person("A-001").links["AE-2"] == ("DAY0|1|laboratory|1|glucose",)
    here.refused("TW-865", link())


def test_a_link_is_taken_away_with_a_reason() -> None:
    """What is not linked cannot be taken away."""
    here = reported(treated(), HEADACHE)
    here.refused("TW-869", unlink("no"))
    here.do(link())
    here.refused("TW-416", unlink(" "))
    here.do(unlink("of another day"))
    assert here.person("A-001").links == {}


def test_what_is_owed_is_owed_whatever_became_of_the_person() -> None:
    """Completion, withdrawal and a locked casebook keep nobody from reporting a serious event."""
    here = reported(treated(), SEPSIS)
    here.do(c.WithdrawSubject("A-001", here.now.date(), "other", "all"))
    here.do(c.RecordAwareness("A-001", "AE-1", here.now, "the ward"), sent(here, "sponsor"), nullify())
    here.do(sent(here, "sponsor", "nullification"))


def test_what_was_reported_of_a_merged_event_is_taken_back() -> None:
    """Everybody knows both; one of them goes."""
    here = reported(treated(), SEPSIS, SEPSIS)
    here.do(sent(here, "sponsor"), sent(here, "sponsor", event="AE-2"))
    here.do(merge())
    (taken_back,) = [each for each in owed(here) if "nullification" in each[2]]
    assert taken_back == ("AE-2", "sponsor", "site_nullification_24_hours", False)
    here.do(sent(here, "sponsor", "nullification", "AE-2"))
    assert not [each for each in owed(here) if each[0] == "AE-2" and not each[3]]


def test_entries_about_a_report_whose_content_was_removed_change_nothing() -> None:
    """What rests on it is passed over; the person's other events stand."""
    here = reported(treated(), SEPSIS, HEADACHE)
    here.do(c.RecordAwareness("A-001", "AE-1", here.now, "the ward"), sent(here, "sponsor"))
    here.do(c.AssessEvent("A-001", "AE-1", suspected=True, expected=False, reason="not listed"))
    here.do(link(), nullify(), reopen(), merge("AE-2", "AE-1"))
    state: State | None = None
    for entry in here.entries:
        removed = entry.kind == "AdverseEventReported" and entry.payload["event"] == "AE-1"
        if "subject:A-001" in entry.streams and not removed:
            state = evolve("subject:A-001", state, entry.kind, entry.payload, entry.seq, entry.at)
    assert isinstance(state, SubjectState)
    assert (list(state.events), list(state.set_aside), state.safety) == ([], ["AE-2"], {})
    assert duties_of(here.study, state) == ()
