"""The mixed model against dense matrices written out, and against tests that are exact on complete data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from trialwright.analysis.statistics.estimate import NotEstimable
from trialwright.analysis.statistics.mixed.covariance import Covariance
from trialwright.analysis.statistics.mixed.repeated_measures import Model, RepeatedMeasures, mmrm
from trialwright.analysis.statistics.mixed.restricted_likelihood import curvature, estimate

STRUCTURES = (
    "unstructured",
    "toeplitz",
    "heterogeneous toeplitz",
    "compound symmetry",
    "heterogeneous compound symmetry",
    "autoregressive",
)


def made(subjects: int, visits: int, missing: float, seed: int = 1) -> dict[str, Any]:
    """Correlated values of subjects by visit, with some missing; two groups, one covariate."""
    random = np.random.default_rng(seed)
    spread = np.linspace(1, 1.8, visits)
    lag = np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    values = random.multivariate_normal(np.zeros(visits), 0.6**lag * np.outer(spread, spread), subjects)
    base = random.normal(size=subjects)
    values += 0.5 * base[:, None]
    keep = random.random((subjects, visits)) >= missing
    keep[:2] = True
    who, when = np.nonzero(keep)
    return {
        "values": values[keep].tolist(),
        "subjects": [f"S{number}" for number in who],
        "visits": [f"V{number}" for number in when],
        "groups": ["A" if number % 2 else "B" for number in who],
        "covariates": {"base": base[who].tolist()},
        "table": values,
    }


def fitted(data: dict[str, Any], *names: str, **model: Any) -> RepeatedMeasures:
    """The model of these data with the named further columns."""
    columns = {name: data[name] for name in names}
    found = mmrm(data["values"], data["subjects"], data["visits"], model=Model(**model), **columns)
    assert isinstance(found, RepeatedMeasures)
    return found


@pytest.mark.parametrize("name", STRUCTURES)
def test_derivatives_of_every_structure_are_those_of_differences(name: Any) -> None:
    """First and second derivatives of the covariance matrix against differences of the matrix."""
    covariance = Covariance(name, 4)
    at = covariance.start(np.cov(made(30, 4, 0)["table"].T)) + 0.05
    step = 1e-5
    found = covariance.at(at)
    for place, away in enumerate(step * np.eye(len(at))):
        up, down = covariance.at(at + away), covariance.at(at - away)
        assert np.allclose((up.matrix - down.matrix) / (2 * step), found.first[place], atol=1e-8)
        assert np.allclose((up.first - down.first) / (2 * step), found.second[place], atol=1e-8)


def dense(data: dict[str, Any], model: RepeatedMeasures, matrix: np.ndarray) -> dict[str, np.ndarray]:
    """The model with every matrix written out, one block a subject."""
    order = {visit: place for place, visit in enumerate(model.visits)}
    when = [order[visit] for visit in data["visits"]]
    whole = np.zeros((len(when), len(when)))
    for one, subject in enumerate(data["subjects"]):
        for two, other in enumerate(data["subjects"]):
            if subject == other:
                whole[one, two] = matrix[when[one], when[two]]
    x = np.eye(len(order))[when]
    inverse = np.linalg.inv(whole)
    phi = np.linalg.inv(x.T @ inverse @ x)
    beta = phi @ x.T @ inverse @ np.array(data["values"])
    return {"v": whole, "x": x, "inverse": inverse, "phi": phi, "beta": beta}


@pytest.mark.parametrize("name", STRUCTURES)
def test_coefficients_and_corrections_are_those_of_dense_matrices(name: Any) -> None:
    """Kenward and Roger's P, Q, R, the adjusted covariance and the degrees of freedom, written out."""
    data = made(12, 3, 0.2)
    model = fitted(data, structure=name, degrees_of_freedom="kenward-roger", fall_back=False)
    inference = model._inference
    whole = dense(data, model, model.covariance)
    derived = inference.fitted.derived
    first = [_spread(data, model, each) for each in derived.first]
    second = [[_spread(data, model, each) for each in row] for row in derived.second]
    inverse, x, phi = whole["inverse"], whole["x"], whole["phi"]
    assert np.allclose(whole["beta"], inference.fitted.estimates.beta, atol=1e-10)
    weights = inference.weights
    gained = np.zeros_like(phi)
    p = [-x.T @ inverse @ one @ inverse @ x for one in first]
    for i, one in enumerate(first):
        for k, two in enumerate(first):
            q = x.T @ inverse @ one @ inverse @ two @ inverse @ x
            r = x.T @ inverse @ second[i][k] @ inverse @ x
            gained += weights[i, k] * (q - p[i] @ phi @ p[k] - r / 4)
    adjusted = phi + 2 * phi @ gained @ phi
    assert np.allclose(adjusted, inference.covariance, rtol=1e-9)
    last = np.eye(len(phi))[-1]
    slopes = np.array([-last @ phi @ each @ phi @ last for each in p])
    degrees = 2 * (last @ phi @ last) ** 2 / (slopes @ weights @ slopes)
    assert inference.contrast(last).degrees_of_freedom == pytest.approx(degrees, rel=1e-9)


