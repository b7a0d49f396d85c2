"""The files of a dictionary as it is delivered (MedAscii): fields between dollar signs, one term a line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from trialwright.clinical.dictionary import Dictionary, LowestTerm, plain_spelling

# The files that coding needs, and how many fields their lines have at least.
FILES: Final[Mapping[str, int]] = {
    "llt.asc": 10,
    "pt.asc": 4,
    "hlt.asc": 2,
    "hlgt.asc": 2,
    "soc.asc": 2,
    "mdhier.asc": 12,
}
RELEASE: Final = "meddra_release.asc"
_LEVELS: Final = ("pt.asc", "hlt.asc", "hlgt.asc", "soc.asc")


class DictionaryError(ValueError):
    """A folder that is no whole dictionary; the sentence names file and line."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a file, split."""

    file: str
    number: int
    fields: tuple[str, ...]

    def at(self, place: int) -> str:
        """One field, which must say something."""
        text = self.fields[place].strip()
        if not text:
            raise DictionaryError(f"{self.where} says nothing in field {place + 1}; get the file anew")
        return text

    @property
    def where(self) -> str:
        """The line in a sentence."""
        return f"{self.file}, line {self.number},"


def read_dictionary(files: Mapping[str, bytes], name: str, version: str | None = None) -> Dictionary:
    """Read a dictionary from the contents of its files by name, in whatever case.

    ``version`` is needed where the folder does not say its own. Raises DictionaryError for a missing file, a
    torn line, a code given twice, and a term that leads nowhere: all or nothing is read.
    """
    given = {file.casefold(): content for file, content in files.items()}
    missing = [file for file in FILES if file not in given]
    if missing:
        raise DictionaryError(f"the folder lacks {', '.join(missing)}; copy the whole dictionary into it")
    lines = {file: tuple(_lines(file, given[file])) for file in FILES}
    names = _names(lines)
    lowest = _lowest(lines["llt.asc"], names)
    return Dictionary(
        name=name,
        version=version or _version(given.get(RELEASE)),
        sha256=_hash({file: given[file] for file in FILES}),
        lowest=lowest,
        names=names,
        paths=_paths(lines["mdhier.asc"], lines["pt.asc"], names),
        spelled=_spelled(lowest),
    )


def _lines(file: str, content: bytes) -> Iterator[_Line]:
    least = FILES[file]
    for number, text in enumerate(_text(content).splitlines(), 1):
        if not text.strip():
            continue
        fields = tuple(text.split("$"))
        if len(fields) < least:
            raise DictionaryError(
                f"{file}, line {number}, has {len(fields)} fields and needs {least}; get the file anew"
            )
        yield _Line(file, number, fields)


def _text(content: bytes) -> str:
    """Text in UTF-8, and in Latin-1 where it is none, as older versions were delivered."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _names(lines: Mapping[str, tuple[_Line, ...]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for file in _LEVELS:
        for line in lines[file]:
            code = line.at(0)
            if code in names:
                raise DictionaryError(f"{line.where} gives the code {code} a second time; get the file anew")
            names[code] = line.at(1)
    return names


def _lowest(lines: tuple[_Line, ...], names: Mapping[str, str]) -> dict[str, LowestTerm]:
    lowest: dict[str, LowestTerm] = {}
    for line in lines:
        code, pt = line.at(0), line.at(2)
        if code in lowest:
            raise DictionaryError(f"{line.where} gives the code {code} a second time; get the file anew")
        if pt not in names:
            raise DictionaryError(f"{line.where} leads to the preferred term {pt}, which is not there")
        lowest[code] = LowestTerm(code, line.at(1), pt, line.at(9).upper() == "Y")
    if not lowest:
        raise DictionaryError("llt.asc has no term; get the file anew")
    return lowest


def _paths(
    hierarchy: tuple[_Line, ...], preferred: tuple[_Line, ...], names: Mapping[str, str]
) -> dict[str, tuple[str, str, str]]:
    paths: dict[str, tuple[str, str, str]] = {}
    for line in hierarchy:
        if line.at(11).upper() != "Y":
            continue
        pt, path = line.at(0), (line.at(1), line.at(2), line.at(3))
        unknown = [code for code in (pt, *path) if code not in names]
        if unknown:
            raise DictionaryError(f"{line.where} names the code {unknown[0]}, which no file explains")
        if pt in paths:
            raise DictionaryError(f"{line.where} gives the preferred term {pt} a second primary path")
        paths[pt] = path
    for line in preferred:
        if line.at(0) not in paths:
            raise DictionaryError(f"{line.where}: the preferred term {line.at(0)} has no primary path")
    return paths


def _spelled(lowest: Mapping[str, LowestTerm]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code, term in lowest.items():
        found.setdefault(plain_spelling(term.name), []).append(code)
    return {
        spelling: tuple(sorted(codes, key=lambda code: (not lowest[code].current, code)))
        for spelling, codes in found.items()
    }


def _version(release: bytes | None) -> str:
    version = _text(release).split("$", 1)[0].strip() if release else ""
    if not version:
        raise DictionaryError(f"the folder has no {RELEASE} that says the version; give the version yourself")
    return version


def _hash(files: Mapping[str, bytes]) -> str:
    """The hash over the files in the order of their names, each with its own hash."""
    each = "\n".join(f"{file} {hashlib.sha256(files[file]).hexdigest()}" for file in sorted(files))
    return hashlib.sha256(each.encode()).hexdigest()
