"""board-pack: the safety board's pack as PDF and HTML, noted in the record before it is written (AT-5)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import typer

from trialwright.cli.files import write_whole
from trialwright.cli.outcome import DONE
from trialwright.errors import Problem, TrialwrightError


def write_board_pack(folder: Path, out: Path | None, at: str | None, language: str) -> int:
    """Write both files beside each other. With ``at`` nothing is noted, so that equal calls give equal files.

    Raises TW-655 for a moment that is none, or one before the newest entry.
    """
    from trialwright.web.site import configure_site

    configure_site()  # before anything that speaks a language
    from django.utils.translation import override

    from trialwright.cli.languages import read_in
    from trialwright.cli.printing import note_print
    from trialwright.report.prints.pack_pages import render_pack_html, render_pack_pdf
    from trialwright.report.prints.words import Words
    from trialwright.store import open_study
    from trialwright.web.pack.assembling import board_pack
    from trialwright.web.pack.material import read_material

    Words(language)
    store = open_study(folder)
    moment = _moment(at) if at else datetime.now(UTC).replace(microsecond=0)
    if at is None:
        note_print(store, {"pack": "pdf, html"}, moment)
    study = read_in(store.study, store.folder.protocol, language)
    with override("zh-hans" if language.startswith("zh") else "en"):
        pack = board_pack(read_material(store, study, moment), "who holds the study folder", language)
        files = {"pdf": render_pack_pdf(pack, moment), "html": render_pack_html(pack, moment).encode()}
    target = out or store.folder.out
    target.mkdir(parents=True, exist_ok=True)
    for kind, content in files.items():
        path = target / f"board-pack-{moment.date()}.{kind}"
        write_whole(path, content)
        typer.echo(f"Wrote {path}.")
    return DONE


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        sentence = f"'{text[:40]}' is no moment with an offset; write one such as 2026-03-01T10:00:00+00:00"
        raise TrialwrightError(Problem("TW-655", sentence, "--at"))
    return found
