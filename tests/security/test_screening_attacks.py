"""Files of people written to crash, stall or deceive whoever screens them."""

from __future__ import annotations

import io
import json
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import polars as pl
import pytest

from eligible_person import person
from trialwright.cli.outcome import run
from trialwright.eligibility.people import load_people
from trialwright.eligibility.screening import ScreeningResult, screen_people
from trialwright.errors import TrialwrightError
from trialwright.protocol.study import Study

TODAY = date(2026, 11, 23)
ROW = json.dumps([person()])


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Fail where something goes on for ever."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def screened(study: Study, path: Path, content: str | bytes) -> ScreeningResult:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with within(10):
        return screen_people(study, load_people(path), TODAY)


@pytest.mark.parametrize(
    "number", ["1e999999999", "-1e999999999", "1e-999999999", "0e-999999999", "9" * 4000]
)
@pytest.mark.parametrize(
    "variable", ["hbv_dna", "drinks_per_day", "nyha_class", "screening_date", "creatinine"]
)
def test_a_number_that_nobody_can_measure_takes_no_time(
    default_study: Study, tmp_path: Path, variable: str, number: str
) -> None:
    """Exact arithmetic with 10 to the power of a milliard would never end."""
    before = f'"{variable}": {json.dumps(person()[variable])}'
    assert before in ROW
    result = screened(default_study, tmp_path / "p.json", ROW.replace(before, f'"{variable}": {number}'))
    assert result.people == ()
    assert [(each.row, each.column) for each in result.findings] == [(1, variable)]


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_a_row_of_very_many_names_takes_no_time(tmp_path: Path, ending: str) -> None:
    """A hundred thousand columns, one of them twice, are read and counted at once."""
    names = ["person_id", *(f"v{number}" for number in range(100_000)), "v7"]
    path = tmp_path / f"p.{ending}"
    if ending == "json":
        path.write_text("[{" + ",".join(f'"{name}":1' for name in names) + "}]", encoding="utf-8")
        with within(10):
            (row,) = load_people(path).rows
        assert row.unfit is not None
        assert row.unfit[:2] == ("TW-209", "v7")
        return
    path.write_text(",".join(names) + "\n" + "1," * 100_001 + "1\n", encoding="utf-8")
    with within(10), pytest.raises(TrialwrightError, match="column 'v7' stands twice"):
        load_people(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"screening_date": "0001-01-05"},
        {"screening_date": "0001"},
        {"age_years": None, "birth_date": "0001-01-01"},
        {"major_surgery_planned_date": "9999-12-31"},
        {"major_surgery_planned_date": "9999"},
        {"creatinine": "1e-38", "creatinine_unit": "umol/L"},
        {"creatinine": 0.1, "creatinine_unit": "m99.m99.m99"},
        {"creatinine": 0.1, "creatinine_unit": "m9." * 5000},
        {"padua_score": ">3", "padua_active_cancer": True},
        {"age_years": ">35", "birth_date": "1970"},
        {"bmi": "<30"},
        {"height_cm": "<180"},
    ],
)
def test_a_value_at_the_edge_is_judged_or_found(
    default_study: Study, tmp_path: Path, changes: dict[str, Any]
) -> None:
    """The calendar's ends, tiny numbers, endless units, half-open derived values: never a crash."""
    result = screened(default_study, tmp_path / "p.json", json.dumps([person(**changes)]))
    assert len(result.people) + len(result.findings) == 1


@pytest.mark.parametrize(
    "name", ["\x1b[2J", "P\x001", "\ud800", "P\n1", "P\u202e1", ["P1"], {"a": 1}, True, 1.5, "P\u200b1"]
)
def test_a_name_that_cannot_be_printed_names_nobody(
    default_study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: Any
) -> None:
    """No control character of a file reaches the terminal or the verdicts."""
    path = tmp_path / "p.json"
    result = screened(default_study, path, json.dumps([person(person_id=name), person(person_id="P2")]))
    assert [each.person_id for each in result.people] == ["P2"]
    assert [(each.code, each.row, each.column) for each in result.findings] == [("TW-207", 1, "person_id")]
    assert run(["screen", "nct06495437", str(path)]) == 1
    shown = capsys.readouterr()
    assert all(sign.isprintable() or sign == "\n" for sign in shown.out + shown.err)


def test_cells_and_columns_are_quoted_without_control_characters(
    default_study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a finding quotes is shown with the numbers of its characters."""
    path = tmp_path / "p.json"
    rows = [person(alt="\x1b]0;owned\x07"), person(person_id="P2", **{"\x1b[31m\ud800": 1})]
    result = screened(default_study, path, json.dumps(rows))
    assert [each.code for each in result.findings] == ["TW-210", "TW-206"]
    assert run(["screen", "nct06495437", str(path)]) == 1
    shown = capsys.readouterr()
    assert "\\u001b" in shown.err
    assert all(sign.isprintable() or sign == "\n" for sign in shown.out + shown.err)


def test_a_damaged_parquet_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    """Whichever way the reader fails, the file is refused as no Parquet (TW-203)."""
    buffer = io.BytesIO()
    pl.DataFrame({"person_id": ["a", "b"] * 50, "alt": [1.0, None] * 50}).write_parquet(buffer)
    whole, path, chance = buffer.getvalue(), tmp_path / "p.parquet", random.Random(1)  # noqa: S311 - damage, no secret
    refused = 0
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(3):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(bytes(damaged))
        try:
            load_people(path)
        except TrialwrightError as error:
            refused += 1
            codes = [problem.code for problem in error.problems]
            if codes != ["TW-203"]:
                raise
    assert refused > 30


def test_a_reader_that_panics_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A panic of the reader is no Exception, and is refused all the same; Ctrl-C stays Ctrl-C."""
    path = tmp_path / "p.parquet"
    path.write_bytes(b"PAR1")

    class Panic(BaseException):
        """As polars raises where a file is damaged in the wrong place."""

    for raised, expected in ((Panic, TrialwrightError), (KeyboardInterrupt, KeyboardInterrupt)):

        def read(_source: object, raised: type[BaseException] = raised) -> None:
            raise raised

        monkeypatch.setattr(pl, "read_parquet", read)
        with pytest.raises(expected):
            load_people(path)


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "[" + "{}," * 10 + "{}]",
        '[{"person_id": {"a": [[[[1]]]]}}]',
        "null",
        '"P1"',
    ],
)
def test_json_of_another_shape_is_refused_or_found(
    default_study: Study, tmp_path: Path, content: str
) -> None:
    """Deep nesting, empty objects, objects for names."""
    try:
        result = screened(default_study, tmp_path / "p.json", content)
    except TrialwrightError as error:
        codes = [problem.code for problem in error.problems]
    else:
        codes = sorted({finding.code for finding in result.findings})
    assert codes in (["TW-203"], ["TW-207"])
