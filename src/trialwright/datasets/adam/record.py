"""One analysis value on its way into ADLB, ADVS, ADEG or ADRS."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from trialwright.clinical.reference_ranges import Place
from trialwright.datasets.form_rows import FormRow
from trialwright.datasets.subjects import Subject
from trialwright.protocol.design import Visit
from trialwright.protocol.plan import Parameter


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a value lies: its limits, low, normal or high, the investigator's word, its toxicity grades.

    ``graded`` is in how many directions the criteria know the analyte; a grade that is open is None.
    """

    low: Fraction | None
    high: Fraction | None
    place: Place | None
    significant: bool | None
    low_grade: int | None = None
    high_grade: int | None = None
    graded: int = 0

    @property
    def grade(self) -> int | None:
        """The higher grade of both directions; None where one of them is open and the other 0."""
        known = [each for each in (self.low_grade, self.high_grade) if each is not None]
        worst = max(known, default=None)
        return worst if worst or len(known) == self.graded else None


@dataclass(slots=True)
class Record:
    """One value of one parameter. Numbers are exact until they reach the frame.

    ``order`` is the entry that gave the value first and the parameter's place: it numbers the records.
    ``visit`` is the analysis visit that the record falls into; ``form_row`` None marks a derived average.
    """

    subject: Subject
    parameter: Parameter
    form_row: FormRow | None
    value: Fraction | None
    text: str | None
    sources: list[int]
    order: tuple[int, int]
    upper_limit: Fraction | None = None
    visit: Visit | None = None
    distance: int | None = None
    first_of_visit: bool = False
    first_of_point: bool = False
    is_baseline: bool = False
    baseline: Fraction | None = None
    baseline_type: str | None = None
    baseline_sources: list[int] = field(default_factory=list)
    reference: Reference | None = None
    baseline_reference: Reference | None = None

    @property
    def known(self) -> bool:
        """Whether there is an answer at all: a number or, for a code, its text."""
        return self.value is not None or (self.text is not None and self.text[:1] not in "<>")

    @property
    def before(self) -> bool:
        """Whether it was taken before treatment."""
        return self.form_row is not None and self.form_row.before is True

    @property
    def when(self) -> tuple[object, ...]:
        """What orders the values of one person in time."""
        row = self.form_row
        if row is None:
            return ()
        return (row.taken.first, row.point_order, row.visit.number, self.order)

    @property
    def change(self) -> Fraction | None:
        """The change from baseline of a value that does not come before treatment."""
        if self.value is None or self.baseline is None or self.form_row is None or self.before:
            return None
        return self.value - self.baseline


@dataclass(frozen=True, slots=True)
class NotDerived:
    """Why a parameter has no number at a visit of a subject; ``sources`` are the entries that say so.

    ``sampled`` is False where nothing was entered at all.
    """

    subject: str
    visit: str
    parameter: str
    reason: str
    sources: tuple[int, ...]
    sampled: bool = True
