"""Queries are asked by people and by soft checks, answered by the site, and closed by whoever may ask."""

from __future__ import annotations

from typing import Any

import pytest

from conduct_making import NOON, Desk, desk, v
from conduct_staff import gives, is_refused, with_staff
from trialwright.conduct import commands as c
from trialwright.conduct.queries import open_queries

LAB: dict[str, Any] = {"visit": "LOOK", "form": "laboratory", "row": "1"}


@pytest.fixture
def here() -> Desk:
    """A person at the screening visit, in a study with staff."""
    study = desk().consented("A-001")
    study.do(c.RecordVisit("A-001", "LOOK", NOON.date()))
    return with_staff(study)


def glucose(value: str, reason: str = "") -> c.EnterItems:
    reasons = {"glucose": reason} if reason else {}
    return c.EnterItems("A-001", items={"glucose": v(value)}, reasons=reasons, **LAB)


def correction(value: str) -> c.CorrectItem:
    return c.CorrectItem("A-001", item="glucose", new=v(value), reason="misread", **LAB)


@pytest.mark.requirement("SQ-4")
def test_a_value_outside_what_is_expected_opens_a_query(here: Desk) -> None:
    """SQ-4: the entry is kept, and an automatic query asks about it."""
    entered, query = gives(here, "coco", glucose("25"))
    assert (entered.kind, query.kind) == ("ItemsEntered", "QueryOpened")
    assert query.payload["automatic"]
    assert (query.payload["query"], query.payload["item"]) == ("Q-1", "glucose")
    assert "outside the expected" in query.payload["text"]


@pytest.mark.requirement("SQ-4")
def test_a_reason_overrides_a_soft_check(here: Desk) -> None:
    """SQ-4: the reason stands in the entry, and nobody is asked."""
    (entered,) = gives(here, "coco", glucose("25", "repeated and confirmed"))
    assert entered.payload["reasons"] == {"glucose": "repeated and confirmed"}
    assert not open_queries(here.person("A-001"))


@pytest.mark.requirement("SQ-4")
def test_a_reason_for_what_is_not_entered_is_refused(here: Desk) -> None:
    """SQ-4: a reason belongs to a value."""
    command = c.EnterItems("A-001", items={"glucose": v("5")}, reasons={"sampled_on": "late"}, **LAB)
    is_refused(here, "TW-831", "coco", command)


def test_a_correction_that_settles_the_finding_closes_its_query(here: Desk) -> None:
    """An automatic query ends with its cause; another odd value keeps it."""
    gives(here, "coco", glucose("25"))
    (still,) = gives(here, "coco", correction("26"))
    assert still.kind == "ItemCorrected"
    _, closed = gives(here, "coco", correction("5.2"))
    assert (closed.kind, closed.payload["automatic"]) == ("QueryClosed", True)
    _, again = gives(here, "coco", correction("30"))
    assert again.payload["query"] == "Q-2"


def test_a_query_goes_from_question_to_answer_to_end(here: Desk) -> None:
    """Monitor asks, site answers, monitor asks again, site answers, monitor closes."""
    gives(here, "coco", glucose("5.2"))
    (opened,) = gives(here, "mona", c.OpenQuery("A-001", item="glucose", text="Is the sheet signed?", **LAB))
    assert opened.payload["automatic"] is False
    gives(here, "coco", c.AnswerQuery("A-001", "Q-1", "It is now."))
    is_refused(here, "TW-835", "coco", c.AnswerQuery("A-001", "Q-1", "Twice."))
    gives(here, "mona", c.ReopenQuery("A-001", "Q-1", "By whom?"))
    is_refused(here, "TW-835", "mona", c.ReopenQuery("A-001", "Q-1", "By whom?"))
    gives(here, "coco", c.AnswerQuery("A-001", "Q-1", "By the physician."))
    gives(here, "mona", c.CloseQuery("A-001", "Q-1"))
    is_refused(here, "TW-835", "mona", c.CloseQuery("A-001", "Q-1"))
    kinds = ["QueryOpened", "QueryAnswered", "QueryReopened", "QueryAnswered", "QueryClosed"]
    assert here.kinds()[-5:] == kinds


def test_the_site_neither_asks_nor_closes(here: Desk) -> None:
    """Who answers does not judge the answer."""
    gives(here, "coco", glucose("25"))
    is_refused(here, "TW-401", "coco", c.CloseQuery("A-001", "Q-1"))
    is_refused(here, "TW-401", "coco", c.OpenQuery("A-001", item="glucose", text="Why?", **LAB))
    is_refused(here, "TW-401", "mona", c.AnswerQuery("A-001", "Q-1", "Because."))


def test_a_question_about_nothing_is_refused(here: Desk) -> None:
    """Unknown item, unknown query, blank question."""
    is_refused(here, "TW-413", "mona", c.OpenQuery("A-001", item="sugar", text="Why?", **LAB))
    is_refused(here, "TW-834", "mona", c.CloseQuery("A-001", "Q-9"))
    is_refused(here, "TW-415", "mona", c.OpenQuery("A-001", item="glucose", text=" ", **LAB))


@pytest.mark.requirement("SG-7")
def test_a_casebook_with_open_queries_is_neither_signed_nor_locked(here: Desk) -> None:
    """SG-7: the queries are named."""
    gives(here, "coco", glucose("25"))
    gives(here, "coco", c.RecordScreenFailure("A-001", (), "moved away"))
    assert "Q-1" in is_refused(here, "TW-833", "ines", c.SignCasebook("A-001", "0" * 64))
