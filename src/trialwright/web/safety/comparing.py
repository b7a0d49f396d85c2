"""The safety file against the event: what each receiver was told last, and what stands now.

No database, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.conduct.reconciliation import TAKES_BACK, differences, standing_submissions
from trialwright.conduct.safety_duties import RECEIVERS
from trialwright.conduct.safety_states import SafetyFile
from trialwright.conduct.states import SubjectState
from trialwright.protocol.study import Study
from trialwright.web.events.versions import label_of, said


@dataclass(frozen=True, slots=True)
class ToldOtherwise:
    """One fact: its label, what was sent, what stands."""

    label: str
    told: str
    stands: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One receiver: when they were told last, by which version, and what stands otherwise now."""

    to: str
    at: str
    version: int
    lines: tuple[ToldOtherwise, ...]


def comparisons(study: Study, person: SubjectState, event: str) -> tuple[Comparison, ...]:
    """Every receiver who has a report that holds; nothing for an event that does not stand."""
    file, stands = person.safety[event], person.events.get(event)
    if stands is None:
        return ()
    found = []
    for to in RECEIVERS:
        sent = standing_submissions(file, to)
        if sent:
            lines = tuple(
                ToldOtherwise(
                    label_of(study, each.name),
                    said(study, each.name, each.told),
                    said(study, each.name, each.stands),
                )
                for each in differences(file, stands, to)
            )
            found.append(Comparison(to, sent[-1].at, version_number(file, sent[-1].version), lines))
    return tuple(found)


def version_number(file: SafetyFile, seq: int) -> int:
    """The how-manieth version since the event was first serious; 0 where it is not kept."""
    numbers = {version.seq: number for number, version in enumerate(file.versions, start=1)}
    return numbers.get(seq, 0)


def next_kind(person: SubjectState, event: str, to: str) -> str:
    """What the next report to a receiver is; "" where nothing can follow."""
    sent = standing_submissions(person.safety[event], to)
    if event in person.set_aside:
        return TAKES_BACK if sent else ""
    return "follow_up" if sent else "initial"


def next_reference(identifier: str, person: SubjectState, event: str) -> str:
    """The number that the next report may be known by."""
    return f"{identifier}-{len(person.safety[event].submissions) + 1}"
