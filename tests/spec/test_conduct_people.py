"""People are named and delegated by the administrator; only delegated people give commands from then on."""

from __future__ import annotations

import pytest

from conduct_making import NOON, Desk, desk
from trialwright.conduct import Refusal
from trialwright.conduct import commands as c

TODAY = NOON.date()


@pytest.fixture
def staffed() -> Desk:
    """An open study with a subject at each site, a coordinator at site A and a data manager for all sites."""
    here = desk()
    here.do(c.OpenSite("B"), c.RegisterSubject("A-001", "A"), c.RegisterSubject("B-001", "B"))
    here.author_id = "console"
    delegated(here, "coco", "coordinator", "A")
    delegated(here, "dora", "data_manager", None)
    here.author_id = "coco"
    return here


def delegated(
    here: Desk, person: str, role: str, site: str | None, first: str = "2026-01-01", last: str | None = None
) -> None:
    """Add a person with one role."""
    here.do(
        c.AddPerson(person, person.capitalize()), c.DelegateRole(person, role, site, first, last, "GCP 2026")
    )


def entered(here: Desk) -> bool:
    """Whether a coordinator may record the consent of A-001."""
    return not isinstance(here.answer(consent("A-001"), "coordinator"), Refusal)


def consent(subject: str) -> c.RecordConsent:
    return c.RecordConsent(subject, "1.0", TODAY)


@pytest.mark.requirement("AC-1")
def test_a_delegated_person_gives_the_commands_of_the_role(staffed: Desk) -> None:
    """AC-1: permission is role, site and day together."""
    assert entered(staffed)
    staffed.refused("TW-401", c.LockSubject("A-001"), "coordinator")
    staffed.refused("TW-803", consent("A-001"), "investigator")


@pytest.mark.requirement("AC-1")
def test_somebody_unknown_gives_no_command(staffed: Desk) -> None:
    """AC-1: once there is staff, an id that nobody added is refused, whatever role it claims."""
    staffed.author_id = "stranger"
    staffed.refused("TW-801", consent("A-001"), "coordinator")
    staffed.refused("TW-801", c.AddPerson("friend", "Friend"), "administrator")


@pytest.mark.requirement("AC-3")
def test_an_expired_delegation_is_refused_at_once(staffed: Desk) -> None:
    """AC-3: the sentence says which delegation ended and when; the day itself still counts."""
    staffed.author_id = "console"
    last = staffed.now.date().isoformat()
    staffed.do(c.EndDelegation("coco", "coordinator", "A", last, "leaves the site"))
    staffed.author_id = "coco"
    assert entered(staffed)
    staffed.wait(hours=30)
    assert last in staffed.refused("TW-803", c.RecordConsent("A-001", "2.0", TODAY), "coordinator").sentence


@pytest.mark.requirement("AC-3")
def test_a_delegation_of_the_future_does_not_count_yet(staffed: Desk) -> None:
    """AC-3: the refusal names its first day."""
    staffed.author_id = "console"
    delegated(staffed, "late", "nurse", "A", first="2027-01-01")
    staffed.author_id = "late"
    refusal = staffed.refused("TW-803", c.RecordVisit("A-001", "LOOK", TODAY), "nurse")
    assert "from 2027-01-01 on" in refusal.sentence


@pytest.mark.requirement("AC-6")
def test_a_disabled_person_is_refused_and_stays_in_the_record(staffed: Desk) -> None:
    """AC-6: nobody is deleted; enabling gives back what is delegated."""
    staffed.author_id = "console"
    staffed.do(c.DisablePerson("coco", "lost the token"))
    staffed.refused("TW-809", c.DisablePerson("coco", "again"))
    staffed.author_id = "coco"
    staffed.refused("TW-802", consent("A-001"), "coordinator")
    staffed.author_id = "console"
    staffed.do(c.EnablePerson("coco", "found it"))
    staffed.refused("TW-809", c.EnablePerson("coco", "again"))
    staffed.author_id = "coco"
    assert entered(staffed)


