"""What became of the subjects: from screening to treatment, and from treatment to the end of the study."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from trialwright.analysis.count_block import About, Denominators, Parts
from trialwright.analysis.populations import Subjects
from trialwright.analysis.subject_counts import category_block, values_of

ANOTHER_CAUSE = "another cause of screening failure"


def screening_funnel(
    adsl: pl.DataFrame,
    subjects: Subjects,
    about: About,
    among: Denominators,
    criteria: Sequence[str] = (),
) -> Parts:
    """Screened, failed (with each criterion.

    A person may fail several), still in screening, enrolled, treated. ADSL: SCRFFL, SCRFREAS (criteria parted
    by commas), SCRFOTH, ENRLFL or ENRLDT, TRTSDT; ``subjects`` are the screened.
    ``criteria`` is their order in the protocol; one that nobody failed has no row.
    """
    everybody = pl.repeat(value=True, n=adsl.height, eager=True)
    failed = _is(adsl, "SCRFFL", "Y")
    enrolled = _is(adsl, "ENRLFL", "Y") if "ENRLFL" in adsl.columns else _given(adsl, "ENRLDT")
    held: dict[str, pl.Series] = {"screened": everybody, "screening failure": failed}
    held.update(_criteria(adsl, failed, criteria))
    held["in screening"] = ~failed & ~enrolled
    held["enrolled"] = enrolled
    held["treated"] = _given(adsl, "TRTSDT")
    return [category_block(subjects, about, among, held)]


def disposition(adsl: pl.DataFrame, subjects: Subjects, about: About, among: Denominators) -> Parts:
    """Enrolled, treated, treatment completed; study completed, ongoing, discontinued with each reason.

    ADSL: TRTSDT, EOTSTT, EOSSTT, DCSREAS; ``subjects`` are the enrolled. A column that is absent leaves its
    rows out.
    """
    held: dict[str, pl.Series] = {
        "enrolled": pl.repeat(value=True, n=adsl.height, eager=True),
        "treated": _given(adsl, "TRTSDT"),
    }
    return [category_block(subjects, about, among, held | _ends(adsl, subjects))]


def ends_of_study(adsl: pl.DataFrame, subjects: Subjects, about: About, among: Denominators) -> Parts:
    """Treatment completed; study completed, ongoing, discontinued with each reason, for any population.

    ADSL: EOTSTT, EOSSTT, DCSREAS. No rows where neither status is there.
    """
    held = _ends(adsl, subjects)
    return [category_block(subjects, about, among, held)] if held else []


def _ends(adsl: pl.DataFrame, subjects: Subjects) -> dict[str, pl.Series]:
    held: dict[str, pl.Series] = {}
    if "EOTSTT" in adsl.columns:
        held["completed treatment"] = _is(adsl, "EOTSTT", "COMPLETED")
    if "EOSSTT" in adsl.columns:
        held["completed the study"] = _is(adsl, "EOSSTT", "COMPLETED")
        held["in the study"] = _is(adsl, "EOSSTT", "ONGOING")
        held["discontinued"] = _is(adsl, "EOSSTT", "DISCONTINUED")
    return held | _reasons(adsl, subjects)


def _criteria(adsl: pl.DataFrame, failed: pl.Series, order: Sequence[str]) -> dict[str, pl.Series]:
    """Who failed each criterion, in the order given and then by name, and who failed for another cause."""
    if "SCRFREAS" not in adsl.columns:
        return {}
    named = adsl["SCRFREAS"].str.split(",").list.eval(pl.element().str.strip_chars())
    places = {criterion: place for place, criterion in enumerate(order)}
    criteria = named.filter(failed).explode().drop_nulls().unique().to_list()
    criteria.sort(key=lambda criterion: (places.get(criterion, len(places)), criterion))
    held = {criterion: named.list.contains(criterion) for criterion in criteria}
    other = failed & adsl["SCRFREAS"].is_null()
    return {**held, ANOTHER_CAUSE: other} if other.any() else held


def _reasons(adsl: pl.DataFrame, subjects: Subjects) -> dict[str, pl.Series]:
    """Who discontinued for each reason."""
    if not {"EOSSTT", "DCSREAS"} <= set(adsl.columns):
        return {}
    left = _is(adsl, "EOSSTT", "DISCONTINUED")
    reasons = values_of(adsl, "DCSREAS", subjects)
    named = {f"discontinued: {reason.lower()}": who & left for reason, who in reasons.items()}
    return {category: who for category, who in named.items() if who.any()}


def _is(adsl: pl.DataFrame, column: str, value: str) -> pl.Series:
    if column not in adsl.columns:
        return pl.repeat(value=False, n=adsl.height, eager=True)
    return (adsl[column] == value).fill_null(value=False)


def _given(adsl: pl.DataFrame, column: str) -> pl.Series:
    if column not in adsl.columns:
        return pl.repeat(value=False, n=adsl.height, eager=True)
    return adsl[column].is_not_null()
