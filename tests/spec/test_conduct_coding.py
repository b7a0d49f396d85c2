"""The coding of an event: of the words that stand, by one dictionary, agreed to by another person."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conduct_making import Desk, desk
from dictionary_making import files
from trialwright.clinical.dictionary_reading import read_dictionary
from trialwright.conduct import commands as c
from trialwright.conduct.coding import coding_standing, standing_coding

KNOWN = read_dictionary(files(), "Tiny")
HEAD, SICK = KNOWN.coding("2"), KNOWN.coding("3")
assert HEAD
assert SICK
ADOPT = c.AdoptDictionary("Tiny", "1.0", KNOWN.sha256, 5, "licensed")
ACHE = c.EventReport("pain in the head", grade=1, related="related")
CODE = c.CodeTerm("A-001", "AE-1", "pain in the head", "Tiny", "1.0", HEAD, "exact")


@pytest.fixture
def here() -> Desk:
    """One event that is not coded, and a dictionary in use."""
    found = desk().consented("A-001")
    found.do(c.ReportAdverseEvent("A-001", ACHE), ADOPT)
    return found


def standing(here: Desk) -> str:
    return coding_standing(here.person("A-001"), "AE-1", here.record.dictionary)


def test_a_coding_carries_every_level(here: Desk) -> None:
    """The entry has words, dictionary, version, and names and codes of the primary path."""
    assert standing(here) == "none"
    entry = here.do(CODE)
    told = {
        name: entry.payload[name]
        for name in ("term", "dictionary", "version", "how", "llt", "pt", "soc_code")
    }
    assert told == {
        "term": "pain in the head",
        "dictionary": "Tiny",
        "version": "1.0",
        "how": "exact",
        "llt": "Pain in the head",
        "pt": "Head ache",
        "soc_code": "30",
    }
    assert standing(here) == "automatic"


def test_nothing_is_coded_without_a_dictionary_or_by_another() -> None:
    """TW-880 without one, TW-881 for a term of another version than the one in use."""
    here = desk().consented("A-001")
    here.do(c.ReportAdverseEvent("A-001", ACHE))
    here.refused("TW-880", CODE)
    here.refused("TW-880", replace(ADOPT, sha256="short"))
    here.do(ADOPT)
    here.refused("TW-884", ADOPT)
    assert "Tiny 1.0 is in use" in here.refused("TW-881", replace(CODE, version="2.0")).sentence


def test_new_words_make_a_coding_stale(here: Desk) -> None:
    """Never silently kept: the event is told in its own words until it is coded anew."""
    here.do(CODE)
    changed = replace(ACHE, term="felt sick")
    here.do(c.UpdateAdverseEvent("A-001", "AE-1", changed, "said more"))
    assert standing(here) == "stale"
    assert standing_coding(here.person("A-001"), "AE-1") is None
    assert "says 'felt sick' by now" in here.refused("TW-882", replace(CODE, coding=SICK)).sentence
    here.do(replace(CODE, term="felt sick", coding=SICK))
    assert standing(here) == "automatic"


def test_another_person_agrees(here: Desk) -> None:
    """TW-885 for the one who coded, TW-882 for a coding that was not seen, TW-884 for a second time."""
    seen = here.do(CODE).seq
    here.refused("TW-885", c.ReviewCoding("A-001", "AE-1", seen), role="data_manager")
    here.refused("TW-882", c.ReviewCoding("A-001", "AE-1", seen + 1), role="sponsor")
    here.author_id = "u-2"
    assert isinstance(here.attempt(c.ReviewCoding("A-001", "AE-1", seen), "sponsor"), list)
    assert standing(here) == "reviewed"
    here.refused("TW-884", c.ReviewCoding("A-001", "AE-1", seen), role="investigator")


def test_stale_words_are_not_agreed_to(here: Desk) -> None:
    """TW-882: there is nothing to agree to until the new words are coded."""
    seen = here.do(CODE).seq
    here.do(c.UpdateAdverseEvent("A-001", "AE-1", replace(ACHE, term="felt sick"), "said more"))
    here.refused("TW-882", c.ReviewCoding("A-001", "AE-1", seen), role="sponsor")


def test_another_term_needs_a_reason(here: Desk) -> None:
    """TW-884 for the same, TW-416 without a reason; a new coding waits to be agreed to anew."""
    seen = here.do(CODE).seq
    here.author_id = "u-2"
    here.attempt(c.ReviewCoding("A-001", "AE-1", seen), "sponsor")
    assert standing(here) == "reviewed"
    here.refused("TW-884", CODE)
    other = replace(CODE, coding=SICK, how="chosen")
    here.refused("TW-416", other)
    assert here.do(replace(other, reason="it was sickness")).reason == "it was sickness"
    assert standing(here) == "coded"


def test_a_coding_is_taken_back_with_a_reason(here: Desk) -> None:
    """TW-883 where there is none."""
    here.refused("TW-883", c.RemoveCoding("A-001", "AE-1", "wrong"))
    here.do(CODE)
    here.refused("TW-416", c.RemoveCoding("A-001", "AE-1", ""))
    here.do(c.RemoveCoding("A-001", "AE-1", "wrong"))
    assert standing(here) == "none"


def test_a_new_version_leaves_codings_to_be_looked_at(here: Desk) -> None:
    """They are of another version, still told, and taken over one by one."""
    here.do(CODE)
    here.do(c.AdoptDictionary("Tiny", "2.0", "f" * 64, 5, "the yearly version"))
    assert standing(here) == "older"
    assert standing_coding(here.person("A-001"), "AE-1") is not None
    here.do(replace(CODE, version="2.0", how="version", reason="taken over"))
    assert standing(here) == "coded"


@pytest.mark.requirement("AC-1")
def test_who_codes_and_who_agrees() -> None:
    """AC-1: coordinators do not code, monitors do not agree."""
    here = desk().consented("A-001")
    here.do(c.ReportAdverseEvent("A-001", ACHE), ADOPT)
    here.refused("TW-401", CODE, role="coordinator")
    here.refused("TW-401", ADOPT, role="coordinator")
    seen = here.do(CODE).seq
    here.refused("TW-401", c.ReviewCoding("A-001", "AE-1", seen), role="monitor")
