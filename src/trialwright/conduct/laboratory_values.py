"""Laboratory values as they are judged: range, place, grade in both directions, and the sentence behind each.

The range that held on the sample's day counts: the limit entered with the value first, then the laboratory's
for sex, age and day, else none, and the sentence says so. Before treatment a value is its own baseline; after
it the last one before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from trialwright.clinical.grading import Circumstances
from trialwright.clinical.grading_words import shown
from trialwright.clinical.reference_ranges import Place, band_for, place_of
from trialwright.clinical.toxicity_grades import Baseline, Grade, NotGraded, gradable, grade
from trialwright.clinical.units import Analyte, UnitError, convert
from trialwright.conduct.laboratory_ranges import history, laboratory_for, valid_on
from trialwright.conduct.laboratory_samples import Sample, Who, laboratory_items, samples_of, who
from trialwright.conduct.quantities import analyte_of
from trialwright.conduct.safety_states import Word
from trialwright.conduct.states import RangesState, SubjectState, row_key
from trialwright.protocol.study import Study


@dataclass(frozen=True, slots=True)
class RangeHeld:
    """The limits of one value in its own unit, and where each comes from."""

    low: Fraction | None
    high: Fraction | None
    told: str


@dataclass(frozen=True, slots=True)
class GradeGiven:
    """The grade in one direction, None where there is none; ``why`` is the rule or the reason."""

    direction: str
    term: str
    value: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One value with everything that is said of it.

    ``converted`` is the value in the study's unit, with the factor, "" where it was entered in it.
    """

    sample: Sample
    converted: str
    range: RangeHeld
    place: Place | None
    placed: str
    grades: tuple[GradeGiven, ...]
    word: Word | None

    @property
    def grade(self) -> int | None:
        """The higher grade of both directions; None where one of them is open and the other 0."""
        known = [each.value for each in self.grades if each.value is not None]
        worst = max(known, default=None)
        return worst if worst or len(known) == len(self.grades) else None

    @property
    def why(self) -> str:
        """The rule that gave the grade, or the reasons why there is none."""
        if self.grade is None:
            return "; ".join(each.why for each in self.grades if each.value is None)
        return next((each.why for each in self.grades if each.value == self.grade), "")

    @property
    def asks_for_word(self) -> bool:
        """Whether the investigator is asked: outside the range, or graded."""
        return self.place in ("low", "high") or bool(self.grade)

    @property
    def counts(self) -> bool:
        """Whether the word that was said is about the value as it stands and is judged now."""
        word = self.word
        return word is not None and (word.answer, word.place, word.grade) == (
            self.sample.cell.changed,
            self.place,
            self.grade,
        )

    @property
    def waits(self) -> bool:
        """Whether the value waits for a word of the investigator."""
        return self.asks_for_word and not self.counts


def judged_values(
    study: Study,
    recorded: RangesState,
    person: SubjectState,
    wanted: Callable[[Sample], bool] | None = None,
) -> tuple[Judged, ...]:
    """Every laboratory value of a person, judged, in the order of the days; or only the wanted ones."""
    items = laboratory_items(study, recorded)
    samples = samples_of(study, person, items)
    known = who(study, person)
    ranged = [(each, _range(study, recorded, known, each)) for each in samples]
    baselines: dict[str, tuple[Sample, RangeHeld]] = {}
    for sample, held in ranged:
        if sample.before is not False and sample.number is not None and not sample.bound:
            baselines[sample.item.id] = (sample, held)
    return tuple(
        _judged(study, person, sample, held, baselines)
        for sample, held in ranged
        if wanted is None or wanted(sample)
    )


def baseline_values(values: Iterable[Judged]) -> Mapping[str, Judged]:
    """The last value before treatment of each item; of somebody who was not treated, the last one."""
    found: dict[str, Judged] = {}
    for each in values:
        if each.sample.before is not False and each.sample.number is not None and not each.sample.bound:
            found[each.sample.item.id] = each
    return found


def _judged(
    study: Study,
    person: SubjectState,
    sample: Sample,
    held: RangeHeld,
    baselines: Mapping[str, tuple[Sample, RangeHeld]],
) -> Judged:
    place, placed = _place(sample, held)
    own = (sample, held) if sample.before is not False else baselines.get(sample.item.id)
    key = row_key(sample.visit, sample.occurrence, sample.form, sample.row)
    return Judged(
        sample=sample,
        converted=_converted(sample, analyte_of(study, sample.item)),
        range=held,
        place=place,
        placed=placed,
        grades=tuple(_grades(study.safety.criteria_version, sample, held, own)),
        word=person.words.get(key, {}).get(sample.item.id),
    )


def _range(study: Study, recorded: RangesState, known: Who, sample: Sample) -> RangeHeld:
    low, high, told = _laboratory(study, recorded, known, sample)
    if sample.limit is None:
        return RangeHeld(low, high, told)
    number, unit = sample.limit
    try:
        entered = _convert(Fraction(number), unit, sample.unit, analyte_of(study, sample.item))
    except UnitError:
        return RangeHeld(low, high, f"the limit entered in {unit} does not convert to {sample.unit}; {told}")
    given = f"upper limit {_in_words(entered, sample.unit)}, entered with the value"
    return RangeHeld(low, entered, given if low is None else f"{given}; low limit of {told}")


