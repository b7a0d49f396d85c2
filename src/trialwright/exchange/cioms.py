"""A safety case as a CIOMS I form: one page of numbered boxes, and pages for what does not fit in them.

The drawing and the words are our own, the numbers of the boxes those of CIOMS form I. Equal arguments give
equal bytes where the fonts are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from trialwright.exchange import cioms_wording as words
from trialwright.exchange.cioms_boxes import more_of, said, subjects_of, texts_of
from trialwright.exchange.safety_case import SafetyCase
from trialwright.report.prints.typesetting import typeset

_LINE = 44
_HEALTH = frozenset({"physician", "pharmacist", "other health professional"})


def render_cioms(case: SafetyCase, made_at: datetime | None = None, *, rehearsed: bool) -> bytes:
    """Render the form as a PDF file.

    ``made_at`` is the date of the file, which without it bears none. ``rehearsed`` says on every page that
    the people are invented. Raises PrintError: TW-650 for Chinese text without a font, TW-654 where it cannot
    be set.
    """
    return typeset("cioms.typ", _form(case, rehearsed), made_at, "en")


def _form(case: SafetyCase, rehearsed: bool) -> dict[str, Any]:
    texts = texts_of(case)
    control = texts["24b"] or words.NO_NUMBER
    return {
        "words": words.OF_THE_TEMPLATE,
        "title": f"{words.FORM} {control}",
        "running": [
            f"{words.FORM} · {_short(control)}",
            _short(_study(case)),
            " · ".join(filter(None, (_short(control), _kind(case)))),
        ],
        "rehearsal": words.INVENTED if rehearsed else "",
        "notice": _notice(case),
        "study": _short(_study(case)),
        "subject": _short(said(case.patient.investigation_number)),
        "sections": words.SECTIONS,
        "boxes": {number: _box(number, text) for number, text in texts.items()},
        "ticks": {
            number: _box(number, "") | {"choices": choices} for number, choices in _ticks(case).items()
        },
        "more": [{"title": title, "text": text} for title, text in more_of(case)],
    }


def _box(number: str, text: str) -> dict[str, Any]:
    return {"number": number.replace("-", "–"), "label": words.LABELS[number], "text": text}


def _ticks(case: SafetyCase) -> dict[str, list[list[Any]]]:
    """The boxes with choices: each choice and whether it is ticked."""
    about = subjects_of(case)
    met = frozenset(word for reaction in case.reactions for word in reaction.seriousness)
    actions = [drug.action for drug in about.suspects]
    again = {each.recurrence for drug in about.suspects for each in drug.relations} - {None}
    sources = {
        "Study": case.report_type == "study",
        "Health professional": any(source.qualification in _HEALTH for source in case.sources),
        "Other": case.report_type == "other",
    }
    return {
        "8-12": [[label, word in met] for word, label in words.CRITERIA.items()],
        "20": _answers({"Not applicable": "not applicable" in actions}),
        "21": _answers(
            {
                "Yes": "recurred" in again,
                "No": "did not recur" in again and "recurred" not in again,
                "Not applicable": again == {"not given again"},
            }
        ),
        "24d": [[label, sources.get(label, False)] for label in words.SOURCES],
        "25a": [[label, _kind(case) == kind] for kind, label in words.KINDS.items()],
    }


def _answers(ticked: dict[str, bool]) -> list[list[Any]]:
    return [[label, ticked.get(label, False)] for label in words.ANSWERS]


def _short(text: str) -> str:
    """The beginning of a text for a line at the edge of the page; the whole of it stands elsewhere."""
    return text if len(text) <= _LINE else f"{text[: _LINE - 1]}…"


def _kind(case: SafetyCase) -> str:
    """The kind of report; whether it is a follow-up is not known without both dates."""
    known = case.change or (case.first_received and case.latest_information)
    return case.kind if known else ""


def _notice(case: SafetyCase) -> str:
    """What a reader has to know first: that the report takes an earlier one back, or amends it."""
    if case.change is None:
        return ""
    return f"{case.change.capitalize()}: {case.change_reason or 'reason ' + words.NOT_STATED}"


def _study(case: SafetyCase) -> str:
    numbers: Iterable[str] = (
        said(case.study.sponsor_number),
        *(said(each.number) for each in case.study.registrations if isinstance(each.number, str)),
    )
    return " · ".join(number for number in numbers if number)
