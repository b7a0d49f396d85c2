"""The properties of a study as it is planned: exact, out of the protocol's assumptions, on two pages."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from scipy import stats

from trialwright.analysis.planning.properties import (
    boundary_properties,
    change_properties,
    events_seen,
    expected_regression,
    rate_limits,
)
from trialwright.analysis.statistics.estimate import Estimate
from trialwright.cli.outcome import run
from trialwright.protocol.planning import AssumedPopulation, Planning
from trialwright.protocol.study import Study


@pytest.fixture
def planning(default_study: Study) -> Planning:
    """The assumptions of the packaged study."""
    assert default_study.planning is not None
    return default_study.planning


def test_the_chance_to_see_an_event_is_that_of_the_binomial_distribution(planning: Planning) -> None:
    """At least one, two and three of each size at each rate, against SciPy; and the known figure .6415."""
    for each in events_seen(planning):
        for least, chance in zip((1, 2, 3), each.at_least, strict=True):
            assert float(chance) == pytest.approx(
                stats.binom.sf(least - 1, each.subjects, float(each.rate)), rel=1e-12
            )
    known = next(
        each for each in events_seen(planning) if (each.subjects, each.rate) == (20, Fraction(1, 20))
    )
    assert known.at_least[0] == 1 - Fraction(19, 20) ** 20


def test_nobody_of_twenty_leaves_the_rate_below_the_known_limits(planning: Planning) -> None:
    """0 of 20: 16.84 % two-sided, 13.91 % one-sided."""
    found = next(each for each in rate_limits(planning, 0.95) if (each.subjects, each.events) == (20, 0))
    assert (found.lower, found.upper, found.one_sided) == (
        0,
        pytest.approx(0.168433, abs=1e-6),
        pytest.approx(0.139108, abs=1e-6),
    )


def test_the_boundary_stops_with_the_chance_that_enumeration_gives(
    default_study: Study, planning: Planning
) -> None:
    """Against every course of events counted step by step in exact fractions."""
    (boundary,) = default_study.safety.boundaries
    limits = {n: step.stop_at for step in boundary.limits for n in range(step.first, step.last + 1)}
    for each in boundary_properties(planning, boundary):
        going = {0: Fraction(1)}
        stopped = expected = Fraction(0)
        for subject in range(1, max(limits) + 1):
            expected += sum(going.values())
            after: dict[int, Fraction] = {}
            for events, chance in going.items():
                for more, share in ((0, 1 - each.rate), (1, each.rate)):
                    after[events + more] = after.get(events + more, Fraction(0)) + chance * share
            limit = limits.get(subject, subject + 1)
            stopped += sum((chance for events, chance in after.items() if events >= limit), Fraction(0))
            going = {events: chance for events, chance in after.items() if events < limit}
        assert each.stops == pytest.approx(float(stopped), abs=1e-10)
        assert each.subjects == pytest.approx(float(expected), abs=1e-9)


def test_power_grows_with_the_size_and_with_the_change(default_study: Study, planning: Planning) -> None:
    """A larger change of more people is surer to be seen; the interval of more people is narrower."""
    (assumed,) = planning.changes
    found = change_properties(planning, assumed, 0.95)

    def power(subjects: int, change: str) -> float:
        each = next(one for one in found if (one.subjects, one.change) == (subjects, Decimal(change)))
        assert isinstance(each.power, Estimate)
        return each.power.value

    assert power(20, "0.6") > power(20, "0.9") > power(15, "0.9")
    widths = {each.subjects: each.half_width.value for each in found if isinstance(each.half_width, Estimate)}
    assert 1 < widths[20] < widths[18] < widths[15]


def test_regression_to_the_mean_is_expected_only_of_people_who_are_chosen(planning: Planning) -> None:
    """A fall for those taken between the limits; nothing where everybody is taken."""
    (chosen,) = planning.populations
    found = expected_regression(chosen)
    assert isinstance(found, Estimate)
    assert round(found.value, 3) == -0.912
    everybody = AssumedPopulation(**{**chosen.model_dump(), "lower": None, "upper": None})
    none = expected_regression(everybody)
    assert isinstance(none, Estimate)
    assert none.value == 0


def test_design_prints_and_writes_two_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every section in the terminal; a PDF of two pages and an HTML page where a folder is named."""
    assert run(["design", "nct06495437", "--out", str(tmp_path / "design")]) == 0
    told = capsys.readouterr().out
    for words in (
        "64.2 %",
        "0.0 to 16.8 %",
        "Stopping boundary B1",
        "Regression to the mean",
        "−0.91 mmol/L",
    ):
        assert words in told
    pdf = (tmp_path / "design" / "design.pdf").read_bytes()
    assert pdf.count(b"/Type /Page\n") + pdf.count(b"/Type/Page/") in {0, 2}
    assert "Properties of the study as planned" in (tmp_path / "design" / "design.html").read_text("utf-8")


def test_a_study_without_assumptions_is_named_tw_596(
    second_study: Study, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what to add."""
    assert second_study.planning is None
    folder = Path(__file__).parents[1] / "studies" / "winter-vitamin"
    assert run(["design", str(folder)]) == 2
    assert "TW-596" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "instead", "words"),
    [
        ("  subjects: [20, 18, 15]", "  subjects: [1]", "fewer than two subjects"),
        ("  event_rates: [0.01,", "  event_rates: [1.5,", "between 0 and 1"),
        ("      changes: [0.9,", "      changes: [0,", "lie above 0"),
        ("      lower: 7.8", "      lower: 12", "not below the upper"),
    ],
)
def test_assumptions_that_cannot_be_are_named_tw_141(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, instead: str, words: str
) -> None:
    """With the line of the file."""
    assert run(["new", str(tmp_path / "study"), "--from", "nct06495437"]) == 0
    file = tmp_path / "study" / "protocol" / "protocol.yaml"
    text = file.read_text(encoding="utf-8")
    assert line in text
    file.write_text(text.replace(line, instead), encoding="utf-8")
    capsys.readouterr()
    assert run(["check", str(tmp_path / "study")]) == 2
    told = capsys.readouterr()
    assert "TW-141" in told.err + told.out
    assert words in told.err + told.out
