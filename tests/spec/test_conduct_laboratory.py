"""Laboratory values: the range that held on the sample's day, and the investigator's word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from conduct_making import GOOD, MAN, NOON, Desk, changed, desk, v
from trialwright.conduct import Refusal
from trialwright.conduct import commands as c
from trialwright.conduct.laboratory_ranges import ranges_of
from trialwright.conduct.laboratory_values import Judged, judged_values

LIMITS = (c.RangeLimits(Decimal(4), Decimal("7.9"), "male"), c.RangeLimits(Decimal(4), Decimal(7), "female"))
SENT = c.RecordReferenceRange("bench", "glucose", date(2026, 3, 15), LIMITS, "letter of March")
WORD = c.AssessSignificance("S-1", "LOOK", "laboratory", "1", "glucose", significant=False)


def values(here: Desk) -> tuple[Judged, ...]:
    return judged_values(here.study, ranges_of(here.states), here.person("S-1"))


def screened(glucose: str = "7.8", unit: str | None = None, who: str = "male") -> Desk:
    """Somebody whose blood was taken at screening, on 11 March."""
    here = desk().consented("S-1")
    here.do(c.RecordVisit("S-1", "LOOK", NOON.date() - timedelta(days=9)))
    person = {**MAN, "gender": v(who), **({"expecting": v(False)} if who == "female" else {})}
    here.do(c.EnterItems("S-1", "LOOK", "person", "1", person))
    here.do(c.EnterItems("S-1", "LOOK", "laboratory", "1", {"glucose": v(glucose, unit)}))
    return here


@pytest.mark.parametrize(
    ("glucose", "who", "place"),
    [
        ("6.0", "male", "normal"),
        ("6.01", "male", "high"),
        ("3.9", "male", "normal"),
        ("3.89", "male", "low"),
        ("5.95", "female", "high"),
        (">6.0", "male", "high"),
        (">=6.0", "male", None),
        ("<3.9", "male", "low"),
    ],
)
def test_a_value_lies_in_the_range_of_its_laboratory_and_sex(glucose: str, who: str, place: str) -> None:
    """Limits are normal on both sides; a bound counts where it decides."""
    (value,) = values(screened(glucose, who=who))
    assert value.place == place
    assert "The bench" in value.placed


def test_the_range_is_shown_in_the_unit_of_the_value_with_the_conversion() -> None:
    """A value in mg/dL is compared with the range in mg/dL; both conversions are told."""
    (value,) = values(screened("118", "mg/dL"))
    assert value.place == "high"
    assert value.converted == "118 mg/dL x 0.055507 = 6.55 mmol/L"
    assert "70.26 to 108.09 mg/dL = 3.9 to 6 mmol/L" in value.range.told


def test_a_range_holds_from_its_day_on_and_leaves_earlier_samples_alone() -> None:
    """What the laboratory sends in the study is an entry; the range of the sample's day counts."""
    here = screened("7.8")
    assert [each.place for each in values(here)] == ["high"]
    here.do(SENT)
    assert [each.place for each in values(here)] == ["high"]
    here.do(c.SignEligibility("S-1"), c.EnrolSubject("S-1"))
    here.do(c.RecordVisit("S-1", "DAY0", NOON.date()), c.EnterItems("S-1", "DAY0", "laboratory", "1", GOOD))
    assert [(each.place, "(entry " in each.range.told) for each in values(here)] == [
        ("high", False),
        ("normal", True),
    ]


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"laboratory": "attic"}, "TW-847", "no laboratory"),
        ({"item": "gender"}, "TW-847", "no number"),
        ({"unit": "g"}, "TW-845", "does not convert"),
        ({"bands": ()}, "TW-845", "no band"),
        ({"bands": LIMITS[:1]}, "TW-845", "no band for female"),
        ({"bands": (*LIMITS, c.RangeLimits(Decimal(1)))}, "TW-845", "overlap"),
        ({"bands": (c.RangeLimits(Decimal(9), Decimal(1)),)}, "TW-845", "above the high"),
        (
            {
                "bands": (
                    c.RangeLimits(Decimal(1), None, None, None, 40),
                    c.RangeLimits(Decimal(1), None, None, 42),
                )
            },
            "TW-845",
            "at 41 to 41 years",
        ),
        ({"bands": (c.RangeLimits(Decimal("NaN"), Decimal(3)),)}, "TW-845", "no number"),
        ({"bands": (c.RangeLimits(None, Decimal("1e999999")),)}, "TW-845", "no number"),
        ({"source": " "}, "TW-415", "document"),
        ({"valid_from": date(1, 1, 1)}, "TW-846", "cannot begin|can begin"),
    ],
)
def test_a_range_that_contradicts_itself_is_refused(
    changes: dict[str, object], code: str, words: str
) -> None:
    """Gaps, overlaps, limits the wrong way round, units and names: each with its sentence."""
    refusal = desk().refused(code, replace(SENT, **changes))
    assert any(part in refusal.sentence for part in words.split("|")), refusal.sentence


def test_a_range_follows_the_one_before_it() -> None:
    """A range from the same day or an earlier one would judge anew what was judged; it is refused."""
    here = desk()
    here.do(SENT)
    here.refused("TW-846", SENT)
    here.refused("TW-846", replace(SENT, valid_from=date(2026, 3, 14)))
    here.do(replace(SENT, valid_from=date(2026, 3, 16)))


def test_a_value_out_of_its_range_waits_for_the_investigator() -> None:
    """A word settles it; a correction of the value, or another place, asks again."""
    here = screened("7.8")
    assert [each.waits for each in values(here)] == [True]
    entry = here.do(WORD)
    assert entry.kind == "SignificanceAssessed"
    assert (entry.payload["place"], entry.payload["value"]) == ("high", "7.8 mmol/L")
    assert [each.waits for each in values(here)] == [False]
    here.refused("TW-439", WORD)
    here.do(c.CorrectItem("S-1", "LOOK", "laboratory", "1", "glucose", v("9.8"), "misread"))
    assert [(each.waits, each.counts) for each in values(here)] == [(True, False)]


def test_what_is_called_significant_needs_a_comment() -> None:
    """The comment says why; only the investigator says the word; there must be a value, as it was seen."""
    here = screened("7.8")
    here.refused("TW-848", replace(WORD, significant=True))
    here.do(replace(WORD, significant=True, comment="diabetes suspected"))
    here.refused("TW-844", replace(WORD, item="sampled_on"))
    here.refused("TW-830", replace(WORD, seen=1))
    here.refused("TW-401", WORD, "coordinator")
    (value,) = values(here)
    assert value.word is not None
    assert value.word.significant


def test_a_word_may_be_said_after_a_failed_screening() -> None:
    """It asks nothing of the person, so that it stays possible until the casebook is locked."""
    here = screened("7.8")
    here.do(c.RecordScreenFailure("S-1", (), "left the region"))
    assert not isinstance(here.answer(WORD), Refusal)


def test_two_laboratories_do_not_share_an_item_at_a_site() -> None:
    """A range that would be the second one for a site is refused."""
    study = desk().study
    other = study.laboratories[0].model_copy(update={"id": "attic", "ranges": ()})
    here = desk(changed(study, laboratories=(*study.laboratories, other)))
    refusal = here.refused("TW-845", replace(SENT, laboratory="attic"))
    assert "same site" in refusal.sentence
