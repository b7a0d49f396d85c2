"""The 18 criteria in plain Python, written from the registered sense alone, against the product's.

Nothing of the product is used here: no rule, derivation, unit or logic. The criteria, the points and the
factors below are typed in from the registered record and from the papers of the two scores.
"""

from __future__ import annotations

import calendar
import json
import random
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from trialwright.eligibility.people import load_people
from trialwright.eligibility.screening import screen_people
from trialwright.protocol.study import Study

Person = dict[str, Any]
Truth = bool | None

TODAY = date(2026, 11, 1)
PEOPLE = 4000

PADUA = {
    "padua_active_cancer": 3,
    "padua_previous_vte": 3,
    "padua_reduced_mobility": 3,
    "padua_thrombophilia": 3,
    "padua_recent_trauma_or_surgery": 2,
    "padua_heart_or_respiratory_failure": 1,
    "padua_infarction_or_stroke": 1,
    "padua_infection_or_rheumatologic": 1,
    "padua_hormonal_treatment": 1,
}
CAPRINI = {
    1: "minor_surgery swollen_legs varicose_veins pregnancy_or_postpartum oral_contraceptive_or_hormones "
    "stillbirth_or_abortion sepsis serious_lung_disease abnormal_lung_function acute_myocardial_infarction "
    "heart_failure inflammatory_bowel_disease medical_bed_rest recent_major_surgery",
    2: "arthroscopy major_open_surgery laparoscopy malignancy bed_72_hours plaster_cast central_line",
    3: "previous_vte family_vte factor_v_leiden prothrombin_20210a lupus_anticoagulant anticardiolipin "
    "homocysteine heparin_thrombocytopenia other_thrombophilia",
    5: "stroke leg_arthroplasty hip_pelvis_leg_fracture spinal_cord_injury multiple_trauma",
}
CAPRINI_POINTS = {f"caprini_{name}": points for points, names in CAPRINI.items() for name in names.split()}

YES_NO = {
    "E1": ("allergy_severe", "allergy_culture_component"),
    "E3": ("diabetes_uncontrolled", "hypertension_very_high_risk_uncontrolled", "other_chronic_uncontrolled"),
    "E7": ("serious_systemic_disease",),
    "E10": ("intracranial_lesion", "early_lung_tumour"),
    "E14": ("investigator_exclusion",),
}
VIRUSES = ("hiv_antibody_positive", "hbsag_positive", "hcv_antibody_positive", "syphilis_positive")
EVENTS = ("myocardial_infarction_date", "cerebral_infarction_date", "cerebral_haemorrhage_date")

# How much of the study's unit is one of the other unit.
FACTORS = {
    ("ppg_2h", "mg/dL"): 1 / Fraction("18.0156"),
    ("creatinine", "umol/L"): 1 / Fraction("88.4"),
    ("creatinine", "mg/L"): Fraction(1, 10),
    ("height_cm", "m"): Fraction(100),
    ("height_cm", "mm"): Fraction(1, 10),
    ("weight_kg", "g"): Fraction(1, 1000),
    ("weight_kg", "[lb_av]"): Fraction("0.45359237"),
    ("alt", "ukat/L"): Fraction(60),
    ("ast", "ukat/L"): Fraction(60),
}


def any_of(*truths: Truth) -> Truth:
    """Kleene's or."""
    if any(truth is True for truth in truths):
        return True
    return None if any(truth is None for truth in truths) else False


def all_of(*truths: Truth) -> Truth:
    """Kleene's and."""
    if any(truth is False for truth in truths):
        return False
    return None if any(truth is None for truth in truths) else True


