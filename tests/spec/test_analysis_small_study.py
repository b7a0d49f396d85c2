"""What a small study analyses beside events and efficacy: what is counted, what is said of nothing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from adam_making import adae, adsl
from trialwright.analysis.count_block import About, Parts, denominators_of
from trialwright.analysis.first_event import first_event, follow
from trialwright.analysis.individual_change import individual_change
from trialwright.analysis.liver_peaks import QUADRANTS, liver_peaks
from trialwright.analysis.occurrences import (
    AFTER,
    BEFORE,
    DEVIATIONS,
    analysis_sets,
    concomitant_drugs,
    deviations,
    medical_history,
)
from trialwright.analysis.populations import subjects_in
from trialwright.analysis.profile_counts import profile_counts
from trialwright.analysis.record_counts import Counted
from trialwright.analysis.records import RecordError, Records, records_of
from trialwright.analysis.results import ResultTable
from trialwright.analysis.shifts import Limit, category_by_visit, grade_shift, range_shift, value_limits

Row = dict[str, Any]
START = date(2026, 3, 1)


def counted(frame: pl.DataFrame) -> Counted:
    subjects = subjects_in(frame)
    return Counted(About("a", "m", "safety"), subjects, denominators_of(subjects))


def rows_of(parts: Parts, frame: pl.DataFrame, **datasets: pl.DataFrame) -> list[Row]:
    """The rows with the keys written out, which must exist for every count."""
    results = ResultTable()
    results.keys.add_dataset("ADSL", lambda: frame["USUBJID"])
    for name, held in datasets.items():
        numbered = held["USUBJID"] + "|" + pl.Series(range(held.height)).cast(pl.String)
        results.keys.add_dataset(name, lambda numbered=numbered: numbered)
    results.extend(parts)
    rows = results.rows()
    for row in rows:
        assert row["value"] is None or row["value"] == row["value"], "NaN"
        assert row["value"] is not None or row["reason"], row
        if row["statistic"] == "n" and row["value"] is not None and row["numerator_keys"]:
            _, keys = results.keys.keys(row["numerator_keys"])
            assert len({key.split("|")[0] for key in keys}) == row["value"]
    return rows


def n(rows: list[Row], **wanted: str | None) -> float | None:
    found = [
        r for r in rows if r["statistic"] == "n" and all(r[name] == value for name, value in wanted.items())
    ]
    assert len(found) == 1, found
    return found[0]["value"]


def value(subject: str, parameter: str, aval: float | None, visit: str = "W4", **more: Any) -> Row:
    """One record after treatment that stands for its visit."""
    base = more.pop("BASE", None)
    row: Row = {
        "USUBJID": subject,
        "PARAMCD": parameter,
        "AVAL": aval,
        "AVALC": None,
        "AVISIT": visit,
        "AVISITN": 4.0,
        "ANL01FL": "Y",
        "ABLFL": None,
        "APHASE": "FROM START OF TREATMENT",
        "BASE": base,
        "CHG": None if base is None or aval is None else aval - base,
        "ANRHI": 40.0,
        "ANRIND": None,
        "BNRIND": None,
        "ATOXGR": None,
        "BTOXGR": None,
    }
    return row | more


def records(values: list[Row], held: Counted) -> tuple[Records, pl.DataFrame]:
    empty = value("A-1", "X", 1.0, BASE=1.0)
    schema = {name: pl.Float64 if isinstance(each, float) else pl.String for name, each in empty.items()}
    frame = pl.DataFrame(values, schema=schema)
    return records_of(frame, "ADLB", held.subjects), frame


class TestShifts:
    def test_from_before_to_the_worst_after(self) -> None:
        """Each subject stands once: at the range before, and at the worst of everything after."""
        people = adsl(A=3)
        held = counted(people)
        found, frame = records(
            [
                value("A-1", "ALT", 20.0, BNRIND="NORMAL", ANRIND="NORMAL"),
                value("A-1", "ALT", 90.0, "W8", BNRIND="NORMAL", ANRIND="HIGH"),
                value("A-2", "ALT", 90.0, BNRIND="HIGH", ANRIND="HIGH"),
                value("A-3", "ALT", 1.0, BNRIND="NORMAL", ANRIND="LOW"),
                value("A-3", "ALT", 99.0, "W8", BNRIND="NORMAL", ANRIND="HIGH"),
            ],
            held,
        )
        rows = rows_of(range_shift(found, held, ["ALT"]), people, ADLB=frame)
        assert n(rows, term="Normal", category="High") == 1
        assert n(rows, term="Normal", category="Low and high") == 1
        assert n(rows, term="High", category="High") == 1
        assert n(rows, term="Normal", category="Normal") == 0
        assert sum(row["value"] for row in rows if row["statistic"] == "n") == 3

    def test_grades_take_the_highest(self) -> None:
        """The highest grade after treatment counts; who has none stands under Missing."""
        people = adsl(A=2)
        held = counted(people)
        found, frame = records(
            [
                value("A-1", "ALT", 90.0, BTOXGR="0", ATOXGR="1"),
                value("A-1", "ALT", 300.0, "W8", BTOXGR="0", ATOXGR="3"),
                value("A-2", "ALT", 30.0),
            ],
            held,
        )
        rows = rows_of(grade_shift(found, held, ["ALT"]), people, ADLB=frame)
        assert n(rows, term="Grade 0", category="Grade 3") == 1
        assert n(rows, term="Missing", category="Missing") == 1

    @pytest.mark.parametrize("method", [range_shift, grade_shift])
    def test_nothing_to_compare_with(self, method: Any) -> None:
        """Without ranges, without grades, without records the table says why, and holds no zero."""
        people = adsl(A=1)
        held = counted(people)
        for values in ([], [value("A-1", "ALT", 20.0)]):
            found, frame = records(values, held)
            (row,) = rows_of(method(found, held, ["ALT"]), people, ADLB=frame)
            assert row["value"] is None
            assert row["reason"]


class TestLimits:
    def test_beyond_and_on_the_limit(self) -> None:
        """A value on a limit is not beyond it; percentages are of those with a value."""
        people = adsl(A=3, B=1)
        held = counted(people)
        found, frame = records([value("A-1", "SYSBP", 160.0), value("A-2", "SYSBP", 161.0)], held)
        rows = rows_of(value_limits(found, held, [Limit("SYSBP", 90, 160)], {}), people, ADLB=frame)
        assert n(rows, group="A", category="Above 160") == 1
        assert n(rows, group="B", category="Above 160") == 0
        shares = {r["group"]: r for r in rows if r["statistic"] == "percent" and r["category"] == "Above 160"}
        assert shares["A"]["value"] == 50
        assert shares["B"]["value"] is None
        assert shares["B"]["reason"] == "no subjects in the group"

    def test_all_values_missing(self) -> None:
        """Where every value is missing the line says so."""
        people = adsl(A=1)
        held = counted(people)
        found, frame = records([value("A-1", "SYSBP", None)], held)
        (row,) = rows_of(value_limits(found, held, [Limit("SYSBP", None, 160)], {}), people, ADLB=frame)
        assert row["reason"] == "nobody has a value of SYSBP after the start of treatment"

    def test_answers_by_visit(self) -> None:
        """Answers that nobody gave stand as 0 under the protocol's words; unknown ones under their own."""
        people = adsl(A=2)
        held = counted(people)
        found, frame = records(
            [value("A-1", "ECG", None, AVALC="normal"), value("A-2", "ECG", None, AVALC="odd")], held
        )
        words = {"ECG": {"normal": "Normal", "abnormal": "Abnormal"}}
        rows = rows_of(category_by_visit(found, held, ["ECG"], [], words), people, ADLB=frame)
        assert [n(rows, category=words) for words in ("Normal", "Abnormal", "odd")] == [1, 0, 1]


