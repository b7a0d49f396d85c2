"""The sections of results: each analysis of the protocol as its tables, with figures and warnings beside."""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.protocol.analyses import Analysis
from trialwright.protocol.study import Study
from trialwright.report.chapters import Chapter, chapters_of
from trialwright.report.choice_words import with_choice
from trialwright.report.figures.drawing import Picture
from trialwright.report.laying_out import lay_out
from trialwright.report.layout import layouts_of
from trialwright.report.listing import lay_out_listing
from trialwright.report.naming import StudyNames
from trialwright.report.page import Block, Section, note, picture, sentence, table
from trialwright.report.picturing import (
    course_pictures,
    events_picture,
    funnel_picture,
    proportions_picture,
    recruitment_picture,
)
from trialwright.report.picturing_people import PEOPLE
from trialwright.report.profiles import profile_pictures
from trialwright.report.result_book import ResultBook
from trialwright.report.subject_lines import Frames

ONE_ARM = note(
    "One arm estimates a change, not an effect.",
    (
        "Nobody was treated otherwise, so a change from baseline may come from the product, from time, from "
        "care in a study, or from regression to the mean: people chosen for a high value tend to have a "
        "lower one the next time."
    ),
)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything the sections of results are made from."""

    study: Study
    results: ResultBook
    frames: Frames
    listings: Frames
    names: StudyNames
    level: str


def result_sections(material: Material) -> tuple[Section, ...]:
    """A section for each chapter of the protocol's analyses, in the order of the report."""
    return tuple(_section(material, chapter) for chapter in chapters_of(material.study))


def _section(material: Material, chapter: Chapter) -> Section:
    return Section(chapter.id, chapter.title, tuple(chapter_parts(material, chapter)), _lede(chapter))


def chapter_parts(material: Material, chapter: Chapter) -> list[Block]:
    """The tables, figures and warnings of one chapter."""
    parts: list[Block] = []
    if chapter.endpoint is not None and len(material.study.design.arms) == 1:
        parts.append(ONE_ARM)
    for analysis in chapter.analyses:
        parts += [*_figures_before(material, analysis), *_tables(material, analysis)]
        parts += _figures_after(material, analysis)
    return parts


def _lede(chapter: Chapter) -> str:
    endpoint = chapter.endpoint
    return f"{endpoint.level.capitalize()} endpoint, {endpoint.time_frame}." if endpoint else ""


def _tables(material: Material, analysis: Analysis) -> list[Block]:
    rows = material.results.of(analysis.id)
    if not rows:
        return [sentence(f"{analysis.title}: not computed.")]
    listing = material.listings.get(analysis.id, material.listings.get(analysis.method))
    if listing is not None:
        study_id = material.study.study.id
        return [table(lay_out_listing(f"listing-{analysis.id}", analysis.title, listing, study_id))]
    made = [
        with_choice(
            lay_out(
                f"table-{analysis.id}-{number}",
                analysis.title,
                layout,
                rows,
                material.names,
                material.level,
            ),
            analysis,
        )
        for number, layout in enumerate(layouts_of(analysis.method), start=1)
    ]
    filled = [table(one) for one in made if one.rows]
    return filled or [sentence(f"{analysis.title}: its results stand in results.json only.")]


def _figures_before(material: Material, analysis: Analysis) -> list[Block]:
    if analysis.method == "screening_funnel" and not analysis.where:
        flow = funnel_picture(material.study, material.results, material.names)
        return [*_drawn(flow), *_drawn(recruitment_picture(material.study, material.frames))]
    return []


def _figures_after(material: Material, analysis: Analysis) -> list[Block]:
    flag = next((one.flag for one in material.study.populations if one.id == analysis.population), "")
    rows = material.results.of(analysis.id)
    whole = not (analysis.where or analysis.grouping)  # a drawing of records shows the population by arm
    if analysis.method == "ae_overview" and whole:
        return _drawn(events_picture(material.frames, flag))
    if analysis.method == "geometric_by_visit" and whole:
        drawn = course_pictures(material.study, material.frames, rows, material.names, flag)
        return [picture(one) for one in drawn]
    if analysis.method == "patient_profiles":
        return _profiles(material, analysis)
    if analysis.method in PEOPLE:
        return [picture(one) for one in PEOPLE[analysis.method](analysis, rows, material.names)]
    if analysis.method == "binary_endpoint":
        return _drawn(proportions_picture(analysis, material.results.of(analysis.id), material.names))
    return []


def _profiles(material: Material, analysis: Analysis) -> list[Block]:
    rows = material.results.of(analysis.id)
    pictures = [picture(one) for one in profile_pictures(material.study, analysis, material.frames, rows)]
    subjects = len({row.category for row in rows if row.category})
    if subjects > len(pictures):
        told = f"Drawn are the {len(pictures)} of {subjects} subjects with the most adverse events."
        return [sentence(told), *pictures]
    return list(pictures)


def _drawn(found: Picture | None) -> list[Block]:
    return [] if found is None else [picture(found)]
