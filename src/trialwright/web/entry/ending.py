"""How a person's part ends: withdrawn with cause and scope, or completed."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.ending import WITHDRAWAL_CAUSES, WITHDRAWAL_SCOPES
from trialwright.conduct.states import SubjectState
from trialwright.web.acting import act
from trialwright.web.page import render_page
from trialwright.web.permits import desk, may, subject_or_404

_NO_DATE = Refusal("TW-610", "the date is not written as YYYY-MM-DD; correct it")
_UNKNOWN = Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")
_SCOPES = {
    "treatment": "treatment only; visits go on",
    "visits": "visits too; what was done before may still be entered",
    "all": "everything but adverse events",
}


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def ending(request: HttpRequest, subject: str) -> HttpResponse:
    """Withdraw or complete a subject."""
    person = subject_or_404(request, subject)
    refusal = None
    if request.method == "POST":
        refusal = _end(request, person)
        if refusal is None:
            return redirect("subject", subject)
        person = subject_or_404(request, subject)
    return render_page(
        request,
        "entry/ending.html",
        here="subjects",
        status=422 if refusal else 200,
        subject=person,
        causes=[(cause, cause.replace("_", " ")) for cause in WITHDRAWAL_CAUSES],
        scopes=[(scope, _SCOPES[scope]) for scope in WITHDRAWAL_SCOPES],
        refusal=refusal,
        typed=request.POST,
        may_end=may(request, "WithdrawSubject", person.site).granted,
    )


def _end(request: HttpRequest, person: SubjectState) -> Refusal | None:
    post = request.POST
    try:
        on = date.fromisoformat(post.get("on", "").strip())
    except ValueError:
        return _NO_DATE
    commands: dict[str, c.Command] = {
        "withdraw": c.WithdrawSubject(person.subject, on, post.get("cause", ""), post.get("scope", "")),
        "complete": c.CompleteSubject(person.subject, on),
    }
    command = commands.get(post.get("deed", ""))
    if command is None:
        return _UNKNOWN
    answer = act(request, command, command_id=post.get("command", ""))
    return answer if isinstance(answer, Refusal) else None
