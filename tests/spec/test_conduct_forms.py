"""Form entry: what may be entered where, how each answer is checked, and how it is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from conduct_making import GOOD, MAN, NOON, Desk, desk, v
from trialwright.conduct import commands as c

TODAY = NOON.date()
WOMAN: Mapping[str, c.ItemValue] = {"gender": v("female"), "age": v("40"), "expecting": v(False)}


@pytest.fixture
def here() -> Desk:
    """A person whose screening visit is recorded, with no answer yet."""
    made = desk().stock("B1").consented("A-001")
    made.do(c.RecordVisit("A-001", "LOOK", TODAY))
    return made


def person(answers: Mapping[str, c.ItemValue]) -> c.EnterItems:
    """Answers to the form of the person."""
    return c.EnterItems("A-001", "LOOK", "person", "1", answers)


def lab(**answers: c.ItemValue) -> c.EnterItems:
    """Answers to the laboratory form."""
    return c.EnterItems("A-001", "LOOK", "laboratory", "1", answers)


def correct(
    item: str, new: c.ItemValue, reason: str = "read again", form: str = "laboratory"
) -> c.CorrectItem:
    """A correction of one item."""
    return c.CorrectItem("A-001", "LOOK", form, "1", item, new, reason)


@pytest.mark.requirement("AT-1")
def test_answers_are_kept_as_typed_with_their_unit(here: Desk) -> None:
    """7.80 stays 7.80; an answer without a unit gets the item's own."""
    entry = here.do(lab(glucose=v("7.80")))
    assert entry.payload["items"] == {"glucose": {"value": "7.80", "unit": "mmol/L", "missing": None}}
    assert entry.payload["findings"] == []


def test_a_form_is_filled_at_a_visit_that_has_it(here: Desk) -> None:
    """Unknown visits, unknown forms and forms of other visits are refused."""
    here.refused("TW-409", c.EnterItems("A-001", "V9", "person", "1", MAN))
    here.refused("TW-410", c.EnterItems("A-001", "LOOK", "nothing", "1", MAN))
    here.refused("TW-411", c.EnterItems("A-001", "DAY0", "person", "1", MAN))


@pytest.mark.requirement("SQ-1")
def test_a_form_is_filled_once_its_visit_is_recorded(here: Desk) -> None:
    """The visit comes first, and a missed visit has no values."""
    assert here.refused("TW-412", c.EnterItems("A-001", "EXTRA", "laboratory", "1", GOOD)).missing == (
        "EXTRA",
    )
    here.treated("A-002", "B1").wait(days=10)
    here.do(c.MissVisit("A-002", "WEEK1", "away"))
    refusal = here.refused("TW-412", c.EnterItems("A-002", "WEEK1", "laboratory", "1", GOOD))
    assert "missed" in refusal.sentence


def test_adverse_events_are_reported_not_entered(here: Desk) -> None:
    """The adverse event form is filled by the report of an event."""
    here.refused("TW-440", c.EnterItems("A-001", "LOOK", "harm", "AE-1", {"ae_term": v("Headache")}))


def test_a_form_filled_once_has_the_row_1(here: Desk) -> None:
    """Another row of a form that does not repeat is refused."""
    here.refused("TW-414", c.EnterItems("A-001", "LOOK", "person", "2", MAN))


def test_rows_of_a_repeating_form_have_a_label(here: Desk) -> None:
    """A row of a list of drugs is named by the coordinator, in plain text."""
    for label in ("", "a b", "x" * 33, "1|2"):
        here.refused("TW-414", c.EnterItems("A-001", "LOOK", "pills", label, {"pill_name": v("Aspirin")}))
    here.do(c.EnterItems("A-001", "LOOK", "pills", "2", {"pill_name": v("Aspirin")}))