class TestFirstEvent:
    def test_by_hand(self) -> None:
        """Two of four have an event on days 3 and 10; the others are followed to day 85 and to a visit."""
        people = adsl(A=4).with_columns(
            EOSDT=pl.Series([None, None, START + timedelta(84), None], dtype=pl.Date)
        )
        events = adae(*({"USUBJID": subject} for subject in ("A-1", "A-2", "A-1")))
        events = events.with_columns(ASTDY=pl.Series([3, 10, 50]))
        followed = follow(people, events, {"A-4": 8})
        assert sorted(zip(followed.days.tolist(), followed.happened.tolist(), strict=True)) == [
            (3, True), (8, False), (10, True), (85, False),
        ]  # fmt: skip
        about = About("a", "first_event", "safety")
        rows = rows_of(
            first_event(followed, subjects_in(people), about, [("Day 0", 1), ("Week 1", 8)], "log-log"),
            people,
        )
        assert n(rows, visit=None) == 2
        free = {r["visit"]: r["value"] for r in rows if r["statistic"] == "event_free"}
        assert free == {"Day 0": 100.0, "Week 1": 75.0}
        at_risk = {r["visit"]: r["value"] for r in rows if r["statistic"] == "at_risk"}
        assert at_risk == {"Day 0": 4, "Week 1": 3}

    def test_without_events_the_median_is_not_reached(self) -> None:
        """No event: the curve stays at 100 %, and the median says that it is not reached."""
        people = adsl(A=2).with_columns(EOSDT=pl.lit(START + timedelta(84)))
        followed = follow(people, adae({}).clear().with_columns(ASTDY=pl.lit(1)), {})
        about = About("a", "first_event", "safety")
        rows = rows_of(first_event(followed, subjects_in(people), about, [("W12", 85)], "log"), people)
        median = next(row for row in rows if row["statistic"] == "median_day")
        assert median["value"] is None
        assert "not reached" in median["reason"]
        assert next(row["value"] for row in rows if row["statistic"] == "event_free") == 100

    def test_nobody_followed(self) -> None:
        """An arm whose subjects were never treated says that nobody was followed."""
        people = adsl(A=1).with_columns(TRTSDT=pl.lit(None, dtype=pl.Date))
        followed = follow(people, adae({}).clear().with_columns(ASTDY=pl.lit(1)), {})
        rows = rows_of(
            first_event(followed, subjects_in(people), About("a", "m", "s"), [("W12", 85)], "log"), people
        )
        assert next(row["reason"] for row in rows if row["statistic"] == "median_day")