def moved(day: date, months: int) -> date:
    """The same day of another month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class Reader:
    """What one row says: numbers in the study's units, dates, answers; None where it says nothing."""

    def __init__(self, row: Person) -> None:
        self.row = row
        screening = self.day("screening_date")
        assert screening is not None
        self.screening = screening

    def number(self, name: str) -> Fraction | None:
        entered = self.row.get(name)
        unit = self.row.get(f"{name}_unit")
        factor = FACTORS[name, unit] if unit else Fraction(1)
        return None if entered is None else Fraction(str(entered)) * factor

    def day(self, name: str) -> date | None:
        entered = self.row.get(name)
        return None if entered is None else date.fromisoformat(entered)

    def flag(self, name: str) -> Truth:
        answer: Truth = self.row.get(name)
        return answer

    def age(self) -> Fraction | None:
        born = self.day("birth_date")
        if born is None:
            return self.number("age_years")
        before_birthday = (self.screening.month, self.screening.day) < (born.month, born.day)
        return Fraction(self.screening.year - born.year - before_birthday)

    def bmi(self) -> Fraction | None:
        height, weight = self.number("height_cm"), self.number("weight_kg")
        return None if height is None or weight is None else weight / (height / 100) ** 2

    def past(self, name: str, months: int, never: str | None = None) -> Truth:
        day = self.day(name)
        if day is None:
            return False if never and self.flag(never) is True else None
        return moved(self.screening, -months) <= day <= self.screening

    def coming(self, name: str, months: int, never: str) -> Truth:
        day = self.day(name)
        if day is None:
            return False if self.flag(never) is True else None
        return self.screening <= day <= moved(self.screening, months)

    def over(self, name: str, limit: Fraction | None, *, inclusive: bool) -> Truth:
        value = self.number(name)
        if value is None or limit is None:
            return None
        return value >= limit if inclusive else value > limit

    def score(self, name: str, points: dict[str, int], limit: int) -> Truth:
        """Whether a score reaches its limit: entered, or from its items and from age and BMI."""
        entered = self.number(name)
        if entered is not None:
            return entered >= limit
        low = high = 0
        for item, worth in points.items():
            low += worth if self.flag(item) is True else 0
            high += worth if self.flag(item) is not False else 0
        body = self.caprini_body() if name == "caprini_score" else self.padua_body()
        low, high = low + body[0], high + body[1]
        return True if low >= limit else False if high < limit else None

    def padua_body(self) -> tuple[int, int]:
        age, bmi = self.age(), self.bmi()
        old = (0, 1) if age is None else (int(age >= 70),) * 2
        heavy = (0, 1) if bmi is None else (int(bmi >= 30),) * 2
        return old[0] + heavy[0], old[1] + heavy[1]

    def caprini_body(self) -> tuple[int, int]:
        age, bmi = self.age(), self.bmi()
        old = (0, 3)
        if age is not None:
            old = (0 if age < 41 else 1 if age <= 60 else 2 if age < 75 else 3,) * 2
        heavy = (0, 1) if bmi is None else (int(bmi > 25),) * 2
        return old[0] + heavy[0], old[1] + heavy[1]


def truths_of(row: Person) -> dict[str, Truth]:
    """Each criterion of a row: true, false or unknown."""
    see = Reader(row)
    truths = {criterion: any_of(*map(see.flag, names)) for criterion, names in YES_NO.items()}
    truths |= body_truths(see) | history_truths(see) | laboratory_truths(see)
    return truths


def body_truths(see: Reader) -> dict[str, Truth]:
    age, bmi, glucose = see.age(), see.bmi(), see.number("ppg_2h")
    consent = see.day("consent_date")
    in_range = None if glucose is None else Fraction("7.8") <= glucose <= 11
    return {
        "I1": None if age is None else 35 <= age <= 65,
        "I2": None if bmi is None else 20 <= bmi <= 30,
        "I3": all_of(in_range, see.flag("igt_confirmed")),
        "I4": None if consent is None else consent <= see.screening,
        "E12": any_of(see.score("padua_score", PADUA, 4), see.score("caprini_score", CAPRINI_POINTS, 5)),
    }


def history_truths(see: Reader) -> dict[str, Truth]:
    nyha = see.number("nyha_class")
    not_asked = False if see.row.get("sex") == "male" else None
    answers = [see.flag(name) for name in ("pregnant", "lactating")]
    asked = [not_asked if answer is None else answer for answer in answers]
    flags = [see.flag(name) for name in ("pregnancy_planned_2y", "contraception_refused")]
    trials = [
        see.past(f"{what}_last_date", 3, "trial_never") for what in ("stem_cell_or_exosome", "drug_trial")
    ]
    return {
        "E2": any_of(see.flag("glucose_drug_current"), see.past("glucose_drug_last_date", 1)),
        "E4": any_of(
            None if nyha is None else nyha >= 3,
            see.flag("heart_failure_decompensated"),
            *(see.past(name, 6, "cardiovascular_event_never") for name in EVENTS),
        ),
        "E8": any_of(
            see.over("drinks_per_day", Fraction(2), inclusive=False),
            see.over("drinks_per_week", Fraction(14), inclusive=False),
            see.flag("drug_abuse"),
        ),
        "E9": any_of(*asked, *flags),
        "E11": any_of(*trials),
        "E13": any_of(
            see.past("last_major_surgery_date", 6, "major_surgery_never"),
            see.coming("major_surgery_planned_date", 6, "major_surgery_never"),
        ),
    }


def laboratory_truths(see: Reader) -> dict[str, Truth]:
    limits = {name: see.number(f"{name}_uln") for name in ("alt", "ast", "hbv_dna")}
    liver = [
        see.over(name, None if limits[name] is None else limits[name] * Fraction(5, 2), inclusive=True)
        for name in ("alt", "ast")
    ]
    return {
        "E5": any_of(*liver, see.flag("renal_function_significantly_abnormal"), high_creatinine(see)),
        "E6": any_of(*map(see.flag, VIRUSES), see.over("hbv_dna", limits["hbv_dna"], inclusive=False)),
    }


