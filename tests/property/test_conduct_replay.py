"""Whatever people ask in whatever order: nothing is raised, and the entries alone give the states back."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conduct_making import NOON, Desk, desk, v
from trialwright.clinical.dictionary import Coding
from trialwright.conduct import Draft, Refusal, State, dump_state, evolve, load_state
from trialwright.conduct import commands as c
from trialwright.conduct.roles import PERMISSIONS, ROLES
from trialwright.errors import CATALOGUE
from trialwright.record.canonical import canonical_text

ODD = st.one_of(
    st.sampled_from(["", " ", "x" * 5000, "\x00", "\ud800", "٣", "a|b", "NaN", "1e999999", "-0", "2026-03"]),
    st.text(max_size=12),
)


def mostly(*usual: str) -> st.SearchStrategy[str]:
    """One of the usual words, now and then an odd one."""
    return st.integers(0, 39).flatmap(lambda die: ODD if die == 0 else st.sampled_from(usual))


@dataclasses.dataclass(frozen=True)
class Ago:
    """A date or time so many minutes before the command is given."""

    minutes: int
    as_date: bool

    def at(self, now: datetime) -> datetime | date:
        """The date or time itself."""
        time = now - timedelta(minutes=self.minutes)
        return time.date() if self.as_date else time


MINUTES = st.integers(0, 100) | st.integers(-100, 70_000)
YEARS = (datetime(1, 1, 2), datetime(9999, 12, 30))  # noqa: DTZ001 - the strategy adds the zone
DAYS = st.builds(Ago, MINUTES, st.just(True)) | st.dates(date(1, 1, 1))
TIMES = st.builds(Ago, MINUTES, st.just(False)) | st.datetimes(*YEARS, timezones=st.just(UTC) | st.none())
AMOUNTS = st.sampled_from(("0", "40", "100", "100.5", "-1", "NaN", "Infinity", "1e40")).map(Decimal)
WHY = mostly("typed wrongly", "read again")
ANSWERS = st.builds(
    c.ItemValue,
    st.one_of(
        mostly("7.8", "12", "141", "<5", "male", "female", "40", "2026-03-01", "2026-03", "text"),
        st.booleans(),
        st.none(),
    ),
    st.none() | mostly("mg/dL", "mmol/L", "kg"),
    st.none() | st.none() | st.none() | mostly("lost"),
)
ITEMS = (
    "gender",
    "age",
    "expecting",
    "remark",
    "glucose",
    "sampled_on",
    "systolic",
    "diastolic",
    "pill_name",
)
EVENTS = st.builds(
    c.EventReport,
    term=mostly("Headache", "Sepsis"),
    start=st.none() | DAYS | TIMES | mostly("2026-03", "2026-03-19T10:00:00+01:00"),
    grade=st.none() | st.integers(0, 6),
    serious=st.none() | st.booleans(),
    seriousness=st.just(()) | st.just(("death",)) | st.tuples(mostly("hospitalisation", "life_threatening")),
    related=st.none() | mostly("related", "not related", "not_related", "unknown"),
    end=st.none() | DAYS | TIMES,
    outcome=st.none() | mostly("recovered", "fatal", "unknown"),
    special_interest=st.none() | mostly("clot"),
    details=st.dictionaries(mostly("ae_bed_rest"), ANSWERS, max_size=1),
)
# What a field of a command may hold, by its name.
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "subject": mostly("A-001", "A-002"),
    "site": mostly("A", "B"),
    "sites": st.lists(mostly("A", "B"), max_size=2).map(tuple),
    "places": st.lists(mostly("ALL"), max_size=5).map(tuple),
    "gate": mostly("board", "first_review"),
    "decision": mostly("continue", "stop"),
    "remark": st.none() | WHY,
    "rule": mostly("P1", "P2", "P3", "B1", "declared"),
    "reason": WHY,
    "cause": mostly("other", "adverse_event", "alarm"),
    "scope": mostly("treatment", "visits", "all"),
    "lot": mostly("L1", "L2"),
    "product": mostly("drops", "powder"),
    "expiry": DAYS | st.just(NOON.date() + timedelta(days=100)),
    "units": st.lists(mostly("B1", "B2", "B3"), max_size=3).map(tuple),
    "volume_per_unit": st.none() | AMOUNTS,
    "certificate": st.dictionaries(mostly("sterility"), mostly("no growth"), max_size=1),
    "unit": mostly("B1", "B2", "B3"),
    "origin": st.none() | st.builds(c.LotOrigin, donor=st.none() | WHY, made_on=st.none() | DAYS),
    "analysis": st.none()
    | st.builds(c.CertificateOfAnalysis, AMOUNTS, st.none() | AMOUNTS, sterility=mostly("passed", "failed")),
    "shipment": mostly("S1", "S2"),
    "excursion": mostly("S1", "E1"),
    "shipper": WHY,
    "logger": st.none() | WHY,
    "shipped_at": TIMES,
    "received_at": TIMES,
    "low_c": st.none() | AMOUNTS | st.just(Decimal(-80)),
    "high_c": st.none() | AMOUNTS,
    "condition": st.none() | WHY,
    "freezer": st.none() | WHY,
    "shelf": st.none() | WHY,
    "second_person": st.none() | st.none() | mostly("u-2"),
    "since": TIMES,
    "until": TIMES,
    "clumps": st.booleans(),
    "leak": st.booleans(),
    "thaw_ended_at": st.none() | TIMES,
    "bath_c": st.none() | AMOUNTS,
    "filter": st.none() | WHY,
    "line": st.none() | WHY,
    "pump": st.none() | WHY,
    "residual_ml": st.none() | st.none() | AMOUNTS,
    "disposition": mostly("destroyed", "returned", "use", "destroy"),
    "version": mostly("1.0", "2.0"),
    "signed_on": DAYS,
    "signed_at": st.none() | TIMES,
    "visit": mostly("LOOK", "DAY0", "H24", "WEEK1", "END", "EARLY", "EXTRA"),
    "date": DAYS,
    "time": st.none() | TIMES,
    "occurrence": st.sampled_from([1, 1, 1, 2, 0, -1]),
    "form": mostly("person", "laboratory", "pressure", "pills", "harm"),
    "row": mostly("1", "dry", "m30", "2"),
    "items": st.dictionaries(mostly(*ITEMS), ANSWERS, max_size=4),
    "entries": st.lists(st.integers(1, 60), max_size=3).map(tuple),
    "fingerprint": mostly("0" * 64),
    "body": mostly("Ethics committee"),
    "term": mostly("Head ache", "Cough"),
    "dictionary": mostly("Wu Lin", "Tiny"),
    "terms": st.integers(0, 9),
    "how": mostly("exact", "chosen", "version"),
    "coding": st.builds(Coding, *[mostly("10", "Aches")] * 10),
    "item": mostly(*ITEMS),
    "new": ANSWERS,
    "criteria": st.lists(mostly("C1", "X1"), max_size=2).map(tuple),
    "on": DAYS,
    "at": TIMES,
    "volume_ml": AMOUNTS,
    "amount": AMOUNTS,
    "unit_of_amount": mostly("mL", "mg"),
    "report": EVENTS,
    "event": mostly("AE-1", "AE-2", "export"),
    "into": mostly("AE-1", "AE-2"),
    "person": mostly("u-1", "u-2"),
    "name": mostly("Wu Lin"),
    "role": mostly("coordinator", "investigator"),
    "first": mostly("2026-01-01", "2026-03-01"),
    "last": st.none() | mostly("2026-02-01", "2027-01-01"),
    "training": mostly("protocol 1.0"),
    "who": mostly("the coordinator"),
    "suspected": st.booleans(),
    "expected": st.booleans(),
    "to": mostly("sponsor", "agency"),
    "kind": mostly("initial", "follow_up", "nullification"),
    "reference": mostly("R-1"),
    "laboratory": mostly("bench"),
    "valid_from": DAYS,
    "bands": st.lists(st.builds(c.RangeLimits, AMOUNTS, AMOUNTS), max_size=2).map(tuple),
    "source": mostly("sheet 1"),
    "significant": st.booleans(),
    "comment": st.none() | WHY,
    "mapping": mostly("results"),
    "sha256": mostly("0" * 64),
    "size": st.integers(-1, 9),
    "rows": st.integers(0, 2),
    "stored": st.integers(-1, 2),
    "standing": st.integers(0, 1),
    "rejected": st.dictionaries(mostly("2"), WHY, max_size=1),
    "partial": st.booleans(),
    "reasons": st.dictionaries(mostly(*ITEMS), WHY, max_size=1),
    "seen": st.none() | st.integers(0, 60),
    "query": mostly("Q-1", "Q-2"),
    "text": st.none() | WHY,
    "approved_on": DAYS,
    "reconsent": st.booleans(),
    "summary": WHY,
    "statement": WHY,
    "checked_by": st.tuples(mostly("u-1", "u-2"), mostly("u-1", "u-2")),
    "ml_per_hour": AMOUNTS,
    "rescreen_of": st.none() | st.none() | mostly("A-001", "A-002"),
    "content": st.none() | mostly("0" * 64),
    "detail": st.dictionaries(mostly("file"), mostly("report.html"), max_size=2),
}


def command_of(sort: type[Any]) -> st.SearchStrategy[Any]:
    """Commands of one sort."""
    fields = {part.name: _given(part) for part in dataclasses.fields(sort)}
    return st.builds(sort, **fields)


def _given(part: dataclasses.Field[Any]) -> st.SearchStrategy[Any]:
    """What a field may hold: nothing only where its type says so, as everybody's input is checked for it."""
    may_be_nothing = "None" in str(part.type)
    return FIELDS[part.name] if may_be_nothing else FIELDS[part.name].filter(lambda value: value is not None)


