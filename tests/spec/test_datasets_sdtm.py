"""SDTM domains: one row a record, in the study's units, counted from the start of treatment."""

from __future__ import annotations

import polars as pl
import pytest

from dataset_making import Notebook, answer, only, records
from trialwright.protocol.study import Study


def test_there_is_no_study_day_0(default_study: Study) -> None:
    """The day of treatment is study day 1 and the day before it is study day -1."""
    book = Notebook().treated()
    book.visit("UNS", "2026-03-14")
    book.visit("UNS", "2026-03-16", occurrence=2)
    sv = book.build(default_study).frames["SV"]
    days = dict(sv.select("SVSTDTC", "SVSTDY").iter_rows())
    assert days == {"2026-03-01": -14, "2026-03-14": -1, "2026-03-15": 1, "2026-03-16": 2}


def test_a_repeated_unscheduled_visit_has_a_number_of_its_own(default_study: Study) -> None:
    """Unscheduled visits count up in hundredths, so that VISITNUM tells them apart."""
    book = Notebook().treated()
    book.visit("UNS", "2026-03-20")
    book.visit("UNS", "2026-03-21", occurrence=2)
    sv = book.build(default_study).frames["SV"]
    unscheduled = [(row["VISITNUM"], row["VISIT"]) for row in records(sv) if row["VISITNUM"] >= 99]
    assert unscheduled == [(99.0, "Unscheduled"), (99.01, "Unscheduled 2")]


def test_what_a_form_says_of_a_visit_stands_on_the_visit(default_study: Study) -> None:
    """A call at which nobody was reached is a visit that did not occur."""
    book = Notebook().treated()
    book.visit("D3", "2026-03-18")
    book.items("D3", "follow_up_call", reached=False)
    row = only(book.build(default_study).frames["SV"], VISIT="Call at 48 to 72 hours")
    assert (row["SVOCCUR"], row["SVSTDTC"]) == ("N", "2026-03-18")


def test_an_answer_that_fits_no_record_is_a_finding(default_study: Study) -> None:
    """A test that a protocol sends to DM has no place there: it is named, never dropped in silence."""
    forms = tuple(
        form.model_copy(
            update={
                "items": tuple(
                    item.model_copy(update={"sdtm": item.sdtm.model_copy(update={"domain": "DM"})})
                    for item in form.items
                    if item.sdtm
                )
            }
        )
        if form.id == "hba1c"
        else form
        for form in default_study.forms
    )
    study = Study(**{**{name: getattr(default_study, name) for name in Study.model_fields}, "forms": forms})
    book = Notebook().treated()
    book.items("SCR", "hba1c", hba1c="6")
    assert [finding.check for finding in book.build(study).findings] == ["TW-576"]


def test_a_missed_visit_is_a_record_with_its_reason(default_study: Study) -> None:
    """SV holds missed visits too, with SVOCCUR N."""
    book = Notebook().treated()
    book.write("VisitMissed", subject="S01-001", visit="D7", cause="travelling")
    row = only(book.build(default_study).frames["SV"], VISIT="Week 1")
    assert (row["SVOCCUR"], row["SVREASOC"], row["SVSTDTC"]) == ("N", "travelling", None)


def test_a_result_stands_as_entered_and_in_the_study_s_unit(default_study: Study) -> None:
    """140.5 mg/dL of glucose stays 140.5 mg/dL and is 7.799 mmol/L in the standard columns."""
    book = Notebook().treated()
    book.items("SCR", "glucose_tolerance", ppg_2h=answer("140.5", "mg/dL"))
    row = only(book.build(default_study).frames["LB"], LBTESTCD="GLUC")
    assert (row["LBORRES"], row["LBORRESU"], row["LBSTRESU"]) == ("140.5", "mg/dL", "mmol/L")
    assert row["LBSTRESN"] == pytest.approx(140.5 * 10 / 180.156)
    assert float(row["LBSTRESC"]) == row["LBSTRESN"]


