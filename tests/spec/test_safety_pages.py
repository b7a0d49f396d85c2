"""The safety desk in the browser: what is owed, how much time is left, and what was sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from conduct_making import ZONE
from site_stages import SUBJECT, done, ready, today
from trialwright.conduct import commands as c
from trialwright.store import StudyStore
from web_signing_in import clock_moved, mark_of, sign_in, text_of

SENT = {"deed": "send", "kind": "initial", "at": "2020-01-01T10:00", "reference": "x"}
PAGE = f"/subjects/{SUBJECT}/events/AE-1/reports/"


@pytest.fixture
def grave(site: StudyStore) -> StudyStore:
    """A subject with a serious event that the coordinator reported today."""
    event = c.EventReport(
        term="Sepsis",
        start=today().isoformat(),
        grade=4,
        serious=True,
        seriousness=("hospitalisation",),
        related="related",
    )
    return done(ready(site), ("coco", "coordinator", c.ReportAdverseEvent(SUBJECT, event)))


def send(visitor: Any, **fields: str) -> Any:
    return visitor.post(PAGE, {"command": mark_of(visitor.get(PAGE)), **fields})


def ago(**time: int) -> str:
    """A time of day at the tiny study's site A, so long ago, as the form takes it."""
    moment = datetime.now(UTC) - timedelta(**time)
    return moment.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%dT%H:%M")


def test_a_serious_event_is_on_the_board_with_the_time_left(grave: StudyStore, monkeypatch: Any) -> None:
    """A day to tell the sponsor; after that the board is loud, and the event is not forgotten."""
    coco = sign_in("coco")
    said = text_of(coco.get("/safety/"))
    assert f"{SUBJECT} 23 h" in said
    assert "left AE-1 Sepsis to the sponsor within 24 hours" in said
    assert "overdue" not in said
    with clock_moved(monkeypatch, timedelta(hours=30)):
        late = sign_in("coco")
        said = text_of(late.get("/safety/"))
        assert "1 report is overdue." in said
        assert "overdue since" in said
    assert grave.head().size


def test_a_report_is_recorded_and_the_clock_stops(grave: StudyStore) -> None:
    """What was sent, when, under which reference; in time or not."""
    coco = sign_in("coco")
    assert send(coco, deed="know", at=ago(minutes=2), who="the ward").status_code == 302
    sent = send(coco, deed="send", to="sponsor", kind="initial", at=ago(minutes=1), reference="M-77")
    assert sent.status_code == 302
    said = text_of(coco.get("/safety/"))
    assert "No report is owed." in said
    assert "sent in time" in said
    assert "M-77" in text_of(coco.get(PAGE))
    (entry,) = grave.entries_of_kind("ReportSubmitted")
    assert entry.author.id == "coco"


def test_the_sponsor_assesses_and_reports_to_the_agency(grave: StudyStore) -> None:
    """Suspected and unexpected, it is owed to the agency; only the sponsor is offered that receiver."""
    coco, saga = sign_in("coco"), sign_in("saga")
    assert "agency" not in text_of(coco.get(PAGE))
    assert send(saga, deed="assess", suspected="yes", expected="no", reason="not listed").status_code == 302
    assert "to the agency by the end of day 15" in text_of(saga.get("/safety/"))
    downgraded = send(saga, deed="assess", suspected="no", expected="no", reason="we think not")
    assert downgraded.status_code == 422
    assert "TW-863" in text_of(downgraded)
    assert grave.newest_entries(1, kinds=("EventAssessed",))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"deed": "forget"}, "TW-606"),
        ({"deed": "know", "at": "soon", "who": "x"}, "TW-610"),
        ({"deed": "send", "to": "sponsor", "kind": "initial", "at": "", "reference": "x"}, "TW-610"),
        (
            {"deed": "send", "to": "agency", "kind": "initial", "at": "2020-01-01T10:00", "reference": "x"},
            "TW-862",
        ),
    ],
)
def test_what_cannot_be_recorded_is_refused(grave: StudyStore, fields: dict[str, str], code: str) -> None:
    """The page says why, what was typed stays typed, and nothing is recorded."""
    size = grave.head().size
    answer = send(sign_in("coco"), **fields)
    assert answer.status_code == 422
    assert code in text_of(answer)
    assert not grave.newest_entries(1, kinds=("AwarenessRecorded", "ReportSubmitted"))
    assert grave.head().size > size  # signing in


