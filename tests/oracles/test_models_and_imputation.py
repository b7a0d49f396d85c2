"""Analysis of covariance, Rubin's rules, imputation, regression to the mean and power: by other routes."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from scipy import stats

from trialwright.analysis.statistics.covariance_analysis import Ancova, ancova
from trialwright.analysis.statistics.estimate import Estimate, ModelEstimate, NotEstimable
from trialwright.analysis.statistics.imputation import (
    Plan,
    TippingPoint,
    multiple_imputation,
    pooled_over,
    tipping_point,
)
from trialwright.analysis.statistics.pooling import Pooled, rubin
from trialwright.analysis.statistics.power import (
    PairedChange,
    log_scale,
    paired_power,
    paired_precision,
    paired_size,
)
from trialwright.analysis.statistics.regression_to_mean import (
    Population,
    mee_chua,
    mee_chua_sweep,
    regression_to_the_mean,
    truncated_population,
)

LONG = np.random.default_rng(5)


def model(found: object) -> ModelEstimate:
    """The estimate, which is there."""
    assert isinstance(found, ModelEstimate), found
    return found


def value(found: Estimate | NotEstimable) -> float:
    """The value, which is there."""
    assert isinstance(found, Estimate), found
    return found.value


def test_one_group_without_covariates_is_the_one_sample_t_test() -> None:
    """Mean, error and p."""
    values = LONG.normal(1, 2, 12)
    found = ancova(values, ["A"] * 12, {})
    assert isinstance(found, Ancova)
    expected = stats.ttest_1samp(values, 0)
    assert model(found.mean()).test.statistic == pytest.approx(expected.statistic, rel=1e-10)
    assert model(found.mean()).test.value == pytest.approx(expected.pvalue, rel=1e-10)


def test_a_slope_is_that_of_simple_regression() -> None:
    """Slope, its error, and the value of the line at the mean."""
    base = LONG.normal(5, 1, 15)
    values = 0.4 * base + LONG.normal(size=15)
    found = ancova(values, ["A"] * 15, {"base": base})
    assert isinstance(found, Ancova)
    line = stats.linregress(base, values)
    assert model(found.slope()).estimate.value == pytest.approx(line.slope, rel=1e-10)
    assert model(found.slope()).error == pytest.approx(line.stderr, rel=1e-10)
    assert model(found.slope()).test.value == pytest.approx(line.pvalue, rel=1e-8)
    assert model(found.mean()).estimate.value == pytest.approx(values.mean(), rel=1e-12)


def test_an_adjusted_difference_is_that_of_residuals() -> None:
    """The theorem of Frisch, Waugh and Lovell: regress both on the covariate, then one on the other."""
    base = LONG.normal(size=20)
    arm = np.repeat([0.0, 1.0], 10)
    values = base + 0.8 * arm + LONG.normal(size=20)
    found = ancova(values, ["A" if one else "P" for one in arm], {"base": base})
    assert isinstance(found, Ancova)

    def without(of: np.ndarray) -> np.ndarray:
        design = np.column_stack([np.ones(20), base])
        return of - design @ np.linalg.lstsq(design, of, rcond=None)[0]

    slope = float(without(arm) @ without(values) / (without(arm) @ without(arm)))
    assert model(found.difference("A", "P")).estimate.value == pytest.approx(slope, rel=1e-10)
    assert found.degrees_of_freedom == 17


@pytest.mark.parametrize(
    ("values", "covariates", "reason"),
    [
        ([1.0, 2.0], {"base": [1.0, 2.0]}, "too few"),
        ([1.0, 2.0, 4.0, 3.0], {"base": [2.0] * 4}, "the same for everybody"),
        ([1.0, 2.0, 4.0, 3.0, 5.0], {"a": [1.0, 2, 3, 4, 6], "b": [2.0, 4, 6, 8, 12]}, "determined by"),
        ([2.0] * 5, {"a": [1.0, 2, 3, 4, 6]}, "no residual variation"),
        ([2.0, float("nan"), 1.0], {}, "missing"),
    ],
)
def test_what_has_no_analysis_of_covariance_says_why(
    values: list[float], covariates: dict[str, list[float]], reason: str
) -> None:
    """Too few, constant, collinear, no variation, a value missing."""
    found = ancova(values, ["A"] * len(values), covariates)
    assert isinstance(found, NotEstimable)
    assert reason in found.reason


def test_rubins_rules_are_those_of_exact_fractions() -> None:
    """Total variance and both degrees of freedom, computed with fractions."""
    estimates, variances = (
        [Fraction(1), Fraction(3, 2), Fraction(2)],
        [Fraction(1, 4), Fraction(1, 5), Fraction(3, 10)],
    )
    within = sum(variances) / 3
    between = sum((each - Fraction(3, 2)) ** 2 for each in estimates) / 2
    total = within + Fraction(4, 3) * between
    share = Fraction(4, 3) * between / total
    observed = Fraction(20, 22) * 19 * (1 - share)
    degrees = 1 / (share**2 / 2 + 1 / observed)
    found = rubin([float(each) for each in estimates], [float(each) for each in variances], 19)
    assert isinstance(found, Pooled)
    assert found.pooled.error == pytest.approx(sqrt(total), rel=1e-12)
    assert found.pooled.test.degrees_of_freedom == pytest.approx(float(degrees), rel=1e-12)
    assert found.missing_information == pytest.approx(float(share), rel=1e-12)


def test_pooling_equal_data_sets_is_the_analysis_itself_but_for_its_degrees_of_freedom() -> None:
    """Nothing between: the observed degrees of freedom of Barnard and Rubin; and too few data sets."""
    found = rubin([1.0] * 5, [0.25] * 5, 19)
    assert isinstance(found, Pooled)
    assert (found.pooled.error, found.pooled.test.degrees_of_freedom) == (0.5, 20 / 22 * 19)
    assert isinstance(rubin([1.0], [0.25], 19), NotEstimable)
    with pytest.raises(ValueError, match="variance"):
        rubin([1.0, 2.0], [0.1], 19)


def with_gaps(subjects: int = 30) -> np.ndarray:
    """Values by visit that fall; every fourth subject leaves after the second visit, one visit was missed."""
    values = np.random.default_rng(11).multivariate_normal(
        [5, 4.5, 4, 3.8], 0.7 ** np.abs(np.subtract.outer(np.arange(4), np.arange(4))), subjects
    )
    values[::4, 2:] = np.nan
    values[1, 1] = np.nan
    return values


def change(full: np.ndarray) -> tuple[float, float]:
    """The mean change from baseline to the last visit, and its squared error."""
    found = full[:, -1] - full[:, 0]
    return float(found.mean()), float(found.var(ddof=1) / len(found))


def test_imputation_keeps_what_was_seen_and_repeats_with_its_generator() -> None:
    """Observed values stay; the same seed gives the same data sets, another seed others."""
    values = with_gaps()
    first, second, other = (
        multiple_imputation(values, np.random.default_rng(seed), Plan(data_sets=5)) for seed in (1, 1, 2)
    )
    assert not isinstance(first, NotEstimable)
    assert not isinstance(second, NotEstimable)
    assert not isinstance(other, NotEstimable)
    seen = ~np.isnan(values)
    assert all((full[seen] == values[seen]).all() and not np.isnan(full).any() for full in first)
    assert all((one == two).all() for one, two in zip(first, second, strict=True))
    assert any((one != two).any() for one, two in zip(first, other, strict=True))


def test_imputation_at_random_agrees_with_the_mixed_model() -> None:
    """Both use the same assumption: the pooled change lies close to that of the MMRM."""
    from trialwright.analysis.statistics.mixed.repeated_measures import RepeatedMeasures, mmrm

    values = with_gaps(60)
    data_sets = multiple_imputation(values, np.random.default_rng(3), Plan(data_sets=200))
    assert not isinstance(data_sets, NotEstimable)
    pooled = pooled_over(data_sets, change, 59)
    assert isinstance(pooled, Pooled)
    who, when = np.nonzero(~np.isnan(values))
    fitted = mmrm(values[who, when].tolist(), who.tolist(), when.tolist())
    assert isinstance(fitted, RepeatedMeasures)
    expected = model(fitted.contrast({(None, 3): 1.0, (None, 0): -1.0}))
    assert pooled.pooled.estimate.value == pytest.approx(expected.estimate.value, abs=0.03)
    assert pooled.pooled.error == pytest.approx(expected.error, rel=0.1)


def test_return_to_baseline_takes_the_imputed_changes_to_nothing() -> None:
    """The mean of many imputed changes is 0, with a spread; delta moves it by delta."""
    values = with_gaps()
    missing = np.isnan(values[:, -1])
    for delta in (0.0, 0.7):
        plan = Plan(data_sets=300, strategy="return to baseline", delta=delta)
        data_sets = multiple_imputation(values, np.random.default_rng(4), plan)
        assert not isinstance(data_sets, NotEstimable)
        changes = np.array([full[missing, -1] - full[missing, 0] for full in data_sets])
        assert changes.mean() == pytest.approx(delta, abs=0.06)
        assert changes.std() > 0.3


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([(0, 0)], "baseline"),
        ([(row, 3) for row in range(30)], "nobody"),
        ([(row, 2) for row in range(26)], "too few"),
    ],
)
def test_what_cannot_be_imputed_says_why(cells: list[tuple[int, int]], reason: str) -> None:
    """No baseline, a visit of nobody, too few complete subjects."""
    values = with_gaps()
    for row, visit in cells:
        values[row, visit] = np.nan
    found = multiple_imputation(values, np.random.default_rng(1))
    assert isinstance(found, NotEstimable)
    assert reason in found.reason


def test_the_tipping_point_is_where_the_conclusion_changes() -> None:
    """A clear fall stays clear until those who left are shifted far enough up."""
    values = with_gaps()
    data_sets = multiple_imputation(values, np.random.default_rng(6), Plan(data_sets=40))
    assert not isinstance(data_sets, NotEstimable)
    found = tipping_point(values, data_sets, change, 29, [0.5 * step for step in range(1, 30)])
    assert isinstance(found, TippingPoint)
    assert found.delta is not None
    assert found.delta > 0
    *before, (_, last) = found.tried
    assert all(p < 0.05 for _, p in before)
    assert last >= 0.05
    short = tipping_point(values, data_sets, change, 29, [0.01])
    assert isinstance(short, TippingPoint)
    assert (short.delta, len(short.tried)) == (None, 2)


def test_regression_to_the_mean_is_that_of_a_simulated_population() -> None:
    """Two million people with two values each, of whom those between limits are taken."""
    population = Population(7.0, 1.7)
    first, second = (
        np.random.default_rng(8)
        .multivariate_normal([7.0, 7.0], 1.7**2 * np.array([[1, 0.5], [0.5, 1]]), 2_000_000)
        .T
    )
    taken = (first > 7.8) & (first < 11.0)
    found = value(regression_to_the_mean(population, 0.5, 7.8, 11.0))
    assert (second - first)[taken].mean() == pytest.approx(found, abs=0.006)
    assert round(value(regression_to_the_mean(population, 0.5, 7.8, 11.05)), 3) == -0.914
    assert value(regression_to_the_mean(population, 1.0, 7.8)) == 0
    assert value(regression_to_the_mean(population, 0.5)) == 0
    with pytest.raises(ValueError, match="correlation"):
        regression_to_the_mean(population, 1.5)
    assert isinstance(regression_to_the_mean(population, 0.5, 40, 50), NotEstimable)


def test_the_population_is_found_again_from_those_who_were_taken() -> None:
    """Censored: as SciPy fits it; truncated: close to the population the sample came from."""
    asked = np.random.default_rng(9).normal(7.0, 1.7, 3000)
    taken = asked[(asked >= 7.8) & (asked <= 11.0)]
    below, above = int((asked < 7.8).sum()), int((asked > 11.0).sum())
    censored = truncated_population(taken.tolist(), 7.8, 11.0, below, above)
    assert isinstance(censored, Population)
    data = stats.CensoredData(uncensored=taken, left=np.full(below, 7.8), right=np.full(above, 11.0))
    mean, sd = stats.norm.fit(data)
    assert (censored.mean, censored.sd) == (pytest.approx(mean, abs=1e-4), pytest.approx(sd, abs=1e-4))
    truncated = truncated_population(taken.tolist(), 7.8, 11.0)
    assert isinstance(truncated, Population)
    assert truncated.mean == pytest.approx(7.0, abs=0.8)
    with pytest.raises(ValueError, match="outside the limits"):
        truncated_population([5.0, 8.0, 9.0], 7.8, 11.0)
    assert isinstance(truncated_population([8.0, 8.0, 8.0], 7.8, 11.0), NotEstimable)


def test_mee_and_chua_find_nothing_where_there_is_only_regression_to_the_mean() -> None:
    """Everybody regresses and nobody changes: a paired t-test is deceived, this test is not."""
    first, second = (
        np.random.default_rng(10)
        .multivariate_normal([7.0, 7.0], 1.7**2 * np.array([[1, 0.5], [0.5, 1]]), 4000)
        .T
    )
    taken = first > 8
    before, after = first[taken].tolist(), second[taken].tolist()
    assert stats.ttest_rel(after, before).pvalue < 1e-20
    found = model(mee_chua(before, after, 7.0))
    assert abs(found.test.statistic or 0) < 2.5
    line = stats.linregress(np.array(before) - 7.0, np.array(after) - 7.0)
    assert found.estimate.value == pytest.approx(line.intercept, rel=1e-8)
    assert found.error == pytest.approx(line.intercept_stderr, rel=1e-8)
    sweep = mee_chua_sweep(before, after, [6.0, 7.0, 8.0])
    assert not isinstance(sweep, NotEstimable)
    effects = [each.estimate.value for _, each in sweep]
    assert effects == sorted(effects, reverse=True)


def test_paired_power_is_the_published_figure_and_that_of_simulation() -> None:
    """34 pairs at half a standard deviation of the change: .8078 (G*Power); size and precision go with it."""
    half = PairedChange(1.0, 0.5)
    assert value(paired_power(34, 0.5, half)) == pytest.approx(0.8077775, abs=1e-6)
    assert value(paired_size(0.8, 0.5, half)) == 34
    assert value(paired_power(20, 0.0, half)) == pytest.approx(0.05, abs=1e-9)
    changes = np.random.default_rng(12).normal(0.5, 1.0, (40_000, 20))
    found = (stats.ttest_1samp(changes, 0, axis=1).pvalue < 0.05).mean()
    assert value(paired_power(20, 0.5, half)) == pytest.approx(found, abs=0.01)
    width = value(paired_precision(20, half))
    assert width == pytest.approx(stats.t.ppf(0.975, 19) / sqrt(20), rel=1e-12)
    assert log_scale(0.4, 0.5).sd_of_change == pytest.approx(sqrt(np.log(1.16)), rel=1e-12)


def test_power_says_why_there_is_none() -> None:
    """One pair; a change of nothing; arguments that make no sense."""
    assert isinstance(paired_power(1, 0.5, PairedChange(1, 0.5)), NotEstimable)
    assert isinstance(paired_size(0.8, 0.0, PairedChange(1, 0.5)), NotEstimable)
    assert isinstance(paired_precision(1, PairedChange(1, 0.5)), NotEstimable)
    with pytest.raises(ValueError, match="correlation"):
        paired_power(10, 0.5, PairedChange(1, 1.0))
    with pytest.raises(ValueError, match="power"):
        paired_size(1.0, 0.5, PairedChange(1, 0.5))
