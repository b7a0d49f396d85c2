"""DV: where the course departed from the protocol, as far as the record itself knows it."""

from __future__ import annotations

from collections.abc import Iterator

from trialwright.datasets.form_rows import visit_name
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.moments import Moment, read_moment
from trialwright.datasets.sdtm.domain_row import DomainRow
from trialwright.datasets.subjects import Subject

VISIT, TREATMENT, ELIGIBILITY = "VISIT", "TREATMENT", "ELIGIBILITY"
MISSED, EARLY, LATE = "VISIT MISSED", "VISIT BEFORE ITS WINDOW", "VISIT AFTER ITS WINDOW"
INCOMPLETE, INTERRUPTED = "TREATMENT NOT GIVEN IN FULL", "TREATMENT INTERRUPTED"
CONTRARY = "ENROLLED AGAINST THE CRITERIA"
# In the order in which tables show them.
DECODED = (MISSED, EARLY, LATE, INCOMPLETE, INTERRUPTED, CONTRARY)
_WINDOWS = {"early": EARLY, "late": LATE}

# Entry and its place, coded term, category, words, date.
_Found = tuple[tuple[int, int], str, str, str, Moment | None]


def derive_dv(gathered: Gathered) -> list[DomainRow]:
    """Visits missed or outside their window, treatment not as planned, enrolment without eligibility."""
    return [
        DomainRow(
            subject,
            order,
            {
                "DVTERM": words,
                "DVDECOD": decoded,
                "DVCAT": category,
                "DVSTDTC": on.local if on else None,
                "DVSTDY": subject.study_day(on),
            },
            [order[0], *subject.started()],
        )
        for subject in gathered.subjects
        for order, decoded, category, words, on in _deviations(gathered, subject)
    ]


def _deviations(gathered: Gathered, subject: Subject) -> Iterator[_Found]:
    yield from _visits(gathered, subject)
    yield from _infusions(subject)
    yield from _enrolment(subject)


def _visits(gathered: Gathered, subject: Subject) -> Iterator[_Found]:
    for held in subject.casebook.visits.values():
        visit = gathered.study.visit(held.visit)
        name = visit_name(visit, held.occurrence) if visit is not None else held.visit
        if held.held is None:
            yield (held.seq, 0), MISSED, VISIT, f"{name} missed: {held.missed}", None
        elif held.window in _WINDOWS:
            decoded = _WINDOWS[held.window]
            yield (held.seq, 0), decoded, VISIT, f"{name} {held.window}", held.held


def _infusions(subject: Subject) -> Iterator[_Found]:
    for infusion in subject.casebook.infusions:
        for part in infusion.segments:
            if part.stop is not None and part.stop_seq is not None and part.stop_seq != infusion.ended_seq:
                on = read_moment(part.stop.date().isoformat())
                yield (part.stop_seq, 1), INTERRUPTED, TREATMENT, f"Interrupted: {part.cause}", on
        given, planned, ended = infusion.volume_ml, infusion.planned_volume_ml, infusion.ended_seq
        if ended is not None and given is not None and planned is not None and given < planned:
            words = (
                f"{float(given):g} of {float(planned):g} mL given: {infusion.end_cause or 'no cause said'}"
            )
            stop = infusion.segments[-1].stop
            end = read_moment(stop.date().isoformat()) if stop else None
            yield (ended, 2), INCOMPLETE, TREATMENT, words, end


def _enrolment(subject: Subject) -> Iterator[_Found]:
    book = subject.casebook
    before = [part for part in book.judgements if book.enrolment and part.seq < book.enrolment.seq]
    if book.enrolment is not None and (not before or before[-1].overall != "eligible"):
        said = before[-1].overall if before else "without a signed verdict"
        on = read_moment(book.enrolment.at.date().isoformat())
        yield (book.enrolment.seq, 3), CONTRARY, ELIGIBILITY, f"Enrolled, {said}", on
