"""The site on a full disk, without its database, and at its own faults: said plainly, and nothing lost."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import OperationalError, connections

from postgres_cluster import running_cluster
from site_stages import SUBJECT, consented, done, screened, today
from trialwright.conduct import commands as c
from trialwright.store import StudyStore, restore_study
from web_signing_in import (
    PASSWORD,
    access_log,
    browser,
    clock_moved,
    code_of,
    make_account,
    mark_of,
    sign_in,
    text_of,
    yesterday,
)

CONSENT = f"/subjects/{SUBJECT}/consent/"
GLUCOSE = f"/subjects/{SUBJECT}/LOOK/1/laboratory/1/glucose/"
ADDRESS = "/api/v1/commands/RecordConsent"
LATER = timedelta(minutes=1)


@pytest.fixture
def small_site(staffed_folder: Path, small_disk_for_a_site: Path) -> Iterator[StudyStore]:
    """The staffed study on a disk of four megabytes, shown by this process."""
    from trialwright.web.site import open_site

    shutil.copytree(staffed_folder, small_disk_for_a_site / "study")
    cache.clear()
    yield open_site(small_disk_for_a_site / "study")
    connections.close_all()


@contextmanager
def no_room(store: StudyStore) -> Iterator[None]:
    """Fill the study's disk to the last byte for a while."""
    ballast = store.folder.path.parent / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 512, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def accounts_read_only() -> Iterator[None]:
    """Let the accounts' database take nothing for a while; the record's takes everything."""
    with connections["default"].cursor() as cursor:
        cursor.execute("PRAGMA query_only=ON")
        try:
            yield
        finally:
            cursor.execute("PRAGMA query_only=OFF")


def is_whole(store: StudyStore, size: int) -> bool:
    """Whether the record has this many entries, verifies, and its states are those of its entries."""
    return (store.head().size, store.verify().size, store.rebuild()) == (size, size, ())


