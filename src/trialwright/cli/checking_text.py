"""check-text: which numbers of a person's own text are backed by the results, and which are not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from trialwright.cli.outcome import DONE, FOUND

if TYPE_CHECKING:
    from trialwright.report.claims.judging import Judged

_WORDS = {"backed": "backed by", "contradicted": "NOT BACKED; the results say", "unknown": "NOT BACKED"}


def check_text_file(file: Path, folder: Path, *, everything: bool, as_json: bool) -> int:
    """Print the numbers that nothing backs, or all of them; exits 1 where there is any."""
    from trialwright.analysis.tracing.opened_output import open_output
    from trialwright.cli.explaining import results_in
    from trialwright.report.claims.judging import judge_text, unbacked
    from trialwright.report.claims.reading import read_text
    from trialwright.report.result_book import open_results
    from trialwright.store import open_study

    text = read_text(file)
    store = open_study(folder)
    results = open_results(open_output(results_in(folder)).results.iter_rows(named=True))
    judged = judge_text(text, store.study, results)
    store.close()
    missing = unbacked(judged)
    shown = judged if everything else missing
    if as_json:
        typer.echo(json.dumps([_plain(each) for each in shown], indent=2, ensure_ascii=False))
    else:
        _tell(shown, len(judged), len(missing))
    return FOUND if missing else DONE


def _tell(shown: Iterable[Judged], all_of_them: int, missing: int) -> None:
    for each in shown:
        for line in _lines(each):
            typer.echo(line)
    backed = all_of_them - missing
    typer.echo(f"{all_of_them} numbers: {backed} backed, {missing} not backed.")


def _lines(each: Judged) -> Iterator[str]:
    claim = each.claim
    facts = "; ".join(f"{float(fact.exact):.6g} ({fact.about}, {fact.name})" for fact in each.facts)
    yield f"line {claim.line}: {claim.text}  {_WORDS[each.verdict]}{' ' if facts else ''}{facts}"
    yield f"    {claim.sentence}"


def _plain(each: Judged) -> dict[str, Any]:
    claim = each.claim
    facts = [{"name": fact.name, "about": fact.about, "value": float(fact.exact)} for fact in each.facts]
    told = {"line": claim.line, "number": claim.text, "kind": claim.kind, "sentence": claim.sentence}
    return {**told, "verdict": each.verdict, "facts": facts}
