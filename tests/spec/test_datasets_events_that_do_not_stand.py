"""Data sets of events that were nullified, merged or reopened, and of people who were never treated."""

from __future__ import annotations

from dataclasses import replace

from conduct_making import Desk, desk
from dataset_making import snapshot_of
from trialwright.conduct import commands as c
from trialwright.datasets.study_datasets import StudyDatasets, build_datasets

HEADACHE = c.EventReport("Headache", grade=1, serious=False, related="not related", outcome="unknown")


def treated() -> Desk:
    """A treated person with two reports of one headache."""
    here = desk().stock("B1").treated("A-001", "B1")
    for _ in range(2):
        here.do(c.ReportAdverseEvent("A-001", replace(HEADACHE, start=here.now.isoformat())))
    return here


def built(here: Desk) -> StudyDatasets:
    return build_datasets(here.study, snapshot_of(here))


def numbers(here: Desk, frame: str = "AE") -> list[str]:
    return [str(row["AESPID"]) for row in built(here).frames[frame].to_dicts()]


def test_a_merged_event_is_one_record() -> None:
    """The one that stays; the other is in neither AE nor ADAE."""
    here = treated()
    assert numbers(here) == ["AE-1", "AE-2"]
    here.do(c.MergeAdverseEvents("A-001", "AE-1", "AE-2", "seen twice"))
    assert numbers(here) == numbers(here, "ADAE") == ["AE-2"]


def test_a_nullified_event_is_no_record_until_it_stands_again() -> None:
    """Reopened, it is in its place; a death that was nullified is no death."""
    here = treated()
    dead = replace(
        HEADACHE, start=here.now.isoformat(), end=here.now.isoformat(), grade=5, serious=True,
        seriousness=("death",), outcome="fatal",
    )  # fmt: skip
    here.do(c.ReportAdverseEvent("A-001", dead))
    assert built(here).frames["DM"].to_dicts()[0]["DTHFL"] == "Y"
    here.do(c.NullifyAdverseEvent("A-001", "AE-3", "of somebody else"))
    here.do(c.NullifyAdverseEvent("A-001", "AE-1", "of somebody else"))
    assert numbers(here) == ["AE-2"]
    assert built(here).frames["DM"].to_dicts()[0]["DTHFL"] is None
    here.do(c.ReopenAdverseEvent("A-001", "AE-1", "theirs"))
    assert numbers(here) == ["AE-1", "AE-2"]


def test_links_and_reports_to_others_are_no_data() -> None:
    """They change no data set."""
    here = treated()
    before = built(here).frames
    here.do(c.LinkAdverseEvent("A-001", "AE-1", "DAY0", "laboratory", "1", "glucose"))
    after = built(here).frames
    assert all(after[name].equals(frame) for name, frame in before.items())


def test_an_event_of_somebody_never_treated_is_flagged_once() -> None:
    """TW-577: listed, not treatment-emergent, not lost."""
    here = desk().consented("A-001")
    here.do(c.ReportAdverseEvent("A-001", replace(HEADACHE, start=here.now.date().isoformat())))
    data = built(here)
    assert [finding.check for finding in data.findings] == ["TW-577"]
    (row,) = data.frames["ADAE"].to_dicts()
    assert (row["AESPID"], row["TRTEMFL"]) == ("AE-1", "N")
