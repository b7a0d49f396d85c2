"""The one-time link under which a person chooses their own password; nobody else ever sees it (SG-6)."""

from __future__ import annotations

from typing import Any

from allauth.core.internal.ratelimit import consume_or_429
from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_noop as noop

from trialwright.web.accounts.access_log import log_access
from trialwright.web.accounts.configuration import LONGEST_PASSWORD
from trialwright.web.accounts.passwords import LongEnough, NotGuessed
from trialwright.web.page import render_page, sentence_page
from trialwright.web.permits import open_page
from trialwright.web.site import the_store

NO_LONGER = noop(
    "This link has been used, has run out after three days, or was replaced by a newer one."
    " Ask the administrator for a new one."
)


class _Tokens(PasswordResetTokenGenerator):
    """Tokens that end with the next password, set up or reset, and after three days."""

    key_salt = "trialwright.set-up"


TOKENS = _Tokens()


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    password1 = forms.CharField(
        label="Password",
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=f"{LongEnough().get_help_text()} {NotGuessed().get_help_text()}",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=noop("Password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: Any, *arguments: Any, **named: Any) -> None:
        """Take the account whose password it becomes."""
        super().__init__(*arguments, **named)
        self._user = user

    def clean(self) -> dict[str, Any]:
        """Check the rules, and that both are the same."""
        given: dict[str, Any] = super().clean() or {}
        first, second = given.get("password1", ""), given.get("password2", "")
        if first and second and first != second:
            self.add_error("password2", noop("The two passwords differ."))
        elif first:
            try:
                validate_password(first, self._user)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return given


@open_page
def set_up(request: HttpRequest, person: str, token: str) -> HttpResponse:
    """Let the holder of the link choose a password, once; then they sign in as always."""
    limited = consume_or_429(request, app="allauth.account", action="login", limit_get=True)
    if limited is not None:
        return limited
    account = get_user_model()._default_manager.filter(username=person).first()
    if account is None or not TOKENS.check_token(account, token):
        return sentence_page(request, noop("This link is not good any more"), NO_LONGER, 404)
    form = NewPasswordForm(account, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        log_access(the_store(), person, "password_changed", by="set-up link")
        account.set_password(form.cleaned_data["password1"])
        account.save()
        return HttpResponseRedirect(reverse("account_login"))
    return render_page(request, "accounts/set_up.html", form=form, person=person)


def link_path(account: Any) -> str:
    """The path of a new one-time link for an account. Whoever holds it can set the password."""
    return reverse("set_up", args=[account.get_username(), TOKENS.make_token(account)])
