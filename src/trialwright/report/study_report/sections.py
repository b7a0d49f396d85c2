"""The sections of a study report under the numbers of ICH E3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from trialwright.protocol.design import Visit
from trialwright.protocol.fingerprint import Fingerprints
from trialwright.protocol.study import Study
from trialwright.report.back_matter import back_sections
from trialwright.report.chapters import Chapter, chapters_of
from trialwright.report.formatting import capital
from trialwright.report.front_matter import front_sections
from trialwright.report.method_words import methods_in_words
from trialwright.report.page import Block, Section, note, prose
from trialwright.report.provenance import Provenance
from trialwright.report.result_sections import Material, chapter_parts
from trialwright.report.study_report.findings_in_words import told_of
from trialwright.report.study_report.own_texts import OWN_TEXTS
from trialwright.report.table import HeadCell, Part, Row, Table, plain

Texts = Mapping[str, tuple[str, ...]]
# Which chapters of results are about subjects and baseline; an endpoint's own chapter is efficacy, and
# everything else is safety, so that no chapter can be missing.
_SUBJECTS = ("recruitment", "disposition", "deviations")
_BASELINE = ("demographics", "background")


def study_report_sections(
    material: Material, texts: Texts, provenance: Provenance, prints: Fingerprints
) -> tuple[Section, ...]:
    """Synopsis, plan, subjects, efficacy, safety, what a person wrote, and the appendices, in order."""
    chapters = {chapter.id: chapter for chapter in chapters_of(material.study)}
    endpoints = [name for name in chapters if name.startswith("endpoint-")]
    efficacy = (*_BASELINE, *endpoints)
    safety = [name for name in chapters if name not in {*_SUBJECTS, *efficacy}]
    made = [
        _synopsis(material),
        *(_own(name, texts) for name in ("ethics", "investigators", "introduction")),
        *_plan(material.study),
        *_results(material, chapters, "10", "Study subjects", _SUBJECTS),
        *_results(material, chapters, "11", "Efficacy", efficacy),
        *_results(material, chapters, "12", "Safety", safety),
        *(_own(name, texts) for name in ("discussion", "references")),
        *_appendices(material.study, provenance, prints),
    ]
    return tuple(made)


def _synopsis(material: Material) -> Section:
    study = material.study
    interventions = "; ".join(
        f"{each.name}: {each.amount} {each.amount_unit}, {each.route}" for each in study.design.interventions
    )
    facts = (
        ("Title", study.study.title),
        ("Registry", f"{study.study.registry}, {study.study.id}"),
        ("Sponsor", study.study.sponsor),
        ("Condition", study.study.condition),
        ("Design", f"{capital(study.design.type)}, masking: {study.design.masking}"),
        ("Subjects planned", str(study.design.target_enrolment)),
        ("Product, dose, route", interventions),
        *(
            (f"{capital(each.level)} endpoint", f"{each.title}, {each.time_frame}")
            for each in study.endpoints
        ),
    )
    found = [
        prose(sentence)
        for analysis in study.analyses
        if analysis.method in _IN_SYNOPSIS
        for sentence in told_of(material, analysis)
    ]
    return Section("synopsis", "2 Synopsis", (Block("pairs", facts), *found))


_IN_SYNOPSIS = ("screening_funnel", "disposition", "ae_overview", "geometric_change", "binary_endpoint")


def _own(name: str, texts: Texts) -> Section:
    number, title = OWN_TEXTS[name]
    held = texts.get(name)
    if held is None:
        words = (
            f"Not written yet. Put {name}.md into the folder report/ of the study; its numbers are checked."
        )
        return Section(name, f"{number} {title}", (note("", words),))
    return Section(name, f"{number} {title}", tuple(prose((Part(text),)) for text in held))


def _plan(study: Study) -> Iterator[Section]:
    estimands = tuple(
        (estimand.id, f"{estimand.variable}. {estimand.population}. {estimand.summary}")
        for estimand in study.estimands
    )
    objectives = tuple((f"{capital(each.level)}: {each.title}", each.time_frame) for each in study.endpoints)
    yield Section("objectives", "8 Objectives", (Block("pairs", (*objectives, *estimands)),))
    yield Section("design", "9.1 Study design and schedule", (Block("table", _schedule(study)),))
    yield Section("criteria", "9.3 Selection of study population", (Block("table", _criteria(study)),))
    populations = tuple((each.name, each.rule) for each in study.populations)
    methods = methods_in_words(study.analyses)
    yield Section("statistics", "9.7 Statistical methods", (Block("pairs", (*populations, *methods)),))


def _criteria(study: Study) -> Table:
    head = tuple(HeadCell((Part(name),), kind="text") for name in ("Criterion", "Kind", "As registered"))
    rows = tuple(Row(each.id, (plain(each.kind), plain(each.text))) for each in study.criteria)
    return Table("table-criteria", "Registered criteria", (head,), rows)


def _schedule(study: Study) -> Table:
    head = tuple(HeadCell((Part(name),), kind="text") for name in ("Visit", "Day", "Window", "Forms"))
    titles = {form.id: form.title for form in study.forms}
    rows = tuple(
        Row(
            visit.name,
            (
                plain("" if visit.day is None else str(visit.day)),
                plain(_window(visit)),
                plain(", ".join(titles.get(each.form, each.form) for each in visit.forms)),
            ),
        )
        for visit in sorted(study.visits, key=lambda visit: Decimal(visit.number))
    )
    return Table("table-schedule", "Schedule of visits", (head,), rows)


def _window(visit: Visit) -> str:
    window = visit.window
    return "" if window is None else f"{window.first} to {window.last} {window.unit} from treatment"


def _results(
    material: Material, chapters: Mapping[str, Chapter], number: str, title: str, names: Sequence[str]
) -> Iterator[Section]:
    held = [chapters[name] for name in names if name in chapters]
    for place, chapter in enumerate(held, start=1):
        sentences = [prose(each) for analysis in chapter.analyses for each in told_of(material, analysis)]
        heading = f"{number}.{place} {title}: {chapter.title}"
        yield Section(chapter.id, heading, (*sentences, *chapter_parts(material, chapter)))


def _appendices(study: Study, provenance: Provenance, prints: Fingerprints) -> Iterator[Section]:
    parts = (*front_sections(study), *back_sections(study, prints, provenance))
    for place, section in enumerate((each for each in parts if each.id != "methods"), start=1):
        yield Section(section.id, f"16.{place} {section.title}", section.parts, section.lede)
