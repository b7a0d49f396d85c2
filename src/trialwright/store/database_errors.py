"""What a database says when it cannot go on, as one sentence with a code."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from trialwright.errors import Problem, TrialwrightError

_SENTENCES = {
    "TW-312": "The study cannot be written to: its folder or file is read-only. Nothing was recorded.",
    "TW-313": "The file is not a database of a trialwright record.",
    "TW-316": "Another program has held the database for too long. Nothing was recorded; try again.",
    "TW-317": "The disk is full. Nothing of this step was recorded; make room and repeat it.",
    "TW-318": "The database cannot be reached. Nothing of this step was recorded.",
    "TW-322": "The database is damaged. Stop, keep the file, and restore the last whole backup.",
}

# What the same command, given again, may get past: room was made, the other program has ended.
PASSING = frozenset({"TW-312", "TW-316", "TW-317", "TW-318"})

# SQLite's primary result codes (https://sqlite.org/rescode.html)
_SQLITE = {
    sqlite3.SQLITE_BUSY: "TW-316",
    sqlite3.SQLITE_LOCKED: "TW-316",
    sqlite3.SQLITE_READONLY: "TW-312",
    sqlite3.SQLITE_PERM: "TW-312",
    sqlite3.SQLITE_FULL: "TW-317",
    sqlite3.SQLITE_NOTADB: "TW-313",
    sqlite3.SQLITE_CORRUPT: "TW-322",
}

# What SQLite and Python's module for it say under the general code
_WORDS = {
    "no such table": "TW-313",
    "no such column": "TW-313",
    "could not decode": "TW-322",
    "malformed database schema": "TW-322",
}

# PostgreSQL's SQLSTATE codes and classes (PostgreSQL documentation, appendix A)
_POSTGRESQL = {
    "53100": "TW-317",
    "55P03": "TW-316",
    "40P01": "TW-316",
    "25006": "TW-312",
    "42501": "TW-312",
    "42P01": "TW-313",
    "XX001": "TW-322",
    "XX002": "TW-322",
}


class StoreError(TrialwrightError):
    """The record cannot be opened, read or written. Nothing is ever half written."""


def refuse(code: str, sentence: str = "", where: str = "") -> StoreError:
    """Return the error of this code, in its usual sentence unless another is given."""
    return StoreError(Problem(code, sentence or _SENTENCES[code], where))


@contextmanager
def database_errors(where: str) -> Iterator[None]:
    """Turn what the database raises inside the block into a :class:`StoreError` that names ``where``.

    A broken constraint is no trouble of the database but a fault of this program, and passes as it is.
    """
    from django.db import DatabaseError, IntegrityError, InterfaceError

    try:
        yield
    except IntegrityError:
        raise
    except (DatabaseError, InterfaceError, sqlite3.Error) as error:
        raise refuse(code_of(error), where=where) from error
    except UnicodeDecodeError as error:
        raise refuse("TW-322", where=where) from error


def code_of(error: BaseException) -> str:
    """Return the code for what a database raised: full, locked, read-only, damaged, none, unreachable."""
    cause = error if isinstance(error, sqlite3.Error) else error.__cause__
    if isinstance(cause, sqlite3.Error):
        number = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        fallback = next((code for words, code in _WORDS.items() if words in str(cause)), "TW-318")
        return _SQLITE.get(number, fallback)
    return _POSTGRESQL.get(getattr(cause, "sqlstate", None) or "", "TW-318")
