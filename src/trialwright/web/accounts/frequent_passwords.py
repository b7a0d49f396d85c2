"""Passwords put together from the commonest ones: a machine tries all pairs of these among the first."""

from __future__ import annotations

from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator

SHORTEST_WORD, LONGEST_WORD = 4, 24
MOST_WORDS = 2
# What may stand beside them in a password that is still too common: three letters, or nine digits.
LETTER, DIGIT = 3, 1
REST = 3 * LETTER
_INSTEAD_OF_LETTERS = str.maketrans("4301!57@$", "aeoiistas")


def is_put_together(password: str) -> bool:
    """Whether two common passwords and at most three letters or nine digits make up the whole.

    Case, and whatever is no letter or digit, does not count; what stands for letters (``p4$$``) is read both
    ways.
    """
    plain = password.casefold()
    ways = {_letters_and_digits(plain), _letters_and_digits(plain.translate(_INSTEAD_OF_LETTERS))}
    return any(_rest(way, MOST_WORDS) <= REST for way in ways)


def _rest(text: str, words: int) -> int:
    """How little is left when so many common words at most are taken out."""
    common = common_words()
    best = [[0] * (len(text) + 1) for _ in range(words + 1)]
    for end in range(1, len(text) + 1):
        step = DIGIT if text[end - 1].isdigit() else LETTER
        for used in range(words + 1):
            best[used][end] = best[used][end - 1] + step
            for size in range(SHORTEST_WORD, min(LONGEST_WORD, end) + 1) if used else ():
                if text[end - size : end] in common:
                    best[used][end] = min(best[used][end], best[used - 1][end - size])
    return best[words][-1]


def _letters_and_digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


@cache
def common_words() -> frozenset[str]:
    """Django's list of some 20,000 common passwords, as far as they are words of four signs and more."""
    found = (_letters_and_digits(password.casefold()) for password in CommonPasswordValidator().passwords)
    return frozenset(word for word in found if SHORTEST_WORD <= len(word) <= LONGEST_WORD)
