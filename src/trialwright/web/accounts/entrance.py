"""Signing in and out, and the pages about one's own account: allauth's views in this site's pages."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import reverse_lazy
from django.utils.translation import gettext_noop as noop

from trialwright.web.accounts.passwords import SHORTEST
from trialwright.web.accounts.sessions import ENDED
from trialwright.web.page import page_context
from trialwright.web.permits import open_page, own_page


class SignInForm(LoginForm):
    """Person id and password."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Name the fields as the study names them."""
        super().__init__(*arguments, **named)
        self.fields["login"].label = noop("Person id")
        self.fields["login"].widget.attrs = {"autocomplete": "username", "autocapitalize": "none"}
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}


class PasswordForm(ChangePasswordForm):
    """The present password and the new one twice."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Say what a password must be."""
        super().__init__(*arguments, **named)
        labels = {
            "oldpassword": noop("Present password"),
            "password1": noop("New password"),
            "password2": noop("New password again"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
        hint = f"At least {SHORTEST} characters; a few words that belong to no one else are good."
        self.fields["password1"].help_text = f"{hint} Pasting is fine."


class _Page:
    """A view of allauth within the site's page."""

    heading = ""
    request: Any

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**named)
        return page_context(self.request, "account") | {"heading": self.heading} | context


class _SignIn(_Page, account.LoginView):
    template_name = "accounts/sign_in.html"
    form_class = SignInForm

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        ended = ENDED.get(self.request.GET.get("ended", ""), "")
        return super().get_context_data(**named) | {"ended": ended}


class _SignOut(_Page, account.LogoutView):
    template_name = "accounts/sign_out.html"


class _ChangePassword(_Page, account.PasswordChangeView):
    template_name = "accounts/form.html"
    form_class = PasswordForm
    heading = noop("Change your password")
    success_url = "/account/"


class _AskPassword(_Page, account.ReauthenticateView):
    template_name = "accounts/ask_again.html"
    heading = noop("Your password once more")


class _SecondStep(_Page, factors.AuthenticateView):
    template_name = "accounts/second_step.html"


class _AskCode(_Page, factors.ReauthenticateView):
    template_name = "accounts/ask_again.html"
    heading = noop("A code from your app once more")


class _Factors(_Page, factors.IndexView):
    template_name = "accounts/second_factors.html"


class _AddApp(_Page, totp.ActivateTOTPView):
    template_name = "accounts/add_app.html"


class _RemoveApp(_Page, totp.DeactivateTOTPView):
    template_name = "accounts/form.html"
    heading = noop("Remove the authenticator app")


class _Codes(_Page, recovery.ViewRecoveryCodesView):
    template_name = "accounts/recovery_codes.html"


class _NewCodes(_Page, recovery.GenerateRecoveryCodesView):
    template_name = "accounts/form.html"
    heading = noop("Make new recovery codes; the old ones end")


class _AddPasskey(_Page, passkeys.AddWebAuthnView):
    template_name = "accounts/add_passkey.html"


class _RemovePasskey(_Page, passkeys.RemoveWebAuthnView):
    template_name = "accounts/form.html"
    heading = noop("Remove this passkey")
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> Any:
        """Keep the last second factor, as for the app."""
        adapter = get_adapter()
        if adapter.can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        form.add_error(None, adapter.validation_error("cannot_delete_authenticator"))
        return self.form_invalid(form)


class _AskPasskey(_Page, passkeys.ReauthenticateWebAuthnView):
    template_name = "accounts/ask_passkey.html"


sign_in = open_page(_SignIn.as_view())
sign_out = open_page(_SignOut.as_view())
second_step = open_page(_SecondStep.as_view())
change_password = own_page(_ChangePassword.as_view())
ask_password = own_page(_AskPassword.as_view())
ask_code = own_page(_AskCode.as_view())
ask_passkey = own_page(_AskPasskey.as_view())
second_factors = own_page(_Factors.as_view())
add_app = own_page(_AddApp.as_view())
remove_app = own_page(_RemoveApp.as_view())
recovery_codes = own_page(_Codes.as_view())
new_recovery_codes = own_page(_NewCodes.as_view())
add_passkey = own_page(_AddPasskey.as_view())
remove_passkey = own_page(_RemovePasskey.as_view())
