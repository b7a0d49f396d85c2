"""The texts of a study in other languages, as `check` and `print` use them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwright.errors import TrialwrightError

if TYPE_CHECKING:
    from pathlib import Path

    from trialwright.protocol.languages import Texts
    from trialwright.protocol.study import Study
    from trialwright.protocol.wordings import Place


@dataclass(frozen=True, slots=True)
class Coverage:
    """The study in the language asked for, one line a language, and what that language still lacks."""

    study: Study
    lines: tuple[str, ...]
    lacking: tuple[Place, ...]

    def say(self, echo: Callable[[str], None]) -> None:
        """Say how much of the wording each language has, and what the one asked for lacks."""
        for line in self.lines:
            echo(line)
        for place in self.lacking:
            echo(f"  not translated: {place.address}: {place.text}")


def read_languages(study: Study, folder: str, wanted: str | None) -> Coverage:
    """Read every file of texts; raises each problem in them, and TW-129 where the wanted one is not there."""
    from trialwright.protocol.languages import (
        check_texts,
        in_language,
        languages_of,
        load_texts,
        untranslated,
    )
    from trialwright.protocol.loading import find_protocol_folder

    protocol = find_protocol_folder(folder)
    chosen = load_texts(protocol, wanted) if wanted else None
    texts = [load_texts(protocol, language) for language in languages_of(protocol)]
    problems = [problem for each in texts for problem in check_texts(study, each)]
    if problems:
        raise TrialwrightError(*problems)
    return Coverage(
        in_language(study, chosen) if chosen else study,
        tuple(_coverage(study, each) for each in texts),
        untranslated(study, chosen) if chosen else (),
    )


def read_in(study: Study, protocol: Path, wanted: str) -> Study:
    """The study in the closest language that its folder has, or as it is where it has none."""
    from trialwright.protocol.languages import closest_language, load_study_in

    language = closest_language(protocol, wanted)
    return load_study_in(study, protocol, language) if language else study


def _coverage(study: Study, texts: Texts) -> str:
    from trialwright.protocol.languages import translatable, untranslated

    whole = len(translatable(study))
    done = whole - len(untranslated(study, texts))
    return f"Texts in {texts.language} ({texts.name}): {done} of {whole} wordings are translated."
