"""ADaM data sets: subjects, events and exposure as the analyses read them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from dataset_making import Notebook, answer, only, records
from trialwright.protocol.study import Study

START = "2026-03-15T09:00:00+08:00"


def test_a_subject_has_treatment_baseline_and_populations(default_study: Study) -> None:
    """ADSL holds one row a consented subject with what tables ask of it."""
    book = Notebook().treated()
    book.items("SCR", "body_measurements", height_cm="170", weight_kg="75")
    book.items("D0", "weight", weight_kg=answer("163.14", "[lb_av]"))
    row = only(book.build(default_study).frames["ADSL"])
    assert row["USUBJID"] == "NCT06495437-S01-001"
    assert (row["TRT01P"], row["TRT01PN"], row["TRT01A"], row["TRT01AN"]) == (
        "Extracellular vesicles",
        1,
        "Extracellular vesicles",
        1,
    )
    assert (row["TRTSDT"], row["TRTSDTM"]) == (date(2026, 3, 15), datetime.fromisoformat("2026-03-15T09:00"))
    assert row["HEIGHTBL"] == 170
    assert row["WEIGHTBL"] == pytest.approx(74.0, abs=0.001)
    assert row["BMIBL"] == pytest.approx(25.605, abs=0.001)
    assert (row["SCRNFL"], row["ENRLFL"], row["SAFFL"], row["EFFFL"]) == ("Y", "Y", "Y", "Y")


def test_populations_follow_the_rules_of_the_protocol(default_study: Study) -> None:
    """Enrolled without treatment is in the enrolled population and not in the safety population."""
    book = Notebook().consented("S01-001").enrolled("S01-001")
    book.consented("S01-002")
    adsl = book.build(default_study).frames["ADSL"]
    flags = adsl.select("SCRNFL", "ENRLFL", "SAFFL", "EFFFL").rows()
    assert flags == [("Y", "Y", "N", "N"), ("N", "N", "N", "N")]


def test_a_screening_failure_names_its_criteria(default_study: Study) -> None:
    """SCRFREAS lists the criteria, SCRFOTH another cause, with the dates of the recruitment figure."""
    book = Notebook().consented()
    book.visit("SCR", "2026-03-02")
    book.at = "2026-03-04T20:00:00.000Z"
    book.write("ScreenFailed", subject="S01-001", criteria=["I3", "E5"], cause="moved away")
    row = only(book.build(default_study).frames["ADSL"])
    assert (row["SCRFFL"], row["SCRFREAS"], row["SCRFOTH"]) == ("Y", "I3, E5", "moved away")
    assert (row["RFICDT"], row["SCRNDT"]) == (date(2026, 3, 1), date(2026, 3, 2))
    # 20:00 in Greenwich is the next morning at the site.
    assert (row["SCRFDT"], row["EOSSTT"], row["TRT01A"]) == (date(2026, 3, 5), None, None)


def test_the_end_of_study_is_completed_discontinued_or_ongoing(default_study: Study) -> None:
    """EOSSTT follows the record: completion, withdrawal from more than treatment, or neither."""
    ongoing = Notebook().treated()
    completed = Notebook().treated()
    completed.write("SubjectCompleted", subject="S01-001", on="2026-06-07")
    left = Notebook().treated()
    left.write(
        "SubjectWithdrawn", subject="S01-001", on="2026-04-01", cause="withdrawal_by_subject", scope="all"
    )
    stopped = Notebook().treated()
    stopped.write(
        "SubjectWithdrawn", subject="S01-001", on="2026-04-01", cause="adverse_event", scope="treatment"
    )
    rows = [only(book.build(default_study).frames["ADSL"]) for book in (ongoing, completed, left, stopped)]
    assert [(row["EOSSTT"], row["EOSDT"], row["DCSREAS"]) for row in rows] == [
        ("ONGOING", None, None),
        ("COMPLETED", date(2026, 6, 7), None),
        ("DISCONTINUED", date(2026, 4, 1), "WITHDRAWAL BY SUBJECT"),
        ("ONGOING", None, None),
    ]


def test_an_incomplete_infusion_is_a_discontinued_treatment(default_study: Study) -> None:
    """EOTSTT compares the volume given with the planned one and DCTREAS names the recorded cause."""
    book = Notebook().consented().enrolled()
    book.start_infusion(START)
    book.end_infusion("2026-03-15T09:40:00+08:00", volume="55.5", cause="rash")
    row = only(book.build(default_study).frames["ADSL"])
    assert (row["EOTSTT"], row["DCTREAS"]) == ("DISCONTINUED", "rash")


@pytest.mark.parametrize(
    ("start", "emergent"),
    [
        ("2026-03-14", "N"),
        ("2026-03-15T08:59:00+08:00", "N"),
        ("2026-03-15T09:00:00+08:00", "Y"),
        ("2026-03-15T02:30:00+01:00", "Y"),
        ("2026-03-15T01:30:00+01:00", "N"),
        ("2026-03-15", "Y"),
        ("2026-03-16", "Y"),
    ],
)
def test_time_on_day_0_decides_treatment_emergent(default_study: Study, start: str, emergent: str) -> None:
    """On the day of treatment the time of an event decides; without a time it counts as emergent."""
    book = Notebook().treated()
    book.event(start=start)
    assert only(book.build(default_study).frames["ADAE"])["TRTEMFL"] == emergent


def test_an_event_of_somebody_not_treated_is_not_treatment_emergent(default_study: Study) -> None:
    """Without treatment nothing can emerge from it."""
    book = Notebook().consented()
    book.event(start="2026-03-03")
    row = only(book.build(default_study).frames["ADAE"])
    assert (row["TRTEMFL"], row["ASTDY"], row["PREFL"]) == ("N", None, "N")


@pytest.mark.parametrize(
    ("start", "reported", "expected"),
    [
        ("2026-03", "2026-03-20T00:00:00.000Z", (date(2026, 3, 15), "D", "Y")),
        ("2026-04", "2026-04-20T00:00:00.000Z", (date(2026, 4, 1), "D", "Y")),
        ("2026", "2026-03-20T00:00:00.000Z", (date(2026, 3, 15), "M", "Y")),
        (None, "2026-03-20T00:00:00.000Z", (date(2026, 3, 15), "Y", "Y")),
        ("2026-02", "2026-03-20T00:00:00.000Z", (date(2026, 2, 1), "D", "N")),
        ("2026-03", "2026-03-10T00:00:00.000Z", (date(2026, 3, 1), "D", "N")),
    ],
)
def test_partial_dates_are_imputed_with_a_flag(
    default_study: Study, start: str | None, reported: str, expected: tuple[date, str, str]
) -> None:
    """A partial start becomes its first possible day, not before treatment where treatment began within it;
    an event reported before treatment began before it."""
    book = Notebook().treated()
    book.at = reported
    book.event(start=start)
    datasets = book.build(default_study)
    row = only(datasets.frames["ADAE"])
    assert (row["ASTDT"], row["ASTDTF"], row["TRTEMFL"]) == expected
    assert row["AESTDTC"] == start
    assert [finding.check for finding in datasets.findings] == ["TW-575"]


def test_a_partial_end_becomes_its_last_possible_day(default_study: Study) -> None:
    """It is never later than the report that gave it."""
    book = Notebook().treated()
    book.at = "2026-04-20T00:00:00.000Z"
    book.event(start="2026-03-16", end="2026-03")
    book.event(event="AE-2", start="2026-04-01", end="2026-04")
    adae = book.build(default_study).frames["ADAE"]
    assert adae.select("AENDT", "AENDTF", "AENDY", "ADURN").rows() == [
        (date(2026, 3, 31), "D", 17, 16),
        (date(2026, 4, 20), "D", 37, 20),
    ]


@pytest.mark.parametrize(
    ("related", "as_given", "grouped"),
    [
        ("related", "RELATED", ("RELATED", 1, "Y")),
        ("not related", "NOT RELATED", ("NOT RELATED", 0, "N")),
        ("unknown", "UNKNOWN", ("RELATED", 1, "Y")),
        (None, None, ("RELATED", 1, "Y")),
    ],
)
def test_missing_relatedness_counts_as_related(
    default_study: Study, related: str | None, as_given: str | None, grouped: tuple[str, int, str]
) -> None:
    """Unknown and missing are not ruled out; AEREL keeps what the investigator said."""
    book = Notebook().treated()
    book.event(related=related)
    row = only(book.build(default_study).frames["ADAE"])
    assert (row["AEREL"], (row["AREL"], row["AERELN"], row["RELFL"])) == (as_given, grouped)


def test_what_was_not_collected_is_not_a_no(default_study: Study) -> None:
    """Without a grade, seriousness or drop-out recorded, the columns are empty."""
    book = Notebook().treated()
    book.event(grade=None, serious=None, leads_to_withdrawal=None)
    row = only(book.build(default_study).frames["ADAE"])
    assert (row["ATOXGR"], row["ATOXGRN"], row["AESER"], row["AESDTH"], row["AEDROPFL"]) == (None,) * 5


def test_events_of_special_interest_carry_the_protocol_s_name(default_study: Study) -> None:
    """AESI is the name of the protocol's event of special interest."""
    book = Notebook().treated()
    book.event(special_interest="liver_injury")
    row = only(book.build(default_study).frames["ADAE"])
    assert (row["AESIFL"], row["AESI"]) == ("Y", "Liver injury")


