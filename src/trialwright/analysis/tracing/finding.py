"""A result found by its id, or by words of what it is about."""

from __future__ import annotations

import polars as pl

from trialwright.analysis.results import DIMENSIONS
from trialwright.analysis.tracing.opened_output import OpenedOutput, TraceError
from trialwright.errors import Problem

_TOLD = 12


def find_result(output: OpenedOutput, words: str) -> str:
    """The id of a result by the id itself, or by a path of what it is about: ``ae_overview/serious/n``.

    Each part of the path must be one of the result's words (analysis, group, class, term, category,
    parameter, visit, statistic), in any letter case. Raises TraceError TW-592 where no result fits, TW-593
    where several do.
    """
    if (output.results["result"] == words).any():
        return words
    fitting = output.results.filter(*(_is_one_of_its_words(part) for part in _parts(words)))
    if not fitting.height:
        raise TraceError(Problem("TW-592", _nothing(words), str(output.folder)))
    if fitting.height > 1:
        raise TraceError(Problem("TW-593", _several(words, fitting), str(output.folder)))
    return str(fitting["result"][0])


def _parts(words: str) -> list[str]:
    return [part.strip().lower() for part in words.split("/") if part.strip()] or [words]


def _is_one_of_its_words(part: str) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).str.to_lowercase() == part for name in DIMENSIONS)


def _nothing(words: str) -> str:
    return f"no result is {words[:120]!r}; give the id of a printed number, or words such as ae_overview/n"


def _several(words: str, fitting: pl.DataFrame) -> str:
    told = [
        f"{row['result']} ({' | '.join(str(row[name]) for name in DIMENSIONS if row[name])})"
        for row in fitting.head(_TOLD).iter_rows(named=True)
    ]
    more = f" and {fitting.height - _TOLD} more" if fitting.height > _TOLD else ""
    return f"{words[:120]!r} fits {fitting.height} results; name one of {'; '.join(told)}{more}"
