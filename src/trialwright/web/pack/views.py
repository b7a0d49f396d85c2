"""The safety board's pack for download; that it left the system is an entry (AT-5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_POST

from trialwright.conduct.answer import Refusal
from trialwright.conduct.commands import LogAccess
from trialwright.errors import TrialwrightError
from trialwright.report.prints.pack_pages import render_pack_html, render_pack_pdf
from trialwright.web import clock
from trialwright.web.acting import act
from trialwright.web.languages import print_language, study_read
from trialwright.web.pack.assembling import board_pack
from trialwright.web.pack.material import read_material
from trialwright.web.page import sentence_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk

if TYPE_CHECKING:
    from datetime import datetime

_KINDS = ("pdf", "html")


@desk("take_board_pack")
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """The pack as PDF or HTML, from the record as it is after the entry that says so."""
    kind = request.POST.get("kind", "pdf")
    if kind not in _KINDS:
        return sentence_page(request, noop("Not made"), noop("a pack is made as PDF or HTML"), 422)
    who, at = signed_in(request), clock.now().replace(microsecond=0)
    command = LogAccess(who.person, "print", {"pack": kind})
    answer = act(request, command, command_id=request.POST.get("command", ""))
    if isinstance(answer, Refusal):
        return sentence_page(request, noop("Not made"), f"{answer.sentence} ({answer.code})", 422)
    try:
        return _file(request, kind, at)
    except TrialwrightError as error:
        problem = error.problems[0]
        return sentence_page(request, noop("Not made"), f"{problem.sentence} ({problem.code})", 422)


def _file(request: HttpRequest, kind: str, at: datetime) -> HttpResponse:
    who = signed_in(request)
    material = read_material(who.store, study_read(who.store), at)
    pack = board_pack(material, f"{who.name}, {who.role.replace('_', ' ')}", print_language())
    if kind == "pdf":
        response = HttpResponse(render_pack_pdf(pack, at), content_type="application/pdf")
    else:
        response = HttpResponse(render_pack_html(pack, at), content_type="text/html; charset=utf-8")
    name = f"{material.study.study.id}-board-pack-{at.date()}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
