"""Attacks on the pages: script in what people typed, odd addresses, other hosts, other methods."""

from __future__ import annotations

import pytest

from trialwright.conduct import commands as c
from trialwright.store import StudyStore
from web_making import fill, visitor
from web_signing_in import browser, give, sign_in

SCRIPT = "<script>alert(1)</script>"
IMAGE = "'\"><img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    "attack", [SCRIPT, IMAGE, "{{ 7|add:7 }}{% url 'x' %}", "</pre><svg onload=alert(1)>"]
)
def test_what_people_type_stays_text(site: StudyStore, attack: str) -> None:
    """Marks in an answer, a reason or a cause are shown as text on every page that shows them."""
    fill(site, "A-001", remark=attack, reason=f"because {attack}", old=f"old {attack}")
    give(site, c.RegisterSubject("A-002", "A"), "coordinator", "coco")
    give(site, c.RecordScreenFailure("A-002", (), f"cause {attack}"), "investigator", "ines")
    visit = sign_in("ivo")
    pages = ["/", "/subjects/", "/subjects/A-001/", "/entries/", "/entries/?subject=A-001&kind=ItemCorrected"]
    pages += [f"/entries/{entry.seq}/" for entry in site.newest_entries(8, stream="subject:A-001")]
    shown = 0
    for address in pages:
        html = visit.get(address).content.decode()
        assert attack not in html or attack.startswith("{{"), address
        for mark in ("<script>alert", "<img", "<svg onload"):
            assert mark not in html, address
        shown += "alert(1)" in html or "7|add:7" in html
    assert shown >= 4


@pytest.mark.parametrize(
    "address",
    [
        "/subjects/?page=-1",
        "/subjects/?page=0",
        f"/subjects/?page={'9' * 500}",
        "/subjects/?page=1e9",
        "/subjects/?page=%00",
        "/subjects/?page=\u0663",
        f"/entries/?before={'9' * 500}",
        "/entries/?before=-1",
        "/entries/?before=0",
        "/entries/?before=999999999999999",
        "/entries/?kind=%27%20OR%201=1--",
        "/entries/?kind=" + "x" * 3000,
    ],
)
def test_odd_numbers_in_an_address_are_met_with_a_page(rehearsed_site: StudyStore, address: str) -> None:
    """Page numbers that are huge, negative or no numbers give a page of the study, never a fault."""
    assert visitor("ivo").get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/subjects/..%2f..%2fetc%2fpasswd/",
        "/subjects/%2e%2e/",
        "/subjects/subject:S01-001/",
        "/subjects/S01-001%00/",
        "/subjects/s01-001'--/",
        f"/subjects/{'x' * 4000}/",
        f"/entries/{'9' * 400}/",
        "/entries/0/",
        "/entries/-1/",
        "/entries/?subject=subject:S01-001",
        "/scripts/..%2fsite.css",
        "/scripts/site.css",
        "/static/site.css",
        "/.git/config",
        "/study.db",
        "/protocol/protocol.yaml",
        "/report/../study.db",
    ],
)
def test_odd_paths_are_not_found(rehearsed_site: StudyStore, address: str) -> None:
    """Paths out of the site, marks in names and numbers beyond the record answer 404, and show no file."""
    answer = visitor("ivo").get(address)
    assert answer.status_code == 404
    assert b"root:" not in answer.content


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize(
    "address", ["/", "/subjects/", "/subjects/S01-001/", "/entries/", "/entries/1/", "/report/"]
)
def test_pages_are_only_read(rehearsed_site: StudyStore, address: str, method: str) -> None:
    """Anything but reading is refused on a page that is only read."""
    answer = getattr(visitor("ivo"), method)(address)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "a b"])
def test_another_host_is_refused(rehearsed_site: StudyStore, host: str) -> None:
    """A request under another host's name gets nothing of the study."""
    answer = visitor("ivo").get("/", headers={"host": host})
    assert answer.status_code == 400
    assert rehearsed_site.study.study.id not in answer.content.decode()


def test_nothing_is_shown_before_signing_in(rehearsed_site: StudyStore) -> None:
    """Without signing in every page leads to the sign-in page, which shows nothing of the record."""
    stranger = browser()
    for address in (
        "/",
        "/subjects/",
        "/subjects/S01-001/",
        "/entries/",
        "/entries/1/",
        "/report/",
        "/none/",
    ):
        answer = stranger.get(address)
        assert answer.status_code in {302, 404}
        assert "S01-001" not in answer.content.decode()
        assert rehearsed_site.head().hash[:12] not in answer.content.decode()
