"""What the stand-alone verifier says about an exported record."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import trialwright.record.verify as verifier
from record_making import KEY, Happened, checkpoint_of, export_of, handle, make_entries
from trialwright.record.checkpoint import SigningKey
from trialwright.record.entry import Entry
from trialwright.record.export import RecordError, read_entries, read_snapshot
from trialwright.record.verify import Bad, Unreadable, parse_checkpoint, parse_key, verify_export

ENTRIES = make_entries(
    [[Happened()], [Happened(kind="ConsentRecorded"), Happened()], [Happened()], [Happened()]]
)
EXPORT = export_of(ENTRIES)
PUBLIC = parse_key(KEY.public_text())
PROGRAM = Path(verifier.__file__)


def lines() -> list[bytes]:
    """The lines of the whole export."""
    return EXPORT.splitlines(keepends=True)


def fault_of(data: bytes) -> Bad:
    """The fault the verifier finds."""
    with pytest.raises(Bad) as bad:
        verify_export(handle(data), PUBLIC)
    return bad.value


def redacted(*payloads: object) -> list[Entry]:
    """A record whose first entry's content is gone, and these redaction entries."""
    facts = [[Happened(kind="ContentRedacted", payload=payload)] for payload in payloads]
    first, *rest = make_entries([[Happened()], *facts])
    return [Entry(first.envelope_text, None), *rest]


@pytest.mark.requirement("TE-1", "CP-1")
def test_a_whole_record_verifies() -> None:
    """A whole record is reported with its size, head and Merkle root."""
    report = verify_export(handle(EXPORT), PUBLIC)
    assert (report.size, report.head, report.origin) == (5, ENTRIES[-1].hash, KEY.name)
    assert report.signature_checked


def test_an_empty_record_verifies() -> None:
    """A record without entries is whole."""
    assert verify_export(handle(export_of([])), PUBLIC).size == 0
    assert read_snapshot(handle(export_of([]))).size == 0


@pytest.mark.requirement("TE-1")
@pytest.mark.parametrize("number", range(1, 6))
def test_an_edited_envelope_is_named(number: int) -> None:
    """An edited envelope is found at the entry after it, which holds another hash, or by the head."""
    edited = lines()
    edited[number] = edited[number].replace(b"coordinator", b"investigator")
    fault = fault_of(b"".join(edited))
    assert fault.number == (number + 1 if number < 5 else None)


@pytest.mark.requirement("TE-1")
@pytest.mark.parametrize("number", range(1, 6))
def test_an_edited_content_is_named(number: int) -> None:
    """An edited content is found at its own entry."""
    edited = lines()
    edited[number] = edited[number].replace(b"7.80", b"7.81")
    fault = fault_of(b"".join(edited))
    assert (fault.number, "not the one its envelope was sealed with" in fault.sentence) == (number, True)


@pytest.mark.requirement("TE-1")
@pytest.mark.parametrize("number", range(1, 6))
def test_a_removed_entry_is_named(number: int) -> None:
    """A removed entry is found at its number; removed from the end, by the first line and the checkpoint."""
    kept = lines()
    del kept[number]
    fault = fault_of(b"".join(kept))
    assert fault.number == (number if number < 5 else None)


@pytest.mark.requirement("TE-1")
def test_a_repeated_a_moved_and_an_added_entry_are_named() -> None:
    """A repeated entry, two exchanged entries and an added entry are found where the numbering breaks."""
    whole = lines()
    assert fault_of(b"".join([*whole[:3], whole[2], *whole[3:]])).number == 3
    assert fault_of(b"".join([*whole[:4], whole[5], whole[4], *whole[6:]])).number == 4
    assert fault_of(b"".join([*whole[:6], whole[5], *whole[6:]])).number == 6


