"""What the machine may do to a command: a full disk, Ctrl-C, a taken port, a fault of the program."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from eligible_person import person
from trialwright.cli import outputs, protocol_commands, screening
from trialwright.cli.outcome import run

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """One invented person in a file."""
    path = tmp_path / "people.json"
    path.write_text(json.dumps([person()]), encoding="utf-8")
    return path


def raising(error: BaseException) -> object:
    """A function that raises, whatever it is given."""

    def fail(*_: object, **__: object) -> int:
        raise error

    return fail


def test_a_full_disk_is_said_and_nothing_is_half_written(
    people: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """The file appears whole or not at all."""
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    monkeypatch.setattr(Path, "write_text", raising(full))
    assert run(["screen", "nct06495437", str(people), "--output", str(tmp_path / "out.json")]) == 2
    assert "[TW-903]" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.json"]
    monkeypatch.setattr(screening, "screen_file", raising(full))
    assert run(["screen", "nct06495437", str(people)]) == 2
    assert "[TW-901]" in capsys.readouterr().err


@pytest.mark.parametrize(
    "full",
    [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), OSError("No space left on device (os error 28)")],
)
def test_a_full_disk_is_known_however_it_is_told(
    full: OSError, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """A library of another language gives the number in its sentence only."""
    monkeypatch.setattr(protocol_commands, "check_study_folder", raising(full))
    assert run(["check", "nct06495437"]) == 2
    assert "[TW-901]" in capsys.readouterr().err


def test_a_study_that_finds_no_room_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """A tree that cannot be copied for want of room says so, and leaves nothing."""
    full = shutil.Error([("a", "b", "[Errno 28] No space left on device: 'b'")])
    monkeypatch.setattr(shutil, "copytree", raising(full))
    assert run(["new", str(tmp_path / "study")]) == 2
    assert "no space left on device" in (error := capsys.readouterr().err)
    assert "[TW-317]" in error
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_is_named_as_it_was_given(tmp_path: Path, capsys: Captured) -> None:
    """The sentence names the report or the folder of results, not a draft beside it."""
    study, nowhere = tmp_path / "study", tmp_path / "nowhere" / "report.html"
    assert run(["new", str(study)]) == 0
    assert run(["report", str(study), "--out", str(nowhere)]) == 2
    assert f"{nowhere}: the machine refused" in capsys.readouterr().err


def test_a_pipe_is_written_to_and_a_link_is_followed(people: Path, tmp_path: Path) -> None:
    """An output that is a device or a pipe is not replaced by a file; a link goes on leading to its file."""
    command = ["screen", "nct06495437", str(people), "--json", "--output"]
    pipe, link, target = tmp_path / "pipe", tmp_path / "link.json", tmp_path / "target.json"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run([*command, str(pipe)]) == 0
        assert os.read(reader, 1) == b"["
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    link.symlink_to(target)
    assert run([*command, str(link)]) == 0
    assert link.is_symlink()
    assert json.loads(target.read_text(encoding="utf-8"))[0]["person_id"] == "P1"


def test_a_folder_as_output_is_refused(people: Path, tmp_path: Path, capsys: Captured) -> None:
    """Where a folder stands no file is written."""
    for place in (str(tmp_path), ".", "/"):
        assert run(["screen", "nct06495437", str(people), "--output", place]) == 2
        assert "is a directory" in capsys.readouterr().err


def test_ctrl_c_ends_with_130_and_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """Interrupting is no fault."""
    monkeypatch.setattr(protocol_commands, "check_study_folder", raising(KeyboardInterrupt()))
    assert run(["check", "nct06495437"]) == 130
    assert "[TW-902]" in capsys.readouterr().err


def test_a_file_that_the_machine_refuses_is_named(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """The path stands in the sentence."""
    denied = PermissionError(errno.EACCES, "Permission denied", "/some/place")
    monkeypatch.setattr(protocol_commands, "check_study_folder", raising(denied))
    assert run(["check", "nct06495437"]) == 2
    assert "/some/place" in (error := capsys.readouterr().err)
    assert "[TW-903]" in error


def test_a_fault_of_the_program_is_a_sentence_and_a_traceback_only_on_demand(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    """TRIALWRIGHT_DEBUG=1 shows the traceback to whoever mends the program."""
    monkeypatch.setattr(protocol_commands, "check_study_folder", raising(RuntimeError("a fault")))
    monkeypatch.delenv("TRIALWRIGHT_DEBUG", raising=False)
    assert run(["check", "nct06495437"]) == 2
    error = capsys.readouterr().err
    assert "[TW-999]" in error
    assert "Traceback" not in error
    monkeypatch.setenv("TRIALWRIGHT_DEBUG", "1")
    assert run(["check", "nct06495437"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_analyse_takes_one_source(tmp_path: Path, capsys: Captured) -> None:
    """A study folder or --adam, not both and not neither."""
    assert run(["analyse"]) == 2
    assert run(["analyse", str(tmp_path), "--adam", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("[TW-904]") == 2
    assert outputs.REPORT_FILE.endswith(".html")


def test_serve_says_that_a_port_is_taken(tmp_path: Path) -> None:
    """Another program on the port is no traceback."""
    study = tmp_path / "study"
    assert run(["new", str(study)]) == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = _trialwright("serve", str(study), "--port", port)
    assert done.returncode == 2
    assert "[TW-603]" in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_stops_the_server(tmp_path: Path) -> None:
    """The server prints its address, and ends in order."""
    study = tmp_path / "study"
    assert run(["new", str(study)]) == 0
    command = [sys.executable, "-m", "trialwright", "serve", str(study), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment()) as server:
        assert server.stdout is not None
        assert "http://localhost:" in server.stdout.readline()
        time.sleep(0.2)
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=20) == 0


def test_a_rehearsal_begins_in_an_empty_record_only(tmp_path: Path, capsys: Captured) -> None:
    """And never with more people than the target."""
    study = tmp_path / "study"
    assert run(["new", str(study)]) == 0
    assert run(["rehearse", str(study), "--subjects", "21"]) == 2
    assert "[TW-702]" in capsys.readouterr().err
    assert run(["rehearse", str(study), "--subjects", "1"]) == 0
    out = capsys.readouterr().out
    assert "every person is invented" in out
    assert "gates held" in out
    assert run(["rehearse", str(study), "--subjects", "1"]) == 2
    assert "[TW-702]" in capsys.readouterr().err
    assert run(["verify", str(study)]) == 0


def test_a_reader_who_goes_away_is_no_fault() -> None:
    """`trialwright check ... | head -1` ends quietly."""
    command = f"{sys.executable} -m trialwright check nct06495437 | head -1"
    done = subprocess.run(
        ["/bin/bash", "-c", command], check=False, capture_output=True, text=True, env=_environment()
    )
    assert "Traceback" not in done.stderr


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1"}


def _trialwright(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "trialwright", *arguments]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=60, env=_environment()
    )
