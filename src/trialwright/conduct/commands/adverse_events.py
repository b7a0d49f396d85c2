"""Commands over adverse events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from trialwright.conduct.commands.casebook import ItemValue
from trialwright.conduct.streams import STUDY, subject_stream


@dataclass(frozen=True, slots=True)
class EventReport:
    """Everything that is known of one adverse event; None where it is not known yet.

    ``start`` and ``end`` are a date, an aware time, or a partial date ("2026-03", "2026"). ``seriousness``
    holds the criteria of ICH E2A: death, life_threatening, hospitalisation, disability, congenital_anomaly,
    medically_important. ``related`` (to the product) and ``relation_procedure`` are related, not related or
    unknown. ``action`` and ``outcome`` take the codes of the protocol's adverse event form, otherwise those
    of ACTIONS and OUTCOMES. ``special_interest`` is the id of an event of special interest. ``details`` holds
    the items of the protocol's adverse event form that have no field here.
    """

    term: str
    start: date | datetime | str | None = None
    grade: int | None = None
    serious: bool | None = None
    seriousness: tuple[str, ...] = ()
    related: str | None = None
    relation_procedure: str | None = None
    end: date | datetime | str | None = None
    action: str | None = None
    outcome: str | None = None
    decoded_term: str | None = None
    soc: str | None = None
    special_interest: str | None = None
    leads_to_withdrawal: bool | None = None
    details: Mapping[str, ItemValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportAdverseEvent:
    """Report a new adverse event of a person who has consented; it gets the next number.

    AdverseEventReported {subject, event: "AE-1", term, decoded_term, soc, start, end, grade: integer | null,
    serious, seriousness: [criterion], related, relation_procedure, action, outcome, special_interest,
    leads_to_withdrawal, details: {item: {value, unit, missing}}, treatment_emergent, findings: [sentence],
    counts: [{rule, term, change}]}; with StudyPaused {rule, sentence} for each safety rule it completes
    """

    subject: str
    report: EventReport

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class UpdateAdverseEvent:
    """Replace what is known of an event by a newer report of it.

    AdverseEventUpdated: as AdverseEventReported, with changed: [field]; the reason in the envelope
    """

    subject: str
    event: str
    report: EventReport
    reason: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))
