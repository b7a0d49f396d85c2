"""The addresses of accounts. By the names that begin with account_ and mfa_, allauth finds them."""

from django.urls import path

from trialwright.web.accounts import entrance, own_pages, people_pages, setting_up

urlpatterns = [
    path("sign-in/", entrance.sign_in, name="account_login"),
    path("sign-in/second-step/", entrance.second_step, name="mfa_authenticate"),
    path("sign-out/", entrance.sign_out, name="account_logout"),
    path("set-up/<str:person>/<str:token>/", setting_up.set_up, name="set_up"),
    path("account/", own_pages.own_account, name="own_account"),
    path("account/role/", own_pages.choose_role, name="choose_role"),
    path("account/password/", entrance.change_password, name="account_change_password"),
    path("account/again/", entrance.ask_password, name="account_reauthenticate"),
    path("account/again/code/", entrance.ask_code, name="mfa_reauthenticate"),
    path("account/again/passkey/", entrance.ask_passkey, name="mfa_reauthenticate_webauthn"),
    path("account/second-factors/", entrance.second_factors, name="mfa_index"),
    path("account/second-factors/app/", entrance.add_app, name="mfa_activate_totp"),
    path("account/second-factors/app/remove/", entrance.remove_app, name="mfa_deactivate_totp"),
    path("account/second-factors/codes/", entrance.recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/second-factors/codes/new/", entrance.new_recovery_codes, name="mfa_generate_recovery_codes"
    ),
    path("account/second-factors/passkey/", entrance.add_passkey, name="mfa_add_webauthn"),
    path(
        "account/second-factors/passkey/<int:pk>/remove/", entrance.remove_passkey, name="mfa_remove_webauthn"
    ),
    path("people/", people_pages.people, name="people"),
    path("people/add/", people_pages.add_person, name="add_person"),
    path("people/review/", people_pages.access_review, name="access_review"),
    path("person/<str:person>/", people_pages.person, name="person"),
    path("person/<str:person>/delegate/", people_pages.delegate, name="delegate"),
    path("person/<str:person>/end/", people_pages.end_delegation, name="end_delegation"),
    path("person/<str:person>/disable/", people_pages.disable, name="disable_person"),
    path("person/<str:person>/enable/", people_pages.enable, name="enable_person"),
    path("person/<str:person>/reset/", people_pages.reset_account, name="reset_account"),
]
