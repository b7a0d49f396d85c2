"""Forms of recent visits that still wait for answers. Only the casebooks of those visits are read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.http import HttpRequest
from django.urls import reverse

from trialwright.conduct.completeness import incomplete_rows
from trialwright.conduct.states import SubjectState
from trialwright.web.milestones import Milestones
from trialwright.web.people import signed_in
from trialwright.web.telling import visit_name
from trialwright.web.today.tasks import Standing, Task

RECENT_DAYS = 30
# The start page reads no more casebooks than this, those with the newest visits.
MOST_CASEBOOKS = 25


def forms_to_complete(request: HttpRequest, standing: Standing) -> Iterator[Task]:
    """One task a form row with open items, of people with a visit in the last weeks."""
    store = signed_in(request).store
    recent = [each for each in standing.subjects if _is_open(each, standing.today)]
    recent.sort(key=_newest_visit, reverse=True)
    names = [f"subject:{each.subject}" for each in recent[:MOST_CASEBOOKS]]
    states = store.states(*names) if names else {}
    for state in states.values():
        if isinstance(state, SubjectState):
            yield from _tasks(standing, state)


def _tasks(standing: Standing, state: SubjectState) -> Iterator[Task]:
    study = standing.study
    for lacking in incomplete_rows(study, state):
        form = study.form(lacking.form)
        where = visit_name(study, lacking.visit, lacking.occurrence)
        place = (state.subject, lacking.visit, lacking.occurrence, lacking.form, lacking.row)
        title = form.title if form else lacking.form
        yield Task(state.subject, f"{where}: {title}", reverse("form-row", args=place))


def _is_open(subject: Milestones, today: date) -> bool:
    newest = _newest_visit(subject)
    since = (today - timedelta(days=RECENT_DAYS)).isoformat()
    return bool(newest >= since and not subject.locked and subject.failed is None)


def _newest_visit(subject: Milestones) -> str:
    return max(subject.visits.values(), default="")