def _spread(data: dict[str, Any], model: RepeatedMeasures, block: np.ndarray) -> np.ndarray:
    order = {visit: place for place, visit in enumerate(model.visits)}
    when = [order[visit] for visit in data["visits"]]
    same = np.equal.outer(np.array(data["subjects"]), np.array(data["subjects"]))
    return np.where(same, block[np.ix_(when, when)], 0.0)


def test_the_gradient_and_the_information_are_those_of_differences() -> None:
    """Of the restricted likelihood at a point that is not the maximum, with values missing."""
    data = made(15, 4, 0.25)
    model = fitted(data, "groups", "covariates", by_visit=True)
    held = model._inference.fitted
    covariance, step = held.covariance, 1e-5
    from trialwright.analysis.statistics.mixed import repeated_measures as module

    design = module._design(
        data["values"], data["subjects"], data["visits"], data["groups"], data["covariates"], by_visit=True
    )
    assert not isinstance(design, NotEstimable)
    order = module._levels(data["visits"])
    sums = module.gather(
        data["values"],
        design[0],
        module._numbers(data["subjects"]),
        [order[visit] for visit in data["visits"]],
    )
    at = held.parameters + 0.1

    def likelihood(where: np.ndarray) -> float:
        return estimate(sums, covariance.at(where).matrix).log_likelihood

    def gradient(where: np.ndarray) -> np.ndarray:
        derived = covariance.at(where)
        return curvature(sums, derived, estimate(sums, derived.matrix)).gradient

    derived = covariance.at(at)
    found = curvature(sums, derived, estimate(sums, derived.matrix))
    away = step * np.eye(len(at))
    slopes = [(likelihood(at + each) - likelihood(at - each)) / (2 * step) for each in away]
    assert np.allclose(slopes, found.gradient, atol=1e-7)
    bend = np.array([(gradient(at + each) - gradient(at - each)) / (2 * step) for each in away])
    assert np.allclose(-bend, found.observed, atol=1e-6)
    assert abs(held.curvature.gradient).max() < 1e-8


@pytest.mark.parametrize("visits", [1, 2, 4])
def test_on_complete_data_of_one_group_a_visit_is_the_paired_t_test(visits: int) -> None:
    """Estimate, error, degrees of freedom and p of the linear Kenward-Roger and of Satterthwaite."""
    data = made(14, visits, 0)
    values = data["table"][:, -1]
    expected = stats.ttest_1samp(values, 0)
    for method in ("kenward-roger-linear", "satterthwaite"):
        found = fitted(data, degrees_of_freedom=method).mean(f"V{visits - 1}")
        assert not isinstance(found, NotEstimable)
        assert found.estimate.value == pytest.approx(values.mean(), rel=1e-10)
        assert found.error == pytest.approx(values.std(ddof=1) / np.sqrt(14), rel=1e-9)
        assert found.test.degrees_of_freedom == pytest.approx(13, rel=1e-8)
        assert found.test.value == pytest.approx(expected.pvalue, rel=1e-8)


def test_on_complete_data_of_two_groups_a_difference_is_the_t_test_of_two_samples() -> None:
    """The pooled t-test at each visit."""
    data = made(16, 3, 0)
    model = fitted(data, "groups")
    odd, even = data["table"][1::2], data["table"][::2]
    for visit in range(3):
        expected = stats.ttest_ind(odd[:, visit], even[:, visit])
        found = model.difference(f"V{visit}", "A", "B")
        assert not isinstance(found, NotEstimable)
        assert found.test.statistic == pytest.approx(expected.statistic, rel=1e-8)
        assert found.test.degrees_of_freedom == pytest.approx(14, rel=1e-7)
        assert found.test.value == pytest.approx(expected.pvalue, rel=1e-8)


def test_on_complete_data_all_visits_together_are_hotellings_test() -> None:
    """F, and both degrees of freedom."""
    data = made(15, 4, 0)
    model = fitted(data)
    values = data["table"]
    mean = values.mean(axis=0)
    squared = 15 * mean @ np.linalg.solve(np.cov(values.T), mean)
    joint = model.joint([{(None, visit): 1.0} for visit in model.visits])
    assert joint.statistic == pytest.approx(squared * (15 - 4) / (4 * 14), rel=1e-8)
    assert (joint.numerator, joint.denominator) == (4, pytest.approx(11, rel=1e-7))


