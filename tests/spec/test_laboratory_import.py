"""Laboratory files: every row stored, standing already, or rejected with its reason; nothing guessed."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conduct_making import ZONE, tiny
from laboratory_files import HEAD, agree, glucose, row, run, send, taken
from trialwright.conduct import Author, Context, Refusal
from trialwright.conduct import commands as c
from trialwright.conduct.imported_lines import read_lines
from trialwright.store import StudyStore, random_salts
from trialwright.store.importing import import_file
from web_signing_in import mark_of, sign_in, text_of


@pytest.mark.requirement("SQ-5")
def test_a_result_is_stored_with_its_unit_and_the_file_is_kept(held: StudyStore) -> None:
    """SQ-5: the value as the laboratory wrote it, its unit in UCUM; the bytes stand under their hash."""
    file = HEAD + row()
    answer = taken(held, file)
    assert (answer.rows, answer.stored, answer.standing, answer.rejected) == (1, 1, 0, ())
    assert glucose(held) == ("7.8", "mmol/L")
    sha256 = hashlib.sha256(file.encode()).hexdigest()
    assert (held.folder.files / sha256).read_bytes() == file.encode()
    (entry,) = held.entries_of_kind("FileImported")
    assert entry.payload["sha256"] == sha256
    assert (entry.payload["rows"], entry.payload["stored"], entry.payload["rejected"]) == (1, 1, {})
    (entered,) = held.entries_of_kind("ItemsEntered")
    assert entered.author.id == "coco"


@pytest.mark.requirement("SQ-5")
@pytest.mark.parametrize(
    ("cells", "code", "part"),
    [
        ({"patient": "A-999"}, "TW-873", "no subject 'A-999'"),
        ({"patient": ""}, "TW-873", "no subject"),
        ({"visit": "Z"}, "TW-874", "'Z' is none of the study"),
        ({"visit": "W"}, "TW-874", "WEEK1 is not recorded yet"),
        ({"taken": "01.01.2020"}, "TW-874", "no such visit was held on 2020-01-01"),
        ({"taken": "2026-03-01"}, "TW-874", "not written as DD.MM.YYYY"),
        ({"taken": "31.02.2026"}, "TW-874", "not written as DD.MM.YYYY"),
        ({"test": "URATE"}, "TW-875", "no analyte 'URATE'"),
        ({"unit": ""}, "TW-876", "gives no unit"),
        ({"unit": "grams"}, "TW-876", "'grams' is not known"),
        ({"unit": "kg"}, "TW-433", "kg"),
        ({"result": ""}, "TW-415", "gives no value"),
        ({"result": "high"}, "TW-431", "high"),
        ({"result": "99"}, "TW-434", "outside the possible"),
        ({"result": "7,8"}, "TW-872", "7 cells and the head 6"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(
    held: StudyStore, cells: dict[str, str], code: str, part: str
) -> None:
    """SQ-5: line, code and sentence, also in the record's entry; nothing is stored, nothing guessed."""
    answer = taken(held, HEAD + row(**cells))
    (rejection,) = answer.rejected
    assert (rejection.line, rejection.code) == (2, code)
    assert part in rejection.sentence
    assert glucose(held) is None
    (entry,) = held.entries_of_kind("FileImported")
    assert entry.payload["rejected"]["2"].startswith(code)


@pytest.mark.requirement("AC-2")
def test_another_sites_subject_is_as_unknown_as_nobody(held: StudyStore) -> None:
    """AC-2: TW-873 in the very words for a number that nobody has."""
    (nobody,) = taken(held, HEAD + row(patient="A-999")).rejected
    (other,) = taken(held, HEAD + row(patient="B-001")).rejected
    assert other.sentence.replace("B-001", "A-999") == nobody.sentence


@pytest.mark.requirement("SQ-5")
def test_what_stands_is_never_overwritten(held: StudyStore) -> None:
    """SQ-5: the same value stands already, however its zeros go; another one is rejected."""
    taken(held, HEAD + row())
    again = taken(held, HEAD + row(result="7.80"))
    assert (again.stored, again.standing) == (0, 1)
    (rejection,) = taken(held, HEAD + row(result="7.9")).rejected
    assert rejection.code == "TW-877"
    (converted,) = taken(held, HEAD + row(result="140.5", unit="mg%")).rejected
    assert converted.code == "TW-877"
    assert glucose(held) == ("7.8", "mmol/L")


def test_rows_that_contradict_each_other_are_told_apart(held: StudyStore) -> None:
    """The first of two values is taken, the second rejected; an equal one counts as standing."""
    answer = taken(held, HEAD + row() + row() + row(result="8.1"))
    assert (answer.stored, answer.standing) == (1, 1)
    assert [(each.line, each.code) for each in answer.rejected] == [(4, "TW-877")]
    assert "line 2" in answer.rejected[0].sentence


@pytest.mark.requirement("SQ-5")
def test_the_same_file_twice_changes_nothing(held: StudyStore) -> None:
    """SQ-5: a second import of the same bytes stores nothing and writes no entry."""
    file = HEAD + row() + row(test="URATE")
    taken(held, file)
    size = held.head().size
    again = taken(held, file)
    assert (again.stored, again.standing, len(again.rejected), again.entry) == (0, 1, 1, None)
    assert held.head().size == size


