"""Merging, nullifying and reopening events in the browser, and the values that belong to them."""

from __future__ import annotations

from typing import Any

import pytest

from site_stages import SUBJECT, done, ready, today
from trialwright.conduct import commands as c
from trialwright.conduct.states import SubjectState
from trialwright.report.prints.event_pages import event_pages
from trialwright.report.prints.form_blocks import Material
from trialwright.report.prints.gathering import gather_person
from trialwright.report.prints.words import Words
from trialwright.store import StudyStore
from trialwright.web.milestones import milestones
from web_signing_in import mark_of, sign_in, text_of

EVENT = f"/subjects/{SUBJECT}/events/AE-1/"
SECOND = f"/subjects/{SUBJECT}/events/AE-2/"


@pytest.fixture
def twice(site: StudyStore) -> StudyStore:
    """A subject with two reports of one headache."""
    report = c.EventReport(
        "Headache", start=today().isoformat(), grade=1, serious=False, related="not related"
    )
    give = ("coco", "coordinator", c.ReportAdverseEvent(SUBJECT, report))
    return done(ready(site), give, give)


def person(store: StudyStore) -> SubjectState:
    state = store.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
    return state


def send(visitor: Any, page: str, **fields: str) -> Any:
    return visitor.post(page, {"command": mark_of(visitor.get(page)), **fields})


def test_two_reports_are_merged_and_count_once_everywhere(twice: StudyStore) -> None:
    """The page of the second says where it went and why; the casebook and the start page count one."""
    ines = sign_in("ines")
    assert send(ines, SECOND, deed="merge", into="AE-1", why="seen twice").status_code == 302
    assert list(person(twice).events) == ["AE-1"]
    said = text_of(ines.get(SECOND))
    for part in ("the same event as AE-1", "merged into AE-1", "seen twice", "Ines"):
        assert part in said
    assert "Also reported as AE-2" in text_of(ines.get(EVENT))
    casebook = text_of(ines.get(f"/subjects/{SUBJECT}/"))
    assert "Reports that do not stand 1 AE-2 Headache merged into AE-1" in casebook
    assert "Adverse events 1" in casebook


def test_an_event_is_nullified_and_opened_again(twice: StudyStore) -> None:
    """Its versions stay, each with its reason; while it does not stand there is nothing to report anew."""
    ines = sign_in("ines")
    assert send(ines, EVENT, deed="nullify", why="of somebody else").status_code == 302
    page = ines.get(EVENT).content.decode()
    assert "It counts nowhere" in page
    assert 'name="term"' not in page
    assert "TW-416" in text_of(send(ines, EVENT, deed="reopen", why=" "))
    assert send(ines, EVENT, deed="reopen", why="theirs after all").status_code == 302
    said = text_of(ines.get(EVENT))
    for part in ("nullified", "of somebody else", "opened again", "theirs after all", "Version 1"):
        assert part in said
    assert list(person(twice).events) == ["AE-1", "AE-2"]


def test_a_value_is_linked_and_shown_with_its_place(twice: StudyStore) -> None:
    """Chosen from the measured values of the casebook; taken away with a reason."""
    coco = sign_in("coco")
    value = "DAY0|1|laboratory|1|glucose"
    assert value in coco.get(EVENT).content.decode()
    assert send(coco, EVENT, deed="link", value=value).status_code == 302
    assert "Glucose 7.8 mmol/L" in text_of(coco.get(EVENT))
    assert send(coco, EVENT, deed="unlink", value=value, why="of another day").status_code == 302
    assert person(twice).links == {}


