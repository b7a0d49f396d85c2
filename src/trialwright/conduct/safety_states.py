"""What is kept of a person's safety beside the events: files of reports, what was set aside, words, codings.

Frozen and plain like all states (``states``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Assessment:
    """The sponsor's newest assessment of a serious event."""

    suspected: bool
    expected: bool
    at: str


@dataclass(frozen=True, slots=True)
class Submission:
    """One report that was sent: to the sponsor or the agency; initial, follow_up or nullification.

    ``version`` is the entry of the report of the event that was sent.
    """

    to: str
    kind: str
    at: str
    reference: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class EventVersion:
    """What one report of an event says, as far as reports to others are compared with it; its entry, when."""

    seq: int
    at: str
    says: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SetAside:
    """An event that counts nowhere and stays readable: ``how`` is nullified, or merged ``into`` another.

    ``report`` is its newest report; ``seq`` and ``at`` are the entry that set it aside.
    """

    how: str
    into: str
    report: dict[str, Any]
    seq: int
    at: str


@dataclass(frozen=True, slots=True)
class SafetyFile:
    """What the clocks of one serious event need.

    ``serious_at`` is when it was first reported as serious, ``urgent_at`` when as fatal or life-threatening,
    ``aware_at`` when the site first knew, ``sponsor_aware_at`` when anybody of the sponsor did. ``versions``
    are the reports of the event since it was first serious.
    """

    serious_at: str
    urgent_at: str = ""
    aware_at: str = ""
    assessment: Assessment | None = None
    submissions: tuple[Submission, ...] = ()
    sponsor_aware_at: str = ""
    versions: tuple[EventVersion, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """The investigator's word on a laboratory value: clinically significant or not.

    ``answer`` is the entry of the value that was judged, ``place`` and ``grade`` what was shown of it.
    """

    significant: bool
    comment: str | None
    answer: int
    place: str | None
    grade: int | None
    at: str
    seq: int


@dataclass(frozen=True, slots=True)
class TermCoding:
    """What the words of an event mean in a dictionary, by which entry and whom, and who agreed, or ""."""

    term: str
    dictionary: str
    version: str
    how: str
    llt_code: str
    llt: str
    pt_code: str
    pt: str
    hlt_code: str
    hlt: str
    hlgt_code: str
    hlgt: str
    soc_code: str
    soc: str
    seq: int
    by: str
    reviewed_by: str = ""