@pytest.mark.requirement("AC-2")
def test_another_sites_duties_are_not_shown(grave: StudyStore) -> None:
    """AC-2: neither on the board nor by their address; an event that was never serious has no such page."""
    bao = sign_in("bao")
    assert SUBJECT not in text_of(bao.get("/safety/"))
    assert bao.get(PAGE).status_code == 404
    assert sign_in("coco").get(PAGE.replace("AE-1", "AE-2")).status_code == 404
    assert grave.head().size


def test_the_start_page_names_what_is_owed(grave: StudyStore) -> None:
    """For the site and the sponsor, before everything else."""
    for person in ("coco", "ines", "saga"):
        assert "Safety reports that are owed" in text_of(sign_in(person).get("/"))
    assert grave.head().size


def read_back(content: bytes) -> Any:
    from trialwright.exchange.e2b_reading import read_batch

    found = read_batch(content)
    return getattr(found, "batch", found)


def test_a_serious_event_goes_out_as_a_file(grave: StudyStore) -> None:
    """E2B(R3) with what the record holds: masked initials, the criteria met, the causality as given."""
    saga = sign_in("saga")
    mark = mark_of(saga.get(PAGE))
    answer = saga.post(f"{PAGE}e2b.xml", {"command": mark, "receiver": "AGENCY"})
    assert answer.headers["Content-Type"] == "application/xml"
    text = answer.content.decode()
    for part in (SUBJECT, "Sepsis", "AGENCY", "MSK", "hospitalisation"):
        assert part in text
    batch = read_back(answer.content)
    (message,) = batch.messages
    (reaction,) = message.case.reactions
    assert reaction.reported == "Sepsis"
    assert reaction.seriousness == frozenset({"hospitalisation"})
    assert message.case.patient.investigation_number == SUBJECT
    assert message.case.drugs == ()  # nobody was treated yet, and nothing is made up
    (logged,) = [each for each in grave.entries_of_kind("AccessLogged") if each.payload["event"] == "export"]
    assert logged.payload["detail"]["receiver"] == "AGENCY"


def taken(_store: StudyStore) -> Any:
    """The case in the file that the sponsor takes out now."""
    saga = sign_in("saga")
    mark = mark_of(saga.get(PAGE))
    batch = read_back(saga.post(f"{PAGE}e2b.xml", {"command": mark, "receiver": "AGENCY"}).content)
    return batch.messages[0].case


def test_a_treated_persons_drug_is_in_the_file(grave: StudyStore) -> None:
    """Dose, start, lot and route of what was given; the relation to it is the investigator's."""
    start = datetime.now(UTC).replace(microsecond=0)
    done(grave, ("nora", "nurse", c.StartInfusion(SUBJECT, "B1", "L1", start)))
    (running,) = taken(grave).drugs
    assert running.dosages[0].dose is None  # how much it will be is not known while it runs
    assert "not ended" in running.dosages[0].text
    end = c.EndInfusion(SUBJECT, "B1", start, Decimal(80), "the line was blocked")
    done(grave, ("nora", "nurse", end))
    (drug,) = taken(grave).drugs
    assert drug.role == "suspect"
    given = drug.dosages[0]
    assert (given.batch, str(given.dose.value), given.text) == ("L1", "80", "planned 100 mL")
    assert drug.relations[0].assessments[0].result == "related"


def test_what_the_file_lacks_is_named_and_who_may_take_it(grave: StudyStore) -> None:
    """The page lists what a receiver will miss; no mark, no file; a statistician takes none out."""
    saga = sign_in("saga")
    assert "that a receiver will miss" in text_of(saga.get(PAGE))
    unmarked = saga.post(f"{PAGE}e2b.xml", {"command": "x", "receiver": "AGENCY"})
    assert unmarked.status_code == 422
    assert "TW-631" in text_of(unmarked)
    nobody = saga.post(f"{PAGE}e2b.xml", {"command": mark_of(saga.get(PAGE)), "receiver": " "})
    assert nobody.status_code == 422
    assert sign_in("stan").post(f"{PAGE}e2b.xml", {"command": "x"}).status_code == 403
    assert not [each for each in grave.entries_of_kind("AccessLogged") if each.payload["event"] == "export"]


def test_one_page_shows_the_report_and_sends_it(grave: StudyStore) -> None:
    """Filled from the event, what is missing named; the deed says what the next report is."""
    coco = sign_in("coco")
    said = text_of(coco.get(PAGE))
    for part in ("Report to the sponsor now", "nothing is typed twice", "In hospital, or longer there"):
        assert part in said
    sent = send(coco, deed="report", to="sponsor", reference="R-1")
    assert sent.status_code == 302
    (entry,) = grave.entries_of_kind("ReportSubmitted")
    assert (entry.payload["kind"], entry.payload["reference"]) == ("initial", "R-1")
    said = text_of(coco.get(PAGE))
    assert "Follow-up to the sponsor now" in said
    assert "The same: term, start" in said
    assert "TW-606" in text_of(send(coco, deed="report", to="press", reference="R-1"))


