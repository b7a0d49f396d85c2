"""A PostgreSQL server of the tests' own, made when first asked for and gone with the test run."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_names = itertools.count(1)


class Cluster:
    """One running server, reached through a socket in its own folder."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        self.user = "postgres" if os.geteuid() == 0 else None
        self.server: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Make the cluster's files; as root they belong to the user postgres, as the server demands."""
        if self.user:
            shutil.chown(self.folder, self.user, self.user)
        self._run(
            "initdb", "--pgdata", str(self.data), "--username", "postgres", "--auth", "trust", "--no-sync"
        )

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    def start(self, *settings: str) -> None:
        """Start the server and wait until it answers."""
        command = [str(self.programs / "postgres"), "-D", str(self.data), "-k", str(self.folder)]
        options = [part for each in ("listen_addresses=", *settings) for part in ("-c", each)]
        log = (self.folder / "log").open("ab")
        self.server = subprocess.Popen([*command, *options], user=self.user, stdout=log, stderr=log)
        log.close()
        for _ in range(300):
            if self._run("pg_isready", "--host", str(self.folder), check=False) == 0:
                return
            time.sleep(0.1)
        raise RuntimeError((self.folder / "log").read_text(errors="replace"))

    def stop(self) -> None:
        """Stop the server; open connections are closed."""
        if self.server is not None:
            self.server.send_signal(2)
            self.server.wait(timeout=60)
            self.server = None

    def kill(self) -> None:
        """Kill the server as a power cut would, and wait until all of it is gone."""
        assert self.server is not None
        self.server.kill()
        self.server.wait(timeout=60)
        self.server = None

    def new_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"study{next(_names)}"
        self._run("createdb", "--host", str(self.folder), "--username", "postgres", name)
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        command = [str(self.programs / program), *arguments]
        done = subprocess.run(command, user=self.user, cwd=self.folder, capture_output=True, check=False)
        if check and done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace"))
        return done.returncode


@contextmanager
def running_cluster(*settings: str) -> Iterator[Cluster]:
    """A new cluster with a running server; skips where PostgreSQL is not installed, and fails there in CI."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is not installed, and in CI its tests must run")
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="trialwright-", ignore_cleanup_errors=True) as folder:
        cluster = Cluster(found[-1].parent, Path(folder))
        cluster.make()
        cluster.start(*settings)
        try:
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The server that most tests share."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def database_url(postgres: Cluster) -> str:
    """The address of an empty database."""
    return postgres.new_database()
