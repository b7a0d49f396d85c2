"""What somebody asks of the trail: which entries, by subject, form, item, person, kind and day (AT-7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from urllib.parse import urlencode

from trialwright.record.snapshot import EntryView

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question; "" asks for everything. Days are those of the record's clock, UTC, both included."""

    subject: str = ""
    kind: str = ""
    form: str = ""
    item: str = ""
    person: str = ""
    first: str = ""
    last: str = ""

    @property
    def stream(self) -> str | None:
        """The stream that holds every answer, where there is one."""
        return f"subject:{self.subject}" if self.subject else None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of entries that are asked for; empty for all."""
        return (self.kind,) if self.kind else ()

    @property
    def question(self) -> str:
        """The question as the query of an address."""
        return urlencode({name: text for name, text in asdict(self).items() if text})

    @property
    def said(self) -> str:
        """The question in words, for the head of an export."""
        parts = [f"{name} {text}" for name, text in asdict(self).items() if text]
        return ", ".join(parts) or "everything"

    def holds(self, entry: EntryView) -> bool:
        """Whether an entry answers the question. What was removed from an entry is not found by it."""
        return (
            self.subject in ("", str(entry.payload.get("subject", "")))
            and self.kind in ("", entry.kind)
            and self.form in ("", str(entry.payload.get("form", "")))
            and (not self.item or self.item in items_of(entry))
            and self.person in ("", entry.author.id)
            and (not self.first or entry.at[:10] >= self.first)
            and (not self.last or entry.at[:10] <= self.last)
        )


def items_of(entry: EntryView) -> tuple[str, ...]:
    """The items that an entry is about."""
    items = entry.payload.get("items")
    single = entry.payload.get("item")
    several = tuple(items) if isinstance(items, Mapping | list | tuple) else ()
    return (*several, *((str(single),) if single else ()))


def wanted_of(query: Mapping[str, str]) -> tuple[Wanted, str]:
    """The question of an address, and a sentence on what of it cannot be read ("" where all can).

    A day that is no day is left out of the question and said, never guessed.
    """
    given = {name: query.get(name, "").strip()[:LONGEST] for name in Wanted.__slots__}
    wrong = [name for name in ("first", "last") if given[name] and not _is_day(given[name])]
    told = "".join(
        f"The {name} day '{given[name]}' is no date; write it as in 2026-03-01. " for name in wrong
    )
    if not wrong and given["first"] and given["last"] and given["first"] > given["last"]:
        told = "The first day lies after the last one, so that no entry can lie between them. "
    return Wanted(**{**given, **dict.fromkeys(wrong, "")}), told.strip()


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
