"""How long it takes to explain one cell of a table over a million events.

    python benchmarks/bench_explain.py [--events 1000000] [--cells 50]

The data are those of bench_ae_table.py. The output is analysed, written, and opened by comparing every file
with its hash. Then cells of the table by class and term are explained: the first
one, which reads the data set of events, then the median and the longest of the others, with the keys of
numerator and denominator, the count repeated from the records, and its first 20 records with their values.
Goal: 50 ms a cell.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import polars as pl
from bench_ae_table import make_data

from trialwright.analysis.adam_folder import analyse_adam_folder
from trialwright.analysis.tracing.explanation import explain
from trialwright.analysis.tracing.opened_output import OpenedOutput, open_output


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Explaining cells of a large table.")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--cells", type=int, default=50)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "adam", Path(place) / "out"
        folder.mkdir()
        make_data(folder, chosen.events)
        started = time.perf_counter()
        analyse_adam_folder(folder, out)
        print(f"analysed and written       {time.perf_counter() - started:8.2f} s")
        size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
        print(f"output                     {size / 1e6:8.0f} MB")
        started = time.perf_counter()
        output = open_output(out)
        print(f"opened, all hashes proved  {1000 * (time.perf_counter() - started):8.0f} ms")
        _explain(output, chosen.cells)


def _explain(output: OpenedOutput, cells: int) -> None:
    counts = output.results.filter(
        pl.col("analysis") == "ae_by_soc_term", pl.col("statistic") == "n", pl.col("term").is_not_null()
    ).sort("value", descending=True)
    step = max(1, counts.height // cells)
    took = []
    for name in counts["result"][::step][:cells]:
        started = time.perf_counter()
        found = explain(output, name, records=20)
        took.append(1000 * (time.perf_counter() - started))
        assert found.again.agrees
    print(f"first cell                 {took[0]:8.1f} ms")
    print(f"other cells, median        {statistics.median(took[1:]):8.1f} ms")
    print(f"other cells, longest       {max(took[1:]):8.1f} ms")


if __name__ == "__main__":
    main()
