"""Comparisons of groups and of pairs against published numbers, SciPy and every table written out."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from itertools import product
from math import comb

import pytest

from trialwright.analysis.statistics import (
    Estimate,
    NotEstimable,
    PValue,
    boschloo,
    mcnemar,
    odds_ratio,
    risk_difference,
    sign_test,
    trend,
)

# Newcombe, Stat Med 1998;17:873-890, table II: the two groups, method 10 and method 5.
NEWCOMBE_TABLE = [
    ((56, 70), (48, 80), (0.0524, 0.3339), (0.0528, 0.3382)),
    ((9, 10), (3, 10), (0.1705, 0.8090), (0.1700, 0.8406)),
    ((6, 7), (2, 7), (0.0582, 0.8062), (0.0342, 0.8534)),
    ((5, 56), (0, 29), (-0.0381, 0.1926), (-0.0326, 0.1933)),
    ((0, 10), (0, 20), (-0.1611, 0.2775), (-0.1658, 0.2844)),
    ((0, 10), (0, 10), (-0.2775, 0.2775), (-0.2879, 0.2879)),
    ((10, 10), (0, 20), (0.6791, 1.0000), (0.7156, 1.0000)),
    ((10, 10), (0, 10), (0.6075, 1.0000), (0.6636, 1.0000)),
]
# Bentur et al. 2009, airway hyper-responsiveness, as in Fagerland et al., BMC Med Res Methodol 2013;13:91.
AIRWAYS = [[1, 1], [7, 12]]
# Agresti 2002, section 10.1: approval of the prime minister at two surveys.
APPROVAL = [[794, 150], [86, 570]]
# Fleiss 1981, smokers among lung cancer patients of four studies, as in the manual of R (prop.trend.test).
SMOKERS, PATIENTS = [83, 90, 129, 70], [86, 93, 136, 82]


def p(found: PValue | NotEstimable) -> float:
    """The p-value."""
    assert isinstance(found, PValue), found
    return found.value


def numbers(found: Estimate | NotEstimable) -> tuple[float, float, float]:
    """Value and limits."""
    assert isinstance(found, Estimate)
    assert found.lower is not None
    assert found.upper is not None
    return found.value, found.lower, found.upper


class TestRiskDifference:
    @pytest.mark.parametrize(("first", "second", "method_10", "method_5"), NEWCOMBE_TABLE)
    def test_the_published_table(
        self,
        first: tuple[int, int],
        second: tuple[int, int],
        method_10: tuple[float, float],
        method_5: tuple[float, float],
    ) -> None:
        """Both methods agree with all four decimals that were printed."""
        assert numbers(risk_difference(first, second))[1:] == pytest.approx(method_10, abs=5.1e-5)
        score = risk_difference(first, second, "miettinen_nurminen")
        assert numbers(score)[1:] == pytest.approx(method_5, abs=5.1e-5)

    @pytest.mark.parametrize(
        ("first", "second"), [((7, 34), (1, 34)), ((3, 12), (9, 40)), ((20, 25), (2, 9))]
    )
    def test_score_limits_are_where_the_test_turns(
        self, first: tuple[int, int], second: tuple[int, int]
    ) -> None:
        """At each limit the score statistic, maximised over a fine grid instead of a cubic, is 1.96."""
        value, *ends = numbers(risk_difference(first, second, "miettinen_nurminen"))
        (x1, n1), (x2, n2) = first, second
        for delta in ends:
            grid = [k / 200_000 for k in range(200_001) if 0 < k / 200_000 + delta < 1 and 0 < k < 200_000]

            def likelihood(q: float, delta: float = delta) -> float:
                return (
                    x1 * math.log(q + delta)
                    + (n1 - x1) * math.log(1 - q - delta)
                    + x2 * math.log(q)
                    + (n2 - x2) * math.log(1 - q)
                )

            q = max(grid, key=likelihood)
            variance = (q + delta) * (1 - q - delta) / n1 + q * (1 - q) / n2
            statistic = (value - delta) / math.sqrt(variance * (n1 + n2) / (n1 + n2 - 1))
            assert abs(statistic) == pytest.approx(1.959964, abs=1e-4)

    def test_mistakes_and_nobody(self) -> None:
        """An empty group is not estimable; an unknown method or count is the caller's mistake."""
        assert risk_difference((0, 0), (1, 3)) == NotEstimable("a group has no subjects")
        with pytest.raises(ValueError, match="newcombe or miettinen_nurminen, not wald"):
            risk_difference((1, 3), (1, 3), "wald")
        with pytest.raises(ValueError, match="4 of 3 is not a proportion"):
            risk_difference((4, 3), (1, 3))


