"""What waits for somebody today, by role: worked out from what the pages know of everybody. No clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext_noop as noop

from trialwright.conduct.consent_ledger import version_missing
from trialwright.conduct.safety_gates import reviews_due
from trialwright.conduct.states import StudyState, visit_key
from trialwright.conduct.windows import window_dates
from trialwright.protocol.study import Study
from trialwright.web.grid import scheduled_visits
from trialwright.web.milestones import Milestones

# More tasks of a sort than the first are folded away, more than the second only counted.
LISTED = 8
MOST = 100


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: about whom, what, where it is done, and by when; ``overdue`` where that has passed."""

    about: str
    what: str
    address: str
    due: str = ""
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """Tasks of one sort, the most pressing first."""

    name: str
    tasks: tuple[Task, ...]

    @property
    def listed(self) -> tuple[Task, ...]:
        """The tasks that are listed at once."""
        return self.tasks[:LISTED]

    @property
    def further(self) -> tuple[Task, ...]:
        """The tasks that are listed when somebody asks for more."""
        return self.tasks[LISTED:MOST]

    @property
    def beyond(self) -> int:
        """How many tasks follow the listed ones."""
        return max(0, len(self.tasks) - LISTED)


@dataclass(frozen=True, slots=True)
class Standing:
    """What tasks are read from: the protocol, the study's own state, the subjects seen, and the day."""

    study: Study
    state: StudyState | None
    subjects: Sequence[Milestones]
    today: date


_Finder = Callable[[Standing], Iterable[Task]]


def work_of(role: str, standing: Standing) -> tuple[Work, ...]:
    """The sorts of work that wait for a role, in the order in which a day is best begun."""
    found = (Work(name, _in_order(finder(standing))) for name, finder in _WORK.get(role, ()))
    return tuple(work for work in found if work.tasks)


def _in_order(tasks: Iterable[Task]) -> tuple[Task, ...]:
    return tuple(sorted(tasks, key=lambda task: (not task.overdue, task.due or "9999", task.about)))


def visits_to_hold(standing: Standing) -> Iterator[Task]:
    """Visits whose window is open or has passed, and that were neither held nor missed."""
    for subject in standing.subjects:
        if subject.is_over or not subject.treated_at:
            continue
        start = datetime.fromisoformat(subject.treated_at)
        for visit in scheduled_visits(standing.study):
            dates = window_dates(visit, start)
            if dates is None or visit_key(visit.id, 1) in subject.visits or standing.today < dates[0]:
                continue
            address = reverse("visit", args=(subject.subject, visit.id, 1))
            yield Task(
                subject.subject, visit.name, address, dates[1].isoformat(), overdue=standing.today > dates[1]
            )


def _queries(status: str) -> _Finder:
    def find(standing: Standing) -> Iterator[Task]:
        for subject in standing.subjects:
            for number, stands in subject.queries.items():
                if stands == status:
                    yield Task(subject.subject, number, reverse("query", args=(subject.subject, number)))

    return find


def consents_to_sign_again(standing: Standing) -> Iterator[Task]:
    """People who are still in the study and have not signed a version that everybody must."""
    if standing.state is None:
        return
    for subject in standing.subjects:
        if subject.is_over or not subject.versions:
            continue
        missing = version_missing(standing.state, subject.site, subject.versions)
        if missing is not None:
            yield Task(subject.subject, missing.version, reverse("subject-consent", args=(subject.subject,)))


def people_to_screen(standing: Standing) -> Iterator[Task]:
    """People who are registered and whose eligibility nobody has signed."""
    for subject in standing.subjects:
        if not subject.is_over and not subject.eligible:
            page = "screening-desk" if subject.consented else "subject-consent"
            yield Task(subject.subject, "", reverse(page, args=(subject.subject,)))


def eligibility_to_sign(standing: Standing) -> Iterator[Task]:
    """People whose screening visit was held and whose eligibility nobody has signed."""
    held = visit_key(standing.study.eligibility.visit, 1)
    for subject in standing.subjects:
        if not subject.is_over and not subject.eligible and held in subject.visits:
            yield Task(subject.subject, "", reverse("screening-desk", args=(subject.subject,)))


