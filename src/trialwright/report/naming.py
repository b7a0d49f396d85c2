"""The words a reader knows a group, parameter, visit or category by, taken from the protocol."""

from __future__ import annotations

from trialwright.analysis.disposition import ANOTHER_CAUSE
from trialwright.protocol.study import Study
from trialwright.report.formatting import capital

_PART_OF = ": "


class StudyNames:
    """Codes of the results to the protocol's words; a code the protocol does not know is printed as it is.

    A category ``whole: part`` is printed as its part, below the whole; a criterion below what it failed.
    """

    def __init__(self, study: Study) -> None:
        self._criteria = {criterion.id: criterion.sense for criterion in study.criteria}
        self._names = {
            "group": {arm.id: arm.name for arm in study.design.arms},
            "parameter": {parameter.paramcd: parameter.param for parameter in study.parameters},
            "visit": {visit.id: visit.name for visit in study.visits},
        }

    def __call__(self, dimension: str, value: str) -> str:
        """The words for one value of a dimension."""
        if dimension != "category":
            return self._names.get(dimension, {}).get(value, value)
        if value in self._criteria:
            return f"{value}: {self._criteria[value]}"
        return capital(value.rpartition(_PART_OF)[2])

    def depth(self, dimension: str, value: str) -> int:
        """1 for a reason of failed screening and for the part of a whole, otherwise 0."""
        part = value in self._criteria or _PART_OF in value or value == ANOTHER_CAUSE
        return int(dimension == "category" and part)

    def criterion(self, category: str) -> str:
        """The sense of a criterion; empty for any other category."""
        return self._criteria.get(category, "")
