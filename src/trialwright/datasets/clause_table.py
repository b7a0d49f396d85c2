"""The clauses of a protocol behind results, as one table: analyses, populations, parameters, items."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from trialwright.protocol.clause import Clause
from trialwright.protocol.plan import Parameter
from trialwright.protocol.study import Study

_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "sort": pl.String,
    "id": pl.String,
    "place": pl.String,
    "words": pl.String,
    "assumption": pl.String,
    "items": pl.List(pl.String),
}
_Line = tuple[str, str, str, str, str | None, list[str]]


def clause_table(study: Study) -> pl.DataFrame:
    """One row a clause: its sort and id, its place in the protocol, its words and its assumption.

    ``items`` are the questions of the casebook that a parameter, a derivation or an item comes down to.
    """
    return pl.DataFrame(list(_lines(study)), schema=_SCHEMA, orient="row")


def items_of(study: Study, variable: str) -> tuple[str, ...]:
    """The items that a variable comes down to: itself, or the inputs of its derivation, each once."""
    derivation = study.derivation(variable)
    if derivation is None:
        return (variable,) if variable in study.items else ()
    below = [variable] if derivation.enterable and variable in study.items else []
    for source in derivation.inputs.values():
        below += items_of(study, source)
    return tuple(dict.fromkeys(below))


def _lines(study: Study) -> Iterator[_Line]:
    for analysis in study.analyses:
        yield _line("analysis", analysis.id, f"analyses.{analysis.id}", analysis.title, analysis)
    for population in study.populations:
        words = f"{population.name}: {population.rule}"
        yield _line("population", population.id, f"populations.{population.id}", words, population)
    for endpoint in study.endpoints:
        words = f"{endpoint.title} ({endpoint.level}, {endpoint.time_frame})"
        yield _line("endpoint", endpoint.id, f"endpoints.{endpoint.id}", words, endpoint)
    for parameter in study.parameters:
        place = f"parameters.{parameter.paramcd}"
        items = items_of(study, parameter.variable)
        yield _line("parameter", parameter.paramcd, place, _sense(study, parameter), parameter, items)
    for form in study.forms:
        for item in form.items:
            unit = f" ({item.unit})" if item.unit else ""
            place = f"forms.{form.id}.{item.id}"
            yield _line("item", item.id, place, f"{form.title}: {item.label}{unit}", item, (item.id,))


def _line(
    sort: str, identifier: str, place: str, words: str, clause: Clause, items: tuple[str, ...] = ()
) -> _Line:
    return (sort, identifier, place, words, clause.assumption, list(items))


def _sense(study: Study, parameter: Parameter) -> str:
    derivation = study.derivation(parameter.variable)
    if derivation is None:
        return f"{parameter.param}: the answer to {parameter.variable}"
    inputs = ", ".join(f"{name} = {source}" for name, source in derivation.inputs.items())
    return f"{parameter.param}: {derivation.label} by {derivation.method} of {inputs}"
