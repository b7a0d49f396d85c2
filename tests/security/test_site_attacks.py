"""Attacks on the whole site: forged, tampered, oversized requests, guessed passwords, a jumping clock."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from form_walking import walk
from site_addresses import every_address
from site_stages import BAG, LOT, SUBJECT, consented, ready, screened
from trialwright.conduct import commands as c
from trialwright.conduct.states import SubjectState
from trialwright.store import StudyStore
from web_signing_in import (
    PASSWORD,
    access_log,
    browser,
    clock_moved,
    give,
    make_account,
    mark_of,
    sign_in,
    text_of,
    yesterday,
)

CONSENT = f"/subjects/{SUBJECT}/consent/"
COOKIE = "__Host-trialwright"


def consent_form(visitor: Any, page: str = CONSENT) -> dict[str, str]:
    """The form of a consent signed the day before yesterday."""
    return {"deed": "record", "version": "1.0", "on": yesterday(), "command": mark_of(visitor.get(page))}


@pytest.mark.requirement("SE-2")
@pytest.mark.parametrize("person", ["coco", "ada", ""])
def test_no_address_takes_a_form_from_elsewhere(site: StudyStore, person: str) -> None:
    """SE-2: without the page's token, TW-630 at every address that takes forms; nothing is recorded."""
    visitor = browser(enforce_csrf_checks=True)
    if person:
        visitor.cookies[COOKIE] = sign_in(person).cookies[COOKIE].value
    size = site.head().size
    for address, _ in every_address():
        for headers in ({}, {"origin": "https://example.org"}):
            answer = visitor.post(address, {"command": str(uuid4())}, headers=headers)
            if address.startswith("/api/"):  # no cookie opens it, so that no browser can be made to use it
                assert answer.status_code in {401, 403, 404, 405}, address
            else:
                assert (answer.status_code, "TW-630" in text_of(answer)) == (403, True), address
    assert site.head().size == size


@pytest.mark.requirement("AC-2")
def test_another_sites_names_in_any_form_reach_nothing(site: StudyStore) -> None:
    """AC-2: every form of site A's coordinator, sent with site B's names in all places, records nothing."""
    screened(site)
    coco = sign_in("coco")
    sent = 0
    for _, page, forms in list(walk(coco, entries=1)):
        assert "B-001" not in page.content.decode()
        for form in forms:
            if form.action.startswith(("/account/", "/sign-out/", "/language/", "/imports/")):
                continue
            given = form.filled({}, lambda name: {"on": yesterday(), "date": yesterday()}.get(name, "x"))
            swapped = {name: [_other(value) for value in values] for name, values in given.items()}
            for address, fields in ((_other(form.action), given), (form.action, swapped)):
                if (address, fields) == (form.action, given):
                    continue
                before = site.head().size
                answer = coco.post(address, fields)
                assert answer.status_code in {403, 404, 405, 422}, (address, fields)
                assert site.head().size == before, (address, fields)
                sent += 1
    assert sent >= 15


def _other(text: str) -> str:
    return "B" if text == "A" else text.replace("A-0", "B-0")


@pytest.mark.requirement("PW-3")
def test_the_second_persons_password_cannot_be_guessed_at_the_chair(site: StudyStore) -> None:
    """PW-3: failures there and at signing in count together; then TW-609, and the right one waits too."""
    ready(site)
    make_account("coco")
    nora = sign_in("nora")
    chair = f"/subjects/{SUBJECT}/infusion/"

    def check(password: str) -> str:
        form = {"deed": "check", "unit": BAG, "lot": LOT, "second": "coco", "second_password": password}
        return text_of(nora.post(chair, form | {"command": mark_of(nora.get(chair))}))

    assert ["too many" in check(f"guess number {number}") for number in range(6)] == [False] * 5 + [True]
    assert "too many failed attempts" in check(PASSWORD)
    events = [event for person, event in access_log(site) if person == "coco"]
    assert events == ["sign_in_failed"] * 5 + ["locked_out"]
    assert site.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"].unit_check is None
    assert "TW-609" in check(PASSWORD)


