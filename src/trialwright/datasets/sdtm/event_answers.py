"""Answers of the adverse event form that the protocol sends to other domains (FA, for instance)."""

from __future__ import annotations

from collections.abc import Iterator

from trialwright.datasets.answers import as_column
from trialwright.datasets.captured import AdverseEvent, CapturedValue
from trialwright.datasets.definition import Row
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.sdtm.collected import result_of_answer, test_of_item
from trialwright.datasets.sdtm.disposition import entered_on
from trialwright.datasets.sdtm.domain_row import DomainRow
from trialwright.datasets.subjects import Subject
from trialwright.datasets.targets import targets_of_form, variable_of_item
from trialwright.protocol.forms import Item


def derive_event_answers(gathered: Gathered) -> dict[str, list[DomainRow]]:
    """One record an answer, by domain; --SPID names the event, --DTC is the day of its newest report."""
    form = gathered.study.form(gathered.study.adverse_event_form)
    found: dict[str, list[DomainRow]] = {}
    for domain, wanted in (targets_of_form(form) if form else {}).items():
        if domain != "AE":
            items = {item.id: item for item in (*wanted.tests, *wanted.variables)}
            found[domain] = list(_answers(gathered, domain, items))
    return found


def _answers(gathered: Gathered, domain: str, items: dict[str, Item]) -> Iterator[DomainRow]:
    for subject in gathered.subjects:
        for event in subject.casebook.events.values():
            for name, value in event.details.items():
                if name in items:
                    row = _record(domain, items[name], value) | _place(domain, subject, event)
                    order = (value.first_seq, value.position)
                    yield DomainRow(subject, order, row, [value.seq, *subject.started()])


def _record(domain: str, item: Item, value: CapturedValue) -> Row:
    if item.sdtm is not None and item.sdtm.testcd:
        return test_of_item(domain, item) | result_of_answer(domain, item, value)
    return {variable_of_item(item): as_column(item, value)}


def _place(domain: str, subject: Subject, event: AdverseEvent) -> Row:
    on = entered_on(event.known_at)
    return {
        f"{domain}SPID": event.event,
        f"{domain}DTC": on.local,
        f"{domain}DY": subject.study_day(on),
    }
