"""A tiny study with staff: each role is a person, and a desk gives commands as whoever it is told."""

from __future__ import annotations

from typing import Any

from conduct_making import Desk, Entry
from trialwright.conduct import Refusal
from trialwright.conduct import commands as c

# person -> role
STAFF = {
    "coco": "coordinator",
    "ines": "investigator",
    "nora": "nurse",
    "mona": "monitor",
    "dora": "data_manager",
    "dirk": "data_manager",
    "saga": "sponsor",
}


def with_staff(here: Desk) -> Desk:
    """Add everybody of STAFF at site A or, where the role is above sites, at all."""
    here.author_id = "console"
    for person, role in STAFF.items():
        site = "A" if role in {"coordinator", "investigator", "nurse", "monitor"} else None
        here.do(
            c.AddPerson(person, person.capitalize()),
            c.DelegateRole(person, role, site, "2026-01-01", None, "GCP"),
        )
    return here


def as_person(here: Desk, person: str, command: Any) -> list[Entry] | Refusal:
    """Give a command as one of STAFF."""
    here.author_id = person
    return here.attempt(command, STAFF[person])


def gives(here: Desk, person: str, command: Any) -> list[Entry]:
    """Give a command that must be permitted, and return its entries."""
    answer = as_person(here, person, command)
    assert not isinstance(answer, Refusal), f"{command}: {answer}"
    return answer


def is_refused(here: Desk, code: str, person: str, command: Any) -> str:
    """Give a command that must be refused with a code, and return the sentence."""
    answer = as_person(here, person, command)
    assert isinstance(answer, Refusal), f"{command} was permitted"
    assert answer.code == code, answer
    return answer.sentence
