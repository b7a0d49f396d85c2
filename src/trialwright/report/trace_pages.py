"""The pages behind the numbers: from each analysis to its records, from each subject to the entries."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from trialwright.analysis.results import DIMENSIONS
from trialwright.analysis.tracing.explanation import Explanation, explain
from trialwright.analysis.tracing.opened_output import KeySet, OpenedOutput
from trialwright.analysis.tracing.trail import entry_lines, values_of
from trialwright.report.templating import environment
from trialwright.report.trace_addresses import page_name
from trialwright.report.trace_words import members

# Beyond so many subjects there is no page of each: `trialwright explain` answers for any number.
MOST_SUBJECTS = 300


@dataclass(frozen=True, slots=True)
class Link:
    """Words and where they lead; an empty address leads nowhere."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class RecordShown:
    """One record of a subject: its number in its data set, what it says, comes from, and its entries."""

    number: str
    title: str
    says: str
    sources: tuple[str, ...]
    entries: tuple[int, ...]


def dump_trace(output: OpenedOutput, folder: Path, *, rehearsal: bool) -> None:
    """Write the pages of an output into ``folder``; earlier pages there are replaced as a whole."""
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name, text in _Pages(output, rehearsal).all():
        (part / name).write_text(text, encoding="utf-8", newline="\n")
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


class _Pages:
    def __init__(self, output: OpenedOutput, rehearsal: bool) -> None:
        self._output, self._rehearsal = output, rehearsal
        adsl = output.frame("ADSL")
        people = [] if adsl is None else adsl["USUBJID"].sort().to_list()
        self._subjects = people if len(people) <= MOST_SUBJECTS else []
        self._file_of = {subject: page_name(f"subject-{subject}") for subject in self._subjects}

    def all(self) -> Iterator[tuple[str, str]]:
        """Every page: its file's name and its text."""
        _ = self._output.key_sets  # all of them are asked for, so they are read at once
        analyses = self._output.results["analysis"].unique(maintain_order=True).to_list()
        titles = {name: self._title(name) for name in analyses}
        sheets = [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _SHEETS]
        yield "trace.css", "\n".join(sheets)
        yield "index.html", self._index(titles)
        yield "variables.html", self._variables()
        for name in analyses:
            yield page_name(name), self._analysis(name, titles[name])
        yield from self._subject_pages()

    def _render(self, template: str, title: str, **body: Any) -> str:
        manifest = self._output.manifest
        page = {
            "title": title,
            "study": self._study(),
            "rehearsal": self._rehearsal,
            "head": manifest.get("record_head") or "unknown",
            "protocol": (manifest.get("protocol") or {}).get("data", "unknown"),
            **body,
        }
        return environment().get_template(template).render(page=page)

    def _study(self) -> str:
        adsl = self._output.frame("ADSL")
        named = adsl is not None and "STUDYID" in adsl.columns and adsl.height
        return str(adsl["STUDYID"][0]) if named and adsl is not None else ""

    def _title(self, analysis: str) -> str:
        found = self._output.clauses("analysis", analysis)
        return str(found[0]["words"]) if found else analysis

    def _index(self, titles: dict[str, str]) -> str:
        analyses = [Link(words, page_name(name)) for name, words in titles.items()]
        subjects = [Link(subject, address) for subject, address in self._file_of.items()]
        words = "Behind the numbers"
        return self._render(
            "trace_index.html", words, analyses=analyses, subjects=subjects, most=MOST_SUBJECTS
        )

    def _variables(self) -> str:
        table = self._output.frame("dictionary")
        names = [] if table is None else table["dataset"].unique(maintain_order=True).to_list()
        datasets = [
            (name, [(each, *words) for each, words in self._output.dictionary(name).items()])
            for name in names
        ]
        return self._render("trace_variables.html", "Variables and their derivations", datasets=datasets)

    def _analysis(self, name: str, title: str) -> str:
        rows = self._output.results.filter(pl.col("analysis") == name)["result"]
        found = [explain(self._output, each, records=0) for each in rows]
        sets: dict[str, KeySet] = {}
        for each in found:
            sets |= {keys.name: keys for keys in (each.numerator, each.denominator) if keys is not None}
        return self._render(
            "trace_analysis.html",
            title,
            clauses=list(dict.fromkeys(clause for each in found for clause in each.clauses)),
            results=[_result_line(each) for each in found],
            sets=[
                {"name": keys.name, "words": members(keys), "links": self._links(keys)}
                for keys in sets.values()
            ],
        )

    def _links(self, keys: KeySet) -> list[Link]:
        return [Link(key, self._record_address(keys.dataset, key)) for key in keys.keys]

    def _record_address(self, dataset: str, key: str) -> str:
        subject, _, number = key.partition("|")
        page = self._file_of.get(subject)
        return f"{page}#{dataset}-{number or 1}" if page else ""

    def _subject_pages(self) -> Iterator[tuple[str, str]]:
        parts: dict[str, list[tuple[str, list[RecordShown]]]] = {subject: [] for subject in self._subjects}
        for dataset in _datasets(self._output) if self._subjects else ():
            for subject, records in self._records(dataset):
                parts[subject].append((dataset, records))
        for subject, held in parts.items():
            wanted = {seq for _, records in held for record in records for seq in record.entries}
            body = [{"dataset": dataset, "records": records} for dataset, records in held]
            entries = entry_lines(self._output, wanted)
            text = self._render("trace_subject.html", subject, parts=body, entries=entries)
            yield self._file_of[subject], text

    def _records(self, dataset: str) -> Iterator[tuple[str, list[RecordShown]]]:
        keyed = self._output.keyed(dataset)
        if keyed is None or "USUBJID" not in keyed.columns:
            return
        for (subject,), held in keyed.partition_by("USUBJID", as_dict=True, maintain_order=True).items():
            if subject in self._file_of:
                yield str(subject), [self._record(dataset, row) for row in held.iter_rows(named=True)]

    def _record(self, dataset: str, row: dict[str, Any]) -> RecordShown:
        key = row.pop("_key")
        entries = {seq for name in ("SRCSEQ", "BASESEQ") for seq in row.get(name) or ()}
        sources = tuple(
            f"{source}-{_number(source_key)}" for source, source_key in self._output.sources(dataset, key)
        )
        values = values_of(self._output, dataset, row)
        says = " · ".join(f"{value.variable} {value.value}" for value in values)
        title = _title_of(dataset, row)
        return RecordShown(_number(key), title, says, sources, tuple(sorted(entries)))