def test_what_stands_otherwise_is_listed_and_owed(grave: StudyStore) -> None:
    """Told and now side by side; the follow-up is on the board until it is sent."""
    coco = sign_in("coco")
    assert send(coco, deed="report", to="sponsor", reference="R-1").status_code == 302
    newer = c.EventReport(
        term="Sepsis",
        start=today().isoformat(),
        end=today().isoformat(),
        grade=4,
        serious=True,
        seriousness=("hospitalisation",),
        related="related",
        outcome="recovered",
    )
    done(grave, ("coco", "coordinator", c.UpdateAdverseEvent(SUBJECT, "AE-1", newer, "the ward called")))
    said = text_of(coco.get(PAGE))
    assert f"End nothing {today()}" in said
    assert "Outcome nothing Recovered" in said
    assert "follow-up to the sponsor" in text_of(coco.get("/safety/"))
    assert send(coco, deed="report", to="sponsor", reference="R-2").status_code == 302
    assert "No report is owed." in text_of(coco.get("/safety/"))
    assert "The same: term, start" in text_of(coco.get(PAGE))


def test_a_nullified_event_that_was_reported_stays_on_the_board(grave: StudyStore) -> None:
    """Its nullification is owed, and its page offers nothing else."""
    coco = sign_in("coco")
    assert send(coco, deed="report", to="sponsor", reference="R-1").status_code == 302
    done(grave, ("ines", "investigator", c.NullifyAdverseEvent(SUBJECT, "AE-1", "of somebody else")))
    assert "nullification to the sponsor" in text_of(coco.get("/safety/"))
    page = text_of(coco.get(PAGE))
    assert "This event does not stand" in page
    assert "Take it back from the sponsor now" in page
    assert send(coco, deed="report", to="sponsor", reference="R-2").status_code == 302
    assert "No report is owed." in text_of(coco.get("/safety/"))


def test_the_form_is_a_pdf_and_noted(grave: StudyStore) -> None:
    """CIOMS I by a button; that it was taken out stands in the record, and a statistician takes none."""
    saga = sign_in("saga")
    answer = saga.post(f"{PAGE}cioms.pdf", {"command": mark_of(saga.get(PAGE))})
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    (logged,) = [each for each in grave.entries_of_kind("AccessLogged") if each.payload["event"] == "export"]
    assert logged.payload["detail"]["what"] == "CIOMS I form"
    assert sign_in("stan").post(f"{PAGE}cioms.pdf", {"command": "x"}).status_code == 403
    assert saga.post(f"{PAGE}cioms.pdf", {"command": "x"}).status_code == 422
    missing = PAGE.replace("AE-1", "AE-9")
    assert saga.post(f"{missing}cioms.pdf", {"command": mark_of(saga.get(PAGE))}).status_code == 404


def test_a_message_names_its_receiver(grave: StudyStore) -> None:
    """TW-619: nothing is written, and nothing is noted."""
    saga = sign_in("saga")
    answer = saga.post(f"{PAGE}e2b.xml", {"command": mark_of(saga.get(PAGE)), "receiver": " "})
    assert answer.status_code == 422
    assert "TW-619" in text_of(answer)
    assert not [each for each in grave.entries_of_kind("AccessLogged") if each.payload["event"] == "export"]


@pytest.mark.requirement("AC-2")
def test_the_sponsors_own_knowledge_is_recorded_by_its_people(grave: StudyStore) -> None:
    """The sponsor is asked when the sponsor knew."""
    saga = sign_in("saga")
    assert "When did the sponsor first know?" in text_of(saga.get(PAGE))
    assert send(saga, deed="know", at=ago(minutes=1), who="the monitor").status_code == 302
    (entry,) = grave.entries_of_kind("AwarenessRecorded")
    assert entry.payload["side"] == "sponsor"
    assert "Known to the sponsor since" in text_of(saga.get(PAGE))


def test_the_board_shows_the_newest_of_what_was_sent(grave: StudyStore, monkeypatch: Any) -> None:
    """And says how many there are; each event's page shows all of its own."""
    monkeypatch.setattr("trialwright.web.safety.views.MOST_DONE", 0)
    coco = sign_in("coco")
    assert send(coco, deed="report", to="sponsor", reference="R-1").status_code == 302
    said = text_of(coco.get("/safety/"))
    assert "The newest 0 of 1 are shown." in said
    assert grave.head().size
