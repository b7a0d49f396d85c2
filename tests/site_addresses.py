"""Every address of the site, and the text that a reader finds behind one."""

from __future__ import annotations

import re
from typing import Any

from print_making import text_of as print_text

FILLED = {"subject": "A-001", "person": "coco", "token": "a-b", "name": "keep.js"}


def _filled(parameter: re.Match[str]) -> str:
    return FILLED.get(parameter[2], "1" if parameter[1] == "int" else "x")


def every_address() -> list[tuple[str, Any]]:
    """Each address of the site with its view, the parameters filled in."""
    from django.urls import URLPattern, get_resolver

    found: list[tuple[str, Any]] = []

    def walk(patterns: Any, before: str) -> None:
        for each in patterns:
            path = before + str(each.pattern)
            if isinstance(each, URLPattern):
                found.append(("/" + re.sub(r"<(\w+):(\w+)>", _filled, path), each.callback))
            else:
                walk(each.url_patterns, path)

    walk(get_resolver().url_patterns, "")
    return found


def words_of(answer: Any) -> str:
    """What an answer shows: a page as it was sent, the text of a PDF."""
    if answer.headers.get("Content-Type") == "application/pdf":
        return print_text(answer.content)
    return str(answer.content.decode())
