"""From plain data to PDF: texts reach typst as data and are never read as its markup or code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from trialwright.report.prints.characters import characters_of, needs_chinese, printable, unprintable
from trialwright.report.prints.fonts import Typefaces, chinese_typefaces, font_folders
from trialwright.report.prints.refusals import PrintError, refusal

TEMPLATES = Path(__file__).with_name("templates")
_TRIAL = TEMPLATES / "trial.typ"
# For screen readers (ISO 14289-1) and, where the file bears a date, for archives (ISO 19005-2).
_READ_ALOUD: Literal["ua-1"] = "ua-1"
_ARCHIVED: Literal["a-2a"] = "a-2a"
_NO_SHAPE = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def typeset(template: str, data: Mapping[str, Any], made_at: datetime | None, language: str) -> bytes:
    """Set a template with data; equal arguments give equal bytes where the fonts are the same.

    The file is dated ``made_at``; without it, it bears no date.

    TW-650 where the data hold Chinese and the machine has no font for it; TW-654 where it cannot be set.
    """
    signs = characters_of(data)
    faces = _typefaces(signs)
    clean = printable(data, unprintable(signs, _trial(faces)))
    moment = made_at.astimezone(UTC).timetuple()[:6] if made_at else ()
    given = {**clean, "fonts": list(faces.families), "made": list(moment), "language": language}
    return _compile(TEMPLATES / template, given, faces)


def _typefaces(signs: frozenset[str]) -> Typefaces:
    if not needs_chinese("".join(signs)):
        return Typefaces()
    faces = chinese_typefaces(font_folders())
    if faces is None:
        raise refusal(
            "TW-650",
            "this print holds Chinese characters and the machine has no font for them; install Noto CJK or "
            "WenQuanYi",
        )
    return faces


def _compile(template: Path, data: Mapping[str, Any], faces: Typefaces) -> bytes:
    import typst

    try:
        return bytes(
            typst.compile(
                str(template),
                root=str(TEMPLATES),
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                pdf_standards=[_READ_ALOUD, _ARCHIVED] if data["made"] else [_READ_ALOUD],
                format="pdf",
                **_fonts_alone(faces),
            )
        )
    except typst.TypstError as error:
        raise _not_set(str(error)) from error


def _fonts_alone(faces: Typefaces) -> dict[str, Any]:
    """Nothing of the machine but the one folder of fonts."""
    return {"font_paths": [str(faces.folder)] if faces.folder else [], "ignore_system_fonts": True}


def _not_set(why: str) -> PrintError:
    return refusal("TW-654", f"the print could not be set ({why}); report it with what was to be printed")


def _trial(faces: Typefaces) -> Callable[[str], str | None]:
    """A function that names a part of a text for which no typeface has a shape; None where all have one."""
    import typst

    compiler = typst.Compiler(str(_TRIAL), root=str(_TRIAL.parent), **_fonts_alone(faces))
    families = json.dumps(list(faces.families))

    def shapeless(text: str) -> str | None:
        try:
            compiler.compile(sys_inputs={"fonts": families, "text": text}, pdf_standards="a-2u", format="pdf")
        except typst.TypstError as error:
            found = _NO_SHAPE.search(str(error))
            if found is None:
                raise _not_set(str(error)) from error
            return _ESCAPED.sub(lambda escape: chr(int(escape.group(1), 16)), found.group(1))
        return None

    return shapeless
