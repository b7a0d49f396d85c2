"""The safety board's pack: what it counts, who may take it, and that it repeats to the byte."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_stages import SUBJECT, consented, done
from trialwright.cli.outcome import run
from trialwright.clinical.stopping import StoppingBoundary, crossing_from_here, crossing_probability
from trialwright.conduct import commands as c
from trialwright.report.prints.pack_pages import Pack, PackTable, PackText
from trialwright.store import StudyStore, open_study
from web_signing_in import mark_of, sign_in, text_of

AT = datetime(2026, 6, 1, 10, tzinfo=UTC)


def pack_of(store: StudyStore) -> Pack:
    from trialwright.web.pack.assembling import board_pack
    from trialwright.web.pack.material import read_material

    return board_pack(read_material(store, store.study, AT), "a test", "en")


def table(pack: Pack, section: str, place: int = 0) -> PackTable:
    (found,) = (each for each in pack.sections if each.id == section)
    return [part for part in found.parts if isinstance(part, PackTable)][place]


def entries_of(path: Path) -> list[dict[str, Any]]:
    """Kind and payload of each entry of an exported record, read by nothing of the program."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        {"kind": json.loads(line["envelope"])["kind"], **json.loads(line["content"])["payload"]}
        for line in lines
        if "envelope" in line and line.get("content")
    ]


def test_the_pack_counts_what_the_entries_say(rehearsed_folder: Path, tmp_path: Path) -> None:
    """Accrual, exposure, people with events, serious ones: equal to plain counts over the export."""
    store = open_study(rehearsed_folder)
    store.export(tmp_path / "record.jsonl")
    entries = entries_of(tmp_path / "record.jsonl")
    pack = pack_of(store)

    def of(*kinds: str) -> list[dict[str, Any]]:
        return [entry for entry in entries if entry["kind"] in kinds]

    newest = {(e["subject"], e["event"]): e for e in of("AdverseEventReported", "AdverseEventUpdated")}
    for gone in of("AdverseEventNullified", "AdverseEventMerged"):
        del newest[gone["subject"], gone["event"]]
    treated = {e["subject"] for e in of("InfusionStarted")}
    emergent = [e for e in newest.values() if e["treatment_emergent"] and e["subject"] in treated]
    kinds = ("SubjectRegistered", "ScreenFailed", "SubjectEnrolled", "InfusionStarted")
    assert table(pack, "accrual").rows[-1][1:5] == tuple(str(len(of(kind))) for kind in kinds)
    any_event, related, serious = table(pack, "overview").rows[:3]
    assert (any_event[1], any_event[4]) == (str(len({e["subject"] for e in emergent})), str(len(emergent)))
    assert related[4] == str(sum(e["related"] != "not related" for e in emergent))
    assert serious[4] == str(sum(bool(e["serious"]) for e in emergent))
    assert len(table(pack, "events").rows) == len(newest)
    assert sum(int(row[5]) for row in table(pack, "terms").rows) == len(emergent)
    volumes = {e["subject"]: f"{e['volume_ml']} mL" for e in of("InfusionEnded")}
    assert {row[1]: row[5] for row in table(pack, "exposure").rows} == volumes
    given = {name for row in table(pack, "product").rows for name in row[5].split(", ")} - {"nobody"}
    assert given == treated


def test_every_serious_event_is_told_in_sentences(site: StudyStore) -> None:
    """With its criteria, outcome and causality, and when it was reported, or that it was not."""
    report = c.EventReport(
        "Broken wrist", grade=3, serious=True, seriousness=("hospitalisation",), related="not related"
    )
    done(consented(site), ("coco", "coordinator", c.ReportAdverseEvent(SUBJECT, report)))
    told = _story(site)
    assert "serious (hospitalisation)" in told
    assert "The investigator's causality: not related" in told
    assert "Outcome: not stated" in told
    assert "No report is recorded yet." in told
    sent = c.RecordSubmission(SUBJECT, "AE-1", "sponsor", "initial", datetime.now(UTC), "mail 1")
    done(site, ("coco", "coordinator", sent))
    assert "initial report to the sponsor on" in _story(site)


def _story(store: StudyStore) -> str:
    (stories,) = (each for each in pack_of(store).sections if each.id == "stories")
    (part,) = stories.parts
    assert isinstance(part, PackText)
    return " ".join(part.paragraphs)


