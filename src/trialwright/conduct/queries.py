"""Queries: asked by a person or by a check, answered by the site, closed when settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import AnswerQuery, CloseQuery, OpenQuery, ReopenQuery
from trialwright.conduct.form_rows import FormRow, planned_row
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.situation import Situation, optional_words, shown, words
from trialwright.conduct.states import Query, SubjectState, row_key
from trialwright.conduct.streams import STAFF, subject_stream

OPEN: Final = ("open", "answered")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a soft check says of an answer, and the item that it is about."""

    item: str
    sentence: str


def decide_open_query(situation: Situation, command: OpenQuery) -> tuple[Draft, ...]:
    """Ask about an item of a row that the visit has."""
    person = situation.subject(command.subject)
    row = planned_row(situation, person, command)
    if row.form.item(command.item) is None:
        raise Refused("TW-413", f"form {row.form.id} has no item {shown(command.item)}; check its name")
    return (_opened(person, row, command.item, words(command.text, "the question"), 1, automatic=False),)


def decide_answer_query(situation: Situation, command: AnswerQuery) -> tuple[Draft, ...]:
    """Answer a query that is open."""
    person, query = _query(situation, command.subject, command.query)
    if query.status != "open":
        raise Refused("TW-835", f"query {query.query} is {query.status}; only an open one is answered")
    payload = {"subject": person.subject, "query": query.query, "text": words(command.text, "the answer")}
    return (Draft("QueryAnswered", (subject_stream(person.subject),), payload),)


def decide_close_query(situation: Situation, command: CloseQuery) -> tuple[Draft, ...]:
    """Close a query that is not closed."""
    person, query = _query(situation, command.subject, command.query)
    if query.status == "closed":
        raise Refused("TW-835", f"query {query.query} is closed already")
    text = optional_words(command.text, "the remark")
    return (_closed(person, query, text, automatic=False),)


def decide_reopen_query(situation: Situation, command: ReopenQuery) -> tuple[Draft, ...]:
    """Ask again."""
    person, query = _query(situation, command.subject, command.query)
    if query.status == "open":
        raise Refused("TW-835", f"query {query.query} is open already; it waits for the site's answer")
    payload = {"subject": person.subject, "query": query.query, "text": words(command.text, "the question")}
    return (Draft("QueryReopened", (subject_stream(person.subject),), payload),)


def queries_after(
    situation: Situation,
    person: SubjectState,
    row: FormRow,
    items: Iterable[str],
    findings: Iterable[Finding],
    reasons: Mapping[str, str],
) -> tuple[Draft, ...]:
    """What checks ask after these items were saved: new queries, and the end of those that are settled.

    A finding with a reason asks nothing (SQ-4). Only a study with staff has people to answer.
    """
    if STAFF not in situation.states:
        return ()
    about: dict[str, str] = {}
    for finding in findings:
        about.setdefault(finding.item, finding.sentence)
    key = row_key(row.visit.id, row.occurrence, row.form.id, row.row)
    waiting = {
        query.item: query
        for query in person.queries.values()
        if query.automatic and query.row == key and query.status in OPEN
    }
    asked = [item for item in about if item not in reasons and item not in waiting]
    settled = [waiting[item] for item in items if item in waiting and (item not in about or item in reasons)]
    opened = [
        _opened(person, row, item, about[item], number, automatic=True)
        for number, item in enumerate(asked, start=1)
    ]
    return (*opened, *(_closed(person, query, None, automatic=True) for query in settled))


def open_queries(person: SubjectState) -> tuple[Query, ...]:
    """The queries that are not closed."""
    return tuple(query for query in person.queries.values() if query.status in OPEN)


def require_no_open_queries(person: SubjectState) -> None:
    """TW-833 while a query is not closed."""
    waiting = open_queries(person)
    if waiting:
        named = ", ".join(query.query for query in waiting)
        raise Refused(
            "TW-833",
            f"subject {person.subject} has queries that are not closed ({named}); settle them first",
            tuple(query.query for query in waiting),
        )


def _query(situation: Situation, subject: str, query: str) -> tuple[SubjectState, Query]:
    person = situation.subject(subject)
    found = person.queries.get(query)
    if found is None:
        raise Refused("TW-834", f"subject {person.subject} has no query {shown(query)}; check its number")
    return person, found


def _opened(
    person: SubjectState, row: FormRow, item: str, text: str, number: int, *, automatic: bool
) -> Draft:
    payload = {
        "subject": person.subject,
        "query": f"Q-{len(person.queries) + number}",
        "visit": row.visit.id,
        "occurrence": row.occurrence,
        "form": row.form.id,
        "row": row.row,
        "item": item,
        "text": text,
        "automatic": automatic,
    }
    return Draft("QueryOpened", (subject_stream(person.subject),), payload)


def _closed(person: SubjectState, query: Query, text: str | None, *, automatic: bool) -> Draft:
    payload = {"subject": person.subject, "query": query.query, "text": text, "automatic": automatic}
    return Draft("QueryClosed", (subject_stream(person.subject),), payload)


def query_opened(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """One more query waits for the site."""
    key = row_key(payload["visit"], payload["occurrence"], payload["form"], payload["row"])
    new = Query(payload["query"], key, payload["item"], "open", payload["automatic"], mark.seq, mark.at)
    return replace(state, queries={**state.queries, new.query: new})


def query_answered(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The query waits for who asked."""
    return _with_status(state, payload, "answered")


def query_closed(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The query is settled."""
    return _with_status(state, payload, "closed")


def query_reopened(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """The query waits for the site again."""
    return _with_status(state, payload, "open")


def _with_status(state: SubjectState, payload: Mapping[str, Any], status: str) -> SubjectState:
    changed = replace(state.queries[payload["query"]], status=status)
    return replace(state, queries={**state.queries, changed.query: changed})
