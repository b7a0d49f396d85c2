"""The protocol's wording in other languages: ``texts/<language>.yaml`` beside the protocol.

A translation changes what people read and nothing that is computed: the study in another language has the
same data fingerprint. What is not translated is read as the protocol has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from trialwright.errors import Problem, TrialwrightError
from trialwright.protocol.study import Study
from trialwright.protocol.suggesting import suggestion
from trialwright.protocol.wordings import Path, Place, chief_wordings, reworded, wordings_of
from trialwright.protocol.yaml_reading import Document, Location, read_yaml

TEXTS = "texts"
_OWN_NAME = "language"
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language: its tag (BCP 47), its name in itself, and the file as it was read."""

    language: str
    name: str
    document: Document


def languages_of(folder: FilePath) -> tuple[str, ...]:
    """The tags of the languages into which the study of a protocol folder is translated.

    Raises TW-129 for a file in ``texts/`` that is not named by a language.
    """
    found = []
    for path in sorted((folder / TEXTS).glob("*.yaml")):
        if not _TAG.fullmatch(path.stem):
            sentence = "the file is not named by a language; call it by its tag, such as zh-Hans.yaml"
            raise TrialwrightError(Problem("TW-129", sentence, path.name))
        found.append(path.stem)
    return tuple(found)


def closest_language(folder: FilePath, wanted: str) -> str | None:
    """The language of the folder that answers a wish: the tag itself, or one of the same language."""
    there = languages_of(folder)
    exact = [tag for tag in there if tag.lower() == wanted.lower()]
    sort = wanted.lower().replace("_", "-").split("-")[0]
    alike = [tag for tag in there if tag.lower().split("-")[0] == sort]
    return next(iter(exact + alike), None)


def load_texts(folder: FilePath, language: str) -> Texts:
    """Read the texts of a language; raises TW-129 where there are none, TW-101 to TW-106 for the file."""
    there = languages_of(folder)
    if language not in there:
        known = ", ".join(there) or "none"
        sentence = f"the study has no texts in this language; there are: {known}"
        raise TrialwrightError(Problem("TW-129", sentence, language[:40]))
    document = read_yaml(folder / TEXTS / f"{language}.yaml")
    if not isinstance(document.data, dict):
        sentence = "the file must hold 'key: value' lines at its top"
        raise TrialwrightError(Problem("TW-106", sentence, document.path.name))
    name = document.data.get(_OWN_NAME)
    return Texts(language, name if isinstance(name, str) and name.strip() else language, document)


def check_texts(study: Study, texts: Texts) -> tuple[Problem, ...]:
    """What is wrong in a file of texts: TW-130 (leads nowhere), TW-131 (no text), TW-132 (registered)."""
    return tuple(found for found in _read(study, texts) if isinstance(found, Problem))


def in_language(study: Study, texts: Texts) -> Study:
    """The study with its wording in another language; its data fingerprint is the same.

    A text that the checks refuse is left out, and the protocol's own wording stands.
    """
    given = {found[0]: found[1] for found in _read(study, texts) if not isinstance(found, Problem)}
    return reworded(study, given)


def load_study_in(study: Study, folder: FilePath, language: str) -> Study:
    """The study in a language of its folder; raises every problem that its texts have."""
    texts = load_texts(folder, language)
    problems = check_texts(study, texts)
    if problems:
        raise TrialwrightError(*problems)
    return in_language(study, texts)


def translatable(study: Study) -> tuple[Place, ...]:
    """The wordings that a translation is for: all but registered wording and disclosures."""
    return tuple(place for place in wordings_of(study) if place.sort == "wording")


def untranslated(study: Study, texts: Texts) -> tuple[Place, ...]:
    """The wordings that a translation still lacks, in the order of the protocol."""
    given = {found[0] for found in _read(study, texts) if not isinstance(found, Problem)}
    return tuple(place for place in translatable(study) if place.path not in given)


def _read(study: Study, texts: Texts) -> Iterator[tuple[Path, str] | Problem]:
    places = {place.path: place for place in wordings_of(study)}
    chief = chief_wordings(study)
    known = {path[:length] for path in places for length in range(1, len(path) + 1)}
    for at, value in _leaves(texts.document.data, (), known):
        where = texts.document.place(at)
        path = tuple(str(part) for part in at)
        if path == (_OWN_NAME,):
            continue
        path = chief.get(path, path)
        place = places.get(path)
        if place is None:
            yield Problem("TW-130", f"'{'/'.join(path)}' leads nowhere{_nearest(path, known)}", where)
        elif not isinstance(value, str) or not value.strip():
            yield Problem("TW-131", _no_text(place, value), where)
        elif place.sort == "registered":
            yield Problem("TW-132", f"'{place.address}' is registered wording; remove its translation", where)
        else:
            yield path, value.strip()


def _leaves(value: Any, at: Location, known: set[Path]) -> Iterator[tuple[Location, Any]]:
    """The values of nested mappings; nothing is looked for below a key that leads nowhere."""
    if isinstance(value, dict) and (not at or at in known):
        for key, part in value.items():
            yield from _leaves(part, (*at, key), known)
    else:
        yield at, value


def _no_text(place: Place, value: object) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        return f"'{place.address}' is blank; write the text or remove the line"
    return f"'{place.address}' is not text; put it into quotes"


def _nearest(path: Path, known: set[Path]) -> str:
    """What may have been meant, among what stands beside the first part that leads nowhere."""
    first = next((length for length in range(1, len(path) + 1) if path[:length] not in known), 0)
    if not first:
        return "; give its texts one by one"
    beside = {there[-1] for there in known if len(there) == first and there[:-1] == path[: first - 1]}
    return suggestion(path[first - 1], beside)
