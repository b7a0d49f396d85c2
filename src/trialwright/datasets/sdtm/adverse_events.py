"""AE: one record an adverse event, as its newest report has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trialwright.datasets.answers import as_column, submission_value, yes_no
from trialwright.datasets.captured import AdverseEvent
from trialwright.datasets.coded_terms import coded_columns
from trialwright.datasets.definition import Row
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.moments import Moment, read_moment
from trialwright.datasets.sdtm.domain_row import DomainRow
from trialwright.datasets.subjects import Subject, is_fatal
from trialwright.datasets.targets import columns_of, targets_of_form, variable_of_item
from trialwright.protocol.forms import Form, Item
from trialwright.protocol.study import Study

# Criterion of seriousness (ICH E2A) -> its variable.
SERIOUSNESS = {
    "death": "AESDTH",
    "life_threatening": "AESLIFE",
    "hospitalisation": "AESHOSP",
    "disability": "AESDISAB",
    "congenital_anomaly": "AESCONG",
    "medically_important": "AESMIE",
}
# Used where the protocol's form gives no submission value of its own (CDISC codelists ACN and OUT).
_TERMS: Mapping[str, Mapping[str, str]] = {
    "action": {
        "none": "DOSE NOT CHANGED",
        "interrupted": "DRUG INTERRUPTED",
        "withdrawn": "DRUG WITHDRAWN",
        "not_applicable": "NOT APPLICABLE",
        "unknown": "UNKNOWN",
    },
    "outcome": {
        "recovered": "RECOVERED/RESOLVED",
        "recovering": "RECOVERING/RESOLVING",
        "not_recovered": "NOT RECOVERED/NOT RESOLVED",
        "sequelae": "RECOVERED/RESOLVED WITH SEQUELAE",
        "fatal": "FATAL",
        "unknown": "UNKNOWN",
    },
}


def derive_ae(gathered: Gathered) -> list[DomainRow]:
    """Every adverse event, numbered in the order of its first report."""
    study = gathered.study
    form = study.form(study.adverse_event_form)
    further = {item.id: item for item in further_items(study)}
    return [
        DomainRow(
            subject,
            (event.first_seq, 0),
            {**_record(form, subject, event), **_details(further, event)},
            [event.seq, *subject.started()],
        )
        for subject in gathered.subjects
        for event in subject.casebook.events.values()
    ]


def _record(form: Form | None, subject: Subject, event: AdverseEvent) -> Row:
    report = event.report
    grade = report.get("grade")
    return {
        "AESPID": event.event,
        "AETERM": report["term"],
        **coded_columns(event),
        "AESER": yes_no(report.get("serious")),
        "AEACN": _coded(form, "action", report),
        "AEACNOTH": "SUBJECT DISCONTINUED FROM STUDY" if report.get("leads_to_withdrawal") else None,
        "AEREL": _coded(form, "related", report),
        "AERELPRC": _upper(report.get("relation_procedure")),
        "AEOUT": _coded(form, "outcome", report),
        **_seriousness(report),
        "AETOXGR": None if grade is None else str(grade),
        **_times(subject, event),
    }


def _seriousness(report: Mapping[str, Any]) -> Row:
    """Each criterion of a serious event, yes or no; nothing where seriousness is not known."""
    if report.get("serious") is None and not is_fatal(report):
        return {}
    met = set(report.get("seriousness") or ())
    row: Row = {variable: yes_no(criterion in met) for criterion, variable in SERIOUSNESS.items()}
    return row | {"AESDTH": yes_no(is_fatal(report))}


def _coded(form: Form | None, name: str, report: Mapping[str, Any]) -> str | None:
    """The submission value of a coded answer: the protocol's, else CDISC's, else the answer in capitals."""
    code = report.get(name)
    if code is None:
        return None
    item = form.item(f"ae_{name}") if form else None
    if item is not None and item.codes:
        return submission_value(item, code)
    return _TERMS.get(name, {}).get(code) or _upper(code)


def _upper(code: str | None) -> str | None:
    return None if code is None else code.upper().replace("_", " ")


def event_start(event: AdverseEvent) -> Moment | None:
    """When the event began, as far as it is known."""
    return read_moment(event.report["start"]) if event.report.get("start") else None


def event_end(event: AdverseEvent) -> Moment | None:
    """When the event ended, as far as it is known."""
    return read_moment(event.report["end"]) if event.report.get("end") else None


def _times(subject: Subject, event: AdverseEvent) -> Row:
    start, end = event_start(event), event_end(event)
    return {
        "AESTDTC": start.local if start else None,
        "AEENDTC": end.local if end else None,
        "AESTDY": subject.study_day(start),
        "AEENDY": subject.study_day(end),
    }


def further_items(study: Study) -> tuple[Item, ...]:
    """The items of the adverse event form that reports hold as details and that name a variable of AE."""
    form = study.form(study.adverse_event_form)
    return columns_of(targets_of_form(form).get("AE") if form else None, _BUILT_IN)


_BUILT_IN = {
    "AESPID", "AETERM", "AEDECOD", "AEBODSYS", "AESER", "AEACN", "AEACNOTH", "AEREL", "AERELPRC", "AEOUT",
    "AETOXGR", "AESTDTC", "AEENDTC", "AESTDY", "AEENDY", "AELLT", "AELLTCD", "AEPTCD", "AEHLT", "AEHLTCD",
    "AEHLGT", "AEHLGTCD", "AEBDSYCD", "AESOC", "AESOCCD", *SERIOUSNESS.values(),
}  # fmt: skip


def _details(further: Mapping[str, Item], event: AdverseEvent) -> Row:
    return {
        variable_of_item(further[name]): as_column(further[name], value)
        for name, value in event.details.items()
        if name in further
    }
