"""The API: the same commands, permissions and refusals as in the browser, for programs with a token."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from site_stages import BAG, LOT, SUBJECT, consented, ready, screened, today
from trialwright.conduct import commands as c
from trialwright.store import StudyStore
from trialwright.web.api.bodies import NOT_SENT
from trialwright.web.api.service import api
from web_signing_in import access_log, browser, clock_moved, give, sign_in

V1 = "/api/v1"


def token_of(visitor: Any, name: str = "laboratory robot") -> str:
    """Make a token on the page about oneself."""
    page = visitor.post("/account/tokens/", {"name": name, "days": "30"})
    found = re.search(r"tw_[\w-]+", page.content.decode())
    assert found is not None
    return found[0]


class Program:
    """Something that sends requests with a token."""

    def __init__(self, token: str) -> None:
        self._browser = browser()
        self._token = {"Authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        return self._browser.get(V1 + path, headers=self._token)

    def give(self, name: str, body: Any, key: str | None = None) -> Any:
        headers = self._token | {"Idempotency-Key": key or str(uuid4())}
        return self._browser.post(
            f"{V1}/commands/{name}", json.dumps(body), content_type="application/json", headers=headers
        )

    def take(self, path: str, body: Any = None) -> Any:
        headers = self._token | {"Idempotency-Key": str(uuid4())}
        return self._browser.post(
            V1 + path, json.dumps(body or {}), content_type="application/json", headers=headers
        )


@pytest.fixture
def robot(site: StudyStore) -> Program:
    """A program of the coordinator of site A."""
    return Program(token_of(sign_in("coco")))


def consent(subject: str = SUBJECT) -> dict[str, Any]:
    return {"subject": subject, "version": "1.0", "signed_on": (today() - timedelta(days=3)).isoformat()}


def test_a_token_proves_no_second_person(site: StudyStore, robot: Program) -> None:
    """What two people do together is refused to a program that names the second one (TW-899)."""
    disposal = {"unit": "B1", "disposition": "destroyed", "reason": "torn", "second_person": "nora"}
    answer = robot.give("DisposeUnit", disposal)
    assert (answer.status_code, answer.json()["code"]) == (409, "TW-899")


def test_a_recall_is_one_call_each_way(site: StudyStore, robot: Program) -> None:
    """Who got lot L, and what stands behind subject S; a lot that is not there is not found."""
    ready(site)
    (reached,) = robot.get(f"/lots/{LOT}/subjects").json()
    assert (reached["subject"], reached["unit"], reached["given"]) == (SUBJECT, BAG, False)
    (source,) = robot.get(f"/subjects/{SUBJECT}/sources").json()
    assert (source["unit"], source["lot"]) == (BAG, LOT)
    assert robot.get("/lots/L404/subjects").status_code == 404


def test_without_a_token_nothing_is_shown(site: StudyStore) -> None:
    """AC-1: no token, a wrong one, and a browser's session are all refused."""
    assert browser().get(f"{V1}/study").status_code == 401
    assert Program("tw_guess").get("/study").status_code == 401
    assert sign_in("coco").get(f"{V1}/study").status_code == 401


def test_the_study_and_its_subjects_are_read(site: StudyStore, robot: Program) -> None:
    """AC-2: only the subjects of the person's site, and a subject of another one does not exist."""
    study = robot.get("/study").json()
    assert (study["id"], study["size"]) == ("TINY-1", site.head().size)
    assert [line["subject"] for line in robot.get("/subjects").json()] == ["A-001"]
    assert robot.get("/subjects/A-001").json()["site"] == "A"
    assert robot.get("/subjects/B-001").status_code == 404
    assert robot.get("/subjects/B-001/entries").json() == robot.get("/subjects/B-009/entries").json()


def test_a_command_is_given_and_its_entries_named(site: StudyStore, robot: Program) -> None:
    """The answer names the entries and the head; the entry bears the person's name."""
    answer = robot.give("RecordConsent", consent())
    assert answer.status_code == 200, answer.content
    assert answer.json()["head"] == site.head().hash
    entry = robot.get(f"/subjects/{SUBJECT}/entries").json()[-1]
    assert (entry["kind"], entry["author"]["id"]) == ("ConsentRecorded", "coco")


@pytest.mark.requirement("SQ-3")
def test_the_same_key_counts_once(site: StudyStore, robot: Program) -> None:
    """SQ-3: a request repeated after a lost answer gives the first answer again."""
    key = str(uuid4())
    first = robot.give("RecordConsent", consent(), key).json()
    size = site.head().size
    assert robot.give("RecordConsent", consent(), key).json() == first
    assert site.head().size == size


