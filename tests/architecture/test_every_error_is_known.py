"""An error code has one meaning, stands in the catalogue, is reached by a test, and can be looked up."""

from __future__ import annotations

import re

import pytest
from source_tree import PROJECT, modules

from trialwright.errors import CATALOGUE

_CODE = re.compile(r"\bTW-\d{3}\b")


def _codes_in(*folders: str, without: str = "") -> set[str]:
    texts = (
        path.read_text(encoding="utf-8")
        for folder in folders
        for path in (PROJECT / folder).rglob("*.py")
        if path.name != without
    )
    return {code for text in texts for code in _CODE.findall(text)}


def test_every_code_that_is_raised_stands_in_the_catalogue() -> None:
    """No module names a code that the catalogue does not explain."""
    for module in modules():
        unknown = set(_CODE.findall(module.text)) - CATALOGUE.keys()
        assert not unknown, f"{module.place} names {sorted(unknown)}"


def test_every_code_of_the_catalogue_is_raised() -> None:
    """The catalogue holds no code that nothing raises."""
    raised = {
        code for module in modules() if module.place != "errors.py" for code in _CODE.findall(module.text)
    }
    assert sorted(CATALOGUE.keys() - raised) == []


def test_every_code_is_reached_by_a_test() -> None:
    """Some test names each code, because it brings it about."""
    tested = _codes_in("tests/spec", "tests/property", "tests/crash", "tests/security", "tests/journeys")
    assert sorted(CATALOGUE.keys() - tested) == []


def test_codes_ascend() -> None:
    """The catalogue is in order, so that a gap or a second use is seen."""
    assert list(CATALOGUE) == sorted(CATALOGUE)


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_code_says_what_is_wrong_and_what_to_do(code: str) -> None:
    """Both halves are short sentences without capital or full stop, since a message is put around them."""
    for sentence in CATALOGUE[code]:
        assert sentence
        assert sentence == sentence.strip(" .")
        assert len(sentence) <= 100
