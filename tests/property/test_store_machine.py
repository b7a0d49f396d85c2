"""The stored record against a plain list, through any order of commands, repeats, refusals and accidents."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from store_making import RedactContent, Refusal, Site, make_folder, open_folder
from trialwright.record.checkpoint import load_checkpoint
from trialwright.record.entry import parse_moment
from trialwright.record.export import read_snapshot
from trialwright.store import Receipt

SUBJECTS = st.sampled_from(["1001", "1002", "1003"])


class RecordMachine(RuleBasedStateMachine):
    """``model`` is what must be in the record: one payload an entry, None once redacted."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        make_folder(self.place / "study")
        self.store = open_folder(self.place / "study")
        self.model: list[dict[str, Any] | None] = []
        self.receipts: list[tuple[str, Receipt]] = []
        self.kept: list[str] = []

    @initialize()
    def sit_down(self) -> None:
        """Somebody begins to enter data."""
        self.site = Site(self.store)

    @rule(subject=SUBJECTS, weight=st.integers(30, 150), times=st.integers(1, 3))
    def enter(self, subject: str, weight: int, times: int) -> None:
        """A form is saved."""
        command_id = next(self.site.ids)
        receipt = self.site.enter(subject, f"{weight}", times, command_id=command_id)
        size = len(self.model)
        self.model += [{"subject": subject, "weight": f"{weight}"}] * times
        assert receipt.entries == tuple(range(size + 1, size + 1 + times))
        self.receipts.append((command_id, receipt))

    @rule(subject=SUBJECTS)
    def enter_nonsense(self, subject: str) -> None:
        """A form is refused."""
        assert isinstance(self.site.enter(subject, "3"), Refusal)

    @precondition(lambda self: self.receipts)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        """A form is sent twice, at once or much later."""
        command_id, receipt = data.draw(st.sampled_from(self.receipts))
        assert self.site.enter("1001", "99", command_id=command_id) == receipt

    @rule(subject=SUBJECTS, seconds=st.integers(3, 100_000))
    def step_back(self, subject: str, seconds: int) -> None:
        """The server's clock jumps back before a form is saved, and forward again afterwards."""
        last = self.store.newest_entries(1)
        at = self.site.now - timedelta(seconds=seconds)
        receipt = self.site.enter(subject, "70", at=at)
        if last and parse_moment(last[0].at) - at > timedelta(seconds=2):
            self.model.append({"stepped": True})
        self.model.append({"subject": subject, "weight": "70"})
        assert receipt.entries == (len(self.model),)

    @precondition(lambda self: any(self.model))
    @rule(data=st.data())
    def redact(self, data: st.DataObject) -> None:
        """The content of one entry is removed."""
        open_to = [
            number for number, payload in enumerate(self.model, 1) if payload and "removed" not in payload
        ]
        if not open_to:
            return
        number = data.draw(st.sampled_from(open_to))
        self.site.give(RedactContent((number,)))
        self.model[number - 1] = None
        self.model.append({"removed": number})

    @rule()
    def sign(self) -> None:
        """A checkpoint is made and kept elsewhere."""
        self.kept.append(self.store.checkpoint("day end"))

    @rule()
    def open_again(self) -> None:
        """The program ends and starts again."""
        self.store.close()
        self.store = open_folder(self.place / "study")
        self.site.store = self.store

    @rule()
    def lose_the_states(self) -> None:
        """The stored states are lost and rebuilt."""
        from trialwright.store.models import Projection

        Projection.objects.using(self.store.alias).all().delete()
        self.store.rebuild(repair=True)

    @invariant()
    def record_is_the_list(self) -> None:
        """Every entry is there, in order, with its content or without it where it was removed."""
        entries = list(self.store.entries())
        assert len(entries) == len(self.model)
        for entry, payload in zip(entries, self.model, strict=True):
            assert entry.redacted == (payload is None)
            if payload and "weight" in payload:
                assert dict(entry.payload) == payload

    @invariant()
    def record_is_whole(self) -> None:
        """The chain verifies with everything kept elsewhere, and the states are those of the entries."""
        assert self.store.verify([load_checkpoint(note) for note in self.kept]).size == len(self.model)
        assert self.store.rebuild() == ()
        counts = self.store.states("study").get("study", {"count": 0})
        assert counts["count"] == sum("weight" in payload for payload in self.model if payload)

    def teardown(self) -> None:
        """At the end the export holds the same."""
        self.store.export(self.place / "record.jsonl")
        with (self.place / "record.jsonl").open("rb") as handle:
            assert read_snapshot(handle) == self.store.snapshot()
        self.store.close()
        shutil.rmtree(self.place)


RecordMachine.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestRecord = RecordMachine.TestCase
