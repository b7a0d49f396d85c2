"""trialwright safety-report: a serious event as a file, from the study folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from site_stages import SUBJECT, consented, today
from trialwright.cli.outcome import run
from trialwright.conduct import commands as c
from trialwright.exchange.e2b_reading import read_batch
from trialwright.store import StudyStore
from web_signing_in import give


@pytest.fixture
def folder(site: StudyStore) -> Path:
    """The folder of a study with a serious event."""
    event = c.EventReport("Sepsis", start=today().isoformat(), serious=True, seriousness=("hospitalisation",))
    give(consented(site), c.ReportAdverseEvent(SUBJECT, event), "coordinator", "coco")
    give(site, c.ReportAdverseEvent(SUBJECT, c.EventReport("Headache", serious=False)), "coordinator", "coco")
    return Path(site.folder.path)


def test_a_report_is_written_and_what_it_lacks_is_said(folder: Path, tmp_path: Path, capsys: Any) -> None:
    """E2B(R3) or CIOMS I by the file's name; that it left is noted in the record."""
    message, form = tmp_path / "case.xml", tmp_path / "case.pdf"
    assert run(["safety-report", str(folder), SUBJECT, "AE-1", "--out", str(message), "--receiver", "A"]) == 0
    assert "initial report of TINY-1-A-001-AE-1" in (said := capsys.readouterr().out)
    assert "E.i.2.1b" in said
    assert read_batch(message.read_bytes()).batch.receiver == "A"
    assert run(["safety-report", str(folder), SUBJECT, "AE-1", "--out", str(form)]) == 0
    assert form.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((SUBJECT, "AE-1", "case.txt"), "TW-620"),
        ((SUBJECT, "AE-1", "case.xml"), "TW-619"),
        ((SUBJECT, "AE-2", "case.pdf"), "TW-860"),
        (("A-999", "AE-1", "case.pdf"), "TW-651"),
    ],
)
def test_what_cannot_be_reported_is_refused(
    folder: Path, tmp_path: Path, capsys: Any, arguments: tuple[str, str, str], code: str
) -> None:
    """A sentence, and no file."""
    subject, event, name = arguments
    assert run(["safety-report", str(folder), subject, event, "--out", str(tmp_path / name)]) == 2
    assert code in capsys.readouterr().err
    assert not (tmp_path / name).exists()
