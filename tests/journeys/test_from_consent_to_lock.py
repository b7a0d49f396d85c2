"""One subject from consent to the locked casebook, by five people in a real browser, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from browser_making import CHROMIUM, address, sign_in
from site_stages import done, today
from trialwright.conduct import commands as c
from trialwright.conduct.states import SubjectState
from trialwright.store import StudyStore
from web_signing_in import PASSWORD, add, code_of, make_account

__all__ = ["address"]
SUBJECT = "A-002"
HERE = f"/subjects/{SUBJECT}/"


class Crew:
    """Everybody at a browser of their own, signed in when they are first needed."""

    def __init__(self, chromium: Any, address: str, locale: str) -> None:
        self.chromium, self.address, self.locale = chromium, address, locale
        self.pages: dict[str, Any] = {}
        self.secrets: dict[str, str] = {}
        self.faults: list[str] = []

    def __call__(self, person: str, path: str = "") -> Any:
        """The page of a person, gone to an address."""
        if person not in self.pages:
            self.secrets[person] = make_account(person)
            page = self.chromium.new_context(
                viewport={"width": 1000, "height": 900}, locale=self.locale
            ).new_page()
            page.on("pageerror", lambda fault: self.faults.append(str(fault)))
            page.goto(f"{self.address}/sign-in/")
            sign_in(page, person, self.secrets[person])
            page.wait_for_selector("nav.desks")
            self.pages[person] = page
        page = self.pages[person]
        if path:
            page.goto(self.address + path)
            page.wait_for_load_state("load")
        return page

    def sign(self, person: str, page: Any, within: str) -> None:
        """Fill the signature's fields and send the form that holds them."""
        page.fill(f"{within} [name=password]", PASSWORD)
        if page.locator(f"{within} [name=code]").count():
            page.fill(f"{within} [name=code]", code_of(self.secrets[person], 1))
        with page.expect_navigation():
            page.click(f"{within} button[type=submit]")


