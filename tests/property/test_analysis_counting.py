"""Counting on packed codes agrees with counting by hand, whatever the events."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from adam_making import adae, adsl
from trialwright.analysis.adverse_events import analyse_adverse_events
from trialwright.analysis.results import ResultTable
from trialwright.analysis.safety_events import prepare_safety_events

SUBJECTS = ("A-1", "A-2", "A-3", "B-1", "B-2", "C-1")
EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "USUBJID": st.sampled_from(SUBJECTS),
            "AEBODSYS": st.sampled_from(["Eye", "Nervous", None]),
            "AEDECOD": st.sampled_from(["Headache", "Pain", "Rash", None]),
            "TRTEMFL": st.sampled_from(["Y", "Y", None]),
            "AETOXGR": st.sampled_from(["1", "2", "3", "4", "5", None]),
            "AEREL": st.sampled_from(["RELATED", "NOT RELATED", None]),
        }
    ),
    max_size=14,
)


def _table(events: list[dict[str, Any]]) -> tuple[ResultTable, list[dict[str, Any]]]:
    """All analyses, and the treatment-emergent events with the words that missing codes are counted under."""
    # Two complete events before treatment keep relation and grade collected, and count nowhere.
    spare = [{"TRTEMFL": "N"}, {"TRTEMFL": "N", "AEREL": "NOT RELATED"}]
    frame = adae(*events, *spare)
    results = ResultTable()
    analyse_adverse_events(results, prepare_safety_events(adsl(A=3, B=2, C=1), frame))
    emergent = [
        {**event, "AEBODSYS": event["AEBODSYS"] or "Not coded", "AEDECOD": event["AEDECOD"] or "Term missing"}
        for event in events
        if event["TRTEMFL"] == "Y"
    ]
    return results, emergent


def _belongs(row: dict[str, Any], event: dict[str, Any]) -> bool:
    return (
        row["group"] in (event["USUBJID"][0], "Total")
        and row["soc"] in (None, event["AEBODSYS"])
        and row["term"] in (None, event["AEDECOD"])
    )


def _related(event: dict[str, Any]) -> str:
    return "not related" if event["AEREL"] == "NOT RELATED" else "related"


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_by_term_and_relation(events: list[dict[str, Any]]) -> None:
    """Every n and every number of events equals what a loop over the events finds."""
    table, emergent = _table(events)
    for row in table.rows():
        if row["analysis"] not in {"ae_by_soc_term", "ae_by_relation"} or row["parameter"]:
            continue
        mine = [event for event in emergent if _belongs(row, event)]
        if row["category"]:
            mine = [event for event in mine if _related(event) == row["category"]]
        expected = {"n": len({event["USUBJID"] for event in mine}), "events": len(mine)}
        assert row["value"] == expected.get(row["statistic"], row["value"])
    shown = {(row["soc"], row["term"]) for row in table.rows() if row["analysis"] == "ae_by_soc_term"}
    assert {(event["AEBODSYS"], event["AEDECOD"]) for event in emergent} <= shown


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_by_worst_grade(events: list[dict[str, Any]]) -> None:
    """Each subject with events stands in each line under exactly one grade, its worst.

    Without any under Missing.
    """
    table, emergent = _table(events)
    for row in table.rows():
        if row["analysis"] != "ae_by_worst_grade" or row["statistic"] != "n":
            continue
        worst: dict[str, str] = {}
        for event in emergent:
            if _belongs(row, event):
                grade = event["AETOXGR"] or "0"
                worst[event["USUBJID"]] = max(grade, worst.get(event["USUBJID"], "0"))
        wanted = row["category"].removeprefix("Grade ").replace("Missing", "0")
        assert row["value"] == sum(grade == wanted for grade in worst.values())


@settings(max_examples=40, deadline=None)
@given(EVENTS, st.randoms(use_true_random=False))
def test_order_of_the_rows_does_not_matter(events: list[dict[str, Any]], shuffle: Any) -> None:
    """ADAE in another order gives the same results."""
    numbered = [{**event, "AESEQ": number} for number, event in enumerate(events, 1)]
    again = list(numbered)
    shuffle.shuffle(again)
    first, second = _table(numbered)[0].frame, _table(again)[0].frame
    assert first.drop("numerator_keys", "denominator_keys").equals(
        second.drop("numerator_keys", "denominator_keys")
    )


@settings(max_examples=40, deadline=None)
@given(EVENTS)
def test_written_keys_count_to_the_values(events: list[dict[str, Any]]) -> None:
    """The key sets as they are written have as many keys as n, events and denominator say."""
    table, _ = _table(events)
    rows = table.frame.filter(
        pl.col("statistic").is_in(["n", "events", "denominator"]), pl.col("value").is_not_null()
    )
    written = pl.concat(table.keys.frames())
    assert not written.is_duplicated().any()
    sizes = dict(written.group_by("key_set").len().iter_rows())
    for key_set, value in rows.select("numerator_keys", "value").iter_rows():
        assert sizes.get(key_set, 0) == value
