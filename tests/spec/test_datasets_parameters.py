"""ADLB, ADVS, ADEG, ADRS: values, derived values, analysis visits, baselines and changes."""

from __future__ import annotations

import math
from datetime import date, datetime

import pytest

from dataset_making import Notebook, answer, only, records
from trialwright.protocol.study import Study


def sampling(glucose: str, insulin: str, **others: object) -> dict[str, object]:
    """The answers of one sampling, from which HOMA-IR can be derived unless ``others`` say otherwise."""
    return {**CONDITIONS, "glucose_fasting": glucose, "insulin_fasting": insulin, **others}


CONDITIONS = {"fasting": True, "same_sampling": True, "haemolysed": False, "insulin_assay": "assay A"}


def test_homa_ir_is_derived_from_one_fasting_sampling(default_study: Study) -> None:
    """HOMA-IR is glucose (mmol/L) times insulin (mIU/L) over 22.5, in whatever unit the values came."""
    book = Notebook().treated()
    values = {"glucose_fasting": answer("90.078", "mg/dL"), "insulin_fasting": answer("60", "pmol/L")}
    book.items("D0", "fasting_metabolism", **CONDITIONS, **values)
    row = only(book.build(default_study).frames["ADLB"], PARAMCD="HOMAIR", AVISIT="Infusion day")
    assert row["AVAL"] == pytest.approx(5 * 10 / 22.5)
    assert row["PARAMTYP"] == "DERIVED"


def test_a_sampling_that_was_not_fasting_has_no_homa_ir_but_a_reason(default_study: Study) -> None:
    """There is no record, and the table of what was not derived says why."""
    book = Notebook().treated()
    book.visit("D28", "2026-04-12")
    seq = book.items("D28", "fasting_metabolism", **sampling("6", "12", fasting=False))
    datasets = book.build(default_study)
    assert records(datasets.frames["ADLB"], PARAMCD="HOMAIR") == []
    row = only(datasets.not_derived, parameter="HOMAIR", visit="D28")
    assert (row["subject"], row["reason"]) == ("S01-001", "the sampling was not fasting")
    assert seq in row["entries"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"same_sampling": False}, "glucose and insulin are not of the same sampling"),
        ({"haemolysed": True}, "the sample was haemolysed"),
        ({"insulin_assay": "assay B"}, "Insulin assay changed: assay B, and assay A at Infusion day"),
        ({"haemolysed": answer(missing="not reported")}, "not known: Sample haemolysed"),
        (
            {"insulin_assay": answer(missing="not reported")},
            "not known: Insulin assay, which was assay A at Infusion day",
        ),
    ],
)
def test_a_disqualified_sampling_has_no_homa_ir_but_a_reason(
    default_study: Study, said: dict[str, object], reason: str
) -> None:
    """Two samplings, a haemolysed sample, another assay than at first, or not knowing: each refuses."""
    book = Notebook().treated()
    book.items("D0", "fasting_metabolism", **sampling("6", "12"))
    book.visit("D28", "2026-04-12")
    seq = book.items("D28", "fasting_metabolism", **sampling("6", "12", **said))
    datasets = book.build(default_study)
    assert [row["AVISIT"] for row in records(datasets.frames["ADLB"], PARAMCD="HOMAIR", DTYPE=None)] == [
        "Infusion day"
    ]
    row = only(datasets.not_derived, parameter="HOMAIR", visit="D28")
    assert row["reason"] == reason
    assert seq in row["entries"]
    told = [each.sentence for each in datasets.findings if each.check == "TW-849"]
    assert f"no HOMA-IR for S01-001 at Week 4: {reason}" in told


def test_an_assay_that_no_sampling_names_is_not_taken_for_a_change(default_study: Study) -> None:
    """Only what is known to have changed, or cannot be compared with what was named, refuses."""
    book = Notebook().treated()
    unnamed = {**sampling("6", "12"), "insulin_assay": answer(missing="not reported")}
    book.items("D0", "fasting_metabolism", **unnamed)
    assert (
        only(book.build(default_study).frames["ADLB"], PARAMCD="HOMAIR", AVISIT="Infusion day")["AVAL"] == 3.2
    )


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ({"fasting": True, "glucose_fasting": "6"}, "Fasting insulin: not entered"),
        (
            {"fasting": True, "glucose_fasting": "6", "insulin_fasting": answer(missing="haemolysed")},
            "Fasting insulin: missing (haemolysed)",
        ),
        (sampling("6", "<1"), "Fasting insulin: <1 is not a number"),
        ({**sampling("6", "12"), "fasting": answer(missing="?")}, "not known: Fasting for at least 8 hours"),
    ],
)
def test_homa_ir_needs_both_values_and_the_fasting_state(
    default_study: Study, items: dict[str, object], reason: str
) -> None:
    """Each way of having no HOMA-IR has its reason."""
    book = Notebook().treated()
    book.visit("D28", "2026-04-12")
    book.items("D28", "fasting_metabolism", **items)
    datasets = book.build(default_study)
    assert records(datasets.frames["ADLB"], PARAMCD="HOMAIR") == []
    assert only(datasets.not_derived, parameter="HOMAIR", visit="D28")["reason"] == reason


