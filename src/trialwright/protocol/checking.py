"""Whether the parts of a study fit together. Each finding names the file and line to mend.

One function is one question; each yields problems with the location of the part that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trialwright.errors import Problem
from trialwright.protocol import (
    checking_forms,
    checking_imports,
    checking_laboratories,
    checking_plan,
    checking_planning,
    checking_record,
    checking_rules,
    checking_visits,
)
from trialwright.protocol.loading import Source
from trialwright.protocol.study import Study
from trialwright.protocol.yaml_reading import Location

Found = Iterator[tuple[str, str, Location]]

# References come first: where a name leads nowhere, later questions about it would only repeat that.
_NAMES: tuple[Callable[[Study], Found], ...] = (
    checking_forms.repeated_identifiers,
    checking_visits.names_that_lead_nowhere,
    checking_plan.names_that_lead_nowhere,
    checking_imports.names_that_lead_nowhere,
    checking_laboratories.names_that_lead_nowhere,
    checking_planning.parameters_that_are_not_analysed,
    checking_planning.items_that_are_not_asked,
)
_SENSE: tuple[Callable[[Study], Found], ...] = (
    checking_forms.items_that_contradict_themselves,
    checking_forms.items_that_contradict_each_other,
    checking_forms.units_that_are_unknown,
    checking_forms.forms_that_are_never_filled,
    checking_rules.rules_that_do_not_read,
    checking_rules.variables_that_are_never_asked,
    checking_rules.derivations_without_inputs,
    checking_visits.windows_that_overlap,
    checking_visits.a_design_that_cannot_run,
    checking_plan.endpoints_nobody_collects,
    checking_plan.analyses_without_what_they_need,
    checking_plan.analyses_told_what_they_do_not_know,
    checking_plan.staggers_that_never_apply,
    checking_plan.boundaries_with_gaps,
    checking_plan.zones_that_are_none,
    checking_imports.mappings_that_contradict_themselves,
    checking_laboratories.ranges_that_contradict_themselves,
    checking_laboratories.items_of_two_laboratories,
    checking_laboratories.constants_that_cannot_be_read,
    checking_planning.assumptions_that_cannot_be,
)


def check_study(study: Study, source: Source) -> tuple[Problem, ...]:
    """Every problem of a typed study, in the order of the file; empty when it can run."""
    problems = _ask(_NAMES, study, source)
    if not problems:
        problems = _ask(_SENSE, study, source)
    return (*problems, *checking_record.disagreements_with_the_record(study, source))


def _ask(
    questions: tuple[Callable[[Study], Found], ...], study: Study, source: Source
) -> tuple[Problem, ...]:
    found = [finding for question in questions for finding in question(study)]
    return tuple(Problem(code, sentence, source.place(location)) for code, sentence, location in found)
