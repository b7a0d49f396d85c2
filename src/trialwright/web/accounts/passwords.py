"""Rules of passwords: long, and nothing that somebody who knows the study would try (PW-1).

Any characters count, spaces too, and nobody is made to change a password that is not known to be lost (PW-2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_noop as noop

from trialwright.web.accounts.configuration import LONGEST_PASSWORD
from trialwright.web.accounts.frequent_passwords import is_put_together

SHORTEST = 15
LEFT_OVER = 8
DIFFERENT = 6
# Words that begin or fill passwords everywhere, beside Django's list of 20,000 common ones.
_EVERYWHERE = [
    "password",
    "passwort",
    "passphrase",
    "welcome",
    "letmein",
    "qwertyuiop",
    "qwerty",
    "asdfghjkl",
    "asdfgh",
    "zxcvbnm",
    "iloveyou",
    "admin",
    "administrator",
    "secret",
    "changeme",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "trustno",
    "abcdefghijklmnopqrstuvwxyz",
    "correct",
    "horse",
    "battery",
    "staple",
]
_HERE = [
    "trialwright",
    "clinical",
    "trial",
    "study",
    "site",
    "hospital",
    "investigator",
    "coordinator",
    "monitor",
    "sponsor",
]


class LongEnough:
    """15 characters at least; 256 at most, so that nobody keeps the server busy with one."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 - Django's signature
        """Raise ValidationError where the length is out of bounds."""
        if len(password) < SHORTEST:
            raise ValidationError(f"Take at least {SHORTEST} characters; a few words are easy to remember.")
        if len(password) > LONGEST_PASSWORD:
            raise ValidationError(f"Take at most {LONGEST_PASSWORD} characters.")

    def get_help_text(self) -> str:
        """The rule in words."""
        return f"At least {SHORTEST} characters. Any characters, spaces too; pasting is fine."


class NotGuessed:
    """Something must be left when names of the study and the person, and everybody's words, are taken out."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError where too little is left."""
        plain = _plain(password)
        if len(set(plain)) < DIFFERENT or _repeats(plain):
            raise ValidationError(noop("This repeats itself; take something with more variety."))
        if _is_a_run(plain):
            raise ValidationError(noop("This is a row of neighbouring characters; take something else."))
        left = _without(plain, context_words(user))
        if left is not None and len(left) < LEFT_OVER:
            sentence = noop(
                "Too little is left beside names of this study, your own name and very common words."
            )
            raise ValidationError(sentence)
        if is_put_together(password):
            raise ValidationError(noop("This is made of very common passwords; take rarer words, or more."))

    def get_help_text(self) -> str:
        """The rule in words."""
        return noop("Not the name of the study, the site or yourself, and nothing that everybody takes.")


def context_words(user: Any = None) -> frozenset[str]:
    """Words that somebody who knows the study and the person would try first."""
    from trialwright.web.site import the_store

    store = the_store()
    study = store.study
    texts = [study.study.id, study.study.title, study.study.short_title]
    texts += [word for site in study.design.sites for word in (site.id, site.name)]
    if user is not None:
        stream = f"person:{user.get_username()}"
        state = store.states(stream).get(stream)
        texts += [user.get_username(), getattr(state, "name", "")]
    words = (word for text in texts for word in _words(str(text or "")))
    return frozenset({*words, *_EVERYWHERE, *_HERE})


def _words(text: str) -> Iterator[str]:
    return (word for word in re.split(r"[^\w]+|_", _plain(text, keep=" ")) if len(word) > 2)


def _plain(text: str, keep: str = "") -> str:
    """Lower case, without marks on letters, without what stands between words."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum() or (keep and sign in " -_.,/"))


def _without(plain: str, words: Iterable[str]) -> str | None:
    """What is left without the words, and without years and short numbers; None where no word occurs."""
    left = plain
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    if left == plain:
        return None
    return re.sub(r"(19|20)\d\d|\d{1,3}(?=\D|$)", "", left).replace(" ", "")


def _repeats(plain: str) -> bool:
    """Whether the whole is one short part, again and again."""
    return any(
        (plain[:part] * (len(plain) // part + 1))[: len(plain)] == plain
        for part in range(1, min(SHORTEST, len(plain) // 2) + 1)
    )


def _is_a_run(plain: str) -> bool:
    steps = [ord(after) - ord(before) for before, after in pairwise(plain)]
    return sum(step in (1, -1) for step in steps) > 0.7 * len(plain)
