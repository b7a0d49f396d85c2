"""One person's casebook as a PDF: everything that the record holds about them, with its whole past."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import trialwright
from trialwright.protocol.fingerprint import fingerprint
from trialwright.protocol.study import Study
from trialwright.record.snapshot import Snapshot
from trialwright.report.prints.answers import place_title
from trialwright.report.prints.checkpoints import PrintedCheckpoint, grouped, print_checkpoint
from trialwright.report.prints.course_pages import course_lines, trail_lines, verdict_pages
from trialwright.report.prints.event_pages import event_pages, query_pages
from trialwright.report.prints.form_blocks import Material, signature_line
from trialwright.report.prints.gathering import PersonBook, gather_person, is_rehearsed
from trialwright.report.prints.moments import made_text
from trialwright.report.prints.signatures import standings
from trialwright.report.prints.typesetting import typeset
from trialwright.report.prints.visit_pages import visit_pages
from trialwright.report.prints.words import Words


def render_casebook(
    study: Study,
    snapshot: Snapshot,
    subject: str,
    checkpoint_note: str,
    made_at: datetime,
    language: str = "en",
) -> bytes:
    """Render the casebook of one person as a PDF/A file.

    ``checkpoint_note`` is a signed checkpoint of the same record, over the snapshot's entries or the first of
    them. ``made_at`` carries its time zone. Equal arguments give equal bytes. Raises PrintError: TW-650 for
    Chinese text without a font, TW-651 for an unknown subject, TW-652 for a checkpoint of another
    record, TW-653 for a language that there is not, TW-654 where the pages cannot be set.
    """
    words = Words(language)
    book = gather_person(snapshot, subject)
    checkpoint = print_checkpoint(checkpoint_note, snapshot)
    material = Material(study, book, standings(study, book), words)
    data = {
        "words": {key: words(key) for key in _WORDS},
        "title": f"{words('casebook')} {subject}",
        "running": [
            study.study.id,
            f"{words('subject')} {subject}",
            f"{words('record')} {snapshot.head[:12]}",
        ],
        "rehearsal": words("rehearsal") if is_rehearsed(snapshot) else "",
        "cover": _cover(material, snapshot, checkpoint, made_at),
        "course": course_lines(material, book.course),
        "verdicts": verdict_pages(material),
        "visits": visit_pages(material),
        "treatment": course_lines(material, book.treatment),
        "events": event_pages(material),
        "queries": query_pages(material),
        "trail": trail_lines(material),
    }
    return typeset("casebook.typ", data, made_at, words.language)


# Headings that the template sets by itself.
_WORDS = (
    "audit_trail", "casebook", "checkpoint", "content_hash", "contents", "course", "criterion", "entry",
    "entry_table", "events", "no_events", "no_queries", "no_signatures", "no_treatment", "no_verdicts",
    "no_visits", "page_of", "queries", "signatures", "trail_lede", "treatment", "verdict", "verdicts",
    "visits", "what",
)  # fmt: skip


def _cover(
    material: Material, snapshot: Snapshot, checkpoint: PrintedCheckpoint, made_at: datetime
) -> dict[str, Any]:
    words, study, book = material.words, material.study, material.book
    return {
        "title": study.study.short_title,
        "subject": book.subject,
        "facts": _facts(material, snapshot, made_at),
        "hashes": [
            [words("protocol_fingerprint"), grouped(fingerprint(study).data)],
            [words("record_head"), grouped(snapshot.head)],
        ],
        "checkpoint": {
            "sentence": words(
                "checkpoint_sentence", origin=checkpoint.origin, size=checkpoint.size, all=snapshot.size
            ),
            "root": [words("root"), checkpoint.root],
            "note": checkpoint.note,
            "code": checkpoint.code,
            "how": words("checkpoint_how"),
        },
        "signatures": [
            {
                **signature_line(each, words),
                "what": words.kind(each.entry.kind),
                "place": place_title(study, each.row) if each.row else "",
            }
            for each in material.signed
        ],
    }


def _facts(material: Material, snapshot: Snapshot, made_at: datetime) -> list[list[str]]:
    words, study, book = material.words, material.study, material.book
    return [
        [words("study"), f"{study.study.id} · {study.study.title}"],
        [words("sponsor"), study.study.sponsor],
        [words("site"), _site(study, book)],
        [words("protocol_version"), study.study.protocol_version],
        [
            words("record"),
            words("record_state", size=snapshot.size, about=len(book.entries), at=snapshot.taken_at),
        ],
        [words("made"), f"{made_text(made_at)} · trialwright {trialwright.__version__}"],
    ]


def _site(study: Study, book: PersonBook) -> str:
    site = study.site(book.site)
    return f"{book.site} · {site.name} · {site.zone}" if site else book.site
