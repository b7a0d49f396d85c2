"""An explanation, and a comparison of outputs, as lines to read in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from trialwright.analysis.results import DIMENSIONS
from trialwright.analysis.tracing.comparing import OutputsCompared, ResultChange
from trialwright.analysis.tracing.explanation import Explanation
from trialwright.analysis.tracing.opened_output import KeySet
from trialwright.analysis.tracing.trail import EntryLine, Trail

_SHORT = 12
_NAMED = 40
_TOLD = 200


def explanation_lines(found: Explanation) -> Iterator[str]:
    """What a result is, the protocol's clauses, who and what is in it, and the entries behind."""
    result = found.result
    yield " | ".join(str(result[name]) for name in DIMENSIONS if result[name])
    yield f"  = {_value(result)}    (result {result['result']})"
    yield f"  {_how(found)}"
    yield from _section("Protocol", (_clause(each) for each in found.clauses))
    for title, keys in (("Numerator", found.numerator), ("Denominator", found.denominator)):
        if keys is not None:
            yield from _section(f"{title} {keys.name}: {members(keys)}", _names(keys))
    shown = len(found.trails)
    more = f" (the first {shown} of {shown + found.left_out})" if found.left_out else ""
    yield from _section(f"Records{more}", (line for trail in found.trails for line in _trail(trail, 0)))
    yield from _section("Entries", (line for entry in found.entries for line in _entry(entry)))
    if found.record_head:
        yield ""
        protocol = (found.protocol or "unknown")[:_SHORT]
        yield f"Made from the record with head {found.record_head[:_SHORT]} under protocol {protocol}."


def members(keys: KeySet) -> str:
    """``3 subjects, 4 records of ADAE``."""
    people = f"{len(keys.subjects)} subject{'' if len(keys.subjects) == 1 else 's'}"
    if keys.dataset in {"ADSL", ""}:
        return f"{people} of ADSL"
    return f"{people}, {len(keys.keys)} record{'' if len(keys.keys) == 1 else 's'} of {keys.dataset}"


def counted_again(found: Explanation) -> str:
    """Whether the records give the printed number."""
    if found.again.value is None:
        return "computed from these records by the method"
    agreement = "the same" if found.again.agrees else "NOT THE SAME: the output contradicts itself"
    return f"counted again from these records: {found.again.value:.10g}, {agreement}"


def _value(result: Any) -> str:
    unit = f" {result['unit']}" if result["unit"] else ""
    return f"no value: {result['reason']}" if result["value"] is None else f"{result['value']:.10g}{unit}"


def _how(found: Explanation) -> str:
    result = found.result
    note = f" ({result['reason']})" if result["reason"] and result["value"] is not None else ""
    return f"{result['method']}{note} over the population {result['population']}; {counted_again(found)}"


def _clause(clause: Any) -> str:
    assumed = f" [assumed: {clause.assumption}]" if clause.assumption else ""
    return f"{clause.place}: {clause.words}{assumed}"


def _names(keys: KeySet) -> Iterator[str]:
    names = keys.keys[:_NAMED]
    more = f" and {len(keys.keys) - _NAMED} more" if len(keys.keys) > _NAMED else ""
    yield f"{', '.join(names)}{more}" if names else "nobody"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    held = list(lines)
    if held:
        yield ""
        yield title
        yield from (f"  {line}" for line in held)


def _trail(trail: Trail, depth: int) -> Iterator[str]:
    """The record with its derivations in words; below it, what it was derived from, in short."""
    space = "  " * depth
    yield f"{space}{'from ' if depth else ''}{trail.dataset} {trail.key}"
    if depth:
        yield f"{space}  {', '.join(f'{value.variable} = {value.value}' for value in trail.values)}"
    else:
        for value in trail.values:
            derivation = f"   {value.derivation}" if value.derivation else ""
            yield f"{space}  {value.variable} = {value.value}{derivation}"
    if trail.entries:
        yield f"{space}  entries {', '.join(str(seq) for seq in trail.entries)}"
    for source in trail.sources:
        yield from _trail(source, depth + 1)


def _entry(entry: EntryLine) -> Iterator[str]:
    yield f"{entry.seq}  {entry.at}  {entry.author} ({entry.role})  {entry.kind}  {entry.hash[:_SHORT]}"
    if entry.reason:
        yield f"    reason: {entry.reason}"
    yield from (f"    {said}" for said in entry.says)
    if entry.clauses:
        yield f"    asked by {', '.join(entry.clauses)}"


def comparison_lines(found: OutputsCompared) -> Iterator[str]:
    """The results that moved, with why; those that rest on a change; the records and the new entries."""
    if found.same:
        yield "The same: no result moved, and none rests on anything that changed."
        return
    for fate in ("moved", "new", "gone", "rests on a change"):
        marked = [each for each in found.results if each.fate == fate]
        yield from _section(f"{fate}: {len(marked)}", _cut(_marked(each) for each in marked))
    yield from _section(f"records: {len(found.records)}", _cut(_record(each) for each in found.records))
    lines = (
        f"{row['seq']}  {row['at']}  {row['name']} ({row['role']})  {row['kind']}"
        + (f"  reason: {row['reason']}" if row["reason"] else "")
        for row in found.entries
    )
    yield from _section(f"entries only in the second: {len(found.entries)}", _cut(lines))


def _cut(lines: Iterable[str]) -> Iterator[str]:
    held = list(lines)
    yield from held[:_TOLD]
    if len(held) > _TOLD:
        yield f"... and {len(held) - _TOLD} more; --json gives all"


def _marked(change: ResultChange) -> str:
    if change.fate == "moved":
        before, after = (
            "nothing" if value is None else f"{value:.10g}" for value in (change.before, change.after)
        )
        values = f": {before} -> {after}"
    else:
        values = ""
    named = [f"{dataset} {key}" for dataset, key in change.because[:3]]
    more = f" and {len(change.because) - 3} more" if len(change.because) > 3 else ""
    because = f"  because of {', '.join(named)}{more}" if named else ""
    return f"{change.result}  {change.about}{values}{because}"


def _record(change: Any) -> str:
    told = ", ".join(f"{name} {before} -> {after}" for name, before, after in change.variables)
    return f"{change.dataset} {change.key}: {change.change}{f' ({told})' if told else ''}"
