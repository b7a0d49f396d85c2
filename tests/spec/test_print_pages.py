"""Prints from the browser: a casebook, and the blank forms."""

from __future__ import annotations

from typing import Any

import pytest

from print_making import text_of as print_text
from site_stages import SUBJECT, screened
from trialwright.store import StudyStore
from web_signing_in import mark_of, sign_in, text_of

PRINT = f"/subjects/{SUBJECT}/casebook.pdf"


def printed(visitor: Any, address: str = PRINT, **headers: str) -> Any:
    """The answer to the button on the subject's page."""
    mark = mark_of(visitor.get(f"/subjects/{SUBJECT}/"))
    return visitor.post(address, {"command": mark}, headers=headers)


@pytest.mark.requirement("AT-5")
def test_a_casebook_is_printed_and_that_is_an_entry(site: StudyStore) -> None:
    """AT-5: whose casebook left the system, and with whom, stands in the record before the file is given."""
    screened(site)
    answer = printed(sign_in("mona"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    said = print_text(answer.content)
    assert SUBJECT in said
    assert "7.8 mmol/L" in said
    (entry,) = [each for each in site.entries_of_kind("AccessLogged") if each.payload["event"] == "print"]
    assert entry.author.id == "mona"
    assert entry.payload["detail"] == {"casebook": SUBJECT}


@pytest.mark.requirement("AC-2")
def test_another_sites_casebook_is_not_found(site: StudyStore) -> None:
    """AC-2: not printed, not named, and nothing is noted."""
    screened(site)
    assert printed(sign_in("mona"), "/subjects/B-001/casebook.pdf").status_code == 404
    assert not [each for each in site.entries_of_kind("AccessLogged") if each.payload["event"] == "print"]


@pytest.mark.requirement("AC-1")
def test_who_may_not_print_gets_no_file(site: StudyStore) -> None:
    """AC-1: a statistician sees the casebook and takes none of it out."""
    screened(site)
    stan = sign_in("stan")
    assert "Casebook as PDF" not in text_of(stan.get(f"/subjects/{SUBJECT}/"))
    assert stan.post(PRINT, {"command": "x"}).status_code == 403


def test_a_print_without_its_mark_is_refused(site: StudyStore) -> None:
    """TW-631: nothing is printed that is not noted."""
    screened(site)
    answer = sign_in("mona").post(PRINT, {"command": "x"})
    assert answer.status_code == 422
    assert "TW-631" in text_of(answer)


def test_blank_forms_hold_nobodys_data(site: StudyStore) -> None:
    """The study's forms, to be filled by hand; the record is not touched."""
    screened(site)
    mona = sign_in("mona")
    before = site.head()
    said = print_text(mona.get("/blank-forms.pdf").content)
    assert "Laboratory" in said
    assert SUBJECT not in said
    assert site.head() == before
