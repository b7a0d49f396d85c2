"""Source verification by item, taken back by a later change."""

from __future__ import annotations

from typing import Any

import pytest

from conduct_making import Desk, desk, v
from conduct_staff import gives, is_refused, with_staff
from trialwright.conduct import commands as c
from trialwright.conduct.states import row_key
from trialwright.conduct.verification import is_verified, verification_rank
from trialwright.protocol.study import Study

LAB: dict[str, Any] = {"visit": "LOOK", "form": "laboratory", "row": "1"}
KEY = row_key("LOOK", 1, "laboratory", "1")


@pytest.fixture
def here() -> Desk:
    """A screened person, in a study with staff."""
    return with_staff(desk().screened("A-001"))


def verify(*items: str, **seen: int) -> c.VerifySource:
    return c.VerifySource("A-001", items=items, seen=seen, **LAB)


def test_the_monitor_verifies_answers_against_their_source(here: Desk) -> None:
    """The entry names each item and the answer that was compared."""
    (entry,) = gives(here, "mona", verify("glucose"))
    assert entry.kind == "SourceVerified"
    assert is_verified(here.person("A-001"), KEY, "glucose")
    is_refused(here, "TW-839", "mona", verify("glucose"))
    is_refused(here, "TW-401", "coco", verify("glucose"))


def test_a_later_change_takes_the_verification_back(here: Desk) -> None:
    """What was compared no longer stands."""
    gives(here, "mona", verify("glucose"))
    gives(here, "coco", c.CorrectItem("A-001", item="glucose", new=v("5.9"), reason="misread", **LAB))
    assert not is_verified(here.person("A-001"), KEY, "glucose")
    assert gives(here, "mona", verify("glucose"))


@pytest.mark.requirement("SQ-3")
def test_an_answer_is_verified_as_it_was_seen_or_not_at_all(here: Desk) -> None:
    """SQ-3: TW-836 says what stands now and by which entry; it is verified once that was seen."""
    before = here.person("A-001").rows[KEY]["glucose"].changed
    gives(here, "coco", c.CorrectItem("A-001", item="glucose", new=v("5.9"), reason="misread", **LAB))
    now = here.person("A-001").rows[KEY]["glucose"].changed
    sentence = is_refused(here, "TW-836", "mona", verify("glucose", glucose=before))
    assert f"'5.9 mmol/L' by entry {now}" in sentence
    assert not is_verified(here.person("A-001"), KEY, "glucose")
    assert gives(here, "mona", verify("glucose", glucose=now))


def test_nothing_is_verified_that_is_not_there(here: Desk) -> None:
    """An item without an answer, and no item at all."""
    is_refused(here, "TW-838", "mona", verify("next_sample"))
    is_refused(here, "TW-838", "mona", verify())


def test_what_decides_and_what_is_analysed_is_verified_first(default_study: Study) -> None:
    """Items of criteria and endpoints rank above those that safety watches, and these above the rest."""
    ranks = {
        name: verification_rank(default_study, default_study.items[name])
        for name in ("alt", "insulin_fasting", "pulse", "call_note")
    }
    assert ranks == {"alt": 2, "insulin_fasting": 2, "pulse": 1, "call_note": 0}
