"""Whatever a casebook holds, its laboratory values are judged, and every answer has a sentence."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from laboratory_making import DAYS, STUDY, cell, judged, person
from trialwright.conduct.derived_values import sampled_values
from trialwright.conduct.liver_signs import liver_rules, liver_signs
from trialwright.conduct.states import Cell, RangesState
from trialwright.web.safety.laboratory import lines_of, shifts_of
from trialwright.web.safety.liver import liver_line
from trialwright.web.safety.seen_values import known_of

NUMBERS = st.sampled_from(["0", "1", "3.00", "40", "120", "9" * 15, "<5", ">=300", "0.000000000000001"])
UNITS = st.sampled_from([None, None, "U/L", "umol/L", "mg/dL", "g/L", "kat/L", "mmol/L", "10*9/L"])
CELLS = st.builds(cell, NUMBERS, UNITS) | st.builds(cell, st.none(), st.none(), st.just("lost"))
FORMS = ("chemistry", "haematology", "fasting_metabolism")


def answers(form: str) -> st.SearchStrategy[dict[str, Cell]]:
    """Any answers to the form's items, each of the item's type."""
    found = STUDY.form(form)
    assert found is not None
    kinds: dict[str, Any] = {"boolean": st.builds(cell, st.booleans()), "text": st.just(cell("assay A"))}
    return st.fixed_dictionaries({}, optional={item.id: kinds.get(item.type, CELLS) for item in found.items})


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_casebook_is_judged(data: st.DataObject) -> None:
    """Units that do not fit, bounds, zeros, missing limits: a place, a grade, or why there is none."""
    form = data.draw(st.sampled_from(FORMS))
    visits = data.draw(st.dictionaries(st.sampled_from(sorted(DAYS)), answers(form), max_size=4))
    state = person(form, data.draw(st.sampled_from(["male", "female", "other"])), **visits)
    values = judged(state)
    for value in values:
        assert value.placed
        assert all(each.why for each in value.grades)
        assert value.grade is None or 0 <= value.grade <= 4
        assert value.waits == (value.place in ("low", "high") or bool(value.grade))
    given_lines = lines_of(STUDY, values, {})
    assert sum(len(line.values) for line in given_lines) == len(values)
    assert all(shift.worst is None or shift.after for shift in shifts_of(STUDY, values))
    line = liver_line("S-1", liver_signs(STUDY, values), liver_rules(STUDY))
    assert (line.x is None) == (line.y is None) == (not (line.peak and line.bilirubin))
    assert all((each.value is None) == bool(each.reason) for each in sampled_values(STUDY, state))
    assert known_of(STUDY, RangesState(), state).subject == "S-1"
