"""How result rows become tables whose every number knows its result."""

from __future__ import annotations

from typing import Any

from trialwright.report.laying_out import lay_out
from trialwright.report.layout import COUNTED, Layout, Measure
from trialwright.report.result_book import Result, open_results
from trialwright.report.table import Table

TERMS = Layout("System organ class, term", ("soc", "term"), COUNTED)


def results(*rows: dict[str, Any]) -> tuple[Result, ...]:
    """Results of one analysis, with ids r1, r2, ..."""
    return open_results(
        {"result": f"r{number}", "analysis": "a", **row} for number, row in enumerate(rows, 1)
    ).rows


def counted(n: int, among: int, events: int, **about: str) -> list[dict[str, Any]]:
    """The statistics of one cell of an adverse event table."""
    values = {"n": n, "denominator": among, "percent": 100 * n / among, "events": events}
    return [{"statistic": name, "value": float(value), **about} for name, value in values.items()]


def lay(layout: Layout, rows: tuple[Result, ...]) -> Table:
    """The table of these rows, names as they are."""
    return lay_out("t", "Title", layout, rows, lambda _, value: value, "95 %")


def texts(table: Table) -> list[list[str]]:
    """Label and cells of every row."""
    return [[row.label, *(cell.text for cell in row.cells)] for row in table.rows]


def test_a_number_is_bound_to_the_result_it_prints() -> None:
    """Each number of a cell carries the id of its own result and that result's value."""
    table = lay(TERMS, results(*counted(1, 16, 2, group="A", soc="Heart", term="Palpitations")))
    parts = [part for part in table.rows[-1].cells[0].parts if part.result]
    assert [(part.text, part.result, part.value) for part in parts] == [
        ("1", "r1", "1"),
        ("6.3\u202f%", "r3", "6.25"),
    ]
    assert table.rows[-1].cells[1].result_ids == ("r4",)


def test_a_class_stands_once_above_its_terms() -> None:
    """A system organ class is a row with its own figures, its terms stand indented below it."""
    rows = results(
        *counted(2, 20, 3, group="A", soc="Heart"),
        *counted(2, 20, 2, group="A", soc="Heart", term="Palpitations"),
        *counted(1, 20, 1, group="A", soc="Heart", term="Syncope"),
    )
    table = lay(TERMS, rows)
    assert [(row.label, row.depth, row.kind) for row in table.rows] == [
        ("Heart", 0, "heading"),
        ("Palpitations", 1, "plain"),
        ("Syncope", 1, "plain"),
    ]
    assert texts(table)[0] == ["Heart", "2 (10.0\u202f%)", "3"]


def test_a_class_without_figures_of_its_own_is_still_named() -> None:
    """Where only terms were computed, the class stands above them with empty cells."""
    table = lay(TERMS, results(*counted(1, 20, 1, group="A", soc="Heart", term="Syncope")))
    assert texts(table) == [["Heart", "", ""], ["Syncope", "1 (5.0\u202f%)", "1"]]


def test_groups_stand_side_by_side_with_their_size() -> None:
    """Each group has its columns and, where all its rows agree on it, its number of subjects in the head."""
    rows = results(*counted(1, 20, 1, group="A", term="Rash"), *counted(0, 19, 0, group="B", term="Rash"))
    table = lay(TERMS, rows)
    assert [cell.text for cell in table.head[0]] == [
        "System organ class, term",
        "A (N\u00a0=\u00a020)",
        "B (N\u00a0=\u00a019)",
    ]
    assert texts(table) == [["Rash", "1 (5.0\u202f%)", "1", "0 (0.0\u202f%)", "0"]]


def test_a_result_without_a_value_is_a_dash_with_its_reason() -> None:
    """What cannot be estimated is a dash with a footnote; equal reasons share one."""
    layout = Layout("", ("category",), (Measure("p", "{p_value}"),), reading="Two-sided.")
    reason = "no event in either group"
    rows = results(
        {"statistic": "p_value", "value": None, "reason": reason, "category": "Any"},
        {"statistic": "p_value", "value": None, "reason": reason, "category": "Serious"},
        {"statistic": "p_value", "value": 0.0004, "category": "Related"},
    )
    table = lay(layout, rows)
    assert [(row.cells[0].text, row.cells[0].note) for row in table.rows] == [
        ("–", "a"),
        ("–", "a"),
        ("<.001", ""),
    ]
    assert table.notes == (("a", reason),)


def test_limits_below_zero_are_joined_by_a_word() -> None:
    """A range whose limits are negative is written with 'to', any other with a dash."""
    layout = Layout("", ("visit",), (Measure("CI", "{ci_lower}–{ci_upper}"),))
    rows = results(
        {"statistic": "ci_lower", "value": -0.5, "visit": "W4"},
        {"statistic": "ci_upper", "value": 0.25, "visit": "W4"},
        {"statistic": "ci_lower", "value": 0.5, "visit": "W8"},
        {"statistic": "ci_upper", "value": 1.0, "visit": "W8"},
    )
    assert texts(lay(layout, rows)) == [["W4", "\u22120.5 to 0.3"], ["W8", "0.5–1.0"]]


def test_a_measure_that_was_not_computed_has_no_column() -> None:
    """A table has no empty columns: what no row of the analysis holds is left out."""
    table = lay(TERMS, results(*counted(1, 20, 1, group="A", term="Rash")))
    assert [cell.text for cell in table.head[1]] == ["Subjects, n (%)", "Events"]
