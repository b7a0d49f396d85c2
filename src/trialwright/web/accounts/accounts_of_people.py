"""The account behind a person of the record: made, reset, and its present standing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trialwright.web.accounts.access_log import log_access
from trialwright.web.accounts.setting_up import link_path
from trialwright.web.site import the_store


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a person can sign in yet, with which second factors, and when they last did."""

    set_up: bool
    factors: tuple[str, ...]
    last_sign_in: datetime | None


def account_of(person: str) -> Any:
    """The account of a person, made without a password where there is none yet."""
    from django.contrib.auth import get_user_model

    users = get_user_model()._default_manager
    account = users.filter(username=person).first()
    if account is None:
        account = users.create_user(username=person, password=None)
    return account


def new_link(person: str) -> str:
    """The path of a fresh one-time link; links given before, the old password and all sessions end."""
    account = account_of(person)
    account.set_unusable_password()
    account.save()
    return link_path(account)


def reset(person: str, by: str, *, second_factors: bool) -> str:
    """Take the password away, and the second factors where asked; return the path of a one-time link."""
    from allauth.mfa.models import Authenticator

    account = account_of(person)
    log_access(the_store(), person, "password_reset", by=by)
    if second_factors:
        log_access(the_store(), person, "second_factor_removed", by=by, sort="all")
        Authenticator.objects.filter(user_id=account.pk).delete()
    return new_link(person)


def set_password(person: str, password: str) -> None:
    """Give an account a password typed at the terminal; ValidationError where it is too weak."""
    from django.contrib.auth.password_validation import validate_password

    account = account_of(person)
    validate_password(password, account)
    log_access(the_store(), person, "password_changed", by="terminal")
    account.set_password(password)
    account.save()


def standings() -> dict[str, Standing]:
    """Every account's standing by person id."""
    from allauth.mfa.models import Authenticator
    from django.contrib.auth import get_user_model

    factors: dict[int, list[str]] = {}
    for owner, sort in Authenticator.objects.values_list("user_id", "type"):
        if sort != "recovery_codes":
            factors.setdefault(owner, []).append({"totp": "app", "webauthn": "passkey"}[sort])
    return {
        account.get_username(): Standing(
            account.has_usable_password(), tuple(sorted(factors.get(account.pk, ()))), account.last_login
        )
        for account in get_user_model()._default_manager.all()
    }