@pytest.mark.requirement("TE-1")
def test_a_record_rewritten_from_its_start_is_caught_by_a_checkpoint_kept_elsewhere() -> None:
    """An insider who rewrites the record and signs it again is caught by a checkpoint kept outside."""
    forged = make_entries([[Happened(payload={"glucose": "5.0"})]] * 5)
    outside = parse_checkpoint(checkpoint_of(ENTRIES[:3]))
    verify_export(handle(export_of(forged)), PUBLIC)
    with pytest.raises(Bad, match="first 3 entries are not the ones"):
        verify_export(handle(export_of(forged)), PUBLIC, [outside])
    assert verify_export(handle(EXPORT), PUBLIC, [outside]).size == 5


@pytest.mark.requirement("TE-1")
def test_a_record_cut_at_its_end_is_caught_by_a_checkpoint_kept_elsewhere() -> None:
    """A record whose last entries were removed before it was signed again is caught by a checkpoint."""
    outside = parse_checkpoint(checkpoint_of(ENTRIES))
    with pytest.raises(Bad, match="its end is missing"):
        verify_export(handle(export_of(ENTRIES[:3])), PUBLIC, [outside])


def test_a_command_cut_short_is_named() -> None:
    """A record that ends within a command is not whole."""
    assert "ends after 1" in fault_of(export_of(ENTRIES[:2])).sentence


def test_a_command_carried_out_twice_is_named() -> None:
    """The same command id cannot stand in a record twice."""
    first = make_entries([[Happened()]])
    walk = verifier.Walk()
    walk.take(first[0].envelope_text, first[0].content_text)
    again = json.loads(first[0].envelope_text) | {"seq": 2, "prev": first[0].hash}
    with pytest.raises(Bad, match="already carried out"):
        walk.take(verifier.json.dumps(again, sort_keys=True, separators=(",", ":")), first[0].content_text)


@pytest.mark.requirement("TE-1")
def test_another_checkpoint_and_another_key_are_named() -> None:
    """A checkpoint of another record, of another size, or signed with another key is not accepted."""
    other = SigningKey("trialwright.example/study-2", b"\x07" * 32)
    body, last = b"".join(lines()[:-1]), export_of(ENTRIES, other).splitlines(keepends=True)[-1]
    assert "another record" in fault_of(body + last).sentence
    short = export_of(ENTRIES[:3]).splitlines(keepends=True)[-1]
    assert "covers 3 entries" in fault_of(body + short).sentence
    forged = export_of(ENTRIES, SigningKey(KEY.name, b"\x07" * 32))
    assert "not signed by the given key" in fault_of(forged).sentence


@pytest.mark.requirement("AT-8")
def test_a_redaction_that_is_recorded_leaves_the_record_whole() -> None:
    """Content removed and named by a later ContentRedacted entry leaves the record whole, and is reported."""
    report = verify_export(handle(export_of(redacted({"entries": [1], "cause": "name"}))), PUBLIC)
    assert report.redactions == ((1, 2),)


@pytest.mark.requirement("AT-8", "TE-1")
@pytest.mark.parametrize(
    ("payload", "number", "fragment"),
    [
        ({"entries": []}, 2, "without naming"),
        ({"entries": [True]}, 2, "without naming"),
        ({"cause": "name"}, 2, "without naming"),
        ({"entries": [2]}, 2, "still there"),
        ({"entries": [9]}, 2, "still there"),
    ],
)
def test_a_redaction_that_names_nothing_is_a_fault(payload: object, number: int, fragment: str) -> None:
    """A redaction must name earlier entries whose content is gone."""
    fault = fault_of(export_of(redacted(payload)))
    assert (fault.number, fragment in fault.sentence) == (number, True)


@pytest.mark.requirement("AT-8", "TE-1")
def test_missing_content_that_no_redaction_names_is_a_fault() -> None:
    """Content that is missing without a recorded redaction is named by its entry."""
    fault = fault_of(export_of(redacted()))
    assert (fault.number, "no later entry" in fault.sentence) == (1, True)
    one, two = make_entries([[Happened()], [Happened(kind="ContentRedacted", payload={"entries": [1]})]])
    assert fault_of(export_of([one, Entry(two.envelope_text, None)])).number == 2


