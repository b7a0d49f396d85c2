"""The audit trail in the browser: looked through, taken out, and reviewed (AT-2, AT-5, AT-7, AT-9)."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from conduct_making import ZONE, v
from print_making import text_of as print_text
from site_stages import SUBJECT, done, screened
from trialwright.conduct import commands as c
from trialwright.store import StudyStore
from web_signing_in import mark_of, sign_in, text_of


@pytest.fixture
def lived(site: StudyStore) -> StudyStore:
    """A screened subject whose glucose was corrected, with a reason that a spreadsheet would calculate."""
    correction = c.CorrectItem(
        SUBJECT, "LOOK", "laboratory", "1", "glucose", v("6.1"), "=HYPERLINK(1) misread"
    )
    return done(screened(site), ("coco", "coordinator", correction))


def taken(visitor: Any, sort: str, **question: str) -> Any:
    mark = mark_of(visitor.get("/entries/"))
    return visitor.post(f"/entries/export.{sort}", {"command": mark, **question})


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(answer).decode("utf-8-sig"))))


def exports(store: StudyStore) -> list[dict[str, str]]:
    found = store.entries_of_kind("AccessLogged")
    return [entry.payload["detail"] for entry in found if entry.payload["event"] == "export"]


@pytest.mark.requirement("AT-7")
def test_the_trail_is_filtered_by_form_item_person_and_day(lived: StudyStore) -> None:
    """AT-7: by subject, form, item, user and date; a filter finds what it names and nothing else."""
    dora = sign_in("dora")
    by_item = text_of(dora.get("/entries/?form=laboratory&item=glucose"))
    assert "corrected from" in by_item
    assert "items entered" in by_item
    assert "Consent version" not in by_item
    assert "There is no such entry" in text_of(dora.get("/entries/?form=person&item=glucose"))
    assert "Registered at site" not in text_of(dora.get("/entries/?person=coco"))
    tomorrow = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()  # the trail's days are of UTC
    assert "There is no such entry" in text_of(dora.get(f"/entries/?first={tomorrow}"))
    (corrected,) = lived.entries_of_kind("ItemCorrected")
    day = corrected.at[:10]
    assert "corrected from" in text_of(dora.get(f"/entries/?first={day}&last={day}"))


@pytest.mark.parametrize("question", ["first=2026-02-30", "last=soon", "first=2026-03-02&last=2026-03-01"])
def test_a_day_that_is_none_is_said(lived: StudyStore, question: str) -> None:
    """TW-612: a question that cannot be read is said, not guessed, and nothing is taken out by it."""
    dora = sign_in("dora")
    assert "day" in text_of(dora.get(f"/entries/?{question}"))
    parts = dict(part.split("=") for part in question.split("&"))
    answer = taken(dora, "csv", **parts)
    assert answer.status_code == 422
    assert "TW-612" in text_of(answer)
    assert not exports(lived)


@pytest.mark.requirement("AT-7")
def test_the_csv_has_a_line_for_every_item_and_calculates_nothing(lived: StudyStore) -> None:
    """AT-7: old and new value, unit, reason, author and hash; a cell that looks like a formula is text."""
    found = rows(taken(sign_in("dora"), "csv", subject=SUBJECT, form="laboratory", item="glucose"))
    corrected = next(row for row in found if row["kind"] == "ItemCorrected")
    assert corrected["item"] == "glucose"
    assert corrected["new"] == "6.1"
    assert corrected["old"] not in ("", "6.1")
    assert corrected["reason"] == "'=HYPERLINK(1) misread"
    entered = [row for row in found if row["kind"] == "ItemsEntered"]
    assert [row["new"] for row in entered] == [corrected["old"]]
    assert {row["offset"] for row in found} == {datetime.now(ZoneInfo(ZONE)).isoformat()[-6:]}
    assert {row["person"] for row in found} == {"coco"}
    assert all(len(row["hash"]) == 64 for row in found)


@pytest.mark.requirement("AT-7")
@pytest.mark.requirement("AT-6")
def test_the_whole_trail_as_json_is_the_record(lived: StudyStore) -> None:
    """AT-7: exportable whole; AT-6: with the entries about people, for somebody who reviews all sites."""
    before = list(lived.entries())
    answer = json.loads(body(taken(sign_in("ivo"), "json")))
    known = {each["seq"]: each for each in answer["entries"]}
    for entry in before:
        assert known[entry.seq]["hash"] == entry.hash
        assert known[entry.seq]["payload"] == json.loads(json.dumps(dict(entry.payload)))
    assert answer["record"]["size"] >= len(before)


@pytest.mark.requirement("AT-7")
def test_the_pdf_says_what_was_asked(lived: StudyStore) -> None:
    """AT-7: a PDF with the question, the record's head, and every entry with reason and hash."""
    answer = taken(sign_in("dora"), "pdf", subject=SUBJECT, person="coco")
    assert answer.headers["Content-Type"] == "application/pdf"
    said = print_text(body(answer))
    for part in ("subject A-001, person coco", "Dora Vogel", "=HYPERLINK(1) misread", "coco, coordinator"):
        assert part in said
    assert exports(lived)[-1]["format"] == "pdf"


