"""Django's and allauth's settings for accounts, in one place."""

from __future__ import annotations

from typing import Any

IDLE_SECONDS = 15 * 60
LONGEST_SECONDS = 12 * 60 * 60
SET_UP_SECONDS = 72 * 60 * 60
LONGEST_PASSWORD = 256
_HERE = "trialwright.web.accounts"

# Each person id may fail 5 times in 5 minutes, 10 times in an hour, 20 times in a day: it gets slower (PW-3).
_FAILURES = "20/m/ip,5/5m/key,10/1h/key,20/1d/key"

_COOKIES: dict[str, Any] = {
    "SESSION_COOKIE_NAME": "__Host-trialwright",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "SESSION_COOKIE_PATH": "/",
    "SESSION_COOKIE_AGE": LONGEST_SECONDS,
    "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
    "SESSION_ENGINE": "django.contrib.sessions.backends.db",
    "CSRF_COOKIE_NAME": "__Host-trialwright-form",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_HTTPONLY": True,
    "CSRF_COOKIE_SAMESITE": "Lax",
    "CSRF_COOKIE_AGE": None,
    "CSRF_FAILURE_VIEW": f"{_HERE}.refusals.forged",
}

_SIGN_IN: dict[str, Any] = {
    "LOGIN_URL": "account_login",
    "LOGIN_REDIRECT_URL": "/",
    "LOGOUT_REDIRECT_URL": "account_login",
    "ACCOUNT_ADAPTER": f"{_HERE}.adapters.AccountAdapter",
    "ACCOUNT_LOGIN_METHODS": {"username"},
    "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_SESSION_REMEMBER": False,
    "ACCOUNT_LOGOUT_ON_GET": False,
    "ACCOUNT_REAUTHENTICATION_TIMEOUT": 300,
    "ACCOUNT_RATE_LIMITS": {"login": "60/m/ip", "login_failed": _FAILURES, "change_password": "5/m/user"},
    "MFA_ADAPTER": f"{_HERE}.adapters.SecondFactorAdapter",
    "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
    "MFA_TOTP_TOLERANCE": 1,
    "MFA_RECOVERY_CODES_SHOW_ONCE": True,
    "MFA_RECOVERY_CODE_DIGITS": 10,
    "MFA_WEBAUTHN_USER_VERIFICATION": "preferred",
}

_PASSWORDS: dict[str, Any] = {
    "PASSWORD_HASHERS": [f"{_HERE}.hashing.Argon2id"],
    "PASSWORD_RESET_TIMEOUT": SET_UP_SECONDS,
    "AUTHENTICATION_BACKENDS": [f"{_HERE}.backend.PersonBackend"],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": f"{_HERE}.passwords.LongEnough"},
        {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
        {"NAME": f"{_HERE}.passwords.NotGuessed"},
        {"NAME": f"{_HERE}.breached.NotBreached"},
    ],
}

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "trialwright.web.api.apps.ApiConfig",
]

MIDDLEWARE = [
    "trialwright.web.headers.SecurityHeaders",
    f"{_HERE}.session_keeping.KeptSessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    f"{_HERE}.gate.Gate",
]

# One process serves a study, so that its memory is the place to count failures; allauth's own limit of 300
# entries would let a flood of invented ids push the count of a real one out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}


def account_settings() -> dict[str, Any]:
    """Everything that accounts need of Django, as settings."""
    return _COOKIES | _SIGN_IN | _PASSWORDS | {"CACHES": CACHES}
