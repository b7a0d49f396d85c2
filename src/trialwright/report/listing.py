"""The listing of adverse events: one row an event, under the words in which it was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from trialwright.report.formatting import MINUS
from trialwright.report.table import Cell, HeadCell, Part, Row, Table, plain

if TYPE_CHECKING:
    import polars as pl

Event = Mapping[str, Any]


def lay_out_listing(identifier: str, title: str, listing: pl.DataFrame, study_id: str) -> Table:
    """Lay out the frame of ``analysis.ae_listing``; a column of which nothing was collected is left out.

    Several groups stand below each other. Each row carries the key of its record.
    """
    events = list(listing.iter_rows(named=True))
    before = any(not event["treatment_emergent"] for event in events)
    columns = [
        (name, setting)
        for name, setting, sources in _COLUMNS
        if set(sources) & set(listing.columns) and (before or sources != ("treatment_emergent",))
    ]
    head = (
        HeadCell((Part("Subject"),), kind="label"),
        *(HeadCell((Part(name),), kind="text") for name, _ in columns),
    )
    reading = "Every event, by subject and start; day 1 is the day of first treatment."
    if not events:
        reading = "No adverse event was recorded."
    elif not before:
        reading += " All are treatment-emergent."
    settings = [setting for _, setting in columns]
    return Table(
        identifier, title, (head,), tuple(_rows(events, settings, study_id)), reading=reading, wide=True
    )


def _rows(
    events: Sequence[Event], settings: Sequence[Callable[[Event], Cell]], study_id: str
) -> Iterator[Row]:
    groups = list(dict.fromkeys(event["group"] for event in events))
    subject = None
    for number, event in enumerate(events):
        if len(groups) > 1 and (number == 0 or events[number - 1]["group"] != event["group"]):
            name = event["group"] or "Not in the analysis population"
            yield Row(name, tuple(Cell() for _ in settings), kind="heading")
            subject = None
        label = str(event["USUBJID"]).removeprefix(f"{study_id}-")
        cells = tuple(setting(event) for setting in settings)
        yield Row("" if label == subject else label, cells, key=str(event["key"]))
        subject = label


def _words(*names: str) -> Callable[[Event], Cell]:
    """The first of these columns that says something; codes in capitals are set in small letters."""

    def setting(event: Event) -> Cell:
        text = next((str(event[name]) for name in names if event.get(name)), "")
        return plain(text.capitalize() if text.isupper() and len(text) > 3 else text)

    return setting


def _term(event: Event) -> Cell:
    """The coded term, and the reporter's words where they differ."""
    coded, spoken = event.get("AEDECOD"), event.get("AETERM")
    term = str(coded or spoken or "")
    differs = coded and spoken and str(spoken).casefold() != str(coded).casefold()
    return plain(f"{term} ({spoken})" if differs else term)


def _moment(day: str, number: str, imputed: str) -> Callable[[Event], Cell]:
    """A date with its study day; an imputed date says so."""

    def setting(event: Event) -> Cell:
        if event.get(day) is None:
            return plain("")
        count = event.get(number)
        counted = "" if count is None else f" ({str(int(count)).replace('-', MINUS)})"
        flagged = " imputed" if event.get(imputed) else ""
        return plain(f"{event[day]}{counted}{flagged}", "fixed")

    return setting


def _yes_no(name: str) -> Callable[[Event], Cell]:
    words = {"Y": "Yes", "N": "No", True: "Yes", False: "No"}
    return lambda event: plain(words.get(event.get(name), str(event.get(name) or "")))


# Name of a column, how its cells are set, and the columns of the frame it reads.
_COLUMNS: tuple[tuple[str, Callable[[Event], Cell], tuple[str, ...]], ...] = (
    ("Term", _term, ("AEDECOD", "AETERM")),
    ("System organ class", _words("AEBODSYS", "AESOC"), ("AEBODSYS", "AESOC")),
    ("Start (day)", _moment("ASTDT", "ASTDY", "ASTDTF"), ("ASTDT",)),
    ("End (day)", _moment("AENDT", "AENDY", "AENDTF"), ("AENDT",)),
    ("Grade", _words("ATOXGR", "AETOXGR", "AESEV"), ("ATOXGR", "AETOXGR", "AESEV")),
    ("Serious", _yes_no("AESER"), ("AESER",)),
    ("Relation", _words("AEREL"), ("AEREL",)),
    ("Action", _words("AEACN"), ("AEACN",)),
    ("Outcome", _words("AEOUT"), ("AEOUT",)),
    ("Emergent", _yes_no("treatment_emergent"), ("treatment_emergent",)),
)
