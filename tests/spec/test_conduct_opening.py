"""Opening a study, its sites and its roles; the lock of the whole record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from conduct_making import NOON, Desk, desk, tiny
from trialwright.conduct import Refusal, decide
from trialwright.conduct import commands as c
from trialwright.conduct.decide import DECISIONS
from trialwright.conduct.permissions import BEYOND_THE_STUDY
from trialwright.conduct.roles import PERMISSIONS, ROLES


@pytest.mark.requirement("AC-1")
def test_every_command_has_a_row_of_roles_and_a_decision() -> None:
    """Who may give a command stands in one table, and no command is missing from it."""
    assert set(PERMISSIONS) == set(c.COMMANDS) == set(DECISIONS)
    assert {role for roles in PERMISSIONS.values() for role in roles} <= {*ROLES, "system"}


@pytest.mark.requirement("AC-1")
@pytest.mark.parametrize("role", ["monitor", "inspector", "administrator", "", "somebody"])
def test_a_role_that_is_not_named_may_give_no_command(role: str) -> None:
    """Monitors, inspectors, administrators and unknown roles change nothing in the record."""
    refusal = desk().refused("TW-401", c.RegisterSubject("A-001", "A"), role)
    assert "coordinator" in refusal.sentence


@pytest.mark.requirement("AC-4")
def test_the_administrator_enters_no_data() -> None:
    """The administrator gives access and notes it; no command over a person's data is open to them."""
    open_to = {command for command, roles in PERMISSIONS.items() if "administrator" in roles}
    assert open_to == BEYOND_THE_STUDY


@pytest.mark.requirement("AC-4")
def test_data_entry_is_not_lock_approval() -> None:
    """Whoever enters data may not lock a casebook."""
    entering = set(PERMISSIONS[c.EnterItems])
    assert not entering & {*PERMISSIONS[c.LockSubject], *PERMISSIONS[c.LockStudy]}


def test_nothing_happens_before_the_study_is_open() -> None:
    """Before the sponsor opens the study every other command is refused."""
    Desk().refused("TW-402", c.RegisterSubject("A-001", "A"))


def test_a_study_opens_once_with_its_title_and_sites() -> None:
    """The first entry names the study's title and the sites that may register people."""
    here = Desk()
    entry = here.do(c.OpenStudy(("A",)))
    assert entry.payload == {"title": "An invented infusion for tests", "sites": ["A"]}
    here.refused("TW-403", c.OpenStudy(("A",)))


@pytest.mark.parametrize("sites", [(), ("A", "A"), ("Z",)])
def test_a_study_opens_with_sites_of_the_protocol(sites: tuple[str, ...]) -> None:
    """No site, a site twice, or a site that the protocol does not name: refused."""
    Desk().refused("TW-405", c.OpenStudy(sites))


def test_a_further_site_opens_later() -> None:
    """A site registers people from its opening on, and opens once."""
    here = desk()
    assert "sponsor" in here.refused("TW-406", c.RegisterSubject("B-001", "B")).sentence
    here.do(c.OpenSite("B"), c.RegisterSubject("B-001", "B"))
    here.refused("TW-403", c.OpenSite("B"))
    here.refused("TW-405", c.OpenSite("Z"))


def test_an_unknown_command_is_refused() -> None:
    """Something that is no command of the study is refused, not run."""

    @dataclass(frozen=True)
    class Erase:
        def streams(self) -> tuple[str, ...]:
            return ("study",)

    desk().refused("TW-499", Erase())


@pytest.mark.requirement("LK-1")
def test_the_study_locks_once_every_casebook_is_locked() -> None:
    """Open casebooks are counted in the refusal; after the lock nothing is taken."""
    here = desk()
    here.do(c.RegisterSubject("A-001", "A"))
    assert "1 of 1" in here.refused("TW-496", c.LockStudy()).sentence
    here.do(c.RecordScreenFailure("A-001", cause="declined"), c.LockSubject("A-001"))
    assert here.do(c.LockStudy()).payload == {"subjects": 1}
    here.refused("TW-404", c.RegisterSubject("A-002", "A"))
    here.refused("TW-404", c.PauseStudy("too late"))


def test_an_unknown_time_zone_is_refused() -> None:
    """Dates are read in the author's zone, so a zone that does not exist is refused."""
    here = desk()
    here.do(c.RegisterSubject("A-001", "A"))
    consent = c.RecordConsent("A-001", "1.0", NOON.date())
    states = {name: here.states[name] for name in consent.streams()}
    for zone in ("Nowhere/Land", "../etc/passwd", ""):
        context = replace(here.context("investigator"), zone=zone)
        answer = decide(tiny(), states, consent, context)
        assert isinstance(answer, Refusal)
        assert answer.code == "TW-417"


@pytest.mark.requirement("TM-1")
def test_dates_are_those_of_the_author_s_wall() -> None:
    """At 23:30 UTC it is tomorrow in Paris, and tomorrow's date is not in the future there."""
    here = desk()
    here.now = NOON.replace(hour=23, minute=30)
    here.do(c.RegisterSubject("A-001", "A"))
    tomorrow = NOON.date() + timedelta(days=1)
    here.refused("TW-418", c.RecordConsent("A-001", "1.0", tomorrow + timedelta(days=1)))
    here.do(c.RecordConsent("A-001", "1.0", tomorrow))
