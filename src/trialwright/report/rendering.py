"""One self-contained page from a study, its results and the frames behind its figures."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import trialwright
from trialwright.protocol.fingerprint import Fingerprints, fingerprint
from trialwright.protocol.study import Study
from trialwright.report.back_matter import back_sections
from trialwright.report.formatting import format_date
from trialwright.report.front_matter import fingerprint_lines, front_sections, title_facts
from trialwright.report.key_figures import key_figures
from trialwright.report.naming import StudyNames
from trialwright.report.page import KeyFigure, Section, numbered
from trialwright.report.provenance import Provenance, short
from trialwright.report.result_book import open_results
from trialwright.report.result_sections import Material, result_sections
from trialwright.report.running_head import page_rules
from trialwright.report.subject_lines import Frames
from trialwright.report.templating import environment, page_script


def render_report(
    study: Study,
    results: Iterable[Mapping[str, Any]],
    frames: Frames,
    provenance: Provenance,
    listings: Frames = MappingProxyType({}),
    *,
    traced: bool = False,
) -> str:
    """Render a study's report as one HTML file that asks for nothing from outside.

    ``results`` are the rows of ``results.json``. ``frames`` are the ADaM data sets behind the figures by name
    (ADSL, ADAE and those of the parameters); a figure whose data are not there is left out. ``listings`` are
    frames by the id or method of their analysis. ``traced`` leads from the numbers to the pages behind them,
    which stand beside the report. Equal arguments give equal bytes.
    """
    prints = fingerprint(study)
    material = Material(study, open_results(results), frames, listings, StudyNames(study), level_of(study))
    sections = (*front_sections(study), *result_sections(material), *back_sections(study, prints, provenance))
    figures = key_figures(study, material.results, material.names, material.level)
    page = {**_page(study, prints, provenance, figures, sections), "traced": traced}
    return environment().get_template("report.html").render(page=page)


def dump_report(
    path: Path,
    study: Study,
    results: Iterable[Mapping[str, Any]],
    frames: Frames,
    provenance: Provenance,
    listings: Frames = MappingProxyType({}),
    *,
    traced: bool = False,
) -> None:
    """Write the report of ``render_report``: the file appears whole, or what was there stays.

    Raises OSError where it cannot be written.
    """
    _write_whole(path, render_report(study, results, frames, provenance, listings, traced=traced))


def _write_whole(path: Path, text: str) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():  # a device or a pipe is written to, never replaced
        path.write_text(text, encoding="utf-8")
        return
    path = path.resolve()
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _page(
    study: Study,
    prints: Fingerprints,
    provenance: Provenance,
    figures: tuple[KeyFigure, ...],
    sections: Iterable[Section],
) -> dict[str, Any]:
    running = f"{study.study.id} · {_short_hashes(prints, provenance)}"
    return {
        "study": study.study,
        "facts": title_facts(study, provenance),
        "fingerprints": fingerprint_lines(prints, provenance),
        "key_figures": figures,
        "sections": numbered(sections),
        "rehearsal": provenance.rehearsal,
        "running": running,
        "software": trialwright.__version__,
        "style": style_of(study, running, provenance),
        "script": page_script(),
    }


def _short_hashes(prints: Fingerprints, provenance: Provenance) -> str:
    return f"protocol {short(prints.data)} · record {short(provenance.record_head) or 'none'}"


def level_of(study: Study) -> str:
    """The protocol's confidence level in words."""
    constant = study.constant("confidence_level")
    return f"{float(constant.value) * 100:g}\u202f%" if constant else "95\u202f%"


def style_of(study: Study, running: str, provenance: Provenance) -> str:
    """The style sheet with the rules of printed pages, which bear what is running."""
    sheet = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
    rules = page_rules(
        study.study.id, running, f"Snapshot {format_date(provenance.snapshot_on)}", provenance.rehearsal
    )
    return f"{sheet}\n{rules}"
