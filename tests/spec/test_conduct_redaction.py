"""Personal data typed into an answer leaves the record by an entry that says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from conduct_making import desk, v
from site_stages import SUBJECT, consented, done, today
from trialwright.conduct import commands as c
from trialwright.conduct.states import SubjectState, row_key
from trialwright.errors import TrialwrightError
from trialwright.store import StudyStore
from web_signing_in import PASSWORD, code_of, mark_of, sign_in, text_of

NAME = "Mistaken-Name-4711"
KEY = row_key("LOOK", 1, "person", "1")
ADDRESS = f"/subjects/{SUBJECT}/LOOK/1/person/1/remark/history/"


@pytest.fixture
def held(site: StudyStore) -> StudyStore:
    """A name was typed as a remark, together with the gender, and corrected to another remark."""
    place = (SUBJECT, "LOOK", "person", "1")
    answers = {"remark": v(f"called {NAME}"), "gender": v("male")}
    return done(
        consented(site),
        ("coco", "coordinator", c.RecordVisit(SUBJECT, "LOOK", today())),
        ("coco", "coordinator", c.EnterItems(*place, answers, partial=True)),
        ("coco", "coordinator", c.CorrectItem(*place, "remark", v("called by phone"), "no names")),
    )


def cells(store: StudyStore) -> dict[str, Any]:
    state = store.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
    return dict(state.rows.get(KEY, {}))


def remove(person: str, **changes: str) -> Any:
    visitor = sign_in(person)
    page = visitor.get(ADDRESS)
    given = {"password": PASSWORD, "code": code_of(visitor.secret, 1), "reason": "a name was typed"}
    return visitor.post(ADDRESS, {"command": mark_of(page), **given, **changes})


@pytest.mark.requirement("AT-8")
def test_what_was_typed_leaves_the_record(held: StudyStore, tmp_path: Path) -> None:
    """AT-8: the answer, its corrections and what was sent with it go; the entries stay and verify."""
    assert remove("dora").status_code == 302
    assert cells(held) == {}
    (entry,) = held.entries_of_kind("ContentRedacted")
    assert (entry.payload["item"], entry.payload["also"], entry.reason) == (
        "remark",
        ["gender"],
        "a name was typed",
    )
    assert len(entry.payload["entries"]) == 2
    assert held.rebuild() == ()
    assert len(held.verify().redactions) == 2
    held.export(tmp_path / "record.jsonl")
    assert NAME.encode() not in (tmp_path / "record.jsonl").read_bytes()
    assert NAME not in sign_in("coco").get(ADDRESS).content.decode()


@pytest.mark.requirement("AT-8", "SG-4")
def test_only_the_data_manager_removes_and_signs_for_it(held: StudyStore) -> None:
    """AT-8: nobody else finds the form or may send it; a wrong password removes nothing, nor does silence."""
    assert "Remove all of it" not in text_of(sign_in("coco").get(ADDRESS))
    coco = sign_in("coco")
    forged = {"command": str(uuid4()), "password": PASSWORD, "code": code_of(coco.secret, 1), "reason": "x"}
    assert "TW-401" in text_of(coco.post(ADDRESS, forged))
    assert "TW-416" in text_of(remove("dora", reason=" "))
    assert "TW-604" in text_of(remove("dora", password="no"))
    assert set(cells(held)) == {"remark", "gender"}


def test_an_answer_that_was_not_seen_is_not_removed() -> None:
    """TW-837 where another answer stands by now, and where none does."""
    here = desk().screened("A-001")
    here.do(c.EnterItems("A-001", "LOOK", "person", "1", {"remark": v("first")}, partial=True))
    first = here.person("A-001").rows[KEY]["remark"].changed
    here.do(c.CorrectItem("A-001", "LOOK", "person", "1", "remark", v("second"), "said more"))
    removal = c.RedactAnswer("A-001", "LOOK", "person", "1", "remark", (first,), "a name")
    assert "that was not shown" in here.refused("TW-837", removal, role="data_manager").sentence
    other = c.RedactAnswer("A-001", "LOOK", "person", "1", "weather", (first,), "a name")
    assert "no answer" in here.refused("TW-837", other, role="data_manager").sentence


@pytest.mark.requirement("AT-8")
def test_nothing_else_goes_under_the_name_of_an_answer(held: StudyStore) -> None:
    """AT-8: an entry that gave no answer to the row cannot be named, and nothing is removed."""
    remark = cells(held)["remark"]
    consent = next(entry.seq for entry in held.entries_of_kind("ConsentRecorded"))
    named = (remark.seq, remark.changed, consent)
    command = c.RedactAnswer(SUBJECT, "LOOK", "person", "1", "remark", named, "a name")
    with pytest.raises(TrialwrightError, match=f"entry {consent}, which gave no answer"):
        done(held, ("dora", "data_manager", command))
    assert set(cells(held)) == {"remark", "gender"}