def test_a_value_in_the_study_s_unit_is_shown_as_entered(default_study: Study) -> None:
    """7.80 stays 7.80: the standard text of a value without conversion keeps its digits."""
    book = Notebook().treated()
    book.items("SCR", "glucose_tolerance", ppg_2h="7.80")
    row = only(book.build(default_study).frames["LB"], LBTESTCD="GLUC")
    assert (row["LBSTRESC"], row["LBSTRESN"]) == ("7.80", 7.8)


def test_a_limit_has_a_standard_text_and_no_number(default_study: Study) -> None:
    """A result below the limit of quantification is <20 in text, and no number is made of it."""
    book = Notebook().treated()
    book.items("SCR", "virology", hbv_dna="<20", hbv_dna_uln="20")
    row = only(book.build(default_study).frames["LB"], LBTESTCD="HBVDNA")
    assert (row["LBSTRESC"], row["LBSTRESN"], row["LBSTNRHI"]) == ("<20", None, 20.0)


def test_a_missing_result_is_not_done_with_its_reason(default_study: Study) -> None:
    """A recorded reason gives a record with the status NOT DONE."""
    book = Notebook().treated()
    book.items("SCR", "hba1c", hba1c=answer(missing="sample lost"))
    row = only(book.build(default_study).frames["LB"], LBTESTCD="HBA1C")
    assert (row["LBSTAT"], row["LBREASND"], row["LBORRES"]) == ("NOT DONE", "sample lost", None)


def test_a_correction_replaces_a_value_and_keeps_the_key(default_study: Study) -> None:
    """The corrected record keeps its --SEQ; only its value and the entry behind it change."""
    book = Notebook().treated()
    book.items("SCR", "body_measurements", height_cm="170", weight_kg="57")
    book.items("D0", "weight", weight_kg="76")
    before = only(book.build(default_study).frames["VS"], VSTESTCD="WEIGHT", VISIT="Screening")
    seq = book.correct("SCR", "body_measurements", "weight_kg", answer("75"))
    after = only(book.build(default_study).frames["VS"], VSTESTCD="WEIGHT", VISIT="Screening")
    assert before["VSSEQ"] == after["VSSEQ"]
    assert (before["VSSTRESN"], after["VSSTRESN"]) == (57.0, 75.0)
    assert seq in after["SRCSEQ"]


def test_later_records_never_renumber_earlier_ones(default_study: Study) -> None:
    """--SEQ follows the order of capture, not that of the visits."""
    book = Notebook().treated()
    book.items("D0", "weight", weight_kg="76")
    early = only(book.build(default_study).frames["VS"], VISIT="Infusion day")["VSSEQ"]
    book.items("SCR", "body_measurements", height_cm="170", weight_kg="75")
    assert only(book.build(default_study).frames["VS"], VISIT="Infusion day")["VSSEQ"] == early


def test_the_last_result_before_exposure_is_flagged(default_study: Study) -> None:
    """On the day of treatment a time point before the start is before exposure, one after it is not."""
    book = Notebook().treated()
    book.items("SCR", "vital_signs", row="single", pulse="70")
    book.items("D0", "vital_signs", row="pre", pulse="71")
    book.items("D0", "vital_signs", row="t15", pulse="72")
    vs = book.build(default_study).frames["VS"]
    flags = {row["VSSTRESN"]: row["VSLOBXFL"] for row in records(vs, VSTESTCD="PULSE")}
    assert flags == {70.0: None, 71.0: "Y", 72.0: None}


def test_time_points_carry_their_name_and_order(default_study: Study) -> None:
    """--TPT names the time point of the protocol; its date is the visit's, for its time is not recorded."""
    book = Notebook().consented()
    book.visit("D0", "2026-03-15", time="2026-03-15T08:00:00+08:00")
    book.items("D0", "vital_signs", row="t15", pulse="72")
    row = only(book.build(default_study).frames["VS"])
    assert (row["VSTPT"], row["VSTPTNUM"], row["VSDTC"]) == ("15 min", 3, "2026-03-15")


