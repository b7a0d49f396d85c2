"""tables: the tables of a study, or of results that are already there, as PDF, RTF, workbook and CSV."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from trialwright.cli.outcome import DONE

if TYPE_CHECKING:
    from trialwright.report.outputs.table_book import TableBook


def write_all_tables(folder: Path, out: Path | None, formats: list[str]) -> int:
    """Write the tables of a study folder or of a folder of results."""
    from trialwright.analysis.output import MANIFEST
    from trialwright.report.outputs.writing_tables import FORMATS, write_tables

    of_results = (folder / MANIFEST).is_file()
    book = _book_of_results(folder) if of_results else _book_of_study(folder)
    target = out or (folder / "tables" if of_results else folder / "out" / "tables")
    written = write_tables(book, target, formats or FORMATS)
    typer.echo(f"Wrote {len(book.tables)} tables in {len(written)} files to {target}.")
    return DONE


def _book_of_study(folder: Path) -> TableBook:
    from trialwright.cli.outputs import derive
    from trialwright.protocol.fingerprint import fingerprint
    from trialwright.report.outputs.table_book import Stamp, study_tables
    from trialwright.report.provenance import short
    from trialwright.report.result_book import open_results
    from trialwright.store import open_study

    store = open_study(folder)
    derived, study = derive(store), store.study
    snapshot = derived.snapshot
    made = datetime.fromisoformat(snapshot.taken_at) if snapshot.taken_at else None
    prints = short(fingerprint(study).data)
    stamp = Stamp(study.study.id, short(snapshot.head), prints, store.is_rehearsal(), made)
    store.close()
    results = open_results(derived.analysis.results.rows())
    return study_tables(study, results, derived.analysis.listings, stamp)


def _book_of_results(folder: Path) -> TableBook:
    from trialwright.analysis.tracing.opened_output import open_output
    from trialwright.report.outputs.table_book import Stamp, plain_tables
    from trialwright.report.provenance import short
    from trialwright.report.result_book import open_results

    output = open_output(folder)
    protocol = (output.manifest.get("protocol") or {}).get("data", "")
    head = short(output.manifest.get("record_head") or "")
    stamp = Stamp(folder.resolve().name, head, short(protocol), rehearsal=False, made_at=None)
    results = open_results(output.results.iter_rows(named=True))
    return plain_tables(results, output.listings, stamp)
