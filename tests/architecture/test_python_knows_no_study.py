"""A study is a folder. Nothing of the packaged study, or of any other, is written in Python."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from source_tree import Module, modules

from trialwright.protocol import checking_rules, vocabulary
from trialwright.protocol.study import Study
from trialwright.rules import parse
from trialwright.rules.nodes import Arithmetic, IsKnown, Not, OneOf, Within
from trialwright.rules.walking import walk

# Words of the packaged study, wherever they stand: in code, in a comment, in a docstring.
OF_THE_STUDY = (
    "NCT06495437",
    "beautech",
    "extracellular",
    "vesicle",
    "wharton",
    "exosome",
    "stem cell",
    "impaired glucose",
    "glucose tolerance",
)
# Its name is what the command line takes when no study is named, and stands nowhere else.
MAY_NAME_THE_DEFAULT = {"cli/app.py", "cli/demonstration.py"}
# Words of published standards that a study may happen to use as a name.
STANDARDS = {
    "adverse_event",  # CDISC C66727, reason for non-completion
    "WEIGHT",  # CDISC C66741, test code of vital signs
    "BASE",  # ADaM, the baseline value
    "person",  # the record's word for who works on a study
}
# Published methods keep their names in the room that computes them and in the list of methods.
MAY_NAME_HOMA = {
    "clinical/indices.py",
    "protocol/design.py",
    "protocol/checking_rules.py",
    "protocol/suggesting.py",
}


@pytest.mark.parametrize("word", OF_THE_STUDY)
def test_no_module_holds_a_word_of_the_packaged_study(word: str) -> None:
    """The study's own words stand in its folder only."""
    holding = {module.place for module in modules() if word.lower() in module.text.lower()}
    assert holding <= (MAY_NAME_THE_DEFAULT if word == "NCT06495437" else set())


def test_homa_ir_is_a_method_and_nothing_else() -> None:
    """HOMA-IR is computed in clinical and named as a method of derivation; no other module speaks of it."""
    holding = {module.place for module in modules() if "homa" in module.text.lower()}
    assert holding <= MAY_NAME_HOMA


@pytest.mark.parametrize("study", ["default_study", "second_study"])
def test_no_module_holds_an_identifier_of_a_study(study: str, request: pytest.FixtureRequest) -> None:
    """No text in the package is the id of a visit, form, item, criterion, site, arm, product or parameter."""
    taken = _identifiers(request.getfixturevalue(study)) - _words_of_the_format()
    found = [
        f"{module.place}:{line} {text!r}"
        for module in modules()
        if module.room != "clinical"  # names the items of published scores, which forms then bear
        for text, line in _texts(module)
        if text in taken and not text.startswith("ae_")  # the adverse event form's items are the format's
    ]
    assert not found


def test_the_second_study_has_no_name_in_common_with_the_packaged_one(
    default_study: Study, second_study: Study
) -> None:
    """Whatever works on both studies does not work by name."""
    shared = _identifiers(default_study) & _identifiers(second_study)
    assert not {name for name in shared if not name.startswith("ae_")}


def test_the_second_study_speaks_the_language_in_other_words(second_study: Study) -> None:
    """Its criteria use weeks and years, lists of codes, known, not, and arithmetic."""
    nodes = [node for criterion in second_study.criteria for node in walk(parse(criterion.rule))]
    assert {node.unit for node in nodes if isinstance(node, Within)} == {"weeks", "years"}
    assert {type(node) for node in nodes} >= {OneOf, IsKnown, Not, Arithmetic, Within}
    assert any(len(node.codes) > 1 for node in nodes if isinstance(node, OneOf))


def test_the_second_study_differs_in_design(default_study: Study, second_study: Study) -> None:
    """Arms, allocation, administration, zones, confirmation and endpoints are of another kind."""
    assert (len(default_study.design.arms), len(second_study.design.arms)) == (1, 2)
    assert {default_study.design.allocation, second_study.design.allocation} == {"single", "list"}
    assert {part.kind for part in second_study.design.interventions} == {"dose"}
    assert len({site.zone for site in second_study.design.sites}) == 2
    assert second_study.eligibility.confirm is None
    assert second_study.grouping.by == "arm"
    assert {part.method for part in second_study.derivations} == {"age"}
    assert any(part.method == "binary_endpoint" for part in second_study.analyses)
    assert not any(part.method.startswith("geometric") for part in second_study.analyses)


def _identifiers(study: Study) -> set[str]:
    design = study.design
    parts = (
        *design.sites,
        *design.arms,
        *design.interventions,
        *design.products,
        *study.visits,
        *study.forms,
    )
    named = {part.id for part in (*parts, *study.criteria, *study.facts, *study.derivations)}
    named |= {review.id for review in study.safety.reviews} | {rule.id for rule in study.safety.pauses}
    return named | set(study.items) | {parameter.paramcd for parameter in study.parameters}


def _words_of_the_format() -> set[str]:
    """What the format itself fixes: keys, permitted words, facts that rules read, arguments of methods."""
    arguments = {argument for needed in checking_rules._ARGUMENTS.values() for argument in needed}
    return {*vocabulary.SUBJECT_FACTS, *arguments, *STANDARDS, *_words_in(Study, set())}


def _words_in(model: type[BaseModel], seen: set[type]) -> Iterator[str]:
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        yield name
        yield from _words_of(field.annotation, seen)


def _words_of(annotation: Any, seen: set[type]) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _words_in(annotation, seen)
    for argument in get_args(annotation):
        if isinstance(argument, str):
            yield argument
        else:
            yield from _words_of(argument, seen)


def _texts(module: Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value, node.lineno