def _laboratory(
    study: Study, recorded: RangesState, known: Who, sample: Sample
) -> tuple[Fraction | None, Fraction | None, str]:
    laboratory = laboratory_for(study, recorded, known.site, sample.item.id)
    if laboratory is None:
        return None, None, "no range: none was entered with the value, and no laboratory gives one"
    held = valid_on(history(study, recorded, laboratory, sample.item.id), sample.date)
    if held is None:
        return None, None, f"no range: none of {laboratory.name} held on {sample.date}"
    band = band_for(held.bands, known.sex, known.ages_at(sample.date))
    if isinstance(band, str):
        return None, None, f"no range of {laboratory.name}: {band}"
    analyte = analyte_of(study, sample.item)
    limits = [None if each is None else Fraction(each) for each in (band.low, band.high)]
    try:
        low, high = (
            None if each is None else _convert(each, held.unit, sample.unit, analyte) for each in limits
        )
    except UnitError as error:
        return None, None, f"no range of {laboratory.name} in {sample.unit}: {error}"
    own = _span(limits[0], limits[1], held.unit)
    told = f"{_span(low, high, sample.unit)} = {own}" if held.unit != sample.unit else own
    since = f", from {held.valid_from} on" if held.valid_from else ""
    entry = f" (entry {held.entry})" if held.entry is not None else ""
    return low, high, f"{laboratory.name}, {band.whom}{since}: {told}{entry}"


def _convert(value: Fraction, unit: str, into: str, analyte: Analyte | None) -> Fraction:
    return value if unit == into else convert(value, unit, into, analyte)


def _span(low: Fraction | None, high: Fraction | None, unit: str) -> str:
    if low is not None and high is not None:
        return f"{shown(low)} to {_in_words(high, unit)}"
    if low is not None:
        return f"from {_in_words(low, unit)}"
    return f"up to {_in_words(high or Fraction(0), unit)}"


def _in_words(value: Fraction, unit: str) -> str:
    return shown(value) if unit == "1" else f"{shown(value)} {unit}"


def _place(sample: Sample, held: RangeHeld) -> tuple[Place | None, str]:
    """Where the value lies, and the comparison that says so; a bound counts where it decides."""
    if sample.number is None:
        return None, f"{sample.shown} is no number that can be compared"
    value = Fraction(sample.number)
    if held.low is None and held.high is None:
        return None, held.told
    place = _of_bound(sample.bound, value, held) if sample.bound else place_of(value, held.low, held.high)
    if place is None:
        return None, f"{sample.shown} does not say whether it is in the range ({held.told})"
    limit, relation = (held.low, "below") if place == "low" else (held.high, "above")
    if place == "normal" or limit is None:
        return "normal", f"{sample.shown} is within {_span(held.low, held.high, sample.unit)} ({held.told})"
    return place, f"{sample.shown} is {relation} {_in_words(limit, sample.unit)} ({held.told})"


def _of_bound(bound: str, value: Fraction, held: RangeHeld) -> Place | None:
    strict = len(bound) == 1
    if bound.startswith(">") and held.high is not None:
        return "high" if value > held.high or (strict and value == held.high) else None
    if bound.startswith("<") and held.low is not None:
        return "low" if value < held.low or (strict and value == held.low) else None
    return None


def _converted(sample: Sample, analyte: Analyte | None) -> str:
    """The value in the study's unit and the factor, where it was entered in another."""
    own = sample.item.unit
    if sample.number is None or own is None or own == sample.unit:
        return ""
    try:
        value = convert(Fraction(sample.number), sample.unit, own, analyte)
        factor = convert(Fraction(1), sample.unit, own, analyte)
    except UnitError as error:
        return str(error)
    return f"{sample.shown} x {_factor(factor)} = {sample.bound}{shown(value)} {own}"


def _factor(value: Fraction) -> str:
    """A factor to five digits: with fewer, the product shown would not be the product."""
    with localcontext() as context:
        context.prec = 5
        return format((Decimal(value.numerator) / Decimal(value.denominator)).normalize(), "f")


def _grades(
    version: str, sample: Sample, held: RangeHeld, own: tuple[Sample, RangeHeld] | None
) -> Iterator[GradeGiven]:
    """The grade in each direction that the criteria know."""
    for direction in (way for name, way in gradable(version) if name == sample.analyte):
        if sample.number is None or sample.bound:
            reason = f"{sample.shown} is no number that can be compared"
            yield GradeGiven(direction, "", None, reason)
            continue
        found = grade(
            sample.analyte,
            direction,
            sample.number,
            sample.unit,
            version=version,
            upper_limit=held.high,
            lower_limit=held.low,
            baseline=_baseline(own),
            circumstances=Circumstances(fasting=sample.fasting),
        )
        if isinstance(found, NotGraded):
            yield GradeGiven(direction, "", None, found.reason)
        elif isinstance(found, Grade):
            yield GradeGiven(direction, found.term, found.value, found.rule)


def _baseline(own: tuple[Sample, RangeHeld] | None) -> Baseline | None:
    if own is None or own[0].number is None or own[0].bound:
        return None
    sample, held = own
    return Baseline(own[0].number, sample.unit, held.high, held.low)
