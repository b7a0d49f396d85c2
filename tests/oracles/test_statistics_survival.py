"""Time to event against printed tables and against formulas written another way."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from trialwright.analysis.statistics import (
    Estimate,
    NotEstimable,
    PValue,
    aalen_johansen,
    kaplan_meier,
    log_rank,
    nelson_aalen,
    restricted_mean,
)
from trialwright.analysis.statistics.competing_risks import AalenJohansen
from trialwright.analysis.statistics.survival_curves import KaplanMeier

# Miller 1981: remission under maintained and non-maintained chemotherapy, the data `aml` of R's survival.
KEPT = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161]
KEPT_SEEN = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]
ENDED = [5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45]
ENDED_SEEN = [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1]
# Freireich et al. 1963: weeks of remission under 6-mercaptopurine and placebo.
MP = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
MP_SEEN = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def curve(times: Sequence[float], seen: Sequence[int], interval: str = "log") -> KaplanMeier:
    """The curve of times with 1 for an event."""
    found = kaplan_meier(times, [bool(one) for one in seen], interval)
    assert isinstance(found, KaplanMeier)
    return found


class TestKaplanMeier:
    def test_maintained(self) -> None:
        """summary(survfit(Surv(time, status) ~ x, aml)): time, at risk, events, survival, error, limits."""
        printed = [
            (9, 11, 1, 0.909, 0.0867, 0.7541, 1.000),
            (13, 10, 1, 0.818, 0.1163, 0.6192, 1.000),
            (18, 8, 1, 0.716, 0.1397, 0.4884, 1.000),
            (23, 7, 1, 0.614, 0.1526, 0.3769, 0.999),
            (31, 5, 1, 0.491, 0.1642, 0.2549, 0.946),
            (34, 4, 1, 0.368, 0.1627, 0.1549, 0.875),
            (48, 2, 1, 0.184, 0.1535, 0.0359, 0.944),
        ]
        steps = curve(KEPT, KEPT_SEEN).steps
        assert [(step.time, step.at_risk, step.events) for step in steps] == [row[:3] for row in printed]
        for step, (*_, survival, error, lower, upper) in zip(steps, printed, strict=True):
            assert step.survival.value == pytest.approx(survival, abs=5.1e-4)
            assert step.standard_error == pytest.approx(error, abs=5.1e-5)
            assert (step.survival.lower, step.survival.upper) == pytest.approx((lower, upper), abs=5.1e-4)

    def test_medians(self) -> None:
        """R prints 31 (18 to NA) and 23 (8 to NA); what is not reached is None."""
        for times, seen, printed in ((KEPT, KEPT_SEEN, (31, 18)), (ENDED, ENDED_SEEN, (23, 8))):
            median = curve(times, seen).median
            assert isinstance(median, Estimate)
            assert (median.value, median.lower, median.upper) == (*printed, None)

    def test_log_log_limits(self) -> None:
        """6-mercaptopurine, as Stata's `sts list` and SAS print it."""
        printed = [
            (6, 0.8571, 0.0764, 0.6197, 0.9516),
            (7, 0.8067, 0.0869, 0.5631, 0.9228),
            (10, 0.7529, 0.0963, 0.5032, 0.8894),
            (13, 0.6902, 0.1068, 0.4316, 0.8491),
            (16, 0.6275, 0.1141, 0.3675, 0.8049),
            (22, 0.5378, 0.1282, 0.2678, 0.7468),
            (23, 0.4482, 0.1346, 0.1881, 0.6801),
        ]
        found = curve(MP, MP_SEEN, "log-log")
        for step, (time, survival, error, lower, upper) in zip(found.steps, printed, strict=True):
            assert step.time == time
            values = (step.survival.value, step.standard_error, step.survival.lower, step.survival.upper)
            assert values == pytest.approx((survival, error, lower, upper), abs=5.1e-5)
        median = found.median
        assert isinstance(median, Estimate)
        assert (median.value, median.lower, median.upper) == (23, 13, None)
        assert "log-log" in median.method

    def test_a_level_stretch_at_one_half(self) -> None:
        """Four events at 1, 2, 3, 4: the curve is level at 1/2 from 2 to 3, the median 2.5."""
        median = curve([1, 2, 3, 4], [1, 1, 1, 1]).median
        assert isinstance(median, Estimate)
        assert median.value == 2.5

    def test_the_last_one_has_the_event(self) -> None:
        """At 0 the curve has neither error nor limits; nothing is NaN."""
        last = curve(ENDED, ENDED_SEEN).steps[-1]
        assert last.survival.value == 0
        assert (last.standard_error, last.survival.lower, last.survival.upper) == (None, None, None)

    def test_at_a_time(self) -> None:
        """1 before the first event, the step that holds, and nothing beyond the longest follow-up."""
        found = curve(KEPT, KEPT_SEEN)
        assert found.at(8.9) == Estimate(1.0, None, None, 0.95, found.method)
        assert found.at(13) == found.steps[1].survival
        assert found.at(100) == found.steps[-1].survival
        assert found.at(162) == NotEstimable("nobody was followed that long")
        ended = curve(ENDED, ENDED_SEEN)
        assert ended.at(99) == ended.steps[-1].survival

    def test_not_estimable(self) -> None:
        """Nobody, missing times and negative times have their reason; no event means no step, no median."""
        for times in ([], [1.0, math.nan], [1.0, -1.0]):
            assert isinstance(kaplan_meier(times, [True] * len(times)), NotEstimable)
        quiet = curve([5, 6], [0, 0])
        assert quiet.steps == ()
        assert isinstance(quiet.median, NotEstimable)
        with pytest.raises(ValueError, match="whether it ended"):
            kaplan_meier([1.0], [])
        with pytest.raises(ValueError, match="log-log"):
            kaplan_meier([1.0], [True], "plain")
        with pytest.raises(ValueError, match="quantile lies"):
            quiet.quantile(0)

    def test_against_scipy(self) -> None:
        """SciPy's empirical survival function of censored data has the same values."""
        from scipy.stats import CensoredData, ecdf

        seen = np.array(MP_SEEN, dtype=bool)
        times = np.array(MP, dtype=float)
        theirs = ecdf(CensoredData(uncensored=times[seen], right=times[~seen])).sf
        for step in curve(MP, MP_SEEN).steps:
            assert step.survival.value == pytest.approx(float(theirs.evaluate(step.time)), rel=1e-12)


