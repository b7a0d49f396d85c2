"""The start page: what waits for each role today, and how the study stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from conduct_making import desk, v
from site_stages import SUBJECT, consented, done, enrolled, ready, screened, today
from trialwright.conduct import commands as c
from trialwright.conduct.consent_ledger import version_missing
from trialwright.conduct.states import ConsentVersion, StudyState
from trialwright.store import StudyStore
from trialwright.web.milestones import EventBrief, Milestones, milestones
from trialwright.web.today.balances import event_counts
from trialwright.web.today.tasks import Standing, work_of
from web_signing_in import sign_in, text_of

DAY = date(2026, 3, 20)


def standing(*subjects: Milestones, today: date = DAY, state: StudyState | None = None) -> Standing:
    """A standing of the tiny study."""
    return Standing(desk().study, state, subjects, today)


def names(role: str, where: Standing) -> dict[str, list[str]]:
    """The tasks of a role: sort of work -> whom each is about."""
    return {work.name: [task.about for task in work.tasks] for work in work_of(role, where)}


def person(**named: Any) -> Milestones:
    return replace(Milestones("S-1", "A", registered="2026-03-01"), **named)


TREATED = {
    "consented": "2026-03-01",
    "eligible": "2026-03-02",
    "enrolled": "2026-03-02",
    "treated": "2026-03-03",
    "treated_at": "2026-03-03T10:00:00+00:00",
}


@pytest.mark.usefixtures("site")
def test_a_visit_is_due_until_its_window_ends_and_overdue_after() -> None:
    """A visit is to be held from the first day of its window on; after the last day it is overdue."""
    visit = desk().study.visit("WEEK1")
    assert visit is not None
    assert visit.window is not None
    start = date(2026, 3, 3)
    first = start + timedelta(days=visit.window.first)
    last = start + timedelta(days=visit.window.last)
    one = person(**TREATED)
    before = work_of("coordinator", standing(one, today=first - timedelta(days=1)))
    assert visit.name not in [task.what for work in before for task in work.tasks]
    on = work_of("coordinator", standing(one, today=last))
    task = next(task for work in on for task in work.tasks if task.what == visit.name)
    assert (task.due, task.overdue) == (last.isoformat(), False)
    after = work_of("coordinator", standing(one, today=last + timedelta(days=1)))
    assert next(task for work in after for task in work.tasks if task.what == visit.name).overdue
    held = person(**TREATED, visits={f"{visit.id}|1": last.isoformat()})
    later = work_of("coordinator", standing(held, today=last + timedelta(days=1)))
    assert visit.name not in [task.what for work in later for task in work.tasks]


@pytest.mark.usefixtures("site")
def test_nothing_is_expected_of_somebody_whose_part_is_over() -> None:
    """After withdrawal no visit is due; the casebook waits for investigator, then data manager."""
    gone = person(**TREATED, withdrawn="2026-03-10")
    assert names("coordinator", standing(gone)) == {}
    assert names("investigator", standing(gone)) == {"Casebooks to sign": ["S-1"]}
    signed = replace(gone, signed="2026-03-11")
    assert names("investigator", standing(signed)) == {}
    assert names("data_manager", standing(signed)) == {"Casebooks to lock": ["S-1"]}
    assert names("data_manager", standing(replace(signed, locked="2026-03-12"))) == {}
    asked = replace(signed, locked="2026-03-12", unlock_asked="2026-03-13")
    assert names("sponsor", standing(asked)) == {"Locks to open": ["S-1"]}


@pytest.mark.usefixtures("site")
def test_queries_wait_for_the_site_and_then_for_the_monitor() -> None:
    """An open query is the site's, an answered one the monitor's, a closed one nobody's."""
    asked = person(queries={"Q-1": "open", "Q-2": "answered", "Q-3": "closed"}, failed=("I1",))
    at_site = work_of("coordinator", standing(asked))
    assert [task.what for work in at_site if work.name == "Queries to answer" for task in work.tasks] == [
        "Q-1"
    ]
    at_monitor = work_of("monitor", standing(asked))
    assert [task.what for work in at_monitor for task in work.tasks] == ["Q-2"]