def test_too_many_entries_are_no_pdf(lived: StudyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """TW-614: a PDF is for reading; more entries are refused with the way out, and nothing is noted."""
    monkeypatch.setattr("trialwright.web.trail.exports.MOST_PRINTED", 3)
    answer = taken(sign_in("dora"), "pdf")
    assert answer.status_code == 422
    assert "TW-614" in text_of(answer)
    assert not exports(lived)


@pytest.mark.requirement("AT-5")
def test_an_export_is_an_entry(lived: StudyStore) -> None:
    """AT-5: who took what out, in which format, from which head; noted before the file is given."""
    taken(sign_in("dora"), "csv", subject=SUBJECT)
    assert exports(lived)[-1]["entries"] == f"subject {SUBJECT}"
    assert len(exports(lived)[-1]["head"]) == 64


@pytest.mark.requirement("AC-1")
def test_who_may_not_export_is_told_why(lived: StudyStore) -> None:
    """AC-1: a coordinator reads the trail and takes nothing out."""
    coco = sign_in("coco")
    assert "Take these entries out" not in text_of(coco.get("/entries/"))
    assert coco.post("/entries/export.csv", {"command": "x"}).status_code == 403
    assert not exports(lived)


@pytest.mark.requirement("AC-2")
def test_another_sites_entries_are_not_in_an_export(lived: StudyStore) -> None:
    """AC-2: the monitor of site A neither finds nor names site B's subject, in a filter or in a review."""
    mona = sign_in("mona")
    assert mona.get("/entries/?subject=B-001").status_code == 404
    assert "B-001" not in text_of(mona.get("/entries/"))
    assert mona.post("/entries/reviewed/", {"subject": "B-001", "command": "x"}).status_code == 404


@pytest.mark.requirement("AT-9")
def test_a_review_of_the_trail_is_recorded(lived: StudyStore) -> None:
    """AT-9: the monitor records what was gone through, up to which entry, with a remark."""
    mona = sign_in("mona")
    mark = mark_of(mona.get(f"/entries/?subject={SUBJECT}"))
    answer = mona.post(
        "/entries/reviewed/", {"command": mark, "subject": SUBJECT, "remark": "one late reason"}
    )
    assert answer.status_code == 302
    said = text_of(mona.get("/entries/"))
    assert f"subject {SUBJECT}, up to entry" in said
    assert "one late reason" in said
    review = [
        each for each in lived.entries_of_kind("AccessLogged") if each.payload["event"] == "trail_review"
    ]
    assert review[-1].author.id == "mona"


def test_nothing_is_not_reviewed(lived: StudyStore) -> None:
    """TW-613: where no entry, or only their own, answers the question, nothing is reviewed."""
    mona = sign_in("mona")
    mark = mark_of(mona.get("/entries/"))
    answer = mona.post("/entries/reviewed/", {"command": mark, "kind": "StudyLocked"})
    assert answer.status_code == 422
    assert "TW-613" in text_of(answer)
    own = mona.post("/entries/reviewed/", {"command": mark, "person": "mona"})
    assert "TW-613" in text_of(own)


@pytest.mark.requirement("AT-9")
def test_who_enters_data_does_not_review_the_trail(lived: StudyStore) -> None:
    """AT-9: the reviewer is not the actor; a coordinator has no review to record."""
    coco = sign_in("coco")
    assert "I have reviewed" not in text_of(coco.get("/entries/"))
    assert coco.post("/entries/reviewed/", {"command": "x"}).status_code == 403
