"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file beside its place and move it there in one step; text is UTF-8."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if isinstance(content, str):
            draft.write_text(content, encoding="utf-8")
        else:
            draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