class TestRestrictedMean:
    @pytest.mark.parametrize(
        ("times", "seen", "printed"),
        [(KEPT, KEPT_SEEN, (52.6, 19.83)), (ENDED, ENDED_SEEN, (22.7, 4.18))],
    )
    def test_aml(self, times: list[int], seen: list[int], printed: tuple[float, float]) -> None:
        """print(survfit(...), rmean = 161): 52.6 with error 19.83, and 22.7 with error 4.18."""
        found = restricted_mean(times, [bool(one) for one in seen], 161)
        assert isinstance(found, Estimate)
        assert found.lower is not None
        assert found.value == pytest.approx(printed[0], abs=0.051)
        assert (found.value - found.lower) / 1.959964 == pytest.approx(printed[1], abs=0.0051)

    def test_without_censoring(self) -> None:
        """It is the mean of the times cut off at the horizon, its error their standard deviation by n."""
        cut = np.minimum(PLACEBO, 10)
        found = restricted_mean(PLACEBO, [True] * 21, 10)
        assert isinstance(found, Estimate)
        assert found.upper is not None
        assert found.value == pytest.approx(cut.mean(), rel=1e-12)
        assert (found.upper - found.value) / 1.959964 == pytest.approx(cut.std() / math.sqrt(21), rel=1e-6)

    def test_beyond_the_follow_up(self) -> None:
        """The curve is not drawn on; before the first event the mean is the horizon."""
        assert restricted_mean(MP, [bool(one) for one in MP_SEEN], 36) == NotEstimable(
            "nobody was followed to 36"
        )
        early = restricted_mean(MP, [bool(one) for one in MP_SEEN], 5)
        assert isinstance(early, Estimate)
        assert (early.value, early.lower, early.upper) == (5, 5, 5)
        assert isinstance(restricted_mean([], [], 5), NotEstimable)
        with pytest.raises(ValueError, match="above 0"):
            restricted_mean([1.0], [True], 0)


class TestNelsonAalen:
    def test_mercaptopurine(self) -> None:
        """Klein and Moeschberger 2003, table 4.2: hazard .1428 to .7521, variance .0068 to .0780."""
        found = nelson_aalen(MP, [bool(one) for one in MP_SEEN])
        assert not isinstance(found, NotEstimable)
        printed = [0.1428, 0.2017, 0.2683, 0.3517, 0.4426, 0.5854, 0.7521]
        assert [step.hazard.value for step in found] == pytest.approx(printed, abs=1e-4)
        variances = [step.standard_error**2 for step in found]
        assert (variances[0], variances[-1]) == pytest.approx((0.0068, 0.0780), abs=2e-4)
        for step in found:
            assert step.hazard.lower is not None
            assert step.hazard.upper is not None
            assert step.hazard.lower * step.hazard.upper == pytest.approx(step.hazard.value**2)

    def test_not_estimable(self) -> None:
        """Nobody has no hazard; nobody with an event has no steps."""
        assert isinstance(nelson_aalen([], []), NotEstimable)
        assert nelson_aalen([1.0], [False]) == ()


