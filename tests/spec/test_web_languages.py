"""The pages in two languages: everything is translated, and nothing that is recorded depends on it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from copy import copy
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from site_stages import SUBJECT, screened
from trialwright.conduct.states import SubjectState
from trialwright.store import StudyStore
from trialwright.web import words
from web_making import visitor
from web_signing_in import browser, mark_of, sign_in, text_of

DOCS = Path(__file__).parents[2] / "docs"
CHINESE = {"accept-language": "zh-CN,zh;q=0.9"}
_PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@cache
def translations() -> ModuleType:
    """docs/translations.py as a module."""
    sys.path.insert(0, str(DOCS))
    try:
        import translations
    finally:
        sys.path.remove(str(DOCS))
    return translations


def test_every_text_of_the_pages_is_translated() -> None:
    """No text of a template, of the code or of a table of codes waits for its translation."""
    assert translations().untranslated() == []


def test_the_catalogue_is_what_the_pages_say_now() -> None:
    """The two files are as `make docs` would write them."""
    text, machine = translations().written(translations().catalogue())
    assert (translations().FOLDER / "django.po").read_bytes() == text, "run 'make docs'"
    assert (translations().FOLDER / "django.mo").read_bytes() == machine, "run 'make docs'"


def test_a_translation_keeps_the_places_of_what_is_filled_in() -> None:
    """Every value that a sentence names stands in its translation, and no other."""
    for message in translations().catalogue():
        if not message.id:
            continue
        told = message.id if isinstance(message.id, str) else message.id[1]
        said = message.string if isinstance(message.string, str) else message.string[0]
        places = set(_PLACES.findall(told))
        assert set(_PLACES.findall(said)) - places <= {"{number}"}, told
        assert places - set(_PLACES.findall(said)) <= {"{month}"}, told


def chinese(person: str) -> Any:
    """A browser of the rehearsed study whose person reads Chinese."""
    reader = copy(visitor(person))  # everybody's browser reads on in its own language
    reader.defaults = {**reader.defaults, "HTTP_ACCEPT_LANGUAGE": CHINESE["accept-language"]}
    return reader


def addresses(store: StudyStore) -> Iterator[str]:
    """Pages of every desk, and of everybody."""
    yield from (
        "/",
        "/subjects/",
        "/queries/",
        "/consent/",
        "/product/",
        "/study/",
        "/entries/",
        "/entries/9/",
    )
    for subject in [stream.partition(":")[2] for stream in store.states_of("subject")]:
        here = f"/subjects/{subject}/"
        yield from (here, f"{here}consent/", f"{here}screening/", f"{here}infusion/", f"{here}ending/")
        yield from (f"{here}verification/", f"{here}signatures/")


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_page_of_a_lived_study_answers_in_both_languages(
    rehearsed_site: StudyStore, language: str
) -> None:
    """Every subject's pages and every desk can be read, whatever was recorded."""
    reader = visitor("ivo")
    for address in addresses(rehearsed_site):
        answer = reader.get(address, headers={"accept-language": language})
        assert answer.status_code == 200, address
        assert ('lang="zh-Hans"' in answer.content.decode()) is (language == "zh-CN")


def test_nothing_of_the_program_is_left_in_english(
    rehearsed_site: StudyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a Chinese page says through a filter is in the catalogue, but for texts of the study."""
    missed: set[str] = set()
    translate = words.gettext

    def watched(text: str) -> str:
        said = translate(text)
        if said == text and re.search(r"[A-Za-z]{3}", text) and not _HAN.search(text):
            missed.add(text)
        return said

    monkeypatch.setattr(words, "gettext", watched)
    reader = chinese("ivo")
    for address in addresses(rehearsed_site):
        reader.get(address)
    own = " ".join(str(part) for part in rehearsed_site.study.model_dump().values()).lower()
    left = {text for text in missed if text.lower().replace(" ", "_") not in own and text.lower() not in own}
    assert left <= {"English"}, left


def test_a_subjects_page_is_chinese_with_the_protocols_texts(rehearsed_site: StudyStore) -> None:
    """Headings, states and dates of the program, visits and forms of the protocol: all in Chinese."""
    page = chinese("ivo").get("/subjects/S01-001/")
    assert "关键日期" in page.content.decode()
    said = text_of(page)
    assert "知情同意" in said
    assert "Screening" not in said
    visits = text_of(chinese("ivo").get("/subjects/"))
    assert "受试者访视一览" in visits
    assert re.search(r"\d+月\d+日", visits)
    assert not re.search(r"\d+ (Jan|Feb|Mar|Apr|May)\b", visits)


def test_the_language_is_chosen_and_kept(site: StudyStore) -> None:
    """A choice is kept in the browser over what it asks for, and leads back to the same page."""
    coco = sign_in("coco")
    answer = coco.post("/language/", {"language": "zh-hans", "next": "/subjects/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/subjects/")
    cookie = coco.cookies["__Host-trialwright-language"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert "受试者" in text_of(coco.get("/subjects/"))
    coco.post("/language/", {"language": "en", "next": "/"})
    assert "Subjects by visit" in text_of(coco.get("/subjects/", headers=CHINESE))
    assert site.head().size


@pytest.mark.usefixtures("site")
def test_a_language_that_there_is_not_changes_nothing() -> None:
    """Unknown languages are passed over, and the way back never leaves the site."""
    coco = sign_in("coco")
    coco.post("/language/", {"language": "xx", "next": "/"})
    assert "__Host-trialwright-language" not in coco.cookies
    answer = coco.post("/language/", {"language": "en", "next": "https://example.org/"})
    assert answer.headers["Location"] == "/"
    assert "Subjects by visit" in text_of(coco.get("/subjects/", headers={"accept-language": "fr"}))


@pytest.mark.usefixtures("site")
def test_the_page_of_signing_in_is_chinese_too() -> None:
    """Before anybody is known, the browser's language counts."""
    assert "人员编号" in text_of(browser().get("/sign-in/", headers=CHINESE))


def test_a_refusal_says_what_its_code_means(site: StudyStore) -> None:
    """In Chinese a refusal says what its code means and what to do, with the exact sentence beside it."""
    screened(site)
    coco = sign_in("coco")
    page = f"/subjects/{SUBJECT}/LOOK/1/"
    mark = mark_of(coco.get(page))
    sent = {"command": mark, "deed": "correct", "date": "2199-01-01", "cause": "typed wrongly"}
    answer = coco.post(page, sent, headers=CHINESE)
    assert answer.status_code == 422
    said = text_of(answer)
    assert "TW-418" in said
    assert "请更正日期或时间" in said
    assert 'class="quiet" lang="en"' in answer.content.decode()


def test_what_is_signed_is_the_same_in_both_languages(site: StudyStore) -> None:
    """SG-2: the hash that a signature is bound to does not depend on the language in which it was read."""
    screened(site)
    ines = sign_in("ines")
    page = f"/subjects/{SUBJECT}/screening/"
    contents = [
        re.findall(r'name="content" value="([0-9a-f]{64})"', ines.get(page, headers=headers).content.decode())
        for headers in ({}, CHINESE)
    ]
    assert contents[0]
    assert contents[0] == contents[1]
    state = site.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
