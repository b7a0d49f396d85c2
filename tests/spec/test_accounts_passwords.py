"""What a password must be, and how it is kept."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from trialwright.store import StudyStore
from web_signing_in import PASSWORD, make_account


def refused(password: str, person: str = "coco") -> str:
    """Why a password is not taken; "" where it is."""
    from django.contrib.auth.password_validation import validate_password

    from trialwright.web.accounts.accounts_of_people import account_of

    try:
        validate_password(password, account_of(person))
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.requirement("PW-1")
@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "fifteen letters"[:13] + "zq",
        "ein stiller See im Herbst, kalt und blau, " * 3,
        "三更灯火五更鸡正是男儿读书时也",
        "x9#kQ2!mZ7&pL4^",
        "a" + "bright copper kettles" * 3,
        "summer winter autumn 1",
        "my dog likes tuesdays",
        "846-203-975-118-640-2",
    ],
)
def test_long_passwords_of_any_characters_are_taken(site: StudyStore, password: str) -> None:
    """PW-1: 15 characters and more, beyond 64 too, of any script, spaces included."""
    assert refused(password) == ""


@pytest.mark.requirement("PW-1")
@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short one 12", "at least 15"),
        ("x" * 300, "at most 256"),
        ("aaaaaaaaaaaaaaaaaaaa", "repeats itself"),
        ("abcdabcdabcdabcdabcd", "repeats itself"),
        ("12345678901234567890", "too common|neighbouring"),
        ("abcdefghijklmnopqrst", "neighbouring"),
        ("Tiny-1 First site 2026", "Too little is left"),
        ("Coco Petit coordinator", "Too little is left"),
        ("password password 2026!", "Too little is left"),
        ("trialwright-clinical-trial", "Too little is left"),
        ("correct horse battery staple", "Too little is left"),
        ("c o c o p e t i t 1 2 3 4", "Too little is left"),
        ("jennifer-michelle", "very common passwords"),
        ("Michelle Jennifer 2019!", "very common passwords"),
        ("M0nkey_$unsh1ne_87", "very common passwords"),
        ("123456 jessica 654321", "very common passwords"),
    ],
)
def test_what_everybody_or_an_insider_would_try_is_refused(site: StudyStore, password: str, why: str) -> None:
    """PW-1: common passwords, rows, repetitions, and names of the study, the site and the person."""
    assert any(part in refused(password) for part in why.split("|")), refused(password)


@pytest.mark.requirement("PW-1")
def test_a_password_is_kept_as_argon2id_and_in_no_other_way(site: StudyStore) -> None:
    """PW-1: the accounts' file holds neither the password nor the app's secret."""
    from django.contrib.auth.models import User

    secret = make_account("coco")
    stored = User.objects.get(username="coco").password
    assert stored.startswith("argon2$argon2id$v=19$m=65536,t=3,p=4$")
    kept = (site.folder.path / "accounts.db").read_bytes() + (site.folder.path / "study.db").read_bytes()
    assert PASSWORD.encode() not in kept
    assert secret.encode() not in kept


@pytest.mark.requirement("PW-2")
def test_a_password_does_not_run_out(site: StudyStore) -> None:
    """PW-2: no setting makes anybody change a password that is not known to be lost."""
    from django.conf import settings

    names = [name for name in dir(settings) if "PASSWORD" in name]
    assert not [name for name in names if "AGE" in name or "EXPIRE" in name or "ROTATE" in name]
