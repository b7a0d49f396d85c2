"""What pages show, worked out from states and entries alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from conduct_making import Desk, desk, v
from trialwright.conduct import commands as c
from trialwright.record.entry import Author
from trialwright.record.snapshot import EntryView
from trialwright.web.casebook import casebook, key_dates
from trialwright.web.grid import GridRow, grid_rows
from trialwright.web.milestones import Milestones
from trialwright.web.overview import failures, funnel, key_figures, recruitment
from trialwright.web.telling import kind_name, sentence_of, told

DAY = "2026-03-01"
PRESSURE = {"systolic": v("120", "mm[Hg]"), "diastolic": v("80", "mm[Hg]")}


def view(kind: str, reason: str | None = None, redacted: bool = False, **payload: Any) -> EntryView:
    """An entry of the record."""
    return EntryView(
        seq=7,
        kind=kind,
        streams=(),
        payload=payload,
        at="2026-03-20T12:00:00.000Z",
        offset="+00:00",
        zone="UTC",
        author=Author("u-1", "Wu Lin", "data_manager"),
        reason=reason,
        command="",
        part=(1, 1),
        protocol="",
        software="",
        hash="",
        redacted=redacted,
    )


def treated() -> Desk:
    """A person treated now."""
    return desk().stock("B-1").treated("S-1", "B-1")


def row(at: Desk, days: int) -> GridRow:
    """The person's row some days after the treatment."""
    today = at.now.date() + timedelta(days=days)
    return grid_rows(at.study, [at.person("S-1")], today)[0]


@pytest.mark.parametrize(
    ("days", "state", "short"),
    [
        (0, "planned", "from 25 Mar"),
        (5, "due", "by 29 Mar"),
        (9, "due", "by 29 Mar"),
        (10, "overdue", "by 29 Mar"),
    ],
)
def test_a_visit_to_come_is_planned_then_due_then_overdue(days: int, state: str, short: str) -> None:
    """A visit is due on each day of its window, both ends included, and overdue from the day after."""
    cell = row(treated(), days).cells[3]
    assert (cell.state, cell.short) == (state, short)
    assert cell.text == "2026-03-25 to 2026-03-29"


def test_visits_that_took_place_say_how_they_lie_in_their_window() -> None:
    """A visit held in its window is done, after it late; one that was missed says so."""
    at = treated()
    at.wait(days=10)
    at.do(c.RecordVisit("S-1", "WEEK1", at.now.date()), c.MissVisit("S-1", "H24", "travelling"))
    found = row(at, 0)
    assert [cell.state for cell in found.cells][:4] == ["done", "done", "missed", "late"]
    assert found.status == "treated"
    assert found.cells[3].meaning == "done after its window"


def test_nothing_is_expected_before_treatment() -> None:
    """Before the treatment no visit after it is expected, because its window is not known yet."""
    found = row(desk().enrolled("S-1"), 0)
    assert [cell.state for cell in found.cells][1:] == ["none"] * (len(found.cells) - 1)
    assert found.status == "enrolled"


def test_the_flow_loses_nobody() -> None:
    """At each step of the flow, those who went on and those who left add up to those who came."""
    here = Milestones("1", "A", registered=DAY)
    people = [
        here,
        replace(here, failed=("X1",)),
        replace(here, consented=DAY),
        replace(here, consented=DAY, failed=("X1", "C1")),
        replace(here, consented=DAY, eligible=DAY, enrolled=DAY),
        replace(here, consented=DAY, eligible=DAY, enrolled=DAY, treated=DAY),
        replace(here, consented=DAY, eligible=DAY, enrolled=DAY, treated=DAY, withdrawn=DAY),
        replace(here, consented=DAY, eligible=DAY, enrolled=DAY, treated=DAY, completed=DAY),
    ]
    steps = funnel(people)
    assert [step.count for step in steps] == [8, 6, 4, 4, 3, 1]
    for step, following in pairwise(steps):
        assert step.count - following.count == sum(count for count, _ in step.exits)
    assert steps[0].exits == ((1, "not yet consented"), (1, "screen failure"))
    assert steps[4].exits == ((1, "in follow-up"), (1, "withdrawn"))
    assert steps[5].exits == ()
    study = desk().study
    assert [(failure.id, failure.count, failure.percent) for failure in failures(study, people)] == [
        ("X1", 2, 100),
        ("C1", 1, 50),
    ]
    assert [(each.name, each.value) for each in key_figures(study, people)][:3] == [
        ("registered", 8),
        ("enrolled", 4),
        ("treated", 3),
    ]


def test_an_empty_study_has_a_flow_and_no_curve() -> None:
    """Before anybody is registered all figures are zero and there is no recruitment to draw."""
    assert [step.count for step in funnel([])] == [0] * 6
    assert recruitment(desk().study, []) is None


