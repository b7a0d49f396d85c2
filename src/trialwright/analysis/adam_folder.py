"""The safety analyses of anybody's ADaM folder: the engine of ``trialwright analyse --adam``."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from trialwright.analysis.adverse_events import analyse_adverse_events
from trialwright.analysis.ae_listing import list_events
from trialwright.analysis.count_block import About, denominators_of
from trialwright.analysis.demographics import demographics
from trialwright.analysis.disposition import ends_of_study
from trialwright.analysis.output import DATA, Analysis, refuse_other, write_analysis
from trialwright.analysis.populations import Subjects
from trialwright.analysis.results import ResultTable
from trialwright.analysis.safety_events import prepare_safety_events
from trialwright.datasets.adam_files import AdamFolder, read_adam_folder
from trialwright.datasets.adam_notices import notices


def analyse_adam_folder(folder: Path, out: Path) -> Analysis:
    """Read ADSL and ADAE of a folder, run disposition, demographics and every safety analysis over SAFFL by
    TRT01A, and write them to ``out``, with the rows behind them as they were read.

    Either ``out`` is complete at the end or it is as it was. Raises AdamError (the folder), StrangerError
    (events of subjects who are not analysed), PopulationError (groups) or OutputError (``out``).
    """
    refuse_other(out)
    read = read_adam_folder(folder)
    safety = prepare_safety_events(read.adsl, read.adae)
    results = ResultTable()
    _add_subjects(results, read.adsl, safety.subjects)
    analyse_adverse_events(results, safety)
    found = (*read.findings, *safety.findings, *notices(read.adsl, read.adae))
    analysis = Analysis(results, found, read.inputs, {"ae_listing": list_events(safety)})
    write_analysis(analysis, out, lambda part: _dump(read, part / DATA))
    return analysis


def _add_subjects(results: ResultTable, adsl: pl.DataFrame, subjects: Subjects) -> None:
    """What became of the subjects and who they are, as far as ADSL says it."""
    among = denominators_of(subjects)
    results.keys.add_dataset("ADSL", lambda: subjects.ids)
    for name, method in (("disposition", ends_of_study), ("demographics", demographics)):
        about = About(name, name, subjects.population)
        results.extend(method(adsl, subjects, about, among))
        results.arguments[name] = {"level": about.level, "interval": about.interval}
    results.arguments["demographics"]["quantiles"] = about.quantiles


def _dump(read: AdamFolder, folder: Path) -> None:
    folder.mkdir()
    read.adsl.write_parquet(folder / "adsl.parquet")
    read.adae.write_parquet(folder / "adae.parquet")
