"""Source verification in the browser: decisive answers first, and a change takes the verification back."""

from __future__ import annotations

import re
from typing import Any

import pytest

from conduct_making import v
from site_stages import SUBJECT, done, screened
from trialwright.conduct import commands as c
from trialwright.conduct.states import SubjectState
from trialwright.store import StudyStore
from trialwright.web.verification.sheet import Chosen, changed_since, chosen_rows, lines_of, progress_of
from web_signing_in import mark_of, sign_in, text_of

PAGE = f"/subjects/{SUBJECT}/verification/"
LATER = c.CorrectItem(SUBJECT, "LOOK", "laboratory", "1", "glucose", v("7.5"), "misread")


@pytest.fixture
def looked(site: StudyStore) -> StudyStore:
    """A subject whose screening visit is entered."""
    return screened(site)


def person(store: StudyStore) -> SubjectState:
    state = store.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
    return state


def marks(visitor: Any) -> list[str]:
    """What the page's checkboxes send, from its top to its foot."""
    return re.findall(r'name="answer" value="([^"]+)"', visitor.get(PAGE).content.decode())


def tick(visitor: Any, *answers: str) -> Any:
    return visitor.post(PAGE, {"command": mark_of(visitor.get(PAGE)), "answer": list(answers)})


def test_the_decisive_answers_come_first(looked: StudyStore) -> None:
    """What a criterion or an endpoint reads stands above what safety watches, and that above the rest."""
    remark = c.EnterItems(SUBJECT, "LOOK", "person", "1", {"remark": v("walks")}, partial=True)
    done(looked, ("coco", "coordinator", remark))
    lines = lines_of(looked.study, person(looked))
    ranks = [line.rank for line in lines]
    assert ranks == sorted(ranks, reverse=True)
    assert {line.item.id for line in lines if line.rank == 2} >= {"age", "glucose"}
    assert [line.item.id for line in lines if line.rank == 0] == ["remark"]
    assert [figure.verified for figure in progress_of(lines)] == [0] * len(progress_of(lines))
    assert sum(figure.total for figure in progress_of(lines)) == len(lines)


def test_the_monitor_verifies_what_was_ticked(looked: StudyStore) -> None:
    """One button verifies every ticked answer, row by row; then they leave the list."""
    mona = sign_in("mona")
    every = marks(mona)
    rows = {mark.split("|")[2] for mark in every}
    assert rows == {"person", "laboratory"}
    assert tick(mona, *every).status_code == 302
    assert len(list(looked.entries_of_kind("SourceVerified"))) == 2
    assert "Everything here is verified as it stands" in text_of(mona.get(PAGE))
    assert "Mona Keller" in text_of(mona.get(PAGE + "?show=all"))
    assert f"{len(every)} of {len(every)} answers verified" in text_of(mona.get(PAGE))


def test_a_later_change_takes_the_verification_back(looked: StudyStore) -> None:
    """The corrected answer stands on top again, and says that it was changed since."""
    mona = sign_in("mona")
    tick(mona, *marks(mona))
    done(looked, ("coco", "coordinator", LATER))
    assert "changed since" in text_of(mona.get(PAGE))
    assert [
        line.item.id for line in lines_of(looked.study, person(looked)) if line.standing == "changed"
    ] == ["glucose"]
    assert [mark.split("|")[4] for mark in marks(mona)] == ["glucose"]


def test_an_answer_that_changed_after_it_was_shown_is_not_verified(looked: StudyStore) -> None:
    """TW-836: nobody vouches for a value that they did not see."""
    mona = sign_in("mona")
    every = marks(mona)
    done(looked, ("coco", "coordinator", LATER))
    answer = tick(mona, *every)
    assert answer.status_code == 422
    assert "TW-836" in text_of(answer)
    assert not list(looked.entries_of_kind("SourceVerified"))


@pytest.mark.requirement("SQ-3")
def test_an_answer_that_changes_while_the_form_is_on_its_way_is_not_verified(
    looked: StudyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQ-3: TW-836 by the record itself, when a correction comes between the page's look and the command."""
    mona = sign_in("mona")
    every = marks(mona)
    execute = StudyStore.execute

    def corrected_first(store: StudyStore, command: Any, *given: Any) -> Any:
        if isinstance(command, c.VerifySource) and command.form == "laboratory":
            monkeypatch.undo()
            done(looked, ("coco", "coordinator", LATER))
        return execute(store, command, *given)

    monkeypatch.setattr(StudyStore, "execute", corrected_first)
    answer = tick(mona, *(mark for mark in every if "|laboratory|" in mark))
    assert (answer.status_code, "TW-836" in text_of(answer)) == (422, True)
    assert "it says &#x27;7.5 mmol/L&#x27; by entry" in text_of(answer)
    assert not list(looked.entries_of_kind("SourceVerified"))


def test_tampered_and_empty_forms_are_refused(looked: StudyStore) -> None:
    """A mark that is not the page's, an unknown item, and nothing at all verify nothing."""
    mona = sign_in("mona")
    for answers, code in (
        ((), "TW-838"),
        (("nonsense",), "TW-606"),
        (("LOOK|x|person|1|age|3",), "TW-606"),
        (("LOOK|1|person|1|shoe|3",), "TW-836"),
    ):
        answer = tick(mona, *answers)
        assert answer.status_code == 422
        assert code in text_of(answer)
    assert not list(looked.entries_of_kind("SourceVerified"))
    assert chosen_rows(["D|1|f|a|b|item|7"]) == (Chosen("D", 1, "f", "a|b", {"item": 7}),)
    assert changed_since(person(looked), (Chosen("LOOK", 1, "person", "1", {"age": 0}),)) == ("age",)


@pytest.mark.requirement("AC-1")
def test_only_the_monitor_verifies(looked: StudyStore) -> None:
    """AC-1: others read what is verified and are offered no checkbox; a form sent all the same is refused."""
    mona, coco = sign_in("mona"), sign_in("coco")
    every = marks(mona)
    page = coco.get(PAGE).content.decode()
    assert 'name="answer"' not in page
    answer = coco.post(PAGE, {"command": mark_of(mona.get(PAGE)), "answer": every})
    assert answer.status_code == 422
    assert "TW-401" in text_of(answer)


@pytest.mark.requirement("AC-2")
def test_another_sites_subject_is_not_found(looked: StudyStore) -> None:
    """AC-2: neither read nor verified."""
    mona = sign_in("mona")
    assert mona.get("/subjects/B-001/verification/").status_code == 404
    assert mona.post("/subjects/B-001/verification/", {"answer": []}).status_code == 404
    assert not list(looked.entries_of_kind("SourceVerified"))


def test_script_in_an_answer_is_shown_as_text(looked: StudyStore) -> None:
    """An answer is never part of the page's markup."""
    evil = c.EnterItems(
        SUBJECT, "LOOK", "person", "1", {"remark": v("<script>alert(1)</script>")}, partial=True
    )
    done(looked, ("coco", "coordinator", evil))
    page = sign_in("mona").get(PAGE).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
