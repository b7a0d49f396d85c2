"""The words a reader knows a group, parameter, visit or category by, taken from the protocol."""

from __future__ import annotations

from trialwright.protocol.study import Study


class StudyNames:
    """Codes of the results to the protocol's words; a code the protocol does not know is printed as it is."""

    def __init__(self, study: Study) -> None:
        self._names = {
            "group": {arm.id: arm.name for arm in study.design.arms},
            "parameter": {parameter.paramcd: parameter.param for parameter in study.parameters},
            "visit": {visit.id: visit.name for visit in study.visits},
            "category": {criterion.id: criterion.sense for criterion in study.criteria},
            "population": {population.id: population.name for population in study.populations},
        }

    def __call__(self, dimension: str, value: str) -> str:
        found = self._names.get(dimension, {}).get(value, value)
        return found[:1].upper() + found[1:] if dimension == "category" else found
