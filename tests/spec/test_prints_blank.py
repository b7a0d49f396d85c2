"""The blank annotated forms can be filled by hand while the system is down."""

from __future__ import annotations

import pytest

from conduct_making import tiny
from print_making import pages_of, text_of
from trialwright.protocol.fingerprint import fingerprint
from trialwright.protocol.study import Study
from trialwright.report.prints.blank_crf import render_blank_crf
from trialwright.report.prints.refusals import PrintError


@pytest.fixture(scope="module")
def blank() -> bytes:
    """The tiny study's blank forms."""
    return render_blank_crf(tiny())


@pytest.mark.requirement("FL-1")
def test_every_form_of_every_study_is_printed(default_study: Study, second_study: Study) -> None:
    """FL-1: each form with every item, in any study, with nothing of one study in Python."""
    for study in (tiny(), default_study, second_study):
        text = text_of(render_blank_crf(study))
        for form in study.forms:
            assert form.title in text
            for item in form.items:
                assert item.id in text.replace(" ", ""), item.id


def test_the_schedule_shows_visits_days_windows_and_time_points(blank: bytes) -> None:
    """The schedule of activities stands in front, with an adverse event form that may be needed any time."""
    page = next(page for page in pages_of(blank) if "Schedule of activities FORM" in page.replace("  ", " "))
    for said in ("Day of the drip", "−28 – −1", "20 – 28 h", "Blood pressure 2", "Harm At any time"):
        assert said in page, said


def test_an_item_has_unit_limits_codes_skip_logic_and_annotation(blank: bytes) -> None:
    """What a person at the chair needs, and where the answer goes in SDTM."""
    text = text_of(blank)
    assert "mmol/L" in text
    assert "required · possible 1 – 40 · expected 3 – 20" in text
    assert "LB.LBORRES, LBORRESU LBTESTCD = GLUC" in text
    assert "Only if gender is female" in text
    assert "DM.SEX" in text
    assert "may lie ahead" in text
    assert "[not submitted]" in text
    assert "The last day lies before the first." in text


def test_a_sheet_can_be_signed_and_told_from_others(blank: bytes) -> None:
    """Subject, visit, time point, row, signature; the protocol's fingerprint on every page."""
    pages = pages_of(blank)
    pressure = next(
        page for page in pages if page.startswith("TINY-1 Case report form, annotated Blood pressure")
    )
    for field in (
        "Site",
        "Subject",
        "Visit (tick one) Day of the drip",
        "Time point Before the drip 30 min",
        "Signature",
    ):
        assert field in pressure, field
    short = fingerprint(tiny()).data[:16]
    for number, page in enumerate(pages, start=1):
        assert f"Protocol fingerprint {short} · Protocol version 1.0 {number} of {len(pages)}" in page


def test_equal_protocols_give_equal_files(blank: bytes) -> None:
    """The file bears no date."""
    assert render_blank_crf(tiny()) == blank


def test_a_language_that_there_is_not_is_refused() -> None:
    """TW-653, for the forms too."""
    with pytest.raises(PrintError, match="TW-653"):
        render_blank_crf(tiny(), "de")
