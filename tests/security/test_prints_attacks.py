"""What people typed is printed as they typed it: no text becomes markup, code, or another text."""

from __future__ import annotations

import pytest

from conduct_making import Desk, desk, v
from print_making import casebook, pages_of, text_of
from trialwright.conduct import commands as c
from trialwright.report.prints import characters

MARKUP = [
    '#eval("1+1")',
    '#read("/etc/passwd")',
    '#import "house.typ": *',
    "$x^2 + y_1$",
    "*bold* _emphasis_ `raw` = heading",
    r"back\slash \u{41} \n \\",
    "] } ) #panic() [ { (",
    '"; #sys.exit() "',
    "<label> @reference // comment /* more */",
    "-- --- ... ' \" ~ --",
    "https://example.invalid/?a=1&b=2#c",
    "{words} {0} %s {{}} {subject.__class__}",
]


def remarked(text: str) -> Desk:
    """A person with a remark, corrected once, with the same text as its reason."""
    here = desk().screened("A-001")
    here.do(c.EnterItems("A-001", "LOOK", "person", "1", {"remark": v(text)}))
    here.do(c.CorrectItem("A-001", "LOOK", "person", "1", "remark", v(f"{text} again"), text))
    return here


@pytest.mark.parametrize("text", MARKUP)
def test_markup_and_code_print_literally(text: str) -> None:
    """A value that looks like typst, Python or HTML is printed sign by sign: value, past, reason."""
    printed = text_of(casebook(remarked(text))).replace(" ", "")
    plain = text.replace(" ", "")
    assert f"was{plain}(" in printed
    assert f"became{plain}again" in printed
    assert f"Reason:{plain}" in printed


def test_a_word_without_end_stays_on_the_page() -> None:
    """A very long word is broken, and its copy from the page is the word."""
    word = "Donaudampfschiff" * 40
    printed = text_of(casebook(remarked(word)))
    assert word in printed.replace(" ", "")


def test_a_very_long_text_goes_over_pages() -> None:
    """Nothing of a long answer is cut off at the end of a page."""
    words = [f"w{number}" for number in range(700)]
    pages = pages_of(casebook(remarked(" ".join(words))))
    assert all(any(word in page for page in pages) for word in words)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("tablet \u202e05 gm\u202c", "tablet ⟨U+202E⟩05 gm⟨U+202C⟩"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("private \ue000", "private ⟨U+E000⟩"),
        ("face \U0001f600", "face ⟨U+1F600⟩"),
    ],
)
def test_signs_that_hide_or_reorder_are_shown(text: str, shown: str) -> None:
    """An override of direction cannot make a dose read backwards; what has no shape is named."""
    assert shown in text_of(casebook(remarked(text)))


def test_right_to_left_text_stays_in_its_place() -> None:
    """Hebrew and Arabic are set, and do not carry the words around them along."""
    printed = text_of(casebook(remarked("כאב ראש")))
    assert "Reason:" in printed
    assert "כאב" in printed or "באכ" in printed
    assert characters.printable("كلمة", frozenset()) == "\u2068كلمة\u2069"


def test_many_strange_signs_do_not_take_long() -> None:
    """Thousands of different signs in one answer are printed or named within the time of a test."""
    strange = "".join(chr(number) for number in range(0x2E00 - 3900, 0x2E00) if chr(number).isprintable())
    assert "A-001" in text_of(casebook(remarked(strange)))
