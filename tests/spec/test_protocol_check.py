"""`trialwright check`: a study that cannot run is refused with file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from trialwright.errors import Problem, TrialwrightError
from trialwright.protocol.disclosure import assumptions_of, open_questions_of
from trialwright.protocol.explaining import explain_study
from trialwright.protocol.fingerprint import fingerprint
from trialwright.protocol.loading import find_protocol_folder, load_study, packaged_studies

Edit = Callable[[str, str, str], Path]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the default study that a test may spoil."""
    return Path(shutil.copytree(find_protocol_folder("nct06495437"), tmp_path / "protocol"))


@pytest.fixture
def edit(copy: Path) -> Edit:
    """Replace text in a file of the copy, once; the text must be there."""

    def replace(file: str, old: str, new: str) -> Path:
        path = copy / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) >= 1, f"{old!r} does not stand in {file}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return copy

    return replace


def problems_of(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(TrialwrightError) as caught:
        load_study(folder)
    return caught.value.problems


def line_of(folder: Path, file: str, text: str) -> str:
    """``file:line`` of the first line that holds a text."""
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return f"{Path(file).name}:{next(n for n, line in enumerate(lines, 1) if text in line)}"


def test_the_default_study_can_run() -> None:
    """Every packaged study loads without a problem."""
    assert "nct06495437" in packaged_studies()
    for name in packaged_studies():
        load_study(name)


def test_the_default_study_holds_the_registered_18_criteria() -> None:
    """Four inclusions and fourteen exclusions, in the order of the record."""
    study = load_study("nct06495437")
    assert [c.id for c in study.criteria] == [f"I{n}" for n in range(1, 5)] + [f"E{n}" for n in range(1, 15)]


def test_every_assumption_and_open_question_is_printed() -> None:
    """What is assumed or open in the protocol file stands in the explanation of the study."""
    study = load_study("nct06495437")
    printed = "\n".join(text for section in explain_study(study) for _, text in section.lines)
    disclosed = (*assumptions_of(study), *open_questions_of(study))
    assert len(disclosed) > 40
    for disclosure in disclosed:
        assert disclosure.text in printed


SPOILED = [
    ("TW-103", "protocol.yaml", "  sponsor: BEAUTECH", "\tsponsor: BEAUTECH", "\tsponsor"),
    ("TW-104", "protocol.yaml", "  sponsor: BEAUTECH", "  sponsor: BEAUTECH\n  id: TWICE", "id: TWICE"),
    ("TW-106", "protocol.yaml", "target_enrolment: 20", "target_enrolment: many", "target_enrolment: many"),
    ("TW-107", "protocol.yaml", "  sponsor: BEAUTECH", "  sponsor: BEAUTECH\n  sponser: X", "sponser: X"),
    ("TW-110", "protocol.yaml", "  - id: I2", "  - id: I1", "kind: inclusion"),
    ("TW-111", "protocol.yaml", "{form: demography}", "{form: demografy}", "{form: demografy}"),
    ("TW-111", "protocol.yaml", "intervention: ev_infusion", "intervention: pill", "intervention: pill"),
    (
        "TW-112",
        "protocol.yaml",
        "rule: serious_systemic_disease",
        "rule: serious_systemic_disease or",
        "disease or",
    ),
    (
        "TW-113",
        "protocol.yaml",
        "rule: serious_systemic_disease",
        "rule: serious_illness",
        "rule: serious_illness",
    ),
    ("TW-113", "protocol.yaml", "between 20 kg/m2 and", "between 20 mmol/L and", "between 20 mmol/L and"),
    ("TW-113", "protocol.yaml", "never if sex is male", "never if sex is mail", "rule: >-"),
    (
        "TW-113",
        "protocol.yaml",
        "rule: investigator_exclusion",
        "rule: drinks_per_day",
        "rule: drinks_per_day",
    ),
    ("TW-114", "forms/haematology.yaml", "unit: g/L", "unit: gram/litre", "gram/litre"),
    (
        "TW-115",
        "protocol.yaml",
        "window: {first: 5, last: 9}",
        "window: {first: 5, last: 26}",
        "first: 25, last: 31",
    ),
    (
        "TW-115",
        "protocol.yaml",
        "window: {first: 5, last: 9}",
        "window: {first: 9, last: 5}",
        "first: 9, last: 5",
    ),
    ("TW-116", "protocol.yaml", "      - {form: imaging}\n", "", "rule: intracranial_lesion"),
    ("TW-117", "protocol.yaml", "measured_by: [homa_ir]", "measured_by: [matsuda]", "measured_by: [matsuda]"),
    (
        "TW-117",
        "protocol.yaml",
        "visits: [SCR, D0, D28, D56, D84]",
        "visits: [SCR, D0, D7]",
        "measured_by: [homa_ir]",
    ),
    (
        "TW-118",
        "forms/haematology.yaml",
        "{low: 10, high: 300}",
        "{low: 300, high: 10}",
        "low: 300, high: 10",
    ),
    ("TW-119", "forms/weight.yaml", "unit: kg", "unit: g", "id: weight_kg"),
    ("TW-120", "protocol.yaml", "35 and 65 years old (inc", "36 and 65 years old (inc", "36 and 65 years"),
    ("TW-121", "protocol.yaml", "target_enrolment: 20", "target_enrolment: 21", "target_enrolment: 21"),
    ("TW-122", "forms/weight.yaml", "id: weight\n", "id: weight_twice\n", None),
    (
        "TW-123",
        "protocol.yaml",
        "inputs: {height: height_cm, weight: weight_kg}",
        "inputs: {height: height_cm}",
        "id: bmi",
    ),
    ("TW-124", "forms/imaging.yaml", ", test: Early lung tumour}", "}", "early_lung_tumour"),
    (
        "TW-125",
        "protocol.yaml",
        "subjects: 20, rate: 0.05, level: 0.05}",
        "subjects: 2, rate: 0.5, level: 0.05}",
        "computed:",
    ),
    ("TW-136", "protocol.yaml", "age_from: 50, low: 50", "age_from: 52, low: 50", "item: alp"),
    ("TW-136", "protocol.yaml", "{item: ggt, bands", "{item: ggt, unit: kg, bands", "item: ggt"),
    (
        "TW-137",
        "protocol.yaml",
        "laboratories:\n",
        "laboratories:\n  - {id: b, name: B, ranges: [{item: urea, bands: [{high: 8}]}]}\n",
        "id: site_laboratory",
    ),
    ("TW-138", "protocol.yaml", 'value: ">"', 'value: "="', 'value: "="'),
    ("TW-138", "protocol.yaml", 'value: "5.0"', 'value: "6.0"', 'value: "6.0"'),
    ("TW-138", "protocol.yaml", "value: 30\n", "value: 400\n", "value: 400"),
    ("TW-139", "protocol.yaml", "unchanged: [insulin_assay]", "unchanged: [alt]", "id: homa_ir"),
    ("TW-134", "protocol.yaml", "zone: Asia/Shanghai", "zone: Asia/Shangrila", "Shangrila"),
    ("TW-126", "protocol.yaml", "  by: none", "  by: arm", "by: arm"),
    ("TW-127", "protocol.yaml", "kind: treatment", "kind: follow_up", "visits:"),
    (
        "TW-128",
        "protocol.yaml",
        ", parameters: [HOMAIR], registered: true}",
        ", registered: true}",
        "homa_ir_by_visit",
    ),
]


@pytest.mark.parametrize(("code", "file", "old", "new", "shown"), SPOILED, ids=lambda value: str(value)[:20])
def test_a_bad_study_is_refused_with_code_and_line(
    edit: Edit, code: str, file: str, old: str, new: str, shown: str | None
) -> None:
    """Each kind of fault has its code, and names the file and line where it stands."""
    folder = edit(file, old, new)
    found = [problem for problem in problems_of(folder) if problem.code == code]
    if code == "TW-122":  # the renamed form also leaves visits that name the old one
        found = found or [problem for problem in problems_of(folder) if problem.code == "TW-111"]
    assert found, [str(problem) for problem in problems_of(folder)]
    if shown is not None and code not in {"TW-110", "TW-113"}:
        assert line_of(folder, file, shown) in {problem.where for problem in found}
    assert all(problem.where.partition(":")[2].isdigit() for problem in found)
    assert all(len(problem.sentence) < 400 and "\n" not in problem.sentence for problem in found)


def test_a_missing_empty_or_foreign_file_is_named(copy: Path, tmp_path: Path) -> None:
    """A folder without a study, an empty protocol, bytes that are no UTF-8: each its own sentence."""
    assert "no such folder" in problems_of(tmp_path / "nowhere")[0].sentence
    assert "name the folder that holds" in problems_of(copy / "protocol.yaml")[0].sentence
    assert "no protocol.yaml in the folder" in problems_of(copy / "forms")[0].sentence
    (copy / "forms/weight.yaml").write_bytes("titel: Größe".encode("latin-1"))
    assert problems_of(copy)[0].code == "TW-102"
    (copy / "forms/weight.yaml").write_bytes(b"")
    assert problems_of(copy)[0].code == "TW-105"
    (copy / "forms/weight.yaml").write_bytes(b"- just\n- a list\n")
    assert problems_of(copy)[0].code == "TW-106"


def _bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(lines)


HOSTILE = [
    ("aliases of aliases", _bomb(), "the aliases (*) repeat"),
    ("itself", "a: &a [*a]", "deep in each other"),
    ("depth", "a: " + "[" * 100_000, "deep in each other"),
    ("a list as key", "? [a, b]\n: 3", "a key is a word"),
    ("size", "a: " + "x" * 10_000_000, "more than 10 MB"),
    ("two documents", "a: 1\n---\nb: 2", "another document"),
    ("python", "a: !!python/object/apply:os.system ['true']", "is not a known key"),
    ("binary", "\0\0", "it is not YAML"),
]


@pytest.mark.parametrize(("text", "says"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_file_made_to_do_harm_is_refused_at_once(copy: Path, text: str, says: str) -> None:
    """Aliases without end, depth, size and foreign tags cost no time, no memory and no fault."""
    (copy / "protocol.yaml").write_text(text, encoding="utf-8")
    assert any(says in problem.sentence for problem in problems_of(copy))


@pytest.mark.parametrize("value", ["9" * 5000, "twenty", "20.5", "[1]", ".inf", "1e3"])
def test_a_number_that_is_none_is_refused_in_plain_words(edit: Edit, value: str) -> None:
    """A value of the wrong kind says what is needed, in words of the file and not of the program."""
    problem = problems_of(edit("protocol.yaml", "target_enrolment: 20", f"target_enrolment: {value}"))[0]
    assert (problem.code, problem.sentence.split(": ")[-1]) == ("TW-106", "a whole number is needed")


def test_a_protocol_without_criteria_is_refused(copy: Path) -> None:
    """A study without criteria cannot screen anybody."""
    text = (copy / "protocol.yaml").read_text(encoding="utf-8")
    before, rest = text.split("criteria:\n", 1)
    (copy / "protocol.yaml").write_text(
        f"{before}criteria: []\nfacts:\n{rest.split('facts:', 1)[1]}", encoding="utf-8"
    )
    assert any(problem.code == "TW-106" and "criteria" in problem.sentence for problem in problems_of(copy))


def test_wording_and_data_have_their_own_fingerprints(edit: Edit) -> None:
    """A corrected label changes the wording fingerprint alone; a moved limit the data fingerprint alone."""
    original = fingerprint(load_study("nct06495437"))
    reworded = fingerprint(
        load_study(edit("forms/weight.yaml", "title: Weight at follow-up", "title: Body weight"))
    )
    assert (reworded.data == original.data, reworded.wording == original.wording) == (True, False)
    folder = edit("forms/haematology.yaml", "expected: {low: 90", "expected: {low: 95")
    moved = fingerprint(load_study(folder))
    assert (moved.data == original.data, moved.wording == reworded.wording) == (False, True)


def test_a_folder_that_holds_no_study_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """TW-101: where it was looked for, and what to do."""
    from trialwright.cli.outcome import run

    assert run(["check", str(tmp_path)]) != 0
    said = capsys.readouterr().err
    assert "TW-101" in said
    assert str(tmp_path) in said
