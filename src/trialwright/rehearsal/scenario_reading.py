"""Reading ``rehearsal.yaml``: in its form, and about what its study has."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from trialwright.errors import Problem, TrialwrightError
from trialwright.protocol.study import Study
from trialwright.protocol.yaml_reading import Document, read_yaml
from trialwright.rehearsal.scenario import Scenario
from trialwright.rehearsal.scenario_checks import Finding, check_scenario

FILE = "rehearsal.yaml"


def load_scenario(protocol: Path, study: Study) -> Scenario:
    """The scenario of a protocol folder, or the plain one where it has none; TW-140 for a bad file."""
    path = protocol / FILE
    if not path.is_file():
        return Scenario()
    document = read_yaml(path)
    try:
        scenario = Scenario.model_validate(document.data)
    except ValidationError as error:
        raise _refused(document, ((each["loc"], each["msg"].lower()) for each in error.errors())) from None
    found = tuple(check_scenario(scenario, study))
    if found:
        raise _refused(document, found)
    return scenario


def _refused(document: Document, found: Iterable[Finding]) -> TrialwrightError:
    return TrialwrightError(
        *(
            Problem("TW-140", f"{'.'.join(map(str, place))}: {sentence}", document.place(place))
            for place, sentence in found
        )
    )
