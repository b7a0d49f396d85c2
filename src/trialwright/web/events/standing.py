"""What a form of the event's page asks for besides a newer report: nullify, merge, reopen, link, unlink."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.states import SubjectState

_UNKNOWN = Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")
_NO_VALUE = Refusal("TW-618", "no value of the casebook is chosen; choose one of the list")


def command_of(person: SubjectState, event: str, sent: QueryDict) -> c.Command | Refusal:
    """The command that the form asks for, or why it asks for none."""
    make = _DEEDS.get(sent.get("deed", ""))
    return make(person.subject, event, sent) if make else _UNKNOWN


def link_of(person: SubjectState, event: str, sent: QueryDict) -> c.Command | Refusal:
    """The link to the value that the form names, or why there is none."""
    return _link(person.subject, event, sent)


def _nullify(subject: str, event: str, sent: QueryDict) -> c.Command | Refusal:
    return c.NullifyAdverseEvent(subject, event, sent.get("why", "").strip())


def _merge(subject: str, event: str, sent: QueryDict) -> c.Command | Refusal:
    return c.MergeAdverseEvents(subject, event, sent.get("into", "").strip(), sent.get("why", "").strip())


def _reopen(subject: str, event: str, sent: QueryDict) -> c.Command | Refusal:
    return c.ReopenAdverseEvent(subject, event, sent.get("why", "").strip())


def _link(subject: str, event: str, sent: QueryDict) -> c.Command | Refusal:
    place = _place(sent)
    return c.LinkAdverseEvent(subject, event, **place) if place else _NO_VALUE


def _unlink(subject: str, event: str, sent: QueryDict) -> c.Command | Refusal:
    place = _place(sent)
    return (
        c.UnlinkAdverseEvent(subject, event, reason=sent.get("why", "").strip(), **place)
        if place
        else _NO_VALUE
    )


def _place(sent: QueryDict) -> dict[str, Any] | None:
    parts = sent.get("value", "").split("|")
    if len(parts) != 5 or not (parts[1].isascii() and parts[1].isdigit() and len(parts[1]) < 4):
        return None
    visit, occurrence, form, row, item = parts
    return {"visit": visit, "occurrence": int(occurrence), "form": form, "row": row, "item": item}


_DEEDS: Mapping[str, Callable[[str, str, QueryDict], c.Command | Refusal]] = {
    "nullify": _nullify,
    "merge": _merge,
    "reopen": _reopen,
    "link": _link,
    "unlink": _unlink,
}
