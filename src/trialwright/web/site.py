"""The site of one study folder as a WSGI application."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trialwright.store import StudyStore, open_study

_HERE = Path(__file__).parent
_URLS = "trialwright.web.urls"
_open: dict[str, StudyStore] = {}


def make_application(folder: Path) -> Callable[..., Any]:
    """Open the study and return the application that shows it. One process shows one study.

    Call ``configure_site`` first where the process opens studies before.
    """
    from django.core.wsgi import get_wsgi_application

    from trialwright.store.folder import find_folder

    find_folder(folder)
    configure_site()
    _open["study"] = open_study(folder)
    application: Callable[..., Any] = get_wsgi_application()
    return application


def the_store() -> StudyStore:
    """The study that this process shows."""
    return _open["study"]


def configure_site() -> None:
    """Set Django up for the pages, once; the store adds its own application and each study's database."""
    from django.conf import settings

    from trialwright.store import configure

    if settings.configured and settings.ROOT_URLCONF == _URLS:
        return
    configure(
        SECRET_KEY=secrets.token_urlsafe(
            48
        ),  # signs nothing that outlives the process: there are no sessions yet
        ALLOWED_HOSTS=["localhost", "127.0.0.1", "[::1]"],
        ROOT_URLCONF=_URLS,
        MIDDLEWARE=["trialwright.web.headers.SecurityHeaders"],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(_HERE / "templates")],
                "OPTIONS": {"context_processors": []},
            }
        ],
    )
