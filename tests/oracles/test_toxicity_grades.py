"""Grades against the reference tables of CTCAE 5.0 and 6.0: both sides of every cut of every graded analyte.

The reference gives each grade twice, as published words and as the condition that another program computes.
The conditions are read here and evaluated on fractions, so that a value on a cut is on it exactly.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from conduct_making import changed
from laboratory_making import STUDY, person
from trialwright.clinical.toxicity_grades import Baseline, Circumstances, Grade, gradable, grade
from trialwright.clinical.toxicity_table import criteria_versions, graded_analytes
from trialwright.conduct.laboratory_values import judged_values
from trialwright.conduct.states import RangesState, RecordedBand, RecordedRange
from trialwright.protocol.laboratories import Laboratory
from trialwright.protocol.study import Study

# The reference assumes the worst of what a laboratory value does not say.
WORST = {
    "symptoms": "severe",
    "anticoagulated": True,
    "physiological_consequences": True,
    "over_24_hours": True,
}
ANALYTES = {
    "Activated partial thromboplastin time prolonged": "aptt",
    "Acidosis": "ph",
    "Alanine aminotransferase increased": "alt",
    "Alkaline phosphatase increased": "alp",
    "Alkalosis": "ph",
    "Anemia": "haemoglobin",
    "Aspartate aminotransferase increased": "ast",
    "Blood bilirubin increased": "bilirubin",
    "Blood lactate dehydrogenase increased": "ldh",
    "CD4 lymphocytes decreased": "cd4_lymphocytes",
    "CPK increased": "cpk",
    "Cholesterol high": "cholesterol",
    "Creatinine clearance decreased": "creatinine_clearance",
    "Creatinine increased": "creatinine",
    "Fibrinogen decreased": "fibrinogen",
    "GGT increased": "ggt",
    "HDL decreased": "hdl_cholesterol",
    "Haptoglobin decreased": "haptoglobin",
    "Hemoglobin increased": "haemoglobin",
    "Hypercalcemia": "calcium_corrected",
    "Hypercalcemia (Ionized)": "calcium_ionised",
    "Hyperglycemia": "glucose",
    "Hyperglycemia (Fasting)": "glucose",
    "Hyperkalemia": "potassium",
    "Hypermagnesemia": "magnesium",
    "Hypernatremia": "sodium",
    "Hypertriglyceridemia": "triglycerides",
    "Hyperuricemia": "urate",
    "Hypoalbuminemia": "albumin",
    "Hypocalcemia": "calcium_corrected",
    "Hypocalcemia (Ionized)": "calcium_ionised",
    "Hypoglycemia": "glucose",
    "Hypokalemia": "potassium",
    "Hypomagnesemia": "magnesium",
    "Hyponatremia": "sodium",
    "INR increased": "inr",
    "LDL increased": "ldl_cholesterol",
    "Leukocytosis": "leucocytes",
    "Lipase increased": "lipase",
    "Lymphocyte count decreased": "lymphocytes",
    "Lymphocyte count increased": "lymphocytes",
    "Neutrophil count decreased": "neutrophils",
    "Platelet count decreased": "platelets",
    "Serum amylase increased": "amylase",
    "Thrombocytopenia": "platelets",
    "White blood cell decreased": "leucocytes",
}
# Where the condition of the reference leaves the words of the same row, the words decide: they include the
# lower end ("2.0 - 2.5 x baseline", "1.71 mmol/L - 3.42 mmol/L"), the condition does not.
WORDS_DECIDE = {
    ("5", "GGT increased", "2*BASE"): (0, 1),
    ("5", "Hypertriglyceridemia", "1.71"): (0, 1),
    ("6", "Hypertriglyceridemia", "1.71"): (0, 1),
}
# Rules that only the words of version 5 give; the spec tests hold their cuts.
ONLY_IN_WORDS = {("egfr", "low"), ("eosinophils", "high"), ("body_temperature", "high")}
CLAUSE = re.compile(r"\s*(?P<condition>.+?)\s*~\s*(?P<answer>NA_character_|\"[0-4]\")\s*(?:,|$)")
RIGHT_SIDE = re.compile(
    r"signif\((?P<left>AVAL|PCHG), signif_dig\)\s*[<>]=?\s*(?P<right>signif\([^()]*\)|-?\s*[\d.]+)"
)


@dataclass(frozen=True)
class Case:
    """One value with everything around it; limits and baseline may be missing."""

    AVAL: Fraction
    ANRHI: Fraction | None
    ANRLO: Fraction | None
    BASE: Fraction | None
    on: str = ""

    def names(self) -> dict[str, Any]:
        """What the reference's conditions call these."""
        low, high, base = self.ANRLO, self.ANRHI, self.BASE
        indicator = None if base is None else "N"
        if base is not None and high is not None and base > high:
            indicator = "H"
        if base is not None and low is not None and base < low:
            indicator = "L"
        change = None if not base else 100 * (self.AVAL - base) / base
        return {
            "AVAL": self.AVAL,
            "ANRHI": high,
            "ANRLO": low,
            "BASE": base,
            "BNRIND": indicator,
            "PCHG": change,
        }


