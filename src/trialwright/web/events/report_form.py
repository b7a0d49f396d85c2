"""The form of an adverse event: the items of the protocol's form, then what every report may say besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_noop as noop

from trialwright.conduct.adverse_events import FIELDS
from trialwright.conduct.answer import Refusal
from trialwright.conduct.commands import EventReport, ItemValue
from trialwright.conduct.event_checks import SERIOUSNESS
from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study
from trialwright.web.entry.reading import with_offset

PREFIX = "ae_"
_TRUTHS = {"yes": True, "no": False, "": None}
_WORDS = {True: "yes", False: "no", None: ""}


_SECTIONS = (
    (noop("What happened, and when"), ("term", "decoded_term", "soc", "start", "end")),
    (noop("How bad it is"), ("grade", "serious", "seriousness", "special_interest")),
    (noop("What it comes from"), ("related", "relation_procedure")),
    (noop("What was done, and how it goes"), ("action", "outcome", "leads_to_withdrawal")),
)
# CTCAE, general guidelines: what a grade means where the term has no text of its own.
_GRADES = (
    ("1", noop("1 mild")),
    ("2", noop("2 moderate")),
    ("3", noop("3 severe")),
    ("4", noop("4 life-threatening")),
    ("5", noop("5 death")),
)

# ICH E2A, II.B.
_CRITERIA = {
    "death": noop("The person died"),
    "life_threatening": noop("Life was in danger at the time"),
    "hospitalisation": noop("Hospital stay, or a longer one"),
    "disability": noop("Lasting or significant disability"),
    "congenital_anomaly": noop("Congenital anomaly or birth defect"),
    "medically_important": noop("Otherwise medically important"),
}
_ENDS = noop("Of a death: when the person died.")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the form: its name there, its label, how it is asked, and what stands."""

    name: str
    label: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()
    value: str = ""
    values: tuple[str, ...] = ()
    required: bool = False
    help: str = ""


def questions(study: Study, event: Mapping[str, Any], sent: QueryDict | None = None) -> tuple[Question, ...]:
    """Every question, answered as it was sent, or as the event's newest report says."""
    form = study.form(study.adverse_event_form)
    asked = {item.id.removeprefix(PREFIX): item for item in form.items} if form else {}
    found = [_of_item(name, item, event, sent) for name, item in asked.items()]
    return (*found, *(each for each in _besides(study, event, sent) if each.name not in asked))


def sections(
    study: Study, event: Mapping[str, Any], sent: QueryDict | None = None
) -> tuple[tuple[str, tuple[Question, ...]], ...]:
    """The questions in the order in which they are thought of, under headings; each question once."""
    asked = {question.name: question for question in questions(study, event, sent)}
    found = []
    for title, names in _SECTIONS:
        found.append((title, tuple(asked.pop(name) for name in names if name in asked)))
    found.append((noop("Further questions of the protocol"), tuple(asked.values())))
    return tuple((title, own) for title, own in found if own)


def report_of(study: Study, sent: QueryDict, zone: str) -> EventReport | Refusal:
    """The report that was sent. Raises nothing: what cannot be read is refused by name."""
    grade = sent.get("grade", "").strip()
    if grade and not (grade.isascii() and grade.isdigit() and len(grade) == 1):
        return Refusal("TW-431", f"the grade is {grade[:10]!a}; write a whole number from 1 to 5")
    return EventReport(
        term=sent.get("term", "").strip(),
        start=_moment(sent, "start", zone),
        grade=int(grade) if grade else None,
        serious=_TRUTHS.get(sent.get("serious", "")),
        seriousness=tuple(sent.getlist("seriousness")),
        related=_code(sent, "related"),
        relation_procedure=_code(sent, "relation_procedure"),
        end=_moment(sent, "end", zone),
        action=_code(sent, "action"),
        outcome=_code(sent, "outcome"),
        decoded_term=sent.get("decoded_term", "").strip() or None,
        soc=sent.get("soc", "").strip() or None,
        special_interest=_code(sent, "special_interest"),
        leads_to_withdrawal=_TRUTHS.get(sent.get("leads_to_withdrawal", "")),
        details=_details(study, sent),
    )


def _of_item(name: str, item: Item, event: Mapping[str, Any], sent: QueryDict | None) -> Question:
    kinds = {"boolean": "choice", "code": "choice", "integer": "number", "number": "number"}
    choices = (
        (("yes", "Yes"), ("no", "No"))
        if item.type == "boolean"
        else tuple((code.code, code.label) for code in item.codes)
    )
    kind = kinds.get(item.type, "moment" if item.type in ("date", "datetime") else "text")
    value = _value(name, event, sent)
    if name == "related":
        value = value.replace(" ", "_")
    if name == "grade":
        kind, choices = "choice", _GRADES
    help_text = item.help or (_ENDS if name == "end" else "")
    return Question(name, item.label, kind, choices, value, (), item.required, help_text)


def _besides(study: Study, event: Mapping[str, Any], sent: QueryDict | None) -> tuple[Question, ...]:
    """What a report may say although the protocol's form does not ask it."""
    interests = tuple((each.id, each.name) for each in study.safety.special_interest)
    chosen = tuple(sent.getlist("seriousness")) if sent is not None else tuple(event.get("seriousness", ()))
    relation = (
        ("related", noop("Related")),
        ("not_related", noop("Not related")),
        ("unknown", noop("Unknown")),
    )
    return (
        Question(
            "seriousness",
            noop("Why is it serious?"),
            "several",
            tuple((each, _CRITERIA[each]) for each in SERIOUSNESS),
            values=chosen,
            help=noop("At least one, if it is serious."),
        ),
        Question(
            "relation_procedure",
            noop("Related to a procedure of the study"),
            "choice",
            relation,
            _value("relation_procedure", event, sent).replace(" ", "_"),
        ),
        Question(
            "special_interest",
            noop("Of special interest"),
            "select",
            interests,
            _value("special_interest", event, sent),
        ),
        Question(
            "leads_to_withdrawal",
            noop("The person leaves the study because of it"),
            "choice",
            (("yes", "Yes"), ("no", "No")),
            _value("leads_to_withdrawal", event, sent),
        ),
    )


def _value(name: str, event: Mapping[str, Any], sent: QueryDict | None) -> str:
    if sent is not None:
        return str(sent.get(name, ""))
    found = event.get(name)
    if found is None and name not in FIELDS:
        found = event.get("details", {}).get(f"{PREFIX}{name}", {}).get("value")
    return _WORDS[found] if found is None or isinstance(found, bool) else str(found)


def _code(sent: QueryDict, name: str) -> str | None:
    text = sent.get(name, "").strip()
    return text.replace("_", " ") if name.startswith("relat") and text == "not_related" else text or None


def _moment(sent: QueryDict, name: str, zone: str) -> str | None:
    """``2026-03``, ``2026-03-01`` or a time, which is the site's clock time unless it has an offset."""
    return with_offset(sent.get(name, "").strip(), zone) or None


def _details(study: Study, sent: QueryDict) -> dict[str, ItemValue]:
    form = study.form(study.adverse_event_form)
    found = {}
    for item in form.items if form else ():
        name = item.id.removeprefix(PREFIX)
        text = sent.get(name, "").strip()
        if name in FIELDS or not text:
            continue
        value: str | bool = _TRUTHS[text] if item.type == "boolean" and text in ("yes", "no") else text  # type: ignore[assignment] # yes and no are truths
        found[item.id] = ItemValue(value)
    return found
