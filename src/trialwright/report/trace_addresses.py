"""Where the pages behind the numbers stand, beside a report."""

from __future__ import annotations

import re

FOLDER = "trace"


def page_name(name: str) -> str:
    """The file of a page, in signs that every file system takes."""
    return f"{re.sub(r'[^A-Za-z0-9_.-]', '_', name)}.html"


def page_of(analysis: str) -> str:
    """The page behind the numbers of an analysis."""
    return f"{FOLDER}/{page_name(analysis)}"


def address_of(analysis: str, result: str) -> str:
    """The place of one result on the page of its analysis."""
    return f"{page_of(analysis)}#r-{result}"
