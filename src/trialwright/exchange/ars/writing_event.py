"""A study's plan, with its results where there are any, as a reporting event of ARS 1.0."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trialwright.exchange.ars.vocabulary import (
    CONTEXT,
    EVENT_CONDITIONS,
    GROUPINGS,
    PURPOSES,
    REASONS,
    operations_of,
)
from trialwright.protocol.analyses import Analysis
from trialwright.protocol.fingerprint import fingerprint
from trialwright.protocol.study import Study

Json = dict[str, Any]
_TREATMENT = "group"
# Rows that say something beside the numbers, and are no statistic.
_SAYINGS = frozenset({"warning"})


def reporting_event(study: Study, results: Iterable[Mapping[str, Any]] = ()) -> Json:
    """The reporting event; ``results`` are rows of ``results.json``. Equal arguments give equal objects."""
    by_analysis: dict[str, list[Mapping[str, Any]]] = {}
    found: dict[str, list[str]] = {}
    for row in results:
        if row["statistic"] not in _SAYINGS:
            by_analysis.setdefault(str(row["analysis"]), []).append(row)
            found.setdefault(str(row["method"]), []).append(str(row["statistic"]))
    methods = dict.fromkeys(analysis.method for analysis in study.analyses)
    return {
        "id": study.study.id,
        "name": study.study.title,
        "version": 1,
        "description": f"Protocol data fingerprint {fingerprint(study).data}",
        "mainListOfContents": _contents(study),
        "analysisSets": [_set(study, place) for place in range(len(study.populations))],
        "analysisGroupings": [
            _treatment(study),
            *(_data_grouping(name) for name in GROUPINGS if name != _TREATMENT),
            *(_own_grouping(name) for name in sorted({a.grouping for a in study.analyses if a.grouping})),
        ],
        "dataSubsets": [subset for analysis in study.analyses if (subset := _subset(study, analysis))],
        "methods": [_method(name, found.get(name, ())) for name in methods],
        "analyses": [_analysis(study, each, by_analysis.get(each.id, ())) for each in study.analyses],
    }


def dump_event(event: Json) -> bytes:
    """The event as JSON, in UTF-8."""
    return (json.dumps(event, indent=2, ensure_ascii=False) + "\n").encode()


def _contents(study: Study) -> Json:
    items = [
        {"name": analysis.title, "level": 1, "order": place, "analysisId": analysis.id}
        for place, analysis in enumerate(study.analyses, start=1)
    ]
    return {"name": "Analyses", "label": "Planned analyses", "contentsList": {"listItems": items}}


def _set(study: Study, place: int) -> Json:
    population = study.populations[place]
    return {
        "id": population.id,
        "name": population.name,
        "level": 1,
        "order": place + 1,
        "condition": _condition("ADSL", population.flag, "Y"),
    }


def _condition(dataset: str, variable: str, *values: str) -> Json:
    comparator = "EQ" if len(values) == 1 else "IN"
    return {"dataset": dataset, "variable": variable, "comparator": comparator, "value": list(values)}


def _treatment(study: Study) -> Json:
    dataset, variable = GROUPINGS[_TREATMENT]
    arms = sorted(study.design.arms, key=lambda arm: arm.number)
    groups = [
        {
            "id": arm.id,
            "name": arm.name,
            "level": 1,
            "order": arm.number,
            "condition": _condition(dataset, variable, arm.name),
        }
        for arm in arms
    ]
    return {**_data_grouping(_TREATMENT), "dataDriven": False, "groups": groups}


def _data_grouping(name: str) -> Json:
    dataset, variable = GROUPINGS[name]
    return {
        "id": name,
        "name": name,
        "groupingDataset": dataset,
        "groupingVariable": variable,
        "dataDriven": True,
    }


def _own_grouping(variable: str) -> Json:
    """A grouping that an analysis names itself: a variable of ADSL."""
    name = {"id": f"group_{variable}", "name": variable}
    return {**name, "groupingDataset": "ADSL", "groupingVariable": variable, "dataDriven": True}


def _subset(study: Study, analysis: Analysis) -> Json | None:
    conditions = list(_conditions(study, analysis))
    if not conditions:
        return None
    named = {"id": _subset_id(analysis), "name": f"Records of {analysis.title}", "level": 1, "order": 1}
    if len(conditions) == 1:
        return {**named, "condition": conditions[0]}
    clauses = [
        {"level": 2, "order": place, "condition": condition}
        for place, condition in enumerate(conditions, start=1)
    ]
    return {**named, "compoundExpression": {"logicalOperator": "AND", "whereClauses": clauses}}


def _subset_id(analysis: Analysis) -> str:
    return f"{analysis.id}_records"


def _conditions(study: Study, analysis: Analysis) -> Iterator[Json]:
    dataset = _dataset(study, analysis)
    if analysis.method.startswith("ae_") and analysis.method != "ae_listing":
        yield _condition(dataset, "TRTEMFL", "Y")
        kind = EVENT_CONDITIONS.get(analysis.method)
        if kind is not None:
            yield _condition(dataset, *kind)
    if analysis.parameters:
        yield _condition(dataset, "PARAMCD", *analysis.parameters)
    if analysis.visits:
        names = {visit.id: visit.name for visit in study.visits}
        yield _condition(dataset, "AVISIT", *(names[visit] for visit in analysis.visits))
    for each in analysis.where:
        held = {"dataset": each.dataset, "variable": each.variable, "comparator": each.comparator}
        yield {**held, "value": list(each.values)}


def _dataset(study: Study, analysis: Analysis) -> str:
    if analysis.method.startswith("ae_"):
        return "ADAE"
    if analysis.method == "exposure":
        return "ADEX"
    held = {each.paramcd: each.dataset for each in study.parameters}
    return next((held[name] for name in analysis.parameters if name in held), "ADSL")


def _method(name: str, found: Iterable[str]) -> Json:
    words = name.replace("_", " ")
    operations = [
        {"id": _operation(name, each), "name": each, "label": each.replace("_", " "), "order": place}
        for place, each in enumerate(operations_of(name, found), start=1)
    ]
    return {
        "id": name,
        "name": words,
        "label": words,
        "description": f"{CONTEXT}: {words}",
        "operations": operations,
    }


def _operation(method: str, statistic: str) -> str:
    return f"{method}.{statistic}"


def _analysis(study: Study, analysis: Analysis, rows: Iterable[Mapping[str, Any]]) -> Json:
    level = next((each.level for each in study.endpoints if each.id == analysis.endpoint), None)
    subset = {"dataSubsetId": _subset_id(analysis)} if any(True for _ in _conditions(study, analysis)) else {}
    return {
        "id": analysis.id,
        "name": analysis.title,
        "version": 1,
        **({"description": analysis.assumption} if analysis.assumption else {}),
        "reason": {"controlledTerm": REASONS[analysis.registered]},
        "purpose": {"controlledTerm": PURPOSES[level]},
        "analysisSetId": analysis.population,
        **subset,
        "orderedGroupings": [{"order": 1, "groupingId": _grouping_of(analysis), "resultsByGroup": True}],
        "dataset": _dataset(study, analysis),
        "variable": "AVAL" if analysis.parameters else "USUBJID",
        "methodId": analysis.method,
        "programmingCode": {
            "context": CONTEXT,
            "code": analysis.method,
            "parameters": list(_parameters(analysis)),
        },
        "results": [_result(study, _grouping_of(analysis), row) for row in rows],
    }


def _grouping_of(analysis: Analysis) -> str:
    return f"group_{analysis.grouping}" if analysis.grouping else _TREATMENT


def _parameters(analysis: Analysis) -> Iterator[Json]:
    """Everything of the protocol's analysis that ARS has no place for, by its name in the protocol."""
    held = analysis.model_dump(mode="json", exclude_defaults=True)
    for name, value in held.items():
        texts = value if isinstance(value, list) else [value]
        yield {"name": name, "value": [each if isinstance(each, str) else json.dumps(each) for each in texts]}


def _result(study: Study, grouping: str, row: Mapping[str, Any]) -> Json:
    arms = {arm.name: arm.id for arm in study.design.arms}
    groups = []
    for name in GROUPINGS:
        value = row.get(name)
        if value:
            by = grouping if name == _TREATMENT else name
            known = {"groupId": arms[value]} if by == _TREATMENT and value in arms else {"groupValue": value}
            groups.append({"groupingId": by, **known})
    raw = row["value"]
    return {
        "operationId": _operation(str(row["method"]), str(row["statistic"])),
        "resultGroups": groups,
        "rawValue": "" if raw is None else repr(raw),
        "formattedValue": str(row["reason"] or "") if raw is None else f"{raw:.10g}",
    }
