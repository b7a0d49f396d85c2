"""The liver in a casebook: peaks, R, possible Hy's law within the study's own days, and the plot."""

from __future__ import annotations

from typing import Any

import pytest

from conduct_making import changed
from laboratory_making import STUDY, cell, judged, person
from trialwright.conduct.liver_signs import LiverSigns, liver_rules, liver_signs
from trialwright.conduct.states import SubjectState
from trialwright.protocol.study import Study
from trialwright.web.safety.liver import QUADRANTS, LiverLine, along, liver_line, liver_table, plot, up


def enzymes(alt: str, bilirubin: str | None = None, alp: str | None = "80") -> dict[str, Any]:
    """ALT with a limit of 40 U/L, bilirubin with 21 umol/L, ALP with 125 U/L."""
    known = {"alt": alt, "alt_uln": "40", "bilirubin_total": bilirubin, "alp": alp}
    return {name: value for name, value in known.items() if value is not None}


def signs(state: SubjectState, study: Study = STUDY) -> LiverSigns:
    return liver_signs(study, judged(state, study))


def with_constant(name: str, value: Any) -> Study:
    constants = tuple(
        each.model_copy(update={"value": value}) if each.id == name else each for each in STUDY.constants
    )
    return changed(STUDY, constants=constants)


def test_peaks_count_after_treatment_only() -> None:
    """A high value at screening is no peak; the R value is that of the peak's own day."""
    found = signs(person(SCR=enzymes("200"), D7=enzymes("80", "10", "125"), D28=enzymes("60", "12")))
    assert found.alt is not None
    assert found.bilirubin is not None
    assert (float(found.alt.times), found.alt.date) == (2.0, "2026-03-09")
    assert found.bilirubin.date == "2026-03-30"
    assert found.ratio is not None
    assert (found.ratio.value, found.ratio.pattern) == (2, "cholestatic")
    assert found.fits == ()
    assert found.possible is False


@pytest.mark.parametrize(
    ("alt", "bilirubin", "possible"),
    [("120", "42.1", True), ("119.9", "42.1", False), ("120", "42", False)],
)
def test_both_sides_of_the_limits_of_hys_law(alt: str, bilirubin: str, possible: bool) -> None:
    """3 x ULN counts, 2 x ULN does not under the sign of this study; the sentence says which part holds."""
    found = signs(person(D7=enzymes(alt, bilirubin)))
    assert found.possible is possible
    if found.fits:
        assert "ALT 3 x ULN" in found.fits[0].law.sentence
        assert "bilirubin > 2 x ULN" in found.fits[0].law.sentence


def test_the_sign_for_bilirubin_is_the_studys() -> None:
    """With >= the value on the limit fits."""
    state = person(D7=enzymes("120", "42"))
    assert signs(state, with_constant("hys_law_bilirubin", ">=")).possible is True


@pytest.mark.parametrize(("visit", "possible"), [("D28", True), ("D56", False)])
def test_bilirubin_counts_within_the_days_of_the_study(visit: str, possible: bool) -> None:
    """21 days after ALT are within 30, 49 days are not; bilirubin before ALT does not count."""
    assert signs(person(D7=enzymes("130", "10"), **{visit: enzymes("30", "50")})).possible is possible
    assert signs(person(D1=enzymes("30", "50"), D7=enzymes("130", "10"))).possible is False


def test_cholestasis_takes_the_fit_away_and_its_absence_leaves_it_open() -> None:
    """ALP at 2 x ULN of the same day is cholestasis; without an ALP nothing is said."""
    assert signs(person(D7=enzymes("130", "50", "250"))).possible is False
    assert signs(person(D7=enzymes("130", "50", None))).possible is None


def test_a_value_without_a_limit_is_counted_not_guessed() -> None:
    """No limit, no multiple: how many values lack one is told."""
    found = signs(person(sex="other", D7={"ggt": "10", "alp": "80", "alt": cell("<5")}))
    assert (found.alp, found.alt, found.without) == (None, None, 2)


def test_without_the_studys_constants_nothing_is_called_a_fit() -> None:
    """A protocol that does not fix the sign or the days gives no fit."""
    study = changed(STUDY, constants=())
    assert not liver_rules(study).fixed
    assert signs(person(D7=enzymes("400", "100")), study).fits == ()


def line(state: SubjectState, name: str = "S-1") -> LiverLine:
    return liver_line(name, signs(state), liver_rules(STUDY))


def test_a_person_lies_in_the_quadrant_of_their_peaks() -> None:
    """Lines at 3 and 2; axes are logarithmic, and what lies beyond stands on the edge."""
    fit, alone = line(person(D7=enzymes("130", "50"))), line(person(D7=enzymes("130", "10")))
    high, near = line(person(D7=enzymes("30", "50"))), line(person(D7=enzymes("30", "10")))
    assert [each.quadrant for each in (fit, high, alone, near)] == list(QUADRANTS)
    assert [each.tone for each in (fit, high, alone, near)] == ["fit", "raised", "raised", "near"]
    assert (along(0.1), along(100), up(100), up(0.1)) == (0.0, 600.0, 0.0, 400.0)
    assert along(1000) == 600.0
    assert along(1) == 200.0
    assert [each.tone for each in liver_table([near, alone, fit])] == ["fit", "raised", "near"]


def test_a_large_study_is_drawn_as_a_crowd_with_the_raised_ones_named() -> None:
    """More than two hundred people: those near normal are one path, the others keep their links."""
    near, alone = line(person(D7=enzymes("30", "10"))), line(person(D7=enzymes("130", "10")))
    picture = plot([near] * 300 + [alone])
    assert picture["points"] == [alone]
    assert str(picture["crowd"]).count("M") == 300
    assert picture["in_all"] == 301
    assert liver_table([near] * 300 + [alone]) == (alone,)