def test_a_visit_without_any_sampling_has_a_reason(default_study: Study) -> None:
    """A visit that took place and plans the sampling, without an answer, says that nothing was entered."""
    book = Notebook().treated()
    book.visit("D28", "2026-04-12")
    row = only(book.build(default_study).not_derived, parameter="HOMAIR", visit="D28")
    assert row["reason"] == "Fasting plasma glucose and Fasting insulin: not entered"


def test_correcting_the_fasting_state_removes_homa_ir(default_study: Study) -> None:
    """A derived value rests on every answer of its condition, and names the entries of them."""
    book = Notebook().treated()
    book.items("D0", "fasting_metabolism", **sampling("6", "12", fasting=False))
    seq = book.correct("D0", "fasting_metabolism", "fasting", answer(True))
    row = only(book.build(default_study).frames["ADLB"], PARAMCD="HOMAIR", AVISIT="Infusion day")
    assert seq in row["SRCSEQ"]


def test_the_baseline_of_homa_ir_is_a_geometric_mean(default_study: Study) -> None:
    """The baseline of two visits is the square root of their product, shown as a record of its own."""
    book = Notebook().treated()
    book.items("SCR", "fasting_metabolism", **sampling("4.5", "10"))
    book.items("D0", "fasting_metabolism", **sampling("4.5", "40"))
    book.visit("D28", "2026-04-12")
    book.items("D28", "fasting_metabolism", **sampling("4.5", "30"))
    adlb = book.build(default_study).frames["ADLB"]
    base = only(adlb, PARAMCD="HOMAIR", ABLFL="Y")
    assert (base["AVAL"], base["DTYPE"], base["AVISIT"]) == (math.sqrt(2 * 8), "AVERAGE", "Baseline (mean)")
    later = only(adlb, PARAMCD="HOMAIR", AVISIT="Week 4")
    assert (later["AVAL"], later["BASE"], later["CHG"], later["PCHG"]) == (6.0, 4.0, 2.0, 50.0)
    assert later["BASETYPE"] == "GEOMETRIC MEAN: Screening, Infusion day"
    assert set(base["SRCSEQ"]) == set(later["BASESEQ"])


def test_one_of_two_baseline_values_is_the_baseline_by_itself(default_study: Study) -> None:
    """With one of the named visits missing the baseline is the other, and BASETYPE says so."""
    book = Notebook().treated()
    book.items("D0", "fasting_metabolism", **sampling("4.5", "40"))
    base = only(book.build(default_study).frames["ADLB"], PARAMCD="HOMAIR", ABLFL="Y")
    assert (base["BASE"], base["BASETYPE"]) == (8.0, "GEOMETRIC MEAN: Infusion day")


def test_the_baseline_is_the_last_value_before_treatment(default_study: Study) -> None:
    """Time points decide on the day of treatment; changes are counted from the start of treatment on."""
    book = Notebook().treated()
    book.items("SCR", "vital_signs", row="single", pulse="70")
    book.items("D0", "vital_signs", row="pre", pulse="80")
    book.items("D0", "vital_signs", row="t15", pulse="90")
    advs = book.build(default_study).frames["ADVS"]
    rows = records(advs, PARAMCD="PULSE")
    assert [(row["AVAL"], row["ABLFL"], row["BASE"], row["CHG"]) for row in rows] == [
        (70.0, None, 80.0, None),
        (80.0, "Y", 80.0, None),
        (90.0, None, 80.0, 10.0),
    ]


def test_somebody_not_treated_has_no_baseline(default_study: Study) -> None:
    """Without treatment there is nothing to be before."""
    book = Notebook().consented()
    book.visit("SCR", "2026-03-01")
    book.items("SCR", "vital_signs", row="single", pulse="70")
    row = only(book.build(default_study).frames["ADVS"])
    assert (row["ABLFL"], row["BASE"], row["ADY"], row["AVISIT"]) == (None, None, None, "Screening")


@pytest.mark.parametrize(
    ("on", "visit", "number"),
    [
        ("2026-04-12", "Week 4", 6.0),
        ("2026-05-12", "Week 8", 7.0),
        ("2026-04-25", "Early end", 90.0),
    ],
)
def test_an_early_end_is_mapped_to_the_window_it_falls_into(
    default_study: Study, on: str, visit: str, number: float
) -> None:
    """Day 28 of an early end is analysed as week 4; outside every window it stays an early end."""
    book = Notebook().treated()
    book.visit("ET", on)
    book.items("ET", "hba1c", hba1c="6.1")
    row = only(book.build(default_study).frames["ADLB"], PARAMCD="HBA1C")
    assert (row["AVISIT"], row["AVISITN"], row["VISIT"]) == (visit, number, "Early end")


def test_a_late_visit_outside_every_window_stays_what_it_was(default_study: Study) -> None:
    """A planned visit is not lost for being late; AWTDIFF says by how much."""
    book = Notebook().treated()
    book.visit("D28", "2026-04-17", window="late")
    book.items("D28", "weight", weight_kg="75")
    row = only(book.build(default_study).frames["ADVS"])
    assert (row["AVISIT"], row["AWTARGET"], row["ADY"], row["AWTDIFF"]) == ("Week 4", 29, 34, 5)


