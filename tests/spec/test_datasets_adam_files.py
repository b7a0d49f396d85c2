"""What happens with an ADaM folder that somebody hands in: read in any format, or refused with the reason."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from adam_making import adae, adsl, pilot, write_folder
from trialwright.analysis.adam_folder import analyse_adam_folder
from trialwright.analysis.output import write_analysis
from trialwright.datasets.adam_columns import ADAE, shape
from trialwright.datasets.adam_files import read_adam_folder
from trialwright.errors import CATALOGUE, TrialwrightError


def _refused(folder: Path, code: str) -> str:
    """The sentences of a refusal under this code; nothing may have been written."""
    out = folder.parent / "out"
    with pytest.raises(TrialwrightError) as caught:
        analyse_adam_folder(folder, out)
    problems = [problem for problem in caught.value.problems if problem.code == code]
    assert problems, caught.value.problems
    assert code in CATALOGUE
    assert not out.exists()
    assert not list(folder.parent.glob(".out*"))
    return "; ".join(str(problem) for problem in problems)


def _folder(tmp_path: Path, subjects: pl.DataFrame, events: pl.DataFrame, kind: str = "parquet") -> Path:
    return write_folder(tmp_path / "adam", kind, adsl=subjects, adae=events)


def _findings(
    tmp_path: Path, subjects: pl.DataFrame, events: pl.DataFrame, kind: str = "parquet"
) -> dict[str, str]:
    analysis = analyse_adam_folder(_folder(tmp_path, subjects, events, kind), tmp_path / "out")
    assert all(finding.check in CATALOGUE for finding in analysis.findings)
    found: dict[str, str] = {}
    for finding in analysis.findings:
        found[finding.check] = "; ".join(
            [*([found[finding.check]] if finding.check in found else []), finding.sentence]
        )
    return found


class TestFiles:
    def test_no_folder(self, tmp_path: Path) -> None:
        """A folder that does not exist is refused by its name."""
        assert "nowhere" in _refused(tmp_path / "nowhere", "TW-501")

    def test_without_adsl_and_adae(self, tmp_path: Path) -> None:
        """An empty folder lacks both ADSL and ADAE, and both are said at once."""
        (tmp_path / "adam").mkdir()
        assert "no ADSL" in _refused(tmp_path / "adam", "TW-502")
        assert "no ADAE" in _refused(tmp_path / "adam", "TW-503")

    def test_without_adae(self, tmp_path: Path) -> None:
        """An ADaM folder without ADAE is refused; a study without events has an ADAE without rows."""
        folder = write_folder(tmp_path / "adam", "parquet", adsl=adsl(A=3))
        assert "ADAE without rows" in _refused(folder, "TW-503")

    def test_two_files_of_one_name(self, tmp_path: Path) -> None:
        """adsl.parquet beside ADSL.XPT is ambiguous."""
        folder = _folder(tmp_path, adsl(A=3), adae())
        (folder / "ADSL.XPT").write_bytes(b"x")
        assert "ADSL.XPT and adsl.parquet" in _refused(folder, "TW-504")

    @pytest.mark.parametrize("kind", ["parquet", "csv", "xpt", "sas7bdat"])
    def test_empty_file(self, tmp_path: Path, kind: str) -> None:
        """A file of no bytes is refused."""
        folder = write_folder(tmp_path / "adam", "csv", adae=adae())
        (folder / f"adsl.{kind}").write_bytes(b"")
        assert f"adsl.{kind}" in _refused(folder, "TW-505")

    @pytest.mark.parametrize("kind", ["parquet", "xpt", "sas7bdat"])
    def test_not_what_its_name_says(self, tmp_path: Path, kind: str) -> None:
        """A file that is not of its kind is refused in one sentence."""
        folder = write_folder(tmp_path / "adam", "csv", adae=adae())
        (folder / f"adsl.{kind}").write_bytes(b"not a data set at all " * 99)
        assert kind in _refused(folder, "TW-507")

    @pytest.mark.parametrize(
        "content", [b"USUBJID,TRT01A,SAFFL\nA-1,Gr\xfcn,Y\n", "USUBJID,A\n1,2\n".encode("utf-16")]
    )
    def test_wrong_encoding(self, tmp_path: Path, content: bytes) -> None:
        """A CSV that is not UTF-8 is refused."""
        folder = write_folder(tmp_path / "adam", "csv", adae=adae())
        (folder / "adsl.csv").write_bytes(content)
        assert "UTF-8" in _refused(folder, "TW-506")

    def test_transport_file_in_another_encoding(self, tmp_path: Path) -> None:
        """So is a transport file."""
        subjects = adsl(A=1).with_columns(TRT01A=pl.lit("Grün"))
        folder = _folder(tmp_path, subjects, adae(), "xpt")
        path = folder / "adsl.xpt"
        path.write_bytes(path.read_bytes().replace("ü".encode(), b"\xfc "))
        assert "UTF-8" in _refused(folder, "TW-506")

    def test_ragged_csv(self, tmp_path: Path) -> None:
        """A CSV line with more fields than the header is refused."""
        folder = write_folder(tmp_path / "adam", "csv", adae=adae())
        (folder / "adsl.csv").write_text("USUBJID,TRT01A,SAFFL\nA-1,A,Y,extra\n")
        assert "csv" in _refused(folder, "TW-507")

    def test_names_in_any_case(self, tmp_path: Path) -> None:
        """File and column names count in any case, and a byte order mark does not matter."""
        folder = tmp_path / "adam"
        folder.mkdir()
        (folder / "AdSl.CSV").write_bytes(b"\xef\xbb\xbfusubjid,Trt01A,saffl\nA-1,A,Y\n")
        (folder / "ADAE.csv").write_text("usubjid,aebodsys,aedecod\nA-1,Nervous,Headache\n")
        assert read_adam_folder(folder).adsl.to_dicts() == [{"USUBJID": "A-1", "TRT01A": "A", "SAFFL": "Y"}]


class TestColumns:
    @pytest.mark.parametrize("column", ["USUBJID", "TRT01A", "SAFFL"])
    def test_missing_column(self, tmp_path: Path, column: str) -> None:
        """A needed column that is missing is named."""
        assert column in _refused(_folder(tmp_path, adsl(A=2).drop(column), adae()), "TW-508")

    def test_column_twice(self, tmp_path: Path) -> None:
        """A column that is there twice is refused."""
        folder = write_folder(tmp_path / "adam", "csv", adae=adae())
        (folder / "adsl.csv").write_text("USUBJID,TRT01A,SAFFL,usubjid\nA-1,A,Y,A-1\n")
        assert "USUBJID" in _refused(folder, "TW-508")

    def test_no_class_no_term(self, tmp_path: Path) -> None:
        """AESOC stands in for AEBODSYS and AETERM for AEDECOD, with a finding.

        Without any of them it is refused.
        """
        events = adae({}).rename({"AEBODSYS": "AESOC", "AEDECOD": "AETERM"})
        assert "AETERM is used" in _findings(tmp_path, adsl(A=2), events)["TW-550"]
        bare = _folder(tmp_path / "bare", adsl(A=2), events.drop("AETERM"))
        assert "AEDECOD or AETERM" in _refused(bare, "TW-508")

    def test_text_in_a_number(self, tmp_path: Path) -> None:
        """A number that is not one is named with its row."""
        events = adae({}, {}).with_columns(AESEQ=pl.Series(["1", "two"]))
        assert "row 2 holds 'two'" in _refused(_folder(tmp_path, adsl(A=2), events, "csv"), "TW-512")

    def test_text_in_a_date(self, tmp_path: Path) -> None:
        """A date that is not one is named with its row."""
        events = adae({}).with_columns(ASTDT=pl.lit("yesterday"))
        assert "row 1 holds 'yesterday'" in _refused(_folder(tmp_path, adsl(A=2), events, "csv"), "TW-513")

    @pytest.mark.parametrize("text", ["2026-03-02", "2026-03-02T08:00", "02MAR2026", "24167", "24167.0"])
    def test_dates_as_text(self, text: str) -> None:
        """Dates are read from ISO and SAS text and from SAS day numbers."""
        shaped = shape(pl.DataFrame({"ASTDT": [text]}), ADAE, "adae")
        assert shaped.frame["ASTDT"].to_list() == [date(2026, 3, 2)]

    def test_dates_as_numbers(self) -> None:
        """A number in a date column is days since 1960, before that too."""
        shaped = shape(pl.DataFrame({"ASTDT": [24167.0, -1.0, None]}), ADAE, "adae")
        assert shaped.frame["ASTDT"].to_list() == [date(2026, 3, 2), date(1959, 12, 31), None]

    def test_incomplete_date(self, tmp_path: Path) -> None:
        """2026-03 is a finding and counts as unknown, not as a first of March."""
        events = adae({}).with_columns(ASTDT=pl.lit("2026-03"))
        assert "row 1 holds '2026-03'" in _findings(tmp_path, adsl(A=2), events, "csv")["TW-553"]

    def test_blanks_at_the_end(self, tmp_path: Path) -> None:
        """Blanks at the end of a text do not count, and are reported."""
        events = adae({"AEDECOD": "Headache "}, {"USUBJID": "A-2"})
        assert "AEDECOD ends in blanks" in _findings(tmp_path, adsl(A=2), events)["TW-556"]


class TestSubjects:
    def test_subject_twice(self, tmp_path: Path) -> None:
        """A subject with two rows in ADSL is refused by name."""
        subjects = pl.concat([adsl(A=2), adsl(A=1)])
        assert "A-1 stands more than once" in _refused(_folder(tmp_path, subjects, adae()), "TW-509")

    def test_row_of_nobody(self, tmp_path: Path) -> None:
        """So is a row without USUBJID, in ADSL and in ADAE."""
        assert "row 1" in _refused(_folder(tmp_path, adsl(A=2), adae({"USUBJID": " "})), "TW-509")

    def test_event_of_a_stranger(self, tmp_path: Path) -> None:
        """An adverse event of a subject not in ADSL is an error that names the subject, never counted or
        dropped.
        """
        said = _refused(_folder(tmp_path, adsl(A=2), adae({}, {"USUBJID": "Z-9"})), "TW-510")
        assert "1 adverse event of subject Z-9" in said

    def test_treated_event_outside_the_population(self, tmp_path: Path) -> None:
        """A treatment-emergent event of a subject outside the safety population is an error that names the
        subject.
        """
        subjects = adsl(A=3).with_columns(SAFFL=pl.Series(["N", "Y", "Y"]))
        assert "subject A-1, outside" in _refused(_folder(tmp_path, subjects, adae({})), "TW-511")
        derived = adae({}).drop("TRTEMFL").with_columns(ASTDT=None)
        other = _folder(tmp_path / "derived", subjects, derived)
        assert "subject A-1, outside" in _refused(other, "TW-511")

    def test_event_before_treatment_outside_the_population(self, tmp_path: Path) -> None:
        """An event of a screen failure is listed and not counted, and said so."""
        subjects = adsl(A=3).with_columns(SAFFL=pl.Series(["N", "Y", "Y"]))
        found = _findings(tmp_path, subjects, adae({"TRTEMFL": None}, {"USUBJID": "A-2"}))
        assert "A-1 is outside the population" in found["TW-552"]
        listing = pl.read_parquet(tmp_path / "out" / "ae_listing.parquet")
        assert listing.select("USUBJID", "group").rows() == [("A-2", "A"), ("A-1", None)]

    def test_flags(self, tmp_path: Path) -> None:
        """A flag that is neither Y nor N is refused by its row; it never counts as N in silence."""
        subjects = adsl(A=2).with_columns(SAFFL=pl.Series(["Y", "Yes"]))
        said = _refused(_folder(tmp_path, subjects, adae({"TRTEMFL": "1"})), "TW-519")
        assert "SAFFL must be Y or N, but row 2 holds 'Yes'" in said
        assert "TRTEMFL must be Y or N, but row 1 holds '1'" in said

    def test_treatment_missing(self, tmp_path: Path) -> None:
        """A subject of the population without TRT01A is refused by name."""
        subjects = adsl(A=2).with_columns(TRT01A=pl.Series(["A", None]))
        assert "A-2" in _refused(_folder(tmp_path, subjects, adae()), "TW-515")

    def test_order_missing(self, tmp_path: Path) -> None:
        """Without TRT01AN the groups stand in the order of their names, with a finding."""
        found = _findings(tmp_path, adsl(Z=2, B=2).drop("TRT01AN"), adae())
        assert "order of their names" in found["TW-541"]
        rows = json.loads((tmp_path / "out" / "results.json").read_text())
        assert list(dict.fromkeys(row["group"] for row in rows if row["group"])) == ["B", "Z", "Total"]

    @pytest.mark.parametrize("numbers", [[1, 1, 2, 3], [1, 1, 1, 1], [1, 1, None, None]])
    def test_groups_not_one_to_one(self, tmp_path: Path, numbers: list[int | None]) -> None:
        """TRT01A and TRT01AN must name the same groups."""
        subjects = adsl(A=2, B=2).with_columns(TRT01AN=pl.Series(numbers))
        assert "one to one" in _refused(_folder(tmp_path, subjects, adae()), "TW-514")

    def test_nobody_in_the_population(self, tmp_path: Path) -> None:
        """An empty safety population is refused."""
        subjects = adsl(A=2).with_columns(SAFFL=pl.lit("N"))
        assert "SAFFL = Y" in _refused(_folder(tmp_path, subjects, adae()), "TW-516")

    @pytest.mark.parametrize("kind", ["parquet", "csv", "xpt"])
    def test_zero_events(self, tmp_path: Path, kind: str) -> None:
        """Zero events give rows of zeros over the whole population, not an empty table and not an error."""
        columns = pilot("adae").clear() if kind == "xpt" else adae()
        folder = _folder(tmp_path, adsl(A=3, B=2), columns, kind)
        rows = analyse_adam_folder(folder, tmp_path / "out").results.rows()
        any_event = [row for row in rows if row["analysis"] == "ae_by_soc_term" and row["statistic"] == "n"]
        assert [(row["group"], row["value"]) for row in any_event] == [("A", 0), ("B", 0), ("Total", 0)]
        assert {row["analysis"] for row in rows} >= {"ae_by_worst_grade", "ae_by_relation", "ae_listing"}

    def test_an_arm_without_events(self, tmp_path: Path) -> None:
        """An arm without events stays, with zeros over its own denominator."""
        folder = _folder(tmp_path, adsl(A=3, B=2), adae({}, {"USUBJID": "A-2"}))
        rows = analyse_adam_folder(folder, tmp_path / "out").results.rows()
        cells = {
            (row["group"], row["statistic"]): row["value"]
            for row in rows
            if row["analysis"] == "ae_by_soc_term" and row["term"] == "Headache"
        }
        assert (cells["B", "n"], cells["B", "denominator"], cells["B", "percent"]) == (0, 2, 0)
        assert (cells["A", "n"], cells["A", "denominator"]) == (2, 3)


class TestFindings:
    @pytest.mark.parametrize(
        ("events", "code", "words"),
        [
            ([{}, {"AEBODSYS": "Eye"}], "TW-542", "Headache stands in Eye and in Nervous"),
            ([{}, {"AEDECOD": "HEADACHE"}], "TW-543", "'HEADACHE' and 'Headache'"),
            ([{"AEACN": None}], "TW-544", "AEACN is empty"),
            ([{"AEOUT": "FATAL"}], "TW-545", "A-1 (Headache)"),
            ([{"AEOUT": "FATAL"}, {"AETOXGR": "5"}], "TW-546", "2 events: A-1 (Headache), A-1 (Headache)"),
            ([{"AEOUT": "FATAL", "AESER": "Y", "AEREL": "POSSIBLE"}], "TW-547", "recorded as POSSIBLE"),
            ([{"AEOUT": "FATAL", "AEREL": None}, {}], "TW-547", "recorded as missing"),
            ([{"AENDT": date(2026, 3, 1)}], "TW-548", "the end is before the start"),
            ([{"AESEQ": 1}, {"AESEQ": 1}], "TW-549", "named by their row"),
            ([{"AEDECOD": None}, {}], "TW-550", "AEDECOD is missing for 1 event: A-1"),
            ([{"ASTDT": date(2026, 2, 1)}], "TW-554", "before the first treatment"),
            ([{"AETOXGR": None}, {}], "TW-555", "AETOXGR is missing for 1 event"),
            ([{"AEREL": None}, {}], "TW-555", "they count as related"),
        ],
    )
    def test_contradictions(
        self, tmp_path: Path, events: list[dict[str, object]], code: str, words: str
    ) -> None:
        """Contradictions in the events are findings by name; the events are counted as recorded."""
        assert words in _findings(tmp_path, adsl(A=2), adae(*events))[code]

    def test_another_treatment_in_adae(self, tmp_path: Path) -> None:
        """Where TRTA differs from the subject's TRT01A, ADSL decides and the finding names the subject."""
        events = adae({}).with_columns(TRTA=pl.lit("B"))
        assert "A-1 (Headache)" in _findings(tmp_path, adsl(A=2, B=1), events)["TW-551"]

    def test_nothing_to_find(self, tmp_path: Path) -> None:
        """Data without contradictions give no findings."""
        assert _findings(tmp_path, adsl(A=2), adae({}, {"USUBJID": "A-2"})) == {}


