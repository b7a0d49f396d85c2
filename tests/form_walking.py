"""Goes through the site as somebody does: every link that a page offers, and every form that it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

# Leading out, to another page of the same list, or to what is not a page.
_PASSED_OVER = re.compile(r"^/(sign-out|static|site\.css|scripts)|[?&](page|before|after)=|\.pdf")
_ENTRY = re.compile(r"^/entries/\d+/$")
# Boxes that are ticked; others say more than is known, such as why an event is serious.
_TICKED = {"answer", "attest", "criteria"}
_TYPED = {"text", "search", "textarea"}


@dataclass(slots=True)
class Form:
    """A form that is sent: its address, what it says by itself, and the names of what is typed."""

    action: str
    name: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)

    def filled(self, sorts: Mapping[str, str], text: Callable[[str], str]) -> dict[str, list[str]]:
        """What is sent: ``sorts`` says what a date, a time or a password is, ``text`` what goes into a field.

        A field that the page has filled itself, such as the next free number, is left as it is.
        """
        empty = {name: sort for name, sort in self.typed.items() if name not in self.values}
        return self.values | {name: [sorts.get(sort) or text(name)] for name, sort in empty.items()}


class _Reader(HTMLParser):
    """Reads the links and the forms of a page."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and told.get("href", "").startswith("/"):
            self.links.append(told["href"])
        elif tag == "form":
            self._open = None
            if told.get("method") == "post":
                self._open = Form(told.get("action") or self.address, told.get("id", ""))
                self.forms.append(self._open)
        elif tag in {"input", "textarea", "select", "option", "button"}:
            self._field(tag, told)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""

    def _field(self, tag: str, told: Mapping[str, str]) -> None:
        named = told.get("form", "")
        form = next((each for each in self.forms if each.name == named), None) if named else self._open
        if form is None:
            return
        name, value = told.get("name", ""), told.get("value", "")
        sort = "textarea" if tag == "textarea" else told.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option":
            if value and self._select not in form.values:
                form.values[self._select] = [value]
        elif sort == "checkbox" and name not in _TICKED:
            return
        elif name and (tag == "button" or sort in {"submit", "hidden", "radio", "checkbox"}):
            form.values.setdefault(name, [value or ("" if sort == "hidden" else "on")])
        elif name and sort != "file":
            form.typed[name] = "text" if sort in _TYPED else sort
            if value:
                form.values.setdefault(name, [value])


def read_page(address: str, answer: Any) -> tuple[list[str], list[Form]]:
    """The links and forms of a page."""
    reader = _Reader(address.partition("?")[0])
    reader.feed(answer.content.decode())
    return reader.links, reader.forms


def walk(visitor: Any, entries: int = 10) -> Iterator[tuple[str, Any, list[Form]]]:
    """Every page that the visitor's links lead to, from the first one on: address, answer, forms.

    Of the record's entries, which are shown alike, only the newest few are looked at.
    """
    waiting, seen = ["/"], {"/"}
    while waiting:
        address = waiting.pop(0)
        answer = visitor.get(address)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        links, forms = read_page(address, answer)
        yield address, answer, forms
        for link in links:
            plain = link.partition("#")[0]
            if plain not in seen and not _PASSED_OVER.search(plain):
                seen.add(plain)
                if _ENTRY.match(plain):
                    entries -= 1
                    if entries < 0:
                        continue
                waiting.append(plain)
