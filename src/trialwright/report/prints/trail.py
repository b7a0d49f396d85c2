"""The audit trail as a PDF: the entries that somebody asked for, with the question and the record's head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import trialwright
from trialwright.protocol.study import Study
from trialwright.record.chain import Head
from trialwright.record.snapshot import EntryView
from trialwright.report.prints.checkpoints import grouped
from trialwright.report.prints.course_pages import trail_line
from trialwright.report.prints.gathering import REDACTED
from trialwright.report.prints.moments import made_text
from trialwright.report.prints.typesetting import typeset
from trialwright.report.prints.words import Words


@dataclass(frozen=True, slots=True)
class TrailFacts:
    """What was asked for, who took it out, the record it is from, and whether its people are invented."""

    asked: str
    by: str
    head: Head
    rehearsed: bool


def render_trail(
    study: Study, entries: Sequence[EntryView], facts: TrailFacts, made_at: datetime, language: str = "en"
) -> bytes:
    """Render entries as a PDF/A file, in the order in which they are given.

    ``made_at`` carries its time zone. Equal arguments give equal bytes. Raises PrintError: TW-650 for Chinese
    text without a font, TW-653 for a language that there is not, TW-654 where the pages cannot be set.
    """
    words = Words(language)
    removed = {
        int(seq): entry
        for entry in entries
        if entry.kind == REDACTED
        for seq in entry.payload.get("entries", ())
    }
    data = {
        "words": {"page_of": words("page_of")},
        "title": f"{words('audit_trail')} {study.study.id}",
        "running": [study.study.id, words("audit_trail"), f"{words('record')} {facts.head.hash[:12]}"],
        "rehearsal": words("rehearsal") if facts.rehearsed else "",
        "heading": words("audit_trail"),
        "study": study.study.short_title,
        "facts": [
            [words("trail_asked"), facts.asked],
            [words("entries"), str(len(entries))],
            [words("trail_by"), facts.by],
            [words("record_head"), f"{grouped(facts.head.hash)} ({facts.head.size})"],
            [words("made"), f"{made_text(made_at)} · trialwright {trialwright.__version__}"],
        ],
        "trail": [
            trail_line(study, words, entry, removed.get(entry.seq)) | {"subject": _subject(entry)}
            for entry in entries
        ],
    }
    return typeset("trail.typ", data, made_at, words.language)


def _subject(entry: EntryView) -> str:
    return str(entry.payload.get("subject") or "")
