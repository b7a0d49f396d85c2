"""Files of an invented laboratory for the tiny site, and the ways in which they are imported."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conduct_making import ZONE
from site_stages import SUBJECT, consented, done, today
from trialwright.conduct import Author, Context, Refusal
from trialwright.conduct import commands as c
from trialwright.conduct.states import SubjectState
from trialwright.store import StudyStore, random_salts
from trialwright.store.importing import Imported, import_file
from web_signing_in import mark_of

HEAD = "Patient,Visit,Taken,Test,Result,Unit\n"


def day() -> str:
    """The day of the screening visit as the laboratory writes it."""
    return f"{today():%d.%m.%Y}"


def row(**cells: str) -> str:
    """One row of a file: a glucose of the subject's screening, but for what is said otherwise."""
    plain = {
        "patient": SUBJECT,
        "visit": "S",
        "taken": day(),
        "test": "GLU",
        "result": "7.8",
        "unit": "mmol/l",
    }
    return ",".join((plain | cells).values()) + "\n"


@pytest.fixture
def held(site: StudyStore) -> StudyStore:
    """The screening visit was held today, nothing is entered."""
    return done(consented(site), ("coco", "coordinator", c.RecordVisit(SUBJECT, "LOOK", today())))


def run(store: StudyStore, text: str | bytes, **named: Any) -> Imported | Refusal:
    """Import a file as the coordinator of site A."""
    content = text.encode() if isinstance(text, str) else text
    author = Author("coco", "Coco Petit", "coordinator")

    def context(_site: str | None, command: str) -> Context:
        return Context(datetime.now(UTC), ZONE, author, command)

    def sees(site: str) -> bool:
        return site == "A"

    return import_file(store, "results", "results.csv", content, context, random_salts, sees, **named)


def taken(store: StudyStore, text: str | bytes, **named: Any) -> Imported:
    answer = run(store, text, **named)
    assert isinstance(answer, Imported), answer
    assert answer.rows == answer.stored + answer.standing + len(answer.rejected)
    return answer


def glucose(store: StudyStore) -> tuple[Any, Any] | None:
    state = store.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
    cell = state.rows.get("LOOK|1|laboratory|1", {}).get("glucose")
    return (cell.value, cell.unit) if cell else None


def send(visitor: Any, text: str, name: str = "results.csv") -> Any:
    file = SimpleUploadedFile(name, text.encode(), "text/csv")
    mark = mark_of(visitor.get("/imports/"))
    return visitor.post("/imports/", {"command": mark, "deed": "show", "mapping": "results", "file": file})


def agree(visitor: Any, shown: Any, **changes: str) -> Any:
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', shown.content.decode()))
    wanted = {name: hidden[name] for name in ("command", "mapping", "sha256", "name")}
    return visitor.post("/imports/", wanted | {"deed": "import"} | changes)