class TestAalenJohansen:
    TIMES = (1, 2, 2, 2, 3, 4, 4, 5, 6, 6, 7, 8, 8, 9)
    CAUSES = (1, 1, 2, 0, 2, 1, 1, 0, 2, 1, 0, 1, 0, 0)

    def found(self, causes: Sequence[int] = CAUSES) -> AalenJohansen:
        """The estimate of the small sample with ties."""
        found = aalen_johansen(self.TIMES, causes)
        assert isinstance(found, AalenJohansen)
        return found

    def test_by_hand(self) -> None:
        """F1: 1/14 at 1, + 13/14 * 1/13 at 2, + survival .714286 * 2/9 ... ties share who is at risk."""
        steps = self.found().by_cause[1]
        survival = [1.0, 13 / 14, 11 / 14, 11 / 14 * 9 / 10]
        values = [1 / 14, 1 / 14 + survival[1] / 13, 1 / 14 + survival[1] / 13 + survival[3] * 2 / 9]
        assert [step.incidence.value for step in steps[:3]] == pytest.approx(values, rel=1e-12)
        assert [step.at_risk for step in steps] == [14, 13, 9, 6, 3]

    @pytest.mark.parametrize("cause", [1, 2])
    def test_variance_in_closed_form(self, cause: int) -> None:
        """The recursion equals the delta-method sum of Marubini and Valsecchi 1995, written out."""
        moments = []
        left, survival, total = len(self.TIMES), 1.0, 0.0
        for time in sorted(set(self.TIMES)):
            here = [c for t, c in zip(self.TIMES, self.CAUSES, strict=True) if t == time]
            any_event, this = sum(c != 0 for c in here), here.count(cause)
            total += survival * this / left
            moments.append((left, any_event, this, survival, total))
            survival *= 1 - any_event / left
            left -= len(here)
            if not this:
                continue
            variance = sum(
                (total - f) ** 2 * d / (n * (n - d))
                + s**2 * d1 * (n - d1) / n**3
                - 2 * (total - f) * s * d1 / n**2
                for n, d, d1, s, f in moments
            )
            step = next(one for one in self.found().by_cause[cause] if one.time == time)
            assert step.standard_error == pytest.approx(math.sqrt(variance), rel=1e-12)

    def test_tied_times_stay_tied(self) -> None:
        """Asked a hundred times, in any order of the people, the answer is the same to the last bit."""
        rows = list(zip(self.TIMES, self.CAUSES, strict=True))
        first = self.found().by_cause
        for turn in range(100):
            turned = rows[turn % 14 :] + rows[: turn % 14]
            again = aalen_johansen([t for t, _ in turned], [c for _, c in turned])
            assert isinstance(again, AalenJohansen)
            assert dict(again.by_cause) == dict(first)

    def test_limits_are_named(self) -> None:
        """log-log limits unless log ones are asked for; no limits at 1."""
        step = self.found().by_cause[1][0]
        reach = 1.959964 * step.standard_error / (step.incidence.value * math.log(step.incidence.value))
        assert step.incidence.lower == pytest.approx(step.incidence.value ** math.exp(-reach), rel=1e-6)
        assert "log-log" in step.incidence.method
        other = aalen_johansen(self.TIMES, self.CAUSES, "log")
        assert isinstance(other, AalenJohansen)
        log_step = other.by_cause[1][0].incidence
        assert log_step.lower == pytest.approx(
            log_step.value * math.exp(-1.959964 * step.standard_error / log_step.value), rel=1e-6
        )
        sure = aalen_johansen([1.0], ["death"])
        assert isinstance(sure, AalenJohansen)
        assert sure.at("death", 1.0) == Estimate(1.0, None, None, 0.95, sure.method)

    def test_at_a_time(self) -> None:
        """0 before the first event, for a cause that nobody had too; nothing beyond the follow-up."""
        found = self.found()
        assert found.at(1, 0.5) == found.at(3, 9) == Estimate(0.0, None, None, 0.95, found.method)
        assert found.at(1, 2) == found.by_cause[1][1].incidence
        assert isinstance(found.at(1, 9.5), NotEstimable)
        assert isinstance(aalen_johansen([], []), NotEstimable)


