"""The end of the report: findings of the data checks, methods in words, and where everything comes from."""

from __future__ import annotations

from collections.abc import Iterable

from trialwright.protocol.fingerprint import Fingerprints
from trialwright.protocol.plan import Constant
from trialwright.protocol.study import Study
from trialwright.report.formatting import format_count, format_date
from trialwright.report.front_matter import fingerprint_lines
from trialwright.report.method_words import methods_in_words
from trialwright.report.page import Block, Section, sentence
from trialwright.report.provenance import Finding, Provenance
from trialwright.report.table import HeadCell, Part, Row, Table, plain


def back_sections(study: Study, prints: Fingerprints, provenance: Provenance) -> tuple[Section, ...]:
    """Findings, methods and provenance."""
    return (_findings(provenance.findings), _methods(study, provenance), _provenance(prints, provenance))


def _findings(findings: tuple[Finding, ...]) -> Section:
    parts = (
        (Block("table", _findings_table(findings)),)
        if findings
        else (sentence("The checks of the data found nothing."),)
    )
    return Section("findings", "Findings of the data checks", parts)


def _findings_table(findings: Iterable[Finding]) -> Table:
    head = tuple(HeadCell((Part(name),), kind="text") for name in ("Check", "Where", "Finding"))
    rows = tuple(Row(finding.check, (plain(finding.where), plain(finding.sentence))) for finding in findings)
    return Table("table-findings", "What the checks of the data found", (head,), rows)


def _methods(study: Study, provenance: Provenance) -> Section:
    constants = tuple((f"{constant.id} = {_value(constant)}", constant.sense) for constant in study.constants)
    made_with = ", ".join(f"{name} {version}" for name, version in provenance.software.items())
    software = (("Software", made_with),) if made_with else ()
    return Section(
        "methods", "Methods", (Block("pairs", (*methods_in_words(study.analyses), *constants, *software)),)
    )


def _value(constant: Constant) -> str:
    return f"{constant.value} {constant.unit}" if constant.unit else str(constant.value)


def _provenance(prints: Fingerprints, provenance: Provenance) -> Section:
    lines = [
        ("Snapshot", f"{format_date(provenance.snapshot_on)}, {format_count(provenance.entries)} entries"),
        *fingerprint_lines(prints, provenance),
        *((f"Input {name}", digest) for name, digest in provenance.inputs.items()),
    ]
    words = (
        "Every number in a table carries the id of the result that it prints: results.json holds that row, "
        "keys.parquet the subjects or records that were counted for it."
    )
    return Section("provenance", "Provenance", (sentence(words), Block("pairs", tuple(lines))))