def test_a_refusal_is_an_answer_with_code_and_sentence(robot: Program) -> None:
    """As in the browser."""
    answer = robot.give("RecordConsent", consent("A-009"))
    assert answer.status_code == 409
    assert answer.json()["code"] == "TW-407"
    assert robot.give("LockSubject", {"subject": SUBJECT}).json()["code"] == "TW-401"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("RecordConsent", {"subject": SUBJECT}),
        ("RecordConsent", consent() | {"signed_on": "soon"}),
        ("RecordConsent", []),
    ],
)
def test_what_cannot_be_read_is_refused(robot: Program, name: str, body: Any) -> None:
    """TW-660 names the field."""
    answer = robot.give(name, body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "TW-660"


def test_unknown_things_are_not_found(robot: Program) -> None:
    """TW-662; a command that only the site gives is none."""
    assert robot.get("/subjects/A-009").json()["code"] == "TW-662"
    assert robot.give("LogAccess", {"person": "coco", "event": "export"}).status_code == 404


def test_eligibility_is_read_with_its_reasons(site: StudyStore, robot: Program) -> None:
    """Overall, missing, and the criteria."""
    screened(site)
    found = robot.get(f"/subjects/{SUBJECT}/eligibility").json()
    assert found["overall"] == "eligible"
    assert all(criterion["reason"] for criterion in found["criteria"])


def test_a_role_that_may_not_read_is_told_why(site: StudyStore) -> None:
    """AC-1: TW-661 with the sentence of the pages."""
    admin = Program(token_of(sign_in("ada")))
    answer = admin.get("/subjects")
    assert (answer.status_code, answer.json()["code"]) == (403, "TW-661")
    assert "administrator" in answer.json()["sentence"]


@pytest.mark.requirement("AC-6")
def test_a_token_ends_with_the_access_of_its_person(
    site: StudyStore, robot: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AC-6: disabled, ended, or over: at once."""
    assert robot.get("/study").status_code == 200
    with clock_moved(monkeypatch, timedelta(days=31)):
        assert robot.get("/study").status_code == 401
    give(site, c.DisablePerson("coco", "left"), "administrator")
    assert robot.get("/study").status_code == 401


@pytest.mark.requirement("AT-6")
def test_making_and_ending_a_token_is_noted(site: StudyStore) -> None:
    """AT-6: both are entries; the secret is shown once and not kept."""
    coco = sign_in("coco")
    secret = token_of(coco)
    assert secret not in coco.get("/account/tokens/").content.decode()
    number = re.search(r'name="end" value="(\d+)"', coco.get("/account/tokens/").content.decode())
    assert number is not None
    bao = sign_in("bao")
    bao.post("/account/tokens/", {"end": number[1]})
    assert Program(secret).get("/study").status_code == 200
    coco.post("/account/tokens/", {"end": number[1]})
    assert Program(secret).get("/study").status_code == 401
    events = [event for person, event in access_log(site) if person == "coco"]
    assert events.count("api_token_made") == 1
    assert events.count("api_token_ended") == 1
    assert secret not in json.dumps([dict(entry.payload) for entry in site.entries("access")])


def test_a_token_needs_a_name(site: StudyStore) -> None:
    """So that its owner knows later what it was for."""
    answer = sign_in("coco").post("/account/tokens/", {"name": " "})
    assert answer.status_code == 422


def test_every_command_stands_in_the_description(site: StudyStore) -> None:
    """OpenAPI names each command that a program may give with its body and answers."""
    paths = api.get_openapi_schema(path_prefix=f"{V1}/")["paths"]
    named = {path.rpartition("/")[2] for path in paths if "/commands/" in path}
    assert named == {command.__name__ for command in c.COMMANDS} - NOT_SENT
    assert browser().get(f"{V1}/openapi.json").status_code == 200
    assert consented(site)


def test_a_serious_event_is_taken_out_by_a_program(site: StudyStore) -> None:
    """As E2B(R3) and as CIOMS I; that it was taken out is noted, and what is not there is not found."""
    event = c.EventReport("Sepsis", start=today().isoformat(), serious=True, seriousness=("hospitalisation",))
    give(consented(site), c.ReportAdverseEvent(SUBJECT, event), "coordinator", "coco")
    saga = Program(token_of(sign_in("saga")))
    place = f"/subjects/{SUBJECT}/events/AE-1"
    message = saga.take(f"{place}/e2b", {"receiver": "AGENCY"})
    assert (message.status_code, message.headers["Content-Type"]) == (200, "application/xml")
    assert b"Sepsis" in message.content
    form = saga.take(f"{place}/cioms")
    assert form.headers["Content-Type"] == "application/pdf"
    noted = [each for each in site.entries_of_kind("AccessLogged") if each.payload["event"] == "export"]
    assert [each.payload["detail"]["what"] for each in noted] == ["E2B(R3) safety report", "CIOMS I form"]
    assert saga.take(f"/subjects/{SUBJECT}/events/AE-9/cioms").status_code == 404
    assert saga.take(f"{place}/e2b", {"receiver": ""}).status_code == 422
    assert saga.take(f"{place}/e2b", {"receiver": " "}).json()["code"] == "TW-619"
    stan = Program(token_of(sign_in("stan")))
    assert stan.take(f"{place}/cioms").status_code == 403