@pytest.mark.requirement("AC-3", "AC-6")
def test_a_role_that_changed_in_mid_session_is_refused_at_the_next_request(site: StudyStore) -> None:
    """AC-3, AC-6: the form opened as coordinator records nothing once the person is a monitor."""
    coco = sign_in("coco")
    form = consent_form(coco)
    give(site, c.EndDelegation("coco", "coordinator", "A", yesterday(), "moved"), "administrator")
    give(site, c.DelegateRole("coco", "monitor", "A", yesterday(), None, "GCP"), "administrator")
    answer = coco.post(CONSENT, form)
    assert answer.headers["Location"].startswith("/sign-in/")
    assert ("coco", "signed_out") in access_log(site)
    assert not list(site.entries_of_kind("ConsentRecorded"))
    again = sign_in("coco")
    answer = again.post(CONSENT, form)
    assert (answer.status_code, "TW-401" in text_of(answer)) == (422, True)
    assert not list(site.entries_of_kind("ConsentRecorded"))


@pytest.mark.requirement("AC-2", "AC-6")
def test_somebody_who_changed_the_site_in_mid_session_loses_the_earlier_one(site: StudyStore) -> None:
    """AC-2, AC-6: the subject that was open is not found any more, by page or by form."""
    coco = sign_in("coco")
    form = consent_form(coco)
    give(site, c.EndDelegation("coco", "coordinator", "A", yesterday(), "moved"), "administrator")
    give(site, c.DelegateRole("coco", "coordinator", "B", yesterday(), None, "GCP"), "administrator")
    assert coco.post(CONSENT, form).status_code == 302
    again = sign_in("coco")
    assert again.get(CONSENT).status_code == again.post(CONSENT, form).status_code == 404
    assert again.get("/subjects/B-001/consent/").status_code == 200
    assert not list(site.entries_of_kind("ConsentRecorded"))


