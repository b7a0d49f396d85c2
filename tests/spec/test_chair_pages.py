"""The chair: bag, clocks, start, reaction, interruption, end, on one screen."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from site_stages import BAG, LOT, SUBJECT, enrolled, ready
from trialwright.conduct.states import SubjectState, UnitState
from trialwright.store import StudyStore
from trialwright.web.infusion.deeds import at_clock
from web_signing_in import PASSWORD, make_account, mark_of, sign_in, text_of

CHAIR = f"/subjects/{SUBJECT}/infusion/"


def press(visitor: Any, deed: str, **fields: str) -> Any:
    """Press a button of the page as it stands."""
    return visitor.post(CHAIR, {"command": mark_of(visitor.get(CHAIR)), "deed": deed, **fields})


def person(store: StudyStore) -> SubjectState:
    state = store.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
    return state


def test_the_bag_is_set_aside_and_thawed(site: StudyStore) -> None:
    """The label is read, not chosen; the clock of the thawed bag runs from then."""
    enrolled(site)
    nora = sign_in("nora")
    assert press(nora, "allocate", unit=BAG, lot="L9").status_code == 422
    assert press(nora, "allocate", unit=BAG, lot=LOT).status_code == 302
    assert press(nora, "thaw", unit=BAG, lot=LOT).status_code == 302
    unit = site.states(f"unit:{BAG}")[f"unit:{BAG}"]
    assert isinstance(unit, UnitState)
    assert unit.status == "thawed"
    assert "data-until" in nora.get(CHAIR).content.decode()


def test_an_infusion_from_start_to_end(site: StudyStore) -> None:
    """Start, reaction with one tap, interruption, resumption once it is over, end with the volume."""
    ready(site)
    nora = sign_in("nora")
    assert press(nora, "start", unit=BAG, lot=LOT).status_code == 302
    assert "running" in text_of(nora.get(CHAIR))
    assert press(nora, "rate", rate="80").status_code == 302
    assert press(nora, "reaction", interest="clot", grade="2").status_code == 302
    event = person(site).events["AE-1"]
    assert (event["grade"], event["related"], event["special_interest"]) == (2, "related", "clot")
    refused = press(nora, "rate", rate="60")
    assert "TW-479" in text_of(refused)
    assert press(nora, "interrupt", cause="reaction").status_code == 302
    page = nora.get(CHAIR)
    assert "A reaction of grade 2 is open" in text_of(page)
    stopped = press(nora, "end", unit=BAG, volume="40")
    assert "TW-478" in text_of(stopped)
    assert press(nora, "end", unit=BAG, volume="40", cause="reaction").status_code == 302
    infusion = person(site).infusion
    assert infusion is not None
    assert infusion.ended
    assert "ended" in text_of(nora.get(CHAIR))


def test_what_was_typed_wrongly_is_refused(site: StudyStore) -> None:
    """A volume that is no number, a time that is no time, a button that is none."""
    ready(site)
    nora = sign_in("nora")
    press(nora, "start", unit=BAG, lot=LOT)
    assert "TW-608" in text_of(press(nora, "end", unit=BAG, volume="all"))
    assert "TW-607" in text_of(press(nora, "interrupt", cause="x", at="soon"))
    assert "TW-606" in text_of(press(nora, "dance"))


def test_a_button_pressed_twice_counts_once(site: StudyStore) -> None:
    """SQ-3: the same press sent again, as after a lost network, is the first one."""
    ready(site)
    nora = sign_in("nora")
    at = datetime.now(UTC).isoformat()
    form = {"command": mark_of(nora.get(CHAIR)), "deed": "start", "unit": BAG, "lot": LOT, "at": at}
    assert nora.post(CHAIR, form).status_code == 302
    size = site.head().size
    assert nora.post(CHAIR, form).status_code == 302
    assert site.head().size == size


def test_a_press_without_network_keeps_its_time(site: StudyStore) -> None:
    """What is sent later carries the time at which the button was pressed."""
    ready(site)
    nora = sign_in("nora")
    press(nora, "start", unit=BAG, lot=LOT)
    pressed = datetime.now(UTC).replace(microsecond=0)
    press(nora, "interrupt", cause="no network", at=pressed.isoformat())
    infusion = person(site).infusion
    assert infusion is not None
    stop = infusion.spans[0][1]
    assert stop is not None
    assert datetime.fromisoformat(stop) >= datetime.fromisoformat(infusion.spans[0][0])


def test_two_people_compare_the_bag(site: StudyStore) -> None:
    """The second one gives their own id and password; oneself twice, or a wrong password, is refused."""
    ready(site)
    make_account("coco")
    nora = sign_in("nora")
    check = {"unit": BAG, "lot": LOT}
    twice = press(nora, "check", **check, second="nora", second_password=PASSWORD)
    assert "TW-609" in text_of(twice)
    wrong = press(nora, "check", **check, second="coco", second_password="guess")
    assert "TW-609" in text_of(wrong)
    assert press(nora, "check", **check, second="coco", second_password=PASSWORD).status_code == 302
    found = person(site).unit_check
    assert found is not None
    assert found.checked_by == ("nora", "coco")
    assert not re.search("guess|" + PASSWORD, " ".join(map(str, site.entries("access"))))


@pytest.mark.requirement("AC-2")
def test_another_sites_chair_is_not_found(site: StudyStore) -> None:
    """AC-2: reading and acting alike."""
    coco = sign_in("coco")
    assert coco.get("/subjects/B-001/infusion/").status_code == 404
    assert coco.post("/subjects/B-001/infusion/", {"deed": "start"}).status_code == 404


NOON = datetime(2026, 3, 20, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("", NOON),
        ("09:40", NOON.replace(hour=9, minute=40)),
        ("23:50", NOON.replace(hour=23, minute=50) - timedelta(days=1)),
        ("2026-03-20T10:59:30+00:00", NOON - timedelta(seconds=30)),
        ("noon", None),
        ("25:00", None),
        ("2026-03-20T10:59:30", None),
    ],
)
def test_a_clock_time_is_the_last_such_time(text: str, meant: datetime | None) -> None:
    """A time of the future is yesterday's; nothing typed is now; what is no time is refused."""
    assert at_clock(text, NOON) == meant
