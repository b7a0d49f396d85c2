"""people and serve: the first administrator, recovery, and where the site may be reached."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from trialwright.cli import demo_people, serving
from trialwright.cli.outcome import run
from trialwright.store import StudyStore
from web_signing_in import PASSWORD, browser, text_of

Captured = pytest.CaptureFixture[str]


def add(folder: Path, *more: str) -> int:
    """Add Kim as administrator."""
    named = ["--id", "kim", "--name", "Kim Sand", "--role", "administrator"]
    return run(["people", "add", str(folder), *named, *more])


@pytest.mark.requirement("SG-6")
def test_the_first_administrator_gets_a_link_and_chooses_a_password(
    site: StudyStore, capsys: Captured
) -> None:
    """SG-6: `people add` prints a one-time link; the record names the person and who added them."""
    folder = site.folder.path
    assert add(folder) == 0
    out = capsys.readouterr().out
    link = re.search(r"http://localhost:8000(/set-up/kim/\S+)", out)
    assert link is not None
    visitor = browser()
    assert visitor.post(link[1], {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    assert visitor.post("/sign-in/", {"login": "kim", "password": PASSWORD}).status_code == 302
    entry = next(iter(site.entries("person:kim")))
    assert (entry.kind, entry.author.id) == ("PersonAdded", "console")


def test_a_password_may_be_typed_at_the_terminal(
    site: StudyStore, monkeypatch: Any, capsys: Captured
) -> None:
    """PW-1: the same rules hold; TW-635 where they refuse it."""
    folder = site.folder.path
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "too short")
    assert add(folder, "--password") == 2
    assert "[TW-635]" in capsys.readouterr().err
    monkeypatch.setattr("typer.prompt", lambda *_, **__: PASSWORD)
    assert run(["people", "reset", str(folder), "--id", "kim"]) == 0
    named = ["--id", "lou", "--name", "Lou Sand", "--role", "monitor", "--site", "A", "--password"]
    assert run(["people", "add", str(folder), *named]) == 0
    assert "can sign in" in capsys.readouterr().out
    assert browser().post("/sign-in/", {"login": "lou", "password": PASSWORD}).status_code == 302


def test_people_are_listed_disabled_and_reset(site: StudyStore, capsys: Captured) -> None:
    """AC-6: whoever holds the study folder sees everybody, and can shut a door or open it again."""
    folder = str(site.folder.path)
    assert run(["people", "list", folder]) == 0
    assert "coco  Coco Petit  waits for set-up" in capsys.readouterr().out
    assert run(["people", "disable", folder, "--id", "coco", "--reason", "left the site"]) == 0
    assert run(["people", "list", folder]) == 0
    out = capsys.readouterr().out
    assert "coco  Coco Petit  disabled" in out
    assert "data manager, all sites, 2026-01-05 to open; training: invented" in out
    assert run(["people", "reset", folder, "--id", "ada", "--second-factors"]) == 0
    assert "/set-up/ada/" in capsys.readouterr().out
    assert run(["people", "reset", folder, "--id", "nobody"]) == 2
    assert "[TW-637]" in capsys.readouterr().err


def test_the_list_of_a_new_study_says_how_to_begin(tmp_path: Path, capsys: Captured) -> None:
    """The first step is printed."""
    assert run(["new", str(tmp_path / "study")]) == 0
    assert run(["people", "list", str(tmp_path / "study")]) == 0
    assert "trialwright people add" in capsys.readouterr().out


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104 - the address that must be refused
def test_without_tls_only_this_machine_is_served(tmp_path: Path, capsys: Captured, host: str) -> None:
    """TW-636: passwords do not travel unprotected."""
    assert run(["new", str(tmp_path / "study")]) == 0
    assert run(["serve", str(tmp_path / "study"), "--host", host, "--port", "0"]) == 2
    assert "[TW-636]" in capsys.readouterr().err


@pytest.mark.requirement("SE-2")
def test_behind_tls_the_browser_is_told_to_stay_there(site: StudyStore) -> None:
    """SE-2: HSTS, the public name and https are what counts; the proxy's word is the proxy's alone."""
    from trialwright.web.site import make_application

    application = make_application(site.folder.path, "trial.example.org")
    server = serving.make_server(application, "127.0.0.1", 0, behind_tls=True)
    assert server.adj.trusted_proxy == "127.0.0.1"
    assert server.adj.url_scheme == "https"
    server.close()
    visitor = browser()
    answer = visitor.get("/sign-in/", headers={"host": "trial.example.org"}, secure=True)
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    make_application(site.folder.path)
    assert "Strict-Transport-Security" not in visitor.get("/sign-in/").headers


def test_a_key_that_others_can_read_is_refused(site: StudyStore, capsys: Captured) -> None:
    """TW-632: the site's key stays with its owner."""
    key = site.folder.path / "site.key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o644)
    assert run(["people", "list", str(site.folder.path)]) == 2
    assert "[TW-632]" in capsys.readouterr().err
    key.chmod(0o600)
    key.write_text("short\n", encoding="utf-8")
    assert run(["people", "list", str(site.folder.path)]) == 2
    assert "[TW-632]" in capsys.readouterr().err


def test_sign_ins_are_printed_for_rehearsed_studies_only(site: StudyStore, tmp_path: Path) -> None:
    """TW-638: no password is printed where people may be real; a demonstration has no second step."""
    with pytest.raises(Exception, match="rehearsed studies only") as refused:
        demo_people.demo_people(site.folder.path)
    assert refused.value.problems[0].code == "TW-638"  # type: ignore[attr-defined] # it is a TrialwrightError
    folder = tmp_path / "demo"
    assert run(["new", str(folder)]) == 0
    assert run(["rehearse", str(folder), "--subjects", "1"]) == 0
    signs = demo_people.demo_people(folder)
    assert signs == demo_people.demo_people(folder)
    assert {"coordinator", "investigator", "administrator"} <= {each.person for each in signs}
    from trialwright.web.site import open_site

    store = open_site(folder)
    visitor = browser()
    given = {"login": signs[0].person, "password": signs[0].password}
    assert visitor.post("/sign-in/", given).headers["Location"] == "/"
    assert "invented" in text_of(visitor.get("/account/"))
    store.close()
