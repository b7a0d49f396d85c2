"""The whole site walked by people who type script into every field and send every form again."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from form_walking import Form, walk
from site_stages import ready, today
from trialwright.store import StudyStore
from web_signing_in import PASSWORD, code_of, sign_in, yesterday

# One's own account, the people who are still to walk, and what removes the words that others typed, are left
# alone; of the answers that can be removed, those to one question are.
LEFT_ALONE = re.compile(
    r"^/(account/(?!tokens)|language/|sign-out/|person/(?!stan/|xena/)|subjects/.*/(?!diastolic/)\w+/history/)"
)
# The last one ends what the others work on.
WALKERS = ("coco", "nora", "mona", "ines", "dora", "saga", "ada", "coco")
READERS = ("ivo", "coco", "ada")
ENDING = re.compile(r"/ending/$|-\d+/consent/$")
ANSWERS = {200, 302, 403, 409, 422}

# What the forms wrote at least, so that it is known that they were filled well enough.
KINDS = {
    "ContentRedacted",
    "AdverseEventReported",
    "ConsentVersionApproved",
    "ConsentWithdrawn",
    "FormFrozen",
    "FormSigned",
    "ItemCorrected",
    "ItemsEntered",
    "LotRegistered",
    "PersonAdded",
    "PersonDisabled",
    "QueryAnswered",
    "QueryClosed",
    "QueryOpened",
    "RoleDelegated",
    "SourceVerified",
    "StudyPaused",
    "SubjectRegistered",
    "VisitRecorded",
}


def attack(name: str) -> str:
    """Script for a field, which breaks out of an attribute first; it names the field."""
    return f"\"'><img src=x onerror=alert('{name}')><script>alert('{name}')</script>"


def plausible() -> dict[str, str]:
    """What a field must say so that its form may be recorded; the fields beside it carry script."""
    past, later = yesterday(), (today() + timedelta(days=90)).isoformat()
    days = dict.fromkeys(
        ("on", "date", "approved_on", "first", "signed_on", "sampled_on", "pill_start", "start"), past
    )
    return days | {
        "person": "xena",
        "version": "9.0",
        "glucose": "7.9",
        "age": "41",
        "grade": "2",
        "systolic": "120",
        "diastolic": "80",
        "units": "K1 K2",
        "lot": "L9",
        "volume": "100",
        "expiry": later,
        "rescreen_of": "",
        "time": "",
        "last": "",
        "end": "",
        "unit": "B2",
        "bed_rest": "2",
        "password": PASSWORD,
        "passage": "4",
        "particles_per_ml": "2e10",
        "particles_per_unit": "2e12",
        **dict.fromkeys(("made_on", "filled_on", "potency", "file_sha256"), ""),
        **dict.fromkeys(("particle_mode_nm", "particle_mean_nm", "protein_ug_per_ml"), "120"),
        **dict.fromkeys(("endotoxin_eu_per_ml", "viability_percent"), "0.05"),
        **dict.fromkeys(("second", "low_c", "high_c"), ""),
    }


@dataclass
class Walked:
    """What the walk found."""

    store: StudyStore
    forms: set[str] = field(default_factory=set)
    typed: set[str] = field(default_factory=set)
    raw: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    began: int = 0
    shown: set[str] = field(default_factory=set)

    def recorded(self) -> set[str]:
        """The fields whose script stands in the record."""
        texts = (json.dumps(dict(entry.payload)) + str(entry.reason) for entry in self.store.entries())
        return {name for text in texts for name in re.findall(r"onerror=alert\('([\w-]+)'\)", text)}

    def look(self, where: str, answer: Any) -> None:
        """Note script that is shown as such, or as text, and answers that are none."""
        if answer.status_code not in ANSWERS:
            self.failed.append(f"{where}: {answer.status_code}")
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            return
        page = answer.content.decode()
        if "<img src=x" in page or "<script>alert" in page:
            self.raw.append(where)
        self.shown |= set(re.findall(r"onerror=alert\('([\w-]+)'\)", html.unescape(page)))

    def send(self, visitor: Any, form: Form, given: dict[str, list[str]]) -> None:
        """Send a form twice: what the first time recorded, the second does not record again."""
        self.look(form.action, visitor.post(form.action, given))
        between = self.store.head().size
        self.look(form.action, visitor.post(form.action, given))
        after = self.store.newest_entries(self.store.head().size - between)
        self.doubled += [f"{form.action}: {entry.kind}" for entry in after if entry.kind != "AccessLogged"]


def walk_as(found: Walked, person: str, *, ending: bool) -> None:
    """Read every page as a person and send every form: with script alone, then as it may be recorded."""
    visitor = sign_in(person)
    visitor.raise_request_exception = False
    for address, answer, forms in walk(visitor):
        if answer.status_code != 404:  # the report, which this study does not have
            found.look(address, answer)
        for form in forms:
            if LEFT_ALONE.match(form.action) or (ENDING.search(form.action) and not ending):
                continue
            found.forms.add(re.sub(r"A-\d+|B-\d+|Q-\d+|AE-\d+", "x", form.action))
            found.typed |= form.typed.keys()
            known = plausible() | {"code": code_of(visitor.secret, 1)}
            found.look(form.action, visitor.post(form.action, form.filled({}, attack) | fresh_mark(form)))
            found.send(visitor, form, form.filled({}, lambda name, known=known: _said(name, known)))


def _said(name: str, known: dict[str, str]) -> str:
    return "" if name.endswith("-missing") else known.get(name, attack(name))


def fresh_mark(form: Form) -> dict[str, list[str]]:
    """A mark of its own for the first of two ways to fill a form."""
    return {"command": [str(uuid4())]} if "command" in form.values else {}


@pytest.fixture(scope="module")
def walked(staffed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    """The site with a subject on the day of treatment, walked by everybody, then read by everybody."""
    from django.core.cache import cache
    from django.db import connections

    from trialwright.web.site import open_site

    folder = tmp_path_factory.mktemp("walked") / "study"
    shutil.copytree(staffed_folder, folder)
    store = ready(open_site(folder))
    found = Walked(store, began=store.head().size)
    for turn, person in enumerate(WALKERS, 1):
        cache.clear()
        walk_as(found, person, ending=turn == len(WALKERS))
    for person in READERS:
        visitor = sign_in(person)
        for address, answer, _ in walk(visitor, entries=60):
            if answer.status_code != 404:
                found.look(address, answer)
    yield found
    connections.close_all()


@pytest.mark.requirement("AC-1")
def test_script_typed_into_any_field_is_shown_as_text(walked: Walked) -> None:
    """AC-1: of every field whose text is recorded, the text is shown on some page, and as markup on none."""
    assert walked.raw == []
    recorded = walked.recorded()
    assert recorded >= {"name", "training", "reason", "cause", "remark", "text", "term", "summary"}
    assert recorded >= {"pill_name", "glucose-reason", "statement"}
    assert sorted(recorded - walked.shown) == []


@pytest.mark.requirement("SQ-3")
def test_every_form_sent_again_counts_once(walked: Walked) -> None:
    """SQ-3: the second sending of any form records nothing, but that somebody failed to sign once more."""
    assert walked.doubled == []
    assert {entry.kind for entry in walked.store.entries() if entry.seq > walked.began} >= KINDS


@pytest.mark.requirement("FL-1")
def test_whatever_is_sent_is_answered(walked: Walked) -> None:
    """FL-1: every form gives a page with a sentence, or leads on; none fails."""
    assert walked.failed == []
    assert len(walked.forms) >= 45
    assert len(walked.typed) >= 50
