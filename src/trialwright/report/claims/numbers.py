"""The numbers that a text claims, with what kind of number each is and the words around it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from trialwright.report.claims.wording import words_in

Kind = Literal["percent", "p", "limit", "count", "among", "events", "plain"]
Relation = Literal["=", "<", ">"]

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9(\"\u201c])")
_CLAUSE = re.compile(r"[;:]|,(?!\d{3})|\band\b|\bwhile\b|\bbut\b|\bof whom\b|\bwhereas\b")
_NUMBER = re.compile(
    r"(?<![\w.])[-\u2212+]?(?:\d{1,3}(?:[,\u202f\u00a0]\d{3})+|\d+)?(?:\.\d+|(?<=\d))"
    r"(?![\w]|\.\d|-[A-Za-z0-9])"
)
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = re.compile(
    rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b|\b\d{{1,2}}\s+{_MONTH}\s+\d{{4}}\b|\b{_MONTH}\s+(?:\d{{1,2}},\s+)?\d{{4}}\b"
)
# Numbers that name something: they are part of a name, not a claim.
_NAMES = re.compile(
    r"(?i)\b(?:table|figure|section|listing|appendix|version|v|part|phase|type|page|ich|ctcae|no\.)\s*"
    r"[A-Z]?\d+(?:\.\d+)*|^\s*\d+(?:\.\d+)*[.)]?\s+(?=\S)|\b9[059](?:\.\d)?\s*%?\s*(?=(?:CI\b|confidence))"
)
# S01-001: what stands after the hyphen is part of an identifier.
_IDENTIFIER = re.compile(r"[A-Za-z]\w*-$")
_SPELT = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_WORDS = {word: number for number, word in enumerate(_SPELT.split())} | {"no": 0, "none": 0, "nobody": 0}
_WORD = re.compile(rf"(?i)\b(?:{'|'.join(_WORDS)})\b")
_PEOPLE = re.compile(
    r"(?i)^\s*(?:[a-z-]+\s+){0,2}?"
    r"(?:subject|participant|patient|people|person|volunteer|individual|men|man|women|woman)"
)
_EVENTS = re.compile(r"(?i)^\s*(?:[a-z-]+\s+){0,3}?(?:event|episode|case|AE|SAE|TEAE)s?\b")
_CI = re.compile(r"(?i)(?:\bCI\b|confidence (?:interval|limits?))[^();]{0,40}$")


@dataclass(frozen=True, slots=True)
class Claim:
    """One number in a text: where it stands (from 1), as written, its value and how exactly it is given.

    ``words`` are those of its sentence and heading, ``near`` those of its clause. ``spelt`` is a number word.
    """

    line: int
    text: str
    value: Fraction
    decimals: int
    kind: Kind
    relation: Relation
    sentence: str
    words: frozenset[str]
    near: frozenset[str]
    spelt: bool = False


def claims_in(text: str, names: Sequence[str] = ()) -> list[Claim]:
    """Every number that a text claims, in its order.

    Numbers inside ``names`` (of visits, grades, parameters), identifiers, dates, headings' numbers, and the
    confidence level name things and claim nothing.
    """
    heading: frozenset[str] = frozenset()
    found: list[Claim] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#"):
            heading = words_in(line)
            continue
        for sentence in _SENTENCE.split(line):
            found += _of_sentence(number, sentence, heading, names)
    return found


def _of_sentence(line: int, sentence: str, heading: frozenset[str], names: Sequence[str]) -> Iterator[Claim]:
    named = [match.span() for pattern in (_DATE, _NAMES) for match in pattern.finditer(sentence)]
    named += [span for name in names for span in _spans_of(name, sentence)]
    words = words_in(sentence) | heading
    spelt = [match for match in _WORD.finditer(sentence) if _counts(sentence, match)]
    for match in sorted([*_NUMBER.finditer(sentence), *spelt], key=lambda each: each.start()):
        inside = any(first <= match.start() and match.end() <= last for first, last in named)
        if not inside and not _IDENTIFIER.search(sentence[: match.start()]):
            yield _claim(line, sentence, match, words)


def _spans_of(name: str, sentence: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", sentence):
        yield match.span()


def _counts(sentence: str, word: re.Match[str]) -> bool:
    """``one arm`` and ``no longer`` count nothing; a number word before people or events does."""
    after = sentence[word.end() :]
    if word.group().lower() in {"none", "nobody"}:
        return True
    return bool(_PEOPLE.match(after) or _EVENTS.match(after) or re.match(r"(?i)\s+(?:deaths?|of\b)", after))


def _claim(line: int, sentence: str, match: re.Match[str], words: frozenset[str]) -> Claim:
    text = match.group()
    spelt = text.lower() in _WORDS
    plain = text.replace(",", "").replace("\u202f", "").replace("\u00a0", "").replace("\u2212", "-")
    value = Fraction(_WORDS[text.lower()]) if spelt else Fraction(plain)
    before, after = sentence[: match.start()], sentence[match.end() :]
    return Claim(
        line=line,
        text=text,
        value=value,
        decimals=len(plain.partition(".")[2]),
        kind=_kind(before, after, spelt=spelt),
        relation=_relation(before),
        sentence=sentence.strip(),
        words=words,
        near=words_in(_clause_around(sentence, match)),
        spelt=spelt,
    )


# What stands before and after a number of a kind; the first that fits decides.
_KINDS: tuple[tuple[Kind, re.Pattern[str] | None, re.Pattern[str] | None], ...] = (
    ("p", re.compile(r"(?i)\bp(?:-value)?\s*(?:=|<|>|of|was)\s*$"), None),
    ("limit", _CI, None),
    ("percent", None, re.compile(r"(?i)\s*(?:%|per\s?cent)")),
    ("among", re.compile(r"(?i)(?:\d\s*(?:/|of|out of)|^\s*of|\bamong)\s*(?:the\s+)?$|\bN\s*=\s*$"), None),
    ("count", None, _PEOPLE),
    ("count", None, re.compile(r"(?i)\s*(?:/|of|out of)\s*(?:the\s+)?\d+")),
    ("count", re.compile(r"\bn\s*=\s*$"), None),
    ("events", None, _EVENTS),
)


def _kind(before: str, after: str, *, spelt: bool) -> Kind:
    for kind, ahead, behind in _KINDS:
        if (ahead is None or ahead.search(before)) and (behind is None or behind.match(after)):
            return kind
    return "count" if spelt else "plain"


def _relation(before: str) -> Relation:
    sign = re.search(r"([<>])\s*$", before)
    return "=" if sign is None else "<" if sign.group(1) == "<" else ">"


def _clause_around(sentence: str, match: re.Match[str]) -> str:
    first, last = 0, len(sentence)
    for cut in _CLAUSE.finditer(sentence):
        if cut.end() <= match.start():
            first = cut.end()
        elif cut.start() >= match.end():
            last = cut.start()
            break
    return sentence[first:last]