# What a record is about, in the first variables of these that it has.
_ABOUT = (("PARAM", "{}TEST", "AEDECOD", "AETERM", "{}TERM", "{}TRT"), ("AVISIT", "VISIT"))
_SAYS = (("AVAL", "{}ORRES"), ("AVALC",), ("{}ORRESU", "AVALU"))


def _title_of(dataset: str, row: dict[str, Any]) -> str:
    """``Hemoglobin, Screening: 131 g/L``; empty for a record that is about no one thing."""
    about = [text for names in _ABOUT if (text := _first(dataset, names, row))]
    says = [text for names in _SAYS if (text := _first(dataset, names, row))]
    return ", ".join(about) + (f": {' '.join(says)}" if about and says else "")


def _first(dataset: str, names: tuple[str, ...], row: dict[str, Any]) -> str:
    held = (row.get(name.format(dataset)) for name in names)
    value = next((value for value in held if value is not None), "")
    return f"{value:.6g}" if isinstance(value, float) else str(value)


_SHEETS = ("style.css", "trace.css")


def _datasets(output: OpenedOutput) -> list[str]:
    """The analysis data sets first, then the domains behind them."""
    table = output.frame("dictionary")
    names = [] if table is None else table["dataset"].unique(maintain_order=True).to_list()
    return sorted((name for name in names if len(name) <= 4), key=lambda name: not name.startswith("AD"))


def _result_line(found: Explanation) -> dict[str, Any]:
    result = found.result
    value = result["value"]
    words = {None: "", True: "the same", False: "not the same"}
    return {
        "result": result["result"],
        "about": " | ".join(str(result[name]) for name in DIMENSIONS[2:-1] if result[name]) or "all",
        "statistic": result["statistic"],
        "value": result["reason"] or "" if value is None else f"{value:.10g}{_unit(result)}",
        "again": words[found.again.agrees],
        "numerator": None if found.numerator is None else found.numerator.name,
        "denominator": None if found.denominator is None else found.denominator.name,
    }


def _unit(result: Any) -> str:
    return f"\N{NO-BREAK SPACE}{result['unit']}" if result["unit"] else ""


def _number(key: str) -> str:
    return key.partition("|")[2] or "1"
