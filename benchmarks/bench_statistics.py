"""How long the exact r x c test takes for five by five tables of a hundred subjects, next to SciPy's draws.

    python benchmarks/bench_statistics.py [--draws 9999] [--smallest 0.01] [--limit 1000000000]

For each pair of margins a few tables are taken at quantiles of the permutation distribution, so that their
p-values are near the ones in the first column: how long it takes depends on both. The peer is SciPy's Monte
Carlo test; beside its time stands how far it is off. Goal: 1 s.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy.special import gammaln
from scipy.stats import MonteCarloMethod
from scipy.stats import fisher_exact as scipy_fisher_exact

from trialwright.analysis.statistics import NotEstimable, fisher_exact

GOAL = 1.0
MARGINS = {
    "all alike": ([20] * 5, [20] * 5),
    "nearly alike": ([18, 19, 20, 21, 22], [18, 19, 20, 21, 22]),
    "uneven": ([30, 25, 20, 15, 10], [30, 25, 20, 15, 10]),
    "very uneven": ([40, 25, 15, 12, 8], [50, 20, 15, 10, 5]),
    "as adverse events": ([34, 33, 33], [72, 14, 8, 4, 2]),
    "4 x 4, alike": ([25] * 4, [25] * 4),
}
SHARES = (0.9, 0.5, 0.3, 0.1, 0.05, 0.01, 0.001)


def main() -> None:
    """Print one line a table."""
    parser = argparse.ArgumentParser(description="Fisher's exact test of r x c tables.")
    parser.add_argument("--draws", type=int, default=9999)
    parser.add_argument("--smallest", type=float, default=0.01, help="no tables with a smaller p-value")
    parser.add_argument("--limit", type=int, default=1_000_000_000)
    chosen = parser.parse_args()
    generator = np.random.default_rng(20)
    print("margins              exact p      seconds   goal    SciPy p   seconds     off")
    for name, (rows, columns) in MARGINS.items():
        shares = [share for share in SHARES if share >= chosen.smallest]
        for table in tables(rows, columns, shares, generator):
            measure(name, table, chosen.draws, chosen.limit)


def tables(
    rows: list[int], columns: list[int], shares: list[float], generator: np.random.Generator
) -> list[list[list[int]]]:
    """Tables of these margins whose p-values are near the shares."""
    row, column = (np.repeat(np.arange(len(margin)), margin) for margin in (rows, columns))
    drawn = []
    for _ in range(3000):
        table = np.zeros((len(rows), len(columns)), dtype=int)
        np.add.at(table, (row, generator.permutation(column)), 1)
        drawn.append((float(gammaln(table + 1).sum()), table.tolist()))
    drawn.sort(key=lambda one: -one[0])
    return [drawn[int(share * (len(drawn) - 1))][1] for share in shares]


def measure(name: str, table: list[list[int]], draws: int, limit: int) -> None:
    """Print the line of one table."""
    began = time.perf_counter()
    found = fisher_exact(table, limit=limit)
    spent = time.perf_counter() - began
    began = time.perf_counter()
    method = MonteCarloMethod(n_resamples=draws, rng=np.random.default_rng(1))
    theirs = scipy_fisher_exact(table, method=method).pvalue
    peer = time.perf_counter() - began
    if isinstance(found, NotEstimable):
        print(f"{name:18}  too large  {spent:8.2f}   {'':6} {theirs:9.6f} {peer:9.2f}")
        return
    off = abs(theirs - found.value)
    assert off <= 6 * (found.value * (1 - found.value) / draws) ** 0.5 + 2 / draws
    reached = "met" if spent <= GOAL else "missed"
    print(f"{name:18} {found.value:10.8f} {spent:9.2f}   {reached:6} {theirs:9.6f} {peer:9.2f} {off:9.6f}")


if __name__ == "__main__":
    main()
