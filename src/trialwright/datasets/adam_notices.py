"""What a careful reader notices in ADSL and ADAE that can be analysed: contradictions by name, never mended.

Each check gives its findings for frames with the columns of ``adam_columns``; what is not collected is not
checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from trialwright.datasets.adam_checks import listed
from trialwright.datasets.event_words import (
    GRADES,
    OLDER_CRITERIA,
    SERIOUS_CRITERIA,
    SEVERITIES,
    UNRELATED,
)
from trialwright.datasets.findings import Finding

Check = Callable[[pl.DataFrame, pl.DataFrame, str], Iterator[Finding]]


def notices(adsl: pl.DataFrame, adae: pl.DataFrame, flag: str = "SAFFL") -> tuple[Finding, ...]:
    """All findings, in the order of CHECKS. Every event must be of a subject of ADSL."""
    return tuple(finding for check in CHECKS for finding in check(adsl, adae, flag))


def order_of_groups(adsl: pl.DataFrame, _adae: pl.DataFrame, _flag: str) -> Iterator[Finding]:
    """Without TRT01AN the groups stand in the order of their names."""
    if "TRT01AN" not in adsl.columns or adsl["TRT01AN"].null_count() == adsl.height:
        yield Finding("TW-541", "TRT01AN is not given; the groups stand in the order of their names", "ADSL")


def coding(_adsl: pl.DataFrame, adae: pl.DataFrame, _flag: str) -> Iterator[Finding]:
    """Events without a term or class, and columns that stand for others."""
    for name, instead in (("AEDECOD", "AETERM"), ("AEBODSYS", "AESOC")):
        if name not in adae.columns:
            yield Finding("TW-550", f"{name} is not given; {instead} is used", "ADAE")
        elif adae[name].null_count():
            chosen = adae.filter(pl.col(name).is_null())
            yield Finding("TW-550", f"{name} is missing for {_events(chosen)}", "ADAE")


def two_classes(_adsl: pl.DataFrame, adae: pl.DataFrame, _flag: str) -> Iterator[Finding]:
    """A term coded to two system organ classes."""
    if not {"AEDECOD", "AEBODSYS"} <= set(adae.columns):
        return
    pairs = adae.select("AEDECOD", "AEBODSYS").drop_nulls().unique()
    terms = pairs.group_by("AEDECOD").agg(pl.col("AEBODSYS").sort()).filter(pl.col("AEBODSYS").list.len() > 1)
    for term, classes in terms.sort("AEDECOD").iter_rows():
        sentence = f"{term} stands in {' and in '.join(classes)}; it is counted in each"
        yield Finding("TW-542", sentence, "ADAE")


def spellings(adsl: pl.DataFrame, adae: pl.DataFrame, _flag: str) -> Iterator[Finding]:
    """Terms, classes and treatments that differ only in letter case or blanks."""
    for frame, where, name in (
        (adsl, "ADSL", "TRT01A"),
        (adae, "ADAE", "AEBODSYS"),
        (adae, "ADAE", "AEDECOD"),
    ):
        if name not in frame.columns:
            continue
        words = frame.select(word=pl.col(name).drop_nulls().unique())
        folded = pl.col("word").str.strip_chars().str.to_lowercase().str.replace_all(r"\s+", " ")
        same = words.group_by(folded.alias("folded")).agg(pl.col("word").sort())
        for _, ways in same.filter(pl.col("word").list.len() > 1).sort("folded").iter_rows():
            quoted = " and ".join(f"'{way}'" for way in ways)
            yield Finding("TW-543", f"{name} is written {quoted}; they are counted as two", where)


def not_collected(_adsl: pl.DataFrame, adae: pl.DataFrame, _flag: str) -> Iterator[Finding]:
    """Questions of the safety tables that no column answers."""
    for names in (
        ("AESER",),
        ("AEREL",),
        ("AEACN", "AEACNOTH", "AEDROPFL"),
        ("AEOUT", "AESDTH"),
        (*GRADES, *SEVERITIES),
    ):
        if any(_given(adae, name) for name in names):
            continue
        here = [name for name in names if name in adae.columns]
        sentence = f"{here[0]} is empty for every event" if here else f"{' or '.join(names)} is not given"
        yield Finding("TW-544", f"not collected: {sentence}", "ADAE")


def missing_answers(_adsl: pl.DataFrame, adae: pl.DataFrame, _flag: str) -> Iterator[Finding]:
    """Single events without relation, seriousness or grade, where these were collected."""
    consequences = {"AEREL": "they count as related", "AESER": "they do not count as serious"}
    graded = next((name for name in (*GRADES, *SEVERITIES) if _given(adae, name)), "")
    for name, consequence in (*consequences.items(), (graded, "they stand under 'Missing'")):
        if name and _given(adae, name) and adae[name].null_count():
            chosen = adae.filter(pl.col(name).is_null())
            yield Finding("TW-555", f"{name} is missing for {_events(chosen)}; {consequence}", "ADAE")


def seriousness(_adsl: pl.DataFrame, adae: pl.DataFrame, _flag: str) -> Iterator[Finding]:
    """Events that are not serious although a criterion holds or they were fatal, or serious without a
    criterion.
    """
    if not _given(adae, "AESER"):
        return
    criteria = [name for name in SERIOUS_CRITERIA if _given(adae, name)]
    meets = _any([pl.col(name) == "Y" for name in criteria])
    older = _any([pl.col(name) == "Y" for name in OLDER_CRITERIA if _given(adae, name)])
    fatal, recorded = _any(_fatal(adae)), pl.col("AESER").fill_null("N") == "Y"
    chosen = adae.filter(fatal & ~recorded)
    if chosen.height:
        yield Finding(
            "TW-545", f"fatal, and yet AESER is not Y: {_events(chosen)}; counted as recorded", "ADAE"
        )
    chosen = adae.filter(meets & ~fatal & ~recorded)
    if chosen.height:
        sentence = f"AESER is not Y although a criterion holds: {_events(chosen)}; counted as recorded"
        yield Finding("TW-545", sentence, "ADAE")
    chosen = adae.filter(recorded & ~meets & ~older & ~fatal)
    if criteria and chosen.height:
        yield Finding("TW-545", f"AESER is Y without any criterion: {_events(chosen)}", "ADAE")


def death(_adsl: pl.DataFrame, adae: pl.DataFrame, _flag: str) -> Iterator[Finding]:
    """Death by outcome and not by AESDTH or grade, or the other way round.

    And fatal events that count as related.
    """
    says = _fatal(adae)
    if len(says) > 1:
        differ = adae.filter(_any(says) & ~pl.all_horizontal(each.fill_null(value=False) for each in says))
        if differ.height:
            yield Finding(
                "TW-546", f"death is recorded in one place and not in another: {_events(differ)}", "ADAE"
            )
    if not _given(adae, "AEREL"):
        return
    related = ~pl.col("AEREL").str.strip_chars().str.to_uppercase().is_in(sorted(UNRELATED))
    for subject, term, relation in (
        adae.filter(_any(says) & related.fill_null(value=True))
        .select("USUBJID", _term(adae), "AEREL")
        .iter_rows()
    ):
        sentence = f"{subject}: the fatal event {term} is recorded as {relation or 'missing'} in AEREL"
        yield Finding("TW-547", f"{sentence} and counts as related", "ADAE")


def dates(adsl: pl.DataFrame, adae: pl.DataFrame, _flag: str) -> Iterator[Finding]:
    """Events that end before they start, or are treatment-emergent and start before treatment."""
    if {"ASTDT", "AENDT"} <= set(adae.columns):
        chosen = adae.filter(pl.col("AENDT") < pl.col("ASTDT"))
        if chosen.height:
            yield Finding("TW-548", f"the end is before the start: {_events(chosen)}", "ADAE")
    if {"ASTDT", "TRTEMFL"} <= set(adae.columns) and "TRTSDT" in adsl.columns:
        treated = adae.join(
            adsl.select("USUBJID", start="TRTSDT"), on="USUBJID", how="left", maintain_order="left"
        )
        chosen = treated.filter((pl.col("TRTEMFL") == "Y") & (pl.col("ASTDT") < pl.col("start")))
        if chosen.height:
            sentence = f"TRTEMFL is Y although the event starts before the first treatment: {_events(chosen)}"
            yield Finding("TW-554", sentence, "ADAE")


def sequence(_adsl: pl.DataFrame, adae: pl.DataFrame, _flag: str) -> Iterator[Finding]:
    """AESEQ that is missing or the same for two events of a subject."""
    if "AESEQ" not in adae.columns:
        yield Finding("TW-549", "AESEQ is not given; events are named by their row", "ADAE")
        return
    twice = adae.filter(pl.col("AESEQ").is_null() | pl.struct("USUBJID", "AESEQ").is_duplicated())
    if twice.height:
        sentence = f"AESEQ is missing or there twice for {_events(twice)}; events are named by their row"
        yield Finding("TW-549", sentence, "ADAE")


def treatment(adsl: pl.DataFrame, adae: pl.DataFrame, _flag: str) -> Iterator[Finding]:
    """Events under another treatment than their subject's."""
    if "TRTA" not in adae.columns:
        return
    planned = adae.join(adsl.select("USUBJID", "TRT01A"), on="USUBJID", how="left", maintain_order="left")
    chosen = planned.filter(pl.col("TRTA") != pl.col("TRT01A"))
    if chosen.height:
        sentence = f"TRTA is another treatment than TRT01A of ADSL, which decides: {_events(chosen)}"
        yield Finding("TW-551", sentence, "ADAE")


