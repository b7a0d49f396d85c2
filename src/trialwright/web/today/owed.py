"""Safety reports that are owed; only the casebooks with serious events are read."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from trialwright.conduct.states import SubjectState
from trialwright.web import clock
from trialwright.web.people import signed_in
from trialwright.web.safety.lines import duty_lines
from trialwright.web.today.tasks import Standing, Task
from trialwright.web.words import say


def reports_owed(request: HttpRequest, standing: Standing) -> Iterator[Task]:
    """One task a report that was not sent yet."""
    names = [f"subject:{each.subject}" for each in standing.subjects if each.was_serious and not each.locked]
    states = signed_in(request).store.states(*names) if names else {}
    people = [state for state in states.values() if isinstance(state, SubjectState)]
    for line in duty_lines(standing.study, people, clock.now()):
        if not line.done:
            address = reverse("event-reports", args=(line.subject, line.event))
            what = f"{line.event} {say(line.rule)}"
            yield Task(line.subject, what, address, line.due, overdue=line.tone == "overdue")
