"""A person's text as plain lines: text, Markdown, or a Word document."""

from __future__ import annotations

import zipfile
from pathlib import Path

from trialwright.errors import Problem, TrialwrightError

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LARGEST = 20_000_000


class TextError(TrialwrightError):
    """A text that cannot be read, or in which a number is not backed."""


def read_text(path: Path) -> str:
    """The text of a file, one paragraph a line in a Word document; TW-594 where it is neither."""
    if not path.is_file():
        raise _unreadable(path, "there is no such file; give a text, Markdown or Word (.docx) file")
    if path.stat().st_size > _LARGEST:
        raise _unreadable(path, "it is larger than 20 MB; give the text alone")
    return _of_word(path) if path.suffix.lower() == ".docx" else _of_text(path)


def _of_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(path, "it is no text in UTF-8; save it as UTF-8, or give the .docx file") from None


def _of_word(path: Path) -> str:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        with zipfile.ZipFile(path) as held:
            part = held.getinfo("word/document.xml")
            if part.file_size > _LARGEST:
                raise _unreadable(path, "its text is larger than 20 MB; give a part of it")
            root = etree.fromstring(held.read(part), parser)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError):
        raise _unreadable(path, "it is no Word document; save it anew as .docx") from None
    return "\n".join(_paragraph(each) for each in root.iter(f"{_WORD}p"))


def _paragraph(paragraph: object) -> str:
    return "".join(run.text or "" for run in paragraph.iter(f"{_WORD}t"))  # type: ignore[attr-defined] # lxml has no types here


def _unreadable(path: Path, sentence: str) -> TextError:
    return TextError(Problem("TW-594", sentence, str(path)))
