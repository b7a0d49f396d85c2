"""The blank annotated case report form: every form on paper, with the SDTM target of every item beside it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import trialwright
from trialwright.protocol.design import Visit, Window
from trialwright.protocol.fingerprint import fingerprint
from trialwright.protocol.forms import Form, Item, Limits, SdtmTarget
from trialwright.protocol.study import Study
from trialwright.report.prints.checkpoints import grouped
from trialwright.report.prints.typesetting import typeset
from trialwright.report.prints.words import Words

# Headings that the template sets by itself.
_WORDS = (
    "annotation_key", "any_time", "blank_lede", "blank_title", "contents", "date", "day", "filled_at",
    "form", "item", "name", "no", "not_done", "page_of", "row", "schedule", "schedule_key", "signature",
    "site", "subject", "time", "time_point", "type", "window_of", "yes",
)  # fmt: skip


def render_blank_crf(study: Study, language: str = "en") -> bytes:
    """Render the study's forms as a PDF file to be filled by hand while the system is down.

    The file bears no date, so that equal protocols give equal bytes. Raises PrintError: TW-650 for Chinese
    text without a font, TW-653 for a language that there is not, TW-654 where the pages cannot be set.
    """
    words = Words(language)
    prints = fingerprint(study)
    version = f"{words('protocol_version')} {study.study.protocol_version}"
    data = {
        "words": {key: words(key) for key in _WORDS},
        "title": f"{words('blank_title')} {study.study.id}",
        "running": [
            study.study.id,
            words("blank_title"),
            f"{words('protocol_fingerprint')} {prints.data[:16]} · {version}",
        ],
        "rehearsal": "",
        "cover": _cover(study, words, grouped(prints.data), grouped(prints.wording)),
        "schedule": _schedule(study),
        "forms": [_sheet(study, form, words) for form in _in_order(study)],
    }
    return typeset("blank.typ", data, None, words.language)


def _cover(study: Study, words: Words, data: str, wording: str) -> dict[str, Any]:
    about = study.study
    facts = [
        [words("study"), f"{about.id} · {about.title}"],
        [words("sponsor"), about.sponsor],
        [words("registry"), about.registry],
        [words("condition"), about.condition],
        [words("protocol_version"), about.protocol_version],
        [words("made"), f"trialwright {trialwright.__version__}"],
    ]
    hashes = [[words("protocol_fingerprint"), data], [words("wording_fingerprint"), wording]]
    return {"title": about.short_title, "study": about.id, "facts": facts, "hashes": hashes}


def _schedule(study: Study) -> dict[str, Any]:
    return {
        "visits": [
            {
                "name": visit.name,
                "day": "" if visit.day is None else str(visit.day).replace("-", "\u2212"),
                "window": _window(visit.window),
            }
            for visit in study.visits
        ],
        "rows": [
            {"form": form.title, "cells": [_asked(visit, form) for visit in study.visits]}
            for form in _in_order(study)
            if _visits_of(study, form)
        ],
        "always": [form.title for form in _in_order(study) if not _visits_of(study, form)],
    }


def _window(window: Window | None) -> str:
    if window is None:
        return ""
    first, last = (str(bound).replace("-", "\u2212") for bound in (window.first, window.last))
    unit = " h" if window.unit == "hours" else ""
    return f"{first}{unit}" if first == last else f"{first} \u2013 {last}{unit}"


def _asked(visit: Visit, form: Form) -> str:
    """A dot where the visit asks the form, the number of time points, or a ring where it may be left out."""
    planned = next((each for each in visit.forms if each.form == form.id), None)
    if planned is None:
        return ""
    if len(planned.timepoints) > 1:
        return str(len(planned.timepoints))
    return "asked" if planned.required else "may"


def _visits_of(study: Study, form: Form) -> list[Visit]:
    return [visit for visit in study.visits if any(each.form == form.id for each in visit.forms)]


def _sheet(study: Study, form: Form, words: Words) -> dict[str, Any]:
    visits = _visits_of(study, form)
    points = {
        point for visit in visits for each in visit.forms if each.form == form.id for point in each.timepoints
    }
    named = [point.name for point in study.timepoints if point.id in points]
    return {
        "title": form.title,
        "id": form.id,
        "help": form.help or "",
        "visits": [visit.name for visit in visits],
        "points": named if len(named) > 1 else [],
        "numbered": form.repeating and not points,
        "items": [_field(item, words) for item in form.items],
        "checks": [check.message for check in form.checks],
    }


def _field(item: Item, words: Words) -> dict[str, Any]:
    limits = [
        words(word, limits=text)
        for word, given in (("possible", item.possible), ("expected", item.expected))
        if (text := _limits(given, words))
    ]
    said = [words("required")] if item.required else []
    said += limits
    said += [words("future")] if item.future and item.type in ("date", "datetime") else []
    return {
        "label": item.label,
        "name": item.id,
        "help": item.help or "",
        "type": item.type,
        "unit": item.unit or "",
        "codes": [[code.code, code.label] for code in item.codes],
        "said": " · ".join(said),
        "asked_if": words("asked_if", rule=item.ask_if) if item.ask_if else "",
        "target": _target(item.sdtm, bool(item.unit)) if item.sdtm else [words("not_submitted")],
    }


def _limits(limits: Limits | None, words: Words) -> str:
    if limits is None:
        return ""
    low, high = _bound(limits.low), _bound(limits.high)
    if low is not None and high is not None:
        return f"{low} \u2013 {high}"
    if low is not None:
        return words("at_least", low=low)
    return words("at_most", high=high) if high is not None else ""


def _bound(bound: Decimal | None) -> str | None:
    return None if bound is None else f"{bound:f}".replace("-", "\u2212")


def _target(target: SdtmTarget, measured: bool) -> list[str]:
    """The SDTM variable, or the test of a findings domain with the variables that hold its result."""
    domain = target.domain
    if target.testcd is None:
        return [f"{domain}.{target.variable}"]
    result = f"{domain}ORRES" + (f", {domain}ORRESU" if measured else "")
    more = [f"{domain}CAT = {target.category}"] if target.category else []
    more += [f"{domain}SPEC = {target.specimen}"] if target.specimen else []
    return [f"{domain}.{result}", f"{domain}TESTCD = {target.testcd}", *more]


def _in_order(study: Study) -> list[Form]:
    """The forms in the order in which the visits first ask them; those of no visit at the end."""
    asked = dict.fromkeys(each.form for visit in study.visits for each in visit.forms)
    order = {form: place for place, form in enumerate(asked)}
    return sorted(study.forms, key=lambda form: order.get(form.id, len(order)))
