"""Commands over the study as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.conduct.streams import ALLOCATION, STUDY


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """Begin the record with the sites that may register people.

    StudyOpened {title, sites: [site]}
    """

    sites: tuple[str, ...]

    def streams(self) -> tuple[str, ...]:
        return (STUDY,)


@dataclass(frozen=True, slots=True)
class OpenSite:
    """Let one more site of the protocol register people.

    SiteOpened {site}
    """

    site: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY,)


@dataclass(frozen=True, slots=True)
class LoadAllocationList:
    """Load the allocation list once: the arm of each place, in order. For designs that allocate by list.

    AllocationListLoaded {places: [arm]}
    """

    places: tuple[str, ...]

    def streams(self) -> tuple[str, ...]:
        return (STUDY, ALLOCATION)


@dataclass(frozen=True, slots=True)
class RecordReview:
    """Record what the board decided: ``continue``, or ``stop``, which pauses the study.

    ``content`` is the hash of what was shown of the study's safety.

    ReviewRecorded {gate, decision, remark, treated: number treated then, content, meaning}; with ``stop``
    also StudyPaused
    """

    gate: str
    decision: str
    remark: str | None = None
    content: str | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY,)


@dataclass(frozen=True, slots=True)
class PauseStudy:
    """Pause treatment of further people, outside any rule of the protocol.

    StudyPaused {rule: "declared", sentence}, the reason in the envelope
    """

    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY,)


@dataclass(frozen=True, slots=True)
class ResumeStudy:
    """End one pause; ``rule`` is the pause's rule, boundary or review, or ``declared``.

    ``content`` is the hash of what was shown of the study's safety.

    StudyResumed {rule, content, meaning}, the reason in the envelope
    """

    rule: str
    reason: str
    content: str | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY,)


@dataclass(frozen=True, slots=True)
class LockStudy:
    """Close the record to every further change, once every person's casebook is locked.

    StudyLocked {subjects: number}
    """

    def streams(self) -> tuple[str, ...]:
        return (STUDY,)
