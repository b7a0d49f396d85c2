"""The mixed model for repeated measures (MMRM): adjusted means by visit, contrasts, and what was fitted.

Mallinckrodt CH, Lane PW, Schnell D, Peng Y, Mancuso JP. Drug Inf J 2008;42:303-319. Values missing at random
need no imputation: every subject with a value takes part.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from trialwright.analysis.statistics.estimate import ModelEstimate, NotEstimable, t_estimate
from trialwright.analysis.statistics.mixed.adjusting import (
    DegreesOfFreedom,
    Inference,
    JointTest,
    infer,
)
from trialwright.analysis.statistics.mixed.covariance import Covariance, Structure
from trialwright.analysis.statistics.mixed.fitting import Fitted, NotFittedError, fit
from trialwright.analysis.statistics.mixed.longitudinal import Array, Longitudinal, gather

# What is fitted instead of a structure that cannot be, in this order.
FALL_BACK: tuple[Structure, ...] = (
    "unstructured",
    "heterogeneous toeplitz",
    "toeplitz",
    "compound symmetry",
)
NAMES: Mapping[DegreesOfFreedom, str] = {
    "kenward-roger": "Kenward-Roger",
    "kenward-roger-linear": "Kenward-Roger (linear)",
    "satterthwaite": "Satterthwaite",
}
Cell = tuple[Hashable, Hashable]


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedMeasures:
    """A fitted model. ``words`` say what was fitted, and which structures could not be and why.

    ``covariance`` is that of the visits, in their order; coefficients are the adjusted means of each group
    at each visit, at the mean of the covariates.
    """

    structure: Structure
    words: tuple[str, ...]
    subjects: int
    observations: int
    visits: tuple[Hashable, ...]
    groups: tuple[Hashable, ...]
    covariance: Array
    log_likelihood: float
    _inference: Inference
    _cells: Mapping[Cell, int]
    _level: float

    def mean(self, visit: Hashable, group: Hashable = None) -> ModelEstimate | NotEstimable:
        """The adjusted (least squares) mean at a visit, of a group where there are several."""
        return self.contrast({(self._group(group), visit): 1.0})

    def difference(
        self, visit: Hashable, group: Hashable, reference: Hashable
    ) -> ModelEstimate | NotEstimable:
        """The adjusted mean of a group less that of another at a visit."""
        return self.contrast({(group, visit): 1.0, (reference, visit): -1.0})

    def contrast(self, weights: Mapping[Cell, float]) -> ModelEstimate | NotEstimable:
        """A weighted sum of adjusted means by (group, visit); ValueError for a cell that is not there."""
        found = self._inference.contrast(self._combination(weights))
        named = f"MMRM, {NAMES[self._inference.method]}"
        return t_estimate(found.estimate, found.error, found.degrees_of_freedom, self._level, named)

    def joint(self, several: Sequence[Mapping[Cell, float]]) -> JointTest:
        """The F test that all these weighted sums are 0."""
        return self._inference.joint(np.stack([self._combination(weights) for weights in several]))

    def _group(self, group: Hashable) -> Hashable:
        return self.groups[0] if group is None and len(self.groups) == 1 else group

    def _combination(self, weights: Mapping[Cell, float]) -> Array:
        combination = np.zeros(len(self._inference.fitted.estimates.beta))
        for cell, weight in weights.items():
            if cell not in self._cells:
                raise ValueError(f"the model has no mean of {cell[0]} at {cell[1]}")
            combination[self._cells[cell]] = weight
        return combination


@dataclass(frozen=True, slots=True)
class Model:
    """What is named in the plan: structure, way of counting degrees of freedom, slopes of covariates.

    ``by_visit`` gives a covariate a slope for each visit; with ``fall_back`` a structure that cannot be
    fitted gives way to the next simpler one.
    """

    structure: Structure = "unstructured"
    degrees_of_freedom: DegreesOfFreedom = "kenward-roger-linear"
    by_visit: bool = False
    fall_back: bool = True
    level: float = 0.95


def mmrm(
    values: Sequence[float],
    subjects: Sequence[Hashable],
    visits: Sequence[Hashable],
    *,
    groups: Sequence[Hashable] | None = None,
    covariates: Mapping[str, Sequence[float]] | None = None,
    model: Model = Model(),
) -> RepeatedMeasures | NotEstimable:
    """Fit a mixed model for repeated measures by restricted maximum likelihood.

    One value a subject and visit; visits and groups stand in the order in which they first come. The model
    has a mean for each group at each visit, and slopes for the covariates, which are centred at their mean
    over subjects. Source: see the module and ``adjusting``. Tolerance: 1e-8 against dense matrices; on
    complete data of one group the linear Kenward-Roger contrast of a visit is the paired t-test. ValueError
    where a subject has two values at one visit.
    """
    order, whose = _levels(visits), _levels(groups or [None] * len(values))
    design = _design(values, subjects, visits, groups, covariates or {}, by_visit=model.by_visit)
    if isinstance(design, NotEstimable):
        return design
    matrix, cells = design
    data = gather(values, matrix, _numbers(subjects), [order[visit] for visit in visits])
    fitted, words = _fitted(data, model)
    if fitted is None:
        return NotEstimable(words[-1])
    return RepeatedMeasures(
        structure=fitted.covariance.name,
        words=words,
        subjects=data.subjects,
        observations=len(values),
        visits=tuple(order),
        groups=tuple(whose),
        covariance=fitted.derived.matrix,
        log_likelihood=fitted.estimates.log_likelihood,
        _inference=infer(fitted, model.degrees_of_freedom),
        _cells=cells,
        _level=model.level,
    )


def _fitted(data: Longitudinal, model: Model) -> tuple[Fitted | None, tuple[str, ...]]:
    """The first structure of the chain that can be fitted, with words of those that could not."""
    simpler = FALL_BACK[FALL_BACK.index(model.structure) + 1 :] if model.structure in FALL_BACK else ()
    chain = (model.structure, *(simpler if model.fall_back else ()))
    words: list[str] = []
    for name in chain:
        try:
            found = fit(data, Covariance(name, data.visits))
        except NotFittedError as error:
            words.append(f"{name} covariance: {error}")
            continue
        return found, (*words, f"{name} covariance fitted")
    return None, tuple(words)


def _levels(values: Sequence[Hashable]) -> dict[Hashable, int]:
    return {value: place for place, value in enumerate(dict.fromkeys(values))}


def _numbers(values: Sequence[Hashable]) -> list[int]:
    places = _levels(values)
    return [places[value] for value in values]


def _design(
    values: Sequence[float],
    subjects: Sequence[Hashable],
    visits: Sequence[Hashable],
    groups: Sequence[Hashable] | None,
    covariates: Mapping[str, Sequence[float]],
    *,
    by_visit: bool,
) -> tuple[Array, Mapping[Cell, int]] | NotEstimable:
    """A column for the mean of each group and visit, and centred columns of covariates."""
    if len(set(subjects)) < 2:
        return NotEstimable(f"{len(set(subjects))} subject: a model needs at least two")
    held = list(zip(groups or [None] * len(values), visits, strict=True))
    cells: dict[Cell, int] = {}
    for cell in held:
        cells.setdefault(cell, len(cells))
    means = np.eye(len(cells))[[cells[cell] for cell in held]]
    columns = [means]
    places = _levels(visits)
    for name, given in covariates.items():
        centred = _centred(given, subjects)
        if np.ptp(centred) == 0:
            return NotEstimable(f"{name} is the same for everybody")
        at = np.eye(len(places))[[places[visit] for visit in visits]]
        columns.append(centred[:, None] * at if by_visit else centred[:, None])
    matrix = np.column_stack(columns)
    if len(values) <= matrix.shape[1] or np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        return NotEstimable("there are too few values for so many means and covariates")
    return matrix, cells


def _centred(given: Sequence[float], subjects: Sequence[Hashable]) -> Array:
    """Less the mean over subjects, each counted once."""
    once = dict(zip(subjects, given, strict=True))
    return np.asarray(given, dtype=float) - float(np.mean(list(once.values())))
