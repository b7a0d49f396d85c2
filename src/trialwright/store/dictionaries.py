"""The dictionaries of a study: folders beside its record, read when somebody codes, checked by their hash.

A study's folder has its own in ``dictionaries/``, named ``<name>-<version>``; the protocol may bring others
in ``protocol/dictionaries/``. They are the user's licensed files, and no part of the record or of a backup.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from trialwright.clinical.dictionary import Dictionary
from trialwright.clinical.dictionary_reading import FILES, RELEASE, DictionaryError, read_dictionary
from trialwright.clinical.term_search import TermSearch
from trialwright.store.database_errors import refuse
from trialwright.store.folder import StudyFolder, appearing, file_errors

_LARGEST_FILE = 200_000_000


def dictionary_folders(folder: StudyFolder) -> Mapping[tuple[str, str], Path]:
    """The folder of each dictionary of the study by name and version; the study's own go before others."""
    found: dict[tuple[str, str], Path] = {}
    for parent in (folder.protocol / "dictionaries", folder.dictionaries):
        for path in sorted(parent.iterdir()) if parent.is_dir() else ():
            name, _, version = path.name.rpartition("-")
            if name and path.is_dir():
                found[name, version] = path
    return found


def load_dictionary(folder: StudyFolder, name: str, version: str) -> TermSearch:
    """One dictionary of the study, ready to be searched. TW-886 for files that are not whole, TW-887."""
    path = dictionary_folders(folder).get((name, version))
    if path is None:
        known = ", ".join(" ".join(each) for each in dictionary_folders(folder)) or "none"
        sentence = f"The study has no dictionary {name} {version}; it has {known}."
        raise refuse("TW-887", sentence, str(folder.path))
    with file_errors(path):
        marks = tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in _files(path))
    return _loaded(path, name, version, marks)


def first_dictionary(folder: StudyFolder) -> TermSearch | None:
    """The first dictionary of the study, None where it has none. TW-886 where its files are not whole."""
    for name, version in dictionary_folders(folder):
        return load_dictionary(folder, name, version)
    return None


def add_dictionary(folder: StudyFolder, source: Path, name: str, version: str | None) -> Dictionary:
    """Copy a dictionary into the study's folder, whole or not at all. TW-886 or TW-887."""
    contents = _contents(source)
    found = _read(contents, source, name, version)
    target = folder.dictionaries / f"{found.name}-{found.version}"
    if target.exists():
        raise refuse("TW-887", f"The study has {found.name} {found.version} already.", str(target))
    with file_errors(target):
        folder.dictionaries.mkdir(exist_ok=True)
    with appearing(target) as draft:
        for file, content in contents.items():
            (draft.path / file.casefold()).write_bytes(content)
    return found


def _contents(path: Path) -> dict[str, bytes]:
    contents = {}
    with file_errors(path):
        for file in _files(path):
            if file.stat().st_size > _LARGEST_FILE:
                raise refuse("TW-886", f"{file.name} is larger than any dictionary.", str(file))
            contents[file.name] = file.read_bytes()
    return contents


def _files(path: Path) -> Iterator[Path]:
    for file in sorted(path.iterdir()) if path.is_dir() else ():
        if file.name.casefold() in {*FILES, RELEASE} and file.is_file():
            yield file


def _read(contents: Mapping[str, bytes], path: Path, name: str, version: str | None) -> Dictionary:
    try:
        return read_dictionary(contents, name, version)
    except DictionaryError as error:
        raise refuse("TW-886", f"The dictionary is not whole: {error}.", str(path)) from None


@lru_cache(maxsize=3)
def _loaded(path: Path, name: str, version: str, _marks: tuple[tuple[str, int, int], ...]) -> TermSearch:
    """Read once as long as the files are the same: a full dictionary takes a second."""
    return TermSearch(_read(_contents(path), path, name, version))
