"""Visits and adverse events are recorded in the browser, and every version of an event stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from site_stages import SUBJECT, consented, ready, screened, today
from trialwright.conduct.states import SubjectState
from trialwright.store import StudyStore
from web_signing_in import mark_of, sign_in, text_of

NEW = f"/subjects/{SUBJECT}/events/new/"
EVENT = f"/subjects/{SUBJECT}/events/AE-1/"
LOOK = f"/subjects/{SUBJECT}/LOOK/1/"


def person(store: StudyStore) -> SubjectState:
    state = store.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
    return state


def send(visitor: Any, page: str, **fields: Any) -> Any:
    return visitor.post(page, {"command": mark_of(visitor.get(page)), **fields})


HEADACHE = {
    "term": "a headache",
    "grade": "1",
    "serious": "no",
    "related": "not_related",
    "outcome": "recovered",
}


def test_a_visit_is_recorded_and_its_date_corrected(site: StudyStore) -> None:
    """With a reason; the page then offers its forms."""
    consented(site)
    coco = sign_in("coco")
    on = today() - timedelta(days=2)
    assert send(coco, LOOK, deed="record", date=on.isoformat()).status_code == 302
    assert "Laboratory" in text_of(coco.get(LOOK))
    earlier = (on - timedelta(days=1)).isoformat()
    assert "TW-416" in text_of(send(coco, LOOK, deed="correct", date=earlier, cause=" "))
    assert send(coco, LOOK, deed="correct", date=earlier, cause="misread").status_code == 302
    assert person(site).visits["LOOK|1"].date == earlier


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"deed": "record", "date": "soon"}, "TW-610"),
        ({"deed": "record", "date": "2020-01-01"}, "TW-424"),
        ({"deed": "fly", "date": "2020-01-01"}, "TW-606"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(site: StudyStore, fields: dict[str, str], code: str) -> None:
    """The sentence stands on the page, and what was typed stays typed."""
    consented(site)
    answer = send(sign_in("coco"), LOOK, **fields)
    assert answer.status_code == 422
    assert code in text_of(answer)
    assert f'value="{fields["date"]}"' in answer.content.decode()


def test_a_missed_visit_has_its_cause(site: StudyStore) -> None:
    """A visit that is not due yet cannot be missed."""
    ready(site)
    answer = send(sign_in("coco"), f"/subjects/{SUBJECT}/WEEK1/1/", deed="miss", cause="travelling")
    assert answer.status_code == 422
    assert "TW-4" in text_of(answer)


def test_an_event_is_reported_and_followed_up(site: StudyStore) -> None:
    """The newer report stands, and the page shows what it changed, by whom and why."""
    screened(site)
    coco = sign_in("coco")
    start = (today() - timedelta(days=1)).isoformat()
    assert send(coco, NEW, **HEADACHE | {"outcome": "unknown"}, start=start).status_code == 302
    assert person(site).events["AE-1"]["term"] == "a headache"
    assert "TW-416" in text_of(send(coco, EVENT, **HEADACHE, start=start, reason=" "))
    newer = HEADACHE | {"grade": "2", "end": today().isoformat()}
    assert send(coco, EVENT, **newer, start=start, reason="asked again").status_code == 302
    said = text_of(coco.get(EVENT))
    for part in ("Grade 1 2", "asked again", "Coco Petit", "first reported"):
        assert part in said


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"grade": "bad"}, "TW-431"),
        ({"term": ""}, "TW-415"),
        ({"serious": "yes"}, "TW-489"),
        ({"start": "someday"}, "TW-431"),
        ({"start": "2199-01-01"}, "TW-418"),
        ({"start": "2026-03-02", "end": "2026-03-01"}, "TW-4"),
        ({"outcome": "splendid"}, "TW-432"),
    ],
)
def test_an_event_that_contradicts_itself_is_refused(
    site: StudyStore, fields: dict[str, str], code: str
) -> None:
    """Nothing is recorded, and what was typed stays typed."""
    screened(site)
    answer = send(sign_in("coco"), NEW, **HEADACHE | {"start": today().isoformat()} | fields)
    assert answer.status_code == 422
    assert code in text_of(answer)
    assert not person(site).events
    assert "a headache" in answer.content.decode() or not fields.get("term", "x")


def test_the_casebook_leads_to_the_work(site: StudyStore) -> None:
    """Screening, infusion, events and each visit are one click away."""
    screened(site)
    page = sign_in("coco").get(f"/subjects/{SUBJECT}/").content.decode()
    for address in (f"/subjects/{SUBJECT}/screening/", f"/subjects/{SUBJECT}/infusion/", NEW, LOOK):
        assert f'href="{address}"' in page


@pytest.mark.requirement("AC-2")
def test_another_sites_events_are_not_found(site: StudyStore) -> None:
    """AC-2: reading and reporting alike."""
    coco = sign_in("coco")
    assert coco.get("/subjects/B-001/events/new/").status_code == 404
    assert coco.post("/subjects/B-001/events/new/", HEADACHE).status_code == 404
    assert coco.get(EVENT).status_code == 404
