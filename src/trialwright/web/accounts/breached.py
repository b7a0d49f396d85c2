"""Passwords that others have lost: looked up in a list that the operator keeps, without asking anybody.

The list is the offline copy of Pwned Passwords: a text file whose lines are an upper-case SHA-1 and a count,
ordered by hash. It has tens of gigabytes, so that it is never read but searched.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop as noop

from trialwright.errors import Problem, TrialwrightError

LIST = "BREACHED_PASSWORDS"
_LINE = re.compile(rb"[0-9A-F]{40}(:\d+)?\s*")
# Near the end of the search a few lines are read one after the other.
_NEAR = 4096


class NotBreached:
    """Not one of the passwords of the list, where the server has been given one."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - Django's signature
        """Raise ValidationError where the list has the password; TW-639 where it cannot be read."""
        path = breached_list()
        if path is not None and is_listed(path, password):
            raise ValidationError(
                noop("This password was lost by somebody else and is known to others; take another.")
            )

    def get_help_text(self) -> str:
        """The rule in words."""
        return noop("Not a password that is known to have been lost somewhere.")


def breached_list() -> Path | None:
    """The file that BREACHED_PASSWORDS of the environment names; None where it names none."""
    named = os.environ.get(LIST, "")
    return Path(named) if named else None


def check_list() -> None:
    """Refuse (TW-639) to start with a list that is not there or in another form: it would find nothing."""
    path = breached_list()
    if path is None:
        return
    with _opened(path) as file:
        lines = [file.readline() for _ in range(1000)]
    hashes = [line[:40] for line in lines if line]
    if not hashes or not all(_LINE.fullmatch(line) for line in lines if line) or hashes != sorted(hashes):
        raise _unfit(path, "it is not a list of SHA-1 hashes ordered by hash")


def is_listed(path: Path, password: str) -> bool:
    """Whether the ordered list has the password's hash."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with _opened(path) as file:
        low, high = 0, file.seek(0, os.SEEK_END)
        while high - low > _NEAR:
            middle = (low + high) // 2
            file.seek(middle)
            file.readline()
            if file.readline()[:40] < wanted and file.tell() < high:
                low = middle
            else:
                high = middle
        file.seek(low)
        if low:
            file.readline()
        return _reads(file, wanted)


def _reads(file: IO[bytes], wanted: bytes) -> bool:
    """Whether the hash stands in one of the next lines, up to the first one after it."""
    for line in file:
        if line[:40] >= wanted:
            return line[:40] == wanted
    return False


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise _unfit(path, (error.strerror or "it cannot be read").lower()) from None


def _unfit(path: Path, why: str) -> TrialwrightError:
    sentence = f"the list of breached passwords that {LIST} names cannot be used: {why}"
    return TrialwrightError(Problem("TW-639", sentence, str(path)))
