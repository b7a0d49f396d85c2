"""How many answers a second many people save at once, on SQLite and on PostgreSQL, and that each stands once.

    python benchmarks/bench_concurrent_saves.py [--saves 10000] [--people 20] [--programs 2] [--folder DIR]

The people wait for nothing but their own last answer. Of each group of saves ten are recorded and three come
too late or are wrong; every fifth save is sent twice at the same moment under the same command id. PostgreSQL
is started for this, with its own default settings, where it is installed. The figures are of the store's
command path with the real study's decisions, without HTTP; benchmarks/bench_site.py measures with it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from postgres_cluster import running_cluster
from saves_at_once import RECORDED, Findings, Plan, look_through, prepare, save_at_once
from trialwright.store import open_study


def main() -> None:
    """Measure both databases and print the figures."""
    parser = argparse.ArgumentParser(description="Concurrent saves on both databases.")
    parser.add_argument("--saves", type=int, default=10_000, help="answers that shall stand in the end")
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--programs", type=int, default=2, help="servers that the people are spread over")
    parser.add_argument("--folder", type=Path, help="where to write; the temporary folder unless given")
    chosen = parser.parse_args()
    plan = Plan(chosen.saves // RECORDED, chosen.people, chosen.programs)
    with tempfile.TemporaryDirectory(dir=chosen.folder) as place:
        measure("SQLite", Path(place) / "sqlite", "", plan)
        if not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
            print("PostgreSQL is not installed: not measured")
            return
        with running_cluster() as cluster:
            measure("PostgreSQL", Path(place) / "postgresql", cluster.new_database(), plan)


def measure(name: str, folder: Path, url: str, plan: Plan) -> None:
    """Save, count and print; AssertionError where anything was lost or doubled."""
    prepare(folder, url, plan)
    answers, seconds = save_at_once(folder, url, plan)
    store = open_study(folder, database_url=url or None)
    found = look_through(store, plan, answers)
    assert found.faults == [], found.faults[:5]
    assert store.verify().size == store.head().size
    assert store.rebuild() == ()
    store.close()
    show(name, found, seconds)


def show(name: str, found: Findings, seconds: float) -> None:
    """Print the figures of one database."""
    waits = sorted(found.waits)
    p50, p95 = (waits[len(waits) * part // 100] * 1000 for part in (50, 95))
    print(f"{name}: {found.sent} sent in {seconds:.1f} s ({found.sent / seconds:.0f} a second)")
    print(
        f"  {found.recorded} recorded once each, {found.refused.total()} refused, {found.repeated} sent twice"
    )
    print(f"  answered after p50 {p50:.0f} ms, p95 {p95:.0f} ms, at most {waits[-1] * 1000:.0f} ms;", end=" ")
    print(f"told {found.again} times to try again; no answer lost or doubled, the record verifies")


if __name__ == "__main__":
    main()