def test_of_two_values_in_one_window_the_closest_to_the_planned_day_stands(default_study: Study) -> None:
    """ANL01FL flags one record a subject, parameter and analysis visit."""
    book = Notebook().treated()
    book.visit("D28", "2026-04-15")
    book.items("D28", "chemistry", alt="30", alt_uln="40")
    book.visit("UNS", "2026-04-13")
    book.items("UNS", "chemistry", alt="50", alt_uln="40")
    rows = records(book.build(default_study).frames["ADLB"], PARAMCD="ALT")
    assert [(row["AVAL"], row["AVISIT"], row["ANL01FL"]) for row in rows] == [
        (50.0, "Week 4", "Y"),
        (30.0, "Week 4", None),
    ]


def test_of_equally_close_values_that_of_the_planned_visit_stands(default_study: Study) -> None:
    """A repeat on the same day does not displace the planned visit."""
    book = Notebook().treated()
    book.visit("UNS", "2026-04-12")
    book.items("UNS", "chemistry", alt="50", alt_uln="40")
    book.visit("D28", "2026-04-12")
    book.items("D28", "chemistry", alt="30", alt_uln="40")
    rows = records(book.build(default_study).frames["ADLB"], PARAMCD="ALT", ANL01FL="Y")
    assert [row["AVAL"] for row in rows] == [30.0]


def test_a_day_with_many_time_points_has_one_record_that_stands_for_it(default_study: Study) -> None:
    """ANL01FL flags the first time point of the day, ANL02FL one record for each time point."""
    book = Notebook().treated()
    book.items("D0", "vital_signs", row="h1", pulse="90")
    book.items("D0", "vital_signs", row="pre", pulse="80")
    rows = records(book.build(default_study).frames["ADVS"], PARAMCD="PULSE")
    assert [(row["ATPT"], row["ANL01FL"], row["ANL02FL"]) for row in rows] == [
        ("Before the infusion", "Y", "Y"),
        ("1 h after the end", None, "Y"),
    ]


def test_a_window_of_hours_takes_the_time_of_an_unscheduled_visit(default_study: Study) -> None:
    """24 hours after the start an unscheduled value belongs to the visit at 24 hours."""
    book = Notebook().treated()
    book.visit("UNS", "2026-03-16", time="2026-03-16T08:30:00+08:00")
    book.items("UNS", "chemistry", alt="50", alt_uln="40")
    book.visit("UNS", "2026-03-16", time="2026-03-16T15:00:00+08:00", occurrence=2)
    book.items("UNS", "chemistry", occurrence=2, alt="60", alt_uln="40")
    rows = records(book.build(default_study).frames["ADLB"], PARAMCD="ALT")
    assert [(row["AVAL"], row["AVISIT"]) for row in rows] == [(50.0, "24 hours"), (60.0, "Unscheduled 2")]


def test_the_one_time_point_of_a_visit_has_the_visit_s_time(default_study: Study) -> None:
    """Where a form has one time point at a visit, the time of the visit is the time of its values."""
    book = Notebook().treated()
    book.visit("D1", "2026-03-16", time="2026-03-16T08:30:00+08:00")
    book.items("D1", "vital_signs", row="single", pulse="70")
    row = only(book.build(default_study).frames["ADVS"])
    assert (row["ADTM"], row["AVISIT"]) == (datetime.fromisoformat("2026-03-16T08:30"), "24 hours")


def test_the_upper_limit_of_the_same_row_is_kept(default_study: Study) -> None:
    """ANRHI is the limit of the laboratory that gave the value."""
    book = Notebook().treated()
    book.items("D0", "chemistry", alt="30", alt_uln="40")
    assert only(book.build(default_study).frames["ADLB"], PARAMCD="ALT")["ANRHI"] == 40.0


def test_a_limit_of_quantification_is_a_record_without_a_number(default_study: Study) -> None:
    """<0.05 is kept as text, does not stand for its visit, and is among what has no number."""
    book = Notebook().treated()
    book.items("D0", "coagulation", d_dimer="<0.05")
    datasets = book.build(default_study)
    row = only(datasets.frames["ADLB"], PARAMCD="DDIMER")
    assert (row["AVAL"], row["AVALC"], row["ANL01FL"]) == (None, "<0.05", None)
    assert only(datasets.not_derived, parameter="DDIMER")["reason"] == "<0.05 is a limit, not a number"


def test_dates_and_days_are_those_of_the_visit(default_study: Study) -> None:
    """ADT is the visit's date and ADY the study day, without a day 0."""
    book = Notebook().treated()
    book.visit("UNS", "2026-03-14")
    book.items("UNS", "chemistry", alt="50", alt_uln="40")
    row = only(book.build(default_study).frames["ADLB"], PARAMCD="ALT")
    assert (row["ADT"], row["ADY"], row["APHASE"]) == (date(2026, 3, 14), -1, "BEFORE TREATMENT")
