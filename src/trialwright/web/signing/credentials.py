"""What a person gives to sign: two components at a session's first signing, one at each further (SG-4)."""

from __future__ import annotations

from typing import Any

from trialwright.conduct.answer import Refusal
from trialwright.web.accounts.access_log import log_access
from trialwright.web.people import signed_in

SIGNED_BEFORE = "signed_before"
FAILED = "signing_failed"
MOST_FAILURES = 5


def needs_code(request: Any) -> bool:
    """Whether this signing takes a code of the second factor beside the password.

    The first of a session does. In a rehearsed study, where nobody must have a second factor, those who have
    none sign with the password alone.
    """
    from allauth.mfa.utils import is_mfa_enabled

    if request.session.get(SIGNED_BEFORE):
        return False
    return not signed_in(request).store.is_rehearsal() or bool(is_mfa_enabled(request.user))


def prove_identity(request: Any) -> Refusal | None:
    """Check the password, and the code where one is needed; None where it is them.

    One sentence whatever was wrong. After five failures in a row the session ends.
    """
    who = signed_in(request)
    if _is_them(request):
        request.session[SIGNED_BEFORE] = True
        request.session.pop(FAILED, None)
        return None
    failures = int(request.session.get(FAILED, 0)) + 1
    request.session[FAILED] = failures
    log_access(who.store, who.person, "sign_in_failed", at="signing")
    if failures >= MOST_FAILURES:
        from django.contrib.auth import logout

        logout(request)
        return Refusal(
            "TW-605", "five signings in a row failed, so that you were signed out; nothing was signed"
        )
    return Refusal("TW-604", "the password or the code is not right; nothing was signed")


def _is_them(request: Any) -> bool:
    right = bool(request.user.check_password(request.POST.get("password", "")))
    if not needs_code(request):
        return right
    return right and _is_code(request.user, request.POST.get("code", "").strip())


def _is_code(account: Any, code: str) -> bool:
    from allauth.mfa.models import Authenticator

    factor = Authenticator.objects.filter(user_id=account.pk, type=Authenticator.Type.TOTP).first()
    return bool(code) and factor is not None and bool(factor.wrap().validate_code(code))
