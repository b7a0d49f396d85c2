"""Questions about the mappings of laboratory files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from trialwright.clinical.units import UnitError, converts, parse_unit
from trialwright.protocol.forms import Form, Item
from trialwright.protocol.imports import ImportAnalyte, ImportMapping
from trialwright.protocol.study import Study
from trialwright.protocol.suggesting import absent
from trialwright.protocol.vocabulary import insulin_factor, variable_of
from trialwright.protocol.yaml_reading import Location

Found = Iterator[tuple[str, str, Location]]

_MEASURED = frozenset({"number", "integer"})
_WORDED = frozenset({"boolean", "code"})


def names_that_lead_nowhere(study: Study) -> Found:
    """The visits, forms and items of a mapping are those of the study."""
    visits = {visit.id for visit in study.visits}
    forms = {form.id for form in study.forms} - {study.adverse_event_form}
    for number, mapping in enumerate(study.imports):
        at: Location = ("imports", number)
        yield from absent(mapping.visits.values(), "visit", visits, (*at, "visits"))
        for place, analyte in enumerate(mapping.analytes):
            here: Location = (*at, "analytes", place)
            yield from absent((analyte.form,), "form to import into", forms, (*here, "form"))
            form = study.form(analyte.form)
            items = {item.id for item in form.items} if form else {analyte.item}
            yield from absent((analyte.item,), f"item of form '{analyte.form}'", items, (*here, "item"))


def mappings_that_contradict_themselves(study: Study) -> Found:
    """A mapping says where a result goes, in one way only."""
    for number, mapping in enumerate(study.imports):
        at: Location = ("imports", number)
        yield from _columns(mapping, (*at, "columns"))
        yield from _codes(mapping, (*at, "analytes"))
        for spelling, unit in mapping.units.items():
            yield from _readable(unit, (*at, "units", spelling))
        for place, analyte in enumerate(mapping.analytes):
            yield from _analyte(study, mapping, analyte, (*at, "analytes", place))


def _columns(mapping: ImportMapping, at: Location) -> Found:
    columns = mapping.columns
    if columns.visit is None and columns.date is None:
        yield "TW-133", "neither a visit nor a date column says where a result belongs; name one", at
    named = [name for field in type(columns).model_fields if (name := getattr(columns, field))]
    for name, count in Counter(named).items():
        if count > 1:
            yield "TW-133", f"column '{name}' is given two meanings; name a column for each", at


def _codes(mapping: ImportMapping, at: Location) -> Found:
    seen: dict[str, set[str | None]] = {}
    for place, analyte in enumerate(mapping.analytes):
        samplings = seen.setdefault(analyte.code, set())
        if analyte.sampling in samplings:
            yield "TW-110", f"analyte '{analyte.code}' leads to two items; tell them apart", (*at, place)
        elif samplings and None in samplings | {analyte.sampling}:
            sentence = f"analyte '{analyte.code}' stands with and without a sampling"
            yield "TW-133", f"{sentence}; give one to each", (*at, place)
        if analyte.sampling is not None and mapping.columns.sampling is None:
            sentence = f"analyte '{analyte.code}' asks for a sampling that no column gives"
            yield "TW-133", f"{sentence}; name the column", (*at, place, "sampling")
        samplings.add(analyte.sampling)


def _analyte(study: Study, mapping: ImportMapping, analyte: ImportAnalyte, at: Location) -> Found:
    form = study.form(analyte.form)
    item = form.item(analyte.item) if form else None
    if form is None or item is None:
        return  # reported by the question above
    if item.type in _MEASURED:
        yield from _unit(study, mapping, analyte, item, at)
    elif item.type not in _WORDED:
        yield "TW-133", f"'{item.id}' is a {item.type}; laboratory files fill numbers, truths and codes", at
    yield from _results(analyte, item, at)
    yield from _row(study, analyte, form, at)


def _unit(study: Study, mapping: ImportMapping, analyte: ImportAnalyte, item: Item, at: Location) -> Found:
    if analyte.unit is None:
        if item.unit is not None and mapping.columns.unit is None:
            sentence = f"no column gives the unit of analyte '{analyte.code}'"
            yield "TW-133", f"{sentence}; name the column, or the analyte's unit", at
        return
    problems = list(_readable(analyte.unit, (*at, "unit")))
    yield from problems
    substance = variable_of(item, insulin_factor(study)).analyte
    if not problems and not converts(analyte.unit, item.unit or "1", substance):
        sentence = f"'{analyte.unit}' does not convert to {item.unit or 'a number without unit'}"
        yield "TW-133", f"{sentence}, the unit of '{item.id}'; correct it", (*at, "unit")


def _readable(unit: str, at: Location) -> Found:
    try:
        parse_unit(unit)
    except UnitError:
        yield "TW-114", f"'{unit}' is not a known unit; write it in UCUM", at


def _results(analyte: ImportAnalyte, item: Item, at: Location) -> Found:
    if item.type in _MEASURED:
        if analyte.results:
            yield "TW-133", f"'{item.id}' is a number; remove the results", (*at, "results")
        return
    if not analyte.results and item.type in _WORDED:
        yield "TW-133", f"'{item.id}' is a {item.type}; say what the laboratory's results mean", at
    codes = {code.code for code in item.codes}
    for said, answer in analyte.results.items():
        if answer not in codes and not (item.type == "boolean" and isinstance(answer, bool)):
            wanted = "true or false" if item.type == "boolean" else ", ".join(sorted(codes))
            sentence = f"the result '{said}' of '{item.id}' means '{answer}'"
            yield "TW-133", f"{sentence}; it must be {wanted}", (*at, "results", said)


def _row(study: Study, analyte: ImportAnalyte, form: Form, at: Location) -> Found:
    """A row that some visit gives the form."""
    listed = [entry for visit in study.visits for entry in visit.forms if entry.form == form.id]
    if form.repeating and any(not entry.timepoints for entry in listed):
        return
    rows = {point for entry in listed for point in entry.timepoints} or {"1"}
    if not form.repeating and any(not entry.timepoints for entry in listed):
        rows.add("1")
    yield from absent((analyte.row,), f"row of form '{form.id}'", rows, (*at, "row"))