def test_a_condition_of_sampling_stands_on_every_result_of_its_row(default_study: Study) -> None:
    """LBFAST is asked once on the form and stands on each of its results."""
    book = Notebook().treated()
    book.items("SCR", "fasting_metabolism", fasting=True, glucose_fasting="6", insulin_fasting="12")
    lb = book.build(default_study).frames["LB"]
    assert lb["LBFAST"].to_list() == ["Y", "Y"]


def test_answers_behind_criteria_are_kept_apart_from_exceptions(default_study: Study) -> None:
    """IE holds the criteria that excluded somebody, and nothing else; answers behind criteria stand in XI."""
    book = Notebook().consented()
    book.visit("SCR", "2026-03-01")
    book.items("SCR", "medical_history", allergy_severe=True)
    book.write("ScreenFailed", subject="S01-001", criteria=["I1", "E1"], cause=None)
    frames = book.build(default_study).frames
    exceptions = frames["IE"].select("IETESTCD", "IECAT", "IEORRES").rows()
    assert exceptions == [("I1", "INCLUSION", "N"), ("E1", "EXCLUSION", "Y")]
    assert only(frames["XI"])["XITEST"] == "Severe allergy"


def test_partial_dates_of_drugs_stay_partial(default_study: Study) -> None:
    """A drug begun in March 2026 has no study day of its start."""
    book = Notebook().treated()
    book.items("D0", "concomitant_drugs", drug_name="aspirin", drug_start="2026-03", drug_end="2026-03-20")
    row = only(book.build(default_study).frames["CM"])
    assert (row["CMTRT"], row["CMSTDTC"], row["CMSTDY"]) == ("aspirin", "2026-03", None)
    assert (row["CMENDTC"], row["CMENDY"]) == ("2026-03-20", 6)


def test_demographics_hold_arms_and_reference_dates(default_study: Study) -> None:
    """DM names the arm of enrolment, the arm given, and the start and end of treatment in local time."""
    book = Notebook().treated()
    book.items("SCR", "demography", birth_date="1970-05-20", sex="female", race="asian")
    row = only(book.build(default_study).frames["DM"])
    assert (row["ARMCD"], row["ACTARMCD"], row["ARMNRS"]) == ("EV", "EV", None)
    assert (row["RFICDTC"], row["RFSTDTC"], row["RFXENDTC"]) == (
        "2026-03-01",
        "2026-03-15T09:00:00",
        "2026-03-15T10:15:00",
    )
    assert (row["SEX"], row["RACE"], row["AGE"], row["BRTHDTC"]) == ("F", "ASIAN", 55.0, "1970-05-20")


@pytest.mark.parametrize(("birth", "age"), [("1970-03-02", 55.0), ("1970", None), ("1970-04", 55.0)])
def test_age_is_stated_only_where_the_date_of_birth_decides_it(
    default_study: Study, birth: str, age: float | None
) -> None:
    """Completed years on the day of screening; a year of birth alone leaves two ages possible."""
    book = Notebook().treated()
    book.items("SCR", "demography", birth_date=birth, sex="female")
    assert only(book.build(default_study).frames["DM"])["AGE"] == age


def test_somebody_without_an_arm_says_why(default_study: Study) -> None:
    """ARMNRS tells a screening failure from somebody not assigned and from somebody not treated."""
    book = Notebook()
    for number in (1, 2, 3):
        book.consented(f"S01-00{number}")
    book.write("ScreenFailed", subject="S01-001", criteria=["I1"], cause=None)
    book.enrolled("S01-003")
    dm = book.build(default_study).frames["DM"]
    assert dm["ARMNRS"].to_list() == ["SCREEN FAILURE", "NOT ASSIGNED", "ASSIGNED, NOT TREATED"]


def test_a_death_is_flagged_with_its_date(default_study: Study) -> None:
    """DTHFL follows from a fatal event, and the date of death is the event's end."""
    book = Notebook().treated()
    book.event(grade=5, outcome="fatal", serious=True, seriousness=["death"], end="2026-03-20")
    row = only(book.build(default_study).frames["DM"])
    assert (row["DTHFL"], row["DTHDTC"]) == ("Y", "2026-03-20")


