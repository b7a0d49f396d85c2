"""verify, export, rebuild, backup, restore: the record itself."""

from __future__ import annotations

from pathlib import Path

import typer

from trialwright.cli.outcome import DONE, FOUND
from trialwright.errors import Problem, TrialwrightError

_NOT_WHOLE = "The record is not whole: "


def verify_record(path: Path, key: str | None, checkpoints: tuple[Path, ...]) -> int:
    """Walk a study's record, or a file that was exported; 1 with the first bad entry."""
    if path.is_dir():
        if key is not None:
            sentence = "--key belongs to an exported record; a study folder is verified with its own key"
            raise TrialwrightError(Problem("TW-904", sentence, str(path)))
        return _verify_study(path, checkpoints)
    from trialwright.record import verify

    arguments = [str(path)]
    arguments += ["--key", key] if key else []
    for checkpoint in checkpoints:
        arguments += ["--checkpoint", str(checkpoint)]
    return verify.main(arguments)


def _verify_study(folder: Path, checkpoints: tuple[Path, ...]) -> int:
    from trialwright.record.export import RecordError
    from trialwright.record.verify import Unreadable, parse_checkpoint
    from trialwright.store import open_study

    try:
        outside = [parse_checkpoint(path.read_text(encoding="utf-8")) for path in checkpoints]
    except (Unreadable, UnicodeDecodeError) as error:
        raise TrialwrightError(Problem("TW-304", f"a checkpoint cannot be read: {error}")) from None
    store = open_study(folder)
    try:
        found = store.verify(outside)
    except RecordError as error:
        for problem in error.problems:
            typer.echo(f"NOT WHOLE: {problem.sentence.removeprefix(_NOT_WHOLE)}")
        return FOUND
    typer.echo(
        f"OK: {found.size} entries, {found.checkpoints} checkpoints, nothing changed since they were written."
    )
    typer.echo(f"head {found.head}")
    typer.echo(f"root {found.root}")
    for redacted, by in found.redactions:
        typer.echo(f"content of entry {redacted} was redacted by entry {by}")
    return DONE


def export_record(folder: Path, output: Path) -> int:
    """Write the record with a fresh checkpoint."""
    from trialwright.store import open_study

    head = open_study(folder).export(output)
    typer.echo(f"Wrote {head.size} entries to {output}; head {head.hash}.")
    return DONE


def rebuild_projection(folder: Path) -> int:
    """Compare the stored state with the entries and mend it where it differs."""
    from trialwright.store import open_study

    differences = open_study(folder).rebuild(repair=True)
    for difference in differences:
        typer.echo(f"{difference.stream}: the stored state differed from its entries and was rebuilt.")
    if not differences:
        typer.echo("The stored state is what the entries say.")
    return FOUND if differences else DONE


def back_up(folder: Path, output: Path) -> int:
    """Copy the study folder while it is in use."""
    from trialwright.store import open_study

    head = open_study(folder).backup(output)
    typer.echo(f"Copied {head.size} entries to {output}; head {head.hash}.")
    return DONE


def bring_back(source: Path, folder: Path) -> int:
    """Restore a backup and say which head it reached."""
    from trialwright.store import restore_study

    head = restore_study(source, folder)
    typer.echo(f"Restored {head.size} entries into {folder}; head {head.hash}.")
    return DONE
