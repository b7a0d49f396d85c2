"""Signals of Django and allauth as entries of the record, and as the beginning of a session."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import authentication_step_completed, password_changed
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from trialwright.web.accounts import sessions
from trialwright.web.accounts.access_log import log_access
from trialwright.web.people import ROLE_IN_USE
from trialwright.web.site import the_store

METHODS = {"totp": "code from an app", "webauthn": "passkey", "recovery_codes": "recovery codes"}


@receiver(user_logged_in, dispatch_uid="trialwright.signed_in")
def _signed_in(request: Any, user: Any, **_: Any) -> None:
    sessions.begin(request.session)
    request.session.pop(ROLE_IN_USE, None)
    log_access(the_store(), user.get_username(), "signed_in", address=_address(request), by=_means(request))


@receiver(user_logged_out, dispatch_uid="trialwright.signed_out")
def _signed_out(request: Any, user: Any, **_: Any) -> None:
    # The gate records the sessions that it ends itself, with their cause.
    if user is not None and getattr(request, "signed_in", None) is not None:
        log_access(the_store(), user.get_username(), "signed_out", cause="asked")


@receiver(authentication_step_completed, dispatch_uid="trialwright.step")
def _renewed(request: Any, **extra: Any) -> None:
    """A new session token at every authentication, also when a password is asked for again (SE-2)."""
    if request.user.is_authenticated and extra.get("reauthenticated"):
        request.session.cycle_key()


@receiver(authentication_failed, dispatch_uid="trialwright.second_factor_failed")
def _code_failed(request: Any, user: Any, **_: Any) -> None:
    detail = {"address": _address(request), "by": "second factor"}
    log_access(the_store(), user.get_username(), "sign_in_failed", **detail)


@receiver(authenticator_added, dispatch_uid="trialwright.factor_added")
@receiver(authenticator_reset, dispatch_uid="trialwright.factor_reset")
def _factor_added(user: Any, authenticator: Any, **_: Any) -> None:
    log_access(the_store(), user.get_username(), "second_factor_added", sort=METHODS[authenticator.type])


@receiver(authenticator_removed, dispatch_uid="trialwright.factor_removed")
def _factor_removed(user: Any, authenticator: Any, **_: Any) -> None:
    log_access(the_store(), user.get_username(), "second_factor_removed", sort=METHODS[authenticator.type])


@receiver(password_changed, dispatch_uid="trialwright.password_changed")
def _password_changed(request: Any, user: Any, **_: Any) -> None:
    log_access(the_store(), user.get_username(), "password_changed", address=_address(request))


def _address(request: Any) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _means(request: Any) -> str:
    from allauth.account.internal.flows.login import get_authentication_records

    used = {
        str(each.get("type") or each["method"]) for each in get_authentication_records(request, request.user)
    }
    return ", ".join(sorted(METHODS.get(each, each) for each in used)) or "password"
