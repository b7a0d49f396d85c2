"""What somebody may have meant by a name that leads nowhere."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator

from trialwright.protocol.yaml_reading import Location

MOST_LISTED = 8


def suggestion(name: str, known: Iterable[str]) -> str:
    """The nearest known name as a question, or the known names where there are few; begins with '; '."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f"; did you mean '{close[0]}'?"
    if len(names) <= MOST_LISTED:
        return f"; there are: {', '.join(names) or 'none'}"
    return "; correct it or add what it names"


def absent(
    names: Iterable[str], sort: str, known: Collection[str], at: Location
) -> Iterator[tuple[str, str, Location]]:
    """A finding (TW-111) for each name that is not known."""
    for name in names:
        if name not in known:
            yield "TW-111", f"there is no {sort} '{name}'{suggestion(name, known)}", at
