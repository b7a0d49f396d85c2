"""The way back from one record of an analysis: its values, the SDTM rows it came from, the entries behind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from trialwright.analysis.tracing.opened_output import OpenedOutput

_TRACE = ("SRCSEQ", "BASESEQ")
_IDENTIFIERS = ("STUDYID", "DOMAIN", "USUBJID", "TRTP", "TRTPN", "TRTA", "TRTAN")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a record, with its label and its derivation in words."""

    variable: str
    value: str
    label: str = ""
    derivation: str = ""


@dataclass(frozen=True, slots=True)
class Trail:
    """One record: where it stands, what it says, and the records it was derived from, back to SDTM."""

    dataset: str
    key: str
    values: tuple[Value, ...]
    sources: tuple[Trail, ...]
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of the record: who said what, when and why; ``says`` are its answers or its facts.

    ``at`` is the site's local time with its offset, ``clauses`` are the places in the protocol that asked.
    """

    seq: int
    kind: str
    at: str
    author: str
    role: str
    reason: str | None
    says: tuple[str, ...]
    clauses: tuple[str, ...]
    hash: str


def trail_of(output: OpenedOutput, dataset: str, row: int, key: str) -> Trail:
    """The trail of the record in a row of a data set."""
    frame = output.frame(dataset)
    held = {} if frame is None else frame.row(row, named=True)
    return _trail(output, dataset, key, held, frozenset({(dataset, key)}))


def _trail(
    output: OpenedOutput, dataset: str, key: str, held: Mapping[str, Any], seen: frozenset[tuple[str, str]]
) -> Trail:
    sources = tuple(
        _trail(output, *source, output.record(*source), seen | {source})
        for source in output.sources(dataset, key)
        if source not in seen
    )
    entries = sorted({seq for name in _TRACE for seq in held.get(name) or ()})
    return Trail(dataset, key, tuple(values_of(output, dataset, held)), sources, tuple(entries))


def values_of(output: OpenedOutput, dataset: str, held: Mapping[str, Any]) -> Iterable[Value]:
    """What the record itself says: the columns of its subject, which ADSL repeats on it, stand there."""
    words = output.dictionary(dataset)
    adsl = output.frame("ADSL") if dataset.startswith("AD") and dataset != "ADSL" else None
    repeated = {*_TRACE, *_IDENTIFIERS, *(adsl.columns if adsl is not None else ())}
    for name, value in held.items():
        if value is not None and name not in repeated:
            label, derivation = words.get(name, ("", ""))
            yield Value(name, f"{value:.15g}" if isinstance(value, float) else str(value), label, derivation)


def entries_behind(output: OpenedOutput, trails: Iterable[Trail], items: Iterable[str]) -> list[EntryLine]:
    """The entries behind trails, in order. Of an entry with many answers only those to ``items`` are told,
    where any of them is among them.
    """
    return entry_lines(output, {seq for trail in trails for seq in _all_entries(trail)}, items)


def entry_lines(output: OpenedOutput, wanted: Iterable[int], items: Iterable[str] = ()) -> list[EntryLine]:
    """These entries of the record, in order, each with what it says."""
    table, captured = output.frame("entries"), output.frame("captured")
    if table is None or captured is None:
        return []
    named, asked = sorted(wanted), list(items)
    if not named:
        return []
    answers = captured.filter(pl.col("seq").is_in(named)).partition_by("seq", as_dict=True)
    lines = []
    for row in table.filter(pl.col("seq").is_in(named)).iter_rows(named=True):
        held = answers.get((row["seq"],))
        told = held.filter(pl.col("item").is_in(asked)) if held is not None and asked else None
        lines.append(_line(output, row, told if told is not None and told.height else held))
    return lines


def _all_entries(trail: Trail) -> Iterable[int]:
    yield from trail.entries
    for source in trail.sources:
        yield from _all_entries(source)


def _line(output: OpenedOutput, row: Mapping[str, Any], answers: pl.DataFrame | None) -> EntryLine:
    held = [] if answers is None else answers.to_dicts()
    clauses = (place for each in held for place in _asking(output, each))
    return EntryLine(
        seq=row["seq"],
        kind=row["kind"],
        at=_local(row["at"], row["offset"]),
        author=row["name"],
        role=row["role"],
        reason=row["reason"],
        says=tuple(_answer(each) for each in held) or tuple(_facts(row["payload"])),
        clauses=tuple(dict.fromkeys(clauses)),
        hash=row["hash"],
    )


def _asking(output: OpenedOutput, answer: Mapping[str, Any]) -> Iterable[str]:
    """The place in the protocol of the item that an answer answers, on its form."""
    for clause in output.clauses("item", answer["item"]):
        if clause["place"].split(".")[1] == answer["form"]:
            yield clause["place"]


def _local(at: str, offset: str) -> str:
    """``2026-03-01T08:15:00.000Z`` at ``+08:00`` as ``2026-03-01 16:15:00 +08:00``."""
    sign = -1 if offset[0] == "-" else 1
    hours, _, minutes = offset[1:].partition(":")
    moved = datetime.fromisoformat(at) + sign * timedelta(hours=int(hours), minutes=int(minutes))
    return f"{moved:%Y-%m-%d %H:%M:%S} {offset}"


def _answer(answer: Mapping[str, Any]) -> str:
    value = f"not given: {answer['missing']}" if answer["value"] is None else str(answer["value"])
    unit = f" {answer['unit']}" if answer["unit"] and answer["value"] is not None else ""
    where = f"{answer['visit']} " if answer["visit"] else ""
    replaced = "" if answer["stands"] else " (replaced later)"
    return f"{where}{answer['form']}.{answer['item']} = {value}{unit}{replaced}"


def _facts(payload: str | None) -> Iterable[str]:
    if payload is None:
        yield "content removed"
        return
    for name, value in json.loads(payload).items():
        if isinstance(value, dict | list):
            yield f"{name} = {json.dumps(value, ensure_ascii=False)}"
        elif value is not None:
            yield f"{name} = {value}"