class TestOddsRatio:
    def test_convictions_of_twins(self) -> None:
        """Fisher 1962: .04693661 (.003325764 to .3631823 with fisher.test's rounding at 95 %)."""
        found = numbers(odds_ratio([[2, 10], [15, 3]]))
        assert found[0] == pytest.approx(0.04693661, rel=2e-6)
        assert found[1:] == pytest.approx((0.003325764, 0.363182271), rel=3e-3)

    def test_it_is_not_the_sample_odds_ratio(self) -> None:
        """Tea tasting: 6.408309, not 3*3/(1*1) = 9; limits .2117 and 621.9, coarsely, in R."""
        table = [[3, 1], [1, 3]]
        value, lower, upper = numbers(odds_ratio(table))
        assert value == pytest.approx(6.408309, rel=5e-6)
        assert (lower, upper) == pytest.approx((0.2117329, 621.9337505), rel=1e-2)
        for odds, seen in ((lower, range(3, 5)), (upper, range(4))):
            weights = [comb(4, k) * comb(4, 4 - k) * odds**k for k in range(5)]
            assert sum(weights[k] for k in seen) / sum(weights) == pytest.approx(0.025, rel=1e-9)

    def test_against_scipy(self) -> None:
        """A hundred random tables as SciPy's conditional odds ratio computes them, empty cells included."""
        from scipy.stats.contingency import odds_ratio as scipy_odds_ratio

        dice = random.Random(5)  # noqa: S311 -- tables to try, no secret
        for _ in range(100):
            table = [[dice.randint(0, 15) for _ in range(2)] for _ in range(2)]
            found = odds_ratio(table)
            if isinstance(found, Estimate):
                theirs = scipy_odds_ratio(table)
                interval = theirs.confidence_interval(0.95)
                expected = (theirs.statistic, interval.low, interval.high)
                assert numbers(found) == pytest.approx(expected, rel=1e-6), table

    def test_empty_cells(self) -> None:
        """An empty cell gives 0 from 0, or infinity to infinity; an empty margin gives nothing."""
        value, lower, upper = numbers(odds_ratio([[0, 10], [4, 6]]))
        assert value == lower == 0
        assert 0 < upper < math.inf
        value, lower, upper = numbers(odds_ratio([[4, 6], [0, 10]]))
        assert value == upper == math.inf
        assert lower > 0
        assert isinstance(odds_ratio([[0, 10], [0, 10]]), NotEstimable)
        assert isinstance(odds_ratio([[1, 2, 3], [1, 2, 3]]), NotEstimable)


class TestBoschloo:
    def test_as_in_the_manual_of_scipy(self) -> None:
        """74 of 117 against 31 of 63, greater: p = .0355, statistic .0483; groups are columns there."""
        from scipy.stats import boschloo_exact

        found = boschloo([[74, 43], [31, 32]], "greater")
        theirs = boschloo_exact([[74, 31], [43, 32]], alternative="greater")
        assert p(found) == pytest.approx(0.0355, abs=1e-4)
        assert p(found) == pytest.approx(theirs.pvalue, abs=1e-7)
        assert isinstance(found, PValue)
        assert found.statistic == pytest.approx(theirs.statistic, rel=1e-9)

    @pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
    def test_groups_are_rows(self, alternative: str) -> None:
        """With rows as groups SciPy's columns are turned; without turning, its p-value is another."""
        from scipy.stats import boschloo_exact

        table = [[3, 17], [9, 6]]
        mine = p(boschloo(table, alternative))
        turned = [list(column) for column in zip(*table, strict=True)]
        assert mine == pytest.approx(boschloo_exact(turned, alternative, n=64).pvalue, abs=1e-7)
        assert mine != pytest.approx(boschloo_exact(table, alternative, n=64).pvalue, abs=1e-4)

    def test_every_small_table_by_brute_force(self) -> None:
        """Groups of 4 and 6: the tables that count, written out, on a fine grid of rates."""
        n1, n2 = 4, 6
        for x1, x2 in product(range(n1 + 1), range(n2 + 1)):
            found = boschloo([[x1, n1 - x1], [x2, n2 - x2]], "less")
            if isinstance(found, PValue):
                counted = [
                    (y1, y2)
                    for y1, y2 in product(range(n1 + 1), range(n2 + 1))
                    if _fisher_less(y1, n1, y2, n2) <= _fisher_less(x1, n1, x2, n2)
                ]
                best = max(
                    sum(
                        comb(n1, a) * comb(n2, b) * q ** (a + b) * (1 - q) ** (n1 + n2 - a - b)
                        for a, b in counted
                    )
                    for q in (k / 2000 for k in range(2001))
                )
                assert best - 1e-12 <= found.value <= best + 1e-5

    def test_not_estimable(self) -> None:
        """No event in either group, more than two groups, and too many subjects each have their reason."""
        assert isinstance(boschloo([[0, 20], [0, 18]]), NotEstimable)
        assert isinstance(boschloo([[1, 2, 3], [3, 2, 1]]), NotEstimable)
        assert isinstance(boschloo([[500, 500], [400, 600]]), NotEstimable)
        with pytest.raises(ValueError, match="not both"):
            boschloo([[1, 2], [2, 1]], "both")


def _fisher_less(x1: int, n1: int, x2: int, n2: int) -> Fraction:
    events = x1 + x2
    tail = sum(comb(n1, i) * comb(n2, events - i) for i in range(x1 + 1) if events - i <= n2)
    return Fraction(tail, comb(n1 + n2, events))


