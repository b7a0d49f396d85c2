"""Tables as RTF 1.9, for people who paste into a word processor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialwright.report.outputs.table_book import NumberedTable, TableBook
from trialwright.report.table import HeadCell, Table

# Twentieths of a point: A4, across for wide tables.
_LONG, _SHORT, _MARGIN = 16838, 11906, 1134
_WIDE = 7  # columns
_LABELS = 3  # widths of a column that the labels take
_ACROSS, _END, _REPEATED, _BOLD = "\\lndscpsxn", "\\sect", "\\trhdr", " \\b"


def rich_text(book: TableBook) -> str:
    """One document, a table a section, heads repeated on every page, page numbers in the foot."""
    tables = "\n".join(_section(numbered, book) for numbered in book.tables)
    return (
        "{\\rtf1\\ansi\\ansicpg1252\\uc1\\deff0{\\fonttbl{\\f0\\fswiss Arial;}}"
        "{\\colortbl;\\red22\\green32\\blue42;\\red85\\green97\\blue109;}\\fs18\n"
        f"{tables}\n}}"
    )


def escaped(text: str) -> str:
    """Text as RTF: its signs of markup escaped, everything beyond ASCII as UTF-16 units."""
    found = []
    for sign in text:
        if sign in "\\{}":
            found.append(f"\\{sign}")
        elif sign == "\n":
            found.append("\\line ")
        elif " " <= sign <= "~":
            found.append(sign)
        else:
            found.extend(f"\\u{_signed(unit)}?" for unit in _units(sign))
    return "".join(found)


def _units(sign: str) -> Iterator[int]:
    encoded = sign.encode("utf-16-le")
    for place in range(0, len(encoded), 2):
        yield int.from_bytes(encoded[place : place + 2], "little")


def _signed(unit: int) -> int:
    return unit - 65536 if unit > 32767 else unit


def _section(numbered: NumberedTable, book: TableBook) -> str:
    table = numbered.table
    wide = table.wide or table.width > _WIDE
    across, down = (_LONG, _SHORT) if wide else (_SHORT, _LONG)
    page = f"\\sectd\\sbkpage\\pgwsxn{across}\\pghsxn{down}{_ACROSS if wide else ''}"
    page += f"\\marglsxn{_MARGIN}\\margrsxn{_MARGIN}\\margtsxn{_MARGIN}\\margbsxn{_MARGIN}"
    edges = _edges(table, across - 2 * _MARGIN)
    rows = [*_head(table, edges), *_body(table, edges)]
    notes = "".join(f"\\pard\\fs15 {escaped(_note(*note))}\\par\n" for note in table.notes)
    reading = f"\\pard\\cf2\\fs15 {escaped(table.reading)}\\cf1\\par\n" if table.reading else ""
    heading = f"\\pard\\keepn\\b\\fs20 {escaped(numbered.heading)}\\b0\\par\n"
    end = "" if book.tables[-1] is numbered else _END
    return f"{page}{_running(book)}{heading}{reading}\\fs17\n{''.join(rows)}{notes}\\pard{end}"


def _note(mark: str, sentence: str) -> str:
    return f"{mark} {sentence}".strip()


def _running(book: TableBook) -> str:
    stamp = book.stamp
    above = f"{stamp.study}{'   Rehearsal: invented people' if stamp.rehearsal else ''}"
    below = f"{stamp.source}   page "
    field = "{\\field{\\*\\fldinst PAGE}{\\fldrslt 1}} of {\\field{\\*\\fldinst NUMPAGES}{\\fldrslt 1}}"
    return (
        f"{{\\header\\pard\\cf2\\fs14 {escaped(above)}\\par}}"
        f"{{\\footer\\pard\\cf2\\fs14 {escaped(below)}{field}\\par}}"
    )


def _edges(table: Table, width: int) -> list[int]:
    """The right edges of the columns; the labels take as much as several columns."""
    parts = table.width - 1 + _LABELS
    return [width * (place + _LABELS) // parts for place in range(table.width)]


def _head(table: Table, edges: Sequence[int]) -> Iterator[str]:
    taken: dict[tuple[int, int], HeadCell] = {}
    for level, row in enumerate(table.head):
        cells: list[tuple[str, str, int]] = []
        given = iter(row)
        place = 0
        while place < table.width:
            above = taken.get((level, place))
            head = above or next(given)
            merge = "\\clvmrg" if above else "\\clvmgf" if head.rows > 1 else ""
            if not above:
                for down in range(level + 1, level + head.rows):
                    taken[down, place] = head
            rule = "\\clbrdrb\\brdrs\\brdrw10" if level == len(table.head) - 1 or head.rule else ""
            text = "" if above else f"\\b {escaped(head.text)}\\b0 "
            side = "\\ql" if place == 0 or head.kind == "text" else "\\qc" if head.columns > 1 else "\\qr"
            cells.append((f"{merge}{rule}", f"{side} {text}", edges[place + head.columns - 1]))
            place += head.columns
        yield _row(cells, head=True)


def _body(table: Table, edges: Sequence[int]) -> Iterator[str]:
    for row in table.rows:
        bold = _BOLD if row.kind == "heading" else ""
        label = f"\\li{160 * row.depth}{bold} {escaped(row.label)}\\b0\\li0 "
        cells = [("", f"\\ql {label}", edges[0])]
        for cell, edge in zip(row.cells, edges[1:], strict=False):
            mark = f"{{\\super {escaped(cell.note)}}}" if cell.note else ""
            side = "\\qr" if cell.kind == "number" else "\\ql"
            cells.append(("", f"{side} {escaped(cell.text)}{mark}", edge))
        yield _row(cells)


def _row(cells: Sequence[tuple[str, str, int]], *, head: bool = False) -> str:
    defined = "".join(f"{look}\\cellx{edge}" for look, _, edge in cells)
    filled = "".join(f"\\pard\\intbl{text}\\cell" for _, text, _ in cells)
    return f"\\trowd\\trgaph60{_REPEATED if head else ''}\\trkeep{defined}\n{filled}\\row\n"
