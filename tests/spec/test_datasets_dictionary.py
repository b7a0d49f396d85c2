"""The data dictionary: every column of every data set has a label and its derivation in words."""

from __future__ import annotations

import pytest

from dataset_making import Notebook
from trialwright.datasets.definition import make_frame
from trialwright.datasets.dictionary import data_dictionary
from trialwright.protocol.study import Study


@pytest.fixture(params=["default_study", "second_study"])
def study(request: pytest.FixtureRequest) -> Study:
    """Each of two quite different studies."""
    found: Study = request.getfixturevalue(request.param)
    return found


def test_every_column_stands_in_the_dictionary(study: Study) -> None:
    """The columns of each frame are those of the dictionary, in its order."""
    datasets = Notebook().build(study)
    dictionary = {name: [part.variable for part in parts] for name, parts in datasets.dictionary.items()}
    for name, frame in datasets.frames.items():
        assert frame.columns == dictionary.pop(name)
    assert datasets.not_derived.columns == dictionary.pop("NOT_DERIVED")
    assert dictionary == {}


def test_every_variable_says_how_it_is_derived(study: Study) -> None:
    """Labels fit a transport file (40 characters), names too (8), and derivations are sentences."""
    for parts in data_dictionary(study).values():
        names = [part.variable for part in parts]
        assert len(set(names)) == len(names)
        for part in parts:
            assert 0 < len(part.label) <= 40
            assert len(part.variable) <= 8 or part.dataset == "NOT_DERIVED"
            assert len(part.derivation) > 3
            assert "--" not in part.variable + part.derivation


def test_every_row_of_adam_can_be_traced(study: Study) -> None:
    """Every data set carries SRCSEQ, the entries behind each row."""
    dictionary = data_dictionary(study)
    for name in dictionary.keys() - {"NOT_DERIVED"}:
        assert "SRCSEQ" in {part.variable for part in dictionary[name]}


def test_a_column_without_a_definition_cannot_exist(default_study: Study) -> None:
    """A row with a variable that the dictionary lacks is refused, never dropped."""
    definitions = data_dictionary(default_study)["DS"]
    with pytest.raises(KeyError, match="DSNEW"):
        make_frame(definitions, [{"DSNEW": "x"}])