class TestMcNemar:
    @pytest.mark.parametrize(
        ("method", "printed"),
        [("asymptotic", 0.034), ("corrected", 0.077), ("exact", 0.070), ("mid_p", 0.039)],
    )
    def test_airways(self, method: str, printed: float) -> None:
        """All four variants as published."""
        assert p(mcnemar(AIRWAYS, method)) == pytest.approx(printed, abs=5.1e-4)

    def test_approval(self) -> None:
        """Agresti: z = -4.17, so chi-square 17.36."""
        found = mcnemar(APPROVAL, "asymptotic")
        assert isinstance(found, PValue)
        assert found.statistic == pytest.approx(17.36, abs=5e-3)

    def test_no_change(self) -> None:
        """Where nobody changed there is nothing to test; two rows of three are a mistake."""
        for method in ("exact", "mid_p", "asymptotic", "corrected"):
            assert isinstance(mcnemar([[5, 0], [0, 9]], method), NotEstimable)
        assert p(mcnemar([[5, 3], [3, 9]])) == 1
        assert p(mcnemar([[5, 3], [3, 9]], "corrected")) == 1
        with pytest.raises(ValueError, match="two by two"):
            mcnemar([[1, 2, 3], [1, 2, 3]])
        with pytest.raises(ValueError, match="not yates"):
            mcnemar(AIRWAYS, "yates")


class TestTrend:
    def test_smokers(self) -> None:
        """R: X-squared = 8.2249, p = .004132; with scores 0, 0, 0, 1 12.173 and .0004848."""
        found = trend(SMOKERS, PATIENTS)
        assert isinstance(found, PValue)
        assert (found.statistic, found.value) == pytest.approx((8.2249, 0.004132), rel=2e-4)
        last = trend(SMOKERS, PATIENTS, [0, 0, 0, 1])
        assert isinstance(last, PValue)
        assert (last.statistic, last.value) == pytest.approx((12.173, 0.0004848), rel=2e-4)

    @pytest.mark.parametrize("scores", [(0, 1, 2), (0, 0.5, 4), (3, 1, 1)])
    def test_exact_by_every_table(self, scores: tuple[float, ...]) -> None:
        """The exact p-value is the share, among all tables of the margins, as far from the mean sum."""
        subjects = (4, 5, 3)
        for events in ((0, 2, 3), (1, 1, 1), (4, 0, 1), (2, 5, 0)):
            total = sum(events)
            exact = [Fraction(repr(score)) for score in scores]
            mean = Fraction(total, sum(subjects)) * sum(n * s for n, s in zip(subjects, exact, strict=True))

            def sums(cells: tuple[int, ...], exact: list[Fraction] = exact) -> Fraction:
                return sum((x * s for x, s in zip(cells, exact, strict=True)), Fraction())

            extreme = whole = 0
            for cells in product(*(range(n + 1) for n in subjects)):
                if sum(cells) == total:
                    ways = math.prod(comb(n, x) for n, x in zip(subjects, cells, strict=True))
                    whole += ways
                    extreme += ways * (abs(sums(cells) - mean) >= abs(sums(events) - mean))
            assert p(trend(events, subjects, scores, "exact")) == pytest.approx(extreme / whole, rel=1e-12)

    def test_not_estimable(self) -> None:
        """One group, no event at all, everybody with it, and equal doses have no trend."""
        for arguments in (
            ([1], [4]),
            ([0, 0], [4, 5]),
            ([4, 5], [4, 5]),
            ([1, 2], [4, 5], [2, 2]),
            ([1, 0], [4, 0]),
        ):
            for method in ("asymptotic", "exact"):
                found = trend(*arguments, method=method)
                assert isinstance(found, NotEstimable)
        large = trend([3000, 4000, 5000], [9000, 9000, 9000], [1, 2.5, 7], method="exact")
        assert large == NotEstimable("the groups are too large for an exact trend test")
        with pytest.raises(ValueError, match="as many"):
            trend([1, 2], [3])
        with pytest.raises(ValueError, match="not median"):
            trend([1, 2], [3, 4], method="median")


class TestSignTest:
    def test_by_hand(self) -> None:
        """7 above, 1 below, 2 zeros: 2 * (1 + 8) / 256."""
        found = sign_test([1, 2, 3, 4, 5, 6, 7, -1, 0, 0])
        assert isinstance(found, PValue)
        assert (found.value, found.statistic) == (pytest.approx(18 / 256, rel=1e-12), 7)

    def test_against_scipy(self) -> None:
        """As the exact binomial test computes it."""
        from scipy.stats import binomtest

        for above, below in product(range(12), repeat=2):
            if above + below:
                found = sign_test([1.0] * above + [-1.0] * below)
                assert p(found) == pytest.approx(binomtest(above, above + below).pvalue, rel=1e-10)

    def test_not_estimable(self) -> None:
        """Nothing but zeros, no values and a missing value have their reason."""
        for values in ([0.0, 0.0], [], [1.0, math.nan]):
            assert isinstance(sign_test(values), NotEstimable)
