"""Tokens made, recognised and ended; who a token stands for is read from the record at each request."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from trialwright.web import clock
from trialwright.web.accounts.access_log import log_access
from trialwright.web.people import ROLE_IN_USE, SignedIn, recognise
from trialwright.web.site import the_store

PREFIX = "tw_"
LONGEST_DAYS = 90


class TokenSession(dict[str, Any]):
    """What stands in for a browser's session: the role of the token, for one request."""


def make_token(who: SignedIn, name: str, days: int) -> str:
    """Make a token for the role in use and return its secret, which is shown this once. At most 90 days."""
    from trialwright.web.api.models import Token

    secret = PREFIX + secrets.token_urlsafe(32)
    now = clock.now()
    log_access(who.store, who.person, "api_token_made", name=name, role=who.role)
    Token.objects.create(
        digest=_digest(secret),
        person=who.person,
        name=name,
        role=who.role,
        site=who.site,
        made_at=now,
        ends_at=now + timedelta(days=min(max(days, 1), LONGEST_DAYS)),
    )
    return secret


def end_token(who: SignedIn, number: int) -> bool:
    """End one of the person's own tokens at once; False where they have no such token."""
    from trialwright.web.api.models import Token

    token = Token.objects.filter(pk=number, person=who.person, ended_at=None).first()
    if token is None:
        return False
    log_access(who.store, who.person, "api_token_ended", name=token.name)
    token.ended_at = clock.now()
    token.save()
    return True


def tokens_of(person: str) -> list[Any]:
    """The person's tokens that have not ended, the newest first."""
    from trialwright.web.api.models import Token

    return list(
        Token.objects.filter(person=person, ended_at=None, ends_at__gt=clock.now()).order_by("-made_at")
    )


def admit(request: HttpRequest, secret: str) -> SignedIn | None:
    """Who is at work with this token; None where it is unknown, over, or its delegation has ended (AC-3)."""
    from trialwright.web.api.models import Token

    token = Token.objects.filter(digest=_digest(secret), ended_at=None, ends_at__gt=clock.now()).first()
    if token is None:
        return None
    request.session = TokenSession({ROLE_IN_USE: f"{token.role}|{token.site or ''}"})
    who = recognise(request, the_store(), token.person)
    if who is None or who.state.disabled or (who.role, who.site) != (token.role, token.site):
        return None
    request.signed_in = who
    return who


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
