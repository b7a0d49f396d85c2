"""dictionary: the dictionaries in a study's folder, from the terminal of whoever holds it."""

from __future__ import annotations

from pathlib import Path

import typer

from trialwright.cli.outcome import DONE


def add(study: Path, source: Path, name: str, version: str | None) -> int:
    """Copy a dictionary's files into the study's folder, checked as a whole, and say what was read."""
    from trialwright.store.dictionaries import add_dictionary
    from trialwright.store.folder import find_folder

    found = add_dictionary(find_folder(study), source, name, version)
    terms, preferred = len(found.lowest), len(found.paths)
    typer.echo(f"{found.name} {found.version}: {terms} lowest level terms, {preferred} preferred terms")
    typer.echo(f"SHA-256 {found.sha256}")
    typer.echo("A data manager or the sponsor adopts it at the coding desk of the site.")
    return DONE


def list_dictionaries(study: Path) -> int:
    """Print each dictionary of the study with its number of terms and its hash."""
    from trialwright.store.dictionaries import dictionary_folders, load_dictionary
    from trialwright.store.folder import find_folder

    folder = find_folder(study)
    for name, version in dictionary_folders(folder):
        known = load_dictionary(folder, name, version).dictionary
        typer.echo(f"{name} {version}  {len(known.lowest)} terms  SHA-256 {known.sha256}")
    if not dictionary_folders(folder):
        typer.echo("The study has no dictionary: trialwright dictionary add STUDY FOLDER --name NAME")
    return DONE
