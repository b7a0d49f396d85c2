"""Fisher's test of larger tables: two halves against the network in whole numbers and SciPy's draws."""

from __future__ import annotations

import random
from math import factorial, log, prod

import numpy as np
import pytest

from trialwright.analysis.statistics import NotEstimable, PValue, fisher_exact
from trialwright.analysis.statistics.exact_halves import probability_by_halves
from trialwright.analysis.statistics.exact_tables import TooLargeError, probability_in_whole_numbers
from trialwright.analysis.statistics.prime_keys import Factorials, TooWideError
from trialwright.analysis.statistics.ways_between import Completions

# Five by five, a hundred subjects, about twenty in each row and column.
WIDE = [[7, 2, 4, 2, 5], [2, 8, 2, 5, 3], [4, 2, 8, 3, 3], [2, 5, 2, 7, 4], [5, 3, 4, 3, 5]]


def drawn(seed: int) -> list[list[int]]:
    """A small table of three to five columns without an empty margin."""
    dice = random.Random(seed)  # noqa: S311 -- tables to try, no secret
    while True:
        rows, columns = dice.randint(2, 4), dice.randint(3, 5)
        table = [[dice.choice((0, 0, 1, 1, 2, 3, 5)) for _ in range(columns)] for _ in range(rows)]
        if all(map(sum, table)) and all(map(sum, zip(*table, strict=True))):
            return table


@pytest.mark.parametrize("seed", range(60))
def test_halves_and_whole_numbers_agree(seed: int) -> None:
    """On tables full of ties the two ways to the p-value agree to 1e-12."""
    table = drawn(seed)
    whole = probability_in_whole_numbers(table, 10**7)
    assert probability_by_halves(table, 10**8) == pytest.approx(whole, abs=1e-12)


def test_a_wide_table() -> None:
    """Five by five, a hundred subjects: turned and shuffled it is the same, and SciPy's draws are near."""
    from scipy.stats import MonteCarloMethod
    from scipy.stats import fisher_exact as scipy_fisher_exact

    found = fisher_exact(WIDE)
    assert isinstance(found, PValue)
    for other in ([list(column) for column in zip(*WIDE, strict=True)], [row[::-1] for row in WIDE[::-1]]):
        turned = fisher_exact(other)
        assert isinstance(turned, PValue)
        assert turned.value == pytest.approx(found.value, abs=1e-12)
    draws = MonteCarloMethod(n_resamples=4999, rng=np.random.default_rng(3))
    theirs = scipy_fisher_exact(WIDE, method=draws).pvalue
    assert theirs == pytest.approx(found.value, abs=4 * (found.value * (1 - found.value) / 5000) ** 0.5)


def test_the_most_probable_and_a_nearly_impossible_table() -> None:
    """The most probable table has p = 1; one block a row has the p-value of its own kind alone."""
    assert probability_by_halves([[4] * 5] * 5, 10**8) == 1.0
    block = [[4 if row == column else 0 for column in range(3)] for row in range(3)]
    ways = factorial(12) // factorial(4) ** 3
    assert probability_by_halves(block, 10**8) == pytest.approx(6 / ways, abs=1e-13)


def test_too_large_is_said_before_it_is_tried() -> None:
    """Beyond the limit, and where the primes do not fit, the answer is a reason."""
    with pytest.raises(TooLargeError):
        probability_by_halves(WIDE, 10_000)
    with pytest.raises(TooWideError):
        probability_by_halves([[200, 130, 90], [120, 250, 80], [100, 90, 300]], 10**8)
    assert fisher_exact(WIDE, limit=100_000) == NotEstimable(
        "the table is too large for an exact test by enumeration"
    )


def test_few_rows_with_many_subjects() -> None:
    """Where the primes do not fit, the network in whole numbers goes on: 315 subjects in two rows of six."""
    table = [[20, 30, 25, 15, 40, 22], [30, 20, 25, 25, 35, 28]]
    with pytest.raises(TooLargeError):
        probability_in_whole_numbers(table, 20_000)
    with pytest.raises(TooWideError):
        probability_by_halves(table, 10**8)
    found = fisher_exact(table)
    assert isinstance(found, PValue)
    assert found.value == pytest.approx(probability_in_whole_numbers(table, 10**7), rel=1e-15)


def test_keys_are_products() -> None:
    """Keys add up; a key gives back its product; equal products, and only those, have equal keys."""
    factorials = Factorials(60, 12)
    dice = random.Random(1)  # noqa: S311 -- numbers to try, no secret
    seen: dict[int, int] = {}
    for _ in range(4000):
        cells = [dice.randint(0, 12) for _ in range(5)]
        key = int(factorials.keys[cells].sum())
        product = prod(map(factorial, cells))
        assert factorials.product(key) == product
        assert seen.setdefault(product, key) == key
    assert len(set(seen.values())) == len(seen)
    assert factorials.logarithms == pytest.approx([log(factorial(x)) for x in range(13)], rel=1e-15)


def test_what_floats_cannot_tell_apart_is_judged_in_whole_numbers() -> None:
    """Of three completions at one and the same cost only the one with the smaller product is cheaper."""
    factorials = Factorials(30, 10)
    less, same, more = (int(factorials.keys[[x, 3]].sum()) for x in (4, 5, 6))
    found = Completions(
        np.full(3, 2.0), np.array([less, same, more]), np.array([1.0, 10, 100]), same, factorials
    )
    nothing = (np.zeros(1, dtype=np.int64), np.array([0, 0, 0]))
    shares = found.cheaper(np.array([2.0, 2.1, 1.9]), nothing, nothing)
    assert shares.tolist() == [1.0, 111.0, 0.0]