class TestChange:
    def test_each_subject_and_the_thresholds(self) -> None:
        """Changes in percent, the highest first; a fall of exactly the threshold counts."""
        people = adsl(A=4)
        held = counted(people)
        found, frame = records(
            [
                value("A-1", "HOMAIR", 3.0, BASE=4.0),
                value("A-2", "HOMAIR", 5.0, BASE=4.0),
                value("A-3", "HOMAIR", 4.0, BASE=4.0),
                value("A-4", "HOMAIR", 4.0, BASE=0.0),
            ],
            held,
        )
        rows = rows_of(individual_change(found, held, ["HOMAIR"], [], [-25, 0]), people, ADLB=frame)
        assert n(rows, category="Fell by 25 % or more") == 1
        assert n(rows, category="Fell at all") == 1
        single = [(r["category"], r["value"]) for r in rows if r["statistic"] == "percent_change"]
        assert single == [("A-2", 25.0), ("A-3", 0.0), ("A-1", -25.0)]

    def test_no_change_at_all(self) -> None:
        """Without a baseline nobody changed, and the table says so."""
        people = adsl(A=1)
        held = counted(people)
        found, frame = records([value("A-1", "HOMAIR", 3.0)], held)
        (row,) = rows_of(individual_change(found, held, ["HOMAIR"], [], [0]), people, ADLB=frame)
        assert row["reason"] == "nobody has a value at baseline and at the visit"


class TestLiver:
    def test_on_the_limits(self) -> None:
        """3 and 2 times the upper limit are at the limit; a subject without both peaks is not counted."""
        people = adsl(A=3)
        held = counted(people)
        found, frame = records(
            [
                value("A-1", "ALT", 120.0),
                value("A-1", "BILI", 80.0),
                value("A-2", "ALT", 119.0),
                value("A-2", "BILI", 10.0),
                value("A-3", "ALT", 500.0),
            ],
            held,
        )
        rows = rows_of(liver_peaks(found, held, ["ALT"], ["BILI"]), people, ADLB=frame)
        assert [n(rows, category=words) for words in QUADRANTS.values()] == [1, 0, 0, 1]
        assert {r["category"] for r in rows if r["statistic"] == "peak"} == {"A-1", "A-2"}

    def test_without_upper_limits(self) -> None:
        """Without an upper limit of normal nothing is a multiple, and the table says so."""
        people = adsl(A=1)
        held = counted(people)
        found, frame = records([value("A-1", "ALT", 120.0, ANRHI=None)], held)
        (row,) = rows_of(liver_peaks(found, held, ["ALT"], ["BILI"]), people, ADLB=frame)
        assert row["value"] is None
        assert row["reason"]