@pytest.mark.requirement("AC-4")
@pytest.mark.parametrize(("one", "other"), [("administrator", "nurse"), ("coordinator", "data_manager")])
def test_roles_that_must_be_apart_are_not_held_by_one_person(staffed: Desk, one: str, other: str) -> None:
    """AC-4: who enters data neither administers access nor approves locks, in either order."""
    staffed.author_id = "console"
    delegated(staffed, "double", one, None)
    refusal = staffed.refused("TW-807", c.DelegateRole("double", other, "A", "2026-02-01", None, "GCP"))
    assert one in refusal.sentence
    staffed.do(c.EndDelegation("double", one, None, "2026-01-31", "changes her work"))
    assert staffed.do(c.DelegateRole("double", other, "A", "2026-02-01", None, "GCP"))


@pytest.mark.requirement("SG-5")
def test_an_id_is_one_persons_for_ever(staffed: Desk) -> None:
    """SG-5: an id that was given is never given again."""
    staffed.author_id = "console"
    staffed.refused("TW-804", c.AddPerson("coco", "Somebody else"))


@pytest.mark.requirement("SG-5")
@pytest.mark.parametrize("own", ["console", "Console", "system", "trialwright"])
def test_the_programs_own_names_are_nobodys_id(staffed: Desk, own: str) -> None:
    """SG-5: an entry made at the console or by the program is never taken for one of a person's."""
    staffed.author_id = "console"
    staffed.refused("TW-804", c.AddPerson(own, "A person"))


@pytest.mark.parametrize(
    ("code", "command"),
    [
        ("TW-801", c.DelegateRole("nobody", "nurse", "A", "2026-01-01", None, "GCP")),
        ("TW-432", c.DelegateRole("dora", "king", "A", "2026-01-01", None, "GCP")),
        ("TW-405", c.DelegateRole("dora", "monitor", "Z", "2026-01-01", None, "GCP")),
        ("TW-431", c.DelegateRole("dora", "monitor", "A", "2026-01", None, "GCP")),
        ("TW-805", c.DelegateRole("dora", "monitor", "A", "2026-02-01", "2026-01-01", "GCP")),
        ("TW-806", c.DelegateRole("dora", "data_manager", None, "2026-05-01", None, "GCP")),
        ("TW-415", c.DelegateRole("dora", "monitor", "A", "2026-01-01", None, " ")),
        ("TW-808", c.EndDelegation("dora", "monitor", "A", "2026-03-01", "why not")),
        ("TW-416", c.EndDelegation("dora", "data_manager", None, "2026-03-01", " ")),
        ("TW-416", c.DisablePerson("dora", "")),
        ("TW-415", c.AddPerson("a b", "Space")),
    ],
)
def test_what_cannot_be_delegated_is_refused(staffed: Desk, code: str, command: c.Command) -> None:
    """Each with its code; nothing is recorded."""
    staffed.author_id = "console"
    staffed.refused(code, command)


@pytest.mark.requirement("AC-4")
def test_the_console_repairs_access_and_does_nothing_else(staffed: Desk) -> None:
    """AC-4: whoever holds the study's folder names people, and enters no data."""
    staffed.author_id = "console"
    staffed.refused("TW-801", consent("A-001"), "coordinator")


@pytest.mark.requirement("AT-6")
def test_access_is_noted_before_the_study_opens_and_after_its_lock() -> None:
    """AT-6: log-in success and failure are entries at any time."""
    here = Desk(author_id="trialwright")
    entry = here.do(c.LogAccess("coco", "signed_in", {"with": "app"}))
    assert (entry.kind, entry.payload["detail"]) == ("AccessLogged", {"with": "app"})
    here.refused("TW-432", c.LogAccess("coco", "looked_away"), "system")


@pytest.mark.requirement("AT-5")
def test_people_note_their_own_access_only(staffed: Desk) -> None:
    """AT-5: an export or print is noted by who made it, never in somebody else's name."""
    assert staffed.attempt(c.LogAccess("coco", "print", {"what": "casebook"}), "coordinator")
    staffed.refused("TW-401", c.LogAccess("dora", "print"), "coordinator")
