"""What stands on every printed page: study, fingerprints, and that the people are invented where they are."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[A-Za-z0-9 .,:;_()\u00b7\u2013-]")


def page_rules(study_id: str, fingerprints: str, snapshot: str, rehearsal: bool) -> str:
    """The ``@page`` rule with its margin boxes; every text in it is a CSS string of plain characters."""
    invented = '"REHEARSAL: INVENTED PEOPLE"' if rehearsal else "normal"
    return f"""@page {{
  size: A4;
  margin: 19mm 15mm 18mm;
  font: 7.5pt/1.2 "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  color: #454d54;
  @top-left {{ content: {css_string(study_id)}; font-weight: 600; }}
  @top-center {{ content: {invented}; font-weight: 600; }}
  @top-right {{ content: {css_string(snapshot)}; }}
  @bottom-left {{ content: {css_string(fingerprints)}; }}
  @bottom-right {{ content: counter(page) " / " counter(pages); }}
}}"""


def css_string(text: str) -> str:
    """Text as a quoted CSS string; any character that could end it is written as its code point."""
    return '"' + "".join(sign if _PLAIN.fullmatch(sign) else f"\\{ord(sign):x} " for sign in text) + '"'
