"""analyse and report: from the record, or from somebody else's ADaM, to results and a page."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from trialwright.cli.files import write_whole
from trialwright.cli.outcome import DONE, FOUND, say_problem
from trialwright.errors import Problem, TrialwrightError

if TYPE_CHECKING:
    from trialwright.analysis.output import Analysis
    from trialwright.datasets.study_datasets import StudyDatasets
    from trialwright.record.snapshot import Snapshot
    from trialwright.report.provenance import Provenance
    from trialwright.store import StudyStore

REPORT_FILE = "report.html"
RESULTS = "results"
# The folder of a study for what a person writes into its report.
OWN_TEXTS = "report"
# What the numbers and figures of a report were made with.
SOFTWARE = ("trialwright", "polars", "numpy", "scipy", "matplotlib")


def analyse_study_or_adam(study: Path | None, adam: Path | None, out: Path | None) -> int:
    """Analyse the one that is given; TW-904 for both or neither."""
    if (study is None) == (adam is None):
        sentence = "give a study folder, or --adam with a folder of ADSL and ADAE; one of the two"
        raise TrialwrightError(Problem("TW-904", sentence))
    if adam is not None:
        return _analyse_adam(adam, out or adam / "trialwright-results")
    assert study is not None  # noqa: S101 - one of the two is given
    return _analyse_study(study, out)


def _analyse_adam(folder: Path, out: Path) -> int:
    from trialwright.analysis.adam_folder import analyse_adam_folder

    with _naming(out):
        analysis = analyse_adam_folder(folder, out)
    return _tell(analysis, out)


def _analyse_study(folder: Path, out: Path | None) -> int:
    from trialwright.store import open_study

    store = open_study(folder)
    target = out or store.folder.out / RESULTS
    derived = derive(store)
    with _naming(target):
        write_results(derived, target)
    return _tell(derived.analysis, target)


@dataclass(frozen=True, slots=True, eq=False)
class Derived:
    """What one snapshot of a record gives: its data sets and the results of the plan."""

    snapshot: Snapshot
    datasets: StudyDatasets
    analysis: Analysis


@contextmanager
def _without_collector() -> Iterator[None]:
    """Rows of a large study are many and hold no cycles; looking for some took a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_without_collector()
def derive(store: StudyStore) -> Derived:
    """Take a snapshot of the record and run the protocol's analyses on it."""
    from trialwright.analysis.study_analyses import run_analyses
    from trialwright.datasets.study_datasets import build_datasets

    snapshot = store.snapshot()
    datasets = build_datasets(store.study, snapshot)
    return Derived(snapshot, datasets, run_analyses(store.study, datasets))


@_without_collector()
def write_results(derived: Derived, out: Path) -> None:
    """Write results, manifest and data sets into a folder."""
    from trialwright.analysis.study_analyses import write_study_analysis

    write_study_analysis(derived.analysis, derived.datasets, out)


def _tell(analysis: Analysis, out: Path) -> int:
    typer.echo(f"{analysis.results.frame.height} results in {out / 'results.json'}.")
    for finding in analysis.findings:
        say_problem(Problem(finding.check, finding.sentence, finding.where))
    return FOUND if any(finding.check < "TW-540" for finding in analysis.findings) else DONE


@contextmanager
def _naming(target: Path) -> Iterator[None]:
    """Let an error of the machine name what was to be written, not the draft beside it."""
    try:
        yield
    except OSError as error:
        error.filename = str(target)
        raise


def report_study(folder: Path, out: Path | None) -> int:
    """Analyse the study as it is now and write its report, the results, and the pages behind its numbers."""
    from trialwright.store import open_study

    store = open_study(folder)
    target = out or store.folder.out / REPORT_FILE
    derived = derive(store)
    with _naming(target):
        write_report(store, derived, target)
    typer.echo(f"Wrote {target}; open it in a browser or print it.")
    if target.is_file():  # nothing stands beside a device or a pipe
        results = target.parent / RESULTS
        with _naming(results):
            write_results(derived, results)
        write_trace(store, results)
        typer.echo(f"Its numbers rest on {results}.")
    return DONE


def write_study_report(folder: Path, out: Path | None) -> int:
    """Analyse the study as it is now and write its report after ICH E3 as HTML and PDF."""
    from datetime import datetime

    from trialwright.report.naming import StudyNames
    from trialwright.report.rendering import level_of
    from trialwright.report.result_book import open_results
    from trialwright.report.result_sections import Material
    from trialwright.report.study_report.own_texts import read_own_texts
    from trialwright.report.study_report.writing_report import StudyReport
    from trialwright.store import open_study

    store = open_study(folder)
    derived, study = derive(store), store.study
    target = out or store.folder.out
    results = open_results(derived.analysis.results.rows())
    texts = read_own_texts(store.folder.path / OWN_TEXTS, study, results)
    listings = derived.analysis.listings
    material = Material(study, results, derived.datasets.frames, listings, StudyNames(study), level_of(study))
    report = StudyReport(material, texts, _provenance(store, derived))
    with _naming(target / RESULTS):
        write_results(derived, target / RESULTS)
    write_trace(store, target / RESULTS)
    taken = derived.snapshot.taken_at
    made_at = datetime.fromisoformat(taken) if taken else None
    files = {"html": report.html(traced=True).encode(), "pdf": report.pdf(made_at)}
    for kind, content in files.items():
        write_whole(target / f"study-report.{kind}", content)
        typer.echo(f"Wrote {target / f'study-report.{kind}'}.")
    return DONE


@_without_collector()
def write_report(store: StudyStore, derived: Derived, target: Path) -> None:
    """The report of one snapshot, written whole or not at all."""
    from trialwright.report.rendering import dump_report

    analysis = derived.analysis
    frames, rows = derived.datasets.frames, analysis.results.rows()
    provenance = _provenance(store, derived)
    dump_report(target, store.study, rows, frames, provenance, analysis.listings, traced=True)


def _provenance(store: StudyStore, derived: Derived) -> Provenance:
    """Where the outputs of one snapshot come from."""
    from datetime import date
    from importlib.metadata import version

    from trialwright.report.provenance import Provenance

    snapshot = derived.snapshot
    return Provenance(
        snapshot_on=date.fromisoformat(snapshot.taken_at[:10]) if snapshot.taken_at else date.min,
        record_head=snapshot.head,
        entries=snapshot.size,
        rehearsal=store.is_rehearsal(),
        inputs={path.name: digest for path, digest in _protocol_files(store.folder.protocol)},
        software={name: version(name) for name in SOFTWARE},
        findings=derived.analysis.findings,
    )


@_without_collector()
def write_trace(store: StudyStore, results: Path) -> None:
    """The pages behind the numbers of a folder of results, beside it."""
    from trialwright.analysis.tracing.opened_output import open_output
    from trialwright.report.trace_addresses import FOLDER
    from trialwright.report.trace_pages import dump_trace

    with _naming(results.parent / FOLDER):
        dump_trace(open_output(results), results.parent / FOLDER, rehearsal=store.is_rehearsal())


def _protocol_files(protocol: Path) -> list[tuple[Path, str]]:
    from hashlib import sha256

    files = [protocol / "protocol.yaml", *sorted((protocol / "forms").glob("*.yaml"))]
    return [(path, sha256(path.read_bytes()).hexdigest()) for path in files]
