"""What occurred beside adverse events: drugs taken, medical history, departures from the protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from trialwright.analysis.count_block import Line, Parts, reasoned
from trialwright.analysis.record_counts import Counted
from trialwright.analysis.records import Records
from trialwright.analysis.subject_counts import category_block
from trialwright.datasets.sdtm.deviations import DECODED

AFTER, BEFORE = "Taken after the start of treatment", "Stopped before treatment"
ANY_DRUG, ANY_HISTORY, ANY_DEVIATION = "Any drug", "Any condition", "Any deviation"
# Kinds of deviation as DV codes them, to the words of tables.
DEVIATIONS = {kind: kind.capitalize() for kind in DECODED}
NO_DRUGS = "not collected: no form of the protocol asks for drugs"
NO_HISTORY = "not collected: no form of the protocol asks for the medical history"


def analysis_sets(adsl: pl.DataFrame, counted: Counted, sets: Sequence[tuple[str, str]]) -> Parts:
    """How many subjects are in each set; ``sets`` are (name, flag of ADSL) in the order of the protocol."""
    held = {name: adsl[flag] == "Y" for name, flag in sets if flag in adsl.columns}
    return [category_block(counted.subjects, counted.about, counted.among, held)]


def concomitant_drugs(records: Records | None, starts: pl.DataFrame, counted: Counted) -> Parts:
    """Subjects with each drug that was taken after the start of treatment, and with each stopped before.

    ``records`` are those of CM, ``starts`` USUBJID and TRTSDT of ADSL. A drug counts as taken after the
    start unless its end is certainly before. Names that differ in letter case or blanks only are one drug,
    under the spelling that is used most.
    """
    if records is None:
        return list(reasoned(counted.about, Line(category=ANY_DRUG), counted.among.columns, NO_DRUGS))
    name = next(column for column in ("CMDECOD", "CMTRT") if column in records.frame.columns)
    drugs = _one_spelling(records.frame.filter(pl.col(name).is_not_null()), name)
    drugs = drugs.join(starts, on="USUBJID", how="left", maintain_order="left")
    ended = pl.col("CMENDTC").cast(pl.String) if "CMENDTC" in drugs.columns else pl.lit(None, pl.String)
    begun = pl.col("TRTSDT").cast(pl.String)
    before = (ended.str.slice(0, 10) < begun.str.slice(0, ended.str.slice(0, 10).str.len_chars())).fill_null(
        value=False
    )
    lines: list[tuple[Line, pl.DataFrame]] = []
    for when, chosen in ((AFTER, drugs.filter(~before)), (BEFORE, drugs.filter(before))):
        lines.append((Line(soc=when), chosen))
        lines += [(Line(soc=when, term=drug), part) for drug, part in _by_name(chosen)]
    return [counted.block(records, lines, events=True)]


def _one_spelling(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    folded = pl.col(name).str.strip_chars().str.to_lowercase().str.replace_all(r"\s+", " ")
    named = frame.with_columns(folded.alias("folded"))
    usual = named.group_by("folded", name).len().sort("len", name, descending=[True, False])
    first = usual.unique("folded", keep="first", maintain_order=True).select("folded", drug=name)
    return named.join(first, on="folded", how="left", maintain_order="left")


def _by_name(chosen: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """By the number of subjects, most first, then by name."""
    order = (
        chosen.group_by("drug")
        .agg(pl.col("USUBJID").n_unique().alias("subjects"))
        .sort("subjects", "drug", descending=[True, False])
    )
    return [(drug, chosen.filter(pl.col("drug") == drug)) for drug in order["drug"]]


def spellings(frame: pl.DataFrame, name: str) -> list[tuple[str, ...]]:
    """The spellings of each name that is written in several ways."""
    drugs = _one_spelling(frame.filter(pl.col(name).is_not_null()), name)
    ways = drugs.group_by("folded").agg(pl.col(name).unique().sort()).sort("folded")[name].to_list()
    return [tuple(found) for found in ways if len(found) > 1]


def medical_history(
    asked: Sequence[tuple[Records, str, Sequence[tuple[str, str]]]], terms: Records | None, counted: Counted
) -> Parts:
    """Subjects with each condition: the terms of MH, and the questions answered with yes.

    ``asked`` are findings records with the code of their domain and (test code, words) of each question.
    """
    if terms is None and not asked:
        return list(reasoned(counted.about, Line(category=ANY_HISTORY), counted.among.columns, NO_HISTORY))
    parts: Parts = []
    if terms is not None:
        name = next(column for column in ("MHDECOD", "MHTERM") if column in terms.frame.columns)
        drugs = _one_spelling(terms.frame.filter(pl.col(name).is_not_null()), name)
        found = [(Line(category=term), part) for term, part in _by_name(drugs)]
        parts.append(counted.block(terms, [(Line(category=ANY_HISTORY), drugs), *found]))
    for records, domain, questions in asked:
        yes = records.frame.filter(pl.col(f"{domain}STRESC") == "Y")
        lines = [
            (Line(category=words), yes.filter(pl.col(f"{domain}TESTCD") == code)) for code, words in questions
        ]
        parts.append(counted.block(records, lines))
    return parts


def deviations(records: Records, counted: Counted, kinds: Mapping[str, str]) -> Parts:
    """Subjects with any deviation and with each kind; ``kinds`` is DVDECOD to the words of the table."""
    frame = records.frame
    lines = [(Line(category=ANY_DEVIATION), frame)]
    lines += [
        (Line(category=words), frame.filter(pl.col("DVDECOD") == kind)) for kind, words in kinds.items()
    ]
    return [counted.block(records, lines, events=True)]