def test_compound_symmetry_on_complete_data_is_the_repeated_measures_analysis_of_variance() -> None:
    """The F test of no difference between visits has the mean squares of the classical table."""
    data = made(12, 4, 0)
    values = data["table"]
    model = fitted(data, structure="compound symmetry", fall_back=False)
    by_visit, by_subject = values.mean(axis=0), values.mean(axis=1)
    between = 12 * np.sum((by_visit - values.mean()) ** 2) / 3
    rest = values - by_visit - by_subject[:, None] + values.mean()
    within = np.sum(rest**2) / (3 * 11)
    joint = model.joint([{(None, f"V{place}"): 1.0, (None, "V0"): -1.0} for place in (1, 2, 3)])
    assert joint.statistic == pytest.approx(between / within, rel=1e-7)
    assert joint.denominator == pytest.approx(33, rel=1e-6)


def test_the_variants_differ_where_values_are_missing() -> None:
    """One degree of freedom for all three, two standard errors, three names."""
    data = made(14, 4, 0.3, seed=4)
    found = [
        fitted(data, degrees_of_freedom=method).mean("V3")
        for method in ("kenward-roger", "kenward-roger-linear", "satterthwaite")
    ]
    errors = [each.error for each in found if not isinstance(each, NotEstimable)]
    assert len(set(errors)) == 3
    assert {each.estimate.method for each in found if not isinstance(each, NotEstimable)} == {
        "MMRM, Kenward-Roger",
        "MMRM, Kenward-Roger (linear)",
        "MMRM, Satterthwaite",
    }
    assert len({round(each.estimate.value, 10) for each in found if not isinstance(each, NotEstimable)}) == 1


def test_a_structure_that_cannot_be_fitted_gives_way_with_words() -> None:
    """Three subjects cannot have six variances and correlations; what was fitted instead is named."""
    data = made(3, 4, 0)
    model = fitted(data)
    assert model.structure != "unstructured"
    assert model.words[0].startswith("unstructured covariance: ")
    assert model.words[-1] == f"{model.structure} covariance fitted"
    alone = mmrm(data["values"], data["subjects"], data["visits"], model=Model(fall_back=False))
    assert isinstance(alone, NotEstimable)


@pytest.mark.parametrize(
    ("values", "subjects", "visits", "reason"),
    [
        ([1.0, 2.0], ["S1", "S1"], ["a", "b"], "at least two"),
        ([1.0, 2.0], ["S1", "S2"], ["a", "b"], "too few values"),
        ([3.0] * 8, list("ABCDABCD"), list("aaaabbbb"), "singular"),
    ],
)
def test_what_has_no_model_says_why(
    values: list[float], subjects: list[str], visits: list[str], reason: str
) -> None:
    """One subject, as many means as values, everything equal: a reason, never an exception."""
    found = mmrm(values, subjects, visits)
    assert isinstance(found, NotEstimable)
    assert reason in found.reason


def test_a_covariate_that_is_the_same_for_everybody_is_named() -> None:
    """It has no slope."""
    data = made(8, 2, 0)
    covariates = {"base": [1.0] * len(data["values"])}
    found = mmrm(data["values"], data["subjects"], data["visits"], covariates=covariates)
    assert found == NotEstimable("base is the same for everybody")


def test_two_values_of_a_subject_at_one_visit_are_no_data_for_a_model() -> None:
    """Which of them counts is for the analysis to say."""
    with pytest.raises(ValueError, match="two values at visit"):
        mmrm([1.0, 2.0, 3.0, 4.0, 2.5], ["A", "A", "B", "B", "C"], ["x", "x", "x", "y", "y"])


def test_order_of_rows_scale_and_shift_change_nothing_else() -> None:
    """Rows in any order; values in another unit scale estimate and error, and leave t and df as they are."""
    data = made(14, 3, 0.2)
    first = fitted(data).mean("V2")
    order = np.random.default_rng(2).permutation(len(data["values"]))
    start = sorted(order, key=lambda place: (data["visits"][place], place))
    shuffled = {name: [data[name][place] for place in start] for name in ("values", "subjects", "visits")}
    scaled = {**shuffled, "values": [10 * value for value in shuffled["values"]]}
    for again, factor in ((fitted(shuffled).mean("V2"), 1), (fitted(scaled).mean("V2"), 10)):
        assert not isinstance(first, NotEstimable)
        assert not isinstance(again, NotEstimable)
        assert again.estimate.value == pytest.approx(factor * first.estimate.value, rel=1e-7)
        assert again.error == pytest.approx(factor * first.error, rel=1e-7)
        assert again.test.degrees_of_freedom == pytest.approx(first.test.degrees_of_freedom, rel=1e-6)
