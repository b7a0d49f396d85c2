"""Text that a spreadsheet takes for text, whatever it begins with."""

from __future__ import annotations

# A cell that begins so would be calculated (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def unformulated(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would calculate it and it is no number."""
    if not text.startswith(_FORMULA) or _is_number(text):
        return text
    return f"'{text}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