def test_equal_calls_give_equal_files(
    rehearsed_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --at the PDF and the page repeat to the byte, and the record stays as it is."""
    size = open_study(rehearsed_folder).head().size
    for name in ("one", "two"):
        call = ["board-pack", str(rehearsed_folder), "--out", str(tmp_path / name), "--at", AT.isoformat()]
        assert run(call) == 0
    capsys.readouterr()
    for kind in ("pdf", "html"):
        file = f"board-pack-2026-06-01.{kind}"
        one, two = ((tmp_path / name / file).read_bytes() for name in ("one", "two"))
        assert one == two
    page = (tmp_path / "one" / "board-pack-2026-06-01.html").read_text("utf-8")
    assert "ALL PEOPLE ARE INVENTED" in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert open_study(rehearsed_folder).head().size == size


@pytest.mark.parametrize("moment", ["yesterday", "2026-06-01", "2026-06-01T10:00"])
def test_a_moment_without_offset_is_refused(
    rehearsed_folder: Path, moment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """TW-655, and nothing is written."""
    assert run(["board-pack", str(rehearsed_folder), "--at", moment]) != 0
    assert "TW-655" in capsys.readouterr().err


def test_a_study_without_anybody_has_a_pack_too(site: StudyStore) -> None:
    """Nobody treated, no event: tables that say so, no line left out, and all of it can be printed."""
    from trialwright.report.prints.pack_pages import render_pack_html, render_pack_pdf

    pack = pack_of(site)
    assert table(pack, "exposure").rows == ()
    assert table(pack, "exposure").empty == "Nobody is treated yet."
    assert [row[1] for row in table(pack, "overview").rows] == ["0"] * len(table(pack, "overview").rows)
    assert "No adverse event was reported." in render_pack_html(pack, AT)
    assert render_pack_pdf(pack, AT).startswith(b"%PDF")


@pytest.mark.requirement("AT-5")
@pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF"), ("html", b"<!doctype html>")])
def test_taking_the_pack_is_an_entry(site: StudyStore, kind: str, begins: bytes) -> None:
    """AT-5: who took it and as what; the file is of the record with this entry."""
    saga = sign_in("saga")
    answer = saga.post("/safety/pack/", {"command": mark_of(saga.get("/safety/")), "kind": kind})
    assert (answer.status_code, answer.content[: len(begins)]) == (200, begins)
    (entry,) = site.newest_entries(1, kinds=("AccessLogged",))
    assert (entry.payload["event"], entry.payload["person"]) == ("print", "saga")
    assert entry.payload["detail"] == {"pack": kind}
    if kind == "html":
        assert f"({site.head().size})" in answer.content.decode()


@pytest.mark.requirement("AC-1")
def test_who_may_not_take_the_pack(site: StudyStore) -> None:
    """AC-1: a coordinator sees no button and is refused; another form of file is refused in a sentence."""
    coco = sign_in("coco")
    assert "Pack for the safety board" not in text_of(coco.get("/safety/"))
    assert coco.post("/safety/pack/", {"kind": "pdf"}).status_code == 403
    saga = sign_in("saga")
    assert saga.post("/safety/pack/", {"kind": "exe"}).status_code == 422


def test_script_in_an_event_is_text_in_the_pack(site: StudyStore) -> None:
    """What was typed as a term reaches the page as text and the print as it is."""
    from trialwright.report.prints.pack_pages import render_pack_html, render_pack_pdf

    report = c.EventReport("<script>alert(1)</script> #let x", grade=1, related="related", serious=False)
    done(consented(site), ("coco", "coordinator", c.ReportAdverseEvent(SUBJECT, report)))
    page = render_pack_html(pack_of(site), AT)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert render_pack_pdf(pack_of(site), AT).startswith(b"%PDF")


@given(st.integers(1, 7), st.data())
def test_the_chance_from_here_on_is_that_of_all_paths(subjects: int, data: st.DataObject) -> None:
    """Equal to the sum over every way the rest can go, in fractions."""
    limits = sorted(data.draw(st.lists(st.integers(1, 8), min_size=subjects, max_size=subjects)))
    boundary = StoppingBoundary(tuple(limits))
    evaluated = data.draw(st.integers(0, subjects))
    events = data.draw(st.integers(0, evaluated))
    rate = Fraction(data.draw(st.integers(0, 10)), 10)
    crossed = Fraction(0)
    for path in product((0, 1), repeat=subjects - evaluated):
        chance, count, over = Fraction(1), events, bool(evaluated and events >= limits[evaluated - 1])
        for number, event in enumerate(path, evaluated):
            chance *= rate if event else 1 - rate
            count += event
            over = over or count >= limits[number]
        crossed += chance if over else 0
    assert crossing_from_here(boundary, evaluated, events, rate) == pytest.approx(float(crossed), abs=1e-11)


def test_from_the_beginning_on_it_is_the_whole_probability() -> None:
    """Before anybody is evaluated nothing is known yet."""
    boundary = StoppingBoundary.from_steps([(2, 5, 2), (6, 14, 3), (15, 20, 4)])
    whole = crossing_probability(boundary, 0.2)
    assert crossing_from_here(boundary, 0, 0, 0.2) == pytest.approx(whole, abs=1e-12)
    assert crossing_from_here(boundary, 5, 2, 0.0) == 1.0
    assert crossing_from_here(boundary, 20, 3, 0.9) == 0.0