def high_creatinine(see: Reader) -> Truth:
    limits = {"male": Fraction("1.5"), "female": Fraction("1.4")}
    sexes = [see.row["sex"]] if see.row.get("sex") else ["male", "female"]
    answers = {see.over("creatinine", limits[sex], inclusive=True) for sex in sexes}
    return answers.pop() if len(answers) == 1 else None


def overall_of(truths: dict[str, Truth]) -> str:
    """Ineligible as soon as one criterion says so; eligible when all say so; otherwise undetermined."""
    wanted = {criterion: criterion.startswith("I") for criterion in truths}
    if any(truth is not None and truth is not wanted[criterion] for criterion, truth in truths.items()):
        return "ineligible"
    return "undetermined" if None in truths.values() else "eligible"


class Inventor:
    """Invents people; ``trouble`` is how often a value leaves what the study would take, or is missing."""

    def __init__(self, seed: int, trouble: float) -> None:
        self.random = random.Random(seed)  # noqa: S311 - invented people, no secret
        self.trouble = trouble

    def person(self, number: int) -> Person:
        row: Person = {"person_id": f"P{number}", "screening_date": self.screening().isoformat()}
        self.body(row)
        self.answers(row)
        self.laboratory(row)
        self.dates(row)
        self.scores(row)
        return {name: value for name, value in row.items() if not self.lost(name) and value is not None}

    def lost(self, name: str) -> bool:
        if name in ("person_id", "screening_date") or name.endswith("_unit"):
            return False
        return self.odd(1 / 3)

    def odd(self, share: float = 1.0) -> bool:
        return self.random.random() < self.trouble * share

    def screening(self) -> date:
        edges = [
            date(2024, 2, 29),
            date(2024, 8, 31),
            date(2025, 3, 31),
            date(2025, 5, 31),
            date(2025, 2, 28),
        ]
        edges += [
            date(2024, 12, 31),
            date(2025, 8, 29),
            date(2025, 8, 30),
            date(2024, 3, 30),
            date(2025, 1, 1),
        ]
        return self.random.choice([*edges, date(2024, 1, 1) + timedelta(self.random.randrange(700))])

    def body(self, row: Person) -> None:
        pick = self.random
        row["sex"] = pick.choice(["male", "female"])
        age = (
            pick.choice([34, 35, 36, 40, 41, 60, 61, 65, 66, 69, 70, 74, 75])
            if self.odd()
            else pick.randint(36, 64)
        )
        screening = date.fromisoformat(row["screening_date"])
        if pick.random() < 0.5:
            row["birth_date"] = (moved(screening, -12 * age) + timedelta(pick.randint(-1, 1))).isoformat()
        else:
            row["age_years"] = age
        height, weight = pick.choice([(170, 75), (180, 70), (165, 60)])
        if self.odd():
            height, weight = pick.choice(
                [(200, 80), (200, 120), (200, 100), (160, "51.2"), (160, "51.19"), (160, "76.81")]
            )
        row |= self.in_unit("height_cm", height, ["m", "mm"]) | self.in_unit(
            "weight_kg", weight, ["g", "[lb_av]"]
        )

    def in_unit(self, name: str, value: Any, units: list[str]) -> Person:
        """The value in the study's unit or, one time in four, what it is in another to six decimals."""
        if self.random.random() > 0.25:
            return {name: value}
        unit = self.random.choice(units)
        other = Fraction(str(value)) / FACTORS[name, unit]
        return {name: f"{float(other):.6f}", f"{name}_unit": unit}

    def answers(self, row: Person) -> None:
        names = [name for group in YES_NO.values() for name in group] + list(VIRUSES)
        names += [
            "glucose_drug_current",
            "heart_failure_decompensated",
            "renal_function_significantly_abnormal",
        ]
        names += ["drug_abuse", "pregnancy_planned_2y", "contraception_refused"]
        row |= {name: self.odd(0.3) for name in names}
        if row["sex"] == "female":
            row |= {name: self.odd(0.5) for name in ("pregnant", "lactating")}
        row["igt_confirmed"] = not self.odd(0.5)
        row["nyha_class"] = self.random.choice([2, 3, 4]) if self.odd(0.5) else self.random.choice([0, 1, 2])
        row["drinks_per_day"] = self.random.choice(["2", "2.01", "3", "1.99"]) if self.odd() else 1
        row["drinks_per_week"] = self.random.choice([14, "14.1", 15]) if self.odd() else 0

    def laboratory(self, row: Person) -> None:
        pick = self.random
        glucose = pick.choice(["7.8", "7.79", "11.0", "11.01", "7.7999"]) if self.odd() else "9.1"
        row |= self.in_unit("ppg_2h", glucose, ["mg/dL"])
        for name in ("alt", "ast"):
            row |= self.in_unit(name, pick.choice([100, "99.9", "100.1"]) if self.odd() else 0, ["ukat/L"])
            row[f"{name}_uln"] = 40
        creatinine = pick.choice(["1.39", "1.4", "1.45", "1.49", "1.5", "1.51"]) if self.odd(2) else "0.8"
        row |= self.in_unit("creatinine", creatinine, ["umol/L", "mg/L"])
        row["hbv_dna"], row["hbv_dna_uln"] = pick.choice([20, "20.1", 19]) if self.odd() else 0, 20

    def dates(self, row: Person) -> None:
        screening = date.fromisoformat(row["screening_date"])
        past = {"glucose_drug_last_date": 1, "last_major_surgery_date": 6} | dict.fromkeys(EVENTS, 6)
        past |= {"stem_cell_or_exosome_last_date": 3, "drug_trial_last_date": 3}
        for name, months in past.items():
            row[name] = self.edge(screening, -months) if self.odd(0.7) else self.long_ago(screening, name)
        if self.odd():
            row["major_surgery_planned_date"] = self.edge(screening, 6)
        row |= {
            f"{what}_never": not self.odd() for what in ("cardiovascular_event", "trial", "major_surgery")
        }
        row["consent_date"] = (
            screening - timedelta(self.random.choice([-1, 0, 1]) if self.odd() else 3)
        ).isoformat()

    def edge(self, screening: date, months: int) -> str:
        around = self.random.choice([screening, moved(screening, months), moved(screening, months)])
        return (around + timedelta(self.random.randint(-3, 3))).isoformat()

    def long_ago(self, screening: date, name: str) -> str | None:
        never_asked = name != "glucose_drug_last_date" and self.random.random() < 0.7
        return None if never_asked else moved(screening, -30).isoformat()

    def scores(self, row: Person) -> None:
        for name, points, limit in (("padua_score", PADUA, 4), ("caprini_score", CAPRINI_POINTS, 5)):
            if self.random.random() < 0.5:
                row[name] = self.random.choice([limit - 1, limit, limit + 1]) if self.odd() else 1
            else:
                row |= {item: self.odd(0.2) for item in points}


