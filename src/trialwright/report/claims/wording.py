"""Words as the comparison of texts reads them: lower case, without endings, different words for one thing."""

from __future__ import annotations

import re
from functools import cache

_WORD = re.compile(r"[a-z0-9\u00b5]+(?:[.-][a-z0-9]+)*|[\u4e00-\u9fff]")
_IN_BRACKETS = re.compile(r"\([^()]*\)")

_SAYING_NOTHING = (
    "a an the of in on at to and or with by for from as was were is are be been had has have that this these "
    "those it its their there which who whom all any than"
)
_STOPWORDS = frozenset(_SAYING_NOTHING.split())

# The word of the field for each word that people use for it; some stand for several, some say nothing.
_SAID_FOR = {
    "subject": "participant patient people person volunteer individual",
    "death": "died dead fatal fatality",
    "dropout": "drop-out dropped",
    "discontinued": "discontinuation discontinue withdrew withdrawn withdrawal",
    "completed": "completer completion complete",
    "more": "higher worse above severe",
    "male": "men man",
    "female": "women woman",
    "mean": "average",
    "age": "aged old",
    "failure": "failed",
    "enrolled": "enrollment enrolment enroll enrol",
    "planned": "target plan",
    "week": "wk",
    "related": "treatment-related drug-related product-related",
    "adverse event": "ae teae",
    "serious adverse event": "sae",
    "": "treatment-emergent",
}
_SAME = {word: tuple(meaning.split()) for meaning, words in _SAID_FOR.items() for word in words.split()}


@cache
def words_of(text: str) -> frozenset[str]:
    """The words of a text that say what it is about; brackets are left out."""
    plain = _IN_BRACKETS.sub(" ", text.lower())
    found: set[str] = set()
    for word in _WORD.findall(plain):
        if word not in _STOPWORDS:
            found.update(_canonical(word))
    return frozenset(found)


def words_in(text: str) -> frozenset[str]:
    """As words_of, with what stands in brackets: a reader's sentence says things there."""
    return words_of(text.replace("(", " ").replace(")", " "))


def _canonical(word: str) -> tuple[str, ...]:
    for form in (word, _singular(word)):
        if form in _SAME:
            return _SAME[form]
    return (_singular(word),)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith(("shes", "ches", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "is", "us")):
        return word[:-1]
    return word