@cache
def python_of(condition: str) -> CodeType:
    """A condition of the reference as a Python expression; every number is a fraction."""
    text = condition
    for _ in range(2):
        text = re.sub(r"signif\(([^()]*), signif_dig\)", r"(\1)", text)
    text = re.sub(r"!is\.na\((\w+)\)", r"(\1 is not None)", text)
    text = re.sub(r"is\.na\((\w+)\)", r"(\1 is None)", text)
    text = re.sub(r"BNRIND %in% (high|low)_indicator", lambda m: f"(BNRIND == '{m[1][0].upper()}')", text)
    text = re.sub(r"!(?=\()", " not ", text).replace("&", " and ").replace("|", " or ")
    text = re.sub(r"(?<![\w.'])(\d+(?:\.\d+)?)(?![\w.'])", r"Fraction('\1')", text)
    return compile(text.strip(), "condition", "eval")


def evaluated(expression: CodeType, names: dict[str, Any]) -> Any:
    """The value of an expression; what compares with something missing is missing."""
    try:
        return eval(expression, {"Fraction": Fraction, "__builtins__": {}}, names)  # noqa: S307 the reference's own conditions
    except TypeError:
        return None


@cache
def clauses(text: str) -> list[tuple[str, str]]:
    """The conditions of one grade, each with its answer."""
    return [(each["condition"], each["answer"]) for each in CLAUSE.finditer(text)]


def expected(row: dict[str, Any], case: Case) -> int | None:
    """The grade of the reference: the first condition that holds, from missing to grade 4 and down."""
    names = case.names()
    for key in ("GRADE_NA_CODE", "GRADE_4_CODE", "GRADE_3_CODE", "GRADE_2_CODE", "GRADE_1_CODE"):
        for condition, answer in clauses(row.get(key) or ""):
            if evaluated(python_of(condition), names):
                return None if answer == "NA_character_" else int(answer.strip('"'))
    return 0


def cuts_of(row: dict[str, Any]) -> list[tuple[str, str]]:
    """What the value or its change is compared with in the conditions of a row."""
    text = " ".join(row.get(f"GRADE_{level}_CODE") or "" for level in (1, 2, 3, 4))
    found = [(each["left"], each["right"]) for each in RIGHT_SIDE.finditer(text)]
    return sorted({(left, re.sub(r"signif\(([^(),]*), signif_dig\)", r"\1", right)) for left, right in found})


def surroundings(row: dict[str, Any]) -> Iterator[tuple[Fraction, Fraction, Fraction]]:
    """Limits and baselines, (ULN, LLN, baseline): among, below and far above the row's own numbers."""
    numbers = [Fraction(right) for _, right in cuts_of(row) if re.fullmatch(r"[\d.]+", right)]
    least, most = min(numbers, default=Fraction(40)), max(numbers, default=Fraction(40))
    for middle in {least * Fraction("0.7"), least, most, most * Fraction("1.4"), most * 50}:
        high, low = middle * Fraction("1.1"), middle * Fraction("0.9")
        for base in (middle, high, high * Fraction("1.3"), high * Fraction("7.3"), low, low / 2):
            yield high, low, base


