"""Outputs of the rehearsed default study: as it is, and with one entry of its record said differently."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from trialwright.analysis.study_analyses import run_analyses, write_study_analysis
from trialwright.analysis.tracing.opened_output import OpenedOutput, open_output
from trialwright.datasets.study_datasets import build_datasets
from trialwright.protocol.study import Study
from trialwright.record.snapshot import EntryView, Snapshot

Payload = Mapping[str, Any]


def written_output(study: Study, snapshot: Snapshot, folder: Path) -> OpenedOutput:
    """Derive, analyse and write a snapshot, and open what was written."""
    datasets = build_datasets(study, snapshot)
    write_study_analysis(run_analyses(study, datasets), datasets, folder)
    return open_output(folder)


def with_entry(snapshot: Snapshot, seq: int, change: Callable[[Payload], Payload]) -> Snapshot:
    """The snapshot as it would be had one entry said something else."""

    def said(entry: EntryView) -> EntryView:
        if entry.seq != seq:
            return entry
        return replace(entry, payload=change(entry.payload), hash="f" * 64)

    return replace(snapshot, head="e" * 64, entries=tuple(said(entry) for entry in snapshot.entries))


@pytest.fixture(scope="session")
def rehearsed_snapshot(rehearsed_folder: Path) -> Snapshot:
    """The record of the rehearsed default study."""
    from trialwright.store import open_study

    store = open_study(rehearsed_folder)
    try:
        return store.snapshot()
    finally:
        store.close()


@pytest.fixture(scope="session")
def rehearsed_output(
    default_study: Study, rehearsed_snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> OpenedOutput:
    """The analysis of the rehearsed default study, written and opened."""
    return written_output(default_study, rehearsed_snapshot, tmp_path_factory.mktemp("out") / "results")
