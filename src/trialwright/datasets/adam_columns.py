"""The columns of ADSL and ADAE that the safety analyses read, and what each of them must be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from trialwright.datasets.findings import Finding
from trialwright.errors import Problem

SAS_EPOCH = date(1960, 1, 1)
LATEST = date(2500, 1, 1)
NAMED_ROWS = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A data set's columns by kind. Of ``needed`` each group must have one column.

    The first that is there is used.
    """

    name: str
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    dates: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.texts, *self.numbers, *self.dates)


ADSL = Wanted(
    "ADSL",
    (
        "USUBJID",
        "SUBJID",
        "SITEID",
        "TRT01P",
        "TRT01A",
        "SAFFL",
        "ITTFL",
        "EOTSTT",
        "EOSSTT",
        "DCSREAS",
        "AGEGR1",
        "SEX",
        "RACE",
        "ETHNIC",
        "DTHFL",
    ),
    ("TRT01AN", "AGE", "AGEGR1N", "HEIGHTBL", "WEIGHTBL", "BMIBL"),
    ("TRTSDT", "TRTEDT"),
    (("USUBJID",), ("TRT01A",), ("SAFFL",)),
)
ADAE = Wanted(
    "ADAE",
    (
        *("USUBJID", "AEBODSYS", "AESOC", "AEDECOD", "AETERM", "TRTA", "TRTEMFL", "ASTDTF", "AENDTF"),
        *(
            "AESER",
            "AESDTH",
            "AESLIFE",
            "AESHOSP",
            "AESDISAB",
            "AESCONG",
            "AESMIE",
            "AESCAN",
            "AESOD",
            "AEOUT",
        ),
        *("AEREL", "AEACN", "AEACNOTH", "AEDROPFL", "ASEV", "AESEV", "ATOXGR", "AETOXGR"),
    ),
    ("AESEQ", "ASTDY", "AENDY"),
    ("ASTDT", "AENDT"),
    (("USUBJID",), ("AEBODSYS", "AESOC"), ("AEDECOD", "AETERM")),
)


@dataclass(frozen=True, slots=True)
class Shaped:
    """A data set with texts as text, numbers as numbers and dates as dates, and what was wrong on the way."""

    frame: pl.DataFrame
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]


def missing_columns(frame: pl.DataFrame, wanted: Wanted, file: str) -> tuple[Problem, ...]:
    """A problem for each group of needed columns of which there is none."""
    lacking = [names for names in wanted.needed if not any(name in frame.columns for name in names)]
    return tuple(
        Problem("TW-508", f"the column {' or '.join(names)} is missing; add it", file) for names in lacking
    )


def shape(frame: pl.DataFrame, wanted: Wanted, file: str) -> Shaped:
    """Bring columns to their kinds. Blank texts are missing, and blanks at the end of a text do not count.

    Numbers may be given as text, dates as ISO or SAS text (2012-07-09, 09JUL2012) or as SAS day numbers.
    """
    columns: dict[str, pl.Series] = {}
    problems: list[Problem] = []
    findings: list[Finding] = []
    for name in (each for each in wanted.columns if each in frame.columns):
        column = frame[name]
        if name in wanted.texts:
            columns[name] = as_text(column)
            findings.extend(_blanks(column, columns[name], file))
        elif name in wanted.numbers:
            columns[name], problem = _as_number(column, name, file)
            problems.extend([problem] if problem else [])
        else:
            columns[name], problem, finding = _as_date(column, name, file)
            problems.extend([problem] if problem else [])
            findings.extend([finding] if finding else [])
    return Shaped(pl.DataFrame(columns), tuple(problems), tuple(findings))


def as_text(column: pl.Series) -> pl.Series:
    """Text without blanks at its end; whole numbers without decimals; nothing but blanks is missing."""
    if column.dtype.is_float():
        whole = column.cast(pl.Int64, strict=False)
        same = (whole.cast(pl.Float64) == column).fill_null(value=True).all()
        column = whole if same else column
    text = column.cast(pl.String).str.strip_chars_end()
    if not (text == "").any():
        return text
    return text.to_frame("text").select(pl.col("text").replace("", None)).to_series()


