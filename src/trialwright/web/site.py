"""The site of one study folder as a WSGI application."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trialwright.store import StudyStore, open_study

_HERE = Path(__file__).parent
_open: dict[str, StudyStore] = {}


def make_application(folder: Path) -> Callable[..., Any]:
    """Open the study and return the application that shows it. One process shows one study."""
    from django.core.wsgi import get_wsgi_application

    _configure_pages()
    _open["study"] = open_study(folder)
    application: Callable[..., Any] = get_wsgi_application()
    return application


def the_store() -> StudyStore:
    """The study that this process shows."""
    return _open["study"]


def _configure_pages() -> None:
    """Settings of the pages; the store adds its own application and database when it opens the study."""
    from trialwright.store import configure

    configure(
        SECRET_KEY=secrets.token_urlsafe(
            48
        ),  # signs nothing that outlives the process: there are no sessions yet
        ALLOWED_HOSTS=["localhost", "127.0.0.1", "[::1]"],
        ROOT_URLCONF="trialwright.web.urls",
        MIDDLEWARE=["trialwright.web.headers.SecurityHeaders"],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [str(_HERE / "templates")],
                "OPTIONS": {"context_processors": []},
            }
        ],
    )
