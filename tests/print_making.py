"""Casebooks of the tiny study as PDF, and the text that a reader finds in them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conduct_making import Desk, desk, v
from dataset_making import snapshot_of
from trialwright.conduct import commands as c
from trialwright.conduct.signing import casebook_content, form_content
from trialwright.record.checkpoint import SigningKey, sign_checkpoint
from trialwright.record.merkle import MerkleTree
from trialwright.record.snapshot import Snapshot
from trialwright.report.prints.casebook import render_casebook

MADE = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
KEY = SigningKey("trialwright/TINY-1/test", b"\x07" * 32)


def note_of(snapshot: Snapshot, first: int | None = None) -> str:
    """A checkpoint over the first entries of a snapshot, or over all."""
    tree = MerkleTree()
    for entry in snapshot.entries[:first]:
        tree.append(bytes.fromhex(entry.hash))
    return sign_checkpoint(KEY, tree.size, tree.root())


def casebook(here: Desk, subject: str = "A-001", language: str = "en") -> bytes:
    """The casebook of a subject at a desk."""
    snapshot = snapshot_of(here)
    return render_casebook(here.study, snapshot, subject, note_of(snapshot), MADE, language)


def pages_of(pdf: bytes) -> list[str]:
    """The text of every page, words parted by single spaces."""
    reader = shutil.which("pdftotext")
    if reader is None:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("pdftotext (poppler-utils) is not installed; this test reads the PDF with it")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "print.pdf"
        file.write_bytes(pdf)
        done = subprocess.run([str(reader), "-raw", str(file), "-"], capture_output=True, check=True)
    pages = done.stdout.decode("utf-8").split("\f")
    return [re.sub(r"\s+", " ", page).strip() for page in pages if page.strip()]


def text_of(pdf: bytes) -> str:
    """The text of the whole print."""
    return " ".join(pages_of(pdf))


def completed() -> Desk:
    """A person who was treated, had an adverse event, a correction and a query, and completed."""
    here = desk().stock("U-1").treated("A-001", "U-1")
    place = {"visit": "LOOK", "form": "person", "row": "1"}
    pressure = {"systolic": v("120"), "diastolic": v("80")}
    for row in ("dry", "m30"):
        here.do(c.EnterItems("A-001", "DAY0", "pressure", row, pressure))
    here.do(c.EnterItems("A-001", items={"remark": v("seen onse")}, **place))
    here.do(c.CorrectItem("A-001", item="remark", new=v("seen once"), reason="spelt wrongly", **place))
    here.do(
        c.OpenQuery("A-001", "LOOK", "laboratory", "1", "glucose", "fasting or not?"),
        c.AnswerQuery("A-001", "Q-1", "fasting since midnight"),
        c.CloseQuery("A-001", "Q-1"),
    )
    start = here.now - timedelta(minutes=30)
    report = c.EventReport(term="itching of the arm", start=start.isoformat(), grade=1, related="related")
    here.do(c.ReportAdverseEvent("A-001", report))
    here.do(
        c.UpdateAdverseEvent(
            "A-001",
            "AE-1",
            c.EventReport(
                term="itching of the arm",
                start=start.isoformat(),
                grade=2,
                related="related",
                outcome="recovered",
                end=here.now.isoformat(),
            ),
            "seen again by the investigator",
        )
    )
    here.wait(days=28)
    here.do(
        c.MissVisit("A-001", "WEEK1", "was travelling"),
        c.RecordVisit("A-001", "END", here.now.date()),
        c.EnterItems("A-001", "END", "laboratory", "1", {"glucose": v(missing="tube broken")}),
        c.CompleteSubject("A-001", here.now.date()),
    )
    return here


def sign_form(here: Desk) -> None:
    """Sign the form of the person as it stands."""
    content = form_content(here.study, here.person("A-001"), "LOOK", 1, "person", "1")
    here.do(c.SignForm("A-001", "LOOK", "person", "1", content))


def sign_casebook(here: Desk) -> None:
    """Sign the casebook as it stands."""
    here.do(c.SignCasebook("A-001", casebook_content(here.study, here.person("A-001"))))
