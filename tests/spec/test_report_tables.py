"""How result rows become tables whose every number knows its result."""

from __future__ import annotations

from typing import Any

from trialwright.report.laying_out import lay_out
from trialwright.report.layout import COUNTED, MIXED, Layout, Measure
from trialwright.report.result_book import Result, open_results
from trialwright.report.table import Table

WEEKS = ("W4", "W8")
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


class AsTheyAre:
    """Names as they are, each capital below the one above it."""

    def __call__(self, dimension: str, value: str) -> str:
        """The value itself, with its dimension where it is a group."""
        return f"{dimension} {value}" if dimension == "group" else value

    def depth(self, dimension: str, value: str) -> int:
        """1 for a category that begins with a dash."""
        return int(dimension == "category" and value.startswith("-"))


def lay(layout: Layout, rows: tuple[Result, ...]) -> Table:
    """The table of these rows, names as they are."""
    return lay_out("t", "Title", layout, rows, AsTheyAre(), "95 %")


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
        "group A (N\u00a0=\u00a020)",
        "group B (N\u00a0=\u00a019)",
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
    assert table.notes == (("a", "No event in either group."),)


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


def test_a_note_that_a_whole_column_bears_stands_at_its_head() -> None:
    """Where all figures of a column say the same beside them, the mark stands once, at its head."""
    layout = Layout("Visit", ("visit",), (Measure("n", "{n}"), Measure("p", "{p_value_t}")))
    rows = results(
        *({"statistic": "n", "value": 20.0, "visit": visit} for visit in WEEKS),
        *(
            {"statistic": "p_value_t", "value": 0.02, "visit": visit, "reason": "t test"}
            for visit in ("W4", "W8")
        ),
    )
    table = lay(layout, rows)
    assert [cell.note for cell in table.head[-1]] == ["", "", "a"]
    assert {cell.note for row in table.rows for cell in row.cells} == {""}
    assert table.notes == (("a", "T test."),)


def test_a_warning_stands_below_the_table() -> None:
    """A warning among the results becomes a note of the table, once."""
    layout = Layout("Visit", ("visit",), (Measure("n", "{n}"),))
    rows = results(
        *({"statistic": "n", "value": 1.0, "visit": visit} for visit in WEEKS),
        *({"statistic": "warning", "visit": visit, "reason": "one arm"} for visit in WEEKS),
    )
    table = lay(layout, rows)
    assert table.notes == (("", "One arm."),)
    assert len(table.rows) == 2


def test_parts_of_a_whole_are_indented() -> None:
    """A category that is part of the one above it stands indented below it."""
    rows = results(*counted(3, 9, 3, category="Failed"), *counted(1, 9, 1, category="-Age"))
    assert [row.depth for row in lay(Layout("", ("category",), COUNTED), rows).rows] == [0, 1]


def test_categories_may_stand_side_by_side() -> None:
    """A dimension that splits a table gathers its columns under each group."""
    layout = Layout("Term", ("term",), COUNTED[:1], split="category")
    rows = results(
        *counted(1, 20, 1, group="A", term="Rash", category="Grade 1"),
        *counted(0, 20, 0, group="A", term="Rash", category="Grade 2"),
    )
    table = lay(layout, rows)
    assert [[cell.text for cell in row] for row in table.head] == [
        ["Term", "group A (N\u00a0=\u00a020)"],
        ["Grade 1", "Grade 2"],
    ]
    assert table.reading == "Subjects, n (%)."
    assert [cell.nothing for cell in table.rows[0].cells] == [False, True]


def test_a_table_that_would_be_too_wide_loses_its_limits_first() -> None:
    """With many groups the columns of limits are left out, the counts stay."""
    few, many = (
        lay(TERMS, results(*(row for group in groups for row in _with_limits(group))))
        for groups in ("AB", "ABCDEF")
    )
    assert "95 % CI, %" in {cell.text for cell in few.head[1]}
    assert {cell.text for cell in many.head[1]} == {"Subjects, n (%)", "Events"}


def _with_limits(group: str) -> list[dict[str, Any]]:
    limits = [
        {"statistic": name, "value": 1.0, "unit": "%", "group": group, "term": "Rash"} for name in _LIMITS
    ]
    return [*counted(1, 20, 1, group=group, term="Rash"), *limits]


_LIMITS = ("ci_lower", "ci_upper")


def test_measured_values_stand_as_lines() -> None:
    """Measured values are lines below their name: extremes as recorded, the rest with one decimal more."""
    values = {
        "n": 3,
        "mean": 50.25,
        "sd": 6.789,
        "median": 51,
        "q1": 45,
        "q3": 54,
        "min": 40,
        "max": 63,
        "missing": 0,
    }
    rows = results(
        *({"statistic": name, "value": float(value), "parameter": "Age"} for name, value in values.items()),
        *(
            {**row, "parameter": "Sex"}
            for row in counted(2, 3, 2, category="Female")
            if row["statistic"] != "events"
        ),
    )
    assert texts(lay(Layout("", ("parameter", "category"), MIXED, "lines"), rows)) == [
        ["Age", ""],
        ["n", "3"],
        ["Mean (SD)", "50.3 (6.8)"],
        ["Median", "51.0"],
        ["Q1–Q3", "45.0–54.0"],
        ["Minimum–maximum", "40–63"],
        ["Sex", ""],
        ["Female", "2 (66.7\u202f%)"],
    ]
