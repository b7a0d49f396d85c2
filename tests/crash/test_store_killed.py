"""Programs and servers killed while writing: nothing acknowledged is lost, nothing is half written."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from postgres_cluster import Cluster, running_cluster
from store_making import make_folder, open_folder
from trialwright.store import StudyStore

WRITER = Path(__file__).with_name("record_writer.py")
ROUNDS = 6
WRITERS = 3
_prefixes = itertools.count(1)


class Writers:
    """Several programs that write to one study at once."""

    def __init__(self, study: Path, url: str = "") -> None:
        extra = [url] if url else []
        tests = str(WRITER.parents[1])
        self.programs = [
            subprocess.Popen(
                [sys.executable, str(WRITER), tests, str(study), str(next(_prefixes)), *extra],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
            )
            for _ in range(WRITERS)
        ]
        for program in self.programs:
            assert program.stdout is not None
            assert program.stdout.readline() == b"ready\n"

    def end(self, how: signal.Signals | None) -> list[list[str]]:
        """End them with a signal, or wait until they end; return the complete lines they wrote."""
        if how is not None:
            for program in self.programs:
                program.send_signal(how)
        lines: list[list[str]] = []
        for program in self.programs:
            out, _ = program.communicate(timeout=60)
            lines += [line.decode().split() for line in out.splitlines(keepends=True) if line.endswith(b"\n")]
        return lines


def check(store: StudyStore, acknowledged: list[list[str]]) -> None:
    """Everything acknowledged is there as acknowledged, whole commands only, and the states fit."""
    entries = list(store.entries())
    found = {(entry.command, str(entry.seq), entry.part) for entry in entries}
    heads = {entry.seq: entry.hash for entry in entries}
    for command, first, head in acknowledged:
        assert (command, first, (1, 3)) in found
        assert heads[int(first) + 2] == head
    assert store.verify().size == len(entries)
    assert len(entries) % 3 == 0
    assert store.rebuild() == ()


@pytest.mark.requirement("FL-1", "TE-1")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_killed_writers_lose_nothing(tmp_path: Path, how: signal.Signals) -> None:
    """Three writers killed at any moment, again and again, leave all they acknowledged, and it whole."""
    chance = random.Random(7)  # noqa: S311 - moments that repeat
    make_folder(tmp_path / "study")
    acknowledged: list[list[str]] = []
    for _ in range(ROUNDS):
        writers = Writers(tmp_path / "study")
        time.sleep(chance.uniform(0.05, 0.4))
        lines = writers.end(how)
        # While one that was killed leaves its journal behind, another may be told that the database is held.
        assert {code for word, code, *_ in lines if word == "refused"} <= {"TW-316"}
        acknowledged += [line for line in lines if line[0] != "refused"]
        store = open_folder(tmp_path / "study")
        check(store, acknowledged)
        store.close()
    assert len(acknowledged) > ROUNDS


@pytest.fixture
def own_cluster() -> Iterator[Cluster]:
    """A server that may be killed."""
    with running_cluster() as cluster:
        yield cluster


@pytest.mark.requirement("FL-1", "TE-1")
def test_a_killed_server_loses_nothing(tmp_path: Path, own_cluster: Cluster) -> None:
    """A PostgreSQL server killed under three writers loses nothing; they are refused until it is back."""
    url = own_cluster.new_database()
    make_folder(tmp_path / "study", url)
    acknowledged: list[list[str]] = []
    for _ in range(3):
        writers = Writers(tmp_path / "study", url)
        time.sleep(0.3)
        own_cluster.kill()
        lines = writers.end(None)
        acknowledged += [line for line in lines if line[0] != "refused"]
        assert [line for line in lines if line[0] == "refused"] == [["refused", "TW-318"]] * WRITERS
        own_cluster.start()
        store = open_folder(tmp_path / "study", url)
        check(store, acknowledged)
        store.close()
    assert len(acknowledged) > 3


@pytest.mark.requirement("BK-1", "FL-1")
def test_a_killed_making_of_a_study_leaves_no_half(tmp_path: Path) -> None:
    """Making a study appears whole at its place or not at all, whenever it is killed."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from pathlib import Path; from store_making import make_folder;"
        "print('ready', flush=True); make_folder(Path(sys.argv[2]))"
    )
    chance = random.Random(3)  # noqa: S311 - moments that repeat
    for number in range(8):
        path = tmp_path / f"study-{number}"
        command = [sys.executable, "-c", code, str(WRITER.parents[1]), str(path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as program:
            assert program.stdout is not None
            program.stdout.readline()
            time.sleep(chance.uniform(0, 0.25))
            os.kill(program.pid, signal.SIGKILL)
        if path.exists():
            store = open_folder(path)
            assert store.verify().size == 0
            store.close()