def invented_people() -> list[Person]:
    """People nearly all taken, people with a few troubles, people with many."""
    makers = [Inventor(1, 0.01), Inventor(2, 0.08), Inventor(3, 0.3), Inventor(4, 0.9)]
    return [makers[number % 4].person(number) for number in range(PEOPLE)]


@pytest.fixture(scope="module")
def compared(
    default_study: Study, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Person, dict[str, Any]]]:
    """Each invented row with what the product says of it, read from a file as at the desk."""
    people = invented_people()
    path = tmp_path_factory.mktemp("oracle") / "people.json"
    path.write_text(json.dumps(people), encoding="utf-8")
    result = screen_people(default_study, load_people(path), TODAY)
    assert not result.findings, result.findings[:5]
    return list(zip(people, result.as_json(), strict=True))


def test_every_verdict_agrees(compared: list[tuple[Person, dict[str, Any]]]) -> None:
    """All 18 verdicts of every person are those of a plain re-implementation."""
    names = {True: "met", False: "not_met", None: "unknown"}
    wrong = []
    for row, said in compared:
        truths = truths_of(row)
        assert len(truths) == 18
        for criterion in said["criteria"]:
            expected = names[truths[criterion["id"]]]
            if criterion["verdict"] != expected:
                wrong.append((criterion["id"], expected, criterion["verdict"], criterion["reason"], row))
    assert not wrong, f"{len(wrong)} differ, first: {wrong[:3]}"


def test_every_overall_verdict_agrees(compared: list[tuple[Person, dict[str, Any]]]) -> None:
    """The overall verdict is ineligible, eligible or undetermined as the registered sense has it."""
    wrong = [row["person_id"] for row, said in compared if said["overall"] != overall_of(truths_of(row))]
    assert not wrong


def test_the_invented_people_are_not_one_kind(compared: list[tuple[Person, dict[str, Any]]]) -> None:
    """Every criterion is met, not met and unknown of some, and all three overall verdicts occur."""
    seen = {(criterion["id"], criterion["verdict"]) for _, said in compared for criterion in said["criteria"]}
    assert len(seen) == 18 * 3
    assert {said["overall"] for _, said in compared} == {"eligible", "ineligible", "undetermined"}
