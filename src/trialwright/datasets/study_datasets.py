"""All data sets of a study from one snapshot of its record, and their files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from trialwright.clinical.indices import SAMPLED_INDICES
from trialwright.datasets.adam.adverse_events import check_events, derive_adae
from trialwright.datasets.adam.exposure import derive_adex
from trialwright.datasets.adam.parameters import derive_parameters
from trialwright.datasets.adam.record import NotDerived
from trialwright.datasets.adam.recorded_ranges import RecordedRanges, recorded_ranges
from trialwright.datasets.adam.subject_level import derive_adsl
from trialwright.datasets.adam_checks import listed
from trialwright.datasets.captured import Captured
from trialwright.datasets.captured_table import captured_table
from trialwright.datasets.clause_table import clause_table
from trialwright.datasets.coded_terms import dictionaries_named
from trialwright.datasets.definition import Row, make_frame
from trialwright.datasets.dictionary import NOT_DERIVED, Dictionary, data_dictionary
from trialwright.datasets.entry_table import entry_table
from trialwright.datasets.findings import Finding
from trialwright.datasets.folding import fold_snapshot
from trialwright.datasets.gathered import Gathered, gather
from trialwright.datasets.sdtm.adverse_events import derive_ae
from trialwright.datasets.sdtm.collected import derive_collected
from trialwright.datasets.sdtm.demographics import derive_dm
from trialwright.datasets.sdtm.deviations import derive_dv
from trialwright.datasets.sdtm.disposition import derive_ds
from trialwright.datasets.sdtm.domain_row import DomainRow, number_rows
from trialwright.datasets.sdtm.event_answers import derive_event_answers
from trialwright.datasets.sdtm.exceptions import derive_ie
from trialwright.datasets.sdtm.exposure import derive_ex
from trialwright.datasets.sdtm.visits import derive_sv
from trialwright.datasets.trace_links import trace_links
from trialwright.protocol.study import Study
from trialwright.record.snapshot import Snapshot

# Domains of one record a subject, visit or adverse event: what items give them are columns of these records.
_ONE_SHAPE = {"DM", "SV", "AE"}
_Collected = Mapping[str, Sequence[DomainRow]]


@dataclass(frozen=True, slots=True, eq=False)
class StudyDatasets:
    """The data sets of one snapshot: ``frames`` by name (DM, AE, ..., ADSL, ADAE, ...).

    ``not_derived`` says which values have no number and why (subject, visit, parameter, reason, entries),
    ``head`` is the hash of the record's last entry, ``captured`` what the frames were made from; ``protocol``
    and ``snapshot`` are where all of it comes from.
    """

    study: str
    head: str
    frames: Mapping[str, pl.DataFrame]
    not_derived: pl.DataFrame
    findings: tuple[Finding, ...]
    dictionary: Dictionary
    captured: Captured
    protocol: Study
    snapshot: Snapshot


def build_datasets(study: Study, snapshot: Snapshot) -> StudyDatasets:
    """Derive every data set of the study from the snapshot. The same snapshot gives the same frames.

    Raises DatasetError with TW-570 to TW-573 for a record from which no data sets can be made.
    """
    captured = fold_snapshot(study, snapshot)
    gathered = gather(study, captured)
    dictionary = data_dictionary(study)
    collected = (derive_collected(gathered), derive_event_answers(gathered))
    sdtm = _sdtm(gathered, collected)
    adam, reasons = _adam(gathered, sdtm, recorded_ranges(study, snapshot))
    rows = {**sdtm, **adam}
    frames = {
        name: make_frame(definitions, rows.get(name, []))
        for name, definitions in dictionary.items()
        if name != NOT_DERIVED
    }
    return StudyDatasets(
        study=study.study.id,
        head=snapshot.head,
        frames=frames,
        not_derived=make_frame(dictionary[NOT_DERIVED], [_reason(reason) for reason in reasons]),
        findings=(
            *captured.findings,
            *_unplaced(collected),
            *refused_samplings(study, reasons),
            *check_events(adam["ADAE"]),
            *dictionaries_named(captured),
        ),
        dictionary=dictionary,
        captured=captured,
        protocol=study,
        snapshot=snapshot,
    )


def _sdtm(gathered: Gathered, collected: Sequence[_Collected]) -> dict[str, list[Row]]:
    domains = {
        "DM": derive_dm(gathered),
        "SV": derive_sv(gathered),
        "DS": derive_ds(gathered),
        "IE": derive_ie(gathered),
        "DV": derive_dv(gathered),
        "EX": derive_ex(gathered),
        "AE": derive_ae(gathered),
    }
    for found in collected:
        for name, rows in found.items():
            if name not in _ONE_SHAPE:
                domains.setdefault(name, []).extend(rows)
    numbered = {name: number_rows(gathered.study, name, rows) for name, rows in domains.items()}
    for row in numbered["DM"]:
        del row["DMSEQ"]  # DM has one record a subject and no number
    return numbered


def _unplaced(collected: Sequence[_Collected]) -> Iterator[Finding]:
    """Answers that the protocol sends to a domain whose records have another shape."""
    for found in collected:
        for name, rows in found.items():
            lost = [row for row in rows if name == "AE" or f"{name}TESTCD" in row.values]
            if name in _ONE_SHAPE and lost:
                sentence = (
                    f"{len(lost)} answers to other forms than its own do not fit {name}; correct their target"
                )
                yield Finding("TW-576", sentence, name)


def refused_samplings(study: Study, reasons: Sequence[NotDerived]) -> Iterator[Finding]:
    """Samplings that give no value, by reason: named, so that no analysis lacks them silently."""
    sampled = {part.id: part.label for part in study.derivations if part.method in SAMPLED_INDICES}
    visits = {visit.id: visit.name for visit in study.visits}
    for parameter in study.parameters:
        if parameter.variable not in sampled:
            continue
        found: dict[str, list[str]] = {}
        for each in reasons:
            if each.parameter == parameter.paramcd and each.sampled:
                who = f"{each.subject} at {visits.get(each.visit, each.visit)}"
                found.setdefault(each.reason, []).append(who)
        for reason, people in found.items():
            sentence = f"no {sampled[parameter.variable]} for {listed(people)}: {reason}"
            yield Finding("TW-849", sentence, parameter.dataset)


def _adam(
    gathered: Gathered, sdtm: Mapping[str, Sequence[Row]], ranges: RecordedRanges
) -> tuple[dict[str, list[Row]], list[NotDerived]]:
    rows = {"ADSL": derive_adsl(gathered, sdtm["DM"])}
    adsl = {row["USUBJID"]: row for row in rows["ADSL"]}
    rows["ADAE"] = derive_adae(gathered, sdtm["AE"], adsl)
    rows["ADEX"], reasons = derive_adex(gathered, adsl)
    for name in sorted({parameter.dataset for parameter in gathered.study.parameters}):
        rows[name], without = derive_parameters(gathered, name, adsl, ranges)
        reasons += without
    return rows, reasons


def _reason(reason: NotDerived) -> Row:
    return {
        "subject": reason.subject,
        "visit": reason.visit,
        "parameter": reason.parameter,
        "reason": reason.reason,
        "entries": sorted(set(reason.sources)),
    }


def dump_datasets(datasets: StudyDatasets, folder: Path) -> tuple[Path, ...]:
    """Write each data set as ``name.parquet`` in lower case, with what was not derived, the captured
    answers, the dictionary, and what an explanation needs: entries, clauses, links from ADaM to SDTM.

    The same snapshot gives the same bytes. Returns the files in the order written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in _files(datasets):
        path = folder / f"{name}.parquet"
        frame.write_parquet(path)
        written.append(path)
    return tuple(written)


def _files(datasets: StudyDatasets) -> Iterator[tuple[str, pl.DataFrame]]:
    for name, frame in datasets.frames.items():
        yield name.lower(), frame
    yield NOT_DERIVED.lower(), datasets.not_derived
    yield "captured", captured_table(datasets.captured)
    yield "dictionary", dictionary_frame(datasets.dictionary)
    yield "entries", entry_table(datasets.snapshot.entries)
    yield "clauses", clause_table(datasets.protocol)
    yield "links", trace_links(datasets.protocol, datasets.frames)


def dictionary_frame(dictionary: Dictionary) -> pl.DataFrame:
    """The data dictionary as a table: dataset, variable, label, kind, derivation."""
    entries = [definition for definitions in dictionary.values() for definition in definitions]
    columns = ("dataset", "variable", "label", "kind", "derivation")
    return pl.DataFrame({name: [getattr(entry, name) for entry in entries] for name in columns})
