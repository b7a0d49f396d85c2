"""The domains that the protocol's items name: findings, one row a test, and others, one row a form row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trialwright.datasets.answers import as_column, as_entered, as_standard
from trialwright.datasets.captured import CapturedValue
from trialwright.datasets.definition import Row
from trialwright.datasets.form_rows import FormRow, visit_name, visit_number
from trialwright.datasets.gathered import Gathered
from trialwright.datasets.moments import planned_study_day, read_moment
from trialwright.datasets.sdtm.domain_row import DomainRow
from trialwright.datasets.targets import Targets, targets_of_form, variable_of_item
from trialwright.protocol.forms import Item


def derive_collected(gathered: Gathered) -> dict[str, list[DomainRow]]:
    """The rows of every domain that an item names, by domain."""
    targets = {form.id: targets_of_form(form) for form in gathered.study.forms}
    found: dict[str, list[DomainRow]] = {}
    last: dict[tuple[str, ...], tuple[tuple[object, ...], DomainRow]] = {}
    for form_row in gathered.form_rows:
        for domain, wanted in targets[form_row.form.id].items():
            rows = found.setdefault(domain, [])
            if not wanted.tests:
                rows.extend(_form_row_as_record(domain, wanted, form_row))
                continue
            for row in _tests(domain, wanted, form_row):
                rows.append(row)
                _remember_last_before_treatment(last, domain, form_row, row)
    for (domain, *_), (_, row) in last.items():
        row.values[f"{domain}LOBXFL"] = "Y"
    return found


def _tests(domain: str, wanted: Targets, form_row: FormRow) -> Iterator[DomainRow]:
    """One record for each test that has an answer, even if the answer says why it is missing."""
    shared, behind = _columns(wanted, form_row)
    place = _place_in_time(domain, form_row)
    for item in wanted.tests:
        value = form_row.values.get(item.id)
        if value is None:
            continue
        values = {**test_of_item(domain, item), **result_of_answer(domain, item, value), **shared, **place}
        limit = form_row.values.get(item.upper_limit) if item.upper_limit else None
        if limit is not None and limit.exact is not None:
            values |= {f"{domain}ORNRHI": as_entered(limit), f"{domain}STNRHI": float(limit.exact)}
        sources = form_row.sources(value, *behind, *((limit,) if limit is not None else ()))
        yield DomainRow(form_row.subject, (value.first_seq, value.position), values, sources)


def test_of_item(domain: str, item: Item) -> Row:
    """What is tested."""
    target = item.sdtm
    assert target is not None  # noqa: S101 - only items with a target are tests
    return {
        f"{domain}TESTCD": target.testcd,
        f"{domain}TEST": target.test,
        f"{domain}CAT": target.category,
        f"{domain}SPEC": target.specimen,
        f"{domain}METHOD": target.method,
        f"{domain}LOINC": target.loinc,
    }


def result_of_answer(domain: str, item: Item, value: CapturedValue) -> Row:
    """As entered, and in the study's unit; or NOT DONE with the reason."""
    if value.value is None:
        return {f"{domain}STAT": "NOT DONE", f"{domain}REASND": value.missing}
    return {
        f"{domain}ORRES": as_entered(value),
        f"{domain}ORRESU": value.unit or item.unit,
        f"{domain}STRESC": as_standard(item, value),
        f"{domain}STRESN": None if value.exact is None else float(value.exact),
        f"{domain}STRESU": item.unit,
    }


def _place_in_time(domain: str, form_row: FormRow) -> Row:
    """Visit, time point, collection date and study day."""
    visit, held, point = form_row.visit, form_row.held, form_row.point
    return {
        f"{domain}SPID": form_row.row,
        "VISITNUM": float(visit_number(visit, held.occurrence)),
        "VISIT": visit_name(visit, held.occurrence),
        "VISITDY": planned_study_day(visit.day),
        f"{domain}DTC": form_row.taken.local,
        f"{domain}DY": form_row.subject.study_day(form_row.taken),
        f"{domain}TPT": point.name if point else None,
        f"{domain}TPTNUM": form_row.point_order + 1 if point else None,
    }


def _columns(wanted: Targets, form_row: FormRow) -> tuple[Row, list[CapturedValue]]:
    """The columns that items of the row give to all its records, and the values behind them."""
    row: Row = {}
    behind = []
    for item in wanted.variables:
        value = form_row.values.get(item.id)
        if value is not None:
            row[variable_of_item(item)] = as_column(item, value)
            behind.append(value)
    return row, behind


def _remember_last_before_treatment(
    last: dict[tuple[str, ...], tuple[tuple[object, ...], DomainRow]],
    domain: str,
    form_row: FormRow,
    row: DomainRow,
) -> None:
    if not form_row.before or row.values.get(f"{domain}STRESC") is None:
        return
    test = tuple(row.values[f"{domain}{part}"] or "" for part in ("TESTCD", "CAT", "SPEC", "METHOD"))
    key = (domain, form_row.subject.usubjid, *test)
    when = (form_row.taken.first, form_row.point_order, form_row.visit.number, row.order)
    if key not in last or last[key][0] < when:
        last[key] = (when, row)


def _form_row_as_record(domain: str, wanted: Targets, form_row: FormRow) -> Iterator[DomainRow]:
    """One record for a form row, with a column for each item; study days for its start and end."""
    columns, behind = _columns(wanted, form_row)
    if not behind:
        return
    place = _place_in_time(domain, form_row)
    days = {
        f"{domain}{part}DY": form_row.subject.study_day(read_moment(text))
        for part in ("ST", "EN")
        if (text := _recorded_date(f"{domain}{part}DTC", wanted, form_row)) is not None
    }
    kept = ("VISITNUM", "VISIT", "VISITDY", f"{domain}SPID", f"{domain}DTC", f"{domain}DY")
    values = {**{name: place[name] for name in kept}, **columns, **days}
    order = min((value.first_seq, value.position) for value in behind)
    yield DomainRow(form_row.subject, order, values, form_row.sources(*behind))


def _recorded_date(variable: str, wanted: Targets, form_row: FormRow) -> str | None:
    for item in wanted.variables:
        value = form_row.values.get(item.id)
        if variable_of_item(item) == variable and value is not None and isinstance(value.value, str):
            return value.value
    return None


def columns_by_visit(domain: str, gathered: Gathered) -> Mapping[tuple[str, str, int], tuple[Row, list[int]]]:
    """What items give to a domain of one row a visit (SV): columns and entries, by visit of a person."""
    targets = {form.id: targets_of_form(form).get(domain) for form in gathered.study.forms}
    found: dict[tuple[str, str, int], tuple[Row, list[int]]] = {}
    for form_row in gathered.form_rows:
        wanted = targets[form_row.form.id]
        if wanted is not None:
            columns, behind = _columns(wanted, form_row)
            row, sources = found.setdefault(form_row.key, ({}, []))
            row.update(columns)
            sources.extend(value.seq for value in behind)
    return found
