"""export-ars and import-ars: the plan and its results as a reporting event, and a plan out of one."""

from __future__ import annotations

from pathlib import Path

import typer

from trialwright.cli.files import write_whole
from trialwright.cli.outcome import DONE, FOUND


def export_event(study_name: str, file: Path, results: Path | None) -> int:
    """Write the reporting event of a study, with the results of an output where one is named."""
    from trialwright.analysis.tracing.opened_output import open_output
    from trialwright.cli.explaining import results_in
    from trialwright.exchange.ars.writing_event import dump_event, reporting_event
    from trialwright.protocol.loading import load_study

    rows = [] if results is None else open_output(results_in(results)).results.to_dicts()
    write_whole(file, dump_event(reporting_event(load_study(study_name), rows)))
    typer.echo(f"Wrote {file} with {len(rows)} results.")
    return DONE


def import_event(file: Path) -> int:
    """Print the analyses of a reporting event for a protocol file; exits 1 where one cannot be run."""
    import yaml

    from trialwright.exchange.ars.reading_event import read_event

    read = read_event(file)
    plain = [each.model_dump(mode="json", exclude_defaults=True) for each in read.analyses]
    typer.echo(yaml.safe_dump({"analyses": plain}, allow_unicode=True, sort_keys=False), nl=False)
    for each in read.not_run:
        typer.echo(f"trialwright: {file}: {each.id} ({each.name}) is not taken over: {each.reason}", err=True)
    return FOUND if read.not_run else DONE
