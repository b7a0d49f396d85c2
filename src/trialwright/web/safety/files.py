"""A safety report as a file: E2B(R3) or CIOMS I, noted in the record before it is given (AT-5)."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from trialwright.conduct.answer import Refusal
from trialwright.conduct.commands import LogAccess
from trialwright.errors import TrialwrightError
from trialwright.exchange.safety_case import SafetyCase
from trialwright.web import clock
from trialwright.web.acting import act
from trialwright.web.page import sentence_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, subject_or_404
from trialwright.web.safety.present import present_case

_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
_NO_FILE = Refusal("TW-619", "the receiver of the file is not named; write it as it names itself")


@desk("print")
@require_POST
def e2b(request: HttpRequest, subject: str, number: str) -> HttpResponse:
    """The case as an E2B(R3) message to whom the form names."""
    mark, receiver = request.POST.get("command", ""), request.POST.get("receiver", "")
    return _page(request, e2b_file(request, subject, number, receiver, mark))


@desk("print")
@require_POST
def cioms(request: HttpRequest, subject: str, number: str) -> HttpResponse:
    """The case as a CIOMS I form."""
    return _page(request, cioms_file(request, subject, number, request.POST.get("command", "")))


def _page(request: HttpRequest, given: HttpResponse | Refusal) -> HttpResponse:
    if isinstance(given, Refusal):
        return sentence_page(request, "Not exported", f"{given.sentence} ({given.code})", 422)
    return given


def e2b_file(
    request: HttpRequest, subject: str, number: str, receiver: str, mark: str
) -> HttpResponse | Refusal:
    """The file for a browser or a program, or why there is none."""
    from trialwright.exchange.e2b_writing import write_batch
    from trialwright.exchange.safety_case import batch_of

    to = receiver.strip()
    if not to:
        return _NO_FILE
    found = _case(request, subject, number, "E2B(R3) safety report", mark, receiver=to)
    if isinstance(found, Refusal):
        return found
    case, entry = found
    sender, sent = signed_in(request).store.study.study.sponsor, case.created
    assert sent is not None  # noqa: S101 - it was made now
    try:
        file = write_batch(batch_of(case, f"{case.identifier}-{entry}", sender, to, sent))
    except TrialwrightError as error:
        return _refused(error)
    return _download(file, "application/xml", f"{case.identifier}.xml")


def cioms_file(request: HttpRequest, subject: str, number: str, mark: str) -> HttpResponse | Refusal:
    """The form for a browser or a program, or why there is none."""
    from trialwright.exchange.cioms import render_cioms

    found = _case(request, subject, number, "CIOMS I form", mark)
    if isinstance(found, Refusal):
        return found
    case, _entry = found
    rehearsed = signed_in(request).store.is_rehearsal()
    try:
        file = render_cioms(case, clock.now().replace(microsecond=0), rehearsed=rehearsed)
    except TrialwrightError as error:
        return _refused(error)
    return _download(file, "application/pdf", f"{case.identifier}-cioms.pdf")


def _case(
    request: HttpRequest, subject: str, number: str, what: str, mark: str, **more: str
) -> tuple[SafetyCase, int] | Refusal:
    """The case, and the entry that notes that it was taken out."""
    person, who = subject_or_404(request, subject), signed_in(request)
    if number not in person.safety:
        raise Http404
    detail = {"what": what, "subject": subject, "event": number, **more}
    answer = act(request, LogAccess(who.person, "export", detail), command_id=mark)
    if isinstance(answer, Refusal):
        return answer
    try:
        return present_case(who.store, person, number, clock.now()), answer.entries[0]
    except TrialwrightError as error:
        return _refused(error)


def _refused(error: TrialwrightError) -> Refusal:
    return Refusal(error.problems[0].code, error.problems[0].sentence)


def _download(file: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(file, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{_UNFIT.sub("_", name)}"'
    response.headers["Cache-Control"] = "no-store"
    return response
