"""screen: people against the criteria."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from trialwright.cli.outcome import DONE, FOUND, say_problem
from trialwright.errors import Problem, TrialwrightError

if TYPE_CHECKING:
    from trialwright.eligibility.screening import ScreeningResult

_MARKS = {"met": "met", "not_met": "not met", "unknown": "unknown"}


def screen_file(study: str, people: Path, output: Path | None, *, as_json: bool) -> int:
    """Judge a file of people; findings go to standard error and make the exit status 1."""
    from trialwright.cli.progress import progress_bar
    from trialwright.eligibility.people import load_people
    from trialwright.eligibility.screening import screen_people
    from trialwright.protocol.loading import load_study

    rows = load_people(people)
    with progress_bar("screening") as step:
        result = screen_people(load_study(study), rows, date.today(), step)  # noqa: DTZ011 - the desk's own calendar day
    text = _as_json(result) if as_json or (output and output.suffix == ".json") else _as_text(result)
    if output is None:
        typer.echo(text, nl=False)
    else:
        _write(output, text)
        typer.echo(f"{len(result.people)} people judged, verdicts in {output}.")
    for finding in result.findings:
        where = f"{people.name}, row {finding.row}, column {finding.column}"
        say_problem(Problem(finding.code, finding.sentence, where))
    return FOUND if result.findings else DONE


def _as_json(result: ScreeningResult) -> str:
    return json.dumps(result.as_json(), indent=1, ensure_ascii=False) + "\n"


def _as_text(result: ScreeningResult) -> str:
    lines: list[str] = []
    for each in result.people:
        lines.append(f"{each.person_id}: {each.verdict.overall}")
        for criterion in each.verdict.criteria:
            lines.append(f"  {criterion.id:<4} {_MARKS[criterion.verdict]:<8} {criterion.reason}")
            if criterion.missing:
                lines.append(f"       missing: {', '.join(criterion.missing)}")
        lines.append("")
    return "\n".join(lines) + ("\n" if lines else "")


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    from trialwright.cli.files import write_whole

    try:
        write_whole(path, text)
    except OSError as error:
        sentence = f"the verdicts cannot be written ({(error.strerror or '').lower()}); check the path"
        raise TrialwrightError(Problem("TW-903", sentence, str(path))) from None
