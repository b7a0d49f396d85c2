"""What this site does in its own way when allauth signs people in."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_noop as noop

from trialwright.web import clock
from trialwright.web.accounts.access_log import known_person, log_access
from trialwright.web.accounts.sessions import BEGAN
from trialwright.web.site import the_store

# One sentence for a wrong id, a wrong password, a disabled person and an account that is not set up (PW-3).
NOT_RIGHT = noop("The person id or the password is not right, or this account cannot sign in at present.")
TOO_OFTEN = noop(
    "Too many failed attempts. Wait a few minutes before the next one; the administrator has been told."
)
WRONG_CODE = noop("The code is not right. Each code works once, for half a minute.")
SIGNED_IN_JUST_NOW = 300
_ALERT_AGAIN = 15 * 60


class AccountAdapter(DefaultAccountAdapter):
    """Uniform sentences, and every failure in the record."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NOT_RIGHT,
        "account_inactive": NOT_RIGHT,
        "invalid_login": NOT_RIGHT,
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
        "incorrect_code": WRONG_CODE,
        "incorrect_password": noop("The password is not right."),
        "enter_current_password": noop("The present password is not right."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Nobody signs themselves up."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Slow down after failures; the first attempt that comes too soon is recorded as an alert (PW-3)."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._alert(str(credentials.get("username", "")))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record the failure, without what was typed where nobody has that id."""
        store = the_store()
        person = known_person(store, str(credentials.get("username", "")))
        log_access(store, person, "sign_in_failed", address=self.get_client_ip(request))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password again, unless the first second factor is set up just after signing in."""
        request = self.request
        if app == "allauth.mfa" and _just_signed_in(request) and not _had_factors(request):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def _alert(self, person: str) -> None:
        store = the_store()
        known = known_person(store, person)
        address = self.get_client_ip(self.request)
        mark = hashlib.sha256(f"{known} {address if known != person else ''}".encode()).hexdigest()
        if cache.add(f"trialwright.locked_out.{mark}", True, timeout=_ALERT_AGAIN):
            log_access(store, known, "locked_out", address=address)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors named after the study; their secrets are encrypted in the accounts' database."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": noop("The last second factor stays: add another one first."),
    }

    def get_totp_issuer(self) -> str:
        """The study, as an authenticator app shows it."""
        return f"trialwright {the_store().study.study.id}"

    def build_totp_svg(self, url: str) -> str:
        """The QR code as a drawing without any style of its own."""
        return str(segno.make(url, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff"))

    def encrypt(self, text: str) -> str:
        """Encrypt under the site's key."""
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read what ``encrypt`` wrote."""
        return _fernet().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """The last second factor cannot be taken off, except in a rehearsed study (PW-4)."""
        from allauth.mfa.models import Authenticator

        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return the_store().is_rehearsal() or others.exclude(type="recovery_codes").exists()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002, ARG002 - allauth's signature
        """The name that is proposed for a passkey."""
        return "Passkey"


def _just_signed_in(request: HttpRequest) -> bool:
    records = get_authentication_records(request, request.user)
    now = clock.now().timestamp()
    return any(
        each["method"] == "password" and 0 <= now - each["at"] < SIGNED_IN_JUST_NOW for each in records
    )


def _had_factors(request: HttpRequest) -> bool:
    from allauth.mfa.models import Authenticator

    began = datetime.fromtimestamp(request.session.get(BEGAN, 0), UTC)
    return bool(Authenticator.objects.filter(user_id=request.user.pk, created_at__lt=began).exists())


def _fernet() -> Fernet:
    digest = hashlib.sha256(f"trialwright second factors {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