def test_a_dry_run_tells_the_same_and_leaves_nothing(held: StudyStore) -> None:
    """What would be stored and rejected, by the record's own checks; no entry, no file."""
    file = HEAD + row() + row(patient="A-999") + row(result="99", visit="S")
    size = held.head().size
    shown = taken(held, file, dry=True)
    assert (shown.stored, [each.code for each in shown.rejected]) == (1, ["TW-873", "TW-877"])
    assert shown.entry is None
    assert held.head().size == size
    assert not list(held.folder.files.iterdir())
    real = taken(held, file)
    assert (real.stored, real.standing, real.rejected) == (shown.stored, shown.standing, shown.rejected)


@pytest.mark.parametrize(
    ("content", "code", "part"),
    [
        (b"", "TW-870", "empty"),
        (b"\xff\xfe\x00", "TW-870", "not utf-8"),
        (HEAD.encode() + b"\0", "TW-870", "zero byte"),
        (b'Patient,Visit,Taken,Test,Result,Unit\n"A-001', "TW-870", "delimited text"),
        (b"Patient,Visit,Test,Result,Unit\n", "TW-871", "no column 'Taken'"),
        (b"Patient,Patient,Visit,Taken,Test,Result,Unit\n", "TW-871", "2 columns 'Patient'"),
        (b"PK\x03\x04 an archive", "TW-871", "no column"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(
    held: StudyStore, content: bytes, code: str, part: str
) -> None:
    """One sentence, no entry, nothing kept."""
    size = held.head().size
    answer = run(held, content)
    assert isinstance(answer, Refusal)
    assert answer.code == code
    assert part in answer.sentence
    assert held.head().size == size


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    """A quoted cell may hold line breaks, blank lines are passed over: a row is where it begins."""
    (mapping,) = tiny().imports
    text = "\ufeff" + HEAD + '"A-\n001",S,x,GLU,1,a\n\n' + row()
    lines = read_lines(mapping, text.encode())
    assert isinstance(lines, tuple)
    assert [line.number for line in lines] == [2, 5]
    many = HEAD + row() * 100_001
    assert isinstance(read_lines(mapping, many.encode()), Refusal)
    huge = read_lines(mapping, b"x" * 20_000_001)
    assert isinstance(huge, Refusal)
    assert "20 MB" in huge.sentence


def test_an_unknown_mapping_is_named(held: StudyStore) -> None:
    """TW-878 with those that the protocol has."""
    author = Author("coco", "Coco Petit", "coordinator")
    number = count()

    def context(_site: str | None, _command: str) -> Context:
        return Context(datetime.now(UTC), ZONE, author, str(uuid.UUID(int=next(number))))

    def salts() -> Iterator[str]:
        return random_salts()

    answer = import_file(held, "tea", "x.csv", b"", context, salts)
    assert isinstance(answer, Refusal)
    assert (answer.code, "results" in answer.sentence) == ("TW-878", True)
    forged = c.RecordImport("results", "x.csv", "0" * 64, 1, rows=3, stored=1, standing=0)
    refused = held.execute(forged, context(None, ""), random_salts())
    assert isinstance(refused, Refusal)
    assert refused.code == "TW-879"


@pytest.mark.requirement("SQ-5")
def test_a_file_is_shown_before_it_is_stored(held: StudyStore) -> None:
    """SQ-5: the page shows what would be stored and rejected; who agrees imports the same bytes."""
    coco = sign_in("coco")
    size = held.head().size
    shown = send(coco, HEAD + row() + row(patient="<b>A-9</b>"))
    said = text_of(shown)
    assert "To be stored 1" in said
    assert "2 A-001 Screening Glucose 7.8 mmol/L" in said
    assert "&lt;b&gt;A-9&lt;/b&gt;" in shown.content.decode()
    assert glucose(held) is None
    assert held.head().size == size
    answer = agree(coco, shown)
    assert answer.status_code == 302
    assert "2 rows, 1 stored, 0 standing already, 1 rejected" in text_of(coco.get(answer.headers["Location"]))
    assert glucose(held) == ("7.8", "mmol/L")
    again = agree(coco, send(coco, HEAD + row() + row(patient="<b>A-9</b>")))
    assert "nothing in it is new" in text_of(again)


def test_only_the_bytes_that_were_shown_are_imported(held: StudyStore) -> None:
    """A hash that nobody was shown, or a path in its place, is refused; a kept file that was changed too."""
    coco = sign_in("coco")
    shown = send(coco, HEAD + row())
    for forged in ("0" * 64, "../../study.db", ""):
        refused = agree(coco, shown, sha256=forged)
        assert refused.status_code == 422
        assert "TW-870" in text_of(refused)
    (kept,) = held.folder.shown.iterdir()
    kept.write_text(HEAD + row(result="9.9"), "utf-8")
    assert agree(coco, shown).status_code == 422
    assert glucose(held) is None


@pytest.mark.requirement("AC-1")
def test_who_enters_no_data_imports_none(held: StudyStore) -> None:
    """AC-1, AC-4: the data manager, who locks, and the monitor have no page of imports."""
    assert held.head().size
    for person in ("dora", "mona"):
        assert sign_in(person).get("/imports/").status_code == 403


def test_a_page_without_a_file_says_so(held: StudyStore) -> None:
    """TW-870 for nothing, TW-631 for a form without its mark."""
    coco = sign_in("coco")
    mark = mark_of(coco.get("/imports/"))
    nothing = coco.post("/imports/", {"command": mark, "deed": "show", "mapping": "results"})
    assert "no file was sent" in text_of(nothing)
    file = SimpleUploadedFile("x.csv", (HEAD + row()).encode())
    unmarked = coco.post("/imports/", {"command": "x", "deed": "show", "mapping": "results", "file": file})
    assert "TW-631" in text_of(unmarked)
    assert held.head().size
