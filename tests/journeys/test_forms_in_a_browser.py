"""Form entry in a real browser: the keyboard, a lost network, two tabs, an ended session."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from browser_making import address, page, sign_in
from site_stages import SUBJECT, consented, done, ready, today
from trialwright.conduct import commands as c
from trialwright.conduct.states import SubjectState
from trialwright.store import StudyStore
from web_signing_in import clock_moved, make_account

__all__ = ["address", "page"]
LAB = f"/subjects/{SUBJECT}/LOOK/1/laboratory/1/"
PERSON = f"/subjects/{SUBJECT}/LOOK/1/person/1/"


def cells(store: StudyStore, form: str) -> dict[str, Any]:
    state = store.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
    return {name: cell.value for name, cell in state.rows.get(f"LOOK|1|{form}|1", {}).items()}


@pytest.fixture
def form(site: StudyStore, address: str, page: Any) -> Any:
    """A function that opens a form as the coordinator of a subject at the screening visit."""
    done(
        consented(site), ("coco", "coordinator", c.RecordVisit(SUBJECT, "LOOK", today() - timedelta(days=1)))
    )
    secret = make_account("coco")

    def go(path: str) -> Any:
        page.goto(address + path)
        sign_in(page, "coco", secret)
        page.wait_for_selector("[data-entry]")
        page.wait_for_load_state("load")
        return page

    return go


def test_a_form_is_filled_with_the_keyboard_alone(form: Any, site: StudyStore) -> None:
    """Each answer is saved as it is left; Enter goes on; what skip logic does not ask disappears."""
    here = form(PERSON)
    here.focus("[name=gender][value=male]")
    here.keyboard.press("Space")
    here.wait_for_selector("#gender.answered")
    assert here.locator("#expecting").is_hidden()
    here.focus("[name=age]")
    here.keyboard.type("40")
    here.keyboard.press("Enter")
    here.wait_for_selector("#age.answered")
    here.wait_for_selector("#row-state.complete")
    assert cells(site, "person") == {"gender": "male", "age": "40"}


def test_a_lost_network_loses_nothing(form: Any, site: StudyStore) -> None:
    """What cannot be sent is kept on the device, shown, and sent once when the network is back."""
    here = form(LAB)
    here.context.set_offline(True)
    here.fill("[name=glucose]", "7.4")
    here.keyboard.press("Tab")
    here.keyboard.press("Tab")
    here.keyboard.press("Tab")
    here.keyboard.press("Tab")
    here.wait_for_selector("#unsent:not([hidden])")
    assert "Glucose" in here.inner_text("#unsent")
    assert not cells(site, "laboratory")
    here.context.set_offline(False)
    here.wait_for_selector("#glucose.answered", timeout=15_000)
    assert here.locator("#unsent").is_hidden()
    assert cells(site, "laboratory") == {"glucose": "7.4"}
    entered = [entry for entry in site.entries_of_kind("ItemsEntered") if "glucose" in entry.payload["items"]]
    assert len(entered) == 1


@pytest.mark.requirement("SQ-3")
def test_two_tabs_do_not_overwrite_each_other(form: Any, site: StudyStore) -> None:
    """SQ-3: the second tab is told what stands, who wrote what, and nothing is lost."""
    first = form(LAB)
    first.fill("[name=glucose]", "7.4")
    first.keyboard.press("Tab")
    first.click("h1")
    first.wait_for_selector("#glucose.answered")
    second = first.context.new_page()
    second.goto(first.url)
    for tab, value, why in ((first, "7.5", "misread"), (second, "7.9", "typed wrongly")):
        tab.click("#glucose summary:has-text('Correct')")
        tab.fill("#glucose form.correction [name=glucose]", value)
        tab.fill("#glucose form.correction [name=glucose-reason]", why)
        tab.click("#glucose form.correction button")
        tab.wait_for_timeout(300)
    second.wait_for_selector("#glucose .diff")
    assert "You typed 7.9" in second.inner_text("#glucose .diff")
    assert cells(site, "laboratory") == {"glucose": "7.5"}


@pytest.mark.requirement("SE-1")
def test_an_answer_outlives_the_session(form: Any, site: StudyStore, monkeypatch: Any) -> None:
    """SE-1: typed after the session ended, it is kept and saved once the person has signed in again."""
    from django.core.cache import cache

    here = form(LAB)
    with clock_moved(monkeypatch, timedelta(minutes=20)):
        here.fill("[name=glucose]", "7.4")
        here.click("h1")
        here.wait_for_selector("#unsent:not([hidden])")
        assert "sign in again" in here.inner_text("#unsent")
        assert not cells(site, "laboratory")
        cache.clear()
        here.goto(here.url)
        sign_in(here, "coco", make_account("coco"))
        here.wait_for_selector("#glucose.answered", timeout=15_000)
    assert cells(site, "laboratory") == {"glucose": "7.4"}


@pytest.mark.requirement("AT-2")
def test_the_history_opens_in_one_click(form: Any) -> None:
    """Without leaving the form."""
    here = form(LAB)
    here.fill("[name=glucose]", "7.4")
    here.click("h1")
    here.wait_for_selector("#glucose.answered")
    here.click("#glucose >> text=history")
    here.wait_for_selector("#glucose .past .steps")
    assert "Coco Petit" in here.inner_text("#glucose .past")


def test_a_button_at_the_chair_waits_for_the_network(site: StudyStore, address: str, page: Any) -> None:
    """Pressed without network it keeps its time, and is carried out when the network is back."""
    ready(site)
    secret = make_account("nora")
    page.goto(f"{address}/subjects/{SUBJECT}/infusion/")
    sign_in(page, "nora", secret)
    page.wait_for_selector("text=Start the infusion")
    page.context.set_offline(True)
    page.click("text=Start the infusion")
    page.wait_for_selector("#unsent:not([hidden])")
    page.context.set_offline(False)
    page.wait_for_selector("text=Running", timeout=20_000)
    state = site.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
    assert state.infusion is not None
