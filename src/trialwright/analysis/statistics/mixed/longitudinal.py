"""Repeated measures reduced to what a model needs: one set of sums for each pattern of visits seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

Array = np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """All subjects who were seen at the same visits.

    ``at`` are the places of the visits, ``subjects`` how many were seen so; ``xx`` [a, b, j, k], ``xy``
    [a, b, j] and ``yy`` [a, b] are the sums over them of products of design rows and values at visits a, b.
    """

    at: Array
    subjects: int
    xx: Array
    xy: Array
    yy: Array

    def residuals(self, beta: Array) -> tuple[Array, Array]:
        """Sums of products of design rows and residuals [a, b, j], and of residuals [a, b]."""
        half = self.xy - np.einsum("abjk,k->abj", self.xx, beta)
        return half, self.yy - np.einsum("baj,j->ab", self.xy, beta) - np.einsum("abj,j->ab", half, beta)


@dataclass(frozen=True, eq=False)
class Longitudinal:
    """Values with their design rows, gathered by subject. Rows stand in the order they were given."""

    patterns: tuple[Pattern, ...]
    visits: int
    coefficients: int
    design: Array
    values: Array

    @cached_property
    def subjects(self) -> int:
        """How many different subjects there are."""
        return sum(pattern.subjects for pattern in self.patterns)


def gather(
    values: Sequence[float], design: Array, subjects: Sequence[int], visits: Sequence[int]
) -> Longitudinal:
    """The sums of each pattern. Raises ValueError where a subject has two values at one visit."""
    y, x = np.asarray(values, dtype=float), np.asarray(design, dtype=float)
    who, when = np.asarray(subjects), np.asarray(visits)
    order = np.lexsort((when, who))
    starts = np.flatnonzero(np.r_[True, who[order][1:] != who[order][:-1]])
    found: dict[tuple[int, ...], list[Array]] = {}
    for rows in np.split(order, starts[1:]):
        seen = tuple(int(visit) for visit in when[rows])
        if len(set(seen)) < len(seen):
            raise ValueError(f"a subject has two values at visit {seen}")
        found.setdefault(seen, []).append(rows)
    patterns = tuple(_pattern(seen, np.stack(rows), x, y) for seen, rows in sorted(found.items()))
    return Longitudinal(patterns, int(when.max()) + 1, x.shape[1], x, y)


def _pattern(seen: tuple[int, ...], rows: Array, x: Array, y: Array) -> Pattern:
    """``rows`` [subject, visit] are the places of the values."""
    held, values = x[rows], y[rows]
    return Pattern(
        at=np.array(seen),
        subjects=len(rows),
        xx=np.einsum("saj,sbk->abjk", held, held),
        xy=np.einsum("saj,sb->abj", held, values),
        yy=np.einsum("sa,sb->ab", values, values),
    )
