"""What an analysis says about data that it cannot or can only just analyse, under its code."""

from __future__ import annotations

import polars as pl
import pytest

from adam_making import adae, adsl
from trialwright.analysis.populations import subjects_in
from trialwright.analysis.records import RecordError, records_of
from trialwright.analysis.safety_events import prepare_safety_events


def test_a_record_of_somebody_not_in_adsl_stops_the_analysis_by_name() -> None:
    """A laboratory value of nobody in ADSL is never counted and never dropped (TW-518)."""
    values = pl.DataFrame({"USUBJID": ["A-1", "B-9"], "PARAMCD": ["ALT", "ALT"], "AVAL": [20.0, 30.0]})
    with pytest.raises(RecordError) as caught:
        records_of(values, "ADLB", subjects_in(adsl(A=2)))
    (problem,) = caught.value.problems
    assert (problem.code, problem.where) == ("TW-518", "ADLB")
    assert "B-9" in problem.sentence
    assert "A-1" not in problem.sentence


@pytest.mark.parametrize("absent", [["TRTEMFL"], ["TRTEMFL", "ASTDT"]])
def test_that_treatment_emergent_is_derived_is_said(absent: list[str]) -> None:
    """Without TRTEMFL the analysis says by what it decides, or that every event counts (TW-540)."""
    found = prepare_safety_events(adsl(A=2), adae({}).drop(absent)).findings
    assert [(finding.check, finding.where) for finding in found] == [("TW-540", "ADAE")]
