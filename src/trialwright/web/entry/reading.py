"""What a browser sent for an item, as an answer; nothing is guessed, and what was typed is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from trialwright.conduct.commands import ItemValue
from trialwright.protocol.forms import Item

_TRUTHS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class Sent:
    """One item as it was sent. ``seen`` is the entry that stood when the page was made."""

    text: str
    unit: str
    missing: str
    reason: str
    seen: int | None

    @property
    def empty(self) -> bool:
        """Whether nothing was said."""
        return not self.text and not self.missing


def sent_item(post: Mapping[str, str], name: str) -> Sent:
    """The fields ``name``, ``name-unit``, ``name-missing``, ``name-reason`` and ``name-seen`` of a form."""
    seen = post.get(f"{name}-seen", "")
    return Sent(
        text=post.get(name, "").strip(),
        unit=post.get(f"{name}-unit", "").strip(),
        missing=post.get(f"{name}-missing", "").strip(),
        reason=post.get(f"{name}-reason", "").strip(),
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 16 else None,
    )


def answer_of(item: Item, sent: Sent, zone: str) -> ItemValue:
    """The answer of an item. A time without offset is the site's clock time.

    A value and a reason why it is missing are both passed on, to be refused by name.
    """
    text: str | bool | None = sent.text or None
    if item.type == "boolean":
        text = _TRUTHS.get(sent.text, sent.text or None)
    elif item.type == "datetime" and text is not None:
        text = with_offset(str(text), zone)
    measured = item.type in ("number", "integer") and text is not None
    unit = (sent.unit or item.unit) if measured and item.unit else None
    return ItemValue(text, unit, sent.missing or None)


def with_offset(text: str, zone: str) -> str:
    """``2026-03-01T08:15`` with the offset of the zone; anything else as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is not None or "T" not in text:
        return text
    return moment.replace(tzinfo=ZoneInfo(zone)).isoformat()
