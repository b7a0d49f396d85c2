"""The person of a safety case: as far as a report may say who it is, what they had and what they take.

Items are found by what SDTM calls them, so that any study's forms serve; no database, no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from trialwright.conduct.answers import read_number
from trialwright.conduct.states import Cell, SubjectState
from trialwright.exchange.safety_case import Coded, Dosage, Drug, Patient
from trialwright.exchange.safety_values import Moment, Null, Quantity
from trialwright.protocol.forms import Item, SdtmTarget
from trialwright.protocol.study import Study
from trialwright.web.safety.case_words import plain

_FATAL = "fatal"


def patient_of(study: Study, person: SubjectState, event: Mapping[str, Any]) -> Patient:
    """Initials and date of birth are withheld where they are known; what nobody asked is said to be so.

    D.4 takes whole centimetres. No form asks for an autopsy.
    """
    sex, born = _text(study, person, _variable("DM", "SEX")), _text(study, person, _variable("DM", "BRTHDTC"))
    height = _measured(study, person, "HEIGHT", "cm")
    fatal = event["outcome"] == _FATAL or event["grade"] == 5 or "death" in event["seriousness"]
    return Patient(
        initials=Null.MSK,
        investigation_number=person.subject,
        born=Null.MSK if born else _not_known(study, "BRTHDTC"),
        age=_age(born, str(event["start"] or "")),
        weight_kg=_measured(study, person, "WEIGHT", "kg"),
        height_cm=height.quantize(Decimal(1), ROUND_HALF_UP) if height is not None else None,
        sex=sex if sex in {"male", "female"} else (Null.UNK if sex else _not_known(study, "SEX")),
        history=_history(study, person),
        concomitant_therapies=bool(concomitant_drugs(study, person)) or None,
        died=Moment(str(event["end"])) if fatal and event["end"] else None,
        autopsy=Null.NASK if fatal else None,
    )


def concomitant_drugs(study: Study, person: SubjectState) -> tuple[Drug, ...]:
    """Every other drug of the forms, with its days as far as they are known."""
    found = []
    for cells, named in _rows_of_domain(study, person, "CM"):
        name = _of(cells, named, "CMTRT")
        if not isinstance(name, str) or not name.strip():
            continue
        first, last, why = (_of(cells, named, variable) for variable in ("CMSTDTC", "CMENDTC", "CMINDC"))
        dosage = Dosage(
            start=Moment(first) if isinstance(first, str) else None,
            end=Moment(last) if isinstance(last, str) else None,
        )
        found.append(
            Drug(
                role="concomitant",
                name=plain(name),
                dosages=(dosage,) if dosage != Dosage() else (),
                indications=(Coded(text=plain(why)),) if isinstance(why, str) else (),
            )
        )
    return tuple(found)


def _history(study: Study, person: SubjectState) -> str | Null:
    """What the forms of history and the domain MH hold: what is present, then what was asked and is not."""
    present, absent = [], []
    for item, cell in _history_cells(study, person):
        if cell.value is True:
            present.append(item.label)
        elif cell.value is False:
            absent.append(item.label)
        elif cell.value is not None:
            present.append(f"{item.label}: {_answer(item, cell)}")
    told = [". ".join(present)] if present else []
    if absent:
        told.append("Asked and not present: " + "; ".join(absent))
    return plain(". ".join(told)) + "." if told else Null.NASK


def _history_cells(study: Study, person: SubjectState) -> Iterator[tuple[Item, Cell]]:
    for key, cells in person.rows.items():
        form = study.form(key.split("|")[2])
        for item in form.items if form is not None else ():
            is_history = item.sdtm is not None and item.sdtm.domain == "MH"
            asked = form is not None and form.id in study.safety.history_forms
            if (is_history or asked) and item.id in cells:
                yield item, cells[item.id]


def _answer(item: Item, cell: Cell) -> str:
    labels = {code.code: code.label for code in item.codes}
    return f"{labels.get(str(cell.value), cell.value)} {cell.unit or ''}".strip()


def _rows_of_domain(
    study: Study, person: SubjectState, domain: str
) -> Iterator[tuple[Mapping[str, Cell], Mapping[str, str]]]:
    """The rows of the forms that go to a domain, each with its items by their SDTM variable."""
    for key, cells in person.rows.items():
        form = study.form(key.split("|")[2])
        named = {
            item.sdtm.variable: item.id
            for item in (form.items if form is not None else ())
            if item.sdtm is not None and item.sdtm.domain == domain and item.sdtm.variable is not None
        }
        if named:
            yield cells, named


def _of(cells: Mapping[str, Cell], named: Mapping[str, str], variable: str) -> str | bool | None:
    cell = cells.get(named.get(variable, ""))
    return None if cell is None else cell.value


def _variable(domain: str, variable: str) -> Callable[[SdtmTarget], bool]:
    return lambda target: (target.domain, target.variable) == (domain, variable)


def _text(study: Study, person: SubjectState, wanted: Callable[[SdtmTarget], bool]) -> str | None:
    cell = _newest(study, person, wanted)
    return cell.value if cell is not None and isinstance(cell.value, str) else None


def _measured(study: Study, person: SubjectState, testcd: str, unit: str) -> Decimal | None:
    """The newest value of a vital sign, where it was given in the unit of E2B(R3)."""
    cell = _newest(study, person, lambda target: (target.domain, target.testcd) == ("VS", testcd))
    if cell is None or not isinstance(cell.value, str) or cell.unit != unit:
        return None
    reading = read_number(cell.value)
    return reading.number if reading is not None and not reading.bound else None


def _not_known(study: Study, variable: str) -> Null:
    """Asked by a form and not answered, or asked by none."""
    wanted = _variable("DM", variable)
    items = (item for form in study.forms for item in form.items)
    return Null.ASKU if any(item.sdtm is not None and wanted(item.sdtm) for item in items) else Null.NASK


def _newest(study: Study, person: SubjectState, wanted: Callable[[SdtmTarget], bool]) -> Cell | None:
    named = {
        (form.id, item.id)
        for form in study.forms
        for item in form.items
        if item.sdtm is not None and wanted(item.sdtm)
    }
    found = [
        cells[item]
        for key, cells in person.rows.items()
        for form, item in named
        if key.split("|")[2] == form and item in cells and cells[item].value is not None
    ]
    return max(found, key=lambda cell: cell.changed, default=None)


def _age(born: str | None, onset: str) -> Quantity | None:
    """Whole years at the onset, where both days are known."""
    if born is None or len(born) != 10 or len(onset) < 10:
        return None
    birth, on = date.fromisoformat(born), date.fromisoformat(onset[:10])
    return Quantity(Decimal(on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))), "a")