class TestOutput:
    def test_manifest(self, tmp_path: Path) -> None:
        """The manifest names each input and output with its SHA-256 and every finding with its code."""
        from hashlib import sha256

        folder = _folder(tmp_path, adsl(A=2), adae({"AEACN": None}))
        analyse_adam_folder(folder, tmp_path / "out")
        manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
        assert (
            manifest["inputs"]["adae.parquet"] == sha256((folder / "adae.parquet").read_bytes()).hexdigest()
        )
        results = (tmp_path / "out" / "results.json").read_bytes()
        assert manifest["outputs"]["results.json"] == sha256(results).hexdigest()
        assert [finding["code"] for finding in manifest["findings"]] == ["TW-544"]

    def test_a_folder_of_something_else(self, tmp_path: Path) -> None:
        """A folder that holds something else is never overwritten."""
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "thesis.txt").write_text("mine")
        with pytest.raises(TrialwrightError, match="TW-517"):
            analyse_adam_folder(_folder(tmp_path, adsl(A=2), adae()), tmp_path / "out")
        assert (tmp_path / "out" / "thesis.txt").read_text() == "mine"

    def test_again(self, tmp_path: Path) -> None:
        """An earlier analysis is replaced; what else was laid beside it stays.

        The same data give the same bytes.
        """
        folder = _folder(tmp_path, adsl(A=2), adae({}))
        analyse_adam_folder(folder, tmp_path / "out")
        before = (tmp_path / "out" / "results.json").read_bytes()
        (tmp_path / "out" / "note.txt").write_text("mine")
        analyse_adam_folder(folder, tmp_path / "out")
        assert (tmp_path / "out" / "results.json").read_bytes() == before
        assert (tmp_path / "out" / "note.txt").read_text() == "mine"

    @pytest.mark.parametrize("failure", [KeyboardInterrupt(), OSError(28, os.strerror(28))])
    def test_interrupted(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
    ) -> None:
        """Ctrl-C or a full disk in the middle leaves the earlier results whole and nothing half-written."""
        folder = _folder(tmp_path, adsl(A=2), adae({}))
        analysis = analyse_adam_folder(folder, tmp_path / "out")
        before = _files_in(tmp_path / "out")

        def broken(*_: object) -> None:
            raise failure

        monkeypatch.setattr(type(analysis.results), "write", broken)
        with pytest.raises(type(failure)):
            write_analysis(analysis, tmp_path / "out")
        with pytest.raises(type(failure)):
            write_analysis(analysis, tmp_path / "new")
        assert _files_in(tmp_path / "out") == before
        assert sorted(path.name for path in tmp_path.iterdir()) == ["adam", "out"]


def _files_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _rename_fails_once(monkeypatch: pytest.MonkeyPatch, which: str) -> None:
    rename: Callable[[Path, Path], Path] = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name.endswith(which):
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)


def test_interrupted_between_the_two_renames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption after the earlier results stepped aside brings them back."""
    folder = _folder(tmp_path, adsl(A=2), adae({}))
    analysis = analyse_adam_folder(folder, tmp_path / "out")
    _rename_fails_once(monkeypatch, ".part")
    with pytest.raises(KeyboardInterrupt):
        write_analysis(analysis, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["adam", "out"]
    assert (tmp_path / "out" / "manifest.json").exists()
