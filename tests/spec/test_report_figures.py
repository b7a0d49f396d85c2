"""The figures of the report: what they show, and that they belong to the page they stand in."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from trialwright.report.figures.course import CoursePlot, Summary, draw_course
from trialwright.report.figures.drawing import Picture
from trialwright.report.figures.events_over_time import MOST_LINES, choose_lines, draw_events
from trialwright.report.figures.funnel import Flow, Loss, Reason, Stage, draw_funnel
from trialwright.report.figures.proportions import Proportion, draw_proportions
from trialwright.report.figures.recruitment import Recruitment, draw_recruitment
from trialwright.report.subject_lines import Course, EventBar, SubjectLine
from trialwright.report.table import Part

HOSTILE = 'Rash $x^2$ <script>alert(1)</script> id="a" #000003'


def read_svg(svg: str) -> ElementTree.Element:
    """The tree of a drawing."""
    return ElementTree.fromstring(svg)  # noqa: S314 - drawn by the code under test


def events(term: str = "Rash") -> Picture:
    """Two subjects, one with two events."""
    bars = (EventBar(term, 2, 9, 1, serious=False), EventBar("Syncope", 4, None, 3, serious=True))
    lines = (SubjectLine("S-1", "A", 85, True, bars), SubjectLine("S-2", "A", 40, False, ()))
    return draw_events("e", "Two events", "One bar an event", lines)


def course() -> Picture:
    """Two subjects at three visits."""
    courses = (
        Course("S-1", "A", ((1.0, "Start", 2.0), (2.0, "Week 4", 1.5), (3.0, "Week 8", 1.4))),
        Course("S-2", "A", ((1.0, "Start", 4.0), (3.0, "Week 8", 3.0))),
    )
    summaries = {"A": [Summary("Start", 2.8, 1.0, 8.0), Summary("Week 8", 2.0, None, None)]}
    return draw_course("c", "Values", "Log axis", CoursePlot("X", courses, summaries, {}))


def recruitment() -> Picture:
    """Three screened, one treated, of five planned."""
    days = [date(2026, 1, 20) + timedelta(days=9 * step) for step in range(3)]
    return draw_recruitment("r", "One of five", "By day", Recruitment(days, days[2:], 5))


def funnel() -> Picture:
    """Three consented, one left for two reasons."""
    stages = (Stage("consented", 3, Part("3", "r1")), Stage("treated", 2, Part("2", "r2")))
    reasons = (Reason("E1", HOSTILE, 1, Part("1", "r4")), Reason("I2", "Body mass index", 1, Part("1", "r5")))
    return draw_funnel(
        "f", "Flow", "Widths", Flow(stages, (Loss(0, "not eligible", 1, Part("1", "r3"), reasons),))
    )


def proportions() -> Picture:
    """One of eight."""
    return draw_proportions(
        "p", "Responders", "With limits", [Proportion("Placebo", 12.5, 0.3, 52.7, "12.5 %")]
    )


PICTURES = [events, course, recruitment, funnel, proportions]


@pytest.mark.parametrize("make", PICTURES)
def test_a_figure_is_the_same_bytes_every_time(make) -> None:
    """The same data give the same bytes: nothing in a figure comes from the clock or from chance."""
    assert make() == make()


@pytest.mark.parametrize("make", PICTURES)
def test_a_figure_belongs_to_its_page(make) -> None:
    """A figure has a title and a description, ids of its own, and no address, style sheet, font or colour."""
    picture = make()
    for svg in (str(picture.wide), str(picture.narrow)):
        assert not re.search(r"https?:|xmlns|<style|font-family|<image", svg)
        assert not re.search(r"(fill|stroke): ?#", svg), "a colour that is not a variable of the page"
        tree = read_svg(svg)
        assert tree[0].tag == "title"
        assert tree[0].text == picture.title
        assert tree[1].tag == "desc"
        ids = [part.get("id") for part in tree.iter() if part.get("id")]
        assert len(ids) == len(set(ids))
        wanted = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg))
        assert {one or other for one, other in wanted} <= set(ids)
    wide, narrow = (set(re.findall(r'id="([^"]+)"', str(svg))) for svg in (picture.wide, picture.narrow))
    assert not wide & narrow


def test_text_in_a_figure_is_text() -> None:
    """Labels stay text that can be found and read aloud, whatever signs stand in them."""
    tree = read_svg(str(events(HOSTILE).wide))
    assert HOSTILE in {"".join(part.itertext()) for part in tree.iter("text")}
    assert "script" not in {part.tag for part in tree.iter()}


def test_the_flow_names_every_number_and_its_result() -> None:
    """Each number of the flow carries the id of its result."""
    tree = read_svg(str(funnel().wide))
    bound = {part.get("data-result"): part.text for part in tree.iter("tspan")}
    assert bound == {"r1": "3", "r2": "2", "r3": "1", "r4": "1", "r5": "1"}


def test_the_key_names_only_marks_that_occur() -> None:
    """The key of the adverse event figure explains the grades and marks that are there, and no others."""
    assert [meaning for _, meaning in events().key] == [
        "Grade 1",
        "Grade 3",
        "Serious",
        "Goes on",
        "Completed the study",
        "Left early",
    ]


def test_of_too_many_subjects_the_worst_off_are_drawn() -> None:
    """Where there are more subjects than a page can hold, those with serious and severe events are kept."""
    quiet = [SubjectLine(f"S-{number:03d}", "A", 85, True, ()) for number in range(MOST_LINES)]
    bar = EventBar("Rash", 1, 2, 1, serious=True)
    chosen = choose_lines((*quiet, SubjectLine("S-999", "A", 85, True, (bar,))))
    assert len(chosen) == MOST_LINES
    assert chosen[-1].subject == "S-999"


def test_proportions_name_group_and_figure() -> None:
    """Each group of a yes-or-no endpoint stands with its name and its figure as the table prints it."""
    tree = read_svg(str(proportions().narrow))
    assert {"".join(part.itertext()) for part in tree.iter("text")} >= {"Placebo", "12.5 %", "0 %", "100 %"}
