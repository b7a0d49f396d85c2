"""Adverse events: reported from consent on, consistent in themselves, followed up to the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conduct_making import NOON, Desk, changed, desk, tiny, v
from trialwright.conduct import commands as c

TODAY = NOON.date()
HEADACHE = c.EventReport(
    "Headache",
    start=TODAY - timedelta(days=2),
    grade=1,
    serious=False,
    related="not related",
    outcome="unknown",
)
DEATH = c.EventReport(
    "Cardiac arrest",
    start=TODAY,
    end=TODAY,
    grade=5,
    serious=True,
    seriousness=("death",),
    related="not related",
    outcome="fatal",
)


@pytest.fixture
def here() -> Desk:
    """A person who consented ten days ago."""
    return desk().consented("A-001")


def report(**known: Any) -> c.ReportAdverseEvent:
    """The headache, with other facts."""
    return c.ReportAdverseEvent("A-001", replace(HEADACHE, **known))


@pytest.mark.requirement("AT-1")
def test_an_event_gets_the_person_s_next_number(here: Desk) -> None:
    """The entry holds every field, known or not."""
    payload = here.do(report()).payload
    assert payload == {
        "subject": "A-001",
        "event": "AE-1",
        "term": "Headache",
        "decoded_term": None,
        "soc": None,
        "start": "2026-03-18",
        "end": None,
        "grade": 1,
        "serious": False,
        "seriousness": [],
        "related": "not related",
        "relation_procedure": None,
        "action": None,
        "outcome": "unknown",
        "special_interest": None,
        "leads_to_withdrawal": None,
        "details": {},
        "treatment_emergent": False,
        "findings": [],
        "meets": [],
        "counts": [],
    }
    assert here.do(report()).payload["event"] == "AE-2"


def test_an_incomplete_case_is_taken(here: Desk) -> None:
    """The clock runs on an incomplete case: what the form requires and is not known yet is a finding."""
    payload = here.do(c.ReportAdverseEvent("A-001", c.EventReport("Rash"))).payload
    assert payload["findings"] == [
        "AE-1: Start is not known yet",
        "AE-1: Grade is not known yet",
        "AE-1: Relation is not known yet",
    ]


def test_a_relation_may_be_spelled_as_a_code(here: Desk) -> None:
    """not_related, as forms spell it, is recorded as not related."""
    assert here.do(report(related="not_related")).payload["related"] == "not related"


@pytest.mark.requirement("SQ-1")
def test_an_event_before_the_consent_is_history(here: Desk) -> None:
    """Start and end lie on or after the consent; a partial date that may do so is taken."""
    here.refused("TW-486", report(start=TODAY - timedelta(days=11)))
    here.refused("TW-486", report(start="2026-02"))
    here.refused("TW-486", report(start=None, end=TODAY - timedelta(days=11)))
    here.do(report(start="2026-03"))
    here.do(report(start="2026"))


def test_an_event_is_not_in_the_future(here: Desk) -> None:
    """Neither its start nor its end."""
    here.refused("TW-418", report(start=TODAY + timedelta(days=1)))
    here.refused("TW-418", report(end=NOON + timedelta(minutes=1)))
    here.refused("TW-418", report(start="2026-04"))
    here.refused("TW-431", report(start="last week"))
    for impossible in ("2026-02-30", "2026-13", "2026-03-18T25:00+01:00", "03/18/2026", "20260318"):
        here.refused("TW-431", report(start=impossible))
        here.refused("TW-431", report(end=impossible))
    here.refused("TW-417", report(start=NOON.replace(tzinfo=None)))


def test_an_event_ends_after_its_start(here: Desk) -> None:
    """An end that is certainly before the start is refused."""
    here.refused("TW-487", report(end=TODAY - timedelta(days=3)))
    here.refused("TW-487", report(start=NOON, end=NOON - timedelta(minutes=1)))
    here.do(report(start=NOON, end=TODAY))


@pytest.mark.parametrize(
    "known",
    [
        {"related": "perhaps"},
        {"relation_procedure": "perhaps"},
        {"outcome": "recovering"},
        {"action": "stopped"},
        {"special_interest": "stroke"},
        {"serious": True, "seriousness": ("bad",)},
    ],
)
def test_answers_come_from_the_permitted_codes(here: Desk, known: dict[str, Any]) -> None:
    """Codes of the protocol's form where it has them, otherwise the usual ones."""
    here.refused("TW-432", report(**known))


@pytest.mark.parametrize("grade", [0, 6, -1, True])
def test_a_grade_runs_from_1_to_5(here: Desk, grade: int) -> None:
    """Other grades do not exist."""
    here.refused("TW-434", report(grade=grade))


