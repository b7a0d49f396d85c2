"""What stops an analysis of ADSL and ADAE:

rows of nobody, subjects twice, an empty population, groups unclear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from trialwright.errors import Problem

NAMED = 20
# The CDISC code list of yes and no; U and NA say that it is not known or does not apply.
FLAG_VALUES = frozenset({"Y", "N", "U", "NA"})


def listed(names: Iterable[object]) -> str:
    """The first names of a list, and how many more there are."""
    texts = [str(name) for name in names]
    more = f" and {len(texts) - NAMED} more" if len(texts) > NAMED else ""
    return ", ".join(texts[:NAMED]) + more


def refusals(adsl: pl.DataFrame, adae: pl.DataFrame, flag: str = "SAFFL") -> tuple[Problem, ...]:
    """Every reason at once; none where the data can be analysed."""
    unclear = (*_flags(adsl, "ADSL", (flag,)), *_flags(adae, "ADAE", ("TRTEMFL", "AESER", "AESDTH")))
    people = (*_nobody(adsl, "ADSL"), *_nobody(adae, "ADAE"), *_twice(adsl))
    return unclear or (*people, *_groups(adsl.filter(pl.col(flag) == "Y"), flag))


def _flags(frame: pl.DataFrame, where: str, names: Iterable[str]) -> Iterator[Problem]:
    """A flag that is neither Y nor N would silently count as N."""
    for name in (each for each in names if each in frame.columns):
        unclear = ~frame[name].is_in(sorted(FLAG_VALUES)) & frame[name].is_not_null()
        if unclear.any():
            rows = listed(f"row {row + 1} holds '{frame[name][row]}'" for row in unclear.arg_true().to_list())
            yield Problem("TW-519", f"{name} must be Y or N, but {rows}", where)


def _nobody(frame: pl.DataFrame, where: str) -> Iterator[Problem]:
    rows = frame["USUBJID"].is_null().arg_true() + 1
    if len(rows):
        yield Problem("TW-509", f"row {listed(rows)} names no subject; give USUBJID", where)


def _twice(adsl: pl.DataFrame) -> Iterator[Problem]:
    ids = adsl["USUBJID"].drop_nulls()
    twice = ids.filter(ids.is_duplicated()).unique().sort()
    if len(twice):
        yield Problem("TW-509", f"{listed(twice)} stands more than once; ADSL has one row a subject", "ADSL")


def _groups(population: pl.DataFrame, flag: str) -> Iterator[Problem]:
    if not population.height:
        yield Problem("TW-516", f"no subject has {flag} = Y, so there is nobody to analyse", "ADSL")
    nameless = population.filter(pl.col("TRT01A").is_null())
    if nameless.height:
        yield Problem(
            "TW-515", f"{listed(nameless['USUBJID'])} of the population has no TRT01A; give it", "ADSL"
        )
    if "TRT01AN" not in population.columns or population["TRT01AN"].null_count() == population.height:
        return
    pairs = (
        population.filter(pl.col("TRT01A").is_not_null()).select("TRT01A", "TRT01AN").unique().sort(pl.all())
    )
    wrong = pairs.filter(pl.any_horizontal(pl.all().is_duplicated()) | pl.col("TRT01AN").is_null())
    if wrong.height:
        said = listed(
            f"{name} has {'none' if number is None else f'{number:g}'}" for name, number in wrong.rows()
        )
        sentence = f"TRT01A and TRT01AN are not one to one ({said}); give each treatment one number"
        yield Problem("TW-514", sentence, "ADSL")
