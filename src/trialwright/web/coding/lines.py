"""What the coding desk shows of each event: its words, its coding, and what is to be done. No database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

from django.utils.translation import gettext_noop as noop

from trialwright.clinical.dictionary import Dictionary
from trialwright.clinical.recoding import Recoding, recoding
from trialwright.conduct.coding import CodingStanding, coding_standing
from trialwright.conduct.safety_states import TermCoding
from trialwright.conduct.states import DictionaryInUse, SubjectState

# In the order of the work: what nobody has coded first, what is settled last.
STANDINGS: Mapping[CodingStanding, str] = {
    "none": noop("not coded"),
    "stale": noop("the words changed"),
    "older": noop("of another version"),
    "automatic": noop("by its spelling, to be agreed"),
    "coded": noop("to be agreed"),
    "reviewed": noop("agreed"),
}

# What the search and the comparison of versions say, for the catalogue of translations.
SAID = (
    *(noop("same spelling"), noop("begins like it"), noop("has the words"), noop("has some of the words")),
    *(noop("near spelling"), noop("same"), noop("renamed"), noop("moved"), noop("not current"), noop("gone")),
)


@dataclass(frozen=True, slots=True)
class CodingLine:
    """One event that stands, with its newest coding."""

    subject: str
    event: str
    term: str
    standing: CodingStanding
    coding: TermCoding | None

    @property
    def told(self) -> str:
        """The standing in words."""
        return STANDINGS[self.standing]

    @property
    def waits_for_agreement(self) -> bool:
        """Whether a second person has still to agree."""
        return self.standing in ("automatic", "coded")


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One coding by another version, and what becomes of it in the one in use."""

    line: CodingLine
    found: Recoding


def coding_lines(people: Iterable[SubjectState], used: DictionaryInUse | None) -> tuple[CodingLine, ...]:
    """Every event of these people, the work first, then by subject and event."""
    order = list(STANDINGS)

    def place(line: CodingLine) -> tuple[int, str, int]:
        return order.index(line.standing), line.subject, int(line.event.removeprefix("AE-"))

    lines = [_line(person, event, used) for person in people for event in person.events]
    return tuple(sorted(lines, key=place))


def _line(person: SubjectState, event: str, used: DictionaryInUse | None) -> CodingLine:
    standing, known = coding_standing(person, event, used), person.events[event]
    return CodingLine(person.subject, event, known["term"], standing, person.codings.get(event))


def counts_of(lines: Iterable[CodingLine]) -> list[tuple[CodingStanding, str, int]]:
    """How many events are in each standing, in the order of the work; those without any are left out."""
    found = Counter(line.standing for line in lines)
    return [(standing, told, found[standing]) for standing, told in STANDINGS.items() if found[standing]]


def recoding_plan(lines: Iterable[CodingLine], dictionary: Dictionary) -> Iterator[PlanLine]:
    """What becomes of each coding that another version gave."""
    for line in lines:
        if line.standing == "older" and line.coding is not None:
            yield PlanLine(line, recoding(asdict(line.coding), dictionary))