def _blanks(column: pl.Series, text: pl.Series, file: str) -> list[Finding]:
    """A finding where texts other than blank ones end in blanks."""
    if column.dtype != pl.String:
        return []
    ending = (column.str.len_bytes() != text.str.len_bytes()).fill_null(value=False)
    if not ending.any():
        return []
    sentence = f"{column.name} ends in blanks, which do not count: {_rows(column, ending)}"
    return [Finding("TW-556", sentence, file)]


def _as_number(column: pl.Series, name: str, file: str) -> tuple[pl.Series, Problem | None]:
    if column.dtype.is_numeric():
        return column.cast(pl.Float64).fill_nan(None), None
    text = as_text(column).str.strip_chars()
    number = text.cast(pl.Float64, strict=False)
    wrong = text.is_not_null() & (number.is_null() | ~number.is_finite())
    if not wrong.any():
        return number, None
    return number, Problem("TW-512", f"{name} is a number, but {_rows(text, wrong)}", file)


def _as_date(column: pl.Series, name: str, file: str) -> tuple[pl.Series, Problem | None, Finding | None]:
    if column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime):
        return column.cast(pl.Date), None, None
    if column.dtype.is_numeric():
        return _sas_day(column.cast(pl.Int64, strict=False)), None, None
    text = as_text(column).str.strip_chars()
    readings = {"iso": _iso(text), "sas": _sas_text(text), "number": _sas_number(text)}
    day = pl.DataFrame(readings).select(pl.coalesce("iso", "sas", "number")).to_series()
    unread = text.is_not_null() & day.is_null()
    partial = unread & text.str.contains(r"^\d{4}(-\d{2})?(-)?$")
    wrong = unread & ~partial
    problem = finding = None
    if wrong.any():
        problem = Problem("TW-513", f"{name} is a date, but {_rows(text, wrong)}", file)
    if partial.any():
        sentence = f"{name} is incomplete and counts as unknown: {_rows(text, partial)}"
        finding = Finding("TW-553", sentence, file)
    return day, problem, finding


def _iso(text: pl.Series) -> pl.Series:
    """2012-07-09, with or without a time behind it."""
    return text.str.extract(r"^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$").str.to_date("%Y-%m-%d", strict=False)


def _sas_text(text: pl.Series) -> pl.Series:
    """09JUL2012."""
    return text.str.extract(r"^(\d{1,2}[A-Za-z]{3}\d{4})$").str.to_date("%d%b%Y", strict=False)


def _sas_number(text: pl.Series) -> pl.Series:
    """19183 as text; four digits would rather be a year, which is an incomplete date."""
    return _sas_day(text.str.extract(r"^(-?\d{5,6})(?:\.0*)?$").cast(pl.Int64, strict=False))


def _sas_day(days: pl.Series) -> pl.Series:
    """Days since 1 January 1960 as dates; what would be later than any study is missing."""
    since_1970 = days - (date(1970, 1, 1) - SAS_EPOCH).days
    possible = since_1970.abs() < (LATEST - date(1970, 1, 1)) // timedelta(days=1)
    kept = pl.DataFrame({"days": since_1970, "possible": possible}).select(pl.when("possible").then("days"))
    return kept.to_series().cast(pl.Int32).cast(pl.Date)


def _rows(text: pl.Series, chosen: pl.Series) -> str:
    """``row 4 holds 'x'`` for the first few chosen rows, counted from 1."""
    rows = chosen.arg_true().to_list()
    listed = ", ".join(f"row {row + 1} holds '{text[row]}'" for row in rows[:NAMED_ROWS])
    return listed + (f" and {len(rows) - NAMED_ROWS} more" if len(rows) > NAMED_ROWS else "")
