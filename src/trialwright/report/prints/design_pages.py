"""The properties of a study as it is planned: two pages of tables and lines, out of the protocol alone."""

from __future__ import annotations

from fractions import Fraction
from math import exp

from trialwright.analysis.planning.properties import (
    EventsSeen,
    RateLimits,
    boundary_properties,
    change_properties,
    events_seen,
    expected_regression,
    rate_limits,
    spread_of,
)
from trialwright.analysis.statistics.estimate import Estimate, NotEstimable
from trialwright.protocol.fingerprint import fingerprint
from trialwright.protocol.plan import Boundary
from trialwright.protocol.planning import AssumedChange, AssumedPopulation, Planning
from trialwright.protocol.study import Study
from trialwright.report.figures.chances import draw_chances
from trialwright.report.formatting import format_number
from trialwright.report.prints.pack_pages import Pack, PackFigure, PackPart, PackSection, PackTable, PackText
from trialwright.report.provenance import short

_FINE = 30  # points of a line between two rates


def design_pack(study: Study, planning: Planning) -> Pack:
    """What the study can see and how sure it will be, with every assumption named."""
    level = _level(study)
    sections = (
        _events(planning, level),
        *(_boundary(planning, boundary) for boundary in study.safety.boundaries),
        *(_change(study, planning, assumed, level) for assumed in planning.changes),
        *((_regression(study, planning),) if planning.populations else ()),
    )
    prints = fingerprint(study)
    return Pack(
        title="Properties of the study as planned",
        study=f"{study.study.id}: {study.study.short_title}",
        facts=_facts(study, planning),
        sections=sections,
        running=(study.study.id, "Properties as planned", f"protocol {short(prints.data)}"),
        rehearsal="",
        page_of="of",
        contents="Contents",
    )


def _level(study: Study) -> float:
    constant = study.constant("confidence_level")
    return float(constant.value) if constant is not None else 0.95


def _facts(study: Study, planning: Planning) -> tuple[tuple[str, str], ...]:
    facts = [
        ("Design", f"{study.design.type}, masking: {study.design.masking}"),
        ("Registered size", f"{study.design.target_enrolment} subjects"),
        ("Sizes looked at", ", ".join(str(size) for size in planning.subjects)),
        ("Confidence level", f"{100 * _level(study):g} %, two-sided unless said otherwise"),
    ]
    if planning.assumption:
        facts.append(("Basis", planning.assumption))
    return tuple(facts)


def _events(planning: Planning, level: float) -> PackSection:
    seen, sizes = events_seen(planning), planning.subjects
    head = ("True rate", *(f"{least} or more of {size}" for size in sizes for least in (1, 3)))
    rows = tuple(
        (_rate(rate), *(_share(_of(seen, size, rate).at_least[least]) for size in sizes for least in (0, 2)))
        for rate in dict.fromkeys(each.rate for each in seen)
    )
    known = tuple(_known(each) for each in rate_limits(planning, level))
    told = "The chance that at least one subject has an event, by its true rate."
    parts: tuple[PackPart, ...] = (
        PackTable("Chance to see subjects with an event", head, rows, frozenset(range(1, len(head)))),
        PackFigure("", draw_chances(_curves(planning), _rates(planning), "true rate"), told),
        PackTable(
            "What is known of a rate once so many had the event",
            ("Subjects", "With the event", f"{100 * level:g} % limits", "One-sided upper limit"),
            known,
            frozenset({0, 1, 2, 3}),
            "Limits of Clopper and Pearson, exact.",
        ),
    )
    return PackSection("events", "Adverse events", parts)


def _known(each: RateLimits) -> tuple[str, ...]:
    limits = f"{_number(100 * each.lower)} to {_number(100 * each.upper)} %"
    return (str(each.subjects), str(each.events), limits, f"{_number(100 * each.one_sided)} %")


def _of(seen: tuple[EventsSeen, ...], size: int, rate: Fraction) -> EventsSeen:
    return next(each for each in seen if (each.subjects, each.rate) == (size, rate))


def _rates(planning: Planning) -> list[float]:
    return [float(rate) for rate in planning.event_rates]


def _curves(planning: Planning) -> list[tuple[str, list[tuple[float, float]]]]:
    far = max(_rates(planning))
    steps = [far * step / _FINE for step in range(_FINE + 1)]
    return [
        (f"{size} subjects", [(rate, 1 - (1 - rate) ** size) for rate in steps])
        for size in planning.subjects[:3]
    ]


