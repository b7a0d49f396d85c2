"""What every fold of entries needs: the study, the casebooks so far, and what makes a record impossible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from trialwright.datasets.captured import Casebook
from trialwright.datasets.moments import entry_instant
from trialwright.errors import Problem, TrialwrightError
from trialwright.protocol.study import Study
from trialwright.record.snapshot import EntryView
from trialwright.rules import Variable


class DatasetError(TrialwrightError):
    """A record from which no data sets can be made: the problem names the entry and the subject."""


class RestsOnNothingError(Exception):
    """The entry changes something that no entry before it made."""


@dataclass(slots=True)
class Fold:
    """The casebooks as far as the entries have been read.

    ``variables`` are the study's items, with units; ``positions`` is where an item stands on its form.
    """

    study: Study
    variables: Mapping[str, Variable]
    casebooks: dict[str, Casebook] = field(default_factory=dict)
    positions: Mapping[tuple[str, str], int] = field(init=False)

    def __post_init__(self) -> None:
        self.positions = {
            (form.id, item.id): place for form in self.study.forms for place, item in enumerate(form.items)
        }


def place_of(entry: EntryView) -> str:
    """Where an entry stands."""
    return f"entry {entry.seq}"


def entered_at(entry: EntryView) -> datetime:
    """The entry's time at the site."""
    return entry_instant(entry.at, entry.offset)


def unfitting(entry: EntryView, what: str) -> DatasetError:
    """The error of an entry that names something the protocol does not have."""
    sentence = (
        f"{entry.kind} names {what}, which the protocol does not have; load the protocol it was entered under"
    )
    return DatasetError(Problem("TW-572", sentence, place_of(entry)))
