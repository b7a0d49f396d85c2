"""The second person at the chair: somebody else, who gives their own id and password there and then."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from trialwright.conduct.answer import Refusal
from trialwright.web.people import signed_in

_NOT_THEM = Refusal("TW-609", "the second person's id or password is not right; nothing was recorded")
_TOO_OFTEN = Refusal("TW-609", "too many failed attempts; wait a few minutes. Nothing was recorded")


def second_person(request: HttpRequest) -> str | Refusal:
    """The id of the second person, once they proved who they are; the role is checked by the command.

    It is no way to guess a password: failures here and at signing in are counted together (PW-3).
    """
    from allauth.account.adapter import get_adapter

    person = request.POST.get("second", "").strip()
    if person == signed_in(request).person:
        return Refusal("TW-609", "the second person must be somebody else; let a colleague compare the bag")
    try:
        account = get_adapter(request).authenticate(
            request, username=person, password=request.POST.get("second_password", "")
        )
    except ValidationError:
        return _TOO_OFTEN
    return _NOT_THEM if account is None else account.get_username()
