"""How a laboratory's file is read: which column says what, and what its codes and units mean here."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trialwright.protocol.clause import Clause, Identifier, ItemName, Wording

DateForm = Literal["YYYY-MM-DD", "YYYY/MM/DD", "YYYYMMDD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY"]


class ImportColumns(Clause):
    """Columns by the names in the head of the file.

    Results are placed by ``visit``, by ``date`` (the visit that was held on that day), or by both, which then
    must agree. ``sampling`` is the time or circumstance of the sample, ``upper_limit`` the upper limit of
    normal beside each result.
    """

    subject: str = Field(min_length=1)
    analyte: str = Field(min_length=1)
    value: str = Field(min_length=1)
    unit: str | None = None
    visit: str | None = None
    date: str | None = None
    sampling: str | None = None
    upper_limit: str | None = None


class ImportAnalyte(Clause):
    """One analyte of the file and the item that it fills.

    ``sampling`` takes only results with that text in the sampling column. ``unit`` is the laboratory's unit
    where the file gives none. ``results`` says what its words mean for an item that is no number.
    """

    code: str = Field(min_length=1)
    form: Identifier
    item: ItemName
    sampling: str | None = None
    row: str = "1"
    unit: str | None = None
    results: dict[str, bool | str] = Field(default_factory=dict)


class ImportMapping(Clause):
    """Reads one sort of file: delimited text with a head, one result a line.

    ``visits`` maps the laboratory's visit codes to visits, ``units`` its spellings of units to UCUM. Without
    ``visits`` the visits' own ids are read. What no part of the mapping names is never guessed: its line is
    rejected with the reason.
    """

    id: Identifier
    title: Wording
    delimiter: Literal[",", ";", "|", "tab"] = ","
    encoding: Literal["utf-8", "gb18030", "windows-1252"] = "utf-8"
    date_form: DateForm = "YYYY-MM-DD"
    columns: ImportColumns
    analytes: tuple[ImportAnalyte, ...] = Field(min_length=1)
    visits: dict[str, Identifier] = Field(default_factory=dict)
    units: dict[str, str] = Field(default_factory=dict)
