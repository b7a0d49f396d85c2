"""Risk scores of venous thrombo-embolism as tables: what is asked, and what follows from age and BMI.

A score with unanswered items lies between the points that are known and those plus the open ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

Number = Decimal | Fraction | int


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """A yes-or-no item: its variable, its wording, its points."""

    variable: str
    label: str
    points: int


@dataclass(frozen=True, slots=True)
class Band:
    """Points for values from ``low`` up to, not including, ``high``; ``above`` excludes ``low`` too."""

    points: int
    low: int
    high: int | None = None
    above: bool = False

    def holds(self, value: Number) -> bool:
        """Whether a value falls into the band."""
        from_low = value > self.low if self.above else value >= self.low
        return from_low and (self.high is None or value < self.high)


@dataclass(frozen=True, slots=True)
class Score:
    """A published score: its version is part of it, because versions differ by points."""

    id: str
    title: str
    source: str
    items: tuple[ScoreItem, ...]
    age_bands: tuple[Band, ...]
    bmi_bands: tuple[Band, ...]

    def asked_items(self) -> tuple[str, ...]:
        """The variables that must be asked; age and BMI are known from elsewhere."""
        return tuple(item.variable for item in self.items)

    def bounds(
        self, answers: Mapping[str, bool | None], age: Number | None, bmi: Number | None
    ) -> tuple[int, int]:
        """The least and the most points that fit what is known."""
        low = high = 0
        for item in self.items:
            answer = answers.get(item.variable)
            low += item.points if answer else 0
            high += item.points if answer or answer is None else 0
        for value, bands in ((age, self.age_bands), (bmi, self.bmi_bands)):
            least, most = _band_bounds(value, bands)
            low, high = low + least, high + most
        return low, high


def _band_bounds(value: Number | None, bands: tuple[Band, ...]) -> tuple[int, int]:
    if value is None:
        return 0, max((band.points for band in bands), default=0)
    points = sum(band.points for band in bands if band.holds(value))
    return points, points


def _items(prefix: str, rows: tuple[tuple[str, int, str], ...]) -> tuple[ScoreItem, ...]:
    return tuple(ScoreItem(f"{prefix}_{name}", label, points) for name, points, label in rows)


PADUA_2010 = Score(
    id="padua_2010",
    title="Padua prediction score",
    source="Barbar et al., J Thromb Haemost 2010;8:2450-2457, doi 10.1111/j.1538-7836.2010.04044.x",
    items=_items(
        "padua",
        (
            ("active_cancer", 3, "Active cancer"),
            ("previous_vte", 3, "Previous venous thrombo-embolism"),
            ("reduced_mobility", 3, "Reduced mobility (bed rest for at least 3 days)"),
            ("thrombophilia", 3, "Known thrombophilia"),
            ("recent_trauma_or_surgery", 2, "Trauma or surgery within 1 month"),
            ("heart_or_respiratory_failure", 1, "Heart or respiratory failure"),
            ("infarction_or_stroke", 1, "Acute myocardial infarction or ischaemic stroke"),
            ("infection_or_rheumatologic", 1, "Acute infection or rheumatologic disorder"),
            ("hormonal_treatment", 1, "Hormonal treatment"),
        ),
    ),
    age_bands=(Band(1, 70),),
    bmi_bands=(Band(1, 30),),
)

CAPRINI_2005 = Score(
    id="caprini_2005",
    title="Caprini score (2005)",
    source="Caprini, Dis Mon 2005;51:70-78, doi 10.1016/j.disamonth.2005.02.003",
    items=_items(
        "caprini",
        (
            ("minor_surgery", 1, "Minor surgery planned"),
            ("swollen_legs", 1, "Swollen legs"),
            ("varicose_veins", 1, "Varicose veins"),
            ("pregnancy_or_postpartum", 1, "Pregnant or within 1 month of birth"),
            ("oral_contraceptive_or_hormones", 1, "Oral contraceptive or hormone replacement"),
            ("stillbirth_or_abortion", 1, "Unexplained stillbirth or recurrent abortion"),
            ("sepsis", 1, "Sepsis within 1 month"),
            ("serious_lung_disease", 1, "Serious lung disease within 1 month"),
            ("abnormal_lung_function", 1, "Abnormal lung function"),
            ("acute_myocardial_infarction", 1, "Acute myocardial infarction"),
            ("heart_failure", 1, "Heart failure within 1 month"),
            ("inflammatory_bowel_disease", 1, "Inflammatory bowel disease"),
            ("medical_bed_rest", 1, "Medical patient at bed rest"),
            ("recent_major_surgery", 1, "Major surgery within 1 month"),
            ("arthroscopy", 2, "Arthroscopic surgery"),
            ("major_open_surgery", 2, "Major open surgery of more than 45 minutes"),
            ("laparoscopy", 2, "Laparoscopic surgery of more than 45 minutes"),
            ("malignancy", 2, "Malignancy"),
            ("bed_72_hours", 2, "Confined to bed for more than 72 hours"),
            ("plaster_cast", 2, "Immobilising plaster cast"),
            ("central_line", 2, "Central venous line"),
            ("previous_vte", 3, "Previous venous thrombo-embolism"),
            ("family_vte", 3, "Thrombo-embolism in the family"),
            ("factor_v_leiden", 3, "Factor V Leiden"),
            ("prothrombin_20210a", 3, "Prothrombin 20210A"),
            ("lupus_anticoagulant", 3, "Lupus anticoagulant"),
            ("anticardiolipin", 3, "Anticardiolipin antibodies"),
            ("homocysteine", 3, "Raised homocysteine"),
            ("heparin_thrombocytopenia", 3, "Heparin-induced thrombocytopenia"),
            ("other_thrombophilia", 3, "Other thrombophilia"),
            ("stroke", 5, "Stroke within 1 month"),
            ("leg_arthroplasty", 5, "Elective arthroplasty of the leg"),
            ("hip_pelvis_leg_fracture", 5, "Fracture of hip, pelvis or leg"),
            ("spinal_cord_injury", 5, "Acute spinal cord injury"),
            ("multiple_trauma", 5, "Multiple trauma"),
        ),
    ),
    age_bands=(Band(1, 41, 61), Band(2, 61, 75), Band(3, 75)),
    bmi_bands=(Band(1, 25, above=True),),
)

SCORES: dict[str, Score] = {score.id: score for score in (PADUA_2010, CAPRINI_2005)}
