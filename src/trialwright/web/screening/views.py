"""The pages of the screening desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.signing import eligibility_content
from trialwright.conduct.states import SubjectState
from trialwright.protocol.design import Visit
from trialwright.protocol.study import Study
from trialwright.web.acting import act
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, may, subject_or_404
from trialwright.web.screening.proof import ProofSheet, proof_sheet
from trialwright.web.signing.credentials import needs_code, prove_identity


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def screening_desk(request: HttpRequest, subject: str) -> HttpResponse:
    """One person against the criteria; signing, enrolling and ending the screening start here."""
    person = subject_or_404(request, subject)
    if request.method != "POST":
        return _page(request, person)
    refusal = _do(request, person)
    if refusal is None:
        return redirect("screening-desk", subject)
    return _page(request, subject_or_404(request, subject), refusal)


def _do(request: HttpRequest, person: SubjectState) -> Refusal | None:
    """Carry out what the form asks for; None where it happened."""
    deed = request.POST.get("deed", "")
    study = signed_in(request).protocol
    content = request.POST.get("content", "")
    if deed in {"sign", "confirm"}:
        refusal = prove_identity(request)
        if refusal is not None:
            return refusal
    commands: dict[str, Any] = {
        "sign": lambda: c.SignEligibility(person.subject, content=content),
        "confirm": lambda: c.ConfirmEligibility(person.subject, content=content),
        "enrol": lambda: c.EnrolSubject(person.subject),
        "fail": lambda: _failure(request, study, person),
    }
    if deed not in commands:
        return Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")
    answer = act(request, commands[deed](), command_id=request.POST.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


def _failure(request: HttpRequest, study: Study, person: SubjectState) -> c.RecordScreenFailure:
    named = {criterion.id for criterion in study.criteria} & set(request.POST.getlist("criteria"))
    ordered = tuple(criterion.id for criterion in study.criteria if criterion.id in named)
    return c.RecordScreenFailure(person.subject, ordered, request.POST.get("cause", "").strip() or None)


def _page(request: HttpRequest, person: SubjectState, refusal: Refusal | None = None) -> HttpResponse:
    study = signed_in(request).protocol
    confirming = person.number is not None and study.eligibility.confirm is not None
    visits = _visits(study, confirming=confirming)
    sheet, sources = proof_sheet(study, person, visits), _sources(study, person)
    return render_page(
        request,
        "screening/desk.html",
        here="subjects",
        status=422 if refusal else 200,
        subject=person,
        sheet=sheet,
        missing=[(label, sources.get(name, "")) for name, label in sheet.missing_labels],
        screening=study.visit(study.eligibility.visit),
        confirming=confirming,
        refusal=refusal,
        content=eligibility_content(signed_in(request).store.study, person, visits),
        needs_code=needs_code(request),
        next=_next_deed(request, person, sheet, confirming=confirming),
        typed_cause=request.POST.get("cause", ""),
    )


def _visits(study: Study, *, confirming: bool) -> tuple[str, ...]:
    plan = study.eligibility
    return (plan.visit, plan.confirm) if confirming and plan.confirm else (plan.visit,)


def _next_deed(request: HttpRequest, person: SubjectState, sheet: ProofSheet, *, confirming: bool) -> str:
    """What the person at work may do now: sign, confirm, enrol, fail, or nothing."""
    if person.failed or person.locked or person.treated_at is not None:
        return ""
    if confirming:
        return "confirm" if may(request, "ConfirmEligibility", person.site).granted else ""
    if sheet.excluding:
        return "fail" if may(request, "RecordScreenFailure", person.site).granted else ""
    if person.signed is None and may(request, "SignEligibility", person.site).granted:
        return "sign" if sheet.overall == "eligible" else ""
    if person.signed is not None and may(request, "EnrolSubject", person.site).granted:
        return "enrol"
    return ""


def _sources(study: Study, person: SubjectState) -> dict[str, str]:
    """Where each item of the screening visit is entered: an address by item."""
    visit: Visit | None = study.visit(study.eligibility.visit)
    found: dict[str, str] = {}
    for entry in visit.forms if visit else ():
        form = study.form(entry.form)
        row = entry.timepoints[0] if entry.timepoints else "1"
        for item in form.items if form else ():
            address = reverse("form-row", args=(person.subject, study.eligibility.visit, 1, entry.form, row))
            found.setdefault(item.id, f"{address}#{item.id}")
    return found
