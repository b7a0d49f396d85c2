"""Attacks by files: hostile cells, torn and endless files, and forms that were tampered with."""

from __future__ import annotations

import os
import time
import tracemalloc
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conduct_making import tiny
from laboratory_files import HEAD, agree, glucose, row, run, send, taken
from site_stages import SUBJECT
from trialwright.conduct import Refusal
from trialwright.conduct import commands as c
from trialwright.conduct.imported_lines import FileLine, read_lines
from trialwright.conduct.laboratory_import import plan_import
from trialwright.store import StudyStore
from web_signing_in import give, mark_of, sign_in, text_of


@pytest.mark.requirement("SQ-5")
@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("=1+1", "TW-431"),
        ("@SUM(A1)", "TW-431"),
        ('=HYPERLINK(""https://example.org"")', "TW-431"),
        ("7.8 mmol/L", "TW-431"),
        ("~7.8", "TW-431"),
        ("1e1", "TW-431"),
        ("NaN", "TW-431"),
        ("٧.٨", "TW-431"),
        ("−7", "TW-431"),
        ("-7", "TW-434"),
        ("9" * 400, "TW-431"),
        ("\u202e8.7", "TW-431"),
        ("\x1b[2J7.8", "TW-431"),
        ("<script>alert(1)</script>", "TW-431"),
        ("x" * 1001, "TW-872"),
    ],
)
def test_no_cell_is_taken_for_a_number_that_it_is_not(held: StudyStore, cell: str, code: str) -> None:
    """SQ-5: formulae, scripts, foreign digits and endless cells are rejected, in a printable sentence."""
    answer = taken(held, HEAD + row(result=f'"{cell}"'))
    (rejection,) = answer.rejected
    assert rejection.code == code
    assert rejection.sentence.isprintable()
    assert len(rejection.sentence) < 300
    assert glucose(held) is None


@pytest.mark.parametrize(
    "name", ["../../study.db", "A-001/../B-001", "a\x1b[2Jb", "\u202eA-001", "A-001|LOOK", "%", "' OR 1=1 --"]
)
def test_no_subject_is_found_by_a_name_that_is_none(held: StudyStore, name: str) -> None:
    """TW-873 for paths, patterns and control characters, in a printable sentence."""
    (rejection,) = taken(held, HEAD + row(patient=name)).rejected
    assert rejection.code == "TW-873"
    assert rejection.sentence.isprintable()


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("YYYYMMDD", "2026111"),
        ("YYYYMMDD", "٢٠٢٦٠١٠١"),
        ("DD.MM.YYYY", "1.3.2026"),
        ("DD/MM/YYYY", "13/13/2026"),
        ("MM/DD/YYYY", "13/01/2026"),
        ("YYYY-MM-DD", "2026-02-29"),
        ("YYYY-MM-DD", "26-02-28"),
        ("YYYY-MM-DD", "0026-02-28"),
        ("YYYY-MM-DD", ""),
    ],
)
def test_a_date_that_may_be_another_day_is_not_guessed(held: StudyStore, form: str, text: str) -> None:
    """TW-874 for digits left out, digits of other scripts, and days that are none."""
    (mapping,) = tiny().imports
    other = mapping.model_copy(update={"date_form": form})
    cells = {"Patient": SUBJECT, "Visit": "S", "Taken": text, "Test": "GLU", "Result": "7", "Unit": "mg%"}
    people = held.states(f"subject:{SUBJECT}")
    plan = plan_import(tiny(), other, [FileLine(2, cells)], lambda name: people[f"subject:{name}"])
    assert [each.code for each in plan.rejected] == ["TW-874"]
    assert f"is not written as {form}" in plan.rejected[0].sentence


@pytest.mark.requirement("SQ-5")
def test_what_repeats_a_refused_row_is_refused_with_it(held: StudyStore) -> None:
    """SQ-5: nothing counts as standing that does not stand; numbers are the same however their zeros go."""
    twins = taken(held, HEAD + row(result="99") + row(result="99.0"))
    assert (twins.stored, twins.standing) == (0, 0)
    assert [(each.line, each.code) for each in twins.rejected] == [(2, "TW-434"), (3, "TW-434")]
    same = taken(held, HEAD + row(result="7.8") + row(result="7.80"))
    assert (same.stored, same.standing, same.rejected) == (1, 1, ())


@pytest.mark.parametrize("rows", [",\n", "a\n", row(), '"\n"x\n'])
def test_an_endless_file_is_left_at_its_hundred_thousandth_row(rows: str) -> None:
    """TW-870 before the rest is read: what the rows take in memory does not grow with the file."""
    (mapping,) = tiny().imports
    content = (HEAD + "a\n" * 100_001 + rows * 1_000_000).encode()[:20_000_000]
    tracemalloc.start()
    try:
        answer = read_lines(mapping, content)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert isinstance(answer, Refusal)
    assert "more than 100000 rows" in answer.sentence
    assert most < 10 * len(content) + 60_000_000


def test_columns_that_nobody_asked_for_are_not_kept() -> None:
    """A file with hundreds of columns is read by those that the mapping names."""
    (mapping,) = tiny().imports
    beside = [f"Column{number}" for number in range(500)]
    head = ",".join([HEAD.strip(), *beside])
    lines = read_lines(mapping, f"{head}\n{row().strip()}{',x' * 500}\n".encode())
    assert isinstance(lines, tuple)
    assert set(lines[0].cells) == {"Patient", "Visit", "Taken", "Test", "Result", "Unit"}


