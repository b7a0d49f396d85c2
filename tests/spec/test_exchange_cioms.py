"""CIOMS I forms, as docs/safety_reports.md describes them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from print_making import pages_of, text_of
from safety_case_making import full_case, quantity
from trialwright.exchange.cioms import render_cioms
from trialwright.exchange.cioms_boxes import more_of, said, texts_of
from trialwright.exchange.cioms_wording import INVENTED, LABELS
from trialwright.exchange.safety_case import (
    Coded,
    Dosage,
    Drug,
    Patient,
    Reaction,
    Relation,
    SafetyCase,
    Sender,
    Source,
)
from trialwright.exchange.safety_values import Moment, Null
from trialwright.report.prints import typesetting
from trialwright.report.prints.refusals import PrintError

MADE = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)


def plain(case: SafetyCase) -> SafetyCase:
    """The case without Chinese, so that it prints on any machine."""
    first = replace(case.reactions[0], reported="Infusion reaction", language="eng", translated=None)
    return replace(case, reactions=(first, *case.reactions[1:]), summaries=())


def test_the_form_is_one_page_with_every_numbered_box() -> None:
    """Each box stands with its number and its label, whether there is something in it or not."""
    for case in (plain(full_case()), SafetyCase()):
        first = pages_of(render_cioms(case, MADE, rehearsed=False))[0]
        for number, label in LABELS.items():
            assert f"{number.replace('-', '–')} {label}" in first, number


def test_an_empty_case_is_one_page_that_says_not_stated() -> None:
    """Nothing is made up where nothing is known: every box says so, and no choice is ticked."""
    pages = pages_of(render_cioms(SafetyCase(), MADE, rehearsed=False))
    assert len(pages) == 1
    assert pages[0].count("not stated") == len(LABELS) - 1  # all but the criteria
    assert "×" not in pages[0]
    assert "no control number" in pages[0]


def test_equal_cases_give_equal_files() -> None:
    """The same case printed for the same moment is the same file, byte for byte."""
    case = plain(full_case())
    assert render_cioms(case, MADE, rehearsed=True) == render_cioms(case, MADE, rehearsed=True)
    assert render_cioms(case, rehearsed=True) == render_cioms(case, rehearsed=True)


def test_invented_people_are_said_to_be_invented_on_every_page() -> None:
    """A rehearsed case bears the banner on the form and on each page after it; a real one bears none."""
    long = replace(plain(full_case()), narrative="The course was long. " * 900)
    pages = pages_of(render_cioms(long, MADE, rehearsed=True))
    assert len(pages) > 2
    assert all(INVENTED in page for page in pages)
    assert INVENTED not in text_of(render_cioms(long, MADE, rehearsed=False))


def test_the_boxes_say_what_the_case_says() -> None:
    """Person, onset, drug with batch, dose, route, dates, numbers and reporter are in their boxes."""
    boxes = texts_of(full_case())
    expected = {
        "1": "A.B.",
        "1a": "CN",
        "2": "Sep 1973",
        "2a": "52 years",
        "3": "female",
        "4-6": "1 Mar 2026 08:55 (+08:00)",
        "14": "IP-17 (invented product); invented substance; batch LOT-0042",
        "15": "60 mL in total; One infusion of 100 mL planned, 60 mL given; Suspension for infusion",
        "16": "Intravenous use",
        "17": "Invented condition of the study",
        "18": "1 Mar 2026 08:30 (+08:00) to 1 Mar 2026 08:55 (+08:00)",
        "19": "25 minutes",
        "20": "Action: withdrawn; outcome: recovered",
        "21": "not given again",
        "22": "Amlodipine: 5 mg every 1 day, route unknown, from 2015: Hypertension",
        "24b": "CN-INVENTED-2026-0001",
        "24c": "2 Mar 2026 16:40 (+08:00)\nfirst: 1 Mar 2026 10:05 (+08:00)",
        "25": "3 Mar 2026 10:20 (+08:00)",
    }
    assert {number: boxes[number] for number in expected} == expected
    assert "Tryptase (1 Mar 2026): 24.1 ug/L; normal to 11.4; Two hours after the onset" in boxes["7+13"]
    assert "Troponin (unknown): < 3 ng/L" in boxes["7+13"]
    assert boxes["23"].startswith(
        "Hypertension, treated; appendectomy in 1999.\nMedDRA 26.1 90000001: from 2015"
    )
    assert boxes["26"].splitlines()[:2] == ["Dr Invented M. Person", "physician"]


def ticked(case: SafetyCase) -> list[str]:
    """The choices that are ticked on the printed form, read with the cross before them."""
    first = pages_of(render_cioms(plain(case) if case.reactions else case, MADE, rehearsed=False))[0]
    return re.findall(r"× ([A-Z][a-z-]+(?: [a-z]+)?)", first)


def test_the_choices_are_ticked_as_the_case_has_it() -> None:
    """Criteria, kind and source; a single infusion makes stopping and giving again not applicable."""
    case = full_case()
    assert ticked(case) == [
        "Life-threatening",
        "In hospital",
        "Not applicable",
        "Follow-up",
        "Study",
        "Health professional",
    ]
    product = replace(case.drugs[0], action="not applicable")
    assert ticked(replace(case, drugs=(product,))).count("Not applicable") == 2
    again = replace(product, relations=(Relation(reaction=1, recurrence="recurred"),), action="withdrawn")
    initial = replace(case, drugs=(again,), latest_information=case.first_received)
    assert [word for word in ticked(initial) if word in ("Yes", "Initial", "Follow-up")] == ["Yes", "Initial"]


def test_whether_a_reaction_abated_is_not_concluded() -> None:
    """Recovery after a drug was stopped is not ticked as caused by it: action and outcome stand in words."""
    assert "Yes" not in ticked(full_case())
    assert "Action: withdrawn; outcome: recovered" in text_of(
        render_cioms(plain(full_case()), rehearsed=False)
    )


@pytest.mark.parametrize("change", ["nullification", "amendment"])
def test_a_nullification_is_the_first_thing_to_read(change: str) -> None:
    """A report that takes back or amends an earlier one says so first, with its reason, however long."""
    reason = "It was reported twice, " * 60 + "and this is the end."
    case = replace(plain(full_case()), change=change, change_reason=reason)
    pages = pages_of(render_cioms(case, MADE, rehearsed=False))
    assert f"{change.capitalize()}: It was reported twice" in pages[0]
    assert "and this is the end." in pages[1]
    assert LABELS["24d"] in pages[0]


def test_what_does_not_fit_is_continued_whole() -> None:
    """Long texts break after a word and go on after the form: no word is lost, doubled or cut."""
    words = [f"word{number}" for number in range(4000)]
    case = replace(plain(full_case()), narrative=" ".join(words))
    pages = pages_of(render_cioms(case, MADE, rehearsed=False))
    assert "▸ continued" in pages[0]
    assert re.findall(r"\bword\d+\b", " ".join(pages)) == words


def test_every_field_may_be_too_long() -> None:
    """The form stays one page with all its boxes; every text is in the file, to its last word."""

    def long(name: str) -> str:
        return " ".join([name] * 120) + f" end{name}"

    case = SafetyCase(
        identifier=long("control"),
        worldwide_identifier=long("control"),
        narrative=long("narrative"),
        patient=Patient(
            initials=long("initials"), investigation_number=long("number"), history=long("history")
        ),
        reactions=(Reaction(reported=long("reaction"), country=long("country"), outcome="recovered"),),
        drugs=(
            Drug(
                role="suspect",
                name=long("drug"),
                indications=(Coded(text=long("indication")),),
                dosages=(Dosage(text=long("dose"), route=long("route")),),
                action="withdrawn",
            ),
            Drug(role="concomitant", name=long("other")),
        ),
        sender=Sender(organisation=long("sponsor")),
        sources=(Source(family=long("reporter")),),
        senders_comments=long("comment"),
    )
    pages = pages_of(render_cioms(case, MADE, rehearsed=True))
    for label in LABELS.values():
        assert label in pages[0]
    text = " ".join(pages)
    for name in (
        "control", "narrative", "initials", "number", "history", "reaction", "country", "drug", "indication",
        "dose", "route", "other", "sponsor", "reporter", "comment",
    ):  # fmt: skip
        assert f"end{name}" in text, name


def test_a_word_without_end_breaks() -> None:
    """A text without blanks is cut where the box ends, and goes on after the form."""
    case = SafetyCase(narrative="x" * 9000)
    assert sum(page.count("x") for page in pages_of(render_cioms(case, MADE, rehearsed=False))) >= 9000


def test_chinese_is_printed_where_the_machine_has_a_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chinese words stand in the boxes; without a font for them the form is refused, not drawn with holes."""
    case = replace(full_case(), narrative="受试者在输液后出现反应。" * 400)
    try:
        text = text_of(render_cioms(case, MADE, rehearsed=True))
    except PrintError as error:
        assert error.problems[0].code == "TW-650"  # noqa: PT017 - a machine may have no such font
    else:
        assert re.sub(r"\s", "", text).count("受试者在输液后出现反应") >= 390
    monkeypatch.setattr(typesetting, "font_folders", lambda: ())
    with pytest.raises(PrintError, match="TW-650"):
        render_cioms(case, MADE, rehearsed=True)


