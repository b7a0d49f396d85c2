"""The statistical analysis plan and its table shells: out of the protocol, before there are data."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from trialwright.cli.outcome import run
from trialwright.protocol.fingerprint import fingerprint
from trialwright.protocol.study import Study
from trialwright.report.layout import layouts_of
from trialwright.report.plan.analysis_plan import plan_pack
from trialwright.report.plan.shells import shells_of
from trialwright.report.prints.pack_pages import render_pack_html, render_pack_pdf

MOMENT = datetime(2026, 1, 5, tzinfo=UTC)


def test_every_analysis_of_the_protocol_stands_in_its_plan(default_study: Study, second_study: Study) -> None:
    """With its title, its population, its visits, and the variant that was chosen."""
    for study in (default_study, second_study):
        page = render_pack_html(plan_pack(study), MOMENT)
        for analysis in study.analyses:
            assert analysis.title in page
        assert fingerprint(study).data in page
    page = render_pack_html(plan_pack(default_study), MOMENT)
    for words in (
        "unstructured, kenward-roger-linear",
        "seed 6495437",
        "Week 4, Week 8",
        "ICH E9(R1)",
        "half-up",
    ):
        assert words in page


def test_every_analysis_with_a_table_has_a_shell_with_places_and_no_numbers(default_study: Study) -> None:
    """The heads are those of the real tables; each cell is a place or empty."""
    for analysis in default_study.analyses:
        shells = shells_of(default_study, analysis)
        assert bool(shells) == bool(layouts_of(analysis.method)), analysis.id
        for shell in shells:
            cells = [cell for row in shell.rows for cell in row[1:]]
            assert any("xx" in cell for cell in cells)
            assert not [cell for cell in cells if any(sign.isdigit() for sign in cell)]
            assert all(len(row) == len(shell.head) for row in shell.rows)


def test_shells_of_two_arms_have_a_total(second_study: Study) -> None:
    """Each group with its measures, then the total."""
    overview = next(each for each in second_study.analyses if each.method == "ae_overview")
    (shell,) = shells_of(second_study, overview)
    assert any(head.startswith("Total: ") for head in shell.head)
    for arm in second_study.design.arms:
        assert any(head.startswith(f"{arm.name}: ") for head in shell.head)


def test_the_same_protocol_and_moment_give_the_same_pdf(default_study: Study) -> None:
    """Byte for byte."""
    pack = plan_pack(default_study)
    assert render_pack_pdf(pack, MOMENT) == render_pack_pdf(pack, MOMENT)


def test_plan_writes_both_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the name of a packaged study."""
    assert run(["plan", "nct06495437", "--out", str(tmp_path / "plan")]) == 0
    assert (tmp_path / "plan" / "analysis-plan.pdf").read_bytes().startswith(b"%PDF-")
    assert "Table shells" in (tmp_path / "plan" / "analysis-plan.html").read_text("utf-8")
    assert "Wrote" in capsys.readouterr().out
