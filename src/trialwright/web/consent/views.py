"""Pages of the consent ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.consent_ledger import CONSENT_SCOPES, before_consent, reconsent_due, version_missing
from trialwright.conduct.states import StudyState, SubjectState
from trialwright.web.acting import act
from trialwright.web.milestones import Milestones
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, may, subject_or_404
from trialwright.web.seen import milestones_seen

# More people than this are listed only where something is open.
LISTED = 200
_NO_DATE = Refusal("TW-610", "the date is not written as YYYY-MM-DD; correct it")
_UNKNOWN = Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def ledger(request: HttpRequest) -> HttpResponse:
    """Versions of the consent by site, and the registration of a new version."""
    refusal = None
    if request.method == "POST":
        refusal = _approve(request)
        if refusal is None:
            return redirect("consent-ledger")
    who = signed_in(request)
    versions = [each for each in _study(request).consent_versions if who.sees_site(each.site)]
    return render_page(
        request,
        "consent/ledger.html",
        here="consent-ledger",
        status=422 if refusal else 200,
        versions=versions[::-1],
        **_signed(request),
        sites=[site for site in who.protocol.design.sites if who.sees_site(site.id)],
        refusal=refusal,
        typed=request.POST,
        may_approve=may(request, "ApproveConsentVersion").granted,
    )


@dataclass(frozen=True, slots=True)
class SignedLine:
    """One person: the day each version was signed, which one is due, visits dated before the first."""

    subject: str
    days: tuple[str, ...]
    due: str
    early: tuple[str, ...]


def _signed(request: HttpRequest) -> dict[str, Any]:
    """Who signed which version when; in a large study only those for whom something is open."""
    study, known = _study(request), milestones_seen(request)
    versions = tuple(dict.fromkeys(version for each in known for version in each.versions))
    lines = [_signed_line(study, each, versions) for each in known]
    if len(lines) > LISTED:
        lines = [line for line in lines if line.due or line.early]
    return {"signed_versions": versions, "signed": lines, "whole": len(known) <= LISTED}


def _signed_line(study: StudyState, known: Milestones, versions: tuple[str, ...]) -> SignedLine:
    asked = bool(known.versions) and not known.is_over
    missing = version_missing(study, known.site, known.versions) if asked else None
    return SignedLine(
        known.subject,
        tuple(known.versions.get(version, "") for version in versions),
        missing.version if missing else "",
        tuple(key.partition("|")[0] for key in known.before_consent),
    )


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def new_subject(request: HttpRequest) -> HttpResponse:
    """Register a person under the next free number of the site."""
    refusal = None
    if request.method == "POST":
        subject = request.POST.get("subject", "").strip()
        earlier = request.POST.get("rescreen_of", "").strip() or None
        command = c.RegisterSubject(subject, request.POST.get("site", "").strip(), earlier)
        refusal = _given(request, command)
        if refusal is None:
            return redirect("subject-consent", subject)
    who = signed_in(request)
    sites = [site for site in who.protocol.design.sites if who.sees_site(site.id)]
    taken = [each.subject for each in milestones_seen(request)]
    return render_page(
        request,
        "consent/new_subject.html",
        here="subjects",
        status=422 if refusal else 200,
        sites=[(site, next_number(site.id, taken)) for site in sites],
        refusal=refusal,
        typed=request.POST,
        may_register=may(request, "RegisterSubject").granted,
    )


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def subject_consent(request: HttpRequest, subject: str) -> HttpResponse:
    """What one person signed and withdrew, what is due, and the forms for both."""
    person = subject_or_404(request, subject)
    refusal = None
    if request.method == "POST":
        refusal = _consent(request, person)
        if refusal is None:
            return redirect("subject-consent", subject)
        person = subject_or_404(request, subject)
    study = _study(request)
    here = [each for each in study.consent_versions if each.site == person.site]
    return render_page(
        request,
        "consent/subject.html",
        here="subjects",
        status=422 if refusal else 200,
        subject=person,
        versions=here,
        due=reconsent_due(study, person),
        early=before_consent(person) if person.consents else (),
        scopes=[(scope, scope.replace("_", " ")) for scope in CONSENT_SCOPES],
        refusal=refusal,
        typed=request.POST,
        may_record=may(request, "RecordConsent", person.site).granted,
    )


def next_number(site: str, taken: list[str]) -> str:
    """The number after the highest one of the site, in three digits."""
    numbers = [name.removeprefix(f"{site}-") for name in taken if name.startswith(f"{site}-")]
    highest = max((int(number) for number in numbers if number.isascii() and number.isdigit()), default=0)
    return f"{site}-{highest + 1:03d}"


def _approve(request: HttpRequest) -> Refusal | None:
    post = request.POST
    on = _day(post.get("approved_on", ""))
    if on is None:
        return _NO_DATE
    command = c.ApproveConsentVersion(
        post.get("version", "").strip(),
        post.get("site", "").strip(),
        on,
        post.get("reconsent") == "yes",
        post.get("summary", "").strip(),
    )
    return _given(request, command)


def _consent(request: HttpRequest, person: SubjectState) -> Refusal | None:
    post = request.POST
    on = _day(post.get("on", ""))
    if on is None:
        return _NO_DATE
    match post.get("deed", ""):
        case "record":
            return _given(request, c.RecordConsent(person.subject, post.get("version", "").strip(), on))
        case "withdraw":
            scope, words = post.get("scope", ""), post.get("statement", "").strip()
            return _given(request, c.WithdrawConsent(person.subject, on, scope, words))
    return _UNKNOWN


def _given(request: HttpRequest, command: c.Command) -> Refusal | None:
    answer = act(request, command, command_id=request.POST.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _study(request: HttpRequest) -> StudyState:
    state: Any = signed_in(request).study
    return state if isinstance(state, StudyState) else StudyState("", ())