@pytest.mark.parametrize(
    ("old", "new", "number"),
    [
        (b"\n", b"", 3),
        (b"coordinator", b"\n", 3),
        (b'{"content"', b'{ "content"', 3),
        (b"\n", b"\r\n", 3),
        (b"Wu Lin", b"Wu\xff Lin", 3),
        (None, b"\n", 3),
        (None, b"[]\n", 3),
        (None, b"1.5\n", 3),
        (None, b"NaN\n", 3),
        (None, b'"\\ud800"\n', 3),
        (None, b'{"\\ud800":1}\n', 3),
        (None, b"9" * 5000 + b"\n", 3),
        (None, b"[" * 200_000 + b"\n", 3),
        (None, b'{"content":7,"envelope":"{}"}\n', 3),
        (None, b'{"content":"{}","envelope":"{}"}\n', 3),
        (None, b'{"content":null}\n', 3),
        (None, b'{"checkpoint":"' + b"x" * (17 * 1024 * 1024) + b'"}\n', 3),
        (None, b'{"checkpoint":"x"}\n', None),
        (b'\\"seq\\":3', b'\\"seq\\":3,\\"seq\\":3', 3),
        (b'\\"seq\\":3', b'\\"seq\\":3.0', 3),
        (b'\\"seq\\":3', b'\\"seq\\":\\"3\\"', 3),
        (b'\\"part\\":[2,2]', b'\\"part\\":[2]', 3),
        (b'\\"part\\":[2,2]', b'\\"part\\":[1,2]', 3),
        (b'\\"reason\\":null', b'\\"reason\\":7', 3),
        (b'\\"role\\":\\"coordinator\\"', b'\\"role\\":null', 3),
        (b'\\"offset\\":\\"+08:00\\"', b'\\"offset\\":\\"\\"', 3),
        (b"08:15:00.000Z", b"08:15:00Z", 3),
    ],
)
def test_a_hostile_line_is_a_named_fault(old: bytes | None, new: bytes, number: int | None) -> None:
    """Cut, re-spelt, nested, huge, duplicated, mistyped, not UTF-8: each is one sentence naming the entry."""
    damaged = lines()
    damaged[3] = new if old is None else damaged[3].replace(old, new)
    assert damaged[3] != lines()[3]
    assert fault_of(b"".join(damaged)).number == number


def test_a_file_cut_at_its_end_is_a_fault() -> None:
    """A file without its last line, or that goes on after it, is not whole."""
    assert "promises 5 entries" in fault_of(b"".join(lines()[:-1])).sentence
    assert "goes on after" in fault_of(EXPORT + lines()[1]).sentence


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"\n",
        b"\x00\x01\x02",
        b"\xef\xbb\xbf" + EXPORT[:200],
        b"person_id,age\n",
        lines()[0][:-3],
        lines()[0].replace(b"/1", b"/2"),
        lines()[0].replace(b'"size":5', b'"size":"5"'),
        lines()[0].replace(b'"size":5', b'"size":05'),
        lines()[0].replace(b'"size":5', b'"note":"","size":5'),
    ],
)
def test_a_file_that_is_no_record_is_unreadable(first: bytes) -> None:
    """A file that does not begin as a record of this form is said to be none."""
    with pytest.raises(Unreadable):
        verify_export(handle(first + b"".join(lines()[1:])))


@pytest.mark.requirement("CP-1")
def test_an_export_is_read_back_as_the_same_entries() -> None:
    """Reading an export gives the entries it was made from, and a snapshot named by the head."""
    assert list(read_entries(handle(EXPORT), PUBLIC)) == ENTRIES
    snapshot = read_snapshot(handle(EXPORT))
    assert (snapshot.head, snapshot.size, snapshot.taken_at) == (
        ENTRIES[-1].hash,
        5,
        "2026-03-01T08:15:00.000Z",
    )


def test_reading_a_damaged_export_is_an_error_with_a_code() -> None:
    """An export that is not whole, or is none, is not read: TW-303, TW-304."""
    with pytest.raises(RecordError, match="TW-303"):
        read_entries(handle(EXPORT[:-1]))
    with pytest.raises(RecordError, match="TW-304"):
        read_snapshot(handle(b"person_id,age\n"))