@pytest.mark.parametrize(
    ("who", "fields", "code"),
    [
        ("coco", {"deed": "nullify", "why": "x"}, "TW-401"),
        ("ines", {"deed": "merge", "into": "AE-1", "why": "x"}, "TW-866"),
        ("ines", {"deed": "merge", "into": "", "why": "x"}, "TW-485"),
        ("ines", {"deed": "reopen", "why": "x"}, "TW-868"),
        ("ines", {"deed": "vanish", "why": "x"}, "TW-606"),
        ("coco", {"deed": "link", "value": ""}, "TW-618"),
        ("coco", {"deed": "link", "value": "DAY0|x|laboratory|1|glucose"}, "TW-618"),
        ("coco", {"deed": "unlink", "value": "a|b", "why": "x"}, "TW-618"),
        ("coco", {"deed": "link", "value": "DAY0|1|laboratory|1|sodium"}, "TW-869"),
    ],
)
def test_what_cannot_be_is_refused(twice: StudyStore, who: str, fields: dict[str, str], code: str) -> None:
    """The page says why, and nothing is recorded."""
    answer = send(sign_in(who), EVENT, **fields)
    assert answer.status_code == 422
    assert code in text_of(answer)
    assert list(person(twice).events) == ["AE-1", "AE-2"]
    assert person(twice).links == {}


def test_a_value_that_gives_rise_to_an_event_fills_its_report(twice: StudyStore) -> None:
    """Term, day and grade stand in the form already, and the value is linked once the event is reported."""
    coco = sign_in("coco")
    new = f"/subjects/{SUBJECT}/events/new/?term=Glucose+raised&grade=1&laboratory="
    page = f"{new}DAY0%7C1%7Claboratory%7C1%7Cglucose"
    shown = coco.get(page).content.decode()
    assert 'value="Glucose raised"' in shown
    fields = {"term": "Glucose raised", "grade": "1", "value": "DAY0|1|laboratory|1|glucose"}
    assert send(coco, page, **fields).status_code == 302
    assert person(twice).links == {"AE-3": ("DAY0|1|laboratory|1|glucose",)}
    wrong = send(coco, page, term="Something else", value="nowhere")
    assert "TW-618" in text_of(wrong)
    assert "AE-4" in person(twice).events


def test_what_is_known_of_everybody_follows(twice: StudyStore) -> None:
    """Monitoring, the start page and the board's counts are worked out from it."""

    def counted() -> tuple[list[str], list[str]]:
        (known,) = [each for each in milestones(twice) if each.subject == SUBJECT]
        return list(known.events), list(known.set_aside)

    assert counted() == (["AE-1", "AE-2"], [])
    give = ("ines", "investigator")
    done(twice, (*give, c.MergeAdverseEvents(SUBJECT, "AE-2", "AE-1", "seen twice")))
    assert counted() == (["AE-1"], ["AE-2"])
    done(twice, (*give, c.NullifyAdverseEvent(SUBJECT, "AE-1", "of somebody else")))
    assert counted() == ([], ["AE-2", "AE-1"])
    done(twice, (*give, c.ReopenAdverseEvent(SUBJECT, "AE-1", "theirs")))
    assert counted() == (["AE-1"], ["AE-2"])


def test_the_casebook_in_print_says_what_became_of_an_event(twice: StudyStore) -> None:
    """With who, when and why; every version stays."""
    give = ("ines", "investigator")
    done(twice, (*give, c.MergeAdverseEvents(SUBJECT, "AE-2", "AE-1", "seen twice")))
    book = gather_person(twice.snapshot(), SUBJECT)
    first, second = event_pages(Material(twice.study, book, (), Words("en")))
    assert first["standing"] == []
    (told,) = second["standing"]
    assert "merged into another report of it" in told
    assert "→ AE-1" in told
    assert "seen twice" in told
    assert len(second["versions"]) == 1


def test_the_record_of_what_became_of_events_is_rebuilt(twice: StudyStore) -> None:
    """The projection equals what the entries say."""
    give = ("ines", "investigator")
    done(twice, (*give, c.NullifyAdverseEvent(SUBJECT, "AE-1", "of somebody else")))
    assert twice.rebuild() == ()
    assert list(person(twice).set_aside) == ["AE-1"]