def test_rows_at_time_points_carry_their_names() -> None:
    """Where the visit names time points, its rows are those, and later ones wait for the start."""
    here = desk().stock("B1").confirmed("A-001", "B1")
    pressures = {"systolic": v("120"), "diastolic": v("80")}
    here.refused("TW-414", c.EnterItems("A-001", "DAY0", "pressure", "1", pressures))
    here.do(c.EnterItems("A-001", "DAY0", "pressure", "dry", pressures))
    here.refused("TW-426", c.EnterItems("A-001", "DAY0", "pressure", "m30", pressures))
    here.do(c.StartInfusion("A-001", "B1", "L1", here.now))
    here.do(c.EnterItems("A-001", "DAY0", "pressure", "m30", pressures))


def test_items_of_a_second_unscheduled_visit_name_it(here: Desk) -> None:
    """Each occurrence of an unscheduled visit has its own values."""
    here.do(c.RecordVisit("A-001", "EXTRA", TODAY), c.RecordVisit("A-001", "EXTRA", TODAY))
    here.do(c.EnterItems("A-001", "EXTRA", "laboratory", "1", GOOD))
    here.do(c.EnterItems("A-001", "EXTRA", "laboratory", "1", GOOD, occurrence=2))
    here.refused("TW-412", c.EnterItems("A-001", "EXTRA", "laboratory", "1", GOOD, occurrence=3))


def test_an_entry_holds_something(here: Desk) -> None:
    """No item, an item without value or reason, and one with both are refused."""
    here.refused("TW-415", lab())
    here.refused("TW-415", lab(glucose=v()))
    here.refused("TW-415", lab(glucose=v("7.8", missing="lost")))


def test_an_item_must_stand_on_the_form(here: Desk) -> None:
    """An item of another form is refused."""
    here.refused("TW-413", lab(glucose=v("7.8"), sex=v("male")))


