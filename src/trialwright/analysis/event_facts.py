"""What ADAE says of each event: serious, related, fatal, leading to drop-out, its grade.

Not collected is not zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from trialwright.datasets.event_words import (
    GRADE_ORDER,
    GRADES,
    LEFT_STUDY,
    SEVERITIES,
    SEVERITY_ORDER,
    UNRELATED,
    WITHDRAWN,
)

GRADE_MISSING = "Missing"
RELATION_MISSING = "missing"


@dataclass(frozen=True, slots=True, eq=False)
class Fact:
    """Whether something holds, by row of ADAE; ``holds`` is None where it was not collected.

    ``note`` says more.
    """

    holds: np.ndarray | None
    note: str = ""

    def and_also(self, other: Fact) -> Fact:
        """Both hold; not collected where one of them was not."""
        if self.holds is None or other.holds is None:
            return self if self.holds is None else other
        return Fact(self.holds & other.holds, "; ".join(note for note in (self.note, other.note) if note))


@dataclass(frozen=True, slots=True, eq=False)
class Grades:
    """The grade of each event as a rank in ``labels`` (from mildest.

    Missing comes first as rank 0 where it occurs).
    """

    variable: str
    labels: tuple[str, ...]
    rank: np.ndarray


def collected(adae: pl.DataFrame, name: str) -> bool:
    """Whether a column is there and says something of at least one event.

    With no events it is enough to be there.
    """
    return name in adae.columns and (adae.height == 0 or adae[name].null_count() < adae.height)


def serious(adae: pl.DataFrame) -> Fact:
    """AESER = Y, exactly as recorded."""
    return _holds(adae, ("AESER",), pl.col("AESER") == "Y")


def related(adae: pl.DataFrame) -> Fact:
    """Every event whose AEREL does not deny a relation; a missing relation counts as related, with a note."""
    if not collected(adae, "AEREL"):
        return _not_collected(adae, ("AEREL",))
    words = adae["AEREL"].str.strip_chars().str.to_uppercase()
    missing = words.null_count()
    note = "related: every event whose AEREL is not " + " or ".join(
        sorted(_used(words, UNRELATED)) or ["NOT RELATED"]
    )
    if missing:
        note += f"; {missing} event{'s' * (missing != 1)} without AEREL count as related"
    return Fact((~words.is_in(sorted(UNRELATED))).fill_null(value=True).to_numpy(), note)


def fatal(adae: pl.DataFrame) -> Fact:
    """AEOUT = FATAL, or AESDTH = Y, or grade 5."""
    says = {"AEOUT": pl.col("AEOUT").str.to_uppercase() == "FATAL", "AESDTH": pl.col("AESDTH") == "Y"}
    says.update({name: _grade_words(name) == "5" for name in GRADES})
    given = [name for name in says if collected(adae, name)]
    if not given:
        return _not_collected(adae, ("AEOUT", "AESDTH"))
    return Fact(_any(adae, (says[name] for name in given)))


def leading_to_dropout(adae: pl.DataFrame) -> Fact:
    """AEDROPFL = Y, or the treatment was withdrawn (AEACN), or another action ended the participation
    (AEACNOTH).
    """
    other = pl.any_horizontal(
        pl.col("AEACNOTH").str.to_uppercase().str.contains(words, literal=True) for words in LEFT_STUDY
    )
    says = {
        "AEDROPFL": pl.col("AEDROPFL") == "Y",
        "AEACN": pl.col("AEACN").str.to_uppercase().is_in(sorted(WITHDRAWN)),
        "AEACNOTH": other,
    }
    given = [name for name in says if collected(adae, name)]
    if not given:
        return _not_collected(adae, ("AEACN",))
    return Fact(_any(adae, (says[name] for name in given)))


def grades(adae: pl.DataFrame) -> Grades | None:
    """Toxicity grades (ATOXGR, AETOXGR), or where there are none severities (ASEV, AESEV).

    None where neither is given. A word outside the scale ranks between missing and the mildest, under its own
    name.
    """
    variable = next((name for name in (*GRADES, *SEVERITIES) if collected(adae, name)), None)
    if variable is None:
        return None
    scale = GRADE_ORDER if variable in GRADES else SEVERITY_ORDER
    words = adae.select(_grade_words(variable)).to_series()
    recorded = words.drop_nulls().unique().sort().to_list()
    known = [word for word in scale if word in recorded or (adae.height == 0 and word in scale[:5])]
    missing = [GRADE_MISSING] if words.null_count() else []
    order = [*missing, *(word for word in recorded if word not in scale), *known]
    rank = words.fill_null(GRADE_MISSING).replace_strict(order, range(len(order)), return_dtype=pl.Int32)
    labels = tuple(f"Grade {word}" if variable in GRADES and word in scale else word for word in order)
    return Grades(variable, labels, rank.to_numpy())


def _grade_words(variable: str) -> pl.Expr:
    """A grade as text without the word grade and without decimals; a severity in upper case."""
    text = pl.col(variable).cast(pl.String).str.strip_chars().str.to_uppercase()
    return text.str.strip_prefix("GRADE ").str.strip_suffix(".0")


def severe(adae: pl.DataFrame) -> Fact:
    """Grade 3 or more, or where only severity is given SEVERE or worse; the note names the variable."""
    found = grades(adae)
    if found is None:
        return _not_collected(adae, ("AETOXGR", "AESEV"))
    worst = {"Grade 3", "Grade 4", "Grade 5", *SEVERITY_ORDER[2:]}
    ranks = [place for place, label in enumerate(found.labels) if label in worst]
    return Fact(np.isin(found.rank, ranks), f"by {found.variable}")


def _holds(adae: pl.DataFrame, names: tuple[str, ...], says: pl.Expr) -> Fact:
    if not all(collected(adae, name) for name in names):
        return _not_collected(adae, names)
    return Fact(_any(adae, [says]))


def _any(adae: pl.DataFrame, says: Iterable[pl.Expr]) -> np.ndarray:
    return adae.select(pl.any_horizontal(each.fill_null(value=False) for each in says)).to_series().to_numpy()


def _used(words: pl.Series, among: frozenset[str]) -> set[str]:
    return set(words.drop_nulls().unique()) & among


def _not_collected(adae: pl.DataFrame, names: tuple[str, ...]) -> Fact:
    """The reason: no such column, or one that says nothing of any event."""
    empty = [name for name in names if name in adae.columns]
    if empty:
        return Fact(None, f"not collected: {empty[0]} is empty for every event")
    return Fact(None, f"not collected: ADAE has no {' or '.join(names)}")
