"""How long a mixed model for repeated measures takes, with Kenward-Roger degrees of freedom.

    python benchmarks/bench_mmrm.py [--turns 5]

Unstructured covariance, a mean for each group and visit, one covariate, 15 % of values missing. Goals: 20
subjects x 4 visits in 100 ms, 500 x 6 in 2 s. statsmodels, where it is installed, fits its MixedLM with
random effects of visits on the same values: it has no unstructured residual and no Kenward-Roger, so it does
less.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import time
from typing import Any

import numpy as np

from trialwright.analysis.statistics.mixed.repeated_measures import Model, RepeatedMeasures, mmrm


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Mixed models for repeated measures.")
    parser.add_argument("--turns", type=int, default=5)
    turns = parser.parse_args().turns
    for subjects, visits in ((20, 4), (100, 5), (500, 6)):
        data = made(subjects, visits)
        for method in ("kenward-roger", "kenward-roger-linear", "satterthwaite"):
            took = [_once(data, method) for _ in range(turns)]
            print(f"{subjects:4} x {visits}  {method:22} {1000 * statistics.median(took):8.1f} ms")
        if importlib.util.find_spec("statsmodels"):
            took = [_statsmodels(data) for _ in range(turns)]
            print(f"{subjects:4} x {visits}  statsmodels MixedLM    {1000 * statistics.median(took):8.1f} ms")


def made(subjects: int, visits: int, seed: int = 1) -> dict[str, Any]:
    """Correlated values in two groups, some missing."""
    random = np.random.default_rng(seed)
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    values = random.multivariate_normal(np.zeros(visits), 0.7**lag, subjects)
    keep = random.random((subjects, visits)) > 0.15
    who, when = np.nonzero(keep)
    return {
        "values": values[keep].tolist(),
        "subjects": who.tolist(),
        "visits": when.tolist(),
        "groups": (who % 2).tolist(),
        "covariates": {"base": random.normal(size=subjects)[who].tolist()},
    }


def _once(data: dict[str, Any], method: Any) -> float:
    started = time.perf_counter()
    found = mmrm(**data, model=Model(degrees_of_freedom=method, fall_back=False))
    assert isinstance(found, RepeatedMeasures)
    found.difference(max(data["visits"]), 1, 0)
    return time.perf_counter() - started


def _statsmodels(data: dict[str, Any]) -> float:
    import statsmodels.api as sm

    visits = np.array(data["visits"])
    at = np.eye(visits.max() + 1)[visits]
    design = np.column_stack([at, at * np.array(data["groups"])[:, None], data["covariates"]["base"]])
    started = time.perf_counter()
    sm.MixedLM(np.array(data["values"]), design, data["subjects"]).fit()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
