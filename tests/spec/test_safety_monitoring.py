"""Monitoring: incidences with exact intervals, the course of a boundary's count, events by day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from conduct_making import tiny
from site_stages import SUBJECT, done, ready, today
from trialwright.conduct import commands as c
from trialwright.protocol.plan import Boundary, BoundaryStep, SpecialInterest
from trialwright.store import StudyStore
from trialwright.web.milestones import EventBrief, Milestones
from trialwright.web.safety.monitoring import courses, incidences, lanes, treated_in_order
from web_signing_in import sign_in, text_of

RASH = EventBrief("AE-1", "Rash", 1, False, "recovered", start="2026-03-05T10:00:00+00:00", emergent=True)
SEPSIS = EventBrief(
    "AE-2",
    "Sepsis",
    4,
    True,
    "recovering",
    "2026-03-09",
    related=False,
    emergent=True,
    rules=frozenset({"B1"}),
)


def people(*events: tuple[EventBrief, ...]) -> tuple[Milestones, ...]:
    """People treated one day after the other, each with these events."""
    return treated_in_order(
        [
            Milestones(
                f"S-{number}",
                "A",
                treated="2026-03-01",
                treated_at=f"2026-03-{number:02d}T10:00:00+00:00",
                events={event.event: event for event in each},
            )
            for number, each in enumerate(events, 1)
        ]
    )


def named(treated: tuple[Milestones, ...]) -> dict[str, tuple[int, int, str, str]]:
    lines = incidences(tiny(), treated)
    return {each.name: (each.people, each.events, each.percent, each.interval) for each in lines}


def test_a_person_counts_once_with_the_exact_interval() -> None:
    """1 of 20: 5.0 %, 0.1 to 24.9 %; none of 20: 0.0 to 16.8 %; earlier events do not count."""
    before = replace(RASH, event="AE-3", emergent=False)
    lines = named(people((RASH, replace(RASH, event="AE-9"), before), *[()] * 19))
    assert lines["Any event"] == (1, 2, "5.0 %", "0.1 – 24.9 %")
    assert lines["Serious"] == (0, 0, "0.0 %", "0.0 – 16.8 %")
    assert lines["Related"] == (1, 2, "5.0 %", "0.1 – 24.9 %")


def test_events_are_sorted_by_what_makes_them_matter() -> None:
    """Related unless said otherwise, serious, grade 3 or more, not graded, of special interest."""
    clot = replace(RASH, event="AE-4", grade=None, interest="clot")
    lines = named(people((SEPSIS,), (clot,)))
    assert lines["Related"][0] == 1
    assert lines["Serious"][0] == 1
    assert lines["Grade 3 or more"][0] == 1
    assert lines["Not graded"][0] == 1
    assert lines["Clot"][0] == 1


def test_nobody_treated_is_no_zero_per_cent() -> None:
    """Without a denominator there is no rate, and the tables are there all the same."""
    assert named(())["Any event"] == (0, 0, "", "")
    assert lanes((), date(2026, 3, 20)) == ()
    (course,) = courses(tiny(), ())
    assert course.counts == ()


def test_a_count_is_followed_along_its_boundary() -> None:
    """By order of treatment: how many of the first so many had the event, and what stops there."""
    boundary = Boundary(
        id="B1",
        sense="x",
        event="ae_grade >= 3",
        steps=(BoundaryStep(first=2, last=3, stop_at=2), BoundaryStep(first=4, last=9, stop_at=3)),
    )
    study = tiny().model_copy(update={"safety": tiny().safety.model_copy(update={"boundaries": (boundary,)})})
    (course,) = courses(study, people((RASH,), (SEPSIS,), (), (SEPSIS,)))
    assert course.counts == ((1, 0, None), (2, 1, 2), (4, 2, 3))
    assert course.line.startswith("0.0,100.0")
    assert course.top == 4


@pytest.mark.parametrize(
    ("start", "day"),
    [("2026-03-01", 0), ("2026-03-05T10:00:00+00:00", 4), ("2026-02", None)],
)
def test_an_event_stands_on_its_day(start: str, day: int | None) -> None:
    """Days from treatment; a start that is known to the month alone has no place on the line."""
    (lane,) = lanes(people((replace(RASH, start=start),)), date(2026, 3, 11))
    assert lane.days == 10
    assert [mark.day for mark in lane.marks] == ([] if day is None else [day])


def test_a_large_study_shows_the_lanes_with_events() -> None:
    """More than sixty people are shown only where they had an event."""
    many = people(*[()] * 20)
    crowd = tuple(replace(each, subject=f"{each.subject}-{number}") for number in range(4) for each in many)
    crowd = (replace(crowd[0], events={"AE-1": RASH}), *crowd[1:])
    assert len(crowd) == 80
    assert [lane.subject for lane in lanes(crowd, date(2026, 4, 1))] == [crowd[0].subject]
    assert SpecialInterest(id="x", name="y").name == "y"


def test_the_page_shows_the_treated_of_ones_own_site(site: StudyStore) -> None:
    """AC-2: counted over the people whom the role may see; in both languages."""
    store = done(ready(site), ("nora", "nurse", c.StartInfusion(SUBJECT, "B1", "L1", _now())))
    event = c.EventReport(term="Rash", start=today().isoformat(), grade=1, serious=False, related="related")
    done(store, ("coco", "coordinator", c.ReportAdverseEvent(SUBJECT, event)))
    coco, bao = sign_in("coco"), sign_in("bao")
    said = text_of(coco.get("/safety/monitoring/"))
    assert "1 treated" in said
    assert "Any event 1 100.0 % 2.5 – 100.0 % 1" in said
    assert SUBJECT in said
    other = text_of(bao.get("/safety/monitoring/"))
    assert "0 treated" in other
    assert SUBJECT not in other
    chinese = text_of(coco.get("/safety/monitoring/", headers={"accept-language": "zh-CN"}))
    assert "任何事件 1 100.0 %" in chinese
    assert "95% 区间" in chinese


def _now() -> Any:
    from datetime import UTC, datetime

    return datetime.now(UTC).replace(microsecond=0)
