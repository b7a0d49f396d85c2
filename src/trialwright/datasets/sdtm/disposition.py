"""DS: milestones, and how each person's part ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from trialwright.datasets.gathered import Gathered
from trialwright.datasets.moments import Moment, read_moment
from trialwright.datasets.sdtm.domain_row import DomainRow
from trialwright.datasets.subjects import Subject

_MILESTONE, _END = "PROTOCOL MILESTONE", "DISPOSITION EVENT"
# Causes of withdrawal whose CDISC term (codelist NCOMPLT) is not just the words in capitals.
_TERMS = {"lost_to_follow_up": "LOST TO FOLLOW-UP"}


def cause_term(cause: str) -> str:
    """A cause of withdrawal as CDISC calls it."""
    return _TERMS.get(cause, cause.upper().replace("_", " "))


def derive_ds(gathered: Gathered) -> list[DomainRow]:
    """Consents, eligibility, enrolment, screening failure, withdrawals and completion, one record each."""
    return [
        DomainRow(
            subject,
            (seq, 0),
            {
                "DSTERM": term,
                "DSDECOD": decoded,
                "DSCAT": category,
                "DSSCAT": scope,
                "DSSTDTC": on.local,
                "DSSTDY": subject.study_day(on),
            },
            [seq, *subject.started()],
        )
        for subject in gathered.subjects
        for seq, term, decoded, category, scope, on in _course(subject)
    ]


def _course(subject: Subject) -> Iterator[tuple[int, str, str, str, str | None, Moment]]:
    """Entry, term as recorded, coded term, category, subcategory, date."""
    book = subject.casebook
    for consent in book.consents:
        term = f"Informed consent, version {consent.version}"
        yield consent.seq, term, "INFORMED CONSENT OBTAINED", _MILESTONE, None, consent.signed
    for judgement in [part for part in book.judgements if part.overall == "eligible"][:1]:
        on = entered_on(judgement.at)
        yield judgement.seq, "Eligibility signed", "ELIGIBILITY CRITERIA MET", _MILESTONE, None, on
    if book.enrolment:
        on = entered_on(book.enrolment.at)
        yield book.enrolment.seq, "Enrolled", "ENTERED INTO TRIAL", _MILESTONE, None, on
    if book.failure:
        term = "; ".join([*book.failure.criteria, *([book.failure.cause] if book.failure.cause else [])])
        yield book.failure.seq, term, "SCREEN FAILURE", _END, None, entered_on(book.failure.at)
    for left in book.withdrawals:
        scope = "STUDY TREATMENT" if left.scope == "treatment" else "STUDY PARTICIPATION"
        cause = left.cause or ""
        yield left.seq, cause.replace("_", " "), cause_term(cause), _END, scope, left.on
    if book.completion:
        on = book.completion.on
        yield book.completion.seq, "Completed", "COMPLETED", _END, "STUDY PARTICIPATION", on


def entered_on(at: datetime) -> Moment:
    """The local day on which an entry was made: the date of what has no date of its own."""
    return read_moment(at.date().isoformat())
