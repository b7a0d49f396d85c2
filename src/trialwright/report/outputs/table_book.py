"""All tables of one output in their order, numbered, with what they were made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from trialwright.protocol.analyses import Analysis
from trialwright.protocol.study import Study
from trialwright.report.chapters import chapters_of
from trialwright.report.choice_words import with_choice
from trialwright.report.formatting import capital
from trialwright.report.laying_out import lay_out
from trialwright.report.layout import layouts_of
from trialwright.report.listing import lay_out_listing
from trialwright.report.naming import StudyNames
from trialwright.report.result_book import Result, ResultBook
from trialwright.report.table import Table

if TYPE_CHECKING:
    import polars as pl

# What the safety analyses of somebody else's ADaM are called; elsewhere the protocol's titles stand.
_TITLES = {
    "disposition": "Disposition",
    "demographics": "Demographic and baseline characteristics",
    "ae_overview": "Overview of adverse events",
    "ae_by_soc_term": "Adverse events by system organ class and term",
    "ae_by_worst_grade": "Adverse events by worst grade",
    "ae_by_relation": "Adverse events by relation",
    "ae_serious": "Serious adverse events",
    "ae_leading_to_dropout": "Adverse events leading to drop-out",
    "ae_leading_to_death": "Adverse events leading to death",
    "ae_group_comparison": "Comparison between groups",
    "ae_listing": "Listing of adverse events",
}


@dataclass(frozen=True, slots=True)
class NumberedTable:
    """A table with its number and the name under which its files stand."""

    number: int
    name: str
    table: Table

    @property
    def heading(self) -> str:
        """``Table 3: Exposure``."""
        return f"Table {self.number}: {self.table.title}"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the tables were made from, as every page says it: hashes shortened, the moment of the record."""

    study: str
    record: str
    protocol: str
    rehearsal: bool
    made_at: datetime | None

    @property
    def source(self) -> str:
        """``record 9f78..., protocol 1745...``."""
        return f"record {self.record or 'none'}, protocol {self.protocol or 'none'}"


@dataclass(frozen=True, slots=True, eq=False)
class TableBook:
    """Tables, the results they print, and their stamp."""

    tables: tuple[NumberedTable, ...]
    results: ResultBook
    stamp: Stamp


class PlainNames:
    """Codes as they are, for data whose protocol is not at hand."""

    def __call__(self, dimension: str, value: str) -> str:
        """The value itself; what this program calls a category begins with a capital."""
        return capital(value) if dimension == "category" else value

    def depth(self, dimension: str, value: str) -> int:  # noqa: ARG002 - as names of a protocol ask
        """No value is part of another."""
        return 0


def study_tables(
    study: Study, results: ResultBook, listings: Mapping[str, pl.DataFrame], stamp: Stamp
) -> TableBook:
    """The tables of a study's plan, chapter by chapter as in its report."""
    names, level = StudyNames(study), _level(study)
    found = (
        table
        for chapter in chapters_of(study)
        for analysis in chapter.analyses
        for table in _of_analysis(analysis, results.of(analysis.id), listings, names, level, study.study.id)
    )
    return TableBook(_numbered(found), results, stamp)


def _of_analysis(
    analysis: Analysis,
    rows: Sequence[Result],
    listings: Mapping[str, pl.DataFrame],
    names: StudyNames,
    level: str,
    study_id: str,
) -> Iterator[Table]:
    listing = listings.get(analysis.id, listings.get(analysis.method))
    if listing is not None:
        yield lay_out_listing(analysis.id, analysis.title, listing, study_id)
        return
    for layout in layouts_of(analysis.method):
        yield with_choice(lay_out(analysis.id, analysis.title, layout, rows, names, level), analysis)


def plain_tables(results: ResultBook, listings: Mapping[str, pl.DataFrame], stamp: Stamp) -> TableBook:
    """The tables of results whose protocol is not at hand: the safety analyses of anybody's ADaM."""
    names = PlainNames()
    found: list[Table] = []
    for analysis in dict.fromkeys(row.analysis for row in results):
        rows = results.of(analysis)
        method, title = rows[0].method, _TITLES.get(rows[0].method, analysis)
        if analysis in listings:
            found.append(lay_out_listing(analysis, title, listings[analysis], ""))
            continue
        found += [lay_out(analysis, title, layout, rows, names, "95\u202f%") for layout in layouts_of(method)]
    return TableBook(_numbered(found), results, stamp)


def _numbered(tables: Iterable[Table]) -> tuple[NumberedTable, ...]:
    """Tables with rows, numbered; a second one of an analysis bears ``-2`` in its name."""
    seen: dict[str, int] = {}
    found: list[NumberedTable] = []
    for table in tables:
        if table.rows:
            seen[table.id] = seen.get(table.id, 0) + 1
            name = table.id if seen[table.id] == 1 else f"{table.id}-{seen[table.id]}"
            found.append(NumberedTable(len(found) + 1, name, table))
    return tuple(found)


def _level(study: Study) -> str:
    constant = study.constant("confidence_level")
    return f"{float(constant.value) * 100:g}\u202f%" if constant else "95\u202f%"
