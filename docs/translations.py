"""Keeps the translations of the pages in step with the pages: `make docs`.

Gathers every text that a page can show, from the templates, the code and the tables of codes; puts those that
are new, without a translation, into ``django.po`` and takes out what no page says any more; and writes
``django.mo``, which the site reads. A test fails while a text waits for its translation.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).parents[1] / "src" / "trialwright"
WEB = SOURCE / "web"
FOLDER = WEB / "locale" / "zh_Hans" / "LC_MESSAGES"
# The functions of the site's code whose first text is shown, beside those of gettext.
_SHOWN = dict.fromkeys(
    ("gettext", "noop", "_", "_words", "_event", "_at_visit", "_placed", "_coded", "_linked"), None
) | {"ngettext": (1, 2)}
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)

# The first digit of the codes that a page can show: conduct, the site, people and queries.
_IN_THE_BROWSER = "468"

Message = str | tuple[str, str]


def messages() -> list[Message]:
    """Every text, with its plural where it counts something, in alphabetical order."""
    from trialwright.web.site import configure_site

    configure_site()
    found = {*_of_templates(), *_of_code(), *_of_tables()}
    plurals = {each[0] for each in found if isinstance(each, tuple)}
    kept = [each for each in found if each and (isinstance(each, tuple) or each not in plurals)]
    return sorted(kept, key=lambda each: each if isinstance(each, str) else each[0])


def catalogue() -> Catalog:
    """The messages with the translations that there are."""
    kept = read_translations()
    new = Catalog(
        locale="zh_Hans",
        project="trialwright",
        creation_date=_NO_DATE,
        revision_date=_NO_DATE,
        last_translator="trialwright",
        language_team="trialwright",
        copyright_holder="trialwright",
        charset="utf-8",
        fuzzy=False,
    )
    for message in messages():
        known = kept.get(message if isinstance(message, str) else message[0])
        new.add(message, known.string if known is not None else None)
    return new


def untranslated() -> list[Message]:
    """The messages that no translation was written for."""
    return [each.id for each in catalogue() if each.id and not _is_whole(each.string)]


def read_translations() -> Catalog:
    """The translations as they are kept."""
    path = FOLDER / "django.po"
    if not path.is_file():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def written(kept: Catalog) -> tuple[bytes, bytes]:
    """The catalogue as the two files: for people and for the site."""
    text, machine = io.BytesIO(), io.BytesIO()
    write_po(text, kept, width=110, no_location=True, sort_output=True, omit_header=False)
    write_mo(machine, kept)
    return text.getvalue(), machine.getvalue()


def _is_whole(translated: object) -> bool:
    return all(translated) if isinstance(translated, tuple) else bool(translated)


def _of_templates() -> Iterator[Message]:
    from django.utils.translation.template import templatize

    for path in sorted((WEB / "templates").rglob("*.html")):
        source = templatize(path.read_text("utf-8"), origin=str(path))
        yield from _extracted(source)


def _of_code() -> Iterator[Message]:
    for path in sorted(WEB.rglob("*.py")):
        yield from _extracted(path.read_text("utf-8"))


def _extracted(source: str) -> Iterator[Message]:
    for _, message, *_ in extract("python", io.BytesIO(source.encode()), keywords=_SHOWN):
        yield message if isinstance(message, str) else (str(message[0]), str(message[1]))


def _of_tables() -> Iterator[Message]:
    """Codes of the core as words, kinds of entries, names in tables, what refusals mean."""
    from trialwright.clinical.safety_clocks import RULES_IN_WORDS
    from trialwright.clinical.scores import CAPRINI_2005, PADUA_2010
    from trialwright.conduct import (
        consent_ledger,
        ending,
        event_checks,
        people,
        roles,
        safety_duties,
        safety_gates,
        safety_reports,
        units,
    )
    from trialwright.conduct.evolve import CHANGES
    from trialwright.conduct.signing import CASEBOOK_MEANING, FORM_MEANING
    from trialwright.errors import CATALOGUE
    from trialwright.web import grid, overview
    from trialwright.web.telling import kind_name

    yield from (kind_name(kind) for kinds in CHANGES.values() for kind in kinds)
    codes = (
        *roles.ROLES,
        *consent_ledger.CONSENT_SCOPES,
        *ending.WITHDRAWAL_CAUSES,
        *ending.WITHDRAWAL_SCOPES,
        *event_checks.SERIOUSNESS,
        *event_checks.ACTIONS,
        *event_checks.OUTCOMES,
        *people.ACCESS_EVENTS,
        *safety_gates.REVIEW_DECISIONS,
        *units.DISPOSITIONS,
        *safety_duties.RECEIVERS,
        *safety_reports.REPORT_KINDS,
        *_STATUSES,
    )
    yield from (code.replace("_", " ") for code in codes)
    yield from (code.replace("_", " ").capitalize() for code in event_checks.SERIOUSNESS)
    yield from grid.STATES.values()
    yield from (*overview.STEPS, *overview.WAITING)
    for score in (CAPRINI_2005, PADUA_2010):
        yield from (score.title, *(item.label for item in score.items))
    yield from (CASEBOOK_MEANING, FORM_MEANING, *RULES_IN_WORDS.values())
    for code, sentences in CATALOGUE.items():
        if code[3] in _IN_THE_BROWSER:
            yield from sentences


# Codes that stand in states and not in a table of their own.
_STATUSES = (
    "registered", "received", "allocated", "thawed", "in_use", "used", "partly_used", "quarantined",
    "recalled",
    "infused", "partly infused", "in use", "destroyed", "returned", "expired", "stored", "prepared", "use",
    "destroy", "return", "to be destroyed", "to be returned", "excursion: use", "passed", "failed", "pending",
    "on the way",
    "the shipment's temperature is not known", "the certificate of this lot was read and the lot may be used",
    "released", "open", "answered", "closed", "met", "not_met", "unknown", "eligible", "not_eligible",
    "inclusion", "exclusion", "related", "not_related", "screen failure", "in screening", "enrolled",
    "treated", "completed", "withdrawn", "declared", "ineligible", "undetermined", "early", "late",
    "adverse events", "yes", "no",
)  # fmt: skip


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    text, machine = written(catalogue())
    (FOLDER / "django.po").write_bytes(text)
    (FOLDER / "django.mo").write_bytes(machine)
    print(f"{len(messages())} messages, {len(untranslated())} without a translation")