def _boundary(planning: Planning, boundary: Boundary) -> PackSection:
    found = boundary_properties(planning, boundary)
    steps = ", ".join(
        f"{step.stop_at} among {step.first}" + (f" to {step.last}" if step.last > step.first else "")
        for step in boundary.limits
    )
    rows = tuple(
        (_rate(each.rate), f"{_number(100 * each.stops)} %", _number(each.subjects), _number(each.events, 2))
        for each in found
    )
    head = ("True rate", "Chance of stopping", "Subjects until then", "With the event")
    table = PackTable("", head, rows, frozenset(range(len(head))))
    lede = f"{boundary.sense}. Stops at {steps}. Every course of events is enumerated."
    return PackSection(f"boundary-{boundary.id}", f"Stopping boundary {boundary.id}", (table,), lede)


def _change(study: Study, planning: Planning, assumed: AssumedChange, level: float) -> PackSection:
    found = change_properties(planning, assumed, level)
    name = next(each.param for each in study.parameters if each.paramcd == assumed.parameter)
    ratio = assumed.scale == "log"
    head = (
        "Ratio to baseline" if ratio else "Change",
        *(f"Power with {size}" for size in planning.subjects),
    )
    rows = tuple(
        (str(change), *(_power(each.power) for each in found if each.change == change))
        for change in assumed.changes
    )
    widths = {each.subjects: each.half_width for each in found}
    expected = tuple((str(size), _width(width, ratio=ratio)) for size, width in widths.items())
    times = "divided and multiplied by" if ratio else "less and more"
    parts: tuple[PackPart, ...] = (
        PackTable("", head, rows, frozenset(range(len(head))), "Two-sided paired t-test, noncentral t."),
        PackTable(
            "Expected precision",
            ("Subjects", f"Limits are the estimate {times}"),
            expected,
            frozenset({0, 1}),
        ),
    )
    return PackSection(f"change-{assumed.parameter}", f"Change of {name}", parts, _assumed(assumed))


def _assumed(assumed: AssumedChange) -> str:
    spread = spread_of(assumed)
    if assumed.scale == "log":
        ratios = _number(100 * _variation(spread.sd_of_change))
        named = f"coefficient of variation {100 * assumed.variation:g} %, of a ratio to baseline {ratios} %"
    else:
        named = f"SD {assumed.variation}"
    words = f"Assumed: {named}, correlation {assumed.correlation} of the two values of a person."
    return f"{words} {assumed.assumption or ''}".strip()


def _variation(sd: float) -> float:
    return float((exp(sd * sd) - 1) ** 0.5)


def _power(found: Estimate | NotEstimable) -> str:
    return found.reason if isinstance(found, NotEstimable) else f"{_number(100 * found.value)} %"


def _width(found: Estimate | NotEstimable, *, ratio: bool) -> str:
    return found.reason if isinstance(found, NotEstimable) else _number(found.value, 3 if ratio else 2)


_REGRESSION = (
    "People who are taken because a value is high tend to have a lower one the next time. In a study of one "
    "arm this change cannot be told from an effect; the figures say how large it is if the assumptions hold."
)


def _regression(study: Study, planning: Planning) -> PackSection:
    rows = tuple(_chosen(study, each) for each in planning.populations)
    head = ("Chosen by", "In everybody asked", "Taken", "Correlation", "Change without any effect")
    table = PackTable("", head, rows, frozenset({3, 4}))
    basis = tuple(each.assumption for each in planning.populations if each.assumption)
    parts = (table, PackText("", basis))
    return PackSection("regression", "Regression to the mean to expect", parts, _REGRESSION)


def _chosen(study: Study, each: AssumedPopulation) -> tuple[str, ...]:
    found = expected_regression(each)
    limits = [
        f"{words} {value}" for words, value in (("from", each.lower), ("to", each.upper)) if value is not None
    ]
    item = study.items[each.item]
    unit = item.unit or ""
    told = found.reason if isinstance(found, NotEstimable) else f"{_number(found.value, 2)} {unit}"
    return (
        item.label,
        f"mean {each.mean}, SD {each.sd} {unit}",
        " ".join(limits),
        str(each.correlation),
        told,
    )


def _rate(rate: Fraction) -> str:
    return f"{float(100 * rate):g} %"


def _share(chance: Fraction) -> str:
    return f"{format_number(100 * chance, 1)} %"


def _number(value: float, decimals: int = 1) -> str:
    return format_number(value, decimals)