class TestLogRank:
    def test_aml(self) -> None:
        """survdiff(Surv(time, status) ~ x, aml): 3.4 on 1 degree of freedom, p = .0653."""
        found = log_rank(
            KEPT + ENDED, [bool(s) for s in KEPT_SEEN + ENDED_SEEN], ["kept"] * 11 + ["ended"] * 12
        )
        assert isinstance(found, PValue)
        assert (found.statistic, found.value) == pytest.approx((3.396389, 0.0653393), rel=1e-6)

    def test_mercaptopurine(self) -> None:
        """Freireich: 16.79 on 1 degree of freedom, p = 4.17e-05."""
        found = log_rank(MP + PLACEBO, [bool(s) for s in MP_SEEN] + [True] * 21, [0] * 21 + [1] * 21)
        assert isinstance(found, PValue)
        assert found.statistic == pytest.approx(16.79, abs=5.1e-3)
        assert found.value == pytest.approx(4.17e-5, abs=5.1e-8)

    def test_against_scipy(self) -> None:
        """The square of SciPy's statistic for two groups."""
        from scipy.stats import CensoredData, logrank

        samples = []
        for times, seen in ((KEPT, KEPT_SEEN), (ENDED, ENDED_SEEN)):
            kept = np.array(seen, dtype=bool)
            samples.append(CensoredData(np.array(times)[kept], right=np.array(times)[~kept]))
        found = log_rank(KEPT + ENDED, [bool(s) for s in KEPT_SEEN + ENDED_SEEN], [0] * 11 + [1] * 12)
        assert isinstance(found, PValue)
        theirs = logrank(*samples)
        assert found.statistic == pytest.approx(theirs.statistic**2, rel=1e-10)
        assert found.value == pytest.approx(theirs.pvalue, rel=1e-8)

    def test_three_groups_by_solving(self) -> None:
        """Dropping any one group and solving gives the same statistic, on 2 degrees of freedom."""
        times = KEPT + ENDED + MP
        seen = [bool(one) for one in KEPT_SEEN + ENDED_SEEN + MP_SEEN]
        groups = [0] * 11 + [1] * 12 + [2] * 21
        distance, variance = np.zeros(3), np.zeros((3, 3))
        for time in sorted({t for t, s in zip(times, seen, strict=True) if s}):
            risk = np.array(
                [sum(t >= time for t, g in zip(times, groups, strict=True) if g == k) for k in range(3)]
            )
            died = [0, 0, 0]
            for t, s, g in zip(times, seen, groups, strict=True):
                died[g] += t == time and s
            n, d = risk.sum(), sum(died)
            distance += np.array(died) - d * risk / n
            if n > 1:
                share = risk / n
                variance += d * (n - d) / (n - 1) * (np.diag(share) - np.outer(share, share))
        found = log_rank(times, seen, groups)
        assert isinstance(found, PValue)
        assert found.degrees_of_freedom == 2
        for left_out in range(3):
            kept = [k for k in range(3) if k != left_out]
            solved = distance[kept] @ np.linalg.solve(variance[np.ix_(kept, kept)], distance[kept])
            assert found.statistic == pytest.approx(solved, rel=1e-9)

    def test_strata(self) -> None:
        """One stratum changes nothing; the same data twice as two strata double the statistic."""
        times, seen, groups = KEPT + ENDED, [bool(s) for s in KEPT_SEEN + ENDED_SEEN], [0] * 11 + [1] * 12
        plain = log_rank(times, seen, groups)
        assert isinstance(plain, PValue)
        assert plain.statistic is not None
        one = log_rank(times, seen, groups, ["a"] * 23)
        two = log_rank(times * 2, seen * 2, groups * 2, ["a"] * 23 + ["b"] * 23)
        assert isinstance(one, PValue)
        assert isinstance(two, PValue)
        assert one.statistic == pytest.approx(plain.statistic, rel=1e-12)
        assert two.statistic == pytest.approx(2 * plain.statistic, rel=1e-12)
        assert (plain.method, two.method) == ("log-rank test", "stratified log-rank test")

    def test_not_estimable(self) -> None:
        """No event, one group, groups that never meet, nobody: each with its reason."""
        assert log_rank([1, 2], [False, False], [0, 1]) == NotEstimable("no events in any group")
        assert isinstance(log_rank([1, 2], [True, True], [0, 0]), NotEstimable)
        assert isinstance(log_rank([], [], []), NotEstimable)
        assert isinstance(log_rank([1, math.nan], [True, True], [0, 1]), NotEstimable)
        apart = log_rank([1, 2], [False, True], [0, 1])
        assert apart == NotEstimable("the groups are never at risk together when an event happens")
        assert isinstance(log_rank([1, 2], [True, True], [0, 1], ["a", "b"]), NotEstimable)
        with pytest.raises(ValueError, match="an outcome, a group"):
            log_rank([1, 2], [True], [0, 1])
