"""The key under which the site signs: kept in the study folder, readable by its owner alone."""

from __future__ import annotations

import secrets
import stat
from pathlib import Path

from trialwright.errors import Problem, TrialwrightError
from trialwright.store.folder import write_private

FILE = "site.key"


def secret_key(folder: Path) -> str:
    """Return the folder's key, made at the first use; TW-632 where it is empty or open to others."""
    path = folder / FILE
    if not path.exists():
        write_private(path, secrets.token_urlsafe(64) + "\n")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        sentence = f"the site's key is open to others (mode {mode:03o}); set it to 600"
        raise TrialwrightError(Problem("TW-632", sentence, str(path)))
    key = path.read_text(encoding="utf-8").strip()
    if len(key) < 50:
        sentence = "the site's key is too short; remove the file, and everybody signs in anew"
        raise TrialwrightError(Problem("TW-632", sentence, str(path)))
    return key
