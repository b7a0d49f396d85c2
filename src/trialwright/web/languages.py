"""The language in which somebody reads: of the pages, and of the protocol's texts where it has them.

A language changes what is read and nothing that is recorded: commands, entries and hashes are the same.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import translation

from trialwright.protocol.languages import closest_language, load_study_in
from trialwright.protocol.study import Study
from trialwright.store import StudyStore

LANGUAGES = (("en", "English"), ("zh-hans", "简体中文"))
LANGUAGE_COOKIE = "__Host-trialwright-language"
LANGUAGE_SECONDS = 400 * 24 * 3600
_LOCALE = Path(__file__).parent / "locale"


def language_settings() -> dict[str, Any]:
    """What Django needs to know of languages. Dates and numbers are written alike in all of them."""
    return {
        "USE_I18N": True,
        "LANGUAGE_CODE": "en",
        "LANGUAGES": LANGUAGES,
        "LOCALE_PATHS": [str(_LOCALE)],
        "LANGUAGE_COOKIE_NAME": LANGUAGE_COOKIE,
        "LANGUAGE_COOKIE_SECURE": True,
        "LANGUAGE_COOKIE_HTTPONLY": True,
        "LANGUAGE_COOKIE_SAMESITE": "Lax",
        "LANGUAGE_COOKIE_AGE": LANGUAGE_SECONDS,
    }


def language() -> str:
    """The language of this request: ``en`` or ``zh-hans``."""
    return translation.get_language() or "en"


def html_language() -> str:
    """The same as a tag for the page (BCP 47)."""
    return "zh-Hans" if language() == "zh-hans" else "en"


def study_read(store: StudyStore) -> Study:
    """The study with its texts in this request's language, as far as its folder has them.

    For reading only: what is recorded or hashed takes the store's own study.
    """
    return _study_in(store, language())


def print_language() -> str:
    """The language of prints: ``en`` or ``zh``."""
    return language().split("-")[0]


@lru_cache(maxsize=8)
def _study_in(store: StudyStore, wanted: str) -> Study:
    if wanted == "en":
        return store.study
    folder = store.folder.protocol
    tag = closest_language(folder, wanted)
    return load_study_in(store.study, folder, tag) if tag else store.study