def roles_of(command: c.Command) -> st.SearchStrategy[tuple[c.Command, str]]:
    """A command with a role that may give it, now and then with any."""
    usual = st.sampled_from(PERMISSIONS[type(command)])
    return (
        st.integers(0, 19)
        .flatmap(lambda die: st.sampled_from(ROLES) if die == 0 else usual)
        .map(lambda role: (command, role))
    )


def dated(command: Any, now: datetime) -> Any:
    """The command with its times counted back from now."""
    known = {part.name: getattr(command, part.name) for part in dataclasses.fields(command)}
    times = {name: value.at(now) for name, value in known.items() if isinstance(value, Ago)}
    if isinstance(known.get("report"), c.EventReport):
        times["report"] = dated(known["report"], now)
    return dataclasses.replace(command, **times)


COMMANDS = st.sampled_from(c.COMMANDS).flatmap(command_of).flatmap(roles_of)
STAGES = st.sampled_from(
    ["new", "open", "consented", "screened", "enrolled", "confirmed", "started", "treated"]
)


def at_stage(stage: str) -> Desk:
    """A study in which one person has come so far."""
    if stage == "new":
        return Desk()
    here = desk().stock("B1", "B2")
    if stage == "open":
        return here
    reach = getattr(here, stage)
    return reach("A-001", "B1") if stage in ("confirmed", "started", "treated") else reach("A-001")


