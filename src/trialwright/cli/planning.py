"""plan: the statistical analysis plan with its table shells, before there are data."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import typer

from trialwright.cli.files import write_whole
from trialwright.cli.outcome import DONE


def write_plan(study_name: str, out: Path) -> int:
    """Write the plan as PDF and HTML. The same protocol gives the same files but for the date of the PDF."""
    from trialwright.protocol.loading import load_study
    from trialwright.report.plan.analysis_plan import plan_pack
    from trialwright.report.prints.pack_pages import render_pack_html, render_pack_pdf

    pack = plan_pack(load_study(study_name))
    made = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    out.mkdir(parents=True, exist_ok=True)
    files = {"pdf": render_pack_pdf(pack, made), "html": render_pack_html(pack, made).encode()}
    for kind, content in files.items():
        write_whole(out / f"analysis-plan.{kind}", content)
        typer.echo(f"Wrote {out / f'analysis-plan.{kind}'}.")
    return DONE
