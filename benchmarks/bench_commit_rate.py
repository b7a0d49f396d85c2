"""How many commands a second the record commits, against plain SQLite writing the same bytes.

    python benchmarks/bench_commit_rate.py [--commands 300] [--folder DIR]

Both sides run in turns, in one process, on one disk, with the same SQLite settings and one commit a command.
The plain side only inserts the texts of the same entries into one table; the record's side also reads states,
decides, chains, links, projects and guards. The goal is at least half the plain rate. The last lines show
that saving a form costs the same in a small and in a large study.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from store_making import START, Site, make_folder, open_folder
from trialwright.store import StudyStore
from trialwright.store.settings import SQLITE_SETTINGS

TURNS = 5


def main() -> None:
    """Measure and print both tables."""
    parser = argparse.ArgumentParser(description="Commit rate of the record against plain SQLite.")
    parser.add_argument("--commands", type=int, default=300, help="commands in each turn")
    parser.add_argument("--folder", type=Path, help="where to write; the temporary folder unless given")
    parser.add_argument("--subjects", type=int, nargs="*", default=[20, 5000], help="studies to compare")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as place:
        compare_with_plain_sqlite(Path(place), chosen.commands)
        for subjects in chosen.subjects:
            time_a_form(Path(place), subjects, chosen.commands)


def compare_with_plain_sqlite(place: Path, commands: int) -> None:
    """Print both commit rates, turn about, and their ratio."""
    make_folder(place / "rate")
    store = open_folder(place / "rate")
    site = Site(store)
    plain = open_plain(place / "plain.db")
    ours, theirs = [], []
    for turn in range(TURNS):
        began = time.perf_counter()
        for number in range(commands):
            site.enter(f"{number % 20}", times=1)
        ours.append(commands / (time.perf_counter() - began))
        rows = texts_of(store, turn * commands)
        began = time.perf_counter()
        for row in rows:
            plain.execute("BEGIN IMMEDIATE")
            plain.execute("INSERT INTO entry VALUES (?, ?, ?)", row)
            plain.execute("COMMIT")
        theirs.append(commands / (time.perf_counter() - began))
    plain.close()
    store.close()
    rate, peer = statistics.median(ours), statistics.median(theirs)
    print(f"trialwright {rate:8.0f} commands/s   (turns {', '.join(f'{each:.0f}' for each in ours)})")
    print(f"plain SQLite{peer:8.0f} commits/s    (turns {', '.join(f'{each:.0f}' for each in theirs)})")
    print(f"ratio       {rate / peer:8.2f}              goal 0.50")


def open_plain(path: Path) -> sqlite3.Connection:
    """A database with one table and the record's settings."""
    connection = sqlite3.connect(path, isolation_level=None)
    for name, (value, _) in SQLITE_SETTINGS.items():
        connection.execute(f"PRAGMA {name}={value}")
    connection.execute("CREATE TABLE entry (seq INTEGER PRIMARY KEY, envelope TEXT, content TEXT) STRICT")
    return connection


def texts_of(store: StudyStore, after: int) -> list[tuple[int, str, str | None]]:
    """The texts of the newest entries."""
    from trialwright.store.reading import read_rows

    return [(row.seq, row.envelope, row.content) for row in read_rows(store.alias, after)]


def time_a_form(place: Path, subjects: int, commands: int) -> None:
    """Print what saving one form costs in a study of this many subjects, with ten forms each."""
    folder = place / f"of-{subjects}"
    make_folder(folder)
    store = open_folder(folder)
    site = Site(store)
    fill(site, subjects)
    spent = []
    for number in range(commands):
        began = time.perf_counter()
        site.enter(f"{number * 7919 % subjects}", times=1)
        spent.append(1000 * (time.perf_counter() - began))
    size = store.head().size
    store.close()
    middle, late = statistics.median(spent), statistics.quantiles(spent, n=20)[-1]
    print(f"a form in a study of {subjects:5} subjects, {size:6} entries:", end=" ")
    print(f"median {middle:.2f} ms, 95 % {late:.2f} ms")


def fill(site: Site, subjects: int) -> None:
    """Give every subject ten entries, all in one transaction, so that the study is large in a short time."""
    with site.store.together():
        for subject in range(subjects):
            site.enter(f"{subject}", times=10, at=START)


if __name__ == "__main__":
    main()
