"""Whether a report of an adverse event is consistent in itself and with the person's record."""

from __future__ import annotations

from typing import Final

from trialwright.conduct.answer import Context, Refused
from trialwright.conduct.commands import EventReport
from trialwright.conduct.consent import consent_of
from trialwright.conduct.moments import Moment, happened
from trialwright.conduct.situation import one_of
from trialwright.conduct.states import SubjectState
from trialwright.protocol.study import Study

# The six seriousness criteria of ICH E2A (E2B(R3) E.i.3.2a-f).
SERIOUSNESS: Final = (
    "death",
    "life_threatening",
    "hospitalisation",
    "disability",
    "congenital_anomaly",
    "medically_important",
)
RELATIONS: Final = ("related", "not related", "unknown")
# Used where the protocol's adverse event form gives no codes of its own (CDISC codelists ACN and OUT).
ACTIONS: Final = ("none", "interrupted", "withdrawn", "not_applicable", "unknown")
OUTCOMES: Final = ("recovered", "recovering", "not_recovered", "sequelae", "fatal", "unknown")
FATAL: Final = "fatal"
GRADES: Final = range(1, 6)


def check_codes(study: Study, report: EventReport) -> None:
    """TW-432 for an answer that is none of the permitted, TW-434 for a grade outside 1 to 5."""
    if report.grade is not None and (isinstance(report.grade, bool) or report.grade not in GRADES):
        raise Refused("TW-434", f"the grade is {report.grade}; CTCAE grades run from 1 to 5")
    for criterion in report.seriousness:
        one_of(criterion, SERIOUSNESS, "the criterion of seriousness")
    if report.action is not None:
        one_of(report.action, permitted_codes(study, "ae_action", ACTIONS), "the action taken")
    if report.outcome is not None:
        one_of(report.outcome, permitted_codes(study, "ae_outcome", OUTCOMES), "the outcome")
    if report.special_interest is not None:
        known = tuple(event.id for event in study.safety.special_interest)
        one_of(report.special_interest, known, "the event of special interest")


def permitted_codes(study: Study, item: str, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of an item of the protocol's adverse event form, or the usual ones."""
    form = study.form(study.adverse_event_form)
    asked = form.item(item) if form is not None else None
    return tuple(code.code for code in asked.codes) if asked is not None and asked.codes else otherwise


def relation(given: str | None, what: str) -> str | None:
    """A relation as the record spells it: related, not related, unknown; TW-432."""
    return None if given is None else one_of(given.replace("_", " "), RELATIONS, what)


def check_consistency(report: EventReport) -> None:
    """TW-488 to TW-490: grade against outcome, seriousness against its criteria, death against its date."""
    fatal = report.outcome == FATAL
    if report.grade == 5 and report.outcome not in (None, "unknown", FATAL):
        raise Refused(
            "TW-488", f"grade 5 is death, but the outcome is {report.outcome}; correct one of the two"
        )
    if fatal and report.grade not in (None, 5):
        raise Refused("TW-488", f"the outcome is fatal, but the grade is {report.grade}; death is grade 5")
    if report.serious and not report.seriousness:
        raise Refused(
            "TW-489", "the event is serious without a criterion; name at least one", ("seriousness",)
        )
    if report.seriousness and not report.serious:
        raise Refused("TW-489", "criteria of seriousness are given, but the event is not marked serious")
    if is_fatal(report) and "death" not in report.seriousness:
        raise Refused("TW-489", "the event is fatal, so it is serious by the criterion death; add it")
    if is_fatal(report) and report.end is None:
        raise Refused(
            "TW-490", "the event is fatal without an end; give the date of death as its end", ("end",)
        )


def is_fatal(report: EventReport) -> bool:
    """True for a death by outcome, grade or criterion."""
    return report.outcome == FATAL or report.grade == 5 or "death" in report.seriousness


def check_times(
    person: SubjectState, report: EventReport, context: Context
) -> tuple[Moment | None, Moment | None]:
    """The start and end, after the consent and in order; TW-418, TW-486, TW-487."""
    consent = consent_of(person)
    start = None if report.start is None else happened(report.start, "the start of the event", context)
    end = None if report.end is None else happened(report.end, "the end of the event", context)
    for bound in (start, end):
        if bound is not None and bound.certainly_before(consent):
            raise Refused(
                "TW-486",
                f"the event is dated {bound.text}, before the consent of subject {person.subject} "
                f"on {consent.text}; it belongs to the medical history",
            )
    if start is not None and end is not None and end.certainly_before(start):
        raise Refused(
            "TW-487", f"the event ends at {end.text}, before its start at {start.text}; correct one"
        )
    return start, end