def test_exposure_is_net_of_interruptions(default_study: Study) -> None:
    """Duration counts the time the infusion ran; volume is compared with the plan."""
    book = Notebook().consented().enrolled()
    book.start_infusion(START)
    book.write("InfusionInterrupted", subject="S01-001", at="2026-03-15T09:30:00+08:00", cause="itching")
    book.write("InfusionResumed", subject="S01-001", at="2026-03-15T09:50:00+08:00")
    book.end_infusion("2026-03-15T10:30:00+08:00", volume="80")
    adex = book.build(default_study).frames["ADEX"]
    assert dict(adex.select("PARAMCD", "AVAL").iter_rows()) == {
        "VOLUME": 80.0,
        "PLANNED": 100.0,
        "RATIO": 80.0,
        "DURATION": 70.0,
        "NINTERR": 1.0,
    }


def test_an_infusion_that_has_not_ended_has_no_volume_yet(default_study: Study) -> None:
    """What is not known yet is no record, but a reason."""
    book = Notebook().consented().enrolled()
    book.start_infusion(START)
    datasets = book.build(default_study)
    assert datasets.frames["ADEX"]["PARAMCD"].to_list() == ["PLANNED", "NINTERR"]
    assert {row["parameter"]: row["reason"] for row in records(datasets.not_derived)} == {
        "VOLUME": "the infusion has not ended",
        "RATIO": "the infusion has not ended",
        "DURATION": "the infusion has not ended",
    }
    assert only(datasets.frames["ADSL"])["EOTSTT"] == "ONGOING"
