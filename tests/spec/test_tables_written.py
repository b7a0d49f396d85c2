"""The same tables as PDF, RTF, workbook and CSV: read back, each says the same."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lxml import etree

from trialwright.cli.outcome import run
from trialwright.report.outputs.comma_separated import table_csv
from trialwright.report.outputs.rich_text import escaped, rich_text
from trialwright.report.outputs.spreadsheet_text import unformulated
from trialwright.report.outputs.table_book import NumberedTable, Stamp, TableBook
from trialwright.report.outputs.tree import cells_of, find_cell
from trialwright.report.outputs.typeset_tables import tables_pdf
from trialwright.report.outputs.workbook import workbook_bytes
from trialwright.report.result_book import ResultBook
from trialwright.report.table import Cell, HeadCell, Part, Row, Table

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def written(rehearsed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every format of the rehearsed study's tables."""
    folder = Path(shutil.copytree(rehearsed_folder, tmp_path_factory.mktemp("tables") / "study"))
    assert run(["tables", str(folder)]) == 0
    return folder / "out" / "tables"


def number(text: str, value: float) -> Cell:
    """A cell that prints one result."""
    return Cell((Part(text, "r1", repr(value)),))


TABLE = Table(
    "t",
    "Two heads",
    (
        (
            HeadCell((Part("Class, term"),), rows=2, kind="label"),
            HeadCell((Part("Arm A"),), columns=2, rule=True),
            HeadCell((Part("Arm B"),), columns=2, rule=True),
        ),
        tuple(HeadCell((Part(name),)) for name in ("n", "Events", "n", "Events")),
    ),
    (
        Row("Skin", (number("2", 2), number("3", 3), number("0", 0), number("0", 0)), kind="heading"),
        Row("Rash/itch", (number("\u22121.50", -1.5), Cell((Part("=1+1"),), "text"), Cell(), Cell()), 1),
    ),
    (("a", "皮疹 is 'rash' {here}"),),
)
BOOK = TableBook((NumberedTable(1, "t", TABLE),), ResultBook(()), Stamp("X-1", "abc", "def", True, None))


def sheets(content: bytes) -> dict[str, list[list[str]]]:
    """The cells of each sheet as text, without a library that writes workbooks."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:

        def read(name: str) -> Any:
            return etree.fromstring(file.read(f"xl/{name}.xml"))

        strings = ["".join(item.itertext()) for item in read("sharedStrings")]

        def text(cell: Any) -> str:
            value = cell.findtext(f"{SHEET}v") or ""
            return strings[int(value)] if cell.get("t") == "s" else value

        found = {}
        for place, sheet in enumerate(read("workbook").iter(f"{SHEET}sheet"), start=1):
            root = read(f"worksheets/sheet{place}")
            assert not list(root.iter(f"{SHEET}f"))
            found[sheet.get("name")] = [[text(cell) for cell in row] for row in root.iter(f"{SHEET}row")]
        return found


def test_every_cell_has_a_path_and_is_found_by_it() -> None:
    """Labels from the outermost in, heads from the top down; a / in a label is doubled."""
    paths = {placed.path: placed.cell.text for placed in cells_of(TABLE)}
    assert paths["Skin/Arm A/n"] == "2"
    assert paths["Skin/Rash//itch/Arm A/n"] == "\u22121.50"
    assert len(paths) == 8
    cell = find_cell(TABLE, "Skin/Arm A/Events")
    assert cell is not None
    assert cell.result_ids == ("r1",)
    assert find_cell(TABLE, "Skin/Arm C/n") is None


def test_the_workbook_has_numbers_as_numbers_and_no_formula() -> None:
    """A printed number with as many decimals as it has; what begins with = is text; heads are merged."""
    found = sheets(workbook_bytes(BOOK))
    assert list(found) == ["Contents", "Table 1", "Results"]
    flat = [cell for row in found["Table 1"] for cell in row]
    assert "-1.5" in flat
    assert "=1+1" in flat
    assert {"2", "3"} <= set(flat)
    assert found["Contents"][1] == ["Rehearsal: invented people."]


def test_the_csv_is_a_table_with_notes_and_no_formula() -> None:
    """One row a line with its labels, one column a head; the note stands below."""
    rows = list(csv.reader(io.StringIO(table_csv(BOOK.tables[0]))))
    assert rows[0] == ["Class, term", "Arm A / n", "Arm A / Events", "Arm B / n", "Arm B / Events"]
    assert rows[2][:3] == ["Skin / Rash/itch", "\u22121.50", "'=1+1"]
    assert rows[3] == ["Note a", "皮疹 is 'rash' {here}"]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1", "'=1"),
        ("@x", "'@x"),
        ("-5", "-5"),
        ("+1.5", "+1.5"),
        ("-x", "'-x"),
        ("a=b", "a=b"),
        ("\tx", "'\tx"),
    ],
)
def test_text_that_would_be_calculated_bears_an_apostrophe(text: str, safe: str) -> None:
    """Numbers stay numbers."""
    assert unformulated(text) == safe


def test_rich_text_escapes_its_markup_and_writes_every_script() -> None:
    """Braces, backslashes and Chinese; a sign beyond the first plane is two units; ASCII only."""
    assert escaped("a{b}\\") == "a\\{b\\}\\\\"
    assert escaped("皮") == "\\u30382?"
    assert escaped("\U0001f9ea") == "\\u-10178?\\u-8726?"
    text = rich_text(BOOK)
    assert text.isascii()
    assert text.count("{") - text.count("\\{") == text.count("}") - text.count("\\}")
    assert text.count("\\row\n") == 4
    assert text.count("\\cellx") == text.count("\\cell") - text.count("\\cellx")
    assert "Rehearsal: invented people" in text
    assert "NUMPAGES" in text


def test_equal_books_give_equal_bytes() -> None:
    """Workbook, rich text and PDF."""
    assert workbook_bytes(BOOK) == workbook_bytes(BOOK)
    assert rich_text(BOOK) == rich_text(BOOK)
    plain = TableBook(
        (NumberedTable(1, "t", Table("t", "T", TABLE.head, TABLE.rows)),), ResultBook(()), BOOK.stamp
    )
    assert tables_pdf(plain) == tables_pdf(plain)


def test_every_format_says_the_same_numbers(written: Path) -> None:
    """Each number of each CSV stands in the PDF's text, the RTF and the workbook."""
    rtf = (written / "tables.rtf").read_text("ascii")
    flat = {
        cell
        for rows in sheets((written / "tables.xlsx").read_bytes()).values()
        for row in rows
        for cell in row
    }
    pdf = _pdf_text(written / "tables.pdf")
    checked = 0
    for path in sorted((written / "csv").glob("[0-9]*.csv")):
        for row in list(csv.reader(path.read_text("utf-8-sig").splitlines()))[1:]:
            for text in row[1:]:
                if re.search(r"\d", text) and not row[0].startswith("Note"):
                    assert escaped(text.removeprefix("'")) in rtf or "[" in text, (path.name, text)
                    assert text in flat or _plain(text) in flat, (path.name, text)
                    if pdf:
                        assert re.sub(r"\s", "", text) in pdf or "[" in text, (path.name, text)
                    checked += 1
    assert checked > 500


