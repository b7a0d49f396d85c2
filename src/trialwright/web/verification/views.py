"""The page of source verification."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.states import SubjectState
from trialwright.web.acting import act
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, may, subject_or_404
from trialwright.web.verification.sheet import Chosen, changed_since, chosen_rows, lines_of, progress_of

# A page of these weighs well under the limit of a page; what is verified makes room for the rest.
LINES_A_PAGE = 120
_UNKNOWN = Refusal("TW-606", "the form asks for nothing that this page can do; open the page again")
_NOTHING = Refusal("TW-838", "no answer is ticked; tick what was compared with its source")


@desk("see_subjects")
@require_http_methods(["GET", "HEAD", "POST"])
def verification(request: HttpRequest, subject: str) -> HttpResponse:
    """One subject's answers, what was compared with its source, and the form that says so of more."""
    person = subject_or_404(request, subject)
    refusal = None
    if request.method == "POST":
        refusal = _verify(request, person)
        if refusal is None:
            return redirect("verification", subject)
        person = subject_or_404(request, subject)
    store, study = signed_in(request).store, signed_in(request).protocol
    told = store.newest_entries(10_000, stream=f"subject:{subject}", kinds=("SourceVerified",))
    every = lines_of(study, person, told)
    visit = request.GET.get("visit", "")
    asked = [line for line in every if not visit or line.visit.id == visit]
    everything = request.GET.get("show") == "all"
    shown = asked if everything else [line for line in asked if line.standing != "verified"]
    return render_page(
        request,
        "verification/sheet.html",
        here="subjects",
        status=422 if refusal else 200,
        subject=person,
        lines=shown if everything else shown[:LINES_A_PAGE],
        more=0 if everything else max(0, len(shown) - LINES_A_PAGE),
        verified=sum(line.standing == "verified" for line in every),
        total=len(every),
        progress=progress_of(every),
        visits=list(dict.fromkeys((line.visit.id, line.visit.name) for line in every)),
        visit=visit,
        everything=everything,
        refusal=refusal,
        ticked=set(request.POST.getlist("answer")) if refusal else set(),
        may_verify=not person.locked and may(request, "VerifySource", person.site).granted,
    )


def _verify(request: HttpRequest, person: SubjectState) -> Refusal | None:
    """Verify the ticked answers row by row; the first refusal ends it, what came before is verified.

    What changed before the form came is said of all rows at once; what changes meanwhile, the record refuses.
    """
    rows = chosen_rows(request.POST.getlist("answer"))
    if rows is None:
        return _UNKNOWN
    if not rows:
        return _NOTHING
    changed = changed_since(person, rows)
    if changed:
        return Refusal(
            "TW-836",
            f"the answers to {', '.join(changed)} changed after this page was shown; compare what stands now",
        )
    for chosen in rows:
        answer = act(request, _command(person, chosen), command_id=request.POST.get("command", ""))
        if isinstance(answer, Refusal):
            return answer
    return None


def _command(person: SubjectState, chosen: Chosen) -> c.VerifySource:
    place = (person.subject, chosen.visit, chosen.form, chosen.row)
    return c.VerifySource(*place, tuple(chosen.items), chosen.occurrence, seen=chosen.items)
