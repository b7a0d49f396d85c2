"""The statistical analysis plan as a document: everything that is fixed before anybody looks at data."""

from __future__ import annotations

from trialwright.protocol.analyses import Analysis
from trialwright.protocol.fingerprint import fingerprint
from trialwright.protocol.plan import Estimand
from trialwright.protocol.study import Study
from trialwright.report.choice_words import choice_in_words
from trialwright.report.formatting import capital
from trialwright.report.method_words import methods_in_words
from trialwright.report.plan.shells import shells_of
from trialwright.report.prints.pack_pages import Pack, PackSection, PackTable, PackText
from trialwright.report.provenance import short

_ROUNDING = (
    "Counts and percentages are rounded half-up on exact fractions; a percentage has one decimal. A p-value "
    "has three decimals and is never printed as 0 or 1. Measured values are printed with one decimal more "
    "than they were recorded with, their extremes as recorded. Quantiles are of type 2 (Hyndman and Fan), "
    "the default of SAS, but where an analysis names type 7."
)
_MISSING = (
    "What is missing is missing: nothing is imputed but where an analysis below says so, and the start of an "
    "event that is partly known, with a flag. A value that is only a limit is no number and is counted as "
    "missing, with its reason. What was not collected is said to be so and is not zero."
)
_MULTIPLICITY = (
    "P-values are not adjusted for the number of analyses, visits or parameters, and are read as descriptive."
)


def plan_pack(study: Study) -> Pack:
    """The plan: objectives and estimands, populations, general rules, every analysis, and table shells."""
    prints = fingerprint(study)
    return Pack(
        title="Statistical analysis plan",
        study=f"{study.study.id}: {study.study.title}",
        facts=(
            ("Protocol version", study.study.protocol_version),
            ("Fingerprint of the protocol's data", prints.data),
            ("Design", f"{capital(study.design.type)}, masking: {study.design.masking}"),
            ("Subjects planned", str(study.design.target_enrolment)),
            ("Groups", f"{study.grouping.by}: {study.grouping.reason}"),
        ),
        sections=(
            _objectives(study),
            _populations(study),
            PackSection("general", "3 General rules", _general(study)),
            _analyses(study),
            PackSection("shells", "5 Table shells", _shells(study), "xx stands where a number will be."),
        ),
        running=(study.study.id, "Statistical analysis plan", f"protocol {short(prints.data)}"),
        rehearsal="",
        page_of="of",
        contents="Contents",
    )


def _objectives(study: Study) -> PackSection:
    rows = tuple(
        (capital(each.level), each.title, each.time_frame, ", ".join(each.measured_by))
        for each in study.endpoints
    )
    endpoints = PackTable("Endpoints", ("Level", "Endpoint", "Time frame", "Measured by"), rows)
    estimands = tuple(_estimand(each) for each in study.estimands)
    return PackSection("objectives", "1 Objectives and estimands", (endpoints, *estimands))


def _estimand(estimand: Estimand) -> PackTable:
    rows = (
        ("Treatment", estimand.treatment),
        ("Population", estimand.population),
        ("Variable", estimand.variable),
        *(
            (f"If {each.event}", _strategy(each.strategy, each.sensitivity))
            for each in estimand.intercurrent_events
        ),
        ("Summary", estimand.summary),
    )
    return PackTable(f"Estimand {estimand.id}", ("Attribute (ICH E9(R1))", ""), rows)


def _strategy(strategy: str, sensitivity: str | None) -> str:
    return f"{strategy}; sensitivity: {sensitivity}" if sensitivity else strategy


def _populations(study: Study) -> PackSection:
    rows = tuple((each.name, each.flag, each.rule, each.assumption or "") for each in study.populations)
    table = PackTable("", ("Population", "Flag", "Who belongs to it", "Assumed"), rows)
    return PackSection("populations", "2 Analysis populations", (table,))


def _general(study: Study) -> tuple[PackText | PackTable, ...]:
    constants = tuple(
        (each.id, f"{each.value} {each.unit or ''}".strip(), each.sense) for each in study.constants
    )
    baselines = tuple(
        (each.param, _baseline(study, each.baseline.method, each.baseline.visits))
        for each in study.parameters
        if each.baseline is not None
    )
    return (
        PackText("Rounding", (_ROUNDING,)),
        PackText("Missing values", (_MISSING,)),
        PackText("Multiplicity", (_MULTIPLICITY,)),
        PackTable(
            "Baselines that are not the last value before treatment", ("Parameter", "Baseline"), baselines
        ),
        PackTable("Constants", ("Constant", "Value", "Meaning"), constants),
    )


def _baseline(study: Study, method: str, visits: tuple[str, ...]) -> str:
    names = [visit.name for visit in study.visits if visit.id in visits]
    return f"{method.replace('_', ' ')} of {', '.join(names)}" if names else method.replace("_", " ")


def _analyses(study: Study) -> PackSection:
    rows = tuple(_analysis(study, each) for each in study.analyses)
    table = PackTable("", ("Analysis", "Method", "Population", "Of", "Registered", "Assumed"), rows)
    words = methods_in_words(study.analyses)
    methods = PackTable("Methods", ("Method", "How"), words)
    return PackSection("analyses", "4 Analyses", (table, methods))


def _analysis(study: Study, analysis: Analysis) -> tuple[str, ...]:
    return (
        analysis.title,
        _variant(analysis),
        next(each.name for each in study.populations if each.id == analysis.population),
        _of(study, analysis),
        "yes" if analysis.registered else "no",
        analysis.assumption or "",
    )


def _variant(analysis: Analysis) -> str:
    """The method with the variant that the plan names."""
    method = analysis.method.replace("_", " ")
    if analysis.model is not None:
        return f"{method}: {analysis.model.covariance}, {analysis.model.degrees_of_freedom}"
    if analysis.imputation is not None:
        chosen = analysis.imputation
        factors = ", ".join(str(factor) for factor in chosen.factors)
        return f"{method}: {chosen.data_sets} data sets, seed {chosen.seed}, factors {factors}"
    return method


def _of(study: Study, analysis: Analysis) -> str:
    visits = [visit.name for visit in study.visits if visit.id in analysis.visits]
    over = [", ".join(analysis.parameters), ", ".join(visits), analysis.response or ""]
    named = "; ".join(part for part in over if part)
    return ". ".join(part for part in (named, choice_in_words(analysis)) if part)


def _shells(study: Study) -> tuple[PackTable, ...]:
    return tuple(shell for analysis in study.analyses for shell in shells_of(study, analysis))
