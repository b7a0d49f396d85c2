"""print: casebooks and blank forms from the command line, and what the record says of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from print_making import pages_of, text_of
from trialwright.cli.outcome import run
from trialwright.store import StudyStore

Captured = pytest.CaptureFixture[str]


@pytest.mark.requirement("AT-5")
def test_a_printed_casebook_is_an_entry_and_ends_with_the_checkpoint(
    site: StudyStore, capsys: Captured
) -> None:
    """AT-5: what left the system, when; the print's own checkpoint covers that entry."""
    folder = site.folder.path
    assert run(["print", str(folder), "--subject", "A-001"]) == 0
    (noted,) = [entry for entry in site.entries("access") if entry.payload["event"] == "print"]
    assert noted.payload["detail"] == {"casebook": "A-001"}
    file = folder / "out" / "casebook-A-001.pdf"
    said = capsys.readouterr().out
    assert f"Wrote {file}." in said
    pages = pages_of(file.read_bytes())
    assert noted.hash[:12] in pages[0]
    root = said.strip().splitlines()[-3]
    assert root in pages[0].replace(" ", "")
    assert f"over the first {noted.seq} of {noted.seq} entries" in pages[0]


def test_a_file_can_be_named(site: StudyStore, tmp_path: Path) -> None:
    """--output takes the PDF, in a folder that need not be there yet."""
    target = tmp_path / "prints" / "one.pdf"
    assert run(["print", str(site.folder.path), "--subject", "B-001", "--output", str(target)]) == 0
    assert "Subject B-001" in pages_of(target.read_bytes())[0]


def test_all_casebooks_go_into_a_folder(site: StudyStore, tmp_path: Path) -> None:
    """--all: one file for each subject, one entry for all of them."""
    assert run(["print", str(site.folder.path), "--all", "--output", str(tmp_path / "all")]) == 0
    names = {path.name for path in (tmp_path / "all").iterdir()}
    assert names == {"casebook-A-001.pdf", "casebook-B-001.pdf"}
    details = [
        entry.payload["detail"] for entry in site.entries("access") if entry.payload["event"] == "print"
    ]
    assert details == [{"casebook": "all"}]


@pytest.mark.requirement("FL-1")
def test_blank_forms_need_no_record(tmp_path: Path) -> None:
    """FL-1: --blank works from a protocol alone, when no record can be opened."""
    target = tmp_path / "blank.pdf"
    assert run(["print", "nct06495437", "--blank", "--output", str(target)]) == 0
    assert "Schedule of activities" in text_of(target.read_bytes())


def test_blank_forms_of_a_study_folder_go_to_its_out_folder(site: StudyStore) -> None:
    """The file is named after the study."""
    assert run(["print", str(site.folder.path), "--blank"]) == 0
    assert [path.name for path in (site.folder.path / "out").glob("*blank*")] == ["TINY-1-blank-crf.pdf"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], "TW-904"),
        (["--all", "--blank"], "TW-904"),
        (["--subject", "A-001", "--all"], "TW-904"),
        (["--subject", "C-999"], "TW-651"),
        (["--subject", "A-001", "--language", "la"], "TW-653"),
    ],
)
def test_what_cannot_be_printed_is_refused_and_not_noted(
    site: StudyStore, capsys: Captured, options: list[str], code: str
) -> None:
    """A sentence with its code, no file, and no entry that says something was printed."""
    size = site.head().size
    assert run(["print", str(site.folder.path), *options]) == 2
    assert re.search(rf"\[{code}\]", capsys.readouterr().err)
    assert site.head().size == size
    assert not list((site.folder.path / "out").glob("*.pdf"))
