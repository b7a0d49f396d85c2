"""Where other programs are known to go wrong without a word: each trap next to what is right."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from trialwright.analysis.statistics import (
    Estimate,
    NotEstimable,
    PValue,
    aalen_johansen,
    chi_square,
    fisher_exact,
    kaplan_meier,
    log_rank,
    nelson_aalen,
    paired_t,
    poisson_mid_p,
    quantile,
    restricted_mean,
    sign_test,
    trend,
    wilcoxon_signed_rank,
)
from trialwright.analysis.statistics.descriptive import summary
from trialwright.analysis.statistics.paired import geometric_mean_ratio, mean_difference


def test_no_event_in_either_group() -> None:
    """SciPy's chi-square raises on a margin of zero; here it is a value with a reason."""
    from scipy.stats import chi2_contingency

    table = [[0, 20], [0, 18]]
    with pytest.raises(ValueError, match="zero element"):
        chi2_contingency(table)
    same = NotEstimable("all subjects of all groups have the same outcome")
    assert chi_square(table) == chi_square(table, correction=True) == fisher_exact(table) == same


def test_a_large_table_is_never_simulated() -> None:
    """SciPy's r x c test draws tables at random and differs by seed; here it is the same to the last bit."""
    import numpy as np
    from scipy.stats import MonteCarloMethod
    from scipy.stats import fisher_exact as scipy_fisher_exact

    table = [[4, 2, 1], [1, 5, 3], [2, 2, 6]]
    drawn = [
        scipy_fisher_exact(table, method=MonteCarloMethod(rng=np.random.default_rng(seed))).pvalue
        for seed in (1, 2, 3)
    ]
    found = fisher_exact(table)
    assert isinstance(found, PValue)
    assert len(set(drawn)) > 1
    assert fisher_exact(table) == found
    assert all(found.value == pytest.approx(one, abs=0.02) for one in drawn)


def test_ties_in_the_signed_rank_test() -> None:
    """With ties SciPy's exact distribution is that of other ranks: 6/512 where all patterns give 8/512."""
    from scipy.stats import wilcoxon

    differences = [1.0, 1.0, 2.0, 3.0, 3.0, 4.0, 5.0, 5.0, -1.0]
    ranks = [2, 2, 4, 5.5, 5.5, 7, 8.5, 8.5, 2]
    sums = [sum(r for r, up in zip(ranks, signs, strict=True) if up) for signs in product((0, 1), repeat=9)]
    extreme = sum(abs(one - 22.5) >= 20.5 for one in sums)
    found = wilcoxon_signed_rank(differences)
    assert isinstance(found, PValue)
    assert found.value == extreme / 512 == 8 / 512
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert wilcoxon(differences, method="exact").pvalue == pytest.approx(6 / 512)


def test_quantiles_are_of_a_named_type() -> None:
    """1, 2, 3, 4: the lower quartile is 1.5 of type 2 and, as in NumPy, 1.75 of type 7, by name."""
    import numpy as np

    second, seventh = quantile([1, 2, 3, 4], Fraction(1, 4)), quantile([1, 2, 3, 4], Fraction(1, 4), 7)
    assert isinstance(second, Estimate)
    assert isinstance(seventh, Estimate)
    assert (second.value, seventh.value) == (1.5, 1.75)
    assert "type 2" in second.method
    assert "type 7" in seventh.method
    values = [3.1, -2.0, 8.5, 8.5, 0.25, 11.0, 4.0]
    for percent in range(0, 101, 5):
        found = quantile(values, Fraction(percent, 100), 7)
        two = quantile(values, Fraction(percent, 100))
        assert isinstance(found, Estimate)
        assert isinstance(two, Estimate)
        assert found.value == pytest.approx(np.quantile(values, percent / 100), rel=1e-12)
        averaged = np.quantile(values, percent / 100, method="averaged_inverted_cdf")
        assert two.value == pytest.approx(averaged, rel=1e-12)
    with pytest.raises(ValueError, match="type 2 or 7"):
        quantile([1.0], Fraction(1, 2), 6)


def test_no_event_has_no_lower_limit_above_zero() -> None:
    """Mid-P rates of other libraries start above 0 without an event; here at 0."""
    found = poisson_mid_p(0, 123.4)
    assert isinstance(found, Estimate)
    assert found.lower == 0.0


MISSING: list[tuple[Callable[..., Any], Sequence[Any]]] = [
    (paired_t, ([1.0, 2.0, math.nan],)),
    (mean_difference, ([1.0, math.nan],)),
    (sign_test, ([math.nan, 1.0],)),
    (wilcoxon_signed_rank, ([1.0, math.inf],)),
    (geometric_mean_ratio, ([1.0, math.nan], [1.0, 2.0])),
    (quantile, ([1.0, math.nan], Fraction(1, 2))),
    (kaplan_meier, ([1.0, math.nan], [True, True])),
    (nelson_aalen, ([1.0, math.nan], [True, True])),
    (aalen_johansen, ([1.0, math.nan], [1, 1])),
    (restricted_mean, ([1.0, math.nan], [True, True], 1.0)),
    (log_rank, ([1.0, math.nan], [True, True], [0, 1])),
]


@pytest.mark.parametrize(("function", "arguments"), MISSING, ids=lambda one: getattr(one, "__name__", ""))
def test_a_missing_value_is_said(function: Callable[..., Any], arguments: Sequence[Any]) -> None:
    """A NaN or an infinity among the data is a reason, neither an exception nor a NaN in a table."""
    assert function(*arguments) == NotEstimable("a value is missing or infinite")


def test_a_summary_of_missing_values() -> None:
    """Every number of a table says why it is not there."""
    assert set(summary([1.0, math.nan]).values()) == {NotEstimable("a value is missing or infinite")}


def test_one_arm() -> None:
    """With one group, the normal case here, tests between groups say that there is nothing to compare."""
    for found in (
        fisher_exact([[3, 17]]),
        chi_square([[3, 17]]),
        trend([3], [20]),
        log_rank([1.0, 2.0], [True, False], ["only", "only"]),
    ):
        assert isinstance(found, NotEstimable)
        assert "two" in found.reason