def replayed(here: Desk) -> dict[str, State]:
    """The states that the entries give, from nothing."""
    states: dict[str, State] = {}
    for entry in here.entries:
        for stream in entry.streams:
            before = states.get(stream)
            states[stream] = evolve(stream, before, entry.kind, entry.payload, entry.seq, entry.at)
    return states


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(STAGES, st.lists(COMMANDS | COMMANDS | COMMANDS | st.integers(1, 300), min_size=8, max_size=40))
def test_any_sequence_of_commands_is_decided_and_replays(
    stage: str, sequence: list[tuple[c.Command, str] | int]
) -> None:
    """Every answer is canonical entries or a refusal of the catalogue, and a replay gives equal states."""
    here = at_stage(stage)
    for step in sequence:
        if isinstance(step, int):
            here.wait(hours=step)
            continue
        command, role = dated(step[0], here.now), step[1]
        answer = here.answer(command, role)
        if isinstance(answer, Refusal):
            assert answer.code in CATALOGUE
            assert answer.sentence.isprintable()
            continue
        for draft in answer:
            check_draft(draft)
        here.attempt(command, role)
    assert replayed(here) == here.states
    for stream, state in here.states.items():
        plain = dump_state(state)
        assert canonical_text(plain)
        assert load_state(stream, plain) == state
        assert dump_state(load_state(stream, plain)) == plain


def check_draft(draft: Draft) -> None:
    """A draft can be sealed: canonical payload, streams each once, a reason that is not blank."""
    assert json.loads(canonical_text(draft.payload)) == draft.payload
    assert draft.streams
    assert len(set(draft.streams)) == len(draft.streams)
    assert draft.reason is None or draft.reason.strip()


def test_every_field_of_every_command_is_tried() -> None:
    """The strategies name each field of each command, so that none is left out."""
    commands: tuple[Any, ...] = c.COMMANDS
    fields = {part.name for sort in commands for part in dataclasses.fields(sort)}
    assert fields == set(FIELDS)
    assert v("7.8").value == "7.8"


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_counts_of_the_study_follow_the_reports(data: st.DataObject) -> None:
    """However events are graded up and down, the study counts the people who have one now."""
    here = desk().stock("B1").treated("A-001", "B1")
    for _ in range(data.draw(st.integers(1, 8))):
        event = c.EventReport("Sepsis", grade=data.draw(st.integers(1, 4)), related="related")
        known = list(here.person("A-001").events)
        if known and data.draw(st.booleans()):
            here.attempt(
                c.UpdateAdverseEvent("A-001", data.draw(st.sampled_from(known)), event, "graded again")
            )
        else:
            here.attempt(c.ReportAdverseEvent("A-001", event))
    grades = [event["grade"] for event in here.person("A-001").events.values()]
    expected = {"sepsis": 1} if max(grades) >= 3 else None
    assert dump_state(here.states["study"])["counts"].get("P2") == expected
