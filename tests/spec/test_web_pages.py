"""The manual of the pages: what each shows, to whom, and what it costs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from trialwright.conduct import commands as c
from trialwright.store import StudyStore
from web_making import SUBJECTS, fill, links_of, visitor
from web_signing_in import give, sign_in, text_of

PAGES = ("/", "/subjects/", "/entries/", "/subjects/S01-001/", "/entries/1/")


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_and_names_study_protocol_and_record(
    rehearsed_site: StudyStore, address: str
) -> None:
    """Each page bears the study, the protocol's fingerprint and the record's head, in full in a title."""
    answer = visitor("ivo").get(address)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert rehearsed_site.study.study.id in html
    assert f'title="Fingerprint of the protocol: {rehearsed_site.fingerprint}"' in html
    assert f'title="Hash of the newest entry: {rehearsed_site.head().hash}"' in html
    assert "Every person in this study is invented." in html


@pytest.mark.parametrize("address", PAGES)
def test_every_page_carries_the_headers(rehearsed_site: StudyStore, address: str) -> None:
    """Each page may load only what this server gives, is framed by nobody and is guessed at by nobody."""
    headers = visitor("ivo").get(address).headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_no_page_holds_a_style_or_a_handler_of_its_own(rehearsed_site: StudyStore) -> None:
    """Pages hold no inline style, script or handler, which the policy would refuse."""
    browser = visitor("ivo")
    for address in PAGES:
        html = browser.get(address).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)", html), address


def test_the_overview_counts_the_way_of_everybody(rehearsed_site: StudyStore) -> None:
    """The overview shows recruitment against the target, the flow with its exits, and the newest entries."""
    text = text_of(visitor("ivo").get("/"))
    target = rehearsed_site.study.design.target_enrolment
    assert f"enrolled {SUBJECTS} of {target}" in text
    assert "From registration to the end" in text
    assert "screen failure" in text
    assert f"{SUBJECTS} enrolled against a target of {target}" in text
    assert "Screen failures by criterion" in text
    assert "Newest entries" in text
    assert "AccessLogged" not in text
    assert "Signed in" not in text


def test_the_grid_has_a_row_for_each_subject_and_a_column_for_each_visit(rehearsed_site: StudyStore) -> None:
    """Each cell says its state in words beside its colour; a legend explains the signs."""
    answer = visitor("ivo").get("/subjects/")
    html, text = answer.content.decode(), text_of(answer)
    people = sorted(rehearsed_site.states_of("subject"))
    assert html.count("<tr>") == len(people) + 1
    for name in people:
        assert f'/subjects/{name.removeprefix("subject:")}/"' in html
    for visit in rehearsed_site.study.visits:
        assert (visit.name in text) == (visit.kind not in {"early_end", "unscheduled"})
    for meaning in ("done in its window", "due now", "overdue", "missed", "still to come"):
        assert meaning in text


def test_the_casebook_shows_what_stood_before(site: StudyStore) -> None:
    """A corrected item is marked, with the old value, the reason, who changed it and when."""
    fill(site, "A-001", remark="walks with a stick", reason="misheard", old="walks with a duck")
    answer = sign_in("ivo").get("/subjects/A-001/")
    text = text_of(answer)
    assert "walks with a stick" in text
    assert "corrected was walks with a duck : misheard" in text
    assert re.search(r"misheard \S+ ?, \d{4}-\d\d-\d\d \d\d:\d\d UTC", text)
    assert "Glucose 7.8 mmol/L" in text
    assert links_of(answer, "/entries/")


def test_the_casebook_leads_to_its_parts_and_its_entries(rehearsed_site: StudyStore) -> None:
    """Jump links lead to each visit; each answer to the entry that holds it, which names the subject."""
    browser = visitor("ivo")
    answer = browser.get("/subjects/S01-001/")
    html = answer.content.decode()
    jumps = links_of(answer, "#")
    assert jumps
    for jump in jumps:
        assert f'id="{jump.removeprefix("#")}"' in html
    entries = [link for link in links_of(answer, "/entries/") if link[-2].isdigit()]
    assert entries
    assert "S01-001" in text_of(browser.get(entries[0]))


def test_who_may_not_see_people_gets_figures_without_links(rehearsed_site: StudyStore) -> None:
    """An administrator reads the overview without links to subjects and entries, whose pages say why not."""
    browser = visitor("ada")
    overview = browser.get("/")
    assert "Newest entries" in text_of(overview)
    assert not links_of(overview, "/entries/")
    assert not links_of(overview, "/subjects/")
    for address in ("/entries/", "/subjects/", "/subjects/S01-001/"):
        answer = browser.get(address)
        assert answer.status_code == 403
        assert "not for the role administrator" in text_of(answer)


def test_entries_are_paged_from_the_newest(rehearsed_site: StudyStore) -> None:
    """The record is read from the newest entry to the first, a page at a time, and none is shown twice."""
    browser, address, seen = visitor("ivo"), "/entries/?kind=VisitRecorded", []
    while address:
        answer = browser.get(address)
        seen += [int(link.split("/")[2]) for link in links_of(answer, "/entries/") if link[-2].isdigit()]
        older = re.findall(r'rel="next" href="([^"]+)"', answer.content.decode())
        address = "/entries/" + older[0].replace("&amp;", "&") if older else ""
    expected = [entry.seq for entry in rehearsed_site.entries_of_kind("VisitRecorded")]
    assert seen == expected[::-1]
    assert len(seen) > 0


def test_entries_are_found_by_subject_and_kind(rehearsed_site: StudyStore) -> None:
    """The record's page is narrowed to a subject and to a kind; what finds nothing says so."""
    browser = visitor("ivo")
    answer = browser.get("/entries/?subject=S01-001&kind=ConsentRecorded")
    found = [link for link in links_of(answer, "/entries/") if link[-2].isdigit()]
    wanted = rehearsed_site.newest_entries(9, stream="subject:S01-001", kinds=("ConsentRecorded",))
    assert found == [f"/entries/{entry.seq}/" for entry in wanted]
    assert "There is no such entry." in text_of(browser.get("/entries/?kind=Nonsense"))


