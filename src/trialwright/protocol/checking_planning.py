"""Questions about the assumptions with which a study was planned."""

from __future__ import annotations

from collections.abc import Iterator

from trialwright.protocol.study import Study
from trialwright.protocol.suggesting import absent
from trialwright.protocol.yaml_reading import Location

Found = Iterator[tuple[str, str, Location]]


def parameters_that_are_not_analysed(study: Study) -> Found:
    """An assumed change is one of a parameter of the study."""
    known = {parameter.paramcd for parameter in study.parameters}
    for number, change in enumerate(study.planning.changes if study.planning else ()):
        yield from absent(
            (change.parameter,), "parameter", known, ("planning", "changes", number, "parameter")
        )


def items_that_are_not_asked(study: Study) -> Found:
    """People are chosen by an item of the study."""
    for number, chosen in enumerate(study.planning.populations if study.planning else ()):
        at: Location = ("planning", "populations", number, "item")
        yield from absent((chosen.item,), "item", set(study.items), at)


def assumptions_that_cannot_be(study: Study) -> Found:
    """Sizes of two subjects or more, rates between 0 and 1, ratios above 0, lower limits below upper ones."""
    planning = study.planning
    if planning is None:
        return
    if any(size < 2 for size in planning.subjects):
        yield (
            "TW-141",
            "a study of fewer than two subjects has no properties; give larger numbers",
            ("planning",),
        )
    if any(not 0 < rate < 1 for rate in planning.event_rates):
        yield "TW-141", "a rate of events lies between 0 and 1, such as 0.05", ("planning", "event_rates")
    for number, change in enumerate(planning.changes):
        if change.scale == "log" and any(ratio <= 0 for ratio in change.changes):
            sentence = f"ratios of {change.parameter} lie above 0; 0.8 is a fall of a fifth"
            yield "TW-141", sentence, ("planning", "changes", number)
    for number, chosen in enumerate(planning.populations):
        if chosen.lower is not None and chosen.upper is not None and chosen.lower >= chosen.upper:
            sentence = f"the lower limit of '{chosen.item}' is not below the upper one"
            yield "TW-141", sentence, ("planning", "populations", number)
