"""Stopping rules and their characteristics against published designs and every course written out."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import comb

import pytest

from trialwright.analysis.statistics import (
    NotEstimable,
    beta_binomial,
    beta_binomial_boundary,
    beta_binomial_predictive,
    bop2,
    operating_characteristics,
    toxicity_boundary,
)
from trialwright.analysis.statistics.monitoring import Look, StoppingBoundary
from trialwright.analysis.statistics.phase_two import Bop2Design, bop2_boundary

# README of the R package BOP2FE: H0 20 %, H1 40 %, lambda .909, gamma 1, and 10,000 simulated studies.
BOP2FE_LOOKS = (10, 15, 20, 25, 30, 35, 40)
BOP2FE_FUTILE = [1, 2, 3, 5, 7, 9, 11]
BOP2FE_SUPERIOR = [7, 8, 9, 10, 11, 11, 12]
# Percent rejecting, average subjects, at 20 % and at 40 %.
BOP2FE_SIMULATED = {0.2: (8.58, 20.5), 0.4: (88.5, 23.6)}


def written_out(looks: list[Look], rate: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """P(stop high), P(stop low) and expected subjects, from every sequence of outcomes."""
    high = low = subjects = Fraction(0)
    for outcomes in product((0, 1), repeat=looks[-1].subjects):
        events = sum(outcomes)
        chance = rate**events * (1 - rate) ** (len(outcomes) - events)
        for look in looks:
            seen = sum(outcomes[: look.subjects])
            is_high = look.at_least is not None and seen >= look.at_least
            is_low = look.at_most is not None and seen <= look.at_most
            if is_high or is_low or look is looks[-1]:
                high, low = high + chance * is_high, low + chance * is_low
                subjects += chance * look.subjects
                break
    return high, low, subjects


class TestOperatingCharacteristics:
    @pytest.mark.parametrize("rate", [Fraction(0), Fraction(1, 5), Fraction(1, 2), Fraction(1)])
    @pytest.mark.parametrize(
        "looks",
        [
            [Look(3, 2), Look(6, 3), Look(10, 5)],
            [Look(4, None, 0), Look(9, None, 2)],
            [Look(1, 1), Look(2, 2, 0), Look(5, 4, 1), Look(11, 6, 5)],
            [Look(7)],
        ],
    )
    def test_every_course(self, looks: list[Look], rate: Fraction) -> None:
        """Probabilities and expectations are the sums over all sequences of outcomes."""
        found = operating_characteristics(looks, rate)
        high, low, subjects = (float(one) for one in written_out(looks, rate))
        assert found.stops_high == pytest.approx(high, abs=1e-13)
        assert found.stops_low == pytest.approx(low, abs=1e-13)
        assert found.goes_through == pytest.approx(1 - high - low, abs=1e-13)
        assert found.expected_subjects == pytest.approx(subjects, rel=1e-13)
        assert found.expected_events == pytest.approx(subjects * float(rate), rel=1e-13)
        assert sum(one for pair in found.by_look for one in pair) == pytest.approx(high + low, abs=1e-13)

    def test_simon_two_stage(self) -> None:
        """Simon 1989, table 1, 5 % against 25 %: 0/9 and 2/17 stop .63 early, 12.0 subjects expected."""
        looks = [Look(9, None, 0), Look(17, None, 2)]
        null, alternative = operating_characteristics(looks, 0.05), operating_characteristics(looks, 0.25)
        assert null.by_look[0][1] == pytest.approx(0.63, abs=5.1e-3)
        assert null.expected_subjects == pytest.approx(12.0, abs=0.051)
        assert null.goes_through <= 0.05
        assert alternative.goes_through >= 0.80

    @pytest.mark.parametrize("rate", BOP2FE_SIMULATED)
    def test_a_published_simulation(self, rate: float) -> None:
        """The R package's 10,000 simulated studies lie within three standard errors of the exact figures."""
        looks = [
            Look(number, high, low)
            for number, high, low in zip(BOP2FE_LOOKS, BOP2FE_SUPERIOR, BOP2FE_FUTILE, strict=True)
        ]
        found = operating_characteristics(looks, rate)
        rejecting, subjects = BOP2FE_SIMULATED[rate]
        error = 100 * (found.stops_high * (1 - found.stops_high) / 10_000) ** 0.5
        assert 100 * found.stops_high == pytest.approx(rejecting, abs=3 * error)
        assert found.expected_subjects == pytest.approx(subjects, abs=0.3)

    def test_of_a_published_boundary(self) -> None:
        """Pocock, 50 subjects, 20 %, 10 % (R package stoppingrule): at 25 % .27689051 and 41.93172."""
        boundary = toxicity_boundary(50, Fraction("0.2"), Fraction("0.1"))
        assert isinstance(boundary, StoppingBoundary)
        found = operating_characteristics(boundary, 0.25)
        assert found.stops_high == pytest.approx(0.27689051, abs=5.1e-9)
        assert found.expected_subjects == pytest.approx(41.93172, abs=5.1e-6)

    @pytest.mark.parametrize(
        "looks",
        [
            [],
            [Look(0, 1)],
            [Look(5, 2), Look(5, 3)],
            [Look(5, -1)],
            [Look(5, 2, 2)],
            [Look(6000, 1)],
        ],
    )
    def test_mistakes(self, looks: list[Look]) -> None:
        """A rule that makes no sense is refused in words, and so is a rate above 1."""
        with pytest.raises(ValueError, match="look"):
            operating_characteristics(looks, 0.2)
        with pytest.raises(ValueError, match="a rate lies"):
            operating_characteristics([Look(5, 2)], 1.2)


