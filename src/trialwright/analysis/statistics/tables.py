"""Tests on contingency tables of counts, rows by columns."""

from __future__ import annotations

from collections.abc import Sequence

from trialwright.analysis.statistics.estimate import NotEstimable, PValue
from trialwright.analysis.statistics.exact_tables import TooLargeError, exact_probability

Table = Sequence[Sequence[int]]

FISHER = "Fisher's exact test, two-sided"
CHI_SQUARE = "Pearson's chi-square test without continuity correction"
CHI_SQUARE_YATES = "Pearson's chi-square test with Yates' continuity correction"

# Ways over columns that may be looked at before a table counts as too large: some twenty seconds.
LARGEST_ENUMERATION = 300_000_000


def fisher_exact(table: Table, limit: int = LARGEST_ENUMERATION) -> PValue | NotEstimable:
    """The exact two-sided p-value: the total probability of the tables, of the same margins, no more probable
    than this.

    Fisher 1935 for 2 x 2 (SciPy); Freeman GH, Halton JH. Biometrika 1951;38:141-149 for r x c, by exact
    enumeration (Mehta CR, Patel NR. J Am Stat Assoc 1983;78:427-434) in which whole numbers decide which
    tables count. Never simulated: a table that would take more than ``limit`` steps is not estimable, with
    that reason. Tolerance: 1e-12 for r x c, 1e-9 for 2 x 2.
    """
    found = checked_table(table)
    if isinstance(found, NotEstimable):
        return found
    if len(found) == 2 and len(found[0]) == 2:
        from scipy.stats import fisher_exact as scipy_fisher_exact

        return PValue(min(1.0, float(scipy_fisher_exact(found).pvalue)), FISHER)
    try:
        return PValue(exact_probability(found, limit), FISHER)
    except TooLargeError:
        return NotEstimable("the table is too large for an exact test by enumeration")


def chi_square(table: Table, correction: bool = False) -> PValue | NotEstimable:
    """Pearson's chi-square test of independence; with ``correction`` Yates' (defined for 2 x 2 only).

    Pearson K. Philos Mag 1900;50:157-175; Yates F. Suppl J R Stat Soc 1934;1:217-235. A row or column that
    sums to zero, the normal case of an event that nobody had, is not estimable. Tolerance: 1e-10.
    """
    found = checked_table(table)
    if isinstance(found, NotEstimable):
        return found
    if correction and (len(found) != 2 or len(found[0]) != 2):
        return NotEstimable("Yates' correction is defined for two by two tables only")
    from scipy.special import chdtrc

    expected = expected_counts(found)
    statistic = 0.0
    for observed_row, expected_row in zip(found, expected, strict=True):
        for observed, under_independence in zip(observed_row, expected_row, strict=True):
            distance = abs(observed - under_independence)
            distance -= min(0.5, distance) if correction else 0.0
            statistic += distance**2 / under_independence
    freedom = (len(found) - 1) * (len(found[0]) - 1)
    method = CHI_SQUARE_YATES if correction else CHI_SQUARE
    return PValue(float(chdtrc(freedom, statistic)), method, statistic, freedom)


def expected_counts(table: Table) -> list[list[float]]:
    """Counts expected under independence of rows and columns; the table must not be empty."""
    rows = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table, strict=True)]
    total = sum(rows)
    return [[row * column / total for column in columns] for row in rows]


def compare_groups(table: Table) -> PValue | NotEstimable:
    """Chi-square where every expected count is at least 5 (Cochran WG.

    Biometrics 1954;10:417-451), else Fisher's test.
    """
    found = checked_table(table)
    if isinstance(found, NotEstimable):
        return found
    if min(min(row) for row in expected_counts(found)) >= 5:
        return chi_square(found)
    return fisher_exact(found)


def checked_table(table: Table) -> list[list[int]] | NotEstimable:
    """The table as a list, or why no test is possible: too few rows or columns, or a margin of zero."""
    found = [list(row) for row in table]
    if len({len(row) for row in found}) > 1 or any(count < 0 for row in found for count in row):
        raise ValueError("a table has rows of one length and no negative counts")
    if len(found) < 2 or len(found[0]) < 2:
        return NotEstimable("a comparison needs at least two rows and two columns")
    if any(sum(row) == 0 for row in found):
        return NotEstimable("a group has no subjects")
    if any(sum(column) == 0 for column in zip(*found, strict=True)):
        return NotEstimable("all subjects of all groups have the same outcome")
    return found