class TestOccurrences:
    def drugs(self, *taken: tuple[str, str, str | None]) -> pl.DataFrame:
        schema = dict.fromkeys(("USUBJID", "CMTRT", "CMENDTC"), pl.String)
        return pl.DataFrame(list(taken), schema=schema, orient="row")

    def test_drugs_before_and_after(self) -> None:
        """A drug stopped before treatment is apart; a partial end that may be later counts as after."""
        people = adsl(A=2)
        held = counted(people)
        frame = self.drugs(
            ("A-1", "aspirin", "2026-02-28"),
            ("A-1", "Aspirin ", None),
            ("A-2", "aspirin", "2026-03"),
            ("A-2", "x", "2025"),
        )
        starts = people.select("USUBJID", "TRTSDT")
        rows = rows_of(
            concomitant_drugs(records_of(frame, "CM", held.subjects), starts, held), people, CM=frame
        )
        assert n(rows, soc=AFTER, term=None) == 2
        assert n(rows, soc=AFTER, term="aspirin") == 2
        assert n(rows, soc=BEFORE, term="aspirin") == 1
        assert n(rows, soc=BEFORE, term="x") == 1

    def test_drugs_not_asked(self) -> None:
        """Where no form asks for drugs the table says so: that is not zero."""
        people = adsl(A=1)
        (row,) = rows_of(concomitant_drugs(None, people, counted(people)), people)
        assert row["reason"].startswith("not collected")

    def test_history_not_asked(self) -> None:
        """The same holds for the medical history."""
        people = adsl(A=1)
        (row,) = rows_of(medical_history([], None, counted(people)), people)
        assert row["reason"].startswith("not collected")

    def test_history_of_terms_and_answers(self) -> None:
        """Terms count under one spelling, questions where the answer is yes."""
        people = adsl(A=2)
        held = counted(people)
        terms = pl.DataFrame({"USUBJID": ["A-1", "A-2"], "MHTERM": ["Asthma", "asthma"]})
        asked = pl.DataFrame({"USUBJID": ["A-1", "A-2"], "XITESTCD": ["S", "S"], "XISTRESC": ["Y", "N"]})
        parts = medical_history(
            [(records_of(asked, "XI", held.subjects), "XI", [("S", "Severe allergy")])],
            records_of(terms, "MH", held.subjects),
            held,
        )
        rows = rows_of(parts, people, MH=terms, XI=asked)
        assert n(rows, category="Asthma") == 2
        assert n(rows, category="Severe allergy") == 1

    def test_no_deviation_is_a_table_of_zeros(self) -> None:
        """Every kind of deviation stands there, also where nobody has one."""
        people = adsl(A=1)
        held = counted(people)
        frame = pl.DataFrame(schema={"USUBJID": pl.String, "DVDECOD": pl.String})
        rows = rows_of(deviations(records_of(frame, "DV", held.subjects), held, DEVIATIONS), people, DV=frame)
        assert {row["value"] for row in rows if row["statistic"] == "n"} == {0}
        assert len([row for row in rows if row["statistic"] == "n"]) == 1 + len(DEVIATIONS)

    def test_a_record_of_a_stranger(self) -> None:
        """A record of somebody who is not in ADSL stops the analysis with TW-518 and names them."""
        frame = self.drugs(("Z-9", "aspirin", None))
        with pytest.raises(RecordError, match="Z-9") as refused:
            records_of(frame, "CM", counted(adsl(A=1)).subjects)
        assert refused.value.problems[0].code == "TW-518"

    def test_sets_and_profiles(self) -> None:
        """Each set has its size; each subject of a profile its events and drugs, none of them is 0."""
        people = adsl(A=2).with_columns(EFFFL=pl.Series(["Y", "N"]))
        held = counted(people)
        rows = rows_of(analysis_sets(people, held, [("Safety", "SAFFL"), ("Efficacy", "EFFFL")]), people)
        assert [n(rows, category=name) for name in ("Safety", "Efficacy")] == [2, 1]
        events = adae({"USUBJID": "A-2"})
        found = {"profile_events": records_of(events, "ADAE", held.subjects)}
        rows = rows_of(profile_counts(held, found), people, ADAE=events)
        told = {(r["category"], r["statistic"]): r["value"] for r in rows if r["category"]}
        assert told["A-2", "profile_events"] == 1
        assert told["A-1", "profile_events"] == told["A-1", "profile_drugs"] == 0