class TestToxicityBoundary:
    def test_both_shapes_stay_within_what_is_allowed(self) -> None:
        """O'Brien-Fleming asks for more early and less late than Pocock; both keep 10 % at 20 %."""
        pocock = toxicity_boundary(20, Fraction("0.2"), Fraction("0.1"))
        later = toxicity_boundary(20, Fraction("0.2"), Fraction("0.1"), "obrien_fleming")
        for boundary in (pocock, later):
            assert operating_characteristics(boundary, 0.2).stops_high <= 0.1
        assert later.limits[3] > pocock.limits[3]
        assert later.limits[-1] <= pocock.limits[-1]

    def test_500_subjects(self) -> None:
        """Where a known routine gives 134 with .0016, the exact boundary ends at 124 with .0498."""
        boundary = toxicity_boundary(500, Fraction("0.2"), Fraction("0.05"))
        assert boundary.limits[-1] == 124
        assert operating_characteristics(boundary, 0.2).stops_high == pytest.approx(0.0498, abs=5.1e-5)


class TestBetaBinomial:
    def test_none_of_twenty(self) -> None:
        """0 of 20 under a uniform prior: Beta(1, 21), mean 1/22, P(rate > r) = (1 - r)^21."""
        found = beta_binomial(0, 20)
        assert (found.events, found.others) == (1, 21)
        assert found.estimate.value == pytest.approx(1 / 22, rel=1e-15)
        assert found.estimate.upper == pytest.approx(1 - 0.025 ** (1 / 21), rel=1e-10)
        for rate in (0, 0.1, Fraction(1, 4), 1):
            assert found.above(rate) == pytest.approx((1 - float(rate)) ** 21, abs=1e-15)

    def test_posterior_as_a_binomial_sum(self) -> None:
        """With whole numbers in the prior P(rate > r) is a sum of binomial terms in fractions."""
        rate = Fraction(3, 10)
        for x, n in ((0, 0), (2, 9), (7, 7), (11, 40)):
            found = beta_binomial(x, n, (2, 3))
            a, b = 2 + x, 3 + n - x
            total = a + b - 1
            exact = sum(comb(total, k) * rate**k * (1 - rate) ** (total - k) for k in range(a))
            assert found.above(rate) == pytest.approx(float(exact), rel=1e-12)

    @pytest.mark.parametrize(("x", "n", "further"), [(3, 10, 20), (0, 0, 5), (5, 5, 0)])
    def test_predictive(self, x: int, n: int, further: int) -> None:
        """Under a uniform prior each probability is a ratio of binomial coefficients; they add up to 1."""
        found = beta_binomial_predictive(x, n, further)
        for y, value in enumerate(found):
            exact = Fraction(
                comb(x + y, x) * comb(n - x + further - y, n - x), comb(n + further + 1, further)
            )
            assert value == pytest.approx(float(exact), rel=1e-11)
        assert sum(found) == pytest.approx(1, abs=1e-12)

    def test_boundary(self) -> None:
        """From three evaluable on, the least number of events that makes more than 30 % 95 % certain."""
        looks = beta_binomial_boundary(range(1, 21), Fraction(3, 10), 0.95)
        assert [look.subjects for look in looks] == list(range(3, 21))
        for look in looks:
            assert look.at_least is not None
            for events, reached in ((look.at_least, True), (look.at_least - 1, False)):
                assert (beta_binomial(events, look.subjects).above(0.3) >= 0.95) is reached

    def test_a_boundary_that_cannot_be_reached(self) -> None:
        """Where even an event in everybody is not certain enough, the look does not stop."""
        first = beta_binomial_boundary([3, 8], 0.5, 0.95)[0]
        assert first == Look(3, None, None)

    def test_equal_certainty_stops(self) -> None:
        """1 of 1 makes more than one half exactly 75 % certain, and that is enough for 75 %."""
        assert beta_binomial_boundary([1], 0.5, 0.75, minimum=1) == (Look(1, 1),)

    def test_mistakes(self) -> None:
        """A prior of zero, a certainty of 1 and no look at all are refused in words."""
        with pytest.raises(ValueError, match="beta prior"):
            beta_binomial(1, 2, (0, 1))
        with pytest.raises(ValueError, match="certainty"):
            beta_binomial_boundary([5], 0.5, 1.0)
        with pytest.raises(ValueError, match="looks at"):
            beta_binomial_boundary([1, 2], 0.5, 0.9)


