"""A safety report as a file: E2B(R3), noted in the record before it is given (AT-5)."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from trialwright.conduct.answer import Refusal
from trialwright.conduct.commands import LogAccess
from trialwright.conduct.states import SubjectState, UnitState
from trialwright.errors import TrialwrightError
from trialwright.exchange.safety_case import SafetyCase
from trialwright.web import clock
from trialwright.web.acting import act
from trialwright.web.page import sentence_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, subject_or_404
from trialwright.web.safety.case_of import Circumstance, case_of

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_ABOUT = ("AdverseEventReported", "AdverseEventUpdated", "EventAssessed")


@desk("print")
@require_POST
def e2b(request: HttpRequest, subject: str, number: str) -> HttpResponse:
    """The case as an E2B(R3) message to whom the form names."""
    from trialwright.exchange.e2b_writing import write_batch
    from trialwright.exchange.safety_case import batch_of

    person, who = subject_or_404(request, subject), signed_in(request)
    if number not in person.safety:
        raise Http404
    receiver = request.POST.get("receiver", "").strip()
    detail = {"what": "E2B(R3) safety report", "subject": subject, "event": number, "receiver": receiver}
    answer = act(request, LogAccess(who.person, "export", detail), command_id=request.POST.get("command", ""))
    if isinstance(answer, Refusal):
        return sentence_page(request, "Not exported", f"{answer.sentence} ({answer.code})", 422)
    try:
        case = present_case(request, person, number)
        sender, sent = who.store.study.study.sponsor[:60], case.created
        assert sent is not None  # noqa: S101 - it was made now
        file = write_batch(
            batch_of(case, f"{case.identifier}-{answer.entries[0]}", sender, receiver[:60], sent)
        )
    except TrialwrightError as error:
        problem = error.problems[0]
        return sentence_page(request, "Not exported", f"{problem.sentence} ({problem.code})", 422)
    response = HttpResponse(file, content_type="application/xml")
    name = _UNFIT.sub("_", f"{case.identifier}.xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def present_case(request: HttpRequest, person: SubjectState, number: str) -> SafetyCase:
    """The case as the record holds it now."""
    store = signed_in(request).store
    unit = person.infusion.unit if person.infusion else ""
    state = store.states(f"unit:{unit}").get(f"unit:{unit}") if unit else None
    told = store.newest_entries(200, stream=f"subject:{person.subject}", kinds=_ABOUT)
    about = (entry.at for entry in told if entry.payload.get("event") == number)
    beside = Circumstance(
        lot=state.lot if isinstance(state, UnitState) else "",
        latest=next(about, person.safety[number].serious_at),
        now=clock.now().replace(microsecond=0),
        rehearsed=store.is_rehearsal(),
    )
    return case_of(store.study, person, number, beside)