@pytest.mark.requirement("FL-1", "SQ-3")
def test_a_save_on_a_full_disk_is_refused_and_can_be_sent_again(
    small_site: StudyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FL-1: TW-317 with status 503 and what was typed; pages are read; the same form counts once later."""
    coco = sign_in("coco")
    form = {"deed": "record", "version": "1.0", "on": yesterday(), "command": mark_of(coco.get(CONSENT))}
    size = small_site.head().size
    with no_room(small_site), clock_moved(monkeypatch, LATER):
        for _ in range(3):
            answer = coco.post(CONSENT, form)
            assert (answer.status_code, "TW-317" in text_of(answer)) == (503, True)
            assert "The disk is full" in text_of(answer)
            assert yesterday() in answer.content.decode()
        for page in ("/", "/subjects/", CONSENT, f"/subjects/{SUBJECT}/"):
            assert coco.get(page).status_code == 200
        assert is_whole(small_site, size)
    for _ in range(2):
        assert coco.post(CONSENT, form).status_code == 302
    assert is_whole(small_site, size + 1)


@pytest.mark.requirement("FL-1")
def test_an_answer_on_a_full_disk_stays_with_the_browser(small_site: StudyStore) -> None:
    """FL-1: the form's script is told 503, for which it keeps the answer and sends it again as it is."""
    consented(small_site)
    looked = today() - timedelta(days=9)
    done(small_site, ("coco", "coordinator", c.RecordVisit(SUBJECT, "LOOK", looked)))
    coco = sign_in("coco")
    sent = {"glucose": "7.4", "command": str(uuid4())}
    size = small_site.head().size
    with no_room(small_site):
        answer = coco.post(GLUCOSE, sent, headers={"X-Fragment": "item"})
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/plain")
        assert "The disk is full" in answer.content.decode()
        assert is_whole(small_site, size)
    for _ in range(2):
        assert coco.post(GLUCOSE, sent, headers={"X-Fragment": "item"}).status_code == 200
    assert is_whole(small_site, size + 1)


@pytest.mark.requirement("FL-1", "AT-6")
def test_nobody_signs_in_on_a_full_disk(small_site: StudyStore) -> None:
    """FL-1, AT-6: TW-615 where the session finds no room; with room the same password opens."""
    secret = make_account("coco")
    visitor = browser(raise_request_exception=False)
    with no_room(small_site):
        answer = visitor.post("/sign-in/", {"login": "coco", "password": PASSWORD})
        assert (answer.status_code, "TW-615" in text_of(answer)) == (503, True)
        assert "the disk is full" in text_of(answer)
    assert visitor.get("/subjects/").status_code == 302
    assert visitor.post("/sign-in/", {"login": "coco", "password": PASSWORD}).status_code == 302
    assert visitor.post("/sign-in/second-step/", {"code": code_of(secret)}).status_code == 302
    assert visitor.get("/subjects/").status_code == 200
    assert access_log(small_site) == [("coco", "signed_in")]


@pytest.mark.requirement("FL-1")
def test_a_file_that_finds_no_room_is_not_kept_in_part(small_site: StudyStore) -> None:
    """FL-1: TW-317, no part of the file stays, and with room it is shown as it would be imported."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    coco = sign_in("coco")
    head = "Patient;Visit;Test;Result;Unit;Taken\n".replace(";", ",")
    sent = {"mapping": "results", "command": mark_of(coco.get("/imports/"))}
    shown = small_site.folder.shown
    with no_room(small_site):
        file = SimpleUploadedFile("results.csv", head.encode())
        answer = coco.post("/imports/", sent | {"file": file})
        assert (answer.status_code, "TW-317" in text_of(answer)) == (503, True)
        assert [path for path in shown.glob("*") if path.is_file()] == []
    file = SimpleUploadedFile("results.csv", head.encode())
    assert coco.post("/imports/", sent | {"file": file}).status_code == 200
    assert [path.read_bytes() for path in shown.glob("*")] == [head.encode()]


@pytest.mark.requirement("FL-1")
def test_a_program_is_told_that_it_may_come_again(small_site: StudyStore) -> None:
    """FL-1: the API answers 503 with TW-317 on a full disk, and the same command counts once later."""
    page = sign_in("coco").post("/account/tokens/", {"name": "robot", "days": "30"}).content.decode()
    token = re.search(r"tw_[\w-]+", page)
    assert token is not None
    headers = {"Authorization": f"Bearer {token[0]}", "Idempotency-Key": str(uuid4())}
    body = {"subject": SUBJECT, "version": "1.0", "signed_on": yesterday()}
    size = small_site.head().size
    with no_room(small_site):
        answer = browser().post(ADDRESS, body, content_type="application/json", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (503, "TW-317")
    for _ in range(2):
        answer = browser().post(ADDRESS, body, content_type="application/json", headers=headers)
        assert answer.status_code == 200
    assert is_whole(small_site, size + 1)


@pytest.mark.requirement("FL-1")
def test_what_was_recorded_is_not_denied_when_the_session_cannot_be_kept(
    site: StudyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FL-1: a save goes through although the session's time cannot be noted, and so does reading."""
    coco = sign_in("coco")
    assert coco.get("/").status_code == 200
    form = {"deed": "record", "version": "1.0", "on": yesterday(), "command": mark_of(coco.get(CONSENT))}
    size = site.head().size
    with accounts_read_only(), clock_moved(monkeypatch, LATER):
        assert coco.post(CONSENT, form).status_code == 302
        assert coco.get(CONSENT).status_code == 200
    assert is_whole(site, size + 1)


@pytest.mark.requirement("FL-1", "SG-4")
def test_a_signature_that_the_session_cannot_note_is_said_to_stand_perhaps(site: StudyStore) -> None:
    """FL-1: TW-615 says that what was sent may be recorded, because it is; sent again, it counts once."""
    screened(site)
    ines = sign_in("ines")
    page = f"/subjects/{SUBJECT}/screening/"
    body = ines.get(page).content.decode()
    hidden = dict(re.findall(r'type="hidden" name="(command|deed|content)" value="([^"]*)"', body))
    form = hidden | {"password": PASSWORD, "code": code_of(ines.secret, 1)}
    size = site.head().size
    with accounts_read_only():
        answer = ines.post(page, form)
    assert (answer.status_code, "TW-615" in text_of(answer)) == (503, True)
    assert "it may not be written to" in text_of(answer)
    assert "may have been recorded" in text_of(answer)
    assert is_whole(site, size + 1)


@pytest.mark.requirement("SE-1")
def test_a_session_ended_in_another_window_takes_nothing_back(site: StudyStore) -> None:
    """SE-1: a form under way while the session ends elsewhere is answered; the next one leads to sign in."""
    from django.contrib.sessions.models import Session

    coco = sign_in("coco")
    form = {"deed": "record", "version": "1.0", "on": yesterday(), "command": mark_of(coco.get(CONSENT))}
    store_execute = StudyStore.execute

    def signing_out_meanwhile(*given: Any) -> Any:
        Session.objects.all().delete()
        return store_execute(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StudyStore, "execute", signing_out_meanwhile)
        assert coco.post(CONSENT, form).status_code == 302
    assert coco.get(CONSENT).status_code == 302
    assert len(list(site.entries_of_kind("ConsentRecorded"))) == 1


@pytest.mark.requirement("FL-1")
def test_a_fault_is_said_and_logged_and_claims_nothing(
    site: StudyStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """FL-1: TW-616 asks to look at what stands, shows nothing of the program, and the log has the cause."""
    from trialwright.web.consent import views

    coco = sign_in("coco")
    coco.raise_request_exception = False
    form = {"deed": "record", "version": "1.0", "on": yesterday(), "command": mark_of(coco.get(CONSENT))}

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a fault of the program")

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR, "django.request"):
        patch.setattr(views, "redirect", broken)
        answer = coco.post(CONSENT, form)
    assert (answer.status_code, "TW-616" in text_of(answer)) == (500, True)
    assert "may have been recorded" in text_of(answer)
    assert "ZeroDivision" not in text_of(answer)
    assert "a fault of the program" in caplog.text
    assert coco.post(CONSENT, form).status_code == 302
    assert len(list(site.entries_of_kind("ConsentRecorded"))) == 1


@pytest.mark.requirement("FL-1")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_database_server_that_is_gone_and_back_loses_nothing(
    staffed_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FL-1: 503 and a sentence while PostgreSQL is down; afterwards the session and the form still hold."""
    from trialwright.web.site import open_site

    with running_cluster() as cluster:
        url = cluster.new_database()
        monkeypatch.setenv("DATABASE_URL", url)
        restore_study(staffed_folder, tmp_path / "study", database_url=url)
        cache.clear()
        store = open_site(tmp_path / "study")
        coco = sign_in("coco")
        coco.raise_request_exception = False
        form = {"deed": "record", "version": "1.0", "on": yesterday(), "command": mark_of(coco.get(CONSENT))}
        size = store.head().size
        cluster.kill()
        for answer in (coco.get("/"), coco.post(CONSENT, form)):
            assert (answer.status_code, "it cannot be reached" in text_of(answer)) == (503, True)
        cluster.start()
        connections.close_all()
        assert coco.post(CONSENT, form).status_code == 302
        assert is_whole(store, size + 1)
        connections.close_all()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "the disk is full"),
        (OperationalError("odd"), "it cannot be reached"),
    ],
)
def test_what_a_machine_says_becomes_a_sentence(error: Exception, words: str) -> None:
    """FL-1: whatever raises it, TW-615 with status 503."""
    from trialwright.web.outage import answer_to

    answer = answer_to(error)
    assert (answer.status_code, words in answer.content.decode()) == (503, True)
    assert "TW-615" in answer.content.decode()
