"""The versions of an event: who reported what when and why, and what each says otherwise than before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from trialwright.conduct.adverse_events import FIELDS
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study
from trialwright.record.snapshot import EntryView

REPORTS = ("AdverseEventReported", "AdverseEventUpdated")
STANDINGS = ("AdverseEventNullified", "AdverseEventMerged", "AdverseEventReopened")
LINKS = ("AdverseEventLinked", "AdverseEventUnlinked")
LABELS: Mapping[str, str] = {
    "term": noop("Event"),
    "decoded_term": noop("Coded as"),
    "soc": noop("System organ class"),
    "start": noop("Start"),
    "end": noop("End"),
    "grade": noop("Grade"),
    "serious": noop("Serious"),
    "seriousness": noop("Criteria of seriousness"),
    "related": noop("Related to the product"),
    "relation_procedure": noop("Related to a procedure of the study"),
    "action": noop("Action taken"),
    "outcome": noop("Outcome"),
    "special_interest": noop("Of special interest"),
    "leads_to_withdrawal": noop("The person leaves the study because of it"),
}


_AS_WRITTEN = frozenset({"term", "decoded_term", "soc", "grade"})


@dataclass(frozen=True, slots=True)
class Line:
    """One fact, before and after; both are shown side by side."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Version:
    """One entry about the event: ``number`` for a report, 0 for what became of it; ``told`` in its words."""

    number: int
    entry: EntryView
    told: str
    lines: tuple[Line, ...]


def versions_of(study: Study, entries: Iterable[EntryView], event: str) -> tuple[Version, ...]:
    """Everything that was said of the event, the newest first; ``entries`` may be in any order."""
    own = [
        entry
        for entry in sorted(entries, key=lambda each: each.seq)
        if not entry.redacted and entry.payload.get("event") == event
    ]
    found: list[Version] = []
    before: Mapping[str, Any] | None = None
    number = 0
    for entry in own:
        if entry.kind in REPORTS:
            number += 1
            found.append(Version(number, entry, "", _lines(study, before, entry.payload)))
            before = entry.payload
        elif entry.kind in STANDINGS:
            found.append(Version(0, entry, _told(entry), ()))
    return tuple(reversed(found))


def _told(entry: EntryView) -> str:
    if entry.kind == "AdverseEventMerged":
        return gettext("merged into {into}").format(into=entry.payload["into"])
    return gettext("nullified") if entry.kind == "AdverseEventNullified" else gettext("opened again")


def _lines(study: Study, before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> tuple[Line, ...]:
    """What changed; of the first report, everything that it says."""
    lines = []
    for name in (*FIELDS, *_details(before), *_details(now)):
        old = said(study, name, _value(before, name)) if before is not None else ""
        new = said(study, name, _value(now, name))
        line = Line(label_of(study, name), old, new)
        if old != new and line not in lines:
            lines.append(line)
    return tuple(lines)


def _details(payload: Mapping[str, Any] | None) -> tuple[str, ...]:
    return tuple((payload or {}).get("details") or ())


def _value(payload: Mapping[str, Any] | None, name: str) -> Any:
    if payload is None:
        return None
    if name in FIELDS:
        return payload.get(name)
    answer = (payload.get("details") or {}).get(name) or {}
    return answer.get("value") if answer.get("missing") is None else answer.get("missing")


def label_of(study: Study, name: str) -> str:
    """The label of a field or of a further item of the protocol's form, in the page's language."""
    if name in LABELS:
        return gettext(LABELS[name])
    item = _item(study, name)
    return item.label if item is not None else name


def said(study: Study, name: str, value: Any) -> str:
    """A field's value as it is read; "" where nothing was said."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list | tuple):
        return ", ".join(gettext(str(each).replace("_", " ")) for each in value)
    if not value:
        return ""
    if name in ("start", "end"):
        return str(value)[:16].replace("T", " ")
    return str(value) if name in _AS_WRITTEN else _code_read(study, name, str(value))


def _code_read(study: Study, name: str, code: str) -> str:
    """A code in the words of the protocol's form, else of the program; a free answer as it is."""
    interests = {each.id: each.name for each in study.safety.special_interest}
    if name == "special_interest":
        return interests.get(code, code)
    item = _item(study, name)
    if item is not None and not item.codes:
        return code
    labels = {each.code: each.label for each in item.codes} if item is not None else {}
    return labels.get(code.replace(" ", "_")) or gettext(code.replace("_", " "))


def _item(study: Study, name: str) -> Item | None:
    form = study.form(study.adverse_event_form)
    if form is None:
        return None
    return form.item(name) or form.item(f"ae_{name}")