@pytest.mark.requirement("TM-1", "FL-1")
def test_a_clock_set_back_between_saves_is_marked_and_nothing_is_lost(
    site: StudyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TM-1, FL-1: who was at work signs in anew; the order stays, and the step back is an entry."""
    coco = sign_in("coco")
    form = consent_form(coco)
    assert coco.post(CONSENT, form).status_code == 302
    with clock_moved(monkeypatch, -timedelta(hours=2)):
        visit = {"deed": "record", "date": yesterday(), "command": str(uuid4())}
        place = f"/subjects/{SUBJECT}/LOOK/1/"
        assert coco.post(place, visit).headers["Location"].startswith("/sign-in/")
        assert not list(site.entries_of_kind("VisitRecorded"))
        again = sign_in("coco")
        assert again.post(place, visit).status_code == 302
        assert coco.post(CONSENT, form).status_code == 302
    stepped = list(site.entries_of_kind("ClockSteppedBack"))
    assert len(stepped) == 1
    assert 7_190_000 < stepped[0].payload["milliseconds"] < 7_300_000
    kinds = [entry.kind for entry in site.entries(f"subject:{SUBJECT}")]
    assert kinds == ["SubjectRegistered", "ConsentRecorded", "VisitRecorded"]
    assert (site.verify().size, site.rebuild()) == (site.head().size, ())


@pytest.mark.requirement("FL-1")
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"statement": "x" * 3_000_000}, 413),
        ({f"field-{number}": "x" for number in range(10_500)}, 413),
    ],
)
def test_a_form_beyond_all_measure_is_refused_in_a_sentence(
    site: StudyStore, sent: dict[str, str], status: int
) -> None:
    """FL-1: TW-617, and nothing is recorded."""
    coco = sign_in("coco")
    size = site.head().size
    answer = coco.post(CONSENT, consent_form(coco) | sent)
    assert (answer.status_code, "TW-617" in text_of(answer)) == (status, True)
    assert "Nothing was recorded" in text_of(answer)
    assert site.head().size == size


@pytest.mark.requirement("FL-1")
def test_a_form_that_is_none_is_refused_in_a_sentence(site: StudyStore) -> None:
    """FL-1: broken multipart is TW-617 or a page with a sentence, never a fault."""
    coco = sign_in("coco")
    size = site.head().size
    for content_type in ("multipart/form-data; boundary=x", "multipart/form-data", "text/x; charset=none"):
        answer = coco.generic("POST", CONSENT, b"--y\r\nbroken", content_type)
        assert answer.status_code in {400, 422}
        assert re.search(r"TW-\d{3}", text_of(answer))
    assert site.head().size == size


@pytest.mark.requirement("FL-1")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("results.csv", b"x" * 6_000_000),
        ("results.csv", b"MZ\x90\x00\x03" * 1000),
        ("results.csv", b"\x89PNG\r\n\x1a\n"),
        ("../../study.db", b"PK\x03\x04 a spreadsheet"),
        ("<script>alert(1)</script>.csv", b"a,b\n1,2\n"),
        ("x" * 5000 + ".csv", b""),
        ("results\x00.csv", b"\xff\xfe"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_not_kept(site: StudyStore, name: str, content: bytes) -> None:
    """FL-1: too large, of another sort, with a name that leads elsewhere: TW-870 or TW-871; nothing stays."""
    coco = sign_in("coco")
    size = site.head().size
    given = {"mapping": "results", "deed": "show", "command": mark_of(coco.get("/imports/"))}
    answer = coco.post("/imports/", given | {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert re.search("TW-87[01]", text_of(answer))
    assert "<script>alert" not in answer.content.decode()
    assert list(site.folder.files.glob("*")) == []
    assert site.head().size == size


@pytest.mark.requirement("SG-4")
def test_a_token_is_no_signature(site: StudyStore) -> None:
    """SG-4: what takes a password, of oneself or of a second person, has no address in the API."""
    screened(site)
    page = sign_in("ines").post("/account/tokens/", {"name": "robot", "days": "30"}).content.decode()
    token = re.search(r"tw_[\w-]+", page)
    assert token is not None
    headers = {"Authorization": f"Bearer {token[0]}", "Idempotency-Key": str(uuid4())}
    size = site.head().size
    described = browser().get("/api/v1/openapi.json").json()["paths"]
    for name in (
        "SignEligibility",
        "ConfirmEligibility",
        "SignForm",
        "SignCasebook",
        "CheckUnit",
        "RecordImport",
    ):
        address = f"/api/v1/commands/{name}"
        body = json.dumps({"subject": SUBJECT})
        answer = browser().post(address, body, content_type="application/json", headers=headers)
        assert answer.status_code == 404
        assert address not in described
    assert site.head().size == size


ODD = ("\x00", "A-001\x00", "\xed\xa0\x80", "\u202eA-001", "A" * 5000)


@pytest.mark.parametrize("database", ["site", "site_on_postgresql"])
def test_characters_that_no_database_takes_are_answered(request: Any, database: str) -> None:
    """FL-1: zero bytes and the like, in addresses and in every field, on both databases: a page, no fault."""
    from urllib.parse import quote

    store: StudyStore = request.getfixturevalue(database)
    consented(store)
    ada, coco = sign_in("ada"), sign_in("coco")
    for text in ODD:
        told = quote(text)
        for visitor, address in (
            (coco, f"/subjects/{told}/"),
            (coco, f"/subjects/{SUBJECT}/queries/{told}/"),
            (coco, f"/subjects/{SUBJECT}/LOOK/1/person/{told}/"),
            (ada, f"/person/{told}/"),
            (ada, f"/entries/?subject={told}&kind={told}&person={told}&item={told}"),
        ):
            assert visitor.get(address).status_code in {200, 302, 403, 404}, address
        new = {"person": text, "name": text, "role": text, "site": text, "first": text, "training": text}
        for visitor, address, fields in (
            (ada, "/people/add/", new | {"last": text}),
            (coco, "/subjects/new/", {"subject": text, "site": text, "rescreen_of": text}),
            (coco, CONSENT, {"deed": text, "version": text, "on": text, "scope": text, "statement": text}),
            (coco, f"/subjects/{SUBJECT}/LOOK/1/", {"deed": text, "date": text, "time": text, "cause": text}),
        ):
            for mark in (str(uuid4()), text):
                answer = visitor.post(address, fields | {"command": mark})
                assert answer.status_code in {200, 302, 403, 404, 422}, (address, ascii(text))
        signing = browser().post("/sign-in/", {"login": text, "password": text})
        assert signing.status_code in {200, 400, 429}
    assert (store.verify().size, store.rebuild()) == (store.head().size, ())


def test_a_zero_byte_in_an_answer_is_kept_or_refused_alike(site: StudyStore) -> None:
    """FL-1: whatever becomes of it, the record verifies and its states are those of its entries."""
    screened(site)
    coco = sign_in("coco")
    place = f"/subjects/{SUBJECT}/LOOK/1/person/1/remark/"
    answer = coco.post(place, {"remark": "a\x00b", "command": str(uuid4())}, headers={"X-Fragment": "item"})
    assert answer.status_code in {200, 422}
    person = site.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(person, SubjectState)
    assert (site.verify().size, site.rebuild()) == (site.head().size, ())
