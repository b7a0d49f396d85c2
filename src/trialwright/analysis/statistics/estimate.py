"""What a statistic may be: an estimate, a p-value, or not estimable with the reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """There is no value; ``reason`` is one sentence that a table can print."""

    reason: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """A point estimate.

    ``lower`` and ``upper`` are confidence limits at ``level``, or None where none were asked for.
    """

    value: float
    lower: float | None = None
    upper: float | None = None
    level: float | None = None
    method: str = ""


@dataclass(frozen=True, slots=True)
class PValue:
    """A two-sided p-value with the test that gave it, its statistic and its degrees of freedom where it has
    them.
    """

    value: float
    method: str
    statistic: float | None = None
    degrees_of_freedom: float | None = None
