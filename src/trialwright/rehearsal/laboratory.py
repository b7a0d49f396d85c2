"""What is done with laboratory values: a range that a laboratory sends, and the investigator's words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from trialwright.clinical.reference_ranges import Band
from trialwright.conduct import commands as c
from trialwright.conduct.laboratory_ranges import ranges_of
from trialwright.conduct.laboratory_samples import Sample
from trialwright.conduct.laboratory_values import judged_values
from trialwright.conduct.streams import RANGES
from trialwright.rehearsal.oversight import casebook_of

if TYPE_CHECKING:
    from trialwright.rehearsal.company import Company

_WIDER = Decimal("1.05")


def say_words(company: Company, subject: str, visit: str | None = None) -> None:
    """The investigator judges every value (of a visit) that waits; from grade 2 on it is significant."""
    recorded = ranges_of({RANGES: company.stage.look(RANGES)})

    def of_it(sample: Sample) -> bool:
        return visit in (None, sample.visit)

    for value in judged_values(company.study, recorded, casebook_of(company, subject), of_it):
        if not value.waits:
            continue
        sample, grave = value.sample, (value.grade or 0) > 1
        word = c.AssessSignificance(
            subject=subject,
            visit=sample.visit,
            form=sample.form,
            row=sample.row,
            item=sample.item.id,
            significant=grave,
            comment="to be measured again within a week (rehearsal)" if grave else None,
            occurrence=sample.occurrence,
            seen=sample.cell.changed,
        )
        company.stage.do(word)


def receive_range(company: Company) -> None:
    """The first laboratory of the protocol sends a wider range of its last item, valid from today."""
    for laboratory in company.study.laboratories[:1]:
        for sent in laboratory.ranges[-1:]:
            bands = tuple(_wider(each.band) for each in sent.bands)
            today = company.stage.now.date()
            source = "letter of the laboratory (rehearsal)"
            command = c.RecordReferenceRange(laboratory.id, sent.item, today, bands, source, sent.unit)
            company.stage.do(command)


def _wider(band: Band) -> c.RangeLimits:
    high = None if band.high is None else (band.high * _WIDER).quantize(Decimal("0.1"))
    wide = replace(band, high=high)
    return c.RangeLimits(wide.low, wide.high, wide.sex, wide.age_from, wide.age_to)
