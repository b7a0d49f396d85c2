"""The study in plain words, as a person would read it: sections of lines, without any layout."""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.clinical.stopping import StoppingBoundary, crossing_probability
from trialwright.protocol.analyses import Analysis
from trialwright.protocol.design import Intervention, Visit
from trialwright.protocol.disclosure import assumptions_of, open_questions_of
from trialwright.protocol.fingerprint import fingerprint
from trialwright.protocol.plan import Boundary, Stagger
from trialwright.protocol.study import Study


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines; a line is a term and what is said of it (the term may be empty)."""

    title: str
    lines: tuple[tuple[str, str], ...]


def explain_study(study: Study) -> tuple[Section, ...]:
    """The whole study: who, what, when, how it is judged and analysed, and what is assumed or open."""
    sections = (
        _identification(study),
        _treatment(study),
        Section("Criteria", tuple((c.id, f"{c.sense}\n{c.rule}") for c in study.criteria)),
        Section("Visits", tuple((visit.id, _visit(visit)) for visit in study.visits)),
        Section("Forms", tuple((form.id, f"{form.title} ({len(form.items)} items)") for form in study.forms)),
        Section(
            "Derived values",
            tuple((d.id, f"{d.label}: {d.method}{_inputs(d.inputs)}") for d in study.derivations),
        ),
        Section(
            "Constants",
            tuple((c.id, f"{c.value} {c.unit or ''}".strip() + f": {c.sense}") for c in study.constants),
        ),
        _conclusions(study),
        _safety(study),
        Section("Analyses", tuple((a.id, _analysis(a)) for a in study.analyses)),
        Section("Oddities of the registered record", tuple((o.id, o.text) for o in study.oddities)),
        Section("Assumptions", tuple((a.subject, a.text) for a in assumptions_of(study))),
        Section("Open questions", tuple((q.subject, q.text) for q in open_questions_of(study))),
    )
    return tuple(section for section in sections if section.lines)


def _identification(study: Study) -> Section:
    prints = fingerprint(study)
    return Section(
        f"{study.study.id}: {study.study.short_title}",
        (
            ("title", study.study.title),
            ("sponsor", study.study.sponsor),
            ("condition", study.study.condition),
            ("registry", study.study.registry),
            ("protocol version", study.study.protocol_version),
            ("data fingerprint", prints.data),
            ("wording fingerprint", prints.wording),
        ),
    )


def _treatment(study: Study) -> Section:
    design = study.design
    arms = tuple(
        (f"arm {arm.id}", f"{arm.name}: {_given(study.intervention_of(arm))}") for arm in design.arms
    )
    sites = tuple((f"site {site.id}", f"{site.name} ({site.zone})") for site in design.sites)
    return Section(
        "Design",
        (
            ("type", f"{design.type}, masking {design.masking}, {design.target_enrolment} subjects"),
            *arms,
            *sites,
        ),
    )


def _given(part: Intervention) -> str:
    amount = f"{part.amount} {part.amount_unit}, {part.route.lower()}"
    if part.kind == "infusion":
        return f"one infusion of {amount}, in {part.minutes_low} to {part.minutes_high} minutes"
    return f"one dose of {amount}"


def _visit(visit: Visit) -> str:
    when = f"day {visit.day}" if visit.day is not None else "when needed"
    if visit.window:
        when += f", window {visit.window.first} to {visit.window.last} {visit.window.unit}"
    forms = ", ".join(entry.form for entry in visit.forms)
    return f"{visit.name} ({when}, {visit.contact}): {forms or 'no forms'}"


def _inputs(inputs: dict[str, str]) -> str:
    return f" of {', '.join(inputs.values())}" if inputs else ""


def _conclusions(study: Study) -> Section:
    endpoints = tuple(
        (f"{end.level} endpoint", f"{end.title} ({end.time_frame}), measured by {', '.join(end.measured_by)}")
        for end in study.endpoints
    )
    populations = tuple((f"population {p.id}", f"{p.name}: {p.rule}") for p in study.populations)
    estimands = tuple((f"estimand {e.id}", f"{e.variable}; {e.summary}") for e in study.estimands)
    return Section("Endpoints, estimands, populations", (*endpoints, *estimands, *populations))


def _chances(boundary: Boundary) -> str:
    """How a computed boundary came about, and what it does at the acceptable rate and at twice that."""
    how = boundary.computed
    if how is None:
        return ""
    exact = StoppingBoundary.from_steps([(s.first, s.last, s.stop_at) for s in boundary.limits])
    rates = [rate for rate in (how.rate, 2 * how.rate, 4 * how.rate) if rate < 1]
    told = ", ".join(f"{crossing_probability(exact, rate):.3f} at {rate:f}" for rate in rates)
    return f" ({how.shape.replace('_', ' ')}, {how.subjects} subjects; it stops with probability {told})"


def _interval(stagger: Stagger) -> str:
    parts = [f"at least {stagger.hours} h after the one before"] if stagger.hours else []
    parts += [f"at most {stagger.per_day} on one day"] if stagger.per_day else []
    parts += [f"after the review {stagger.review}"] if stagger.review else []
    return ", ".join(parts) or "as soon as the study permits"


def _evaluable(boundary: Boundary) -> str:
    """Who counts among the people that a boundary is looked up for."""
    if boundary.evaluable_days == 0:
        return "; everybody treated is evaluable"
    return f"; evaluable with the event, or {boundary.evaluable_days} days after treatment without it"


def _safety(study: Study) -> Section:
    safety = study.safety
    pauses = tuple(
        (f"pause {p.id}", f"{p.sense}: {p.subjects} subject(s) with {p.event}") for p in safety.pauses
    )
    boundaries = tuple(
        (
            f"boundary {b.id}",
            f"{b.sense}: stop at "
            + ", ".join(f"{step.stop_at} among {step.first}-{step.last} evaluable" for step in b.limits)
            + _chances(b)
            + _evaluable(b),
        )
        for b in safety.boundaries
    )
    staggers = tuple(
        (f"stagger {s.id}", f"subjects {s.first} to {s.last}: {_interval(s)}") for s in safety.staggers
    )
    reviews = tuple((f"review {r.id}", f"after {r.after} treated, at day {r.days}") for r in safety.reviews)
    return Section("Safety", (*pauses, *boundaries, *staggers, *reviews))


def _analysis(analysis: Analysis) -> str:
    over = f" of {', '.join(analysis.parameters)}" if analysis.parameters else ""
    registered = ", registered" if analysis.registered else ""
    return f"{analysis.title}: {analysis.method}{over} in population {analysis.population}{registered}"