def cases(row: dict[str, Any]) -> Iterator[Case]:
    """Below, on and above every cut, in all surroundings."""
    for high, low, base in surroundings(row):
        names = Case(Fraction(1), high, low, base).names()
        for left, right in cuts_of(row):
            cut = evaluated(python_of(right), names)
            cut = base * (1 + cut / 100) if left == "PCHG" else cut
            for value in (cut * Fraction("0.999999"), cut, cut * Fraction("1.000001")):
                yield Case(value, high, low, base, right if value == cut else "")
        yield Case(Fraction(0), high, low, base)
        yield Case(max(high, base) * 1000, high, low, base)


def graded(version: str, row: dict[str, Any], case: Case) -> int | None:
    """The product's grade of a case."""
    analyte = ANALYTES[row["TERM"]]
    unit = row.get("UNIT_CHECK") or graded_analytes()[analyte].units[0]
    unit = {"MMOL/L": "mmol/L"}.get(unit, unit)
    circumstances = Circumstances(fasting="Fasting" in row["TERM"], **WORST)  # type: ignore[arg-type] # mixed kinds
    found = grade(
        analyte,
        "high" if row["DIRECTION"] == "H" else "low",
        case.AVAL,
        unit,
        version=version,
        upper_limit=case.ANRHI,
        lower_limit=case.ANRLO,
        baseline=None if case.BASE is None else Baseline(case.BASE),
        circumstances=circumstances,
    )
    return found.value if isinstance(found, Grade) else None


@pytest.fixture(scope="module")
def reference(shared_folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The laboratory rows of both versions; skipped where the references are not beside the project."""
    folder = shared_folder / "reference" / "ctcae"
    return {
        version: json.loads((folder / f"admiral-ncictcaev{version}.json").read_text(encoding="utf-8"))
        for version in ("5", "6")
    }


@pytest.mark.parametrize("version", ["5", "6"])
def test_both_sides_of_every_cut_agree(version: str, reference: dict[str, list[dict[str, Any]]]) -> None:
    """Below, on and above every cut, with normal, high and low baselines, the grade is the reference's."""
    compared, named = 0, set()
    for row in reference[version]:
        for case in cases(row):
            theirs, ours = expected(row, case), graded(version, row, case)
            compared += 1
            if theirs != ours:
                key = (version, row["TERM"], case.on.replace(" ", ""))
                assert WORDS_DECIDE.get(key) == (theirs, ours), f"{row['TERM']} {case}: {theirs}, here {ours}"
                named.add(key)
    assert compared > 3000
    assert named == {key for key in WORDS_DECIDE if key[0] == version}


@pytest.mark.parametrize("version", ["5", "6"])
def test_every_laboratory_row_of_the_reference_is_carried(
    version: str, reference: dict[str, list[dict[str, Any]]]
) -> None:
    """The table grades what the reference grades, under the same term, and of the rest only what is named."""
    theirs = {
        (ANALYTES[row["TERM"]], "high" if row["DIRECTION"] == "H" else "low"): row["TERM"].split(" (")[0]
        for row in reference[version]
    }
    ours = {key: criteria_versions()[version].rules[key].term for key in gradable(version)}
    assert {key: term for key, term in ours.items() if key not in ONLY_IN_WORDS} == theirs


@pytest.mark.parametrize("version", ["5", "6"])
@pytest.mark.parametrize("missing", ["ANRHI", "ANRLO", "BASE"])
def test_what_the_reference_does_not_grade_is_not_graded(
    version: str, missing: str, reference: dict[str, list[dict[str, Any]]]
) -> None:
    """With a limit or the baseline missing there is the reference's grade or none, never another one."""
    none = 0
    for row in reference[version]:
        for case in cases(row):
            lacking = Case(**{**case.__dict__, missing: None})
            ours = graded(version, row, lacking)
            none += ours is None
            if expected(row, lacking) is None:
                assert ours is None or missing == "BASE", f"{row['TERM']} {lacking}"
            elif ours is not None and (version, row["TERM"], case.on.replace(" ", "")) not in WORDS_DECIDE:
                assert ours == expected(row, lacking), f"{row['TERM']} {lacking}"
    assert none > 100


def test_the_numbers_of_version_5_stand_in_the_published_words(shared_folder: Path) -> None:
    """Every number of a cut, in every unit, is printed in the words of its grade in version 5."""
    path = shared_folder / "reference" / "ctcae" / "ctcae-v5.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        words = {
            row["CTCAE Term"]: {name.strip(): text.replace(",", "") for name, text in row.items()}
            for row in csv.DictReader(file)
        }
    for rule in criteria_versions()["5"].rules.values():
        for cut in rule.cuts:
            printed = {
                Fraction(number)
                for number in re.findall(r"\d+(?:\.\d+)?", words[rule.term][f"Grade {cut.grade}"])
            }
            for each in cut.comparisons:
                number = each.number
                scaled = {number, number * 1000, number / 10, 100 - 100 * number}
                bare = number == 1 and each.of in {"ULN", "LLN"}
                assert bare or scaled & printed, f"{rule.term}, grade {cut.grade}: {each.text}"


