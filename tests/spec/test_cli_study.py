"""check, new, schema, verify, export, backup, restore: what a user meets on the command line."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import trialwright.record.verify as verifier
from trialwright.cli.outcome import run
from trialwright.protocol.loading import find_protocol_folder
from trialwright.protocol.schema import form_schema, protocol_schema
from trialwright.protocol.yaml_reading import read_yaml

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def study_folder(tmp_path: Path, capsys: Captured) -> Path:
    """A new study folder made by the command."""
    assert run(["new", str(tmp_path / "study"), "--from", "nct06495437"]) == 0
    capsys.readouterr()
    return tmp_path / "study"


def test_check_prints_the_study_and_says_that_it_can_run(capsys: Captured) -> None:
    """The whole study in plain words, ending with counts of assumptions and open questions."""
    assert run(["check", "nct06495437"]) == 0
    out = capsys.readouterr().out
    for part in (
        "Criteria",
        "Assumptions",
        "Open questions",
        "within 6 months before screening_date",
        "can run",
    ):
        assert part in out


def test_check_of_a_bad_study_exits_2_with_file_and_line(study_folder: Path, capsys: Captured) -> None:
    """One line a problem, with code; never a traceback."""
    protocol = study_folder / "protocol" / "protocol.yaml"
    text = protocol.read_text(encoding="utf-8").replace("rule: investigator_exclusion", "rule: investigator")
    protocol.write_text(text, encoding="utf-8")
    assert run(["check", str(study_folder)]) == 2
    captured = capsys.readouterr()
    assert "protocol.yaml:" in captured.err
    assert "[TW-113]" in captured.err
    assert "Traceback" not in captured.err
    assert not captured.out


def test_new_makes_a_folder_that_checks_and_verifies(study_folder: Path, capsys: Captured) -> None:
    """A study folder holds the protocol, an empty record, and schemas for editors."""
    assert run(["check", str(study_folder), "--quiet"]) == 0
    assert run(["verify", str(study_folder)]) == 0
    assert "0 entries" in capsys.readouterr().out
    assert (study_folder / "study.db").is_file()
    assert (study_folder / "protocol" / "schema" / "protocol.schema.json").is_file()


def test_new_never_overwrites(study_folder: Path, capsys: Captured) -> None:
    """A folder that holds something is refused and left as it is."""
    before = sorted(path.name for path in study_folder.iterdir())
    assert run(["new", str(study_folder)]) == 2
    assert "[TW-311]" in capsys.readouterr().err
    assert sorted(path.name for path in study_folder.iterdir()) == before


def test_the_schemas_accept_the_packaged_study_and_refuse_a_wrong_key() -> None:
    """Editors complete and check YAML with them."""
    folder = find_protocol_folder("nct06495437")
    schema = jsonschema.Draft202012Validator(protocol_schema())
    protocol = json.loads(json.dumps(read_yaml(folder / "protocol.yaml").data, default=float))
    assert not list(schema.iter_errors(protocol))
    assert list(schema.iter_errors(protocol | {"criterai": []}))
    forms = jsonschema.Draft202012Validator(form_schema())
    for path in (folder / "forms").glob("*.yaml"):
        assert not list(forms.iter_errors(json.loads(json.dumps(read_yaml(path).data, default=float))))


def test_schema_prints_a_schema_and_names_the_choices(capsys: Captured) -> None:
    """`schema protocol` and `schema form`; anything else is refused."""
    assert run(["schema", "form"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "trialwright form"
    assert run(["schema", "page"]) == 2
    assert "[TW-109]" in capsys.readouterr().err


def test_export_verifies_with_the_one_file_alone(
    study_folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    """An export is checked by record/verify.py without the rest of the program."""
    export = tmp_path / "record.jsonl"
    assert run(["export", str(study_folder), str(export)]) == 0
    assert run(["verify", str(export), "--key", str(study_folder / "checkpoint.pub")]) == 0
    capsys.readouterr()
    alone = [sys.executable, "-I", str(Path(verifier.__file__)), str(export)]
    assert subprocess.run(alone, check=False, capture_output=True).returncode == 0


def test_verify_exits_1_with_the_first_bad_entry(study_folder: Path, capsys: Captured) -> None:
    """A record that was touched behind the program's back is not whole."""
    connection = sqlite3.connect(study_folder / "study.db")
    triggers = [
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    ]
    assert triggers
    for name in triggers:
        connection.execute(f'DROP TRIGGER "{name}"')
    columns = "seq, command, part, kind, envelope, content, hash"
    forged = (1, "c", 1, "K", "{}", "{}", "0" * 64)
    connection.execute(f"INSERT INTO record_entry ({columns}) VALUES (?,?,?,?,?,?,?)", forged)  # noqa: S608 - no input
    connection.commit()
    connection.close()
    assert run(["verify", str(study_folder)]) == 1
    assert "NOT WHOLE: entry 1" in capsys.readouterr().out


def test_backup_and_restore_reach_the_same_head(study_folder: Path, tmp_path: Path, capsys: Captured) -> None:
    """A copy made in use comes back whole."""
    assert run(["backup", str(study_folder), str(tmp_path / "copy")]) == 0
    assert run(["restore", str(tmp_path / "copy"), str(tmp_path / "again")]) == 0
    heads = [line.rsplit(" ", 1)[1] for line in capsys.readouterr().out.splitlines()]
    assert len(set(heads)) == 1
    assert run(["verify", str(tmp_path / "again")]) == 0


def test_rebuild_says_that_the_state_is_what_the_entries_say(study_folder: Path, capsys: Captured) -> None:
    """The stored state can be made again from the entries at any time."""
    assert run(["rebuild", str(study_folder)]) == 0
    assert "is what the entries say" in capsys.readouterr().out


def test_what_verify_cannot_use_is_said(study_folder: Path, tmp_path: Path, capsys: Captured) -> None:
    """A file that is no checkpoint, and a key for a study that has its own: nothing is verified."""
    (tmp_path / "note.txt").write_text("three lines", encoding="utf-8")
    assert run(["verify", str(study_folder), "--checkpoint", str(tmp_path / "note.txt")]) == 2
    assert "[TW-304]" in capsys.readouterr().err
    assert run(["verify", str(study_folder), "--key", str(study_folder / "checkpoint.pub")]) == 2
    assert "[TW-904]" in capsys.readouterr().err
    assert run(["verify", str(tmp_path / "nowhere.jsonl")]) == 2
    assert "nowhere.jsonl': No such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["verify", "export", "rebuild", "backup", "rehearse", "report", "serve", "analyse"]
)
def test_a_folder_without_a_study_is_refused(command: str, tmp_path: Path, capsys: Captured) -> None:
    """Every command that needs a study folder says that there is none, and what to do."""
    arguments = [command, str(tmp_path)] + (
        [str(tmp_path / "out")] if command in {"export", "backup"} else []
    )
    assert run(arguments) == 2
    error = capsys.readouterr().err
    assert "[TW-" in error
    assert "[TW-999]" not in error


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["check"], ["check", "--no-such-option", "x"], ["rehearse", "x", "--subjects", "0"]],
)
def test_a_wrong_command_line_exits_2(arguments: list[str], capsys: Captured) -> None:
    """Usage errors name what is wrong."""
    assert run(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_version_is_printed(capsys: Captured) -> None:
    """`--version` names program and version."""
    from trialwright import __version__

    assert run(["--version"]) == 0
    assert capsys.readouterr().out.strip() == f"trialwright {__version__}"
