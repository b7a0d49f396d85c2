"""A person's laboratory values for their page: range, grade and word of each, with the sentence behind it.

No database, no clock. Judged in the conduct room; here they are put in order and named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from trialwright.clinical.grading_words import shown
from trialwright.conduct.derived_values import sampled_values
from trialwright.conduct.laboratory_values import Judged, baseline_values
from trialwright.conduct.safety_states import Word
from trialwright.conduct.states import SubjectState, cell_key
from trialwright.protocol.study import Study
from trialwright.web.telling import visit_name


@dataclass(frozen=True, slots=True)
class GradedValue:
    """One value with its place and grade, None where there is none; each with its sentence.

    ``before`` is the grade of the baseline. ``key`` names the value for a form: visit, occurrence, form, row
    and item; ``seen`` the entry of the answer; ``report`` what a new event is filled with; ``events`` those
    to which the value is linked.
    """

    visit: str
    date: str
    shown: str
    converted: str
    place: str | None
    placed: str
    grade: int | None
    before: int | None
    why: str
    word: Word | None
    counts: bool
    waits: bool
    key: str
    seen: int
    report: str
    events: tuple[str, ...]

    @property
    def worsened(self) -> bool:
        """Whether the grade is above the baseline's."""
        return self.grade is not None and self.before is not None and self.grade > self.before


@dataclass(frozen=True, slots=True)
class AnalyteLines:
    """One analyte over time."""

    item: str
    label: str
    values: tuple[GradedValue, ...]

    @property
    def outside(self) -> int:
        """How many values lie outside their range."""
        return sum(each.place in ("low", "high") for each in self.values)

    @property
    def speaks(self) -> bool:
        """Whether there is something to look at."""
        return bool(self.worst or self.outside)

    @property
    def worst(self) -> int | None:
        """The highest grade, None where nothing could be graded."""
        return max((each.grade for each in self.values if each.grade is not None), default=None)


@dataclass(frozen=True, slots=True)
class Shift:
    """From the baseline's grade to the worst one after treatment, in one direction; None is not graded.

    ``at`` is the visit of the worst one; ``after`` is whether there is any value after treatment.
    """

    item: str
    direction: str
    label: str
    term: str
    baseline: int | None
    worst: int | None
    at: str
    after: bool

    @property
    def worsened(self) -> bool:
        """Whether the worst grade is above the baseline's."""
        return self.baseline is not None and self.worst is not None and self.worst > self.baseline


@dataclass(frozen=True, slots=True)
class DerivedLine:
    """One index of one sampling: its value, or why there is none."""

    label: str
    visit: str
    date: str
    value: str
    reason: str


def lines_of(
    study: Study, values: Iterable[Judged], links: Mapping[str, Sequence[str]]
) -> tuple[AnalyteLines, ...]:
    """Every judged analyte, in the order of the forms; values in the order of the days.

    ``links`` maps an event to the keys of its values.
    """
    values = tuple(values)
    events: dict[str, list[str]] = {}
    for event, keys in links.items():
        for key in keys:
            events.setdefault(key, []).append(event)
    baselines = baseline_values(values)
    found: dict[str, list[Judged]] = {}
    for each in values:
        found.setdefault(each.sample.item.id, []).append(each)
    return tuple(
        AnalyteLines(name, item.label, tuple(_line(study, each, baselines, events) for each in found[name]))
        for name, item in study.items.items()
        if name in found
    )


def _line(
    study: Study, judged: Judged, baselines: Mapping[str, Judged], events: Mapping[str, Sequence[str]]
) -> GradedValue:
    sample = judged.sample
    baseline = baselines.get(sample.item.id) if sample.before is False else None
    visit = visit_name(study, sample.visit, sample.occurrence)
    return GradedValue(
        visit=visit,
        date=sample.date,
        shown=sample.shown,
        converted=judged.converted,
        place=judged.place,
        placed=judged.placed,
        grade=judged.grade,
        before=baseline.grade if baseline is not None else None,
        why=judged.why,
        word=judged.word,
        counts=judged.counts,
        waits=judged.waits,
        key=key_of(judged),
        seen=sample.cell.changed,
        report=_report(judged),
        events=tuple(events.get(key_of(judged), ())),
    )


def key_of(judged: Judged) -> str:
    """The value's name in a form: visit, occurrence, form, row, item."""
    sample = judged.sample
    return cell_key(sample.visit, sample.occurrence, sample.form, sample.row, sample.item.id)


def _report(judged: Judged) -> str:
    """What a new adverse event is filled with: a term, the day, the grade, and the value that it is about."""
    sample = judged.sample
    directions = {"high": "raised", "low": "lowered"}
    graded = next((each.direction for each in judged.grades if each.value), "")
    term = f"{sample.item.label} {directions.get(judged.place or graded, 'abnormal')}"
    known = {"term": term, "start": sample.date, "laboratory": key_of(judged)}
    return urlencode(known | ({"grade": str(judged.grade)} if judged.grade else {}))


def shifts_of(study: Study, values: Iterable[Judged]) -> tuple[Shift, ...]:
    """The shift of each graded analyte and direction of one person, in the order of the forms."""
    found: dict[tuple[str, str], Shift] = {}
    order = {name: place for place, name in enumerate(study.items)}
    for each in values:
        for given in each.grades:
            key = (each.sample.item.id, given.direction)
            first = Shift(*key, each.sample.item.label, "", None, None, "", after=False)
            found[key] = _shifted(study, found.get(key, first), each, given.value, given.term)
    return tuple(found[key] for key in sorted(found, key=lambda key: (order[key[0]], key[1])))


def _shifted(study: Study, known: Shift, judged: Judged, grade: int | None, term: str) -> Shift:
    sample, worst, at = judged.sample, known.worst, known.at
    if sample.before is False:
        if grade is not None and (worst is None or grade > worst):
            worst, at = grade, visit_name(study, sample.visit, sample.occurrence)
        baseline, after = known.baseline, True
    else:
        baseline, after = (grade if sample.number is not None else known.baseline), known.after
    term = known.term or term
    return Shift(known.item, known.direction, known.label, term, baseline, worst, at, after)


def derived_of(study: Study, person: SubjectState) -> tuple[DerivedLine, ...]:
    """Indices such as that of insulin resistance, sampling by sampling."""
    return tuple(
        DerivedLine(
            each.derivation.label,
            visit_name(study, each.visit, each.occurrence),
            each.date,
            "" if each.value is None else shown(each.value),
            each.reason,
        )
        for each in sampled_values(study, person)
    )
