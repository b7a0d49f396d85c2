"""The study's own page: sites, reviews, boundaries, pauses, and the lock."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from site_stages import done
from trialwright.conduct import commands as c
from trialwright.conduct.safety_gates import safety_content
from trialwright.conduct.states import Review, StudyState
from trialwright.protocol.plan import Boundary, BoundaryStep, ReviewGate, Safety, Stagger
from trialwright.store import StudyStore
from trialwright.web.oversight.gates import boundary_lines, earliest_treatment, review_lines
from web_signing_in import PASSWORD, add, code_of, mark_of, sign_in, text_of

SAFETY = Safety(
    boundaries=(
        Boundary(
            id="B1",
            sense="Grade 3 or more",
            event="ae_grade >= 3",
            steps=(BoundaryStep(first=2, last=5, stop_at=2), BoundaryStep(first=6, last=20, stop_at=3)),
        ),
    ),
    staggers=(Stagger(id="sentinel", first=2, last=2, hours=72, review="sentinel_review"),),
    reviews=(ReviewGate(id="board_3", after=3, days=28),),
)


def send(visitor: Any, deed: str, *, signed: bool = False, **fields: str) -> Any:
    if signed:
        fields |= {"password": PASSWORD, "code": code_of(visitor.secret, 1)}
    return visitor.post("/study/", {"command": mark_of(visitor.get("/study/")), "deed": deed, **fields})


@pytest.mark.parametrize(
    ("treated", "count", "left", "reached"),
    [(1, 0, None, False), (5, 1, 1, False), (5, 2, 0, True), (6, 2, 1, False), (30, 3, 0, True)],
)
def test_a_boundary_says_how_far_away_it_is(
    treated: int, count: int, left: int | None, reached: bool
) -> None:
    """How many more people with the event would stop the study among those treated now."""
    record = StudyState("", ("A",), treated=treated, counts={"B1": {"": count}})
    (line,) = boundary_lines(SAFETY, record, datetime(2026, 3, 1, tzinfo=UTC))
    assert (line.left, line.reached) == (left, reached)


def test_reviews_are_due_when_the_next_treatment_waits_for_them() -> None:
    """A sentinel review is due after the first person, a board review after its number, until it was held."""
    first = StudyState("", ("A",), treated=1, last_treatment="2026-03-01T10:00:00+08:00")
    assert [(line.id, line.due) for line in review_lines(SAFETY, first)] == [
        ("sentinel_review", True),
        ("board_3", False),
    ]
    held = StudyState(
        "", ("A",), treated=3, reviews={"board_3": Review("continue", "2026-03-09T01:00:00Z", 3)}
    )
    assert [line.due for line in review_lines(SAFETY, held)] == [False, False]
    assert earliest_treatment(SAFETY, first) == "2026-03-04T10:00:00+08:00"
    assert earliest_treatment(SAFETY, held) == ""
    pace = SAFETY.model_copy(update={"staggers": (Stagger(id="pace", first=2, last=9, per_day=2),)})
    assert earliest_treatment(pace, first) == ""


def test_the_sponsor_pauses_and_resumes_with_a_signature(site: StudyStore) -> None:
    """A pause needs a reason; its end needs a reason, the password and the code."""
    saga = sign_in("saga")
    assert send(saga, "pause", reason="a delivery looked unusual").status_code == 302
    assert "a delivery looked unusual" in text_of(saga.get("/study/"))
    assert "The study is paused" in text_of(saga.get("/"))
    wrong = send(saga, "resume", rule="declared", reason="examined", password="no", code="1")
    assert wrong.status_code == 422
    assert "TW-604" in text_of(wrong)
    assert send(saga, "resume", signed=True, rule="declared", reason="it was in order").status_code == 302
    assert [entry.kind for entry in site.newest_entries(1, kinds=("StudyResumed",))] == ["StudyResumed"]


@pytest.mark.requirement("SG-2")
def test_a_release_is_bound_to_what_the_page_showed(site: StudyStore) -> None:
    """SG-2: the entry carries the hash that the page printed; what changed meanwhile is looked at again."""
    saga = sign_in("saga")
    assert send(saga, "pause", reason="a delivery looked unusual").status_code == 302
    shown = safety_content(site.states("study")["study"])
    assert shown[:12] in saga.get("/study/").content.decode()
    old = send(saga, "resume", signed=True, rule="declared", reason="in order", content="0" * 64)
    assert (old.status_code, "TW-810" in text_of(old)) == (422, True)
    fields = {"rule": "declared", "reason": "in order", "content": shown}
    saga = sign_in("saga")
    assert send(saga, "resume", signed=True, **fields).status_code == 302
    (entry,) = site.newest_entries(1, kinds=("StudyResumed",))
    assert entry.payload["content"] == shown
    assert entry.payload["meaning"].startswith("People may be treated again")


@pytest.mark.requirement("AC-1")
def test_who_may_not_pause_finds_no_form(site: StudyStore) -> None:
    """AC-1: a coordinator reads the page and decides nothing; a forged form is refused with its reason."""
    coco = sign_in("coco")
    assert "Pause the study" not in text_of(coco.get("/study/"))
    forged = {"command": str(uuid4()), "deed": "pause", "reason": "I say so"}
    refused = coco.post("/study/", forged)
    assert refused.status_code == 422
    assert "TW-401" in text_of(refused)
    assert not site.newest_entries(1, kinds=("StudyPaused",))


def test_a_review_that_the_protocol_does_not_name_is_refused(site: StudyStore) -> None:
    """TW-498: the page hands the command to the record, which knows the reviews."""
    saga = sign_in("saga")
    refused = send(saga, "review", signed=True, gate="tea", decision="continue")
    assert refused.status_code == 422
    assert "TW-498" in text_of(refused)
    assert not site.newest_entries(1, kinds=("ReviewRecorded",))


@pytest.mark.requirement("SG-7")
def test_the_study_is_locked_when_every_casebook_is(site: StudyStore) -> None:
    """SG-7: the lock waits for the casebooks, and says whose is missing."""
    dora = sign_in("dora")
    refused = send(dora, "lock", signed=True)
    assert refused.status_code == 422
    assert "locked" in text_of(refused)
    assert not site.newest_entries(1, kinds=("StudyLocked",))


@pytest.mark.requirement("AC-4")
def test_a_locked_study_is_opened_by_two_people(site: StudyStore) -> None:
    """AC-4: one asks with a reason, another agrees with a signature; the one who asked cannot."""
    for subject in ("A-001", "B-001"):
        failed = c.RecordScreenFailure(subject, cause="withdrew before screening")
        signs = ("ines", "investigator") if subject.startswith("A") else ("bina", "investigator")
        if subject.startswith("B"):
            add(site, "bina", "Bina Rao", "investigator", "B")
        done(site, (*signs, failed))
        from trialwright.conduct.signing import casebook_content

        state = site.states(f"subject:{subject}")[f"subject:{subject}"]
        sign = c.SignCasebook(subject, casebook_content(site.study, state))
        done(site, (*signs, sign), ("dora", "data_manager", c.LockSubject(subject)))
    dora, saga = sign_in("dora"), sign_in("saga")
    assert send(dora, "lock", signed=True).status_code == 302
    assert "locked" in text_of(dora.get("/study/"))
    assert send(dora, "ask", reason="a date is wrong").status_code == 302
    assert "Open the lock" not in text_of(dora.get("/study/"))
    assert "Open the lock" in text_of(saga.get("/study/"))
    assert send(saga, "approve", signed=True).status_code == 302
    assert site.newest_entries(1, kinds=("StudyUnlocked",))


def test_a_form_that_the_page_does_not_have_is_refused(site: StudyStore) -> None:
    """TW-606: a tampered form changes nothing."""
    refused = send(sign_in("saga"), "delete")
    assert refused.status_code == 422
    assert "TW-606" in text_of(refused)
    assert site.head().size


def test_a_study_is_opened_in_the_browser(tmp_path: Path) -> None:
    """Before the study is open, its sponsor opens it with the sites that begin."""
    from django.db import connections

    from conduct_making import TINY
    from trialwright.store import create_study
    from trialwright.web.site import open_site

    create_study(tmp_path / "study", TINY, name="tiny", database_url="")
    store = open_site(tmp_path / "study")
    try:
        add(store, "saga", "Saga Lund", "sponsor", None)
        saga = sign_in("saga")
        assert "not opened yet" in text_of(saga.get("/study/"))
        mark = mark_of(saga.get("/study/"))
        assert saga.post("/study/", {"command": mark, "deed": "open", "site": ["A"]}).status_code == 302
        assert send(saga, "open_site", site="B").status_code == 302
        assert store.states("study")["study"].sites == ("A", "B")
    finally:
        connections["default"].close()
        store.close()
