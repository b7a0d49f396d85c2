"""Everything a decision may look at, and the refusals for what is not there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from trialwright.conduct.answer import Context, Refused
from trialwright.conduct.moments import today
from trialwright.conduct.states import (
    AllocationState,
    Cell,
    LotState,
    State,
    StudyState,
    SubjectState,
    UnitState,
    VisitState,
    visit_key,
)
from trialwright.conduct.streams import ALLOCATION, STUDY, lot_stream, subject_stream, unit_stream
from trialwright.protocol.design import Arm, Intervention, Product, Visit
from trialwright.protocol.study import Study

LONGEST_TEXT = 4000
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Situation:
    """The protocol, the states of the command's streams, and who gives the command when."""

    study: Study
    states: Mapping[str, State]
    context: Context

    @property
    def today(self) -> date:
        """The author's date."""
        return today(self.context)

    @property
    def record(self) -> StudyState:
        """The study's state; TW-402 before OpenStudy."""
        state = self.states.get(STUDY)
        if not isinstance(state, StudyState):
            raise Refused("TW-402", "the study is not open yet; the sponsor opens it with its sites")
        return state

    def subject(self, subject: str) -> SubjectState:
        """One person's casebook; TW-407."""
        state = self.states.get(subject_stream(subject))
        if not isinstance(state, SubjectState):
            raise Refused("TW-407", f"there is no subject {shown(subject)}; register the person first")
        return state

    def lot(self, lot: str) -> LotState:
        """One lot; TW-455."""
        state = self.states.get(lot_stream(lot))
        if not isinstance(state, LotState):
            raise Refused("TW-455", f"there is no lot {shown(lot)}; check the label or register the lot")
        return state

    def unit(self, unit: str) -> UnitState:
        """One bag, kit or vial; TW-460."""
        state = self.states.get(unit_stream(unit))
        if not isinstance(state, UnitState):
            raise Refused(
                "TW-460", f"there is no unit {shown(unit)}; check the label or register it with its lot"
            )
        return state

    @property
    def allocation(self) -> AllocationState | None:
        """The allocation list, once loaded."""
        state = self.states.get(ALLOCATION)
        return state if isinstance(state, AllocationState) else None

    def visit(self, visit: str) -> Visit:
        """A visit of the protocol; TW-409."""
        found = self.study.visit(visit)
        if found is None:
            known = ", ".join(planned.id for planned in self.study.visits)
            raise Refused("TW-409", f"the protocol has no visit {shown(visit)}; its visits are {known}")
        return found

    def arm_of(self, person: SubjectState) -> Arm:
        """The arm of an enrolled person; TW-470."""
        arm = self.study.arm(person.arm) if person.arm is not None else None
        if arm is None:
            raise Refused("TW-470", f"subject {person.subject} is not enrolled; enrol the person first")
        return arm

    def intervention_of(self, person: SubjectState) -> Intervention:
        """What an enrolled person gets and how; TW-470."""
        return self.study.intervention_of(self.arm_of(person))

    def product_of(self, person: SubjectState) -> Product:
        """The product an enrolled person gets; TW-470."""
        return self.study.product_of(self.intervention_of(person))


def visit_held(person: SubjectState, visit: str, occurrence: int = 1) -> VisitState | None:
    """The visit if it took place, otherwise None."""
    state = person.visits.get(visit_key(visit, occurrence))
    return state if state is not None and not state.missed else None


def occurrences_of(person: SubjectState, visit: str) -> int:
    """How often a visit took place or was missed."""
    count = 0
    while visit_key(visit, count + 1) in person.visits:
        count += 1
    return count


def shown(text: str) -> str:
    """A name in a sentence: quoted, short and printable, whatever the input."""
    short = text if len(text) <= 40 else f"{text[:37]}..."
    return "'" + "".join(letter if letter.isprintable() else "?" for letter in short) + "'"


def answer_words(cell: Cell) -> str:
    """The answer that stands, in a sentence."""
    if cell.missing is not None:
        return f"missing ({cell.missing})"
    return f"{cell.value} {cell.unit or ''}".strip()


def identifier(text: str, what: str) -> str:
    """A new identifier that can stand in names of streams and files; TW-415."""
    if not _IDENTIFIER.fullmatch(text):
        raise Refused(
            "TW-415",
            f"{what} {shown(text)} must be 1 to 64 letters, digits, hyphens, dots or underscores, "
            "beginning with a letter or digit",
        )
    return text


def words(text: str, what: str) -> str:
    """Text that a person wrote: not blank, not endless, without control characters; TW-415."""
    if not text.strip():
        raise Refused("TW-415", f"{what} is blank; write it in words")
    if len(text) > LONGEST_TEXT:
        raise Refused("TW-415", f"{what} has {len(text)} characters; keep it to {LONGEST_TEXT}")
    if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t" for letter in text):
        raise Refused("TW-415", f"{what} holds a control character; type it again")
    return text


def optional_words(text: str | None, what: str) -> str | None:
    """Text that a person may leave out; TW-415 as for words."""
    return None if text is None else words(text, what)


def reason(text: str, deed: str) -> str:
    """The reason for a deed that needs one; TW-416."""
    if not text.strip():
        raise Refused("TW-416", f"{deed} needs a reason; say why")
    return words(text, "the reason")


def one_of(code: str, permitted: tuple[str, ...], what: str) -> str:
    """A code out of the permitted ones; TW-432."""
    if code not in permitted:
        raise Refused("TW-432", f"{what} is {shown(code)}; it must be one of {', '.join(permitted)}")
    return code
