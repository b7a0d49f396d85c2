"""Demographics of the CDISC pilot study as its report of 2006 prints them; HOMA-IR of another hand."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest

from adam_making import pilot, write_folder
from trialwright.analysis.adam_folder import analyse_adam_folder
from trialwright.analysis.statistics.rounding import percent, round_half_up
from trialwright.clinical.analytes import find_analyte
from trialwright.clinical.indices import compute_homa_ir
from trialwright.clinical.units import convert

ARMS = ("Placebo", "Xanomeline Low Dose", "Xanomeline High Dose")
# Table 14-2.01: mean, standard deviation, median, minimum, maximum of each arm.
MEASURED = {
    "Age (years)": (
        ("75.2", "8.59", "76.0", "52", "89"),
        ("75.7", "8.29", "77.5", "51", "88"),
        ("74.4", "7.89", "76.0", "56", "88"),
    ),
    "Height (cm)": (("162.6", "11.52"), ("163.4", "10.42"), ("165.8", "10.13")),
    "Weight (kg)": (("62.8", "12.77"), ("67.3", "14.12"), ("70.0", "14.65")),
    "Body mass index (kg/m2)": (("23.6", "3.67"), ("25.1", "4.27"), ("25.3", "4.16")),
}
# The same table: subjects and whole percentages of each arm.
COUNTED = {
    ("Sex", "Male"): ((33, 38), (34, 40), (44, 52)),
    ("Sex", "Female"): ((53, 62), (50, 60), (40, 48)),
    ("Age group", "<65"): ((14, 16), (8, 10), (11, 13)),
    ("Age group", "65-80"): ((42, 49), (47, 56), (55, 65)),
    ("Age group", ">80"): ((30, 35), (29, 35), (18, 21)),
    ("Ethnicity", "HISPANIC OR LATINO"): ((3, 3), (6, 7), (3, 4)),
    ("Race", "BLACK OR AFRICAN AMERICAN"): ((8, 9), (6, 7), (9, 11)),
}


# Table 14-1.02: subjects and whole percentages of each arm.
ENDED = {
    "completed the study": ((58, 67), (25, 30), (27, 32)),
    "discontinued": ((28, 33), (59, 70), (57, 68)),
    "discontinued: adverse event": ((8, 9), (44, 52), (40, 48)),
    "discontinued: death": ((2, 2), (1, 1), (0, 0)),
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str, str], float]:
    """What ``analyse --adam`` says of the subjects, from transport files."""
    place = tmp_path_factory.mktemp("pilot")
    folder = write_folder(place / "adam", "xpt", adsl=pilot("adsl"), adae=pilot("adae"))
    return {
        (row["group"], row["parameter"] or row["analysis"], row["category"] or "", row["statistic"]): row[
            "value"
        ]
        for row in analyse_adam_folder(folder, place / "out").results.rows()
        if row["analysis"] in {"demographics", "disposition"}
    }


@pytest.mark.parametrize("category", ENDED)
def test_ends_of_the_study(rows: dict[tuple[str, str, str, str], float], category: str) -> None:
    """Who completed and who left why, by arm, as printed."""
    for arm, (n, share) in zip(ARMS, ENDED[category], strict=True):
        cell = (arm, "disposition", category)
        assert rows[*cell, "n"] == n
        assert percent(n, int(rows[*cell, "denominator"]), 0) == share


@pytest.mark.parametrize("name", MEASURED)
def test_measured_characteristics(rows: dict[tuple[str, str, str, str], float], name: str) -> None:
    """Mean, standard deviation, median and extremes of each arm, rounded half-up, are those of the report."""
    for arm, published in zip(ARMS, MEASURED[name], strict=True):
        statistics = ("mean", "sd", "median", "min", "max")[: len(published)]
        for statistic, printed in zip(statistics, published, strict=True):
            value = Decimal(repr(rows[arm, name, "", statistic]))
            decimals = len(printed.partition(".")[2])
            assert str(round_half_up(value, decimals)) == printed, (arm, statistic, value)


@pytest.mark.parametrize("cell", COUNTED, ids="-".join)
def test_counted_characteristics(rows: dict[tuple[str, str, str, str], float], cell: tuple[str, str]) -> None:
    """Subjects and whole percentages, rounded half-up on exact fractions, are those of the report."""
    for arm, (n, share) in zip(ARMS, COUNTED[cell], strict=True):
        assert rows[arm, *cell, "n"] == n
        size = int(rows[arm, *cell, "denominator"])
        assert percent(n, size, 0) == share, (arm, cell)


def test_homa_ir_of_another_hand() -> None:
    """All 31 HOMA-IR records come out of glucose and insulin in pmol/L with the factor 6.0 and no other."""
    frame = pilot("adlb_metabolic", "pharmaverseadam")
    values: dict[tuple[str, object], dict[str, Decimal]] = {}
    insulin = frame.filter(pl.col("LBTESTCD") == "INSULIN")
    assert set(insulin["LBSTRESU"]) == {"pmol/L"}
    for row in frame.filter(pl.col("LBTESTCD").is_in(["GLUC", "INSULIN"])).iter_rows(named=True):
        number = Decimal(repr(row["LBSTRESN"]))
        values.setdefault((row["USUBJID"], row["ADT"]), {})[row["LBTESTCD"]] = number
    published = frame.filter(pl.col("PARAMCD") == "HOMAIR")
    assert published.height == 31
    for row in published.iter_rows(named=True):
        sampled = values[row["USUBJID"], row["ADT"]]
        found = {
            factor: float(
                compute_homa_ir(
                    convert(sampled["GLUC"], "mmol/L", "mmol/L", find_analyte("glucose")),
                    convert(
                        sampled["INSULIN"], "pmol/L", "m[IU]/L", find_analyte("insulin", Decimal(factor))
                    ),
                )
            )
            for factor in ("6.0", "6.945")
        }
        assert found["6.0"] == pytest.approx(row["AVAL"], rel=1e-9)
        assert found["6.945"] != pytest.approx(row["AVAL"], rel=1e-3)
