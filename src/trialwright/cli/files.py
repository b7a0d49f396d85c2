"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file beside its place and move it there in one step; text is UTF-8.

    A link is followed. A device or a pipe (``/dev/stdout``) is written to and never replaced. Raises OSError.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        _write(path, content)
        return
    place = path.resolve()
    draft = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        _write(draft, content)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)


def _write(path: Path, content: str | bytes) -> None:
    if isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    else:
        path.write_bytes(content)