def _plain(text: str) -> str:
    """A number as a workbook holds it: without the zeros at its end."""
    bare = text.replace("\u2212", "-").replace("\u202f", "")
    try:
        return f"{float(bare):.16g}"
    except ValueError:
        return bare


def _pdf_text(path: Path) -> str:
    tool = shutil.which("pdftotext")
    if tool is None:
        return ""
    done = subprocess.run([tool, "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s", "", done.stdout)


def test_the_manifest_names_every_file_by_its_hash(written: Path) -> None:
    """And every table by its number and title; all of them say that it is a rehearsal."""
    told = json.loads((written / "tables.json").read_text("utf-8"))
    assert told["rehearsal"] is True
    for name, digest in told["files"].items():
        assert sha256((written / name).read_bytes()).hexdigest() == digest
    assert {path.relative_to(written).as_posix() for path in written.rglob("*.*")} == {
        *told["files"],
        "tables.json",
    }
    assert [each["number"] for each in told["tables"]] == list(range(1, len(told["tables"]) + 1))


def test_the_pdf_is_an_archive_with_the_records_moment(written: Path) -> None:
    """PDF/A is declared in its metadata."""
    content = (written / "tables.pdf").read_bytes()
    assert content.startswith(b"%PDF-1.")
    assert b"pdfaid:part" in content


def test_results_of_anybodys_adam_have_tables(tmp_path: Path) -> None:
    """Two arms, a term in two classes, and a group without an event."""
    adam = tmp_path / "adam"
    adam.mkdir()
    people = {"USUBJID": ["1", "2", "3", "4"], "TRT01A": ["A", "A", "B", "B"], "SAFFL": ["Y"] * 4}
    pl.DataFrame(people).write_parquet(adam / "adsl.parquet")
    events = {
        "USUBJID": ["1", "1", "2"],
        "AEBODSYS": ["Skin", "Nerves", "Skin"],
        "AEDECOD": ["Itch", "Itch", "Rash"],
        "TRTEMFL": ["Y"] * 3,
        "AESEQ": [1.0, 2.0, 1.0],
    }
    pl.DataFrame(events).write_parquet(adam / "adae.parquet")
    assert run(["analyse", "--adam", str(adam), "--out", str(tmp_path / "results")]) in {0, 1}
    assert (
        run(["tables", str(tmp_path / "results"), "--out", str(tmp_path / "tables"), "--format", "csv"]) == 0
    )
    (path,) = (tmp_path / "tables" / "csv").glob("*ae_by_soc_term.csv")
    rows = {row[0]: row for row in csv.reader(path.read_text("utf-8-sig").splitlines())}
    assert {"Skin / Itch", "Nerves / Itch", "Skin / Rash"} <= set(rows)
    heads = rows[next(iter(rows))]
    assert any(head.startswith("Total") for head in heads)
    assert (
        rows["Skin / Rash"][heads.index(next(head for head in heads if head.startswith("B ")))]
        == "0 (0.0\u202f%)"
    )


def test_a_folder_that_holds_something_else_is_refused_tw_560(
    written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is there stays."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert run(["tables", str(written.parents[1]), "--out", str(tmp_path), "--format", "csv"]) == 2
    assert "TW-560" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text("utf-8") == "mine"


def test_a_format_that_is_none_is_named_tw_561(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With those that are."""
    assert run(["tables", str(written.parents[1]), "--format", "docx"]) == 2
    told = capsys.readouterr().err
    assert "TW-561" in told
    assert "rtf" in told
