"""Roles in use: which one, where, from when to when, and the page that says why not."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from trialwright.conduct import Refusal
from trialwright.conduct import commands as c
from trialwright.store import StudyStore
from trialwright.web import acting, permits
from trialwright.web.accounts import gate
from trialwright.web.people import NotSignedIn
from web_signing_in import FIRST_DAY, add, browser, give, mark_of, sign_in, text_of, yesterday


@pytest.mark.requirement("AC-1")
def test_a_page_says_why_it_does_not_open(site: StudyStore) -> None:
    """AC-1: status 403, the reason, and the role in which the person is at work."""
    answer = sign_in("coco").get("/people/")
    assert answer.status_code == 403
    assert "Not permitted" in text_of(answer)
    assert "You work as coordinator, A." in text_of(answer)


@pytest.mark.requirement("AC-1")
def test_a_page_without_a_deed_is_denied_to_everybody(site: StudyStore) -> None:
    """AC-1: who forgets to say whom a page is for has made a page for nobody."""
    visitor = sign_in("ada")
    request = visitor.get("/account/").wsgi_request
    answer = gate.Gate(lambda _: None).process_view(request, lambda _: None, (), {})
    assert answer is not None
    assert answer.status_code == 403
    assert gate.UNMARKED in text_of(answer)


@pytest.mark.requirement("AC-3")
@pytest.mark.parametrize("first", [FIRST_DAY, "2099-01-01"])
def test_a_delegation_that_is_not_active_opens_nothing(site: StudyStore, first: str) -> None:
    """AC-3: a person whose delegation ended or begins later signs in, and every desk says which and when."""
    give(site, c.AddPerson("eve", "Eve Sand"), "administrator")
    give(site, c.DelegateRole("eve", "coordinator", "A", first, None, "invented"), "administrator")
    if first == FIRST_DAY:
        give(site, c.EndDelegation("eve", "coordinator", "A", yesterday(), "moved"), "administrator")
    answer = sign_in("eve").get("/subjects/")
    assert answer.status_code == 403
    assert f"coordinator, A: {first}" in text_of(answer)


def test_somebody_with_several_roles_chooses(site: StudyStore) -> None:
    """AC-1: one role at a time; the choice is asked for, shown in the head, and can be changed."""
    give(site, c.DelegateRole("mona", "administrator", None, FIRST_DAY, None, "invented"), "administrator")
    visitor = sign_in("mona")
    asked = visitor.get("/people/")
    assert asked.headers["Location"] == "/account/role/?next=%2Fpeople%2F"
    page = visitor.get(asked.headers["Location"])
    assert 'value="monitor|A"' in page.content.decode()
    chosen = visitor.post("/account/role/", {"role": "administrator|", "next": "/people/"})
    assert chosen.headers["Location"] == "/people/"
    assert visitor.get("/people/").status_code == 200
    visitor.post("/account/role/", {"role": "monitor|A"})
    assert visitor.get("/people/").status_code == 403


def test_nobody_chooses_a_role_that_is_not_theirs(site: StudyStore) -> None:
    """AC-1: a tampered choice is refused, and a way back that leads elsewhere is not taken."""
    visitor = sign_in("coco")
    assert visitor.post("/account/role/", {"role": "administrator|"}).status_code == 422
    away = visitor.post("/account/role/", {"role": "coordinator|A", "next": "https://example.org/"})
    assert away.headers["Location"] == "/"


@pytest.mark.requirement("AC-2")
def test_another_sites_subject_is_not_found(site: StudyStore) -> None:
    """AC-2: the page of another site's subject is the page of a subject that does not exist."""
    visitor = sign_in("coco")
    assert visitor.get("/subjects/A-001/").status_code == 200
    other, missing = visitor.get("/subjects/B-001/"), visitor.get("/subjects/B-999/")
    assert (other.status_code, missing.status_code) == (404, 404)
    assert text_of(other) == text_of(missing)


@pytest.mark.requirement("AC-2")
def test_another_sites_subjects_are_not_even_counted(site: StudyStore) -> None:
    """AC-2: the list and the figures of one site know one subject; those of all sites know both."""
    for person, seen, unseen in (("coco", "A-001", "B-001"), ("bao", "B-001", "A-001")):
        visitor = sign_in(person)
        for address in ("/", "/subjects/"):
            page = text_of(visitor.get(address))
            assert unseen not in page
        assert seen in text_of(visitor.get("/subjects/"))
        assert "registered 1" in text_of(visitor.get("/"))
    everything = sign_in("dora")
    assert "registered 2" in text_of(everything.get("/"))


@pytest.mark.requirement("SQ-3")
def test_the_same_form_twice_counts_once_and_other_content_is_another_command(site: StudyStore) -> None:
    """SQ-3: the mark of a form and its content make the command's id."""
    visitor = sign_in("coco")
    request = visitor.get("/account/").wsgi_request
    mark = mark_of(sign_in("ada").get("/people/add/"))
    command = c.RegisterSubject("A-002", "A")
    first, again = (acting.act(request, command, command_id=mark) for _ in range(2))
    assert first == again
    other = acting.act(request, c.RegisterSubject("A-003", "A"), command_id=mark)
    assert not isinstance(other, Refusal)
    assert other.entries != first.entries


@pytest.mark.requirement("SQ-3")
def test_a_form_without_its_mark_is_refused(site: StudyStore) -> None:
    """SQ-3: TW-631; a mark that nobody made does not reach the record."""
    request = sign_in("coco").get("/account/").wsgi_request
    for mark in ("", "1", "x" * 36):
        answer = acting.act(request, c.RegisterSubject("A-002", "A"), command_id=mark)
        assert isinstance(answer, Refusal)
        assert answer.code == "TW-631"


def test_entries_carry_the_person_the_role_and_the_zone_of_the_site(site: StudyStore) -> None:
    """AT-1, TM-1: an act in the browser is an entry by the person, in the role in use, at the site's time."""
    request = sign_in("bao").get("/account/").wsgi_request
    acting.act(request, c.RegisterSubject("B-002", "B"), command_id=acting.fresh_command())
    entry = site.newest_entries(1)[0]
    assert (entry.author.id, entry.author.name, entry.author.role) == ("bao", "Bao Wei", "coordinator")
    assert (entry.zone, entry.offset) == ("Asia/Shanghai", "+08:00")


def test_nobody_at_work_is_not_signed_in(site: StudyStore) -> None:
    """AC-1: a view that asks who is at work where nobody is leads to the sign-in page."""
    with pytest.raises(NotSignedIn):
        permits.may(RequestFactory().get("/"), "see_subjects")
    assert browser().get("/subjects/").status_code == 302
    add(site, "zoe", "Zoe Lin", "monitor", "B")
    assert sign_in("zoe").get("/subjects/A-001/").status_code == 404
