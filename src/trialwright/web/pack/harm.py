"""Pack: adverse events: how many, by term, each of them, and the serious ones in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from trialwright.analysis.statistics.estimate import Estimate
from trialwright.analysis.statistics.proportions import clopper_pearson
from trialwright.analysis.statistics.rounding import percent, round_half_up
from trialwright.conduct.coding import standing_coding
from trialwright.conduct.event_course import since_treatment
from trialwright.conduct.states import SubjectState
from trialwright.report.prints.pack_pages import PackPart, PackSection, PackTable, PackText
from trialwright.web.events.versions import said
from trialwright.web.pack.material import Material
from trialwright.web.safety.case_story import narrative_of
from trialwright.web.safety.monitoring import incidences, treated_in_order

Event = dict[str, Any]
Found = tuple[SubjectState, str, Event]
GRADES = (1, 2, 3, 4, 5, None)


def overview_section(material: Material) -> PackSection:
    """Treatment-emergent events among the treated, exact intervals, each of special interest also at zero."""
    treated = treated_in_order(material.milestones)
    head = (_("Event"), _("People"), _("Of the treated"), _("95 % interval"), _("Events"))
    rows = tuple(
        (_(line.name), str(line.people), line.percent, line.interval, str(line.events))
        for line in incidences(material.study, treated)
    )
    deaths = sum(_is_fatal(event) for _person, _number, event in _events(material))
    note = _("A person counts once in each line. Exact intervals (Clopper-Pearson), {treated} treated.")
    lede = _("Deaths: {deaths}.").format(deaths=deaths)
    table = PackTable("", head, rows, frozenset({1, 2, 3, 4}), note.format(treated=len(treated)))
    return PackSection("overview", _("Treatment-emergent events"), (table,), lede)


def terms_section(material: Material) -> PackSection:
    """People by term and worst grade; coded where coded, otherwise in the words of the report."""
    found: dict[tuple[str, str], dict[str, list[Event]]] = {}
    for person, number, event in _events(material):
        if not _emergent(person, event):
            continue
        found.setdefault(_named(person, number, event), {}).setdefault(person.subject, []).append(event)
    treated = len(material.treated)
    rows = [_term_row(name, people, treated) for name, people in sorted(found.items(), key=_by_people)]
    grades = tuple(_("grade {grade}").format(grade=grade) if grade else _("not graded") for grade in GRADES)
    head = (_("Class"), _("Term"), _("People"), "%", _("95 % interval"), _("Events"), *grades)
    verbatim = sum(standing_coding(person, number) is None for person, number, _event in _events(material))
    note = _("{verbatim} events are not coded and stand in the words of their report.")
    note = note.format(verbatim=verbatim)
    empty = _("No treatment-emergent event was reported.")
    table = PackTable("", head, tuple(rows), frozenset(range(2, len(head))), note if verbatim else "", empty)
    return PackSection("terms", _("Events by term and worst grade"), (table,))


def _term_row(name: tuple[str, str], people: dict[str, list[Event]], treated: int) -> tuple[str, ...]:
    worst = [max((each["grade"] or 0 for each in events), default=0) or None for events in people.values()]
    estimate = clopper_pearson(len(people), treated)
    interval = ""
    if isinstance(estimate, Estimate) and estimate.lower is not None and estimate.upper is not None:
        low, high = (round_half_up(Fraction(bound) * 100, 1) for bound in (estimate.lower, estimate.upper))
        interval = f"{low} – {high}"
    return (
        *(name[0] or "–", name[1], str(len(people)), str(percent(len(people), treated)), interval),
        str(sum(map(len, people.values()))),
        *(str(worst.count(grade)) for grade in GRADES),
    )


def _by_people(item: tuple[tuple[str, str], dict[str, list[Event]]]) -> tuple[int, tuple[str, str]]:
    return -len(item[1]), item[0]


def listing_section(material: Material) -> PackSection:
    """Every event with what matters of it, those since the last review marked; what was set aside, apart."""
    head = (
        *(_("Subject"), _("Event"), _("Term"), _("Start"), _("Day"), _("End"), _("Grade"), _("Serious")),
        *(_("Related"), _("Action"), _("Outcome"), _("Special interest"), _("New")),
    )
    rows = tuple(_line(material, *found) for found in _events(material))
    note = _("New: first reported after the last review, {since}.").format(since=material.since[:10] or "–")
    empty = _("No adverse event was reported.")
    parts: list[PackPart] = [PackTable("", head, rows, frozenset({4, 6}), note, empty)]
    aside = [
        (person.subject, number, each.report["term"], _(each.how), each.into)
        for person in material.people
        for number, each in person.set_aside.items()
    ]
    if aside:
        told = (_("Subject"), _("Event"), _("Term"), _("Standing"), _("Into"))
        parts.append(PackTable(_("Nullified and merged events: counted nowhere"), told, tuple(aside)))
    return PackSection("events", _("All events"), tuple(parts))


def _line(material: Material, person: SubjectState, number: str, event: Event) -> tuple[str, ...]:
    course = since_treatment(person, event)
    asked = ("related", "action", "outcome", "special_interest", "start", "end")
    *told, start, end = (said(material.study, name, event[name]) for name in asked)
    told[0] = told[0] or _("not stated, counts as related")
    new = material.reported.get((person.subject, number), "") > material.since
    return (
        *(
            person.subject,
            number,
            _named(person, number, event)[1],
            start,
        ),
        str(course.days) if course else "–",
        end or "–",
        str(event["grade"] or "–"),
        _("yes") if event["serious"] else _("no") if event["serious"] is False else "–",
        *told,
        _("new") if new else "",
    )


def stories_section(material: Material) -> PackSection:
    """Each serious event and each of special interest, in sentences from entries."""
    parts = []
    for person, number, event in _events(material):
        if not (event["serious"] or event["special_interest"]):
            continue
        story = narrative_of(material.study, person, number, material.lot_of(person), rehearsed=False)
        file = person.safety.get(number)
        sent = [
            _("{kind} report to the {to} on {at}.").format(
                kind=_(each.kind.replace("_", " ")), to=_(each.to), at=each.at[:16].replace("T", " ")
            )
            for each in (file.submissions if file else ())
        ]
        owed = [] if sent or not event["serious"] else [_("No report is recorded yet.")]
        parts.append(PackText(f"{person.subject}, {number}: {event['term']}", (story, *sent, *owed)))
    none = PackText("", (_("No event is serious or of special interest."),))
    return PackSection("stories", _("Serious events and events of special interest"), tuple(parts) or (none,))


def _events(material: Material) -> Iterator[Found]:
    for person in sorted(material.people, key=lambda each: each.subject):
        for number, event in person.events.items():
            yield person, number, event


def _named(person: SubjectState, number: str, event: Event) -> tuple[str, str]:
    """Class and term: of the coding, else of the report."""
    coding = standing_coding(person, number)
    if coding is not None:
        return coding.soc, coding.pt
    return event["soc"] or "", event["decoded_term"] or event["term"]


def _emergent(person: SubjectState, event: Event) -> bool:
    return bool(person.treated_at) and bool(event.get("treatment_emergent"))


def _is_fatal(event: Event) -> bool:
    return event["outcome"] == "fatal" or event["grade"] == 5 or "death" in event["seriousness"]
