"""Safety reports that are owed, and laboratory values that wait for a word of the investigator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.http import HttpRequest
from django.urls import reverse

from trialwright.conduct.states import SubjectState
from trialwright.web import clock
from trialwright.web.people import signed_in
from trialwright.web.safety.lines import duty_lines
from trialwright.web.safety.seen_values import BESIDE, Waiting, values_seen
from trialwright.web.today.tasks import Standing, Task
from trialwright.web.words import say, unit


def reports_owed(request: HttpRequest, standing: Standing) -> Iterator[Task]:
    """One task a report that was not sent yet."""
    names = [f"subject:{each.subject}" for each in standing.subjects if each.was_serious]
    states = signed_in(request).store.states(*names) if names else {}
    people = [state for state in states.values() if isinstance(state, SubjectState)]
    for line in duty_lines(standing.study, people, clock.now()):
        if not line.done:
            address = reverse("event-reports", args=(line.subject, line.event))
            what = f"{line.event} {say(line.rule)}"
            yield Task(line.subject, what, address, line.due, overdue=line.tone == "overdue")


def values_to_judge(request: HttpRequest, standing: Standing) -> tuple[Task, ...]:
    """One task a person with values that wait."""
    who = signed_in(request)
    open_ones = [each for each in standing.subjects if not each.locked]
    known = values_seen(who.store, standing.study, open_ones, BESIDE)
    return tuple(
        Task(each.subject, _told(each.waiting), reverse("grades", args=(each.subject,)), "", overdue=False)
        for each in known.people
        if each.waiting
    )


def _told(waiting: Sequence[Waiting]) -> str:
    first = ", ".join(f"{each.label} {unit(each.shown)}" for each in waiting[:3])
    more = len(waiting) - 3
    return f"{first} +{more}" if more > 0 else first
