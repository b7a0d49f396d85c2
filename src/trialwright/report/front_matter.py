"""The front of the report: what study this is, from which record, and what is assumed."""

from __future__ import annotations

from trialwright.protocol.disclosure import Disclosure, assumptions_of, open_questions_of
from trialwright.protocol.fingerprint import Fingerprints
from trialwright.protocol.study import Study
from trialwright.report.disclosing import group_statements
from trialwright.report.formatting import capital, format_count, format_date
from trialwright.report.page import Block, Section, sentence
from trialwright.report.provenance import Provenance


def title_facts(study: Study, provenance: Provenance) -> tuple[tuple[str, str], ...]:
    """Who runs which study, how it is built, and as of when: (name, value) in their order on the page."""
    about = study.study
    facts = [
        ("Sponsor", about.sponsor),
        ("Condition", about.condition),
        ("Phase", about.phase or ""),
        ("Design", _design(study)),
        ("Registry", f"{about.registry}, {about.id}"),
        ("Protocol version", about.protocol_version),
        ("Snapshot", _snapshot(provenance)),
    ]
    return tuple((name, value) for name, value in facts if value)


def _design(study: Study) -> str:
    design = study.design
    return f"{capital(design.type)}, masking: {design.masking}, {design.target_enrolment} subjects planned"


def _snapshot(provenance: Provenance) -> str:
    entries = f", {format_count(provenance.entries)} entries" if provenance.entries else ""
    return f"{format_date(provenance.snapshot_on)}{entries}"


def fingerprint_lines(prints: Fingerprints, provenance: Provenance) -> tuple[tuple[str, str], ...]:
    """The full hashes of protocol and record."""
    lines = [("Protocol fingerprint (data)", prints.data), ("Protocol fingerprint (wording)", prints.wording)]
    return (*lines, ("Record head", provenance.record_head or "none: the data came without a record"))


def front_sections(study: Study) -> tuple[Section, ...]:
    """Assumptions, open questions and oddities; a section with nothing to say says that."""
    assumptions, questions = assumptions_of(study), open_questions_of(study)
    return (
        Section(
            "assumptions",
            "Assumptions",
            _statements(study, assumptions, "Everything in this study is registered; nothing is assumed."),
            f"{_parts(len(assumptions))} not fixed by the registered record. Each stands as an assumption in "
            "the protocol and can be replaced there by the sponsor."
            if assumptions
            else "",
        ),
        Section(
            "open-questions",
            "Open questions",
            _statements(study, questions, "No question to the sponsor is open."),
            "What the sponsor still has to decide." if questions else "",
        ),
        Section("oddities", "Oddities of the registered record", _oddities(study)),
    )


def _parts(count: int) -> str:
    return "1 part of this study is" if count == 1 else f"{count} parts of this study are"


def _statements(study: Study, disclosures: tuple[Disclosure, ...], nothing: str) -> tuple[Block, ...]:
    if not disclosures:
        return (sentence(nothing),)
    return (Block("statements", group_statements(study, disclosures)),)


def _oddities(study: Study) -> tuple[Block, ...]:
    if not study.oddities:
        return (sentence("None was noted."),)
    return (Block("pairs", tuple((remark.id, remark.text) for remark in study.oddities)),)
