"""Questions about design, visits, and windows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from trialwright.protocol.design import Visit, Window
from trialwright.protocol.study import Study
from trialwright.protocol.suggesting import absent
from trialwright.protocol.yaml_reading import Location

Found = Iterator[tuple[str, str, Location]]


def names_that_lead_nowhere(study: Study) -> Found:
    """Arms name interventions, interventions products, visits forms and time points, and so on."""
    interventions = {part.id for part in study.design.interventions}
    products = {part.id for part in study.design.products}
    for number, arm in enumerate(study.design.arms):
        at: Location = ("design", "arms", number, "intervention")
        yield from absent([arm.intervention], "intervention", interventions, at)
    for number, intervention in enumerate(study.design.interventions):
        yield from absent(
            [intervention.product], "product", products, ("design", "interventions", number, "product")
        )
    yield from _visit_forms(study)
    visits = {visit.id for visit in study.visits}
    yield from absent([study.eligibility.visit], "visit", visits, ("eligibility", "visit"))
    if study.eligibility.confirm:
        yield from absent([study.eligibility.confirm], "visit", visits, ("eligibility", "confirm"))
    for number, fact in enumerate(study.facts):
        if fact.source == "visit_date":
            yield from absent([fact.visit or ""], "visit", visits, ("facts", number, "visit"))
    forms = {form.id for form in study.forms}
    yield from absent([study.adverse_event_form], "form", forms, ("adverse_event_form",))
    yield from absent(study.safety.history_forms, "form", forms, ("safety", "history_forms"))


def _visit_forms(study: Study) -> Found:
    forms = {form.id: form for form in study.forms}
    timepoints = {timepoint.id for timepoint in study.timepoints}
    for number, visit in enumerate(study.visits):
        for place, entry in enumerate(visit.forms):
            at: Location = ("visits", number, "forms", place)
            yield from absent([entry.form], "form", set(forms), (*at, "form"))
            for timepoint in entry.timepoints:
                yield from absent([timepoint], "time point", timepoints, (*at, "timepoints"))
            if entry.timepoints and entry.form in forms and not forms[entry.form].repeating:
                sentence = f"form '{entry.form}' has time points at visit '{visit.id}' but does not repeat"
                yield "TW-111", f"{sentence}; set 'repeating: true' on it", at


def windows_that_overlap(study: Study) -> Found:
    """Windows run forward, hold their planned day, and no two visits could both claim a moment."""
    placed = [(number, visit) for number, visit in enumerate(study.visits) if visit.window]
    for number, visit in placed:
        yield from _window_itself(number, visit)
    ordered = sorted(placed, key=lambda pair: _hours(pair[1].window)[0])
    for (_, earlier), (number, later) in itertools.pairwise(ordered):
        if _hours(later.window)[0] < _hours(earlier.window)[1]:
            sentence = f"the windows of visits '{earlier.id}' and '{later.id}' overlap; move one of them"
            yield "TW-115", sentence, ("visits", number, "window")


def _window_itself(number: int, visit: Visit) -> Found:
    first, last = _hours(visit.window)
    at: Location = ("visits", number, "window")
    if first > last:
        yield "TW-115", f"the window of visit '{visit.id}' ends before it begins", at
    elif visit.day is not None and not first <= visit.day * 24 <= last:
        yield "TW-115", f"the window of visit '{visit.id}' does not hold its planned day {visit.day}", at


def _hours(window: Window | None) -> tuple[int, int]:
    """First and last hour of a window; a day counts as its 24 hours at its end."""
    if window is None:
        return (0, 0)
    if window.unit == "hours":
        return window.first, window.last
    return window.first * 24, window.last * 24


def a_design_that_cannot_run(study: Study) -> Found:
    """A screening and a treatment visit, durations for infusions, one arm for single allocation."""
    for kind in ("screening", "treatment"):
        if study.visit_of_kind(kind) is None:
            yield "TW-127", f"no visit is of kind '{kind}'; every study needs one", ("visits",)
    arms = len(study.design.arms)
    if study.design.allocation == "single" and arms > 1:
        yield "TW-126", f"allocation 'single' with {arms} arms; use 'list'", ("design", "allocation")
    if study.grouping.by == "arm" and arms == 1:
        yield "TW-126", "groups are declared by arm but there is one arm; use 'none'", ("grouping", "by")
    for number, part in enumerate(study.design.interventions):
        low, high = part.minutes_low, part.minutes_high
        at: Location = ("design", "interventions", number)
        if part.kind == "infusion" and (low is None or high is None or low > high):
            yield "TW-126", f"infusion '{part.id}' needs minutes_low and minutes_high, in order", at
        if part.kind == "infusion" and part.amount_unit != "mL":
            yield "TW-126", f"infusion '{part.id}' is given in {part.amount_unit}; infusions are in mL", at