def people_to_enrol(standing: Standing) -> Iterator[Task]:
    """People whose eligibility is signed and who are not enrolled."""
    for subject in standing.subjects:
        if not subject.is_over and subject.eligible and not subject.enrolled:
            yield Task(subject.subject, "", reverse("screening-desk", args=(subject.subject,)))


def people_to_treat(standing: Standing) -> Iterator[Task]:
    """People who are enrolled and not treated."""
    for subject in standing.subjects:
        if not subject.is_over and subject.enrolled and not subject.treated:
            yield Task(subject.subject, "", reverse("chair", args=(subject.subject,)))


def events_to_follow(standing: Standing) -> Iterator[Task]:
    """Adverse events whose outcome is still open, the serious ones first."""
    for subject in standing.subjects:
        for brief in subject.events.values():
            if brief.outcome in _UNSETTLED and not subject.locked:
                address = reverse("event", args=(subject.subject, brief.event))
                yield Task(subject.subject, f"{brief.event} {brief.term}", address, overdue=brief.serious)


def casebooks_to_sign(standing: Standing) -> Iterator[Task]:
    """People whose part is over and whose casebook nobody has signed since."""
    for subject in standing.subjects:
        if subject.is_over and not subject.signed and not subject.locked:
            yield Task(subject.subject, "", reverse("signatures", args=(subject.subject,)))


def casebooks_to_lock(standing: Standing) -> Iterator[Task]:
    """Casebooks that are signed and not locked."""
    for subject in standing.subjects:
        if subject.is_over and subject.signed and not subject.locked:
            yield Task(subject.subject, "", reverse("signatures", args=(subject.subject,)))


def locks_to_open(standing: Standing) -> Iterator[Task]:
    """Locked casebooks that somebody asked to be opened; another person agrees."""
    for subject in standing.subjects:
        if subject.locked and subject.unlock_asked:
            yield Task(subject.subject, "", reverse("signatures", args=(subject.subject,)))


def reviews_to_hold(standing: Standing) -> Iterator[Task]:
    """Reviews without which nobody more is treated."""
    if standing.state is None:
        return
    for review in reviews_due(standing.study.safety, standing.state):
        yield Task("", review.replace("_", " "), reverse("study"), overdue=True)


def pauses_to_end(standing: Standing) -> Iterator[Task]:
    """What holds the study."""
    for sentence in (standing.state.pauses if standing.state else {}).values():
        yield Task("", sentence, reverse("study"), overdue=True)


IN_SCREENING, TO_TREAT = noop("In screening"), noop("To be treated")
_UNSETTLED = ("not_recovered", "recovering", "unknown", "")
_SITE = (
    (noop("Visits to hold"), visits_to_hold),
    (noop("Queries to answer"), _queries("open")),
    (noop("Consent to be signed again"), consents_to_sign_again),
    (IN_SCREENING, people_to_screen),
    (noop("To be enrolled"), people_to_enrol),
    (TO_TREAT, people_to_treat),
    (noop("Adverse events to follow"), events_to_follow),
)
_DIRECTION = (("The study is paused", pauses_to_end), (noop("Reviews to hold"), reviews_to_hold))
_WORK: dict[str, tuple[tuple[str, _Finder], ...]] = {
    "coordinator": _SITE,
    "investigator": (
        (noop("Eligibility to sign"), eligibility_to_sign),
        (noop("Casebooks to sign"), casebooks_to_sign),
        *(each for each in _SITE if each[0] != IN_SCREENING),
    ),
    "nurse": ((TO_TREAT, people_to_treat), (noop("Visits to hold"), visits_to_hold)),
    "monitor": ((noop("Queries to close or ask again"), _queries("answered")),),
    "data_manager": (
        (noop("Locks to open"), locks_to_open),
        (noop("Casebooks to lock"), casebooks_to_lock),
        (noop("Queries to close or ask again"), _queries("answered")),
    ),
    "sponsor": (*_DIRECTION, (noop("Locks to open"), locks_to_open)),
    "board": _DIRECTION,
}