def test_texts_are_never_read_as_markup() -> None:
    """What somebody typed is printed as it is typed."""
    typed = '#panic("x") *bold* $x^2$ \\ <b> @label [link]'
    case = SafetyCase(narrative=typed, change="amendment", change_reason=typed)
    assert text_of(render_cioms(case, MADE, rehearsed=False)).count(typed) == 2


def test_relations_and_comments_stand_after_the_form() -> None:
    """Who related which drug to which reaction, the comments, and the study have no box, and a page."""
    more = dict(more_of(full_case()))
    assert more["Relation of each drug to each reaction"].splitlines()[1] == (
        "IP-17 (invented product), Headache: Investigator: Not related"
    )
    assert set(more) >= {"Study", "Reporter's comments", "Sender's comments", "Summary (chi)"}
    assert "NCT00000000 (US) · asked, not known" in more["Study"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Null.MSK, "withheld"),
        (Null.NASK, "not asked"),
        (Moment("2026"), "2026"),
        (Moment("2026-03-01T08"), "1 Mar 2026 08"),
        (quantity("1", "a"), "1 year"),
        (quantity("0.50", "mg"), "0.50 mg"),
        (True, "yes"),
        (None, ""),
    ],
)
def test_values_are_said_in_words(value: Any, words: str) -> None:
    """A null flavour by its meaning, a date as far as it is known, a quantity as it was given."""
    assert said(value) == words


def test_several_suspect_drugs_keep_their_places() -> None:
    """Doses, routes and dates are numbered in the order of the drugs; what is not stated keeps its number."""
    drugs = (
        Drug(role="suspect", name="One", dosages=(Dosage(dose=quantity("5", "mg"), start=Null.UNK),)),
        Drug(role="interacting", name="Two"),
    )
    boxes = texts_of(SafetyCase(drugs=drugs, patient=Patient(weight_kg=Decimal(70))))
    assert boxes["14"] == "1. One\n2. Two"
    assert boxes["15"] == "1. 5 mg\n2. not stated"
    assert boxes["18"] == "1. start unknown\n2. not stated"
    assert boxes["16"] == ""
