"""Statistics against published numbers and against enumeration written another way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import comb, factorial, isclose, prod

import pytest

from trialwright.analysis.statistics.descriptive import (
    geometric_cv,
    geometric_mean,
    quantile,
    standard_deviation,
    summary,
)
from trialwright.analysis.statistics.estimate import Estimate, NotEstimable, PValue
from trialwright.analysis.statistics.paired import (
    Zeros,
    geometric_mean_ratio,
    mean_difference,
    paired_t,
    wilcoxon_signed_rank,
)
from trialwright.analysis.statistics.proportions import clopper_pearson
from trialwright.analysis.statistics.rounding import p_value_text, percent, round_half_up
from trialwright.analysis.statistics.tables import (
    CHI_SQUARE,
    FISHER,
    chi_square,
    compare_groups,
    fisher_exact,
)

# Student 1908: hours of sleep gained by ten patients under two drugs, as printed in the manual of R (sleep).
SLEEP_1 = (0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0)
SLEEP_2 = (1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4)
# Hollander and Wolfe 1973, page 29: depression scale before and after, as printed in the manual of R.
BEFORE = (1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30)
AFTER = (0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29)
# Agresti 2002, page 57: job satisfaction by income.
JOB = ((1, 2, 1, 0), (3, 3, 6, 1), (10, 10, 14, 9), (6, 7, 12, 11))
# Agresti 2007, page 39: party by gender.
PARTY = ((762, 327, 468), (484, 239, 477))


def _value(found: Estimate | PValue | NotEstimable) -> float:
    assert not isinstance(found, NotEstimable), found
    return found.value


def _limits(found: Estimate | NotEstimable) -> tuple[float, float]:
    assert isinstance(found, Estimate)
    assert found.lower is not None
    assert found.upper is not None
    return found.lower, found.upper


class TestClopperPearson:
    def test_no_event_in_twenty(self) -> None:
        """0 of 20: the upper limit is .168433 at 95 % two-sided, .139108 one-sided."""
        assert _limits(clopper_pearson(0, 20)) == pytest.approx((0, 0.168433), abs=5e-7)
        assert _limits(clopper_pearson(0, 20, 0.90))[1] == pytest.approx(0.139108, abs=5e-7)

    @pytest.mark.parametrize(("x", "n"), [(1, 20), (3, 7), (8, 254), (19, 20), (20, 20), (68, 86)])
    def test_limits_are_where_the_tails_are(self, x: int, n: int) -> None:
        """At each limit the binomial tail, summed exactly in fractions, is 2.5 %."""
        lower, upper = _limits(clopper_pearson(x, n))
        if x > 0:
            assert _tail(n, Fraction(lower), range(x, n + 1)) == pytest.approx(0.025, rel=1e-8)
        if x < n:
            assert _tail(n, Fraction(upper), range(x + 1)) == pytest.approx(0.025, rel=1e-8)

    def test_nobody(self) -> None:
        """Without subjects there is no proportion, with the reason."""
        assert isinstance(clopper_pearson(0, 0), NotEstimable)


class TestFisher:
    def test_tea(self) -> None:
        """Fisher's tea tasting, 3 of 4 right: two-sided .4857."""
        assert _value(fisher_exact([[3, 1], [1, 3]])) == pytest.approx(34 / 70, rel=1e-9)

    def test_job_satisfaction(self) -> None:
        """Agresti's 4 x 4 table of job satisfaction: .7827, each time the same."""
        first = _value(fisher_exact(JOB))
        assert first == pytest.approx(0.7827, abs=5e-5)
        assert _value(fisher_exact(JOB)) == first

    @pytest.mark.parametrize(
        "table",
        [
            [[5, 3, 2], [1, 6, 4], [2, 2, 9]],
            [[3, 0], [1, 4], [0, 6]],
            [[1, 1, 1], [1, 1, 1]],
            [[0, 7, 2], [6, 0, 1]],
            [[2, 3, 1, 0], [0, 4, 1, 3], [1, 0, 2, 2]],
        ],
    )
    def test_every_table_by_brute_force(self, table: list[list[int]]) -> None:
        """The p-value is the share of the tables no more probable, found by writing out every table."""
        assert _value(fisher_exact(table)) == pytest.approx(float(_brute_force(table)), rel=1e-12)

    def test_two_by_two_by_brute_force(self) -> None:
        """The library behind two by two tables and the enumeration agree."""
        for cells in product(range(5), repeat=4):
            table = [list(cells[:2]), list(cells[2:])]
            found = fisher_exact(table)
            if isinstance(found, PValue):
                assert found.value == pytest.approx(float(_brute_force(table)), rel=1e-9)

    def test_too_large(self) -> None:
        """A table too large to enumerate is refused with the reason, never simulated."""
        found = fisher_exact([[200, 130, 90], [120, 250, 80], [100, 90, 300]], limit=10_000)
        assert isinstance(found, NotEstimable)
        assert "too large" in found.reason


