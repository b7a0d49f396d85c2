"""A yes-or-no endpoint: the proportion of responders in each group, and the groups compared."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from trialwright.analysis.comparison import Comparison, comparison_row
from trialwright.analysis.count_block import About, Denominators, Parts
from trialwright.analysis.populations import Subjects
from trialwright.analysis.subject_counts import category_block

RESPONDER = "responder"
NOT_KNOWN = "response not known"


def binary_endpoint(
    responses: Mapping[str, bool | None],
    subjects: Subjects,
    about: About,
    among: Denominators,
    comparison: Comparison,
) -> Parts:
    """Responders over the whole population with exact limits.

    A subject whose response is not known is not a responder. ``responses`` is by USUBJID. How many are not
    known stands as a category of its own. The test between groups is chi-square, or Fisher's where an
    expected count is below 5.
    """
    answers = pl.Series([responses.get(subject) for subject in subjects.ids], dtype=pl.Boolean)
    held = {RESPONDER: answers.fill_null(value=False), NOT_KNOWN: answers.is_null()}
    block = category_block(subjects, about, among, held)
    if not block.counts.n[1].any():
        block = category_block(subjects, about, among, {RESPONDER: held[RESPONDER]})
    return [block, comparison_row(comparison, about, RESPONDER, block.counts, among)]
