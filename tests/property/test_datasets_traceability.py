"""Whatever is recorded: nothing is lost on the way into data sets, and every row leads back to entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dataset_making import Answer, Notebook, answer
from trialwright.datasets.captured import CapturedValue
from trialwright.datasets.study_datasets import StudyDatasets
from trialwright.datasets.targets import CRITERIA_ANSWERS
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study

T = TypeVar("T")
FIRST = date(2026, 3, 1)
COMMON = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(params=["default_study", "second_study"], scope="module")
def study(request: pytest.FixtureRequest) -> Study:
    """Each of two quite different studies."""
    found: Study = request.getfixturevalue(request.param)
    return found


def answers(item: Item) -> st.SearchStrategy[Answer]:
    """Anything that may be recorded for an item."""
    missing = st.just(answer(missing="not done"))
    if item.type == "boolean":
        return st.booleans().map(answer) | missing
    if item.type == "code":
        return st.sampled_from([code.code for code in item.codes]).map(answer) | missing
    if item.type in {"date", "datetime"}:
        times = ["2026-03-03T10:00:00+08:00"] if item.type == "datetime" else []
        return st.sampled_from(["2019", "2020-02", "2026-03-02", *times]).map(answer) | missing
    if item.type == "text":
        return st.sampled_from(["a", "b c"]).map(answer) | missing
    number = st.decimals(Decimal("0.5"), Decimal(400), places=1).map(str)
    limit = number.map("<{}".format)
    return (number | limit if item.type == "number" else st.integers(0, 9).map(str)).map(answer) | missing


def _some(
    parts: Sequence[T], at_most: int, name: Callable[[T], str], at_least: int = 0
) -> st.SearchStrategy[list[T]]:
    """Some of the parts, each once."""
    return st.lists(st.sampled_from(parts), min_size=at_least, max_size=at_most, unique_by=name)


@st.composite
def books(draw: st.DrawFn, study: Study) -> Notebook:
    """A record of one or two people: visits on any day, rows of any forms, corrections, perhaps treatment."""
    book = Notebook()
    for number in range(1, draw(st.integers(1, 2)) + 1):
        subject = f"{study.design.sites[0].id}-00{number}"
        book.consented(subject, FIRST.isoformat())
        if draw(st.booleans()):
            start = FIRST + timedelta(days=draw(st.integers(1, 9)))
            arm = draw(st.sampled_from([arm.id for arm in study.design.arms]))
            book.enrolled(subject, number, arm)
            book.start_infusion(f"{start}T09:00:00+08:00", subject, arm)
        chosen = draw(_some(study.visits, 4, lambda visit: visit.id))
        for visit in chosen:
            book.visit(visit.id, (FIRST + timedelta(days=draw(st.integers(0, 90)))).isoformat(), subject)
            for entry in draw(_some(visit.forms, 3, lambda entry: entry.form)):
                _fill(draw, study, book, subject, visit.id, entry.form, entry.timepoints)
        if draw(st.booleans()):
            book.event(subject=subject, start=draw(st.sampled_from(["2026-03", "2026-03-05", None])))
    return book


def _fill(
    draw: st.DrawFn,
    study: Study,
    book: Notebook,
    subject: str,
    visit: str,
    form_id: str,
    points: tuple[str, ...],
) -> None:
    form = study.form(form_id)
    assert form is not None
    for row in draw(st.lists(st.sampled_from(points or ("1",)), min_size=1, max_size=2, unique=True)):
        asked = draw(_some(form.items, 6, lambda item: item.id, at_least=1))
        given_answers = {item.id: draw(answers(item)) for item in asked}
        book.items(visit, form_id, subject, row, **given_answers)
        corrected = draw(st.sampled_from(asked))
        if draw(st.booleans()):
            book.correct(visit, form_id, corrected.id, draw(answers(corrected)), subject, row)


@given(data=st.data())
@COMMON
def test_every_answer_that_the_protocol_sends_to_sdtm_is_in_a_record(
    study: Study, data: st.DataObject
) -> None:
    """Each answer that stands is behind a record of the domain that its item names.

    A condition of sampling (its time, say) stands on the results of its row; without a result there is none.
    """
    datasets = data.draw(books(study)).build(study)
    behind = {name: set(frame["SRCSEQ"].explode()) for name, frame in datasets.frames.items()}
    values = list(datasets.captured.values)
    tested = {(*_place(value), _domain(study, value)) for value in values if _target(study, value, "testcd")}
    for value in values:
        domain = _domain(study, value)
        if domain is None or (domain == "DM" and value.value is None):
            continue
        alone = _target(study, value, "variable") and (*_place(value), domain) not in tested
        assert value.seq in behind[domain] or (alone and "TESTCD" in str(datasets.frames[domain].columns))


def _place(value: CapturedValue) -> tuple[str, str, int, str, str]:
    return (value.subject, value.visit, value.occurrence, value.form, value.row)


def _target(study: Study, value: CapturedValue, part: str) -> str | None:
    target = study.items[value.item].sdtm
    found: str | None = getattr(target, part) if target else None
    return found


def _domain(study: Study, value: CapturedValue) -> str | None:
    domain = _target(study, value, "domain")
    return CRITERIA_ANSWERS if domain == "IE" else domain


@given(data=st.data())
@COMMON
def test_every_row_leads_back_to_entries_of_its_subject(study: Study, data: st.DataObject) -> None:
    """No row rests on nothing, and none on the entries of somebody else."""
    book = data.draw(books(study))
    datasets, entries = book.build(study), book.snapshot().entries
    for frame in datasets.frames.values():
        for usubjid, sources in frame.select("USUBJID", "SRCSEQ").iter_rows():
            assert sources
            subjects = {entries[number - 1].payload["subject"] for number in sources}
            assert {f"{study.study.id}-{subject}" for subject in subjects} == {usubjid}


@given(data=st.data())
@COMMON
def test_keys_are_unique_and_flags_choose_one(study: Study, data: st.DataObject) -> None:
    """Sequence numbers tell records apart; one record stands for a visit and one is the baseline."""
    datasets = data.draw(books(study)).build(study)
    for name, frame in datasets.frames.items():
        number = {"ADSL": None, "DM": None, "ADAE": "AESEQ"}.get(name, f"{name}SEQ")
        number = "ASEQ" if number and number not in frame.columns else number
        assert not frame.select("USUBJID", *([number] if number else [])).is_duplicated().any()
        assert not any((frame[column] == 0).any() for column in frame.columns if column.endswith("DY"))
    for frame in _of_parameters(datasets):
        for flag, per in (("ANL01FL", ("AVISIT",)), ("ANL02FL", ("AVISIT", "ATPTN")), ("ABLFL", ())):
            flagged = frame.filter(frame[flag] == "Y").select("USUBJID", "PARAMCD", *per)
            assert not Counter(flagged.rows()) or max(Counter(flagged.rows()).values()) == 1


@given(data=st.data())
@COMMON
def test_changes_are_values_less_their_baseline(study: Study, data: st.DataObject) -> None:
    """CHG is AVAL - BASE, and there is none before treatment or without a baseline."""
    datasets = data.draw(books(study)).build(study)
    for frame in _of_parameters(datasets):
        for value, base, change, phase in frame.select("AVAL", "BASE", "CHG", "APHASE").iter_rows():
            expected = None if None in (value, base) or phase != "FROM START OF TREATMENT" else value - base
            assert change == (None if expected is None else pytest.approx(expected))


@given(data=st.data())
@COMMON
def test_the_same_record_gives_the_same_frames(study: Study, data: st.DataObject) -> None:
    """Nothing but the record decides what is in the data sets."""
    book = data.draw(books(study))
    one, two = book.build(study), book.build(study)
    assert all(frame.equals(two.frames[name]) for name, frame in one.frames.items())
    assert one.not_derived.equals(two.not_derived)


def _of_parameters(datasets: StudyDatasets) -> list[pl.DataFrame]:
    return [frame for name, frame in datasets.frames.items() if {"PARAMCD", "BASE"} <= set(frame.columns)]