def test_one_entry_is_shown_whole(rehearsed_site: StudyStore) -> None:
    """An entry shows its envelope, its content, its hash, and that the next one names that hash."""
    entry = next(rehearsed_site.entries("subject:S01-001"))
    answer = visitor("ivo").get(f"/entries/{entry.seq}/")
    html, text = answer.content.decode(), text_of(answer)
    assert entry.hash in html
    assert entry.author.name in text
    assert "named by the next entry" in text
    for key in entry.payload:
        assert f"&quot;{key}&quot;" in html


@pytest.mark.parametrize(
    "address", ["/subjects/S01-999/", "/entries/999999/", "/entries/?subject=S01-999", "/x/"]
)
def test_what_is_not_there_is_said_so(rehearsed_site: StudyStore, address: str) -> None:
    """An unknown page, subject or entry answers 404 with a sentence."""
    answer = visitor("ivo").get(address)
    assert answer.status_code == 404
    assert "There is no such page, subject or entry in this study." in text_of(answer)


def test_a_missing_report_says_how_to_write_one(rehearsed_site: StudyStore) -> None:
    """Before the report was written its page says how to write it."""
    answer = visitor("ivo").get("/report/")
    assert answer.status_code == 404
    assert "trialwright report" in answer.content.decode()


@pytest.mark.requirement("AC-2")
def test_another_sites_entries_do_not_exist(site: StudyStore) -> None:
    """AC-2: somebody of one site sees neither the entries nor the numbers of another site's subjects."""
    other = next(site.entries("subject:B-001"))
    browser = sign_in("mona")
    assert browser.get(f"/entries/{other.seq}/").status_code == 404
    assert browser.get("/entries/?subject=B-001").status_code == 404
    assert "B-001" not in browser.get("/entries/").content.decode()
    assert "B-001" not in browser.get("/subjects/").content.decode()
    assert "registered 1" in text_of(browser.get("/"))


@pytest.mark.requirement("AT-6")
def test_entries_about_accounts_are_for_those_who_review_the_trail(site: StudyStore) -> None:
    """AT-6: who signed in when is shown to the inspector, and not to the statistician."""
    inspector, browser = sign_in("ivo"), sign_in("stan")
    assert "signed in" in text_of(inspector.get("/entries/")).lower()
    assert "signed in" not in text_of(inspector.get("/")).lower()
    logged = next(entry for entry in site.entries() if entry.kind == "AccessLogged")
    assert browser.get(f"/entries/{logged.seq}/").status_code == 404
    assert "signed in" not in text_of(browser.get("/entries/")).lower()


def _queries(site: StudyStore, browser: Any, address: str) -> int:
    from django.db import connections
    from django.test.utils import CaptureQueriesContext

    browser.get(address)
    with CaptureQueriesContext(connections[site.alias]) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize("address", ["/", "/subjects/", "/entries/"])
def test_a_page_costs_the_same_whatever_the_number_of_subjects(site: StudyStore, address: str) -> None:
    """The number of questions to the database does not grow with the number of subjects."""
    browser = sign_in("ivo")
    few = _queries(site, browser, address)
    for number in range(2, 60):
        give(site, c.RegisterSubject(f"A-{number:03}", "A"), "coordinator", "coco")
    assert _queries(site, browser, address) <= few


def test_the_grid_reads_only_the_casebooks_of_its_page(site: StudyStore) -> None:
    """With more subjects than a page holds, the grid has pages, and each shows its own subjects."""
    for number in range(2, 60):
        give(site, c.RegisterSubject(f"A-{number:03}", "A"), "coordinator", "coco")
    browser = sign_in("ivo")
    first, second = (browser.get(f"/subjects/?page={page}") for page in (1, 2))
    assert "Page 1 of 2" in text_of(first)
    assert len(links_of(first, "/subjects/A")) == 50
    assert links_of(second, "/subjects/B") == ["/subjects/B-001/"]
    assert links_of(browser.get("/subjects/?page=99"), "/subjects/B") == ["/subjects/B-001/"]


def test_an_empty_casebook_says_so(site: StudyStore) -> None:
    """The casebook of a subject of whom nothing is recorded says so."""
    browser = sign_in("mona")
    assert "Nothing is recorded for this subject yet." in text_of(browser.get("/subjects/A-001/"))


def test_a_subject_is_typed_where_a_list_would_be_too_long(site: StudyStore, monkeypatch: Any) -> None:
    """In a large study the record's page asks for a subject's number instead of listing all of them."""
    monkeypatch.setattr("trialwright.web.trail.views.LISTED", 1)
    html = sign_in("ivo").get("/entries/?subject=A-001").content.decode()
    assert 'name="subject" value="A-001"' in html
    assert "<option>A-001" not in html