def test_disposition_tells_the_course_in_terms_of_cdisc(default_study: Study) -> None:
    """Milestones and the end of a person's part are records of DS in the order of capture."""
    book = Notebook().treated()
    book.write(
        "SubjectWithdrawn", subject="S01-001", on="2026-04-01", cause="lost_to_follow_up", scope="visits"
    )
    ds = book.build(default_study).frames["DS"]
    assert ds["DSDECOD"].to_list() == [
        "INFORMED CONSENT OBTAINED",
        "ELIGIBILITY CRITERIA MET",
        "ENTERED INTO TRIAL",
        "LOST TO FOLLOW-UP",
    ]
    assert ds["DSSTDY"].to_list()[-1] == 18


def test_an_interrupted_infusion_is_one_record_a_stretch(default_study: Study) -> None:
    """The volume is shared out in proportion to the time that each stretch ran."""
    book = Notebook().consented().enrolled()
    book.start_infusion("2026-03-15T09:00:00+08:00")
    at = "2026-03-15T09:20:00+08:00"
    book.write("InfusionInterrupted", subject="S01-001", at=at, cause="itching")
    book.write("InfusionResumed", subject="S01-001", at="2026-03-15T09:50:00+08:00")
    book.end_infusion("2026-03-15T10:50:00+08:00", volume="80", cause="itching again")
    ex = book.build(default_study).frames["EX"]
    assert ex.select("EXDOSE", "EXSTDTC", "EXENDTC", "EXADJ").rows() == [
        (20.0, "2026-03-15T09:00:00", "2026-03-15T09:20:00", "itching"),
        (60.0, "2026-03-15T09:50:00", "2026-03-15T10:50:00", "itching again"),
    ]
    assert ex["EXLOT"].to_list() == ["L-1", "L-1"]


def test_adverse_events_hold_submission_values(default_study: Study) -> None:
    """Codes of the form become the terms of CDISC; what was not asked stays empty."""
    book = Notebook().treated()
    book.event(related="not related", action="interrupted", leads_to_withdrawal=True)
    row = only(book.build(default_study).frames["AE"])
    assert (row["AEREL"], row["AEACN"], row["AEOUT"]) == (
        "NOT RELATED",
        "DRUG INTERRUPTED",
        "RECOVERED/RESOLVED",
    )
    assert (row["AESER"], row["AETOXGR"], row["AERELPRC"]) == ("N", "1", None)
    assert row["AEACNOTH"] == "SUBJECT DISCONTINUED FROM STUDY"


def test_each_row_names_the_entries_it_came_from(default_study: Study) -> None:
    """SRCSEQ leads from a record to its entries: the value, the visit, the start of treatment."""
    book = Notebook().treated()
    seq = book.items("D0", "weight", weight_kg="76")
    entries = only(book.build(default_study).frames["VS"])["SRCSEQ"]
    kinds = [book.snapshot().entries[number - 1].kind for number in entries]
    assert seq in entries
    assert sorted(kinds) == ["InfusionStarted", "ItemsEntered", "VisitRecorded"]


def test_no_adverse_event_gives_an_empty_frame_with_the_right_columns(default_study: Study) -> None:
    """Zero events are a frame without rows, with the columns and types of one that has some."""
    without = Notebook().treated()
    some = Notebook().treated()
    some.event()
    for name in ("AE", "ADAE"):
        empty, full = without.build(default_study).frames[name], some.build(default_study).frames[name]
        assert (empty.height, full.height) == (0, 1)
        assert empty.schema == full.schema


def test_an_empty_record_gives_empty_frames(default_study: Study) -> None:
    """A study in which nothing has happened has every data set, without rows."""
    frames = Notebook().build(default_study).frames
    assert all(frame.height == 0 and frame.width > 0 for frame in frames.values())
    assert isinstance(frames["ADSL"], pl.DataFrame)