def test_recruitment_is_drawn_in_steps_against_the_target() -> None:
    """The curve steps up at each enrolment from the first registration on; more than the target fits too."""
    study = desk().study
    days = [date(2026, 3, 1) + timedelta(days=10 * number) for number in range(5)]
    people = [Milestones(str(day), "A", registered=DAY, enrolled=day.isoformat()) for day in days]
    few, many = recruitment(study, people[:2]), recruitment(study, people)
    assert few is not None
    assert many is not None
    assert few.line == "0,100 0.0,100.0 0.0,75.0 100.0,75.0 100.0,50.0"
    assert (few.top, few.target_height) == (4, 0)
    assert (many.top, many.target_height, many.enrolled) == (5, 20.0, 5)


def test_the_casebook_shows_values_units_and_corrections() -> None:
    """An answer has its label, its value as it is read and its unit; what stood before stands beside it."""
    at = desk().screened("S-1")
    at.do(c.CorrectItem("S-1", "LOOK", "laboratory", "1", "glucose", v("8.1"), "misread"))
    entry = at.entries[-1]
    corrected = replace(view("ItemCorrected", reason="misread"), payload=entry.payload, seq=entry.seq)
    visit = casebook(at.study, at.person("S-1"), [corrected])[0]
    answers = {answer.label: answer for form in visit.forms for line in form.rows for answer in line.answers}
    assert (answers["Glucose"].text, answers["Glucose"].unit) == ("8.1", "mmol/L")
    assert answers["Glucose"].entry == entry.seq
    before = answers["Glucose"].corrections[0]
    assert (before.old, before.reason, before.author) == ("7.8 mmol/L", "misread", "Wu Lin")
    assert answers["Gender"].text == "Male"
    assert visit.place == "done"
    assert visit.empty_forms == ()


def test_a_form_of_several_rows_becomes_a_table() -> None:
    """Rows at time points stand below one another in the protocol's order."""
    at = treated()
    for point in ("m30", "dry"):
        at.do(c.EnterItems("S-1", "DAY0", "pressure", point, PRESSURE))
    day = next(visit for visit in casebook(at.study, at.person("S-1")) if visit.id == "DAY0")
    table = next(form for form in day.forms if form.columns)
    assert [name for name, _ in table.lines] == ["Before the drip", "30 min"]
    assert all(len(answers) == len(table.columns) for _, answers in table.lines)


def test_key_dates_stand_in_the_order_of_time() -> None:
    """The timeline tells consent, screening, eligibility, treatment and the end."""
    at = treated()
    names = [each.name for each in key_dates(at.study, at.person("S-1"))]
    assert names == ["Consent 1.0", "Screening", "Eligibility signed", "Treatment"]
    dates = [each.date for each in key_dates(at.study, at.person("S-1"))]
    assert dates == sorted(dates)


def test_entries_are_told_in_words() -> None:
    """Each kind of entry is told in a sentence that names visit, form and item as the protocol does."""
    study = desk().study
    entered = view("ItemsEntered", visit="DAY0", occurrence=1, form="pressure", row="m30", items={"a": {}})
    assert sentence_of(study, entered).endswith("30 min: 1 item entered")
    assert sentence_of(study, entered).startswith("Day of the drip, ")
    old, new = ({"value": text, "unit": "mmol/L", "missing": None} for text in ("7", "8"))
    place = {"visit": "LOOK", "occurrence": 1, "form": "laboratory", "row": "1", "item": "glucose"}
    corrected = view("ItemCorrected", old=old, new=new, **place)
    assert (
        sentence_of(study, corrected) == "Glucose corrected from 7 mmol/L to 8 mmol/L (Screening, Laboratory)"
    )
    asked = view("QueryOpened", query="Q-1", text="is this right?")
    assert sentence_of(study, asked) == "Q-1 opened: is this right?"
    assert sentence_of(study, view("SubjectEnrolled", number=3)) == "Enrolled as number 3"
    assert told(study, view("SubjectLocked", subject="S-1")).role == "data manager"


def test_every_kind_that_the_study_writes_is_told() -> None:
    """No entry of a study run at the desk is left without a sentence of its own."""
    at = treated()
    for entry in at.entries:
        sentence = sentence_of(at.study, replace(view(entry.kind), payload=entry.payload))
        assert sentence
        assert sentence.lower() != kind_name(entry.kind), entry.kind


@pytest.mark.parametrize("payload", [{}, {"visit": 3}, {"items": None}, {"old": 1, "new": {}}])
def test_an_entry_of_another_make_is_named(payload: dict[str, Any]) -> None:
    """An entry of an unknown kind, or with another payload, is named instead of told."""
    study = desk().study
    assert sentence_of(study, view("MoonPhaseNoted", **payload)) == "Moon phase noted"
    assert sentence_of(study, view("ItemCorrected", **payload)) == "Item corrected"
    assert sentence_of(study, view("ItemsEntered", redacted=True)) == "Items entered; its content was removed"


def test_units_are_shown_as_people_write_them() -> None:
    """The record keeps UCUM's spelling; pages show the usual one."""
    from trialwright.web.words import unit

    codes = ("mm[Hg]", "10*9/L", "umol/L", "m[IU]/L", "Cel", "ug/L", "mmol/L", "kg/m2", "/min", "u[IU]/mL")
    assert [unit(code) for code in codes] == [
        *("mmHg", "10⁹/L", "µmol/L", "mIU/L", "°C", "µg/L", "mmol/L", "kg/m2", "/min", "µIU/mL"),
    ]
