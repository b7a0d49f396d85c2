"""The second person at the chair: somebody else, who gives their own id and password there and then."""

from __future__ import annotations

from django.http import HttpRequest

from trialwright.conduct.answer import Refusal
from trialwright.web.accounts.access_log import known_person, log_access
from trialwright.web.people import signed_in

_NOT_THEM = Refusal("TW-609", "the second person's id or password is not right; nothing was recorded")


def second_person(request: HttpRequest) -> str | Refusal:
    """The id of the second person, once they proved who they are; the role is checked by the command."""
    from django.contrib.auth import get_user_model

    who = signed_in(request)
    person = request.POST.get("second", "").strip()
    if person == who.person:
        return Refusal("TW-609", "the second person must be somebody else; let a colleague compare the bag")
    account = get_user_model()._default_manager.filter(username=person).first()
    if account is not None and account.check_password(request.POST.get("second_password", "")):
        return person
    log_access(who.store, known_person(who.store, person), "sign_in_failed", at="chair")
    return _NOT_THEM
