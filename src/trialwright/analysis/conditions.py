"""The conditions of an analysis: which rows of a data set they leave in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from trialwright.errors import Problem, TrialwrightError
from trialwright.protocol.analyses import Comparator, Condition


class ConditionError(TrialwrightError):
    """A condition, or a grouping, does not fit the data set it is about."""


_COMPARED: Mapping[Comparator, Callable[[pl.Expr, list[Any]], pl.Expr]] = {
    "EQ": lambda column, values: column == values[0],
    "NE": lambda column, values: column != values[0],
    "LT": lambda column, values: column < values[0],
    "LE": lambda column, values: column <= values[0],
    "GT": lambda column, values: column > values[0],
    "GE": lambda column, values: column >= values[0],
    "IN": lambda column, values: column.is_in(values),
    "NOTIN": lambda column, values: ~column.is_in(values),
}
_BY_SIZE = frozenset({"LT", "LE", "GT", "GE"})


def holding(frame: pl.DataFrame, conditions: Sequence[Condition], dataset: str) -> pl.Series:
    """By row whether every condition on this data set holds; null where a value that one asks is missing.

    Raises ConditionError (TW-520 for a variable that is not there, TW-521 for a value of another kind).
    """
    found = pl.lit(value=True)
    for condition in conditions:
        if condition.dataset == dataset:
            found &= _holds(frame, condition)
    return frame.select(pl.repeat(value=True, n=pl.len()) & found).to_series()


def column_of(frame: pl.DataFrame, variable: str, dataset: str) -> pl.Series:
    """The column of a variable that the plan names. Raises ConditionError (TW-520)."""
    if variable not in frame.columns:
        sentence = f"{variable} is asked by the plan and is not there; name one of its variables"
        raise ConditionError(Problem("TW-520", sentence, dataset))
    return frame[variable]


def _holds(frame: pl.DataFrame, condition: Condition) -> pl.Expr:
    column = column_of(frame, condition.variable, condition.dataset)
    values = [_read(value, column.dtype, condition) for value in condition.values]
    return _COMPARED[condition.comparator](pl.col(condition.variable), values)


def _read(text: str, kind: pl.DataType, condition: Condition) -> Any:
    try:
        if kind.is_numeric():
            return float(text)
        if kind == pl.Date:
            return date.fromisoformat(text)
    except ValueError:
        raise _unfit(condition, f"'{text}' is no {'number' if kind.is_numeric() else 'date'}") from None
    if condition.comparator in _BY_SIZE:
        raise _unfit(condition, "it holds text, which has no size")
    return text


def _unfit(condition: Condition, why: str) -> ConditionError:
    asked = f"{condition.variable} {condition.comparator} {', '.join(condition.values)}"
    return ConditionError(Problem("TW-521", f"{asked}: {why}; correct the condition", condition.dataset))
