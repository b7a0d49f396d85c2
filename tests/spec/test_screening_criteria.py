"""The 18 registered criteria at their limits, with data missing, and in other units."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from eligible_person import person
from trialwright.eligibility.people import People, Row
from trialwright.eligibility.screening import screen_people
from trialwright.eligibility.verdicts import PersonVerdict
from trialwright.protocol.study import Study

TODAY = date(2026, 11, 23)


def judge(study: Study, row: dict[str, Any]) -> PersonVerdict:
    cells = {name: Decimal(str(cell)) if isinstance(cell, float) else cell for name, cell in row.items()}
    result = screen_people(study, People((Row(1, cells),), None), TODAY)
    assert not result.findings, [str(finding) for finding in result.findings]
    return result.people[0].verdict


def verdict_of(study: Study, criterion: str, **changes: Any) -> str:
    verdicts = {each.id: each.verdict for each in judge(study, person(**changes)).criteria}
    return verdicts[criterion]


def test_a_person_who_fits_is_eligible(default_study: Study) -> None:
    """Eligible: every inclusion met and every exclusion not met, and nothing is missing."""
    verdict = judge(default_study, person())
    assert (verdict.overall, verdict.missing) == ("eligible", ())
    assert [each.verdict for each in verdict.criteria] == ["met"] * 4 + ["not_met"] * 14


NO_NEVER = {"cardiovascular_event_never": None}
NO_TRIAL = {"trial_never": None}
NO_SURGERY = {"major_surgery_never": None}

LIMITS: list[tuple[str, dict[str, Any], str]] = [
    ("I1", {"age_years": 35}, "met"),
    ("I1", {"age_years": 34}, "not_met"),
    ("I1", {"age_years": 65}, "met"),
    ("I1", {"age_years": 66}, "not_met"),
    ("I1", {"age_years": None, "birth_date": "1991-06-15"}, "met"),
    ("I1", {"age_years": None, "birth_date": "1991-06-16"}, "not_met"),
    ("I1", {"age_years": None, "birth_date": "1960-06-16"}, "met"),
    ("I1", {"age_years": None, "birth_date": "1960-06-15"}, "not_met"),
    ("I1", {"age_years": None, "birth_date": "1970"}, "met"),
    ("I1", {"age_years": None, "birth_date": "1991"}, "unknown"),
    ("I1", {"age_years": None}, "unknown"),
    ("I2", {"height_cm": 200, "weight_kg": 80}, "met"),
    ("I2", {"height_cm": 200, "weight_kg": 79.9}, "not_met"),
    ("I2", {"height_cm": 200, "weight_kg": 120}, "met"),
    ("I2", {"height_cm": 200, "weight_kg": 120.1}, "not_met"),
    ("I2", {"height_cm": 1.7, "height_cm_unit": "m"}, "met"),
    ("I2", {"height_cm": None}, "unknown"),
    ("I3", {"ppg_2h": 7.8}, "met"),
    ("I3", {"ppg_2h": 7.79}, "not_met"),
    ("I3", {"ppg_2h": 11.0}, "met"),
    ("I3", {"ppg_2h": 11.01}, "not_met"),
    ("I3", {"ppg_2h": 140.5, "ppg_2h_unit": "mg/dL"}, "not_met"),
    ("I3", {"ppg_2h": 140.6, "ppg_2h_unit": "mg/dl"}, "met"),
    ("I3", {"ppg_2h": 199, "ppg_2h_unit": "mg/dL"}, "not_met"),
    ("I3", {"igt_confirmed": False}, "not_met"),
    ("I3", {"igt_confirmed": None}, "unknown"),
    ("I3", {"igt_confirmed": None, "ppg_2h": 12}, "not_met"),
    ("I4", {"consent_date": "2026-06-15"}, "met"),
    ("I4", {"consent_date": "2026-06-16"}, "not_met"),
    ("I4", {"consent_date": None}, "unknown"),
    ("E1", {"allergy_severe": True}, "met"),
    ("E1", {"allergy_culture_component": True, "allergy_severe": None}, "met"),
    ("E1", {"allergy_severe": None}, "unknown"),
    ("E2", {"glucose_drug_current": True}, "met"),
    ("E2", {"glucose_drug_last_date": "2026-05-15"}, "met"),
    ("E2", {"glucose_drug_last_date": "2026-05-14"}, "not_met"),
    ("E2", {"glucose_drug_last_date": None}, "unknown"),
    ("E2", {"glucose_drug_last_date": None, "glucose_drug_never": True}, "not_met"),
    ("E3", {"diabetes_uncontrolled": True}, "met"),
    ("E3", {"hypertension_very_high_risk_uncontrolled": True}, "met"),
    ("E3", {"other_chronic_uncontrolled": None}, "unknown"),
    ("E4", {"nyha_class": 3}, "met"),
    ("E4", {"nyha_class": 2}, "not_met"),
    ("E4", {"nyha_class": None}, "unknown"),
    ("E4", {"heart_failure_decompensated": True}, "met"),
    ("E4", {**NO_NEVER}, "unknown"),
    ("E4", {**NO_NEVER, "myocardial_infarction_date": "2025-12-15"}, "met"),
    ("E4", {"myocardial_infarction_date": "2025-12-14"}, "not_met"),
    ("E4", {"cerebral_infarction_date": "2026-06-15"}, "met"),
    ("E4", {"cerebral_haemorrhage_date": "2026-01-01"}, "met"),
    (
        "E4",
        {
            **NO_NEVER,
            "myocardial_infarction_date": "2020-01-01",
            "cerebral_infarction_never": True,
            "cerebral_haemorrhage_never": True,
        },
        "not_met",
    ),
    ("E5", {"alt": 100}, "met"),
    ("E5", {"alt": 99.9}, "not_met"),
    ("E5", {"ast": 100}, "met"),
    ("E5", {"alt": 100, "alt_uln": None}, "unknown"),
    ("E5", {"alt": 0}, "not_met"),
    ("E5", {"alt": None, "ast": 100}, "met"),
    ("E5", {"renal_function_significantly_abnormal": True}, "met"),
    ("E5", {"creatinine": 1.5}, "met"),
    ("E5", {"creatinine": 1.49}, "not_met"),
    ("E5", {"creatinine": 1.4, "sex": "female", "pregnant": False, "lactating": False}, "met"),
    ("E5", {"creatinine": 1.39, "sex": "female", "pregnant": False, "lactating": False}, "not_met"),
    ("E5", {"creatinine": 1.45, "sex": None}, "unknown"),
    ("E5", {"creatinine": 1.39, "sex": None}, "not_met"),
    ("E5", {"creatinine": 132.6, "creatinine_unit": "umol/L"}, "met"),
    ("E5", {"creatinine": 132.5, "creatinine_unit": "µmol/L"}, "not_met"),
    ("E6", {"hiv_antibody_positive": True}, "met"),
    ("E6", {"hbsag_positive": True}, "met"),
    ("E6", {"hcv_antibody_positive": True}, "met"),
    ("E6", {"syphilis_positive": True}, "met"),
    ("E6", {"hbv_dna": 20}, "not_met"),
    ("E6", {"hbv_dna": 20.1}, "met"),
    ("E6", {"hbv_dna": "<20"}, "not_met"),
    ("E6", {"hbv_dna": "<30"}, "unknown"),
    ("E6", {"hbv_dna_uln": None}, "unknown"),
    ("E7", {"serious_systemic_disease": True}, "met"),
    ("E7", {"serious_systemic_disease": None}, "unknown"),
    ("E8", {"drinks_per_day": 2, "drinks_per_week": 14}, "not_met"),
    ("E8", {"drinks_per_day": 2.1}, "met"),
    ("E8", {"drinks_per_week": 15}, "met"),
    ("E8", {"drinks_per_week": 0, "drinks_per_day": 0}, "not_met"),
    ("E8", {"drug_abuse": True}, "met"),
    ("E8", {"drinks_per_week": None}, "unknown"),
    ("E9", {"sex": "female", "pregnant": True, "lactating": False}, "met"),
    ("E9", {"sex": "female", "pregnant": False, "lactating": True}, "met"),
    ("E9", {"sex": "female", "pregnant": False, "lactating": False}, "not_met"),
    ("E9", {"sex": "female"}, "unknown"),
    ("E9", {"sex": "male"}, "not_met"),
    ("E9", {"sex": None}, "unknown"),
    ("E9", {"pregnancy_planned_2y": True}, "met"),
    ("E9", {"contraception_refused": True}, "met"),
    ("E10", {"intracranial_lesion": True}, "met"),
    ("E10", {"early_lung_tumour": True}, "met"),
    ("E10", {"early_lung_tumour": None}, "unknown"),
    ("E11", {**NO_TRIAL}, "unknown"),
    ("E11", {**NO_TRIAL, "stem_cell_or_exosome_last_date": "2026-03-15"}, "met"),
    ("E11", {"drug_trial_last_date": "2026-03-15"}, "met"),
    ("E11", {"drug_trial_last_date": "2026-03-14"}, "not_met"),
    ("E12", {"padua_score": 4}, "met"),
    ("E12", {"padua_score": 3}, "not_met"),
    ("E12", {"caprini_score": 5}, "met"),
    ("E12", {"caprini_score": 4}, "not_met"),
    ("E12", {"caprini_score": None}, "unknown"),
    ("E13", {**NO_SURGERY}, "unknown"),
    ("E13", {"last_major_surgery_date": "2025-12-15"}, "met"),
    ("E13", {"last_major_surgery_date": "2025-12-14"}, "not_met"),
    ("E13", {"major_surgery_planned_date": "2026-12-15"}, "met"),
    ("E13", {"major_surgery_planned_date": "2026-12-16"}, "not_met"),
    (
        "E13",
        {**NO_SURGERY, "last_major_surgery_date": "2020-01-01", "major_surgery_none_planned": True},
        "not_met",
    ),
    ("E14", {"investigator_exclusion": True}, "met"),
    ("E14", {"investigator_exclusion": None}, "unknown"),
]


@pytest.mark.parametrize(("criterion", "changes", "expected"), LIMITS, ids=lambda value: str(value)[:50])
def test_each_criterion_at_its_limits(
    default_study: Study, criterion: str, changes: dict[str, Any], expected: str
) -> None:
    """Both sides of every limit, data missing, data in other units."""
    assert verdict_of(default_study, criterion, **changes) == expected


def test_every_criterion_is_tested_with_every_verdict(default_study: Study) -> None:
    """The table above reaches met, not met and unknown for each of the 18."""
    tested = {(criterion, expected) for criterion, _, expected in LIMITS}
    tested |= {
        (criterion.id, "not_met" if criterion.kind == "exclusion" else "met")
        for criterion in default_study.criteria
    }
    wanted = {(c.id, verdict) for c in default_study.criteria for verdict in ("met", "not_met", "unknown")}
    assert wanted <= tested


def test_one_excluding_criterion_decides_even_when_others_are_unknown(default_study: Study) -> None:
    """Ineligible as soon as one inclusion is not met or one exclusion is met."""
    verdict = judge(default_study, {"person_id": "P2", "age_years": 34})
    assert verdict.overall == "ineligible"
    assert [each.id for each in verdict.excluding] == ["I1"]


def test_otherwise_undetermined_with_what_is_missing(default_study: Study) -> None:
    """Undetermined lists the variables that could decide."""
    verdict = judge(default_study, person(alt_uln=None, height_cm=None))
    assert verdict.overall == "undetermined"
    assert verdict.missing == ("height_cm", "alt_uln")


def test_a_score_is_decided_from_its_bounds(default_study: Study) -> None:
    """Padua with unknown items is not met if even their points stay below 4, and open otherwise."""
    padua = {f"padua_{name}": False for name in _PADUA}
    answers = person(padua_score=None, **padua)
    answers["padua_hormonal_treatment"] = answers["padua_infarction_or_stroke"] = None
    assert _verdict(default_study, answers, "E12") == "not_met"
    answers["padua_active_cancer"] = None
    assert _verdict(default_study, answers, "E12") == "unknown"
    answers |= {"padua_previous_vte": True, "padua_reduced_mobility": True}
    assert _verdict(default_study, answers, "E12") == "met"


def test_an_entered_score_that_its_items_contradict_decides_only_where_both_agree(
    default_study: Study,
) -> None:
    """Entered 2, computed 6: the range holds both, so the criterion stays open; entered 5 agrees."""
    items = {f"padua_{name}": name in {"previous_vte", "reduced_mobility"} for name in _PADUA}
    assert _verdict(default_study, person(padua_score=2, **items), "E12") == "unknown"
    assert _verdict(default_study, person(padua_score=5, **items), "E12") == "met"


def test_an_entered_score_without_upper_bound_is_held_against_its_items(default_study: Study) -> None:
    """More than 4 as entered decides alone; with items that give 0 to 0 it does not."""
    nothing = {f"padua_{name}": False for name in _PADUA}
    assert _verdict(default_study, person(padua_score=">4"), "E12") == "met"
    assert _verdict(default_study, person(padua_score=">4", **nothing), "E12") == "unknown"


def test_the_reason_names_value_conversion_limit_and_source(default_study: Study) -> None:
    """The sentence shows the value as entered, the conversion, the limit, and where the value stands."""
    verdict = judge(default_study, person(ppg_2h=140.5, ppg_2h_unit="mg/dL"))
    reason = next(each.reason for each in verdict.criteria if each.id == "I3")
    assert "140.5 mg/dL [row 1] = ≈7.7988 mmol/L, below 7.8 mmol/L" in reason


def _verdict(study: Study, row: dict[str, Any], criterion: str) -> str:
    return next(each.verdict for each in judge(study, row).criteria if each.id == criterion)


_PADUA = [
    "active_cancer",
    "previous_vte",
    "reduced_mobility",
    "thrombophilia",
    "recent_trauma_or_surgery",
    "heart_or_respiratory_failure",
    "infarction_or_stroke",
    "infection_or_rheumatologic",
    "hormonal_treatment",
]
