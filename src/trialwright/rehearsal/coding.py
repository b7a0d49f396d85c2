"""The data manager codes the words of events by the study's dictionary, and the sponsor agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.conduct import commands as c
from trialwright.conduct.coding import coding_standing
from trialwright.conduct.states import SubjectState
from trialwright.conduct.streams import subject_stream

if TYPE_CHECKING:
    from trialwright.rehearsal.company import Company

CODER, REVIEWER = "data_manager", "sponsor"


def code_events(company: Company, subject: str) -> None:
    """Code every event that is not coded yet: as it is spelled, or as the best that the search offers."""
    if company.terms is None:
        return
    person = company.stage.look(subject_stream(subject))
    if not isinstance(person, SubjectState) or not person.events:
        return
    _adopt(company)
    for event, known in person.events.items():
        if coding_standing(person, event, None) in ("none", "stale"):
            _code(company, subject, event, known["term"])


def _adopt(company: Company) -> None:
    """The first event to be coded asks for a dictionary."""
    assert company.terms is not None  # noqa: S101 - only asked for with a dictionary
    known = company.terms.dictionary
    if not company.dictionary_adopted:
        reason = "an invented dictionary, for a rehearsal"
        adopted = c.AdoptDictionary(known.name, known.version, known.sha256, len(known.lowest), reason)
        company.stage.do(adopted, CODER)
        company.dictionary_adopted = True


def _code(company: Company, subject: str, event: str, words: str) -> None:
    assert company.terms is not None  # noqa: S101 - only asked for with a dictionary
    known, how = company.terms.dictionary, "exact"
    coding = known.exact(words)
    if coding is None:
        offered = company.terms.suggest(words, 1)
        if not offered:
            return
        coding, how = offered[0].coding, "chosen"
    company.stage.do(c.CodeTerm(subject, event, words, known.name, known.version, coding, how), CODER)
    person = company.stage.look(subject_stream(subject))
    company.stage.do(c.ReviewCoding(subject, event, person.codings[event].seq), REVIEWER)
