"""A site takes people in only under exactly the protocol that was approved for it."""

from __future__ import annotations

from typing import Any

import pytest

from conduct_making import NOON, Desk, changed, desk, tiny
from site_stages import done
from trialwright.conduct import Refusal
from trialwright.conduct import commands as c
from trialwright.conduct.protocol_approval import approved_at, data_fingerprint
from trialwright.protocol.fingerprint import fingerprint
from trialwright.store import StudyStore
from web_signing_in import mark_of, sign_in, text_of

ASKED = changed(tiny(), design={"approvals_required": True})
VERSION = ASKED.study.protocol_version


def approval(**changes: Any) -> c.ApproveProtocol:
    plain: dict[str, Any] = {
        "site": "A",
        "version": VERSION,
        "fingerprint": fingerprint(ASKED).data,
        "approved_on": NOON.date(),
        "body": "Ethics committee A",
        "reference": "letter 7",
    }
    return c.ApproveProtocol(**(plain | changes))


def opened() -> Desk:
    return desk(ASKED)


@pytest.mark.requirement("SQ-2")
def test_nobody_is_taken_in_before_the_approval() -> None:
    """SQ-2: TW-818 names version and site; with the approval of exactly this protocol the site works."""
    here = opened()
    register = c.RegisterSubject("A-001", "A")
    refused = here.refused("TW-818", register)
    assert f"version {VERSION} of the protocol is not approved for site A" in refused.sentence
    assert refused.missing == ("approval at A",)
    entry = here.do(approval())
    assert entry.payload["fingerprint"] == data_fingerprint(ASKED)
    here.do(register)
    assert approved_at(here.record, "A") == (data_fingerprint(ASKED),)


@pytest.mark.requirement("SQ-2")
def test_an_approval_is_of_the_protocol_in_force_at_one_site() -> None:
    """SQ-2: TW-817 for another version or fingerprint; the other site waits; TW-819 twice."""
    here = opened()
    assert "is another one" in here.refused("TW-817", approval(version="9")).sentence
    here.refused("TW-817", approval(fingerprint="0" * 64))
    here.refused("TW-405", approval(site="Z"))
    here.refused("TW-415", approval(body=" "))
    here.do(approval())
    here.refused("TW-819", approval())
    here.refused("TW-818", c.RegisterSubject("B-001", "B"))


@pytest.mark.requirement("SQ-2")
def test_an_amended_protocol_waits_for_its_own_approval() -> None:
    """SQ-2: after the protocol changed nobody new is taken in, and safety is still recorded."""
    here = opened()
    here.do(approval())
    here.consented("A-001")
    here.study = changed(ASKED, safety={"reaction_end_grade": 4})
    here.refused("TW-818", c.RegisterSubject("A-002", "A"))
    report = c.EventReport("Fall", grade=1, related="not related", serious=False)
    assert not isinstance(here.attempt(c.ReportAdverseEvent("A-001", report)), Refusal)
    here.do(approval(fingerprint=fingerprint(here.study).data), c.RegisterSubject("A-002", "A"))


def test_where_the_protocol_does_not_ask_nothing_waits() -> None:
    """A protocol without the setting takes people in as before."""
    desk().do(c.RegisterSubject("A-001", "A"))


@pytest.mark.requirement("SQ-2", "AC-1")
def test_the_sponsor_records_an_approval_in_the_browser(site: StudyStore) -> None:
    """SQ-2: the study's page shows version and fingerprint; a coordinator finds no form."""
    saga = sign_in("saga")
    page = saga.get("/study/")
    assert data_fingerprint(site.study)[:12] in text_of(page)
    fields = {"command": mark_of(page), "deed": "approve_protocol", "site": "A", "on": "2026-01-05"}
    assert "TW-415" in text_of(saga.post("/study/", fields | {"body": "", "reference": "letter 7"}))
    fields |= {"command": mark_of(saga.get("/study/")), "body": "Ethics committee A", "reference": "letter 7"}
    assert saga.post("/study/", fields).status_code == 302
    assert "Ethics committee A" in text_of(saga.get("/study/"))
    assert "Record an approval" not in text_of(sign_in("coco").get("/study/"))
    assert "TW-610" in text_of(saga.post("/study/", fields | {"command": mark_of(page), "on": "soon"}))
    done(site, ("saga", "sponsor", approval(site="B", fingerprint=data_fingerprint(site.study))))
    assert "Record an approval" not in text_of(saga.get("/study/"))
