"""Twenty people at two servers answer and correct the same things: one counts, the others are told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from saves_at_once import RECORDED, REPEATED, Plan, look_through, prepare, save_at_once
from trialwright.store import open_study


@pytest.mark.requirement("SQ-3", "FL-1", "TE-1")
@pytest.mark.parametrize("groups", [100, pytest.param(1000, marks=pytest.mark.slow)])
def test_contested_saves_lose_and_double_nothing(tmp_path: Path, study_url: str, groups: int) -> None:
    """SQ-3: of two answers to one question one stands, of two corrections of one answer one, and each once.

    Every fifth save is sent twice at the same moment to two servers; both tell the same receipt or refusal.
    """
    plan = Plan(groups)
    prepare(tmp_path / "study", study_url, plan)
    answers, _ = save_at_once(tmp_path / "study", study_url, plan)
    store = open_study(tmp_path / "study", database_url=study_url or None)
    found = look_through(store, plan, answers)
    assert found.faults == []
    assert found.recorded == groups * RECORDED
    assert found.refused == {"TW-430": groups, "TW-431": groups, "TW-830": groups}
    assert found.repeated == plan.saves // REPEATED
    assert store.verify().size == store.head().size
    assert store.rebuild() == ()
    recorded = {f"save {answer.save}" for answer in answers if not answer.refused}
    stands = [
        cell.value
        for person in store.states_of("subject").values()
        for cells in person.rows.values()
        for cell in cells.values()
    ]
    assert sorted(stands) == sorted(recorded)
    store.close()


@pytest.mark.requirement("SQ-3")
def test_the_count_sees_what_was_lost_doubled_or_invented(tmp_path: Path) -> None:
    """An acknowledged save that is not there, one too many, and another answer would each be found."""
    plan = Plan(2, people=4)
    prepare(tmp_path / "study", "", plan)
    answers, _ = save_at_once(tmp_path / "study", "", plan)
    store = open_study(tmp_path / "study")
    assert look_through(store, plan, answers).faults == []
    kept = next(each for each in answers if not each.refused and each.save % 5)
    rest = [each for each in answers if each is not kept]
    refused = next(each for each in answers if each.refused and each.save % 5)
    without = [each for each in answers if each is not refused]
    lies = {
        "nobody was told": rest,
        "never answered": rest,
        " was answered [": [*without, replace(refused, refused="TW-499")],
        "stands in the record": [*rest, replace(kept, entries=(), head="", refused="TW-431")],
        "another hash": [*rest, replace(kept, head="0" * 64)],
        "the record has 1 of it": [*rest, replace(kept, entries=(*kept.entries, 9999))],
        "the record has 0 of it": [*without, replace(refused, refused="", entries=(7,), head="1" * 64)],
        "told different things": [*answers, replace(kept, entries=(1,))],
        "stands with another answer": [
            *(each for each in rest if each is not refused),
            replace(kept, save=refused.save),
            replace(refused, save=kept.save),
        ],
    }
    for words, told in lies.items():
        assert any(words in fault for fault in look_through(store, plan, told).faults), words
    store.close()
