"""check, new, schema: the study as a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from trialwright.cli.outcome import DONE
from trialwright.errors import Problem, TrialwrightError

if TYPE_CHECKING:
    from trialwright.protocol.study import Study


def check_study_folder(study: str, language: str | None, *, quiet: bool) -> int:
    """Print a study, in a language of its texts, and whether it can run; problems come with file and line."""
    from trialwright.cli.languages import read_languages
    from trialwright.protocol.disclosure import assumptions_of, open_questions_of
    from trialwright.protocol.explaining import explain_study
    from trialwright.protocol.loading import load_study

    loaded = load_study(study)
    worked = _judge_worked_persons(loaded, study)
    coverage = read_languages(loaded, study, language)
    if not quiet:
        for section in explain_study(coverage.study):
            _print_section(section.title, section.lines)
    coverage.say(typer.echo)
    counts = f"{len(loaded.criteria)} criteria, {len(loaded.visits)} visits, {len(loaded.forms)} forms"
    disclosed = f"{len(assumptions_of(loaded))} assumptions, {len(open_questions_of(loaded))} open questions"
    if worked:
        typer.echo(f"{worked} worked persons get the verdicts that they must get.")
    typer.echo(f"{loaded.study.id} can run: {counts}; {disclosed}.")
    return DONE


def _judge_worked_persons(loaded: Study, study: str) -> int:
    from trialwright.eligibility.worked_persons import FILE, check_worked_persons
    from trialwright.protocol.loading import find_protocol_folder
    from trialwright.protocol.yaml_reading import read_yaml

    path = find_protocol_folder(study) / FILE
    return check_worked_persons(loaded, read_yaml(path)) if path.is_file() else 0


def _print_section(title: str, lines: tuple[tuple[str, str], ...]) -> None:
    typer.secho(f"\n{title}", bold=True)
    width = min(28, max(len(term) for term, _ in lines))
    for term, text in lines:
        first, *rest = _wrapped(text)
        typer.echo(f"  {typer.style(term.ljust(width), dim=True)}  {first}")
        for line in rest:
            typer.echo(f"  {' ' * width}  {line}")


def _wrapped(text: str) -> list[str]:
    import textwrap

    return [line for part in text.splitlines() for line in textwrap.wrap(part, 92) or [""]] or [""]


def make_study_folder(folder: Path, template: str) -> int:
    """Make the folder with an empty record, and say what to do next."""
    from trialwright.protocol.creating import add_schemas
    from trialwright.protocol.loading import find_protocol_folder, load_study
    from trialwright.store import create_study

    source = find_protocol_folder(template)
    create_study(folder, source, name=load_study(source).study.id)
    add_schemas(folder / "protocol")
    typer.echo(
        f"Made {folder}: edit {folder / 'protocol' / 'protocol.yaml'}, then 'trialwright check {folder}'."
    )
    return DONE


def print_schema(what: str) -> int:
    """Print a schema to standard output."""
    from trialwright.protocol.schema import form_schema, protocol_schema, texts_schema

    schemas = {"protocol": protocol_schema, "form": form_schema, "texts": texts_schema}
    if what not in schemas:
        raise TrialwrightError(
            Problem("TW-109", f"there is no schema of '{what}'; take {', '.join(schemas)}")
        )
    typer.echo(json.dumps(schemas[what](), indent=1))
    return DONE