class TestChiSquare:
    def test_party_by_gender(self) -> None:
        """Agresti's party by gender: 30.07 on 2 degrees of freedom, p = 2.954e-07."""
        found = chi_square(PARTY)
        assert isinstance(found, PValue)
        assert found.statistic == pytest.approx(30.07, abs=0.005)
        assert found.degrees_of_freedom == 2
        assert found.value == pytest.approx(2.954e-07, rel=2e-4)

    @pytest.mark.parametrize("correction", [False, True])
    def test_against_scipy(self, correction: bool) -> None:
        """With and without Yates' correction as SciPy computes it."""
        from scipy.stats import chi2_contingency

        table = [[12, 5], [7, 14]]
        assert _value(chi_square(table, correction)) == pytest.approx(
            chi2_contingency(table, correction=correction).pvalue, rel=1e-10
        )

    def test_nobody_had_the_event(self) -> None:
        """No event in either group is not estimable, not an exception."""
        for test in (chi_square, fisher_exact, compare_groups):
            assert isinstance(test([[0, 20], [0, 18]]), NotEstimable)
        assert isinstance(chi_square([[0, 0], [3, 4]]), NotEstimable)
        assert isinstance(chi_square([[3, 4]]), NotEstimable)

    def test_choice(self) -> None:
        """Chi-square where every expected count is at least 5, else Fisher's test; the name says which."""
        large, small = compare_groups([[40, 46], [42, 42], [50, 34]]), compare_groups([[1, 9], [4, 6]])
        assert isinstance(large, PValue)
        assert isinstance(small, PValue)
        assert (large.method, small.method) == (CHI_SQUARE, FISHER)


class TestPaired:
    def test_sleep(self) -> None:
        """Student's sleep data: mean -1.58 (-2.4598858 to -.7001142), t = -4.0621, p = .002833."""
        differences = [first - second for first, second in zip(SLEEP_1, SLEEP_2, strict=True)]
        found = paired_t(differences)
        assert isinstance(found, PValue)
        assert found.statistic == pytest.approx(-4.0621, abs=5e-5)
        assert found.value == pytest.approx(0.002833, abs=5e-7)
        assert _limits(mean_difference(differences)) == pytest.approx((-2.4598858, -0.7001142), abs=5e-8)

    def test_depression_scale(self) -> None:
        """Hollander and Wolfe: V = 40, two-sided p = .03906."""
        found = wilcoxon_signed_rank([x - y for x, y in zip(BEFORE, AFTER, strict=True)])
        assert isinstance(found, PValue)
        assert found.statistic == 40
        assert found.value == 20 / 512

    @pytest.mark.parametrize("zeros", ["wilcox", "pratt"])
    @pytest.mark.parametrize(
        "differences",
        [
            (1, 2, -1, 0, 3, 3, -2, 4),
            (0, 0, 1, 1, 1, -1),
            (2, 2, 2, 2),
            (5, -3, 0, -3, 7, 7, 1, 1, -1, 2),
            (0.1, 0.30000000000000004, -0.3, 0.2),
        ],
    )
    def test_every_sign_pattern(self, zeros: Zeros, differences: tuple[float, ...]) -> None:
        """With ties and zeros the p-value is the share of the sign patterns as extreme, each written out."""
        found = wilcoxon_signed_rank(differences, zeros)
        assert _value(found) == pytest.approx(float(_sign_patterns(differences, zeros)), rel=1e-12)

    def test_geometric_mean_ratio_by_hand(self) -> None:
        """Ratios 2, 8 have geometric mean 4; with t(1, .975) = 12.7062 the limits are 4 * 2^(+-12.7062)."""
        found = geometric_mean_ratio((1, 2), (2, 16))
        assert _value(found) == pytest.approx(4)
        assert _limits(found) == pytest.approx((4 * 2**-12.7062047364, 4 * 2**12.7062047364), rel=1e-9)

    def test_not_estimable(self) -> None:
        """One pair, equal differences, nothing but zeros and values of zero each have their reason."""
        assert isinstance(mean_difference([1.0]), NotEstimable)
        assert isinstance(paired_t([2.0, 2.0, 2.0]), NotEstimable)
        assert isinstance(paired_t([0.0, 0.0]), NotEstimable)
        assert isinstance(wilcoxon_signed_rank([0.0, 0.0]), NotEstimable)
        assert isinstance(geometric_mean_ratio([1.0, 0.0], [1.0, 2.0]), NotEstimable)
        assert isinstance(wilcoxon_signed_rank([float(n) for n in range(1, 1200)]), NotEstimable)