@pytest.mark.parametrize(
    "known",
    [{"grade": 5, "outcome": "recovered", "end": TODAY}, {"grade": 2, "outcome": "fatal", "end": TODAY}],
)
def test_grade_5_is_death(here: Desk, known: dict[str, Any]) -> None:
    """Grade 5 with recovery, or a fatal outcome of grade 2, is refused."""
    here.refused("TW-488", report(**known))


@pytest.mark.parametrize(
    "known",
    [
        {"serious": True},
        {"serious": False, "seriousness": ("hospitalisation",)},
        {"serious": None, "seriousness": ("hospitalisation",)},
    ],
)
def test_a_serious_event_names_its_criteria(here: Desk, known: dict[str, Any]) -> None:
    """Serious without a criterion, and a criterion without serious, are refused."""
    here.refused("TW-489", report(**known))


def test_a_death_is_serious_and_has_a_date(here: Desk) -> None:
    """A fatal event needs the criterion death and the date of death as its end."""
    here.refused("TW-489", c.ReportAdverseEvent("A-001", replace(DEATH, serious=None, seriousness=())))
    here.refused("TW-490", c.ReportAdverseEvent("A-001", replace(DEATH, end=None)))
    here.refused("TW-490", c.ReportAdverseEvent("A-001", replace(DEATH, end=None, grade=None, outcome=None)))
    here.do(c.ReportAdverseEvent("A-001", DEATH))


def test_further_items_of_the_form_are_details(here: Desk) -> None:
    """Items of the protocol's form without a field of their own are checked like any answer."""
    payload = here.do(report(details={"ae_bed_rest": v("3")})).payload
    assert payload["details"] == {"ae_bed_rest": {"value": "3", "unit": None, "missing": None}}
    here.refused("TW-434", report(details={"ae_bed_rest": v("101")}))
    here.refused("TW-413", report(details={"ae_grade": v("2")}))
    here.refused("TW-413", report(details={"glucose": v("2")}))


def test_a_term_is_words(here: Desk) -> None:
    """What happened must be said."""
    here.refused("TW-415", report(term=" "))
    here.refused("TW-415", report(soc=""))


@pytest.mark.requirement("AT-2", "AT-3")
def test_an_update_replaces_the_report_with_a_reason(here: Desk) -> None:
    """The entry holds the whole new report and names what changed."""
    here.do(report())
    update = replace(HEADACHE, grade=2, outcome="recovered", end=TODAY)
    here.refused("TW-416", c.UpdateAdverseEvent("A-001", "AE-1", update, " "))
    entry = here.do(c.UpdateAdverseEvent("A-001", "AE-1", update, "seen again"))
    assert entry.kind == "AdverseEventUpdated"
    assert entry.reason == "seen again"
    assert entry.payload["changed"] == ["end", "grade", "outcome"]
    here.refused("TW-439", c.UpdateAdverseEvent("A-001", "AE-1", update, "again"))


def test_only_a_known_event_is_updated(here: Desk) -> None:
    """An event that the person does not have is refused with those there are."""
    here.do(report())
    assert "AE-1" in here.refused("TW-485", c.UpdateAdverseEvent("A-001", "AE-2", HEADACHE, "why")).sentence


def test_an_update_is_checked_like_a_report(here: Desk) -> None:
    """A contradiction is refused in the follow-up too."""
    here.do(report())
    wrong = replace(HEADACHE, grade=5, outcome="recovered")
    here.refused("TW-488", c.UpdateAdverseEvent("A-001", "AE-1", wrong, "why"))


@pytest.mark.parametrize(
    ("start", "emergent"),
    [
        (NOON - timedelta(minutes=1), False),
        (NOON, True),
        (NOON.date(), True),
        (NOON.date() - timedelta(days=1), False),
        ("2026-03", True),
        (None, True),
    ],
)
def test_an_event_is_emergent_unless_it_began_before_treatment(start: Any, emergent: bool) -> None:
    """On the day of treatment the time decides; where it is not known the event counts."""
    here = desk().stock("B1").treated("A-001", "B1")
    assert here.do(report(start=start)).payload["treatment_emergent"] is emergent


def test_a_form_without_codes_takes_the_usual_ones() -> None:
    """A protocol whose form asks neither action nor outcome gets the codes of the CDISC lists."""
    forms = tuple(form for form in tiny().forms if form.id != "harm")
    short = next(form for form in tiny().forms if form.id == "harm")
    items = tuple(item for item in short.items if item.id != "ae_outcome")
    here = desk(changed(tiny(), forms=(*forms, short.model_copy(update={"items": items})))).consented("A-001")
    here.do(report(outcome="recovering", action="interrupted"))
