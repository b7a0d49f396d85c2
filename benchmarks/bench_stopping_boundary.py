"""How long an exact stopping boundary takes, against a search over a continuum of levels with SciPy.

    python benchmarks/bench_stopping_boundary.py [--turns 5] [--largest-peer 1000]

The peer is written as such routines usually are: bisect the pointwise level until it no longer moves, each
time with binomial quantiles and a forward recursion over all counts. Both sides must find the same limits,
and the crossing probability is compared with whole numbers. Goals: n = 20 in 5 ms, n = 1,000 in 250 ms.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.stats import binom

from trialwright.clinical.stopping import SHAPES, crossing_probability, toxicity_boundary

GOALS = {20: 5.0, 1000: 250.0}
PUBLISHED_SECONDS = 14.0  # what an R package was measured to take for 1,000 subjects, on another machine
ALLOWED = Fraction("0.05")


def main() -> None:
    """Print one line a size, rate and shape."""
    parser = argparse.ArgumentParser(description="Exact stopping boundaries.")
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--largest-peer", type=int, default=1000, help="the peer is not run above this size")
    chosen = parser.parse_args()
    print("   n  rate  shape            median ms   goal ms   peer ms    ratio   crossing    error")
    for n in (20, 100, 500, 1000):
        for rate in (Fraction("0.05"), Fraction("0.2"), Fraction("0.5")):
            for shape in SHAPES:
                with_peer = shape == "pocock" and n <= chosen.largest_peer
                measure(n, rate, shape, chosen.turns, with_peer)


def measure(n: int, rate: Fraction, shape: Any, turns: int, with_peer: bool) -> None:
    """Print the line of one boundary."""
    spent, boundary = timed(lambda: toxicity_boundary(n, rate, ALLOWED, shape), turns)
    crossing = crossing_probability(boundary, rate)
    exact = exact_crossing(boundary.limits, rate)
    error = abs(float(Fraction(crossing) - exact))
    assert exact <= ALLOWED
    assert error <= 1e-10
    peer, ratio = "", ""
    if with_peer:
        taken, limits = timed(lambda: continuum_search(n, float(rate), float(ALLOWED)), 1)
        assert limits == boundary.limits
        peer, ratio = f"{taken:9.1f}", f"{taken / spent:8.1f}"
    goal = f"{GOALS[n]:9.0f}" if n in GOALS else ""
    print(f"{n:5} {float(rate):5.2f}  {shape:15} {spent:10.2f} {goal:>9} {peer:>9} {ratio:>8}", end=" ")
    print(f"{crossing:10.6f} {error:8.0e}")
    if n == 1000 and shape == "pocock":
        times = 1000 * PUBLISHED_SECONDS / spent
        print(f"{'':12} against the {PUBLISHED_SECONDS:.0f} s measured elsewhere: {times:.0f} times")


def timed(work: Callable[[], Any], turns: int) -> tuple[float, Any]:
    """The median of some turns in milliseconds, and what was computed."""
    spent, found = [], None
    for _ in range(turns):
        began = time.perf_counter()
        found = work()
        spent.append(1000 * (time.perf_counter() - began))
    return statistics.median(spent), found


def continuum_search(n: int, rate: float, allowed: float) -> tuple[int, ...]:
    """The peer: the limits at the greatest level, bisected for as long as the level moves."""
    subjects = np.arange(1, n + 1)
    low, high = 0.0, allowed
    while high - low > 1e-12:
        level = (low + high) / 2
        limits = binom.isf(level, subjects, rate).astype(int) + 1
        if recursion(limits, rate) <= allowed:
            low = level
        else:
            high = level
    return tuple(int(limit) for limit in binom.isf(low, subjects, rate).astype(int) + 1)


def recursion(limits: np.ndarray, rate: float) -> float:
    """The probability of crossing, over the whole vector of counts."""
    states, crossed = np.zeros(len(limits) + 2), 0.0
    states[0] = 1.0
    for limit in limits:
        states[1:] = states[1:] * (1 - rate) + states[:-1] * rate
        states[0] *= 1 - rate
        crossed += float(states[limit:].sum())
        states[limit:] = 0.0
    return crossed


def exact_crossing(limits: tuple[int, ...], rate: Fraction) -> Fraction:
    """The probability of crossing as a fraction, in whole numbers."""
    event, none = rate.numerator, rate.denominator - rate.numerator
    states, crossed = [1], 0
    for limit in limits:
        states = [none * stay + event * come for stay, come in zip([*states, 0], [0, *states], strict=True)]
        crossed = crossed * rate.denominator + sum(states[limit:])
        del states[limit:]
    return Fraction(crossed, rate.denominator ** len(limits))


if __name__ == "__main__":
    main()
