"""Questions about populations, endpoints, safety rules, and analyses."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from trialwright.clinical.stopping import BoundaryError
from trialwright.protocol.analyses import Analysis
from trialwright.protocol.method_options import OPTIONS, datasets_of, intervals_of
from trialwright.protocol.plan import Endpoint
from trialwright.protocol.study import Study
from trialwright.protocol.suggesting import absent
from trialwright.protocol.yaml_reading import Location

Found = Iterator[tuple[str, str, Location]]

_NEED_PARAMETERS = {
    "geometric_by_visit",
    "geometric_change",
    "mmrm_change",
    "imputed_change",
    "continuous_summary",
    "binary_endpoint",
    "individual_change",
    "category_by_visit",
    "range_shift",
    "grade_shift",
    "liver_peaks",
}


def names_that_lead_nowhere(study: Study) -> Found:
    """Analyses name populations, endpoints, parameters and visits; parameters name variables."""
    known = {
        "population": {part.id for part in study.populations},
        "endpoint": {part.id for part in study.endpoints},
        "visit": {part.id for part in study.visits},
        "parameter": {part.paramcd for part in study.parameters},
        "variable": set(study.items) | {part.id for part in study.derivations},
    }
    for number, product in enumerate(study.design.products):
        at: Location = ("design", "products", number, "weight")
        yield from absent([product.weight] if product.weight else [], "variable", known["variable"], at)
    for number, analysis in enumerate(study.analyses):
        yield from _analysis_names(analysis, ("analyses", number), known)
    for number, parameter in enumerate(study.parameters):
        at = ("parameters", number)
        yield from absent([parameter.variable], "variable", known["variable"], (*at, "variable"))
        if parameter.baseline:
            yield from absent(parameter.baseline.visits, "visit", known["visit"], (*at, "baseline"))
    for number, endpoint in enumerate(study.endpoints):
        yield from absent(endpoint.visits, "visit", known["visit"], ("endpoints", number, "visits"))
    for number, estimand in enumerate(study.estimands):
        yield from absent(
            [estimand.endpoint], "endpoint", known["endpoint"], ("estimands", number, "endpoint")
        )


def _analysis_names(analysis: Analysis, at: Location, known: dict[str, set[str]]) -> Found:
    yield from absent([analysis.population], "population", known["population"], (*at, "population"))
    yield from absent(
        [analysis.endpoint] if analysis.endpoint else [], "endpoint", known["endpoint"], (*at, "endpoint")
    )
    yield from absent(analysis.parameters, "parameter", known["parameter"], (*at, "parameters"))
    limited = [limit.parameter for limit in analysis.limits]
    yield from absent(limited, "parameter", known["parameter"], (*at, "limits"))
    yield from absent(analysis.visits, "visit", known["visit"], (*at, "visits"))


def endpoints_nobody_collects(study: Study) -> Found:
    """Everything an endpoint is measured by is asked on a form, at each visit that the endpoint names."""
    asked = {visit.id: asked_at(study, visit.id) for visit in study.visits}
    for number, endpoint in enumerate(study.endpoints):
        at: Location = ("endpoints", number, "measured_by")
        for measure in endpoint.measured_by:
            if measure != "adverse_events":
                yield from _uncollected(study, endpoint, measure, asked, at)


def _uncollected(
    study: Study, endpoint: Endpoint, measure: str, asked: dict[str, set[str]], at: Location
) -> Found:
    derivation = study.derivation(measure)
    needed = set(derivation.inputs.values()) if derivation else {measure}
    for item in sorted(needed & set(study.items)):
        if not any(item in at_visit for at_visit in asked.values()):
            yield "TW-117", f"endpoint '{endpoint.id}' needs '{item}', which no visit collects", at
        for visit in endpoint.visits:
            if item not in asked[visit]:
                yield (
                    "TW-117",
                    f"endpoint '{endpoint.id}' needs '{item}', which visit '{visit}' does not collect",
                    at,
                )
    for name in sorted(needed - set(study.items)):
        if study.derivation(name) is None and not any(fact.id == name for fact in study.facts):
            yield "TW-117", f"endpoint '{endpoint.id}' is measured by '{name}', which nobody collects", at


def asked_at(study: Study, visit_id: str) -> set[str]:
    """The names of all items on the forms of a visit."""
    visit = study.visit(visit_id)
    forms = [study.form(entry.form) for entry in visit.forms] if visit else []
    return {item.id for form in forms if form for item in form.items}


def analyses_without_what_they_need(study: Study) -> Found:
    """Methods over parameters have some; a binary endpoint says what a response is; endpoints are used."""
    for number, analysis in enumerate(study.analyses):
        at: Location = ("analyses", number)
        if analysis.method in _NEED_PARAMETERS and not analysis.parameters:
            yield "TW-128", f"analysis '{analysis.id}' ({analysis.method}) names no parameters; add them", at
        if analysis.method == "value_limits" and not analysis.limits:
            yield "TW-128", f"analysis '{analysis.id}' names no limits; add 'limits'", at
        for limit in analysis.limits:
            if limit.low is None and limit.high is None:
                sentence = f"the limit of '{limit.parameter}' in analysis '{analysis.id}' has no side"
                yield "TW-128", f"{sentence}; give low or high", (*at, "limits")
        if analysis.method == "binary_endpoint" and not analysis.response:
            yield "TW-128", f"analysis '{analysis.id}' does not say what a response is; add 'response'", at
    analysed = {analysis.endpoint for analysis in study.analyses}
    for number, endpoint in enumerate(study.endpoints):
        if endpoint.id not in analysed:
            yield (
                "TW-128",
                f"endpoint '{endpoint.id}' is analysed nowhere; add an analysis",
                ("endpoints", number),
            )


def analyses_told_what_they_do_not_know(study: Study) -> Found:
    """An analysis names only what its method reads: fields, limits, data sets of conditions."""
    of_parameter = {each.paramcd: each.dataset for each in study.parameters}
    plain = {"id", "title", "method", "population", "endpoint", "registered", "assumption", "open_question"}
    for number, analysis in enumerate(study.analyses):
        at: Location = ("analyses", number)
        said = f"analysis '{analysis.id}' ({analysis.method})"
        for name in sorted(analysis.model_fields_set - plain - OPTIONS[analysis.method]):
            yield "TW-142", f"{said} knows no '{name}'; remove it, or take another method", (*at, name)
        known = intervals_of(analysis.method)
        if analysis.interval and known and analysis.interval not in known:
            sentence = f"{said} knows no limits '{analysis.interval}'; name one of {', '.join(known)}"
            yield "TW-142", sentence, (*at, "interval")
        readable = sorted(datasets_of(analysis, of_parameter))
        for place, condition in enumerate(analysis.where):
            one = condition.comparator not in {"IN", "NOTIN"}
            if condition.dataset not in readable:
                sentence = f"{said} chooses no records of {condition.dataset}; name {' or '.join(readable)}"
                yield "TW-142", sentence, (*at, "where", place)
            elif one and len(condition.values) > 1:
                sentence = f"{said}: {condition.comparator} compares with one value; write IN or NOTIN"
                yield "TW-142", sentence, (*at, "where", place)


def zones_that_are_none(study: Study) -> Found:
    """Time zones are names of the IANA data base."""
    named = [(("design", "sites", n, "zone"), site.zone) for n, site in enumerate(study.design.sites)]
    for at, zone in (*named, (("safety", "sponsor_zone"), study.safety.sponsor_zone)):
        try:
            ZoneInfo(zone)
        except (ValueError, KeyError, OSError):
            yield "TW-134", f"'{zone}' is no time zone; write an IANA name such as Asia/Shanghai", at


def staggers_that_never_apply(study: Study) -> Found:
    """A stagger is about somebody and asks for something."""
    for number, stagger in enumerate(study.safety.staggers):
        at: Location = ("safety", "staggers", number)
        if stagger.first > stagger.last:
            sentence = (
                f"stagger '{stagger.id}' runs from subject {stagger.first} to {stagger.last}: to nobody"
            )
            yield "TW-135", f"{sentence}; exchange the two", (*at, "first")
        if not (stagger.hours or stagger.per_day or stagger.review):
            sentence = f"stagger '{stagger.id}' asks for no hours, no most per day and no review"
            yield "TW-135", f"{sentence}; say one of them, or remove it", at


def boundaries_with_gaps(study: Study) -> Found:
    """The steps of a stopping boundary follow each other without gap and can be reached."""
    for number, boundary in enumerate(study.safety.boundaries):
        at: Location = ("safety", "boundaries", number, "steps")
        if bool(boundary.steps) == (boundary.computed is not None):
            sentence = f"boundary '{boundary.id}' needs its steps, or how they are computed; give one of them"
            yield "TW-125", sentence, at[:-1]
            continue
        try:
            limits = boundary.limits
        except BoundaryError as error:
            yield "TW-125", f"boundary '{boundary.id}' cannot be computed: {error}", (*at[:-1], "computed")
            continue
        if not limits:
            yield "TW-125", f"boundary '{boundary.id}' can never be reached", (*at[:-1], "computed")
        for earlier, later in zip(boundary.steps, boundary.steps[1:], strict=False):
            if later.first != earlier.last + 1:
                sentence = f"boundary '{boundary.id}' goes from {earlier.last} to {later.first} treated"
                yield "TW-125", f"{sentence}; steps must follow each other", at
        for step in boundary.steps:
            if step.first > step.last or step.stop_at > step.last:
                yield "TW-125", f"boundary '{boundary.id}' has a step that can never be reached", at