def outside(adsl: pl.DataFrame, adae: pl.DataFrame, flag: str) -> Iterator[Finding]:
    """Events of subjects outside the population: listed, and counted in no table."""
    others = adsl.filter((pl.col(flag) != "Y").fill_null(value=True))["USUBJID"]
    chosen = adae.filter(pl.col("USUBJID").is_in(others.implode()))
    if chosen.height:
        named = listed(chosen["USUBJID"].unique().sort())
        sentence = f"{named} is outside the population; {chosen.height} events are listed and not counted"
        yield Finding("TW-552", sentence, "ADAE")


CHECKS: tuple[Check, ...] = (
    *(order_of_groups, coding, two_classes, spellings, not_collected, missing_answers),
    *(seriousness, death, dates, sequence, treatment, outside),
)


def _given(adae: pl.DataFrame, name: str) -> bool:
    """Whether a column says something of at least one event."""
    return name in adae.columns and (adae.height == 0 or adae[name].null_count() < adae.height)


def _fatal(adae: pl.DataFrame) -> list[pl.Expr]:
    """What says that an event was fatal."""
    says = {"AEOUT": pl.col("AEOUT").str.to_uppercase() == "FATAL", "AESDTH": pl.col("AESDTH") == "Y"}
    says.update(
        {name: pl.col(name).cast(pl.String).str.contains(r"^(?:GRADE )?5(?:\.0)?$") for name in GRADES}
    )
    return [expression for name, expression in says.items() if _given(adae, name)]


def _any(says: list[pl.Expr]) -> pl.Expr:
    return pl.any_horizontal(pl.lit(value=False), *(each.fill_null(value=False) for each in says))


def _term(adae: pl.DataFrame) -> pl.Expr:
    return pl.coalesce(*(name for name in ("AEDECOD", "AETERM") if name in adae.columns)).alias("term")


def _events(chosen: pl.DataFrame) -> str:
    """``3 events: 01-701-1211 (SUDDEN DEATH), ...``."""
    named = listed(
        f"{subject} ({term})" for subject, term in chosen.select("USUBJID", _term(chosen)).iter_rows()
    )
    return f"{chosen.height} event{'s' * (chosen.height != 1)}: {named}"
