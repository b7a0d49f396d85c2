"""A dictionary of terms: read whole or not at all, searched, and compared with its next version."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dictionary_making import LLT, MDHIER, PT, files
from trialwright.clinical.dictionary import Dictionary, plain_spelling
from trialwright.clinical.dictionary_reading import DictionaryError, read_dictionary
from trialwright.clinical.recoding import recoding
from trialwright.clinical.term_search import TermSearch


def known(**changes: str) -> Dictionary:
    return read_dictionary(files(**changes), "Tiny")


def test_a_term_has_its_whole_primary_path() -> None:
    """LLT, PT, HLT, HLGT and SOC with their codes; a second class is not the primary one."""
    coding = known().coding("2")
    assert coding is not None
    names = (coding.llt, coding.pt, coding.hlt, coding.hlgt, coding.soc)
    assert names == ("Pain in the head", "Head ache", "Aches", "Head", "Nerves")
    assert (coding.pt_code, coding.soc_code, known().version) == ("1", "30", "1.0")
    assert known().coding("99") is None


@pytest.mark.parametrize("words", ["head ache", "HEAD-ACHE", " Head  ache. ", "Ｈead ache"])
def test_spelling_is_told_apart_by_letters_alone(words: str) -> None:
    """Case, width, hyphens and blanks do not matter."""
    coding = known().exact(words)
    assert coding is not None
    assert coding.pt == "Head ache"


def test_a_term_that_is_not_current_is_no_exact_match() -> None:
    """It is found, said to be not current, and nothing is coded to it by its spelling."""
    assert known().exact("migraine of old") is None
    (found,) = TermSearch(known()).suggest("migraine of old", 1)
    assert (found.coding.llt_code, found.current, found.why) == ("5", False, "same spelling")


def test_a_spelling_with_two_meanings_is_no_exact_match() -> None:
    """Where one spelling leads to two preferred terms somebody has to choose."""
    twice = known(llt=LLT + "6$Felt-sick$1$$$$$$$Y$$\n")
    assert twice.exact("felt sick") is None
    assert {each.coding.pt for each in TermSearch(twice).suggest("felt sick")} >= {"Head ache", "Nausea"}


@pytest.mark.parametrize(
    ("words", "best", "why"),
    [
        ("head ache", "Head ache", "same spelling"),
        ("pain in", "Pain in the head", "begins like it"),
        ("head the pain", "Pain in the head", "has the words"),
        ("terrible head pain", "Pain in the head", "has some of the words"),
        ("nausia", "Nausea", "near spelling"),
    ],
)
def test_terms_are_offered_with_why(words: str, best: str, why: str) -> None:
    """The same spelling before the same beginning, the same words, some of them, and near spellings."""
    found = TermSearch(known()).suggest(words)
    assert (found[0].coding.llt, found[0].why) == (best, why)


def test_nothing_is_offered_for_nothing() -> None:
    """Less than two letters, or letters that fit no term."""
    search = TermSearch(known())
    assert search.suggest(" ") == search.suggest("x") == search.suggest("zzzzzz") == ()


@given(st.text(max_size=30))
def test_whatever_is_typed_is_searched(words: str) -> None:
    """Any text gives terms of the dictionary, each once, no more than asked for, the same each time."""
    search = TermSearch(known())
    found = search.suggest(words, 3)
    codes = [each.coding.llt_code for each in found]
    assert len(codes) == len(set(codes)) <= 3
    assert found == search.suggest(words, 3)
    assert plain_spelling(plain_spelling(words)) == plain_spelling(words)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"llt": LLT + "1$Again$1$$$$$$$Y$$\n"}, "llt.asc, line 6, gives the code 1 a second time"),
        ({"llt": "1$Head ache$1\n"}, "llt.asc, line 1, has 3 fields and needs 10"),
        ({"llt": "9$Lost$77$$$$$$$Y$$\n"}, "leads to the preferred term 77, which is not there"),
        ({"llt": "9$$1$$$$$$$Y$$\n"}, "says nothing in field 2"),
        ({"llt": "\n"}, "llt.asc has no term"),
        (
            {"mdhier": MDHIER.replace("$Y$\n4", "$N$\n4", 1).replace("$30$Y$", "$30$N$")},
            "has no primary path",
        ),
        ({"mdhier": MDHIER.replace("$20$", "$29$", 1)}, "names the code 29, which no file explains"),
        ({"mdhier": MDHIER.replace("$N$", "$Y$")}, "a second primary path"),
        ({"pt": PT + "1$Twice$$30$\n"}, "pt.asc, line 3, gives the code 1 a second time"),
    ],
)
def test_a_dictionary_that_is_not_whole_is_refused_by_line(changes: dict[str, str], part: str) -> None:
    """File and line in one sentence; nothing of it is read."""
    with pytest.raises(DictionaryError) as caught:
        known(**changes)
    assert part in str(caught.value)


def test_a_missing_file_and_a_missing_version_are_named() -> None:
    """Every file that is missing; a version is asked for where no file says it."""
    few = {name.upper(): content for name, content in files().items() if name not in ("soc.asc", "hlt.asc")}
    with pytest.raises(DictionaryError, match=r"lacks hlt\.asc, soc\.asc"):
        read_dictionary(few, "Tiny")
    whole = {name.upper(): content for name, content in files().items() if "release" not in name}
    with pytest.raises(DictionaryError, match="give the version yourself"):
        read_dictionary(whole, "Tiny")
    assert read_dictionary(whole, "Tiny", "2").version == "2"


def test_files_of_other_systems_are_read() -> None:
    """Capital file names, carriage returns, a byte order mark, and Latin-1 where it is no UTF-8."""
    latin = {name: content.replace(b"\n", b"\r\n") for name, content in files().items()}
    latin["soc.asc"] = "30$Nervös$Nerv$\r\n31$Bowel$B$\r\n32$General$G$\r\n".encode("latin-1")
    latin["hlt.asc"] = b"\xef\xbb\xbf" + latin["hlt.asc"]
    coding = read_dictionary({name.upper(): each for name, each in latin.items()}, "Tiny").coding("1")
    assert coding is not None
    assert (coding.soc, coding.hlt_code) == ("Nervös", "10")


def test_the_hash_is_of_the_content() -> None:
    """Equal files have an equal hash, whatever their order and case; another term has another one."""
    assert known().sha256 == read_dictionary(dict(reversed(files().items())), "Other").sha256
    assert known().sha256 != known(llt=LLT.replace("Felt sick", "Feels sick")).sha256


@pytest.mark.parametrize(
    ("changes", "outcome", "acceptable"),
    [
        ({}, "same", True),
        ({"llt": LLT.replace("Felt sick", "Feels sick")}, "renamed", True),
        ({"llt": LLT.replace("3$Felt sick$4", "3$Felt sick$1")}, "moved", True),
        ({"mdhier": MDHIER.replace("4$11$21$31", "4$11$21$32")}, "moved", True),
        ({"llt": LLT.replace("3$Felt sick$4$$$$$$$Y", "3$Felt sick$4$$$$$$$N")}, "not current", False),
        ({"llt": LLT.replace("3$Felt sick$4$$$$$$$Y$$\n", "")}, "gone", False),
    ],
)
def test_another_version_says_what_becomes_of_a_coding(
    changes: dict[str, str], outcome: str, acceptable: bool
) -> None:
    """The same, renamed, moved, not current, or gone: the last two need somebody to choose."""
    coded = known().coding("3")
    assert coded is not None
    found = recoding(asdict(coded), known(**changes))
    assert (found.outcome, found.acceptable) == (outcome, acceptable)
    assert (found.coding is None) is (outcome == "gone")
