"""A person's laboratory values with their grades: each with the rule that gave it, or why there is none.

No database, no clock. The value before treatment is the baseline; before treatment a value is its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from trialwright.clinical.grading import Circumstances
from trialwright.clinical.toxicity_grades import Baseline, Grade, NotGraded, gradable, grade
from trialwright.conduct.answers import read_number
from trialwright.conduct.states import Cell, SubjectState, VisitState, row_key, visit_key
from trialwright.protocol.forms import Form, Item
from trialwright.protocol.study import Study
from trialwright.web.telling import visit_name

FASTING = "LBFAST"


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of one analyte: where it was measured, with its limit and what was said of fasting."""

    visit: str
    date: str
    item: Item
    number: Decimal | None
    shown: str
    unit: str
    upper_limit: Decimal | None
    fasting: bool | None


@dataclass(frozen=True, slots=True)
class GradedValue:
    """One value with its grade, None where it cannot be graded; ``why`` is the rule or the reason."""

    visit: str
    date: str
    shown: str
    grade: int | None
    before: int | None
    why: str

    @property
    def worsened(self) -> bool:
        """Whether the grade is above the baseline's."""
        return self.grade is not None and self.before is not None and self.grade > self.before


@dataclass(frozen=True, slots=True)
class AnalyteLines:
    """One analyte over time."""

    label: str
    values: tuple[GradedValue, ...]

    @property
    def worst(self) -> int | None:
        """The highest grade, None where nothing could be graded."""
        return max((each.grade for each in self.values if each.grade is not None), default=None)


def laboratory_of(study: Study, person: SubjectState) -> tuple[AnalyteLines, ...]:
    """Every gradable analyte with an answer, in the order of the forms; values in the order of the visits."""
    known = {name for name, _ in gradable(study.safety.criteria_version)}
    found: dict[str, list[Sample]] = {}
    for sample in _samples(study, person):
        if _analyte(sample.item) in known:
            found.setdefault(sample.item.id, []).append(sample)
    return tuple(AnalyteLines(each[0].item.label, _graded(study, person, each)) for each in found.values())


def _analyte(item: Item) -> str:
    return item.analyte or item.id


def _samples(study: Study, person: SubjectState) -> Iterator[Sample]:
    for form in study.forms:
        for visit in study.visits:
            for occurrence in range(1, 100):
                held = person.visits.get(visit_key(visit.id, occurrence))
                if held is None:
                    break
                cells = person.rows.get(row_key(visit.id, occurrence, form.id, "1"), {})
                yield from _of_row(form, (visit_name(study, visit.id, occurrence), held), cells)


def _of_row(form: Form, where: tuple[str, VisitState], cells: Mapping[str, Cell]) -> Iterator[Sample]:
    fasting = next((item.id for item in form.items if item.sdtm and item.sdtm.variable == FASTING), "")
    fasted = cells[fasting].value if fasting in cells else None
    for item in form.items:
        cell = cells.get(item.id)
        if cell is None or cell.missing or item.unit is None or not isinstance(cell.value, str):
            continue
        reading = read_number(cell.value)
        limit = cells.get(item.upper_limit or "")
        upper = read_number(limit.value) if limit is not None and isinstance(limit.value, str) else None
        yield Sample(
            visit=where[0],
            date=where[1].date or "",
            item=item,
            number=reading.number if reading is not None and not reading.bound else None,
            shown=f"{cell.value} {cell.unit or item.unit}",
            unit=cell.unit or item.unit,
            upper_limit=upper.number if upper is not None and not upper.bound else None,
            fasting=fasted if isinstance(fasted, bool) else None,
        )


def _graded(study: Study, person: SubjectState, samples: list[Sample]) -> tuple[GradedValue, ...]:
    start = (person.treated_at or "9999")[:10]
    before = [each for each in samples if each.number is not None and each.date < start]
    baseline = before[-1] if before else None
    found = []
    first: int | None = None
    for sample in samples:
        value = _grade(study.safety.criteria_version, sample, sample if sample.date < start else baseline)
        first = value.grade if sample is baseline else first
        shift = first if baseline is not None and sample.date >= start else None
        found.append(GradedValue(sample.visit, sample.date, sample.shown, value.grade, shift, value.why))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Verdict:
    grade: int | None
    why: str


def _grade(version: str, sample: Sample, baseline: Sample | None) -> _Verdict:
    """The higher of the grades of both directions; without a grade in one of them, its reason."""
    if sample.number is None:
        return _Verdict(None, f"{sample.shown} is no number that can be compared")
    before = None
    if baseline is not None and baseline.number is not None:
        before = Baseline(baseline.number, baseline.unit, baseline.upper_limit)
    directions = [way for name, way in gradable(version) if name == _analyte(sample.item)]
    answers = [
        grade(
            _analyte(sample.item),
            way,
            sample.number,
            sample.unit,
            version=version,
            upper_limit=sample.upper_limit,
            baseline=before,
            circumstances=Circumstances(fasting=sample.fasting),
        )
        for way in directions
    ]
    graded = [answer for answer in answers if isinstance(answer, Grade)]
    worst = max(graded, key=lambda answer: answer.value, default=None)
    if worst is not None and (worst.value > 0 or len(graded) == len(answers)):
        return _Verdict(worst.value, worst.rule)
    return _Verdict(None, "; ".join(answer.reason for answer in answers if isinstance(answer, NotGraded)))
