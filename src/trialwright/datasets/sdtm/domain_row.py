"""Rows of a domain on their way into its frame: numbered in the order of capture, and traceable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from trialwright.datasets.definition import Row
from trialwright.datasets.subjects import Subject
from trialwright.protocol.study import Study


@dataclass(frozen=True, slots=True)
class DomainRow:
    """One record of a domain.

    ``order`` is the entry that gave it first and its place there: a correction changes ``sources``, never
    ``order``, so a record keeps its number.
    """

    subject: Subject
    order: tuple[int, int]
    values: Row
    sources: list[int] = field(default_factory=list)


def number_rows(study: Study, domain: str, rows: Iterable[DomainRow]) -> list[Row]:
    """The rows with identifiers, --SEQ in the order of capture, and SRCSEQ, the entries behind each."""
    numbered: list[Row] = []
    counts: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: (row.subject.usubjid, row.order)):
        usubjid = row.subject.usubjid
        counts[usubjid] = counts.get(usubjid, 0) + 1
        identifiers = {
            "STUDYID": study.study.id,
            "DOMAIN": domain,
            "USUBJID": usubjid,
            f"{domain}SEQ": counts[usubjid],
        }
        numbered.append({**identifiers, **row.values, "SRCSEQ": sorted(set(row.sources))})
    return numbered
