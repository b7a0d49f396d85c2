"""print: casebooks and blank forms as PDF. A print of casebooks is noted in the record first (AT-5)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import typer

from trialwright.cli.files import write_whole
from trialwright.cli.outcome import DONE
from trialwright.errors import Problem, TrialwrightError

if TYPE_CHECKING:
    from trialwright.store import StudyStore

_CONSOLE = "console"
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be printed: exactly one of the three."""

    subject: str | None = None
    every: bool = False
    blank: bool = False


def print_study(study: str, wanted: Wanted, output: Path | None, language: str) -> int:
    """Print one casebook, all of them, or the blank forms; TW-904 where not exactly one is asked for."""
    if (wanted.subject is not None) + wanted.every + wanted.blank != 1:
        sentence = "give --subject with a number, --all, or --blank; one of the three"
        raise TrialwrightError(Problem("TW-904", sentence))
    if wanted.blank:
        return _print_blank(study, output, language)
    return _print_casebooks(Path(study), wanted.subject, output, language)


def _print_blank(study: str, output: Path | None, language: str) -> int:
    from trialwright.cli.languages import read_in
    from trialwright.protocol.loading import find_protocol_folder, load_study
    from trialwright.report.prints.blank_crf import render_blank_crf

    loaded = read_in(load_study(study), find_protocol_folder(study), language)
    out = Path(study) / "out"
    target = output or (out if out.is_dir() else Path()) / f"{_UNFIT.sub('_', loaded.study.id)}-blank-crf.pdf"
    _write(target, render_blank_crf(loaded, language))
    return DONE


def _print_casebooks(folder: Path, subject: str | None, output: Path | None, language: str) -> int:
    from trialwright.cli.languages import read_in
    from trialwright.report.prints.casebook import render_casebook
    from trialwright.report.prints.gathering import gather_person, subjects_of
    from trialwright.report.prints.words import Words
    from trialwright.store import open_study

    store = open_study(folder)
    before = store.snapshot()
    Words(language)
    study = read_in(store.study, store.folder.protocol, language)
    subjects = subjects_of(before) if subject is None else (gather_person(before, subject).subject,)
    made_at = datetime.now(UTC).replace(microsecond=0)
    note_print(store, {"casebook": "all" if subject is None else subject}, made_at)
    note, snapshot = store.checkpoint("print", made_at), store.snapshot()
    for each in subjects:
        target = _place(store.folder.out, each, output, single=subject is not None)
        _write(target, render_casebook(study, snapshot, each, note, made_at, language))
    typer.echo(f"Checkpoint of these prints, to be kept elsewhere:\n{note.strip()}")
    return DONE


def _place(out: Path, subject: str, output: Path | None, *, single: bool) -> Path:
    """The file of one casebook: as given, or named after the subject in the folder that is given."""
    if single and output is not None:
        return output
    return (output or out) / f"casebook-{_UNFIT.sub('_', subject)}.pdf"


def note_print(store: StudyStore, what: Mapping[str, str], at: datetime) -> None:
    """An entry that says what left the system on paper, when, on the machine's own account."""
    from trialwright.conduct.answer import Context, Refusal
    from trialwright.conduct.commands import LogAccess
    from trialwright.record.entry import Author
    from trialwright.store import random_salts

    author = Author(_CONSOLE, "Who holds the study folder", "system")
    command = LogAccess(_CONSOLE, "print", what)
    answer = store.execute(command, Context(at, "UTC", author, str(uuid4())), random_salts())
    if isinstance(answer, Refusal):
        raise TrialwrightError(Problem(answer.code, answer.sentence))


def _write(target: Path, pdf: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, pdf)
    typer.echo(f"Wrote {target}.")
