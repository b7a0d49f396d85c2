"""The start page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as noop
from django.views.decorators.http import require_safe

from trialwright.web import overview as figures
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk, may
from trialwright.web.product.lines import lot_lines
from trialwright.web.seen import entries_seen, milestones_seen
from trialwright.web.telling import told
from trialwright.web.today.balances import balances, event_counts
from trialwright.web.today.incomplete import forms_to_complete
from trialwright.web.today.owed import reports_owed, values_to_judge
from trialwright.web.today.tasks import Standing, Work, work_of

NEWEST = 10
# Who hears first of what is owed for serious events.
_REPORTING = ("coordinator", "investigator", "sponsor")
_FILLING = ("coordinator", "investigator", "nurse")
_JUDGING = ("investigator",)


@desk("see_overview")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What waits today, recruitment, funnel, screen failures, events, product, and the newest entries."""
    who = signed_in(request)
    study, state = who.protocol, who.study
    subjects = milestones_seen(request)
    standing = Standing(study, state, subjects, who.today())
    sees_subjects = may(request, "see_subjects").granted
    entries, _ = entries_seen(request, NEWEST, accounts=False)
    return render_page(
        request,
        "today/overview.html",
        here="overview",
        today=standing.today,
        work=_work(request, standing),
        figures=figures.key_figures(study, subjects),
        funnel=figures.funnel(subjects),
        recruitment=figures.recruitment(study, subjects),
        failures=figures.failures(study, subjects),
        counts=event_counts(subjects) if sees_subjects else (),
        balances=balances(lot_lines(who), standing.today) if may(request, "see_product").granted else (),
        pauses=list(state.pauses.values()) if state else [],
        entries=[told(study, entry) for entry in entries],
        sees_trail=may(request, "see_trail").granted,
        sees_subjects=sees_subjects,
    )


def _work(request: HttpRequest, standing: Standing) -> tuple[Work, ...]:
    role = signed_in(request).role
    found = work_of(role, standing)
    owed = tuple(reports_owed(request, standing)) if role in _REPORTING else ()
    if owed:
        found = (Work(noop("Safety reports that are owed"), owed), *found)
    if role in _JUDGING:
        values = values_to_judge(request, standing)
        found = (*found, Work(noop("Laboratory values to judge"), values)) if values else found
    if role in _FILLING:
        forms = tuple(forms_to_complete(request, standing))
        found = (*found, Work(noop("Forms to complete"), forms)) if forms else found
    return found
