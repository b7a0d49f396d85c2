"""Questions about rules and derivations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trialwright.clinical.indices import SAMPLED_INDICES
from trialwright.clinical.scores import SCORES
from trialwright.protocol.checking_plan import asked_at
from trialwright.protocol.design import Derivation
from trialwright.protocol.sampled_values import names_read
from trialwright.protocol.study import Study
from trialwright.protocol.vocabulary import (
    event_vocabulary,
    parameter_vocabulary,
    person_vocabulary,
    subject_vocabulary,
)
from trialwright.protocol.yaml_reading import Location
from trialwright.rules import Kind, RuleSyntaxError, RuleTypeError, Variable, check_types, parse, variables_of

Found = Iterator[tuple[str, str, Location]]
Vocabulary = Mapping[str, Variable]


def rules_that_do_not_read(study: Study) -> Found:
    """Every rule parses, its variables exist, its units convert, and it is true or false in the end."""
    for at, text, vocabulary in _rules(study):
        try:
            kind = check_types(parse(text), vocabulary)
        except RuleSyntaxError as error:
            yield "TW-112", f"the rule cannot be read at column {error.column}: {error.message}", at
        except RuleTypeError as error:
            yield "TW-113", f"the rule does not fit at column {error.column}: {error.message}", at
        else:
            if kind is not Kind.BOOLEAN:
                yield (
                    "TW-113",
                    f"the rule is a {kind.value}, not true or false; compare it with something",
                    at,
                )


def _rules(study: Study) -> Iterator[tuple[Location, str, Vocabulary]]:
    person = person_vocabulary(study)
    event = event_vocabulary(study)
    subject = subject_vocabulary()
    for number, criterion in enumerate(study.criteria):
        yield ("criteria", number, "rule"), criterion.rule, person
    for number, derivation in enumerate(study.derivations):
        for place, each in enumerate(derivation.requires):
            yield ("derivations", number, "requires", place, "rule"), each.rule, person
    for number, population in enumerate(study.populations):
        yield ("populations", number, "rule"), population.rule, subject
    for number, pause in enumerate(study.safety.pauses):
        yield ("safety", "pauses", number, "event"), pause.event, event
    for number, boundary in enumerate(study.safety.boundaries):
        yield ("safety", "boundaries", number, "event"), boundary.event, event
    for number, analysis in enumerate(study.analyses):
        if analysis.response:
            yield ("analyses", number, "response"), analysis.response, parameter_vocabulary(study)
    yield from _form_rules(study, person)


def _form_rules(study: Study, person: Vocabulary) -> Iterator[tuple[Location, str, Vocabulary]]:
    for number, form in enumerate(study.forms):
        for place, item in enumerate(form.items):
            if item.ask_if:
                yield ("forms", number, "items", place, "ask_if"), item.ask_if, person
        for place, check in enumerate(form.checks):
            yield ("forms", number, "checks", place, "rule"), check.rule, person


def variables_that_are_never_asked(study: Study) -> Found:
    """What a criterion reads is asked at the eligibility visit, derived from that, or a fact."""
    asked = asked_at(study, study.eligibility.visit)
    for number, criterion in enumerate(study.criteria):
        try:
            names = variables_of(parse(criterion.rule))
        except RuleSyntaxError:
            continue  # reported by the question above
        for name in sorted(names & set(study.items)):
            if name not in asked:
                visit = study.eligibility.visit
                sentence = f"criterion {criterion.id} reads '{name}', which visit '{visit}' does not ask"
                yield "TW-116", f"{sentence}; add a form with it", ("criteria", number, "rule")


def derivations_without_inputs(study: Study) -> Found:
    """A derivation's method gets its arguments, and a score's items are asked."""
    known = set(study.items) | {part.id for part in study.derivations} | {fact.id for fact in study.facts}
    for number, derivation in enumerate(study.derivations):
        at: Location = ("derivations", number)
        for argument in _ARGUMENTS[derivation.method]:
            if argument not in derivation.inputs:
                yield (
                    "TW-123",
                    f"derivation '{derivation.id}' ({derivation.method}) needs the input '{argument}'",
                    at,
                )
        for name in derivation.inputs.values():
            if name not in known:
                sentence = f"derivation '{derivation.id}' reads '{name}', which is on no form"
                yield "TW-123", f"{sentence}; add the item or correct the name", (*at, "inputs")
        if derivation.method == "score":
            yield from _score(study, derivation.id, derivation.score, at)
        yield from _conditions(study, derivation, at)


def _conditions(study: Study, derivation: Derivation, at: Location) -> Found:
    """Conditions are of a sampling, and read what stands on its form."""
    if (derivation.requires or derivation.unchanged) and derivation.method not in SAMPLED_INDICES:
        sentence = f"derivation '{derivation.id}' ({derivation.method}) is not of one sampling"
        yield "TW-139", f"{sentence}; remove its conditions", at
        return
    try:
        read = names_read(derivation)
    except RuleSyntaxError:
        return  # reported by the question about rules
    forms = [{item.id for item in form.items} for form in study.forms]
    together = [names for names in forms if set(derivation.inputs.values()) <= names]
    for name in read:
        if together and not any(name in names for names in together):
            sentence = (
                f"derivation '{derivation.id}' asks for '{name}', which is not on the form of its values"
            )
            yield "TW-139", f"{sentence}; ask it there", at


_ARGUMENTS = {
    "bmi": ("height", "weight"),
    "age": ("birth_date", "at"),
    "score": (),
    "homa_ir": ("glucose", "insulin"),
}


def _score(study: Study, name: str, score: str | None, at: Location) -> Found:
    if score not in SCORES:
        yield (
            "TW-123",
            f"'{score}' is not a known score; there are: {', '.join(sorted(SCORES))}",
            (*at, "score"),
        )
        return
    missing = [item for item in SCORES[score].asked_items() if item not in study.items]
    if missing:
        yield "TW-123", f"'{name}' needs items that are on no form: {', '.join(missing)}", (*at, "score")
