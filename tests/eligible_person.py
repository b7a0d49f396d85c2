"""An invented person whom the packaged study would take, as a row of a file."""

from __future__ import annotations

from typing import Any

ELIGIBLE: dict[str, Any] = {
    "person_id": "P1",
    "screening_date": "2026-06-15",
    "consent_date": "2026-06-10",
    "age_years": 50,
    "sex": "male",
    "height_cm": 170,
    "weight_kg": 75,
    "ppg_2h": 9.0,
    "igt_confirmed": True,
    "allergy_severe": False,
    "allergy_culture_component": False,
    "glucose_drug_current": False,
    "glucose_drug_last_date": "2020-01-31",
    "diabetes_uncontrolled": False,
    "hypertension_very_high_risk_uncontrolled": False,
    "other_chronic_uncontrolled": False,
    "nyha_class": 0,
    "heart_failure_decompensated": False,
    "cardiovascular_event_never": True,
    "alt": 30,
    "alt_uln": 40,
    "ast": 25,
    "ast_uln": 40,
    "creatinine": 0.9,
    "renal_function_significantly_abnormal": False,
    "hiv_antibody_positive": False,
    "hbsag_positive": False,
    "hcv_antibody_positive": False,
    "syphilis_positive": False,
    "hbv_dna": 0,
    "hbv_dna_uln": 20,
    "serious_systemic_disease": False,
    "drinks_per_day": 1,
    "drinks_per_week": 5,
    "drug_abuse": False,
    "pregnancy_planned_2y": False,
    "contraception_refused": False,
    "intracranial_lesion": False,
    "early_lung_tumour": False,
    "trial_never": True,
    "padua_score": 1,
    "caprini_score": 2,
    "major_surgery_never": True,
    "investigator_exclusion": False,
}


def person(**changes: Any) -> dict[str, Any]:
    """The eligible person with some values changed; None removes one."""
    return {name: value for name, value in (ELIGIBLE | changes).items() if value is not None}