class TestDescriptive:
    def test_type_two_differs_from_type_seven(self) -> None:
        """1, 2, 3, 4: lower quartile 1.5 (SAS), not 1.75 (R); 1 to 5: 2; 1 to 10: 3 and 8, median 5.5."""
        assert _value(quantile([4, 3, 2, 1], Fraction(1, 4))) == 1.5
        assert _value(quantile([1, 2, 3, 4, 5], Fraction(1, 4))) == 2
        ten = [float(number) for number in range(1, 11)]
        found = {name: _value(value) for name, value in summary(ten).items()}
        assert (found["q1"], found["median"], found["q3"]) == (3, 5.5, 8)
        assert (found["mean"], found["min"], found["max"]) == (5.5, 1, 10)
        assert found["sd"] == pytest.approx((82.5 / 9) ** 0.5, rel=1e-12)

    def test_geometric(self) -> None:
        """1, 10, 100: geometric mean 10; the CV is 100 * sqrt(exp(ln(10)^2) - 1)."""
        assert _value(geometric_mean([1, 10, 100])) == pytest.approx(10)
        assert _value(geometric_cv([1, 10, 100])) == pytest.approx(1413.21, abs=0.005)
        assert _value(geometric_mean([3.0])) == pytest.approx(3)

    def test_too_little(self) -> None:
        """No value has no mean, one value no standard deviation, zero no logarithm."""
        assert all(isinstance(value, NotEstimable) for value in summary([]).values())
        assert isinstance(standard_deviation([1.0]), NotEstimable)
        assert isinstance(geometric_mean([0.0, 1.0]), NotEstimable)
        assert isinstance(geometric_cv([1.0]), NotEstimable)


class TestRounding:
    def test_half_up_on_exact_fractions(self) -> None:
        """1 of 8 is 13 % without decimals; 8 of 254 is 3.1 %; 1 of 80 is 1.3 %, where half-even says 1.2."""
        assert str(percent(1, 8, 0)) == "13"
        assert str(percent(8, 254)) == "3.1"
        assert str(percent(1, 80)) == "1.3"
        assert str(percent(0, 86)) == "0.0"
        assert percent(0, 0) is None
        assert str(round_half_up(Fraction(-5, 100), 1)) == "-0.1"
        assert str(round_half_up(Fraction(-1, 100), 1)) == "0.0"

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (0.0004, "<.001"),
            (0.001, ".001"),
            (0.0315, ".032"),
            (0.9995, ">.999"),
            (1.0, ">.999"),
            (0.5, ".500"),
        ],
    )
    def test_p_values(self, value: float, text: str) -> None:
        """A p-value is never printed as 0 or 1."""
        assert p_value_text(value) == text


def _tail(n: int, p: Fraction, outcomes: range) -> float:
    return float(sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in outcomes))


def _brute_force(table: Sequence[Sequence[int]]) -> Fraction:
    rows = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table, strict=True)]
    margins = prod(factorial(margin) for margin in (*rows, *columns))

    def probability(cells: Sequence[Sequence[int]]) -> Fraction:
        below = factorial(sum(rows)) * prod(factorial(cell) for row in cells for cell in row)
        return Fraction(margins, below)

    observed = probability(table)
    return sum(
        (found for cells in _tables(rows, columns) if (found := probability(cells)) <= observed), Fraction()
    )


def _tables(rows: list[int], columns: list[int]) -> Iterator[list[tuple[int, ...]]]:
    if len(rows) == 1:
        yield [tuple(columns)]
        return
    for first in product(*(range(min(rows[0], column) + 1) for column in columns)):
        if sum(first) == rows[0]:
            left = [column - taken for column, taken in zip(columns, first, strict=True)]
            for rest in _tables(rows[1:], left):
                yield [first, *rest]


def _sign_patterns(differences: Sequence[float], zeros: str) -> Fraction:
    kept = [d for d in differences if zeros == "pratt" or d != 0]
    sizes = [abs(d) for d in kept]

    def rank(size: float) -> Fraction:
        below = sum(other < size and not isclose(other, size, rel_tol=1e-11) for other in sizes)
        tied = sum(isclose(other, size, rel_tol=1e-11) for other in sizes)
        return Fraction(2 * below + tied + 1, 2)

    ranks = [rank(abs(d)) for d in kept if d != 0]
    centre = sum(ranks, Fraction()) / 2
    observed = abs(
        sum((r for r, d in zip(ranks, (d for d in kept if d), strict=True) if d > 0), Fraction()) - centre
    )
    patterns = list(product((0, 1), repeat=len(ranks)))
    extreme = sum(
        abs(sum((r for r, up in zip(ranks, signs, strict=True) if up), Fraction()) - centre) >= observed
        for signs in patterns
    )
    return Fraction(extreme, len(patterns))
