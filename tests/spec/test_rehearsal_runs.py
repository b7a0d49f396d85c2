"""A rehearsal is a whole study: the same seed gives the same record, every gate holds, nobody is real."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from study_fixtures import SECOND_STUDY
from trialwright.cli.rehearsing import run_rehearsal
from trialwright.conduct.states import PersonState, SubjectState
from trialwright.protocol.loading import packaged_studies
from trialwright.protocol.study import Study
from trialwright.rehearsal.gate_list import GATES
from trialwright.rehearsal.report import RehearsalReport
from trialwright.rehearsal.scenario_reading import load_scenario
from trialwright.store import StudyStore, create_study, open_study

TINY = SECOND_STUDY.parent / "tiny"


def rehearsed(folder: Path, protocol: Path, subjects: int, seed: int) -> RehearsalReport:
    """Make a study folder and rehearse in it."""
    create_study(folder, protocol, database_url="")
    return run_rehearsal(folder, subjects, seed)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[RehearsalReport, StudyStore]:
    """The packaged study with its whole target."""
    folder = tmp_path_factory.mktemp("whole") / "study"
    report = rehearsed(folder, packaged_studies()["nct06495437"], 20, 1)
    return report, open_study(folder)


Whole = tuple[RehearsalReport, StudyStore]


def subjects_of(store: StudyStore) -> list[SubjectState]:
    return [state for state in store.states_of("subject").values() if isinstance(state, SubjectState)]


def test_the_same_seed_gives_the_same_record(tmp_path: Path) -> None:
    """Byte for byte; another seed gives another one."""
    heads = [rehearsed(tmp_path / name, TINY, 4, seed).head for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    assert heads[0] == heads[1] != heads[2]


def test_every_gate_is_proved_or_has_its_reason(whole: Whole) -> None:
    """Of the packaged study, only a second dose cannot be tried."""
    report, _ = whole
    proved = {proof.gate for proof in report.proofs}
    absent = {gate for gate, _ in report.absent}
    assert proved | absent == set(GATES)
    assert not proved & absent
    assert absent == {"second dose"}


def test_every_criterion_fails_somebody(whole: Whole, default_study: Study) -> None:
    """Screening failures by each of the 18 criteria."""
    report, _ = whole
    assert set(report.failures) == {criterion.id for criterion in default_study.criteria}
    assert report.declined >= 1


def test_what_happens_in_a_study_happens(whole: Whole, default_study: Study) -> None:
    """Missing values, dropouts, graded events, a reaction, slips, a late and a missed visit."""
    report, store = whole
    assert report.treated == report.enrolled == 20
    assert (report.serious_events, report.reactions, report.unit_mistakes, report.corrections) == (1, 1, 1, 1)
    assert report.late_visits == report.missed_visits == 1
    assert report.missing_values > 0
    lost = {
        answer["missing"]
        for entry in store.entries_of_kind("ItemsEntered")
        for answer in entry.payload["items"].values()
        if answer["missing"]
    }
    assert lost <= {loss.cause for loss in load_scenario(store.folder.protocol, default_study).lost}
    assert report.queries > 0
    assert report.verified > 0
    causes = Counter(state.withdrawal.cause for state in subjects_of(store) if state.withdrawal)
    assert causes == {"withdrawal_by_subject": 1, "adverse_event": 1}
    events = [event for state in subjects_of(store) for event in state.events.values()]
    assert {event["grade"] for event in events} >= {1, 2, 3}
    assert any(event["end"] is None for event in events)
    assert any(
        event["start"] < (state.treated_at or "")
        for state in subjects_of(store)
        for event in state.events.values()
    )


def test_it_ends_with_every_casebook_signed_and_locked(whole: Whole) -> None:
    """By invented people who were named and delegated like real ones."""
    _, store = whole
    assert all(state.locked and state.endorsements for state in subjects_of(store))
    people = [state for state in store.states_of("person").values() if isinstance(state, PersonState)]
    assert len(people) == 10
    assert all(each.delegations for each in people)
    assert store.is_rehearsal()


def test_the_record_is_whole_and_holds_no_float(whole: Whole) -> None:
    """It verifies, its states are those of its entries, and numbers are text."""
    _, store = whole
    assert store.verify()
    assert not store.rebuild()

    def refuse(number: str) -> None:
        raise AssertionError(number)

    for entry in store.entries():
        json.loads(json.dumps(dict(entry.payload)), parse_float=refuse)


@pytest.mark.parametrize(("protocol", "subjects"), [(TINY, 4), (SECOND_STUDY, 16)])
@pytest.mark.parametrize("described", [True, False])
def test_other_studies_are_rehearsed_as_they_are(
    tmp_path: Path, protocol: Path, subjects: int, *, described: bool
) -> None:
    """With their description of people, and without one from the limits of their items."""
    folder = tmp_path / "study"
    create_study(folder, protocol, database_url="")
    if not described:
        (folder / "protocol" / "rehearsal.yaml").unlink(missing_ok=True)
    assert run_rehearsal(folder, subjects, 5).treated == subjects


def test_a_rehearsal_left_open_goes_on_in_the_browser(tmp_path: Path) -> None:
    """Nothing is locked, somebody's screening has begun, and somebody waits for the investigator."""
    folder = tmp_path / "study"
    create_study(folder, TINY, database_url="")
    run_rehearsal(folder, 4, 1, leave_open=True)
    store = open_study(folder)
    assert not any(state.locked for state in subjects_of(store))
    in_screening = [state for state in subjects_of(store) if not state.failed and state.number is None]
    assert len(in_screening) == 2
    assert all(state.visits and state.rows and not state.signed for state in in_screening)


@pytest.mark.parametrize("day", ["2026-11-23", "2027-03-01", "2028-02-29"])
def test_a_study_under_way_stands_in_the_middle(tmp_path: Path, day: str) -> None:
    """Some are treated and in follow-up, nobody's casebook is locked, and nothing lies in the future."""
    folder = tmp_path / "study"
    create_study(folder, packaged_studies()["nct06495437"], database_url="")
    today = datetime.fromisoformat(f"{day}T12:00:00+00:00")
    report = run_rehearsal(folder, 20, 1, today=today)
    assert 5 < report.treated <= report.enrolled <= 20
    store = open_study(folder)
    people = subjects_of(store)
    assert not any(state.locked for state in people)
    following = [state for state in people if state.treated_at and not state.completed_on]
    assert len(following) > 5
    assert max(entry.at for entry in store.entries()) < today.isoformat()


def test_a_number_beside_a_limit_stays_in_the_unit_of_the_study(tmp_path: Path) -> None:
    """Rounded in the laboratory's unit, 7.8 mmol/L would be below 7.8: with this seed somebody has it."""
    packaged = packaged_studies()["nct06495437"]
    assert rehearsed(tmp_path / "study", packaged, 6, 3).treated == 6


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_twenty_seeds_run_through(tmp_path: Path, seed: int) -> None:
    """Whatever chance brings, the study ends, and every gate was tried."""
    whole = rehearsed(tmp_path / "whole", packaged_studies()["nct06495437"], 20, seed)
    assert whole.treated == 20
    assert [gate for gate, _ in whole.absent] == ["second dose"]
    assert rehearsed(tmp_path / "tiny", TINY, 4, seed).treated == 4
    assert rehearsed(tmp_path / "second", SECOND_STUDY, 16, seed).treated == 16