@pytest.fixture(params=["en-GB", "zh-CN"])
def crew(request: Any, site: StudyStore, address: str, monkeypatch: Any) -> Iterator[Crew]:
    """The site's people, with a nurse, stock, and an opened browser in a language."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    from django.db import connections
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed on this machine")
    add(site, "nora", "Nora Lind", "nurse", "A")
    approved, expiry = today() - timedelta(days=90), today() + timedelta(days=300)
    done(
        site,
        (
            "saga",
            "sponsor",
            c.ApproveConsentVersion("1.0", "A", approved, False, "first"),
        ),
        ("saga", "sponsor", c.RegisterLot("L1", "drops", expiry, ("B1",), Decimal(100))),
        ("saga", "sponsor", c.ReleaseLot("L1")),
        ("nora", "nurse", c.ReceiveUnit("B1", "A")),
    )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        connections["default"].close()
        crew = Crew(chromium, address, request.param)
        yield crew
        chromium.close()
        assert not crew.faults


def press(page: Any, selector: str) -> None:
    """Press a button that sends a form, and wait for the page that answers."""
    with page.expect_navigation():
        page.click(selector)


def answer(page: Any, **items: str) -> None:
    """Answer the items of a form that is open, one by one."""
    for name, value in items.items():
        choice = page.locator(f"#{name} [name={name}][value='{value}']")
        if choice.count():
            choice.check()
        else:
            page.fill(f"#{name} [name={name}]", value)
        page.click("h1")
        page.wait_for_selector(f"#{name}.answered")


def visit(page: Any, day: Any) -> None:
    """Record the visit whose page is open."""
    page.fill("[name=date]", day.isoformat())
    press(page, "button[name=deed][value=record], form.deed button:not([value=miss])")


def state(store: StudyStore) -> SubjectState:
    found = store.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(found, SubjectState)
    return found


@pytest.mark.timeout(240)
@pytest.mark.requirement("SG-7")
def test_a_subject_from_consent_to_lock(crew: Crew, site: StudyStore, tmp_path: Path) -> None:
    """SG-7: consent, screening, infusion, query, verification, withdrawal, signatures and lock."""
    _screen(crew, site)
    _treat(crew, site)
    _ask_and_verify(crew, site)
    _end(crew, site)
    mona = crew("mona", HERE)
    with mona.expect_response(lambda answer: "casebook.pdf" in answer.url) as printed:
        mona.click("form[action$='casebook.pdf'] button")
    assert printed.value.status == 200
    assert site.verify().size == site.head().size
    assert tmp_path.is_dir()


def _screen(crew: Crew, site: StudyStore) -> None:
    """Registered, consented, screened, signed and enrolled."""
    coco = crew("coco", "/subjects/new/")
    press(coco, "form:has([name=subject]) button")
    assert state(site).subject == SUBJECT
    coco.fill("[name=version]", "1.0")
    coco.fill("#signed", (today() - timedelta(days=10)).isoformat())
    press(coco, "button[name=deed][value=record]")
    crew("coco", f"{HERE}LOOK/1/")
    visit(coco, today() - timedelta(days=9))
    answer(crew("coco", f"{HERE}LOOK/1/person/1/"), gender="male", age="40")
    answer(crew("coco", f"{HERE}LOOK/1/laboratory/1/"), glucose="7.8")
    ines = crew("ines", f"{HERE}screening/")
    crew.sign("ines", ines, "form:has([name=content])")
    assert state(site).signed is not None
    coco = crew("coco", f"{HERE}screening/")
    press(coco, "form.deed button.primary")
    assert state(site).number == 1


def _treat(crew: Crew, site: StudyStore) -> None:
    """The day of treatment: confirmed, bag checked by two, infused, measured."""
    coco = crew("coco", f"{HERE}DAY0/1/")
    visit(coco, today())
    answer(crew("coco", f"{HERE}DAY0/1/laboratory/1/"), glucose="7.6")
    ines = crew("ines", f"{HERE}screening/")
    crew.sign("ines", ines, "form:has([name=content])")
    assert state(site).confirmed is not None
    nora = crew("nora", f"{HERE}infusion/")
    nora.fill("[name=unit]", "B1")
    nora.fill("[name=lot]", "L1")
    press(nora, "button[value=allocate]")
    press(nora, "button[value=thaw]")
    press(nora, "button[value=start]")
    nora.wait_for_selector("button[value=end]")
    nora.fill("[name=volume]", "100")
    nora.click("button[value=end]")
    nora.wait_for_selector("button[value=end]", state="detached")
    infusion = state(site).infusion
    assert infusion is not None
    assert infusion.ended
    for row in ("dry", "m30"):
        answer(crew("nora", f"{HERE}DAY0/1/pressure/{row}/"), systolic="120", diastolic="80")


def _ask_and_verify(crew: Crew, site: StudyStore) -> None:
    """The monitor asks, the site answers, the monitor closes and compares with the source."""
    mona = crew("mona", f"{HERE}DAY0/1/laboratory/1/glucose/query/")
    mona.fill("[name=text]", "Is the source signed?")
    press(mona, "main form button.primary")
    coco = crew("coco", f"{HERE}queries/Q-1/")
    coco.fill("[name=text]", "It is.")
    press(coco, "button[value=answer]")
    mona = crew("mona", f"{HERE}queries/Q-1/")
    press(mona, "button[value=close]")
    assert state(site).queries["Q-1"].status == "closed"
    mona = crew("mona", f"{HERE}verification/")
    for box in mona.locator("[name=answer]").all():
        box.check()
    press(mona, "p.actions button.primary")
    assert sum(len(items) for items in state(site).verified.values()) >= 4
    assert mona.goto(f"{crew.address}/subjects/B-001/").status == 404


def _end(crew: Crew, site: StudyStore) -> None:
    """Withdrawn, signed by the investigator, locked by the data manager; a locked casebook takes no entry."""
    coco = crew("coco", f"{HERE}ending/")
    coco.fill("#withdrawn", today().isoformat())
    coco.select_option("#cause", "withdrawal_by_subject")
    coco.select_option("#scope", "visits")
    press(coco, "button[value=withdraw]")
    ines = crew("ines", f"{HERE}signatures/")
    crew.sign("ines", ines, "form.deed")
    dora = crew("dora", f"{HERE}signatures/")
    crew.sign("dora", dora, "form.deed")
    assert state(site).locked
    coco = crew("coco", f"{HERE}DAY0/1/laboratory/1/")
    coco.click("#glucose summary")
    coco.fill("#glucose form.correction [name=glucose]", "9.9")
    coco.fill("#glucose form.correction [name=glucose-reason]", "too late")
    coco.click("#glucose form.correction button")
    coco.wait_for_selector("#glucose .refusal")
    assert "TW-4" in coco.inner_text("#glucose .refusal")
