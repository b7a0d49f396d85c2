"""How long the adverse event table by class and term takes, against other tools on the same files.

    python benchmarks/bench_ae_table.py [--events 1200 50000 1000000] [--turns 9]

Made-up ADSL and ADAE (26 classes, 2,000 terms, 3 arms, one subject for twenty events) stand as Parquet. Every
tool reads the columns it needs and counts subjects and treatment-emergent events by arm: all, by
class, by term, with denominators. All counts must be equal. The tools take turns in one process; peak memory
(Linux) is that of a process of its own that does the work once. Goals at a million events: faster than
Polars lazy, within ten times the time to read the columns, below 1 GB.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

Counts = dict[tuple[str, str | None, str | None], tuple[int, int, int]]

COLUMNS = ["USUBJID", "AEBODSYS", "AEDECOD", "TRTEMFL"]
SUBJECT_COLUMNS = ["USUBJID", "TRT01A", "TRT01AN", "SAFFL"]
ARMS = ("Placebo", "Low dose", "High dose")


def main() -> None:
    """Measure and print one table a size."""
    parser = argparse.ArgumentParser(description="Adverse event table by class and term against other tools.")
    parser.add_argument("--events", type=int, nargs="*", default=[1_200, 50_000, 1_000_000])
    parser.add_argument("--turns", type=int, default=9, help="turns of which the median is taken")
    parser.add_argument("--once", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.once:
        TOOLS[chosen.once](chosen.folder)
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        print(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
        return
    for events in chosen.events:
        with tempfile.TemporaryDirectory() as place:
            make_data(Path(place), events)
            compare(Path(place), events, chosen.turns)


def make_data(folder: Path, events: int, seed: int = 1) -> None:
    """Write ADSL and ADAE; common terms are much more common than rare ones."""
    random = np.random.default_rng(seed)
    subjects = max(60, events // 20)
    ids = np.array([f"STUDY-{number // 100:04d}-{number:06d}" for number in range(subjects)])
    arm = random.integers(0, 3, subjects)
    adsl = {
        "USUBJID": ids,
        "TRT01A": np.array(ARMS)[arm],
        "TRT01AN": arm.astype(float),
        "SAFFL": ["Y"] * subjects,
    }
    pl.DataFrame(adsl).write_parquet(folder / "adsl.parquet")
    term = np.minimum(random.zipf(1.25, events) - 1, random.integers(0, 2000, events))
    adae = {
        "USUBJID": ids[random.integers(0, subjects, events)],
        "AEBODSYS": np.array([f"System organ class {number:02d} with its long name" for number in range(26)])[
            term % 26
        ],
        "AEDECOD": np.array([f"Preferred term {number:04d}" for number in range(2000)])[term],
        "TRTEMFL": np.where(random.random(events) < 0.94, "Y", None),
        "AESEQ": np.arange(events, dtype=float),
    }
    pl.DataFrame(adae).write_parquet(folder / "adae.parquet")


def read_only(folder: Path) -> None:
    """The floor: reading the columns that are needed."""
    pl.read_parquet(folder / "adsl.parquet", columns=SUBJECT_COLUMNS)
    pl.read_parquet(folder / "adae.parquet", columns=COLUMNS)


def trialwright_counts(folder: Path) -> Callable[[], Counts]:
    """Our table of counts and percentages by arm and in total."""
    from trialwright.analysis.count_block import denominators_of
    from trialwright.analysis.event_codes import count_by_term
    from trialwright.analysis.safety_events import prepare_safety_events

    adsl = pl.read_parquet(folder / "adsl.parquet", columns=SUBJECT_COLUMNS)
    safety = prepare_safety_events(adsl, pl.read_parquet(folder / "adae.parquet", columns=COLUMNS))
    table = count_by_term(safety.events, safety.subjects)
    among = denominators_of(safety.subjects)
    percent = 100 * table.counts.n / among.sizes
    assert percent.shape == table.counts.n.shape

    def counts() -> Counts:
        found: Counts = {}
        for line, n, events in zip(
            table.outline, table.counts.n.tolist(), table.counts.events.tolist(), strict=True
        ):
            for arm, subjects, count, size in zip(ARMS, n, events, among.sizes.tolist(), strict=False):
                found[arm, *line] = (subjects, count, size)
        return found

    return counts


def trialwright_rows(folder: Path) -> None:
    """Our table as result rows with exact limits, ids and references to the keys."""
    from trialwright.analysis.adverse_events import analyse_adverse_events
    from trialwright.analysis.results import ResultTable
    from trialwright.analysis.safety_events import prepare_safety_events

    adsl = pl.read_parquet(folder / "adsl.parquet", columns=SUBJECT_COLUMNS)
    safety = prepare_safety_events(adsl, pl.read_parquet(folder / "adae.parquet", columns=COLUMNS))
    results = ResultTable()
    analyse_adverse_events(results, safety, [("ae_by_soc_term", "ae_by_soc_term")])
    assert results.frame.height


def polars_lazy(folder: Path) -> Callable[[], Counts]:
    """Group-bys of one lazy query, collected together."""
    adsl = pl.scan_parquet(folder / "adsl.parquet").filter(pl.col("SAFFL") == "Y").select("USUBJID", "TRT01A")
    adae = pl.scan_parquet(folder / "adae.parquet").filter(pl.col("TRTEMFL") == "Y").join(adsl, on="USUBJID")
    sizes = adsl.group_by("TRT01A").len("size")
    wanted = [
        adae.group_by("TRT01A", *by)
        .agg(n=pl.col("USUBJID").n_unique(), events=pl.len())
        .join(sizes, on="TRT01A")
        .with_columns(percent=100 * pl.col("n") / pl.col("size"))
        for by in ([], ["AEBODSYS"], ["AEBODSYS", "AEDECOD"])
    ]
    frames = pl.collect_all(wanted)
    return lambda: {
        (arm, *[*by, None, None][:2]): (n, events, size)
        for frame in frames
        for arm, *by, n, events, size, _ in frame.iter_rows()
    }


def duckdb_sql(folder: Path) -> Callable[[], Counts]:
    """One query with grouping sets."""
    import duckdb

    rows = duckdb.sql(
        f"""
        with subjects as (select USUBJID, TRT01A from '{folder}/adsl.parquet' where SAFFL = 'Y'),
             sizes as (select TRT01A, count(*) as size from subjects group by TRT01A),
             counted as (
               select TRT01A, AEBODSYS, AEDECOD, count(distinct USUBJID) as n, count(*) as events
               from '{folder}/adae.parquet' join subjects using (USUBJID) where TRTEMFL = 'Y'
               group by grouping sets ((TRT01A), (TRT01A, AEBODSYS), (TRT01A, AEBODSYS, AEDECOD)))
        select TRT01A, AEBODSYS, AEDECOD, n, events, size, 100.0 * n / size
        from counted join sizes using (TRT01A)
        """  # noqa: S608 - the only thing pasted in is the benchmark's own folder
    ).fetchall()
    return lambda: {(arm, soc, term): (n, events, size) for arm, soc, term, n, events, size, _ in rows}


def csrlite_counts(folder: Path) -> Callable[[], Counts]:
    """The counting of csrlite; it has no line of all events, so it is given one as a constant column."""
    from csrlite.common.count import count_summary_data

    adsl = pl.read_parquet(folder / "adsl.parquet", columns=SUBJECT_COLUMNS).filter(pl.col("SAFFL") == "Y")
    adae = pl.read_parquet(folder / "adae.parquet", columns=COLUMNS).filter(pl.col("TRTEMFL") == "Y")
    observed = adae.with_columns(every=pl.lit("every"))
    table = count_summary_data(
        adsl,
        observed,
        "USUBJID",
        "TRT01A",
        ["every", "AEBODSYS", "AEDECOD"],
        total=False,
        missing_group="error",
    )
    shown = table.filter(pl.col("n_obs") > 0).select(
        "TRT01A", "AEBODSYS", "AEDECOD", "n_subj", "n_obs", "n_subj_pop"
    )
    return lambda: {
        (arm, *(None if each == "__all__" else each for each in line)): tuple(counted)
        for arm, *line, counted in ((*row[:3], row[3:]) for row in shown.iter_rows())
    }


TOOLS: dict[str, Callable[[Path], Callable[[], Counts] | None]] = {
    "read the columns": read_only,
    "trialwright, counts": trialwright_counts,
    "trialwright, rows": trialwright_rows,
    "Polars lazy": polars_lazy,
    "DuckDB": duckdb_sql,
    "csrlite": csrlite_counts,
}


def compare(folder: Path, events: int, turns: int) -> None:
    """Let the tools take turns, hold their counts against ours, and print medians and peak memory."""
    expected = {cell: found for cell, found in trialwright_counts(folder)().items() if found[1]}
    times: dict[str, list[float]] = {name: [] for name in TOOLS}
    for turn in range(turns + 1):
        for name, tool in TOOLS.items():
            start = time.perf_counter()
            counted = tool(folder)
            elapsed = time.perf_counter() - start
            if turn:
                times[name].append(elapsed)
            elif counted is not None:
                found = {cell: each for cell, each in counted().items() if each[1]}
                assert found == expected, f"{name} counts differently"
    print(f"\n{events:,} events: {len(expected):,} cells, equal in all tools")
    print(f"{'':24}{'median s':>10}{'x reading':>11}{'peak MB':>9}")
    floor = statistics.median(times["read the columns"])
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:24}{median:10.3f}{median / floor:11.1f}{peak_megabytes(name, folder):9.0f}")


def peak_megabytes(name: str, folder: Path) -> float:
    """Peak memory of a process of its own that does the work once."""
    command = [sys.executable, __file__, "--once", name, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1]) / 1024


if __name__ == "__main__":
    main()