def test_too_many_reasons_for_one_entry_are_a_sentence(held: StudyStore) -> None:
    """TW-870 for tens of thousands of rejected rows, within seconds; nothing of the file is stored."""
    size = held.head().size
    strangers = "".join(row(patient=f"N-{number}") for number in range(60_000))
    begun = time.monotonic()
    answer = run(held, HEAD + row() + strangers)
    assert isinstance(answer, Refusal)
    assert (answer.code, "60000 rows would be rejected" in answer.sentence) == ("TW-870", True)
    assert time.monotonic() - begun < 30
    assert held.head().size == size
    assert glucose(held) is None
    assert not list(held.folder.files.iterdir())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_text_in_another_encoding_is_refused(held: StudyStore, encoding: str) -> None:
    """TW-870, never rows of letters with gaps."""
    answer = run(held, (HEAD + row()).encode(encoding))
    assert isinstance(answer, Refusal)
    assert answer.code == "TW-870"


@pytest.mark.parametrize("name", ["../../study.db", "..\\..\\x.csv", "<b>x</b>.csv", "x" * 900 + ".csv"])
def test_the_name_of_a_file_is_no_path_and_no_mark(held: StudyStore, name: str) -> None:
    """The bytes stand under their hash alone; the name is shown as text."""
    coco = sign_in("coco")
    shown = send(coco, HEAD + row(), name)
    assert "<b>x" not in shown.content.decode()
    assert agree(coco, shown).status_code == 302
    (kept,) = held.folder.files.iterdir()
    assert len(kept.name) == 64
    (entry,) = held.entries_of_kind("FileImported")
    assert "/" not in entry.payload["name"]
    assert len(entry.payload["name"]) <= 200
    assert "<b>x" not in coco.get("/imports/").content.decode()


def test_a_name_with_control_characters_is_refused(held: StudyStore) -> None:
    """TW-415, and nothing of the file is stored."""
    coco = sign_in("coco")
    shown = send(coco, HEAD + row())
    answer = agree(coco, shown, name="a\x1b[2J.csv")
    assert (answer.status_code, "TW-415" in text_of(answer)) == (422, True)
    assert glucose(held) is None
    assert not list(held.entries_of_kind("FileImported"))


@pytest.mark.requirement("SQ-3")
def test_two_agreements_to_one_file_import_it_once(held: StudyStore) -> None:
    """SQ-3: the form sent again stores nothing and says that the file was imported."""
    coco = sign_in("coco")
    shown = send(coco, HEAD + row())
    assert agree(coco, shown).status_code == 302
    size = held.head().size
    again = agree(coco, shown)
    assert "nothing in it is new" in text_of(again)
    assert held.head().size == size
    assert not list(held.folder.shown.iterdir())


@pytest.mark.requirement("SQ-5")
def test_what_was_typed_since_the_file_was_shown_stays(held: StudyStore) -> None:
    """SQ-5: the row that was shown as new is rejected, since another value stands by now."""
    coco = sign_in("coco")
    shown = send(coco, HEAD + row())
    typed = {"glucose": c.ItemValue("6.1", "mmol/L")}
    give(held, c.EnterItems(SUBJECT, "LOOK", "laboratory", "1", typed, partial=True), "coordinator", "coco")
    assert agree(coco, shown).status_code == 302
    assert glucose(held) == ("6.1", "mmol/L")
    (entry,) = held.entries_of_kind("FileImported")
    assert entry.payload["rejected"]["2"].startswith("TW-877")


def test_a_file_that_nobody_agreed_to_is_forgotten(held: StudyStore) -> None:
    """It waits for half a day beside the files of the record, which keep none that was not imported."""
    coco = sign_in("coco")
    shown = send(coco, HEAD + row())
    (waiting,) = held.folder.shown.iterdir()
    assert not list(held.folder.files.iterdir())
    old = time.time() - timedelta(hours=13).total_seconds()
    os.utime(waiting, (old, old))
    send(coco, HEAD + row(result="6"))
    assert not waiting.exists()
    assert "no longer here" in text_of(agree(coco, shown))


@pytest.mark.requirement("AC-2")
def test_a_file_shown_to_one_site_fills_nothing_at_another(held: StudyStore) -> None:
    """AC-2: whoever knows the hash imports with the rights of the own site: nobody there is known."""
    shown = send(sign_in("coco"), HEAD + row())
    bao = sign_in("bao")
    assert agree(bao, shown, command=mark_of(bao.get("/imports/"))).status_code == 302
    (entry,) = held.entries_of_kind("FileImported")
    assert entry.payload["rejected"]["2"].startswith("TW-873")
    assert glucose(held) is None


@pytest.mark.requirement("AC-1")
@pytest.mark.parametrize("person", ["ines", "mona", "dora", "stan", "saga", "ivo", "ada"])
def test_only_coordinators_import(held: StudyStore, person: str) -> None:
    """AC-1: nobody else has the page, nor can record an import."""
    assert held.head().size
    visitor = sign_in(person)
    assert visitor.get("/imports/").status_code == 403
    file = SimpleUploadedFile("x.csv", (HEAD + row()).encode())
    show = {"deed": "show", "mapping": "results", "file": file}
    for fields in (show, {"deed": "import", "sha256": "0" * 64}):
        assert visitor.post("/imports/", fields).status_code == 403


def test_a_huge_file_is_refused_in_the_browser(held: StudyStore) -> None:
    """TW-870 with the limit, before anything is read by the mapping."""
    coco = sign_in("coco")
    answer: Any = send(coco, HEAD + "x" * 20_000_001)
    assert answer.status_code in {413, 422}
    assert "20 MB" in text_of(answer)
    assert not list(held.entries_of_kind("FileImported"))