@pytest.mark.parametrize(
    ("item", "value"),
    [
        ("glucose", "high"),
        ("glucose", ""),
        ("glucose", "7,8"),
        ("glucose", "NaN"),
        ("glucose", "1e5"),
        ("glucose", "٣"),
        ("glucose", True),
        ("sampled_on", "yesterday"),
        ("sampled_on", "2026-02-30"),
        ("sampled_on", "2026-13"),
        ("sampled_on", "0001-01-01"),
        ("sampled_on", "2026-03-20T10:00:00+01:00"),
        ("sampled_at", "10 o'clock"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(here: Desk, item: str, value: Any) -> None:
    """The refusal says what the item takes."""
    here.refused("TW-431", lab(**{"glucose": v("7.8"), item: v(value)}))


@pytest.mark.parametrize("age", ["40.5", "40.0", "<40", "forty"])
def test_a_whole_number_is_whole(here: Desk, age: str) -> None:
    """An integer takes neither fractions nor bounds."""
    here.refused("TW-431", person({"gender": v("male"), "age": v(age)}))


def test_yes_or_no_is_a_truth_not_a_word(here: Desk) -> None:
    """A boolean item takes true or false."""
    here.refused("TW-431", person({**WOMAN, "expecting": v("no")}))


def test_a_code_must_be_one_of_the_item(here: Desk) -> None:
    """The refusal names the permitted codes."""
    assert "male, female" in here.refused("TW-432", person({"gender": v("m"), "age": v("40")})).sentence


def test_a_text_must_say_something(here: Desk) -> None:
    """Blank text and control characters are refused."""
    here.refused("TW-415", person({**MAN, "remark": v("  ")}))
    here.refused("TW-415", person({**MAN, "remark": v("a\x07")}))
    here.do(person({**MAN, "remark": v("well, 健康")}))


@pytest.mark.parametrize("unit", ["kg", "furlong", "10*999999999/L", "x" * 50])
def test_a_unit_must_convert(here: Desk, unit: str) -> None:
    """A unit of another kind, or none at all, is refused."""
    here.refused("TW-433", lab(glucose=v("7.8", unit)))


def test_an_item_without_a_unit_takes_none(here: Desk) -> None:
    """A unit on a date or count is refused."""
    here.refused("TW-433", person({"gender": v("male"), "age": v("40", "a")}))


@pytest.mark.requirement("SQ-4")
@pytest.mark.parametrize("given", [v("0.9"), v("40.1"), v("17", "mg/dL"), v("720.7", "mg/dL"), v("<0.5")])
def test_a_value_outside_what_is_possible_is_refused(here: Desk, given: c.ItemValue) -> None:
    """Hard limits hold in every unit, and for the bound of a censored value."""
    assert "1 to 40 mmol/L" in here.refused("TW-434", lab(glucose=given)).sentence


@pytest.mark.requirement("SQ-4")
@pytest.mark.parametrize(
    "given", [v("1"), v("40"), v("18.0156", "mg/dL"), v("720.624", "mg/dL"), v("<5"), v(">= 20")]
)
def test_limits_are_exact_and_inclusive(here: Desk, given: c.ItemValue) -> None:
    """The limit itself is possible, also after conversion (180.156 g of glucose are one mole)."""
    here.do(lab(glucose=given))


@pytest.mark.requirement("SQ-4")
def test_a_value_outside_what_is_expected_is_a_finding(here: Desk) -> None:
    """A soft limit does not refuse; the entry says what is odd, in the unit as typed."""
    (finding,) = here.do(lab(glucose=v("400", "mg/dL"))).payload["findings"]
    assert finding == "glucose is 400 mg/dL, outside the expected 3 to 20 mmol/L"


def test_a_date_may_be_partial(here: Desk) -> None:
    """A month or a year is taken where the day is not known, and kept as typed."""
    entry = here.do(lab(glucose=v("7.8"), sampled_on=v("2026-03"), sampled_at=v("2026")))
    assert entry.payload["items"]["sampled_on"]["value"] == "2026-03"


def test_a_date_in_the_future_needs_an_item_that_allows_it(here: Desk) -> None:
    """A planned date may lie ahead, a date of what happened may not."""
    ahead = (TODAY + timedelta(days=1)).isoformat()
    here.refused("TW-418", lab(glucose=v("7.8"), sampled_on=v(ahead)))
    here.refused("TW-418", lab(glucose=v("7.8"), sampled_at=v("2026-03-20T13:00:01+01:00")))
    here.refused("TW-417", lab(glucose=v("7.8"), sampled_at=v("2026-03-20T10:00:00")))
    here.do(lab(glucose=v("7.8"), next_sample=v(ahead), sampled_at=v("2026-03-20T13:00:00+01:00")))


@pytest.mark.requirement("SQ-4")
def test_a_required_item_is_answered_or_given_as_missing(here: Desk) -> None:
    """What is required is named; a reason why it is missing is an answer."""
    refusal = here.refused("TW-437", person({"gender": v("male")}))
    assert refusal.missing == ("age",)
    here.do(person({"gender": v("male"), "age": v(missing="not told")}))
    here.do(person({"remark": v("added later")}))


@pytest.mark.requirement("SQ-4")
def test_skip_logic_decides_what_is_asked(here: Desk) -> None:
    """Pregnancy is not asked of men, is required of women, and may be asked while the sex is unknown."""
    here.refused("TW-436", person({**MAN, "expecting": v(False)}))
    assert here.refused("TW-437", person({"gender": v("female"), "age": v("40")})).missing == ("expecting",)
    unknown = {"gender": v(missing="refused"), "age": v("40"), "expecting": v(missing="refused")}
    here.do(person(unknown))


def test_an_item_that_is_not_asked_may_be_given_as_missing(here: Desk) -> None:
    """To say that something is missing is no value, so skip logic does not refuse it."""
    here.do(person({**MAN, "expecting": v(missing="not applicable")}))


@pytest.mark.requirement("SQ-4")
def test_a_hard_edit_check_refuses(here: Desk) -> None:
    """Values that contradict each other are refused with the check's own message."""
    days = {"pill_name": v("Aspirin"), "pill_start": v("2026-03-02"), "pill_end": v("2026-03-01")}
    assert "last day" in here.refused("TW-435", c.EnterItems("A-001", "LOOK", "pills", "1", days)).sentence
    open_days = {**days, "pill_end": v("2026-03")}
    here.do(c.EnterItems("A-001", "LOOK", "pills", "1", open_days))


@pytest.mark.requirement("SQ-4")
def test_a_hard_edit_check_holds_over_two_entries(here: Desk) -> None:
    """An answer entered later is checked against the earlier ones of its row, not of other rows."""
    here.do(c.EnterItems("A-001", "LOOK", "pills", "1", {"pill_name": v("A"), "pill_start": v("2026-03-02")}))
    late = {"pill_end": v("2026-03-01")}
    here.refused("TW-435", c.EnterItems("A-001", "LOOK", "pills", "1", late))
    here.do(c.EnterItems("A-001", "LOOK", "pills", "2", {"pill_name": v("B"), **late}))


@pytest.mark.requirement("SQ-4")
def test_a_soft_edit_check_is_a_finding() -> None:
    """Odd values are taken, with the sentence of the check."""
    here = desk().stock("B1").confirmed("A-001", "B1")
    wide = {"systolic": v("200"), "diastolic": v("80")}
    (finding,) = here.do(c.EnterItems("A-001", "DAY0", "pressure", "dry", wide)).payload["findings"]
    assert "far apart" in finding
    crossed = {"systolic": v("80"), "diastolic": v("120")}
    assert "DAY0" in finding
    here.refused("TW-430", c.EnterItems("A-001", "DAY0", "pressure", "dry", crossed))


@pytest.mark.requirement("AT-2")
def test_an_item_is_entered_once(here: Desk) -> None:
    """A second value comes as a correction, also where the first said why it is missing."""
    here.do(lab(glucose=v("7.8"), sampled_on=v(missing="lost")))
    assert "correct it" in here.refused("TW-430", lab(glucose=v("7.9"))).sentence
    here.refused("TW-430", lab(sampled_on=v("2026-03-01")))


@pytest.mark.requirement("AT-2", "AT-3")
def test_a_correction_keeps_the_old_value_and_the_reason(here: Desk) -> None:
    """The entry holds old and new side by side, and the reason in its envelope."""
    here.do(lab(glucose=v("7.8")))
    entry = here.do(correct("glucose", v("141", "mg/dL")))
    assert entry.reason == "read again"
    assert entry.payload["old"] == {"value": "7.8", "unit": "mmol/L", "missing": None}
    assert entry.payload["new"] == {"value": "141", "unit": "mg/dL", "missing": None}


@pytest.mark.requirement("AT-3")
def test_a_correction_needs_a_reason_a_value_and_a_change(here: Desk) -> None:
    """Without a reason, of an item never entered, or without change: refused."""
    here.refused("TW-438", correct("glucose", v("7.9")))
    here.do(lab(glucose=v("7.8")))
    here.refused("TW-416", correct("glucose", v("7.9"), reason=" "))
    here.refused("TW-439", correct("glucose", v("7.8")))
    here.refused("TW-439", correct("glucose", v("7.8", "mmol/L")))
    here.refused("TW-413", correct("sugar", v("7.8")))


def test_a_correction_is_checked_like_an_entry(here: Desk) -> None:
    """Limits, edit checks and skip logic hold for corrections too."""
    here.do(lab(glucose=v("7.8")), person(WOMAN))
    here.refused("TW-434", correct("glucose", v("78")))
    assert here.do(correct("glucose", v("30"))).payload["findings"]
    here.do(correct("gender", v("male"), form="person"))
    here.refused("TW-436", correct("expecting", v(True), form="person"))


def test_skip_logic_reads_this_row_before_other_visits() -> None:
    """What an item of the same form said at an earlier visit does not decide what is asked at this one."""
    here = desk().screened("A-001")
    assert here.answer(c.EnterItems("A-001", "LOOK", "person", "1", {"remark": v("later")}))
