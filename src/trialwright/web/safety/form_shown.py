"""The form of a serious event on the page: the boxes of CIOMS I, with what is known and what is not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from trialwright.exchange.cioms_boxes import more_of, texts_of
from trialwright.exchange.cioms_wording import CRITERIA, LABELS
from trialwright.exchange.safety_case import SafetyCase

_CRITERIA, _KIND = "8-12", "25a"


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its number, its label, and its text; "" where nothing is known."""

    number: str
    label: str
    text: str

    @property
    def long(self) -> bool:
        """Whether the text needs the width of the page."""
        return len(self.text) > 160 or self.text.count("\n") > 3


def form_shown(case: SafetyCase) -> tuple[Box, ...]:
    """The boxes in the order of the form, then what has no box."""
    texts = texts_of(case)
    met = [CRITERIA[word] for reaction in case.reactions for word in CRITERIA if word in reaction.seriousness]
    texts[_CRITERIA], texts[_KIND] = "\n".join(met), case.kind
    order = sorted(texts, key=_place)
    boxes = [Box(number, LABELS[number], texts[number]) for number in order if number in LABELS]
    return (*boxes, *(Box("", title, text) for title, text in more_of(case)))


def _place(number: str) -> tuple[int, str]:
    """7+13 stands where 7 does, 24b after 24a."""
    digits = re.match(r"\d+", number)
    return int(digits.group()) if digits else 0, number
