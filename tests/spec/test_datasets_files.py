"""Data sets as files: the same record gives the same bytes."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from dataset_making import Notebook, answer
from trialwright.datasets.captured_table import captured_table
from trialwright.datasets.study_datasets import build_datasets, dump_datasets
from trialwright.protocol.study import Study


def _book() -> Notebook:
    book = Notebook().treated()
    book.items("SCR", "glucose_tolerance", ppg_2h=answer("140.5", "mg/dL"))
    book.items("D0", "fasting_metabolism", fasting=True, glucose_fasting="5.1", insulin_fasting="7.3")
    book.event()
    return book


def test_the_same_snapshot_gives_the_same_bytes(default_study: Study, tmp_path: Path) -> None:
    """Two builds of one snapshot write files that are equal byte for byte."""
    snapshot = _book().snapshot()
    one = dump_datasets(build_datasets(default_study, snapshot), tmp_path / "one")
    two = dump_datasets(build_datasets(default_study, snapshot), tmp_path / "two")
    assert [path.name for path in one] == [path.name for path in two]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_every_data_set_is_a_file_beside_its_dictionary(default_study: Study, tmp_path: Path) -> None:
    """Files bear the names of the data sets; the dictionary and what was not derived are with them."""
    datasets = _book().build(default_study)
    files = {path.stem: path for path in dump_datasets(datasets, tmp_path / "new" / "folder")}
    assert set(files) == {name.lower() for name in datasets.frames} | {
        "not_derived",
        "captured",
        "dictionary",
        "entries",
        "clauses",
        "links",
    }
    assert pl.read_parquet(files["adlb"]).equals(datasets.frames["ADLB"])
    dictionary = pl.read_parquet(files["dictionary"])
    assert set(dictionary["dataset"]) == set(datasets.frames) | {"NOT_DERIVED"}


def test_the_data_sets_name_the_record_they_came_from(default_study: Study) -> None:
    """The head hash of the snapshot is kept with the frames."""
    book = _book()
    assert book.build(default_study).head == book.snapshot().head


def test_the_captured_answers_are_a_table_with_their_corrections(default_study: Study) -> None:
    """Each answer stands with its entry; a corrected one stays in the table and no longer stands."""
    book = Notebook().consented()
    book.visit("SCR", "2026-03-01")
    first = book.items("SCR", "glucose_tolerance", ppg_2h=answer("180.156", "mg/dL"))
    second = book.correct("SCR", "glucose_tolerance", "ppg_2h", answer("9.5"))
    table = captured_table(book.build(default_study).captured)
    assert table.select("value", "unit", "number", "seq", "before", "stands").rows() == [
        ("180.156", "mg/dL", "10", first, None, False),
        ("9.5", None, "9.5", second, first, True),
    ]
