"""The site of one study folder as a WSGI application."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trialwright.store import StudyStore, open_study

_HERE = Path(__file__).parent
_URLS = "trialwright.web.urls"
_LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
# A monitor may tick all answers of a casebook at once. The body has a limit of its own, Django's 2.5 MB.
_MOST_FIELDS = 10_000
_open: dict[str, StudyStore] = {}


def make_application(folder: Path, public_host: str | None = None) -> Callable[..., Any]:
    """Open the study and return the application that shows it. One process shows one study.

    ``public_host`` is the name under which a proxy with TLS shows the site; without it only localhost is
    answered. Call ``configure_site`` first where the process opens studies before.
    """
    from django.core.wsgi import get_wsgi_application

    open_site(folder)
    _show_at(public_host)
    application: Callable[..., Any] = get_wsgi_application()
    return application


def open_site(folder: Path) -> StudyStore:
    """Open a study with its accounts, for this process; the command line works on accounts through this."""
    from django.conf import settings

    from trialwright.store.folder import find_folder

    found = find_folder(folder)
    configure_site()
    from django.contrib.sessions.backends.db import SessionStore

    from trialwright.web.accounts.breached import check_list
    from trialwright.web.accounts.database import use_accounts
    from trialwright.web.accounts.secret import secret_key

    check_list()
    store = open_study(folder)
    settings.SECRET_KEY = secret_key(found.path)
    use_accounts(found)
    SessionStore.clear_expired()
    _open["study"] = store
    return store


def the_store() -> StudyStore:
    """The study that this process shows."""
    return _open["study"]


def configure_site() -> None:
    """Set Django up for the pages, once; the store adds its own application and each study's database."""
    from django.conf import settings

    from trialwright.store import configure
    from trialwright.web.accounts.configuration import INSTALLED_APPS, MIDDLEWARE, account_settings
    from trialwright.web.languages import language_settings
    from trialwright.web.server_log import log_settings

    if settings.configured and settings.ROOT_URLCONF == _URLS:
        return
    configure(
        SECRET_KEY=secrets.token_urlsafe(64),  # until a study is opened, which has a key of its own
        ALLOWED_HOSTS=[*_LOCAL_HOSTS],
        ROOT_URLCONF=_URLS,
        INSTALLED_APPS=[*INSTALLED_APPS],
        MIDDLEWARE=MIDDLEWARE,
        DATA_UPLOAD_MAX_NUMBER_FIELDS=_MOST_FIELDS,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(_HERE / "templates")],
                "OPTIONS": {
                    "context_processors": [],
                    "builtins": ["trialwright.web.words", "django.templatetags.i18n"],
                },
            }
        ],
        **account_settings(),
        **language_settings(),
        **log_settings(),
    )
    import trialwright.web.accounts.events  # noqa: F401 - it listens to Django from now on


def _show_at(public_host: str | None) -> None:
    from django.conf import settings

    settings.BEHIND_TLS = public_host is not None
    settings.ALLOWED_HOSTS = [public_host, *_LOCAL_HOSTS] if public_host else [*_LOCAL_HOSTS]
    settings.CSRF_TRUSTED_ORIGINS = [f"https://{public_host}"] if public_host else []
