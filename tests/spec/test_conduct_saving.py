"""Forms are saved as people go, never over what somebody else wrote."""

from __future__ import annotations

from typing import Any

import pytest

from conduct_making import MAN, NOON, Desk, desk, v
from conduct_staff import gives, is_refused, with_staff
from trialwright.conduct import commands as c
from trialwright.conduct.completeness import incomplete_rows
from trialwright.conduct.signing import casebook_content

PERSON: dict[str, Any] = {"visit": "LOOK", "form": "person", "row": "1"}


@pytest.fixture
def here() -> Desk:
    """A person at the screening visit, in a study with staff."""
    study = desk().consented("A-001")
    study.do(c.RecordVisit("A-001", "LOOK", NOON.date()))
    return with_staff(study)


def test_one_item_is_saved_before_the_others(here: Desk) -> None:
    """`partial` saves what there is; without it required items are asked for (SQ-4)."""
    is_refused(here, "TW-437", "coco", c.EnterItems("A-001", items={"age": v("40")}, **PERSON))
    gives(here, "coco", c.EnterItems("A-001", items={"age": v("40")}, partial=True, **PERSON))
    gives(here, "coco", c.EnterItems("A-001", items={"gender": v("male")}, partial=True, **PERSON))


def test_open_items_are_known_by_visit_form_and_row(here: Desk) -> None:
    """What skip logic does not ask is not open."""
    gives(here, "coco", c.EnterItems("A-001", items={"age": v("40")}, partial=True, **PERSON))
    rows = {
        (form, row): items for _, _, form, row, items in incomplete_rows(here.study, here.person("A-001"))
    }
    assert rows["person", "1"] == ("gender", "expecting")
    gives(here, "coco", c.EnterItems("A-001", items={"gender": v("male")}, partial=True, **PERSON))
    rows = {
        (form, row): items for _, _, form, row, items in incomplete_rows(here.study, here.person("A-001"))
    }
    assert ("person", "1") not in rows


@pytest.mark.requirement("SG-7")
def test_a_casebook_with_open_items_is_not_signed() -> None:
    """SG-7: the form, the row and the items are named; a screening failure was not asked everything."""
    here = with_staff(desk().stock("B1").treated("A-001", "B1"))
    gives(here, "coco", c.WithdrawSubject("A-001", here.now.date(), "other", "visits"))
    content = casebook_content(here.study, here.person("A-001"))
    sentence = is_refused(here, "TW-832", "ines", c.SignCasebook("A-001", content))
    assert "is not complete" in sentence
    failed = with_staff(desk().screened("A-002", MAN))
    gives(failed, "coco", c.RecordScreenFailure("A-002", (), "moved away"))
    content = casebook_content(failed.study, failed.person("A-002"))
    assert gives(failed, "ines", c.SignCasebook("A-002", content))


@pytest.mark.requirement("SQ-3")
def test_a_stale_page_does_not_overwrite(here: Desk) -> None:
    """SQ-3: what stands, the entry that says so, and what the person wrote are in the sentence."""
    (entered,) = gives(here, "coco", c.EnterItems("A-001", items={"age": v("40")}, partial=True, **PERSON))
    mine = {"item": "age", "reason": "misread", **PERSON}
    (theirs,) = gives(here, "coco", c.CorrectItem("A-001", new=v("41"), seen=entered.seq, **mine))
    stale = c.CorrectItem("A-001", new=v("42"), seen=entered.seq, **mine)
    sentence = is_refused(here, "TW-830", "coco", stale)
    for part in ("'41'", str(theirs.seq), "'42'"):
        assert part in sentence
    assert gives(here, "coco", c.CorrectItem("A-001", new=v("42"), seen=theirs.seq, **mine))
