"""`trialwright screen`: files of people in, verdicts and findings out."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from eligible_person import ELIGIBLE, person
from trialwright.cli.outcome import run
from trialwright.eligibility.people import load_people
from trialwright.eligibility.screening import ScreeningResult, screen_people
from trialwright.errors import TrialwrightError
from trialwright.protocol.study import Study

TODAY = date(2026, 11, 23)


def write_json(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def write_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys(name for row in rows for name in row)))
        writer.writeheader()
        writer.writerows(rows)
    return path


def screened(study: Study, path: Path) -> ScreeningResult:
    return screen_people(study, load_people(path), TODAY)


def test_json_csv_and_parquet_give_the_same_verdicts(default_study: Study, tmp_path: Path) -> None:
    """The form of the file makes no difference to the verdicts."""
    rows = [
        person(),
        person(person_id="P2", ppg_2h=199.0, ppg_2h_unit="mg/dL"),
        person(person_id="P3", alt_uln=None, sex="female"),
    ]
    results = [
        screened(default_study, write_json(tmp_path / "people.json", rows)),
        screened(default_study, write_csv(tmp_path / "people.csv", rows)),
    ]
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(tmp_path / "people.parquet")
    results.append(screened(default_study, tmp_path / "people.parquet"))
    shapes = [
        [
            (each.person_id, each.verdict.overall, [c.verdict for c in each.verdict.criteria])
            for each in result.people
        ]
        for result in results
    ]
    assert [overall for _, overall, _ in shapes[0]] == ["eligible", "ineligible", "undetermined"]
    assert shapes[0] == shapes[1] == shapes[2]
    assert not any(result.findings for result in results)


def test_the_json_shape_is_the_documented_one(default_study: Study, tmp_path: Path) -> None:
    """A list of person_id, overall, missing, criteria; each criterion id, kind, verdict, reason, missing."""
    result = screened(default_study, write_json(tmp_path / "people.json", [person(alt_uln=None)]))
    (first,) = result.as_json()
    assert set(first) == {"person_id", "overall", "missing", "criteria"}
    assert (first["person_id"], first["overall"], first["missing"]) == ("P1", "undetermined", ["alt_uln"])
    assert [criterion["id"] for criterion in first["criteria"]] == [c.id for c in default_study.criteria]
    assert all(set(c) == {"id", "kind", "verdict", "reason", "missing"} for c in first["criteria"])
    assert {c["kind"] for c in first["criteria"]} == {"inclusion", "exclusion"}


BAD_CELLS: list[tuple[str, dict[str, Any], str]] = [
    ("TW-206", {"ppg2h": 8}, "ppg2h"),
    ("TW-207", {"person_id": None}, "person_id"),
    ("TW-207", {"person_id": "P1"}, "person_id"),
    ("TW-210", {"alt": "high"}, "alt"),
    ("TW-210", {"ppg_2h": "8,9"}, "ppg_2h"),
    ("TW-210", {"alt": True}, "alt"),
    ("TW-210", {"nyha_class": 1.5}, "nyha_class"),
    ("TW-211", {"consent_date": "10.06.2026"}, "consent_date"),
    ("TW-211", {"consent_date": "2026-02-30"}, "consent_date"),
    ("TW-211", {"consent_date": "2026-13"}, "consent_date"),
    ("TW-212", {"allergy_severe": "perhaps"}, "allergy_severe"),
    ("TW-213", {"sex": "unknown"}, "sex"),
    ("TW-214", {"ppg_2h_unit": "mg/decilitre"}, "ppg_2h_unit"),
    ("TW-215", {"ppg_2h_unit": "kg"}, "ppg_2h_unit"),
    ("TW-215", {"creatinine_unit": "U/L"}, "creatinine_unit"),
    ("TW-216", {"consent_date": "2026-11-24"}, "consent_date"),
    ("TW-217", {"ppg_2h": 140}, "ppg_2h"),
    ("TW-217", {"weight_kg": -5}, "weight_kg"),
]


@pytest.mark.parametrize(("code", "changes", "column"), BAD_CELLS, ids=lambda value: str(value)[:40])
def test_a_bad_row_is_reported_with_row_and_column_and_the_others_are_judged(
    default_study: Study, tmp_path: Path, code: str, changes: dict[str, Any], column: str
) -> None:
    """Nothing is guessed for a bad cell: its row is not judged, every other row is."""
    bad = person(**({"person_id": "P2"} | changes))
    rows = [person(), bad, person(person_id="P3")]
    result = screened(default_study, write_json(tmp_path / "people.json", rows))
    assert [each.person_id for each in result.people] == ["P1", "P3"]
    assert [(found.code, found.row, found.column) for found in result.findings] == [(code, 2, column)]


def test_a_planned_date_may_lie_in_the_future(default_study: Study, tmp_path: Path) -> None:
    """Only dates of what has happened must lie in the past."""
    rows = [person(major_surgery_planned_date="2027-06-01")]
    assert not screened(default_study, write_json(tmp_path / "people.json", rows)).findings


def test_empty_and_not_a_number_are_missing(default_study: Study, tmp_path: Path) -> None:
    """An empty cell, null, NaN and infinity are missing, not findings."""
    path = tmp_path / "people.json"
    path.write_text(json.dumps([person(alt=0)]).replace('"alt": 0', '"alt": NaN'), encoding="utf-8")
    for source in (path, write_csv(tmp_path / "people.csv", [ELIGIBLE | {"alt": ""}])):
        result = screened(default_study, source)
        assert not result.findings
        assert result.people[0].verdict.missing == ("alt",)
    pl.DataFrame([person(alt=float("nan"))]).write_parquet(tmp_path / "people.parquet")
    assert screened(default_study, tmp_path / "people.parquet").people[0].verdict.missing == ("alt",)


def test_a_float_of_a_parquet_file_is_its_shortest_decimal(tmp_path: Path) -> None:
    """7.8 read from a binary column is 7.8, not what lies behind its bits."""
    pl.DataFrame({"person_id": ["P1"], "ppg_2h": [7.8]}).write_parquet(tmp_path / "people.parquet")
    assert load_people(tmp_path / "people.parquet").rows[0].cells["ppg_2h"] == Decimal("7.8")


def test_an_unknown_column_of_a_table_is_found_once_in_its_head(default_study: Study, tmp_path: Path) -> None:
    """The rows below are judged; what stands in the column is read by nothing."""
    path = write_csv(tmp_path / "people.csv", [person() | {"shoe_size": 42}])
    result = screened(default_study, path)
    assert [(found.code, found.row, found.column) for found in result.findings] == [
        ("TW-206", 1, "shoe_size")
    ]
    assert result.people[0].verdict.overall == "eligible"


def test_a_ragged_row_is_not_judged(default_study: Study, tmp_path: Path) -> None:
    """A row with more or fewer cells than the head could mean anything."""
    path = write_csv(tmp_path / "people.csv", [person(), person(person_id="P2")])
    path.write_text(path.read_text(encoding="utf-8") + "P3,2026-06-15\n", encoding="utf-8")
    result = screened(default_study, path)
    assert [(found.code, found.row) for found in result.findings] == [("TW-208", 4)]
    assert len(result.people) == 2


BAD_FILES = [
    ("TW-201", "absent.json", None),
    ("TW-202", "people.json", '[{"person_id": "Ä"}]'.encode("latin-1")),
    ("TW-203", "people.json", b"[{"),
    ("TW-203", "people.json", b'"nobody"'),
    ("TW-203", "people.json", b"[" * 100_000),
    ("TW-203", "people.csv", b"person_id;age_years\nP1;50\n"),
    ("TW-203", "people.csv", b"person_id,person_id\nP1,P2\n"),
    ("TW-203", "people.csv", b'person_id,alt\n"P1,3\n'),
    ("TW-203", "people.parquet", b"PAR1 and nothing else"),
    ("TW-204", "people.json", b"  \n"),
    ("TW-204", "people.json", b"[]"),
    ("TW-204", "people.csv", b"person_id\n"),
    ("TW-205", "people.xlsx", b"PK"),
]


@pytest.mark.parametrize(("code", "name", "content"), BAD_FILES, ids=lambda value: str(value)[:30])
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    tmp_path: Path, code: str, name: str, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, one sentence with a code, no traceback."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(TrialwrightError) as caught:
        load_people(tmp_path / name)
    assert caught.value.problems[0].code == code
    assert run(["screen", "nct06495437", str(tmp_path / name)]) == 2
    assert f"[{code}]" in capsys.readouterr().err


def test_a_byte_order_mark_is_accepted(default_study: Study, tmp_path: Path) -> None:
    """Files saved by a spreadsheet begin with one."""
    path = write_csv(tmp_path / "people.csv", [person()])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert screened(default_study, path).people[0].verdict.overall == "eligible"


def test_the_command_writes_json_and_its_status_tells_of_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 0 without findings, 1 with; verdicts go where --output says, findings to standard error."""
    good = write_json(tmp_path / "good.json", [person()])
    assert run(["screen", "nct06495437", str(good), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["overall"] == "eligible"
    bad = write_json(tmp_path / "bad.json", [person(), person(person_id="P2", alt="high")])
    assert run(["screen", "nct06495437", str(bad), "--output", str(tmp_path / "out.json")]) == 1
    assert [each["person_id"] for each in json.loads((tmp_path / "out.json").read_text())] == ["P1"]
    assert "row 2, column alt" in capsys.readouterr().err
    assert run(["screen", "nct06495437", str(good)]) == 0
    assert "P1: eligible" in capsys.readouterr().out
