"""The files of a table book, in a folder that appears whole or stays as it was."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from hashlib import sha256
from pathlib import Path

from trialwright.errors import Problem, TrialwrightError
from trialwright.report.outputs.comma_separated import results_csv, table_csv
from trialwright.report.outputs.rich_text import rich_text
from trialwright.report.outputs.table_book import NumberedTable, TableBook
from trialwright.report.outputs.typeset_tables import tables_pdf
from trialwright.report.outputs.workbook import workbook_bytes

FORMAT = "trialwright-tables/1"
MANIFEST = "tables.json"
Files = Iterator[tuple[str, bytes]]


class TablesError(TrialwrightError):
    """Tables that cannot be written: an unknown format, or a folder that holds something else."""


def _csv(book: TableBook) -> Files:
    for numbered in book.tables:
        yield f"csv/{numbered.number:02d}-{numbered.name}.csv", table_csv(numbered).encode("utf-8-sig")
    yield "csv/results.csv", results_csv(book.results).encode("utf-8-sig")


_FORMATS: Mapping[str, Callable[[TableBook], Files]] = {
    "pdf": lambda book: iter([("tables.pdf", tables_pdf(book))]),
    "rtf": lambda book: iter([("tables.rtf", rich_text(book).encode("ascii"))]),
    "xlsx": lambda book: iter([("tables.xlsx", workbook_bytes(book))]),
    "csv": _csv,
}
FORMATS = tuple(_FORMATS)


def write_tables(book: TableBook, out: Path, formats: Collection[str]) -> list[str]:
    """Write the formats into ``out``, and ``tables.json`` with their hashes; returns the names of the files.

    Raises TablesError: TW-560 for a folder that holds something else, TW-561 for a format that is none.
    """
    unknown = [name for name in formats if name not in _FORMATS]
    if unknown:
        sentence = f"there is no format {', '.join(unknown)}; choose among {', '.join(FORMATS)}"
        raise TablesError(Problem("TW-561", sentence, "--format"))
    _refuse_other(out)
    files = [file for name in FORMATS if name in formats for file in _FORMATS[name](book)]
    part = out.with_name(f".{out.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    for name, content in files:
        (part / name).parent.mkdir(parents=True, exist_ok=True)
        (part / name).write_bytes(content)
    (part / MANIFEST).write_text(_manifest(book, files), encoding="utf-8")
    shutil.rmtree(out, ignore_errors=True)
    part.rename(out)
    return [name for name, _ in files]


def _refuse_other(out: Path) -> None:
    if not out.exists() or (out.is_dir() and (not any(out.iterdir()) or (out / MANIFEST).is_file())):
        return
    sentence = "it holds something that is not tables; give a new folder"
    raise TablesError(Problem("TW-560", sentence, str(out)))


def _manifest(book: TableBook, files: list[tuple[str, bytes]]) -> str:
    told = {
        "format": FORMAT,
        "study": book.stamp.study,
        "record": book.stamp.record,
        "protocol": book.stamp.protocol,
        "rehearsal": book.stamp.rehearsal,
        "tables": [_named(each) for each in book.tables],
        "files": {name: sha256(content).hexdigest() for name, content in files},
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _named(numbered: NumberedTable) -> dict[str, object]:
    return {"number": numbered.number, "title": numbered.table.title, "name": numbered.name}
