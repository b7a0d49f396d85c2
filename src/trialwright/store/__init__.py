"""The record on its database: the only room that knows one.

What other rooms may use is listed here and loaded when it is first asked for, so that importing the room
costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trialwright.store.answers import Difference, Receipt, Verification
    from trialwright.store.database_errors import StoreError
    from trialwright.store.folder import StudyFolder
    from trialwright.store.folding import Conduct
    from trialwright.store.opening import (
        create_study,
        open_study,
        random_salts,
        restore_study,
    )
    from trialwright.store.settings import configure, postgresql_database, sqlite_database
    from trialwright.store.study_store import StudyStore

_PLACES = {
    "Conduct": "folding",
    "Difference": "answers",
    "Receipt": "answers",
    "StoreError": "database_errors",
    "StudyFolder": "folder",
    "StudyStore": "study_store",
    "Verification": "answers",
    "configure": "settings",
    "create_study": "opening",
    "open_study": "opening",
    "postgresql_database": "settings",
    "random_salts": "opening",
    "restore_study": "opening",
    "sqlite_database": "settings",
}

__all__ = [
    "Conduct",
    "Difference",
    "Receipt",
    "StoreError",
    "StudyFolder",
    "StudyStore",
    "Verification",
    "configure",
    "create_study",
    "open_study",
    "postgresql_database",
    "random_salts",
    "restore_study",
    "sqlite_database",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
