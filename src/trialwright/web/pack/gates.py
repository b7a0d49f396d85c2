"""Pack: the stopping boundaries with exact probabilities, and what else holds the study back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import accumulate

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trialwright.clinical.stopping import StoppingBoundary, crossing_from_here, crossing_probability, distance
from trialwright.conduct.evaluable import evaluable_people
from trialwright.conduct.safety_gates import boundary_limit, boundary_reached
from trialwright.protocol.plan import Boundary
from trialwright.report.prints.pack_pages import PackFigure, PackPart, PackSection, PackTable, PackText
from trialwright.web.oversight.gates import earliest_treatment, review_lines
from trialwright.web.pack.drawing import boundary_figure
from trialwright.web.pack.material import Material
from trialwright.web.safety.monitoring import treated_in_order

# True rates at which a boundary that was given step by step is told; a computed one has its own.
_RATES = (Decimal("0.05"), Decimal("0.1"), Decimal("0.2"), Decimal("0.4"))


def boundaries_section(material: Material) -> PackSection:
    """Each boundary: the count against it, how far away it is, and how probable its crossing is."""
    parts: list[PackPart] = []
    for boundary in material.study.safety.boundaries:
        parts += _boundary(material, boundary)
    none = PackText("", (_("The protocol names none."),))
    return PackSection("boundaries", _("Stopping boundaries"), tuple(parts) or (none,))


def _boundary(material: Material, boundary: Boundary) -> list[PackPart]:
    record = material.record
    count = record.counts.get(boundary.id, {}).get("", 0)
    evaluable = evaluable_people(boundary, record, material.at)
    exact = StoppingBoundary.from_steps([(step.first, step.last, step.stop_at) for step in boundary.limits])
    treated = treated_in_order(material.milestones)
    sums = list(
        accumulate(any(boundary.id in event.rules for event in each.events.values()) for each in treated)
    )
    last = max(material.study.design.target_enrolment, len(treated), len(exact.limits))
    told = _("People with the event among the first so many treated; dashed, the count that stops.")
    return [
        PackText(f"{boundary.id}: {boundary.sense}", _sentences(material, boundary, exact, evaluable, count)),
        PackFigure("", boundary_figure(boundary, sums, last), told),
        _chances(boundary, exact, evaluable, count),
    ]


def _sentences(
    material: Material, boundary: Boundary, exact: StoppingBoundary, evaluable: int, count: int
) -> tuple[str, ...]:
    limit = boundary_limit(boundary, evaluable)
    days = boundary.evaluable_days
    rule = (
        _("Evaluable with the event, or without it {days} days after treatment.").format(days=days)
        if days
        else _("Everybody treated is evaluable.")
    )
    now = _("{count} of {evaluable} evaluable people had the event.").format(count=count, evaluable=evaluable)
    stops = (
        _("Now {limit} would stop the study.").format(limit=limit) if limit else _("Nothing stops it yet.")
    )
    return (rule, f"{now} {stops}", _distance(material, boundary, exact, evaluable, count))


def _distance(
    material: Material, boundary: Boundary, exact: StoppingBoundary, evaluable: int, count: int
) -> str:
    if boundary_reached(boundary, material.record, material.at):
        return _("The boundary is reached: nobody more is treated until the board decides.")
    if count in (material.record.overruled.get(boundary.id),) and count:
        return _("The boundary was reached at this count, and the study goes on by a decision in the record.")
    known = min(evaluable, len(exact.limits))
    away = distance(exact, known, min(count, known))
    if away is None:
        return _("It cannot be crossed any more.")
    rest = len(exact.limits) - known
    sentence = ngettext(
        "{away} more person with the event among the next {rest} can stop the study.",
        "{away} more people with the event among the next {rest} can stop the study.",
        away,
    )
    return sentence.format(away=away, rest=rest)


def _chances(boundary: Boundary, exact: StoppingBoundary, evaluable: int, count: int) -> PackTable:
    """At some true rates: the probability to stop as planned, and from here on."""
    rate = boundary.computed.rate if boundary.computed else None
    rates = [each for each in ((rate, 2 * rate, 4 * rate, 8 * rate) if rate else _RATES) if each < 1]
    known = min(evaluable, len(exact.limits))
    rows = tuple(
        (
            f"{100 * each:f}".rstrip("0").rstrip(".") + " %",
            f"{crossing_probability(exact, each):.4f}",
            f"{crossing_from_here(exact, known, min(count, known), each):.4f}",
        )
        for each in rates
    )
    head = (_("True rate of the event"), _("Stops, as planned"), _("Stops from here on, given what was seen"))
    note = _("Exact, by enumeration of all paths; {subjects} subjects are looked at.")
    told = note.format(subjects=len(exact.limits))
    if boundary.computed:
        made = _("It was computed so that it stops with at most {level} at the acceptable rate.")
        told += " " + made.format(level=f"{boundary.computed.level:f}")
    return PackTable("", head, rows, frozenset({1, 2}), told)


def decisions_section(material: Material) -> PackSection:
    """Pauses in force, pausing rules, reviews held and due, and when the next person may be treated."""
    record, safety = material.record, material.study.safety
    head = (_("Rule"), _("Why"))
    pauses = PackTable(_("Pauses in force"), head, tuple(record.pauses.items()), empty=_("None."))
    parts: list[PackPart] = [pauses, _rules(material), _reviews(material)]
    earliest = earliest_treatment(safety, record)
    if earliest:
        told = _("The waiting times let the next person be treated from {moment} on.")
        parts.append(PackText("", (told.format(moment=earliest[:16].replace("T", " ")),)))
    return PackSection("decisions", _("Pauses and reviews"), tuple(parts))


def _rules(material: Material) -> PackTable:
    rows = tuple(
        (rule.id, rule.sense, str(rule.subjects), _people(material.record.counts.get(rule.id, {})))
        for rule in material.study.safety.pauses
    )
    head = (_("Rule"), _("What counts"), _("Pauses at"), _("People so far"))
    return PackTable(_("Pausing rules"), head, rows, frozenset({2}), empty=_("The protocol names none."))


def _people(counts: Mapping[str, int]) -> str:
    """How many people so far, term by term where the rule asks for the same one."""
    told = (f"{number} ({term})" if term else str(number) for term, number in sorted(counts.items()))
    return "; ".join(told) or "0"


def _reviews(material: Material) -> PackTable:
    rows = []
    for line in review_lines(material.study.safety, material.record):
        decision = _(line.decision) if line.decision else _("due") if line.due else _("not due yet")
        rows.append((line.id.replace("_", " "), str(line.after), str(line.days), decision, line.on))
    head = (_("Review"), _("After so many treated"), _("Days"), _("Decision"), _("On"))
    empty = _("The protocol names none.")
    return PackTable(_("Reviews"), head, tuple(rows), frozenset({1, 2}), empty=empty)