def run(*arguments: object, isolated: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the verifier as a program, without the project on its path."""
    flags = ["-I"] if isolated else []
    command = [sys.executable, *flags, str(PROGRAM), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.requirement("TE-1", "CP-1")
def test_the_verifier_runs_alone(tmp_path: Path) -> None:
    """The one file verify.py, copied anywhere, verifies an export with a key and an outside checkpoint."""
    alone = tmp_path / "verify.py"
    alone.write_bytes(PROGRAM.read_bytes())
    (tmp_path / "record.jsonl").write_bytes(EXPORT)
    (tmp_path / "key").write_text(KEY.public_text() + "\n")
    (tmp_path / "outside").write_text(checkpoint_of(ENTRIES[:3]), encoding="utf-8")
    command = [sys.executable, "-I", "verify.py", "record.jsonl", "--key", "key", "--checkpoint", "outside"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"OK: 5 entries, head {ENTRIES[-1].hash}" in done.stdout
    assert "signatures checked" in done.stdout


def test_the_verifier_needs_no_library_without_a_key(tmp_path: Path) -> None:
    """Without a key only the standard library is imported, and it says that no signature was checked."""
    (tmp_path / "record.jsonl").write_bytes(EXPORT)
    watch = (
        "import runpy, sys\n"
        "sys.argv = sys.argv[1:]\n"
        "try:\n    runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "except SystemExit as end:\n"
        "    print(end.code, {'cryptography', 'rfc8785', 'trialwright'} & set(sys.modules))\n"
    )
    command = [sys.executable, "-c", watch, str(PROGRAM), str(tmp_path / "record.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert "signatures not checked" in done.stdout
    assert done.stdout.splitlines()[-1] == "0 set()"


def test_the_verifier_exits_1_with_the_first_bad_entry(tmp_path: Path) -> None:
    """A record that is not whole: exit status 1 and one line with the number and what is wrong."""
    path = tmp_path / "record.jsonl"
    path.write_bytes(EXPORT.replace(b"7.80", b"7.81"))
    done = run(path)
    assert (done.returncode, done.stdout.count("\n"), done.stderr) == (1, 1, "")
    assert done.stdout.startswith("NOT WHOLE: entry 1: its content is not the one")


def test_the_verifier_exits_2_for_what_it_cannot_read(tmp_path: Path) -> None:
    """A missing file, a file that is no record, a key or checkpoint that is none: exit status 2."""
    path = tmp_path / "record.jsonl"
    path.write_bytes(EXPORT)
    table = tmp_path / "table.csv"
    table.write_bytes(b"\x1b]0;person_id\x07,age\n")
    key = KEY.public_text()
    for arguments in (
        [tmp_path / "none.jsonl"],
        [tmp_path],
        [table],
        [path, "--key", table],
        [path, "--key", key[:-4] + "AAA="],
        [path, "--checkpoint", table],
        [path, "--checkpoint", PROGRAM],
    ):
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert done.stderr.startswith("CANNOT BE READ")
        assert done.stderr.count("\n") == 1


def test_no_control_character_of_a_hostile_file_reaches_the_terminal(tmp_path: Path) -> None:
    """What a file says is shown with its control characters escaped."""
    path = tmp_path / "record.jsonl"
    path.write_bytes(b'{"format":"trialwright-record/\\u001b[2J","head":"","origin":"","size":0}\n')
    done = run(path)
    assert (done.returncode, "\x1b" in done.stderr) == (2, False)


def test_redactions_are_printed(tmp_path: Path) -> None:
    """The verifier names every redaction, and counts those beyond twenty."""
    path = tmp_path / "record.jsonl"
    entries = make_entries(
        [[Happened()] * 25, [Happened(kind="ContentRedacted", payload={"entries": list(range(1, 26))})]]
    )
    path.write_bytes(export_of([*(Entry(entry.envelope_text, None) for entry in entries[:25]), entries[25]]))
    done = run(path)
    assert "redacted: the content of entry 1, by entry 26" in done.stdout
    assert "redacted: 5 more" in done.stdout
