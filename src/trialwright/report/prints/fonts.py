"""Where a print takes its typefaces from: typst's own, and for Chinese one font of the machine.

Nothing else of the machine is used, so that the same print comes out alike on every machine without Chinese,
and on every machine with the same Chinese font.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

BODY = ("Libertinus Serif", "DejaVu Sans Mono", "New Computer Modern Math")
# The beginnings of the file names of fonts that hold both Chinese and Latin letters, best first.
CHINESE = (
    "notoserifcjk", "notoserifsc", "sourcehanserif", "notosanscjk", "notosanssc", "sourcehansans",
    "wqy-zenhei", "wqy-microhei", "droidsansfallback", "songti", "pingfang", "simsun", "msyh",
)  # fmt: skip
_SUFFIXES = frozenset({".ttf", ".ttc", ".otf", ".otc"})


@dataclass(frozen=True, slots=True)
class Typefaces:
    """Families in the order in which they are tried, and the folder of the one that is not typst's own."""

    families: tuple[str, ...] = BODY
    folder: Path | None = None


def font_folders() -> tuple[Path, ...]:
    """The folders where the machine keeps fonts."""
    home = Path.home()
    found = {
        "darwin": ("/System/Library/Fonts", "/Library/Fonts", str(home / "Library/Fonts")),
        "win32": ("C:/Windows/Fonts",),
    }.get(
        sys.platform,
        (
            "/usr/share/fonts",
            "/usr/local/share/fonts",
            str(home / ".local/share/fonts"),
            str(home / ".fonts"),
        ),
    )
    return tuple(Path(folder) for folder in found)


def chinese_typefaces(folders: Iterable[Path]) -> Typefaces | None:
    """Typst's typefaces and the best Chinese font in these folders; None where there is none."""
    files = sorted(_font_files(folders), key=_rank)
    for file in files:
        family = _family(file)
        if family is not None:
            return Typefaces((BODY[0], family, *BODY[1:]), file.parent)
    return None


def _font_files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        if folder.is_dir():
            for file in folder.rglob("*"):
                if file.suffix.lower() in _SUFFIXES and file.name.lower().startswith(CHINESE):
                    yield file


def _rank(file: Path) -> tuple[int, bool, str]:
    name = file.name.lower()
    place = next(number for number, start in enumerate(CHINESE) if name.startswith(start))
    return place, "regular" not in name, str(file)


def _family(file: Path) -> str | None:
    """The simplified Chinese family in a font file, or its only one."""
    import typst

    held = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(file.parent)]
    )
    names = sorted({font.family for font in held.fonts() if font.path and Path(font.path) == file})
    return next((name for name in names if name.endswith("SC")), names[0] if names else None)
