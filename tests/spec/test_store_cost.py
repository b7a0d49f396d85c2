"""What a command costs, counted in statements and rows and not in seconds."""

from __future__ import annotations

from typing import Any

from django.db import connections

from store_making import START, Site
from trialwright.store import StudyStore


def fill(store: StudyStore, first: int, last: int) -> None:
    """Give these subjects three entries each, all in one transaction."""
    site = Site(store, prefix=last)
    with store.together():
        for subject in range(first, last):
            site.enter(f"{subject}", times=3, at=START)


def statements_of(store: StudyStore, prefix: int) -> list[str]:
    """The statements of one saved form."""
    seen: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.extend([sql] * (len(params) if many else 1))
        return execute(sql, params, many, context)

    with connections[store.alias].execute_wrapper(watch):
        Site(store, prefix).enter("5", times=2, at=START)
    return seen


def test_saving_a_form_takes_the_same_statements_in_any_study(study_store: StudyStore) -> None:
    """A command runs the same statements, over the same number of rows, with 10 subjects and with 1,000."""
    fill(study_store, 0, 10)
    small = statements_of(study_store, 100_001)
    fill(study_store, 10, 1000)
    large = statements_of(study_store, 100_002)
    assert small == large
    assert len(small) < 16
    assert study_store.rebuild() == ()


def test_every_statement_of_a_command_is_answered_from_an_index(sqlite_store: StudyStore) -> None:
    """No statement of a command reads a table from its beginning; SQLite's own plan says so."""
    fill(sqlite_store, 0, 10)
    plans: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT"):
            plain = "EXPLAIN QUERY PLAN " + sql.replace("%s", "?")
            rows = connections[sqlite_store.alias].connection.execute(plain, params or [])
            plans.extend(str(row[3]) for row in rows)
        return execute(sql, params, many, context)

    with connections[sqlite_store.alias].execute_wrapper(watch):
        Site(sqlite_store, 100_001).enter("5", at=START)
    assert plans
    # The last entry is one step from the end of the table, which SQLite calls a scan.
    assert [plan for plan in plans if "SCAN" in plan] == ["SCAN record_entry"]


def test_the_entries_of_a_subject_are_read_without_the_others(study_store: StudyStore) -> None:
    """Reading a subject's entries gives as many rows as the subject has, whatever the study holds."""
    fill(study_store, 0, 300)
    rows: list[int] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        rows.append(1)
        return execute(sql, params, many, context)

    with connections[study_store.alias].execute_wrapper(watch):
        assert len(list(study_store.entries("subject:7"))) == 3
    assert len(rows) == 1
