"""Commands over the coding of adverse event terms by a dictionary."""

from __future__ import annotations

from dataclasses import dataclass

from trialwright.clinical.dictionary import Coding
from trialwright.conduct.streams import STUDY, subject_stream


@dataclass(frozen=True, slots=True)
class AdoptDictionary:
    """Code by this version of a dictionary from now on; codings by another one stay until they are looked at.

    ``sha256`` is over the content of the dictionary's files.

    DictionaryAdopted {name, version, sha256, terms: number of its lowest terms}, the reason in the envelope
    """

    name: str
    version: str
    sha256: str
    terms: int
    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY,)


@dataclass(frozen=True, slots=True)
class CodeTerm:
    """Say which term of the dictionary an event's own words mean.

    ``term`` is the wording as it was shown. ``how`` is ``exact`` (the spelling led there), ``chosen`` by a
    person, or ``version`` (taken over from another version of the dictionary). Another coding than the one
    that stands needs a reason.

    TermCoded {subject, event, term, dictionary, version, how, by, llt_code, llt, pt_code, pt, hlt_code, hlt,
    hlgt_code, hlgt, soc_code, soc}, the reason in the envelope
    """

    subject: str
    event: str
    term: str
    dictionary: str
    version: str
    coding: Coding
    how: str
    reason: str | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class ReviewCoding:
    """Agree to a coding that somebody else gave; ``seen`` is the entry that gave it.

    CodingReviewed {subject, event, coded: number of the entry, by}
    """

    subject: str
    event: str
    seen: int

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class RemoveCoding:
    """Take a coding back; the event is then told in its own words.

    CodingRemoved {subject, event}, the reason in the envelope
    """

    subject: str
    event: str
    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))