@pytest.mark.usefixtures("site")
def test_consent_is_signed_again_where_a_newer_version_asks_for_it() -> None:
    """Whoever signed the first version is asked to sign the second; whoever signed it is not."""
    versions = (
        ConsentVersion("1.0", "A", "2026-01-01", False, "first"),
        ConsentVersion("2.0", "A", "2026-03-01", True, "second"),
    )
    state = StudyState("", ("A",), consent_versions=versions)
    old = person(**TREATED, versions={"1.0": "2026-03-01"})
    assert "Consent to be signed again" in names("coordinator", standing(old, state=state))
    new = replace(old, versions={"1.0": "2026-03-01", "2.0": "2026-03-09"})
    assert "Consent to be signed again" not in names("coordinator", standing(new, state=state))
    assert version_missing(state, "B", {"1.0"}) is None


def test_a_serious_event_comes_first_in_the_counts() -> None:
    """Events are counted by subject: serious ones first, an ungraded event is no grade."""
    mild = EventBrief("AE-1", "rash", 1, False, "recovered")
    grave = EventBrief("AE-1", "fall", None, True, "recovering")
    counts = event_counts(
        [person(subject="S-1", events={"AE-1": mild}), person(subject="S-2", events={"AE-1": grave})]
    )
    assert [(each.subject, each.events, each.serious, each.worst, each.ongoing) for each in counts] == [
        ("S-2", 1, 1, None, 1),
        ("S-1", 1, 0, 1, 0),
    ]


def test_the_start_page_leads_each_role_to_its_work(site: StudyStore) -> None:
    """A screened person waits for the investigator's signature, an enrolled one for the nurse."""
    screened(site)
    assert "Eligibility to sign" in text_of(sign_in("ines").get("/"))
    assert "In screening" in text_of(sign_in("coco").get("/"))
    assert "Nothing waits for you today" in text_of(sign_in("mona").get("/"))


def test_a_nurse_sees_whom_to_treat(site: StudyStore) -> None:
    """Enrolled and not treated: one task that leads to the chair."""
    enrolled(site)
    page = sign_in("nora").get("/").content.decode()
    assert "To be treated" in page
    assert f"/subjects/{SUBJECT}/infusion/" in page


def test_forms_with_open_items_are_listed(site: StudyStore) -> None:
    """A form of a recent visit that was begun and not finished is to be completed."""
    begun = c.EnterItems(SUBJECT, "LOOK", "laboratory", "1", {"glucose": v("7.8")}, partial=True)
    visit = c.RecordVisit(SUBJECT, "LOOK", today())
    done(consented(site), ("coco", "coordinator", visit), ("coco", "coordinator", begun))
    page = sign_in("coco").get("/").content.decode()
    assert "Forms to complete" in page
    assert f"/subjects/{SUBJECT}/LOOK/1/person/1/" in page


@pytest.mark.requirement("AC-2")
def test_another_sites_work_is_not_shown(site: StudyStore) -> None:
    """AC-2: the coordinator of site B sees nothing of site A's subjects."""
    ready(site)
    said = text_of(sign_in("bao").get("/"))
    assert SUBJECT not in said
    assert "B-001" in said


def test_milestones_follow_the_record(site: StudyStore) -> None:
    """What the pages know of everybody is brought up to date by the newest entries alone."""
    before = next(each for each in milestones(site) if each.subject == SUBJECT)
    assert (before.consented, before.versions, before.visits) == ("", {}, {})
    screened(site)
    after = next(each for each in milestones(site) if each.subject == SUBJECT)
    assert list(after.versions) == ["1.0"]
    assert list(after.visits) == ["LOOK|1"]