class TestBop2:
    def test_the_published_boundary(self) -> None:
        """lambda .909 and gamma 1 give the futility boundary that the R package prints."""
        looks = bop2_boundary(BOP2FE_LOOKS, 0.2, 0.909, 1)
        assert [look.at_most for look in looks] == BOP2FE_FUTILE

    def test_the_best_of_a_grid(self) -> None:
        """No pair of constants of a coarse grid keeps the error and has more power, each computed anew."""
        subjects = [8, 14, 20]
        design = bop2(subjects, 0.2, 0.4, 0.1)
        assert isinstance(design, Bop2Design)
        assert design.type_one_error <= 0.1
        assert design.looks == bop2_boundary(subjects, 0.2, design.cutoff, design.exponent)
        for cutoff, exponent in product(range(50, 1000, 25), range(0, 101, 20)):
            looks = bop2_boundary(subjects, 0.2, cutoff / 1000, exponent / 100)
            if operating_characteristics(looks, 0.2).goes_through <= 0.1:
                assert operating_characteristics(looks, 0.4).goes_through <= design.power + 1e-12

    def test_errors_are_exact(self) -> None:
        """Type I error and power are sums over all sequences of outcomes."""
        design = bop2([5, 11], Fraction(1, 5), Fraction(1, 2), 0.2)
        assert isinstance(design, Bop2Design)
        for rate, found in ((Fraction(1, 5), design.type_one_error), (Fraction(1, 2), design.power)):
            high, low, _ = written_out(list(design.looks), rate)
            assert found == pytest.approx(float(1 - high - low), rel=1e-12)

    def test_not_possible(self) -> None:
        """Three subjects cannot keep one in a million; equal rates are a mistake of the caller."""
        assert bop2([3], 0.2, 0.4, 1e-6) == NotEstimable("no boundary keeps the type I error")
        with pytest.raises(ValueError, match="above the null rate"):
            bop2([10], 0.4, 0.4, 0.1)
        with pytest.raises(ValueError, match="type I error"):
            bop2([10], 0.2, 0.4, 0)
