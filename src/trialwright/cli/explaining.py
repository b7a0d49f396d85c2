"""explain and compare: from a printed number to the entries behind it, and from one output to another."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from trialwright.cli.outcome import DONE, FOUND
from trialwright.cli.outputs import RESULTS

if TYPE_CHECKING:
    from trialwright.analysis.tracing.explanation import Explanation


def explain_result(words: str, folder: Path, records: int, *, as_json: bool) -> int:
    """Print everything behind one result; exits 1 where its records do not give its value."""
    from trialwright.analysis.tracing.explanation import explain
    from trialwright.analysis.tracing.finding import find_result
    from trialwright.analysis.tracing.opened_output import open_output
    from trialwright.report.trace_words import explanation_lines

    output = open_output(results_in(folder))
    found = explain(output, find_result(output, words), records)
    lines = [_json(_plain(found))] if as_json else explanation_lines(found)
    for line in lines:
        typer.echo(line)
    return FOUND if found.again.agrees is False else DONE


def compare_folders(first: Path, second: Path, *, as_json: bool) -> int:
    """Print what moved between two outputs and why; exits 1 where anything did."""
    from trialwright.analysis.tracing.comparing import compare_outputs
    from trialwright.analysis.tracing.opened_output import open_output
    from trialwright.report.trace_words import comparison_lines

    found = compare_outputs(open_output(results_in(first)), open_output(results_in(second)))
    lines = [_json(asdict(found))] if as_json else comparison_lines(found)
    for line in lines:
        typer.echo(line)
    return DONE if found.same else FOUND


def results_in(folder: Path) -> Path:
    """The results that a folder means: its own, or those of the study folder it is."""
    from trialwright.analysis.output import MANIFEST

    places = (folder, folder / "out" / RESULTS, folder / RESULTS)
    return next((place for place in places if (place / MANIFEST).is_file()), folder)


def _plain(found: Explanation) -> dict[str, Any]:
    return asdict(found) | {
        side: None if keys is None else {"dataset": keys.dataset, "keys": keys.keys}
        for side, keys in (("numerator", found.numerator), ("denominator", found.denominator))
    }


def _json(found: Any) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False, default=str)
