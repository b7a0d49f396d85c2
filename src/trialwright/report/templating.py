"""The Jinja environment of the report: everything that comes from outside is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from trialwright.report.trace_addresses import page_of


@cache
def environment() -> Environment:
    """Templates of this package; autoescape is on for each of them and an undefined name is an error."""
    made = Environment(
        loader=PackageLoader("trialwright.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["trace_page"] = page_of
    return made


_SCRIPTS = ("report.js", "report_terms.js")


@cache
def page_script() -> str:
    """What a page of results does beyond being read; it works without."""
    return "\n".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in _SCRIPTS)
