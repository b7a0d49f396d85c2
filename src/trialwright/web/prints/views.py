"""Prints. A casebook that leaves the system is noted in the record before it is given (AT-5)."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST, require_safe

from trialwright.conduct.answer import Refusal
from trialwright.conduct.commands import LogAccess
from trialwright.errors import TrialwrightError
from trialwright.web import clock
from trialwright.web.acting import act
from trialwright.web.languages import print_language, study_read
from trialwright.web.page import sentence_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, subject_or_404

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


@desk("print")
@require_POST
def casebook(request: HttpRequest, subject: str) -> HttpResponse:
    """One subject's casebook with signatures, history and a checkpoint made for this print."""
    from trialwright.report.prints.casebook import render_casebook

    person, who = subject_or_404(request, subject), signed_in(request)
    made_at = clock.now().replace(microsecond=0)
    command = LogAccess(who.person, "print", {"casebook": person.subject})
    answer = act(request, command, command_id=request.POST.get("command", ""))
    if isinstance(answer, Refusal):
        return sentence_page(request, noop("Not printed"), f"{answer.sentence} ({answer.code})", 422)
    try:
        note, snapshot = who.store.checkpoint("print", made_at), who.store.snapshot()
        study = study_read(who.store)
        pdf = render_casebook(study, snapshot, person.subject, note, made_at, print_language())
    except TrialwrightError as error:
        return _not_printed(request, error)
    return _pdf(pdf, f"casebook-{person.subject}")


@desk("print")
@require_safe
def blank_forms(request: HttpRequest) -> HttpResponse:
    """The study's forms to be filled by hand while the system is down; they hold nobody's data."""
    from trialwright.report.prints.blank_crf import render_blank_crf

    study = study_read(signed_in(request).store)
    try:
        return _pdf(render_blank_crf(study, print_language()), f"{study.study.id}-blank-crf")
    except TrialwrightError as error:
        return _not_printed(request, error)


def _not_printed(request: HttpRequest, error: TrialwrightError) -> HttpResponse:
    problem = error.problems[0]
    return sentence_page(request, noop("Not printed"), f"{problem.sentence} ({problem.code})", 422)


def _pdf(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{_UNFIT.sub("_", name)}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response
