"""design: the properties of a study as it is planned, as tables in the terminal and as a two-page PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from trialwright.cli.files import write_whole
from trialwright.cli.outcome import DONE
from trialwright.errors import Problem, TrialwrightError

if TYPE_CHECKING:
    from trialwright.report.prints.pack_pages import Pack, PackTable


def design_study(study_name: str, out: Path | None) -> int:
    """Print the properties, and write them as PDF and HTML where ``out`` names a folder.

    Raises TW-596 for a study without assumptions to compute from.
    """
    from trialwright.protocol.loading import load_study
    from trialwright.report.prints.design_pages import design_pack
    from trialwright.report.prints.pack_pages import render_pack_html, render_pack_pdf

    study = load_study(study_name)
    if study.planning is None:
        sentence = "the protocol has no 'planning'; add the sizes and rates to look at, see docs/planning.md"
        raise TrialwrightError(Problem("TW-596", sentence, study_name))
    pack = design_pack(study, study.planning)
    for line in _lines(pack):
        typer.echo(line)
    if out is not None:
        made = datetime.now(UTC).replace(microsecond=0)
        out.mkdir(parents=True, exist_ok=True)
        write_whole(out / "design.pdf", render_pack_pdf(pack, made))
        write_whole(out / "design.html", render_pack_html(pack, made).encode())
        typer.echo(f"Wrote {out / 'design.pdf'} and {out / 'design.html'}.")
    return DONE


def _lines(pack: Pack) -> Iterator[str]:
    yield pack.study
    for name, text in pack.facts:
        yield f"  {name}: {text}"
    for section in pack.sections:
        yield ""
        yield section.title
        if section.lede:
            yield f"  {section.lede}"
        for part in section.parts:
            if part.kind == "table":
                yield from _table(part)  # type: ignore[arg-type] # a part of kind table is one


def _table(part: PackTable) -> Iterator[str]:
    if part.title:
        yield f"  {part.title}"
    rows = (part.head, *part.rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(part.head))]
    for row in rows:
        cells = (
            text.rjust(width) if column in part.numeric else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        yield f"    {'  '.join(cells)}".rstrip()