ITEMS = {"alt", "ast", "alp", "ggt", "bilirubin_total", "sodium", "potassium", "haemoglobin", "platelets"}


@pytest.mark.parametrize("version", ["5", "6"])
def test_the_casebook_gives_the_grade_of_the_reference(
    version: str, reference: dict[str, list[dict[str, Any]]]
) -> None:
    """Entered as digits, with the laboratory's range and a baseline of its own, both sides of every cut."""
    study = changed(STUDY, safety={"criteria_version": version}, laboratories=(BARE,))
    compared = 0
    for row in reference[version]:
        analyte, way = ANALYTES[row["TERM"]], "high" if row["DIRECTION"] == "H" else "low"
        for item in (each for each in map(study.items.get, ITEMS) if each is not None):
            if (item.analyte or item.id) != analyte:
                continue
            for case in in_digits(cases(row)):
                theirs, ours = expected(row, case), in_casebook(study, item.id, way, case)
                words = WORDS_DECIDE.get((version, row["TERM"], case.on.replace(" ", "")))
                compared += 1
                if ours is None and asks_for_more(version, analyte, way):
                    continue  # the reference assumes symptoms, which a laboratory sheet does not say
                assert theirs == ours or words == (theirs, ours), f"{row['TERM']} {case}: {theirs}, {ours}"
    assert compared > 500


BARE = Laboratory(id="bench", name="Bench")


def asks_for_more(version: str, analyte: str, way: str) -> bool:
    """Whether the rule hangs on what the patient feels."""
    cuts = criteria_versions()[version].rules[analyte, way].cuts
    return any(not cut.circumstance.startswith("baseline") for cut in cuts if cut.circumstance)


def in_digits(found: Iterator[Case]) -> Iterator[Case]:
    """The cases whose numbers a person can type, among plausible ones."""
    for case in found:
        numbers = (case.AVAL, case.ANRHI, case.ANRLO, case.BASE)
        if None in numbers or case.ANRHI == 0 or case.BASE == 0 or (case.BASE or 0) > 10000:
            continue
        typed = [Fraction(round(number, 9)) for number in numbers if number is not None]
        yield Case(*typed, on=case.on)


def in_casebook(study: Study, item: str, way: str, case: Case) -> int | None:
    """The grade that the desk shows for a value on day 7 after one at screening."""
    unit, digits = study.items[item].unit or "1", {name: text(getattr(case, name)) for name in NUMBERS}
    band = RecordedBand(digits["ANRLO"], digits["ANRHI"], None, None, None)
    ranges = RangesState((RecordedRange("bench", item, unit, "2020-01-01", (band,), "sheet", 1),))
    form = next(each.id for each in study.forms if each.item(item))
    state = person(form, SCR={item: digits["BASE"]}, D7={item: digits["AVAL"]})
    *_, last = (each for each in judged_values(study, ranges, state) if each.sample.item.id == item)
    return next(each.value for each in last.grades if each.direction == way)


NUMBERS = ("AVAL", "ANRHI", "ANRLO", "BASE")


def text(number: Fraction) -> str:
    """Plain digits."""
    return format(Decimal(number.numerator) / Decimal(number.denominator), "f")
