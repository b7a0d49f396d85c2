"""Passwords that others have lost, looked up in a list on the machine."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from trialwright.cli.outcome import run
from trialwright.errors import TrialwrightError
from trialwright.store import StudyStore
from trialwright.web.accounts.breached import check_list, is_listed
from web_signing_in import PASSWORD, browser, make_account, mark_of, sign_in, text_of

LOST = "lost by a stranger once"


def line_of(password: str, end: str = "\n") -> str:
    """A line of the list."""
    return f"{hashlib.sha1(password.encode()).hexdigest().upper()}:3{end}"  # noqa: S324 - the list's own form


def write_list(path: Path, passwords: list[str], end: str = "\n") -> Path:
    """A list as the downloader writes it."""
    path.write_bytes("".join(sorted(line_of(password, end) for password in passwords)).encode())
    return path


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A list with the lost password among many, known to the server."""
    path = write_list(tmp_path / "lost.txt", [LOST, *(f"other {number}" for number in range(5000))])
    monkeypatch.setenv("BREACHED_PASSWORDS", str(path))
    return path


@pytest.mark.requirement("PW-1")
@pytest.mark.parametrize("size", [1, 2, 3, 97, 98, 5000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_listed_password_is_found_and_no_other(tmp_path: Path, size: int, end: str) -> None:
    """PW-1: the first, the last, and all between, in a list of any size; counts of any length."""
    chance = random.Random(size)  # noqa: S311 - a list that repeats
    passwords = [f"password {number}" for number in range(size)]
    lines = sorted(
        line_of(each, "").replace(":3", f":{chance.randrange(10 ** chance.randrange(1, 9))}{end}")
        for each in passwords
    )
    path = tmp_path / "lost.txt"
    path.write_bytes("".join(lines).encode())
    assert all(is_listed(path, each) for each in passwords)
    assert not any(is_listed(path, f"unknown {number}") for number in range(500))


@pytest.mark.requirement("PW-1")
def test_a_lost_password_is_refused_wherever_it_is_set(site: StudyStore, listed: Path) -> None:
    """PW-1: by the one-time link and on the page of one's own account."""
    ada = sign_in("ada")
    answer = ada.post("/person/coco/reset/", {"command": mark_of(ada.get("/person/coco/"))})
    link = answer.content.decode().partition("http://localhost/set-up/")[2].partition("<")[0]
    guest = browser()
    refused = guest.post(f"/set-up/{link}", {"password1": LOST, "password2": LOST})
    assert "lost by somebody else" in text_of(refused)
    assert guest.post(f"/set-up/{link}", {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    sent = {"oldpassword": PASSWORD, "password1": LOST, "password2": LOST}
    assert "lost by somebody else" in text_of(ada.post("/account/password/", sent))


@pytest.mark.requirement("PW-1")
def test_without_a_list_nothing_is_looked_up(site: StudyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """PW-1: the other rules hold alone."""
    from django.contrib.auth.password_validation import validate_password

    from trialwright.web.accounts.accounts_of_people import account_of

    make_account("coco")
    validate_password(LOST, account_of("coco"))
    monkeypatch.setenv("BREACHED_PASSWORDS", "")
    validate_password(LOST, account_of("coco"))


@pytest.mark.requirement("PW-1")
@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"password\n123456\n",
        b"8846F7EAEE8FB117AD06BDD830B7586C:3\n",
        line_of("b").encode() + line_of("a").encode(),
        line_of("a").lower().encode(),
    ],
)
def test_a_list_that_finds_nothing_stops_the_server(
    site: StudyStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
) -> None:
    """PW-1: TW-639 for no file, an empty one, plain passwords, another hash, or another order."""
    path = tmp_path / "lost.txt"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("BREACHED_PASSWORDS", str(path))
    with pytest.raises(TrialwrightError, match="TW-639"):
        check_list()
    assert run(["people", "list", str(site.folder.path)]) == 2
    assert "[TW-639]" in capsys.readouterr().err


@pytest.mark.requirement("PW-1")
def test_a_list_that_is_gone_lets_no_password_through(site: StudyStore, listed: Path) -> None:
    """PW-1: while it cannot be read, no password is set, and the sentence says why."""
    ada = sign_in("ada")
    listed.unlink()
    sent = {
        "oldpassword": PASSWORD,
        "password1": "four rare herons fish",
        "password2": "four rare herons fish",
    }
    answer = ada.post("/account/password/", sent)
    assert (answer.status_code, "TW-639" in text_of(answer)) == (503, True)
    assert browser().post("/sign-in/", {"login": "ada", "password": PASSWORD}).status_code == 302


def test_what_is_refused_is_a_rule_of_passwords(listed: Path) -> None:
    """PW-1: as every other rule, so that each way to set a password keeps it."""
    from trialwright.web.accounts.breached import NotBreached

    with pytest.raises(ValidationError):
        NotBreached().validate(LOST)
    NotBreached().validate("another one altogether")
    assert "lost" in NotBreached().get_help_text()
