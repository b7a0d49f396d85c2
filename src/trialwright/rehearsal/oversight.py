"""What monitor and data manager do with a casebook: sources compared, queries settled, signed and locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwright.conduct import commands as c
from trialwright.conduct.queries import open_queries
from trialwright.conduct.signing import casebook_content
from trialwright.conduct.states import SubjectState
from trialwright.conduct.streams import subject_stream
from trialwright.conduct.verification import is_verified, verification_ranks
from trialwright.rehearsal.coding import code_events

if TYPE_CHECKING:
    from trialwright.rehearsal.company import Company
    from trialwright.rehearsal.course import Course

_WHAT_MATTERS = 2


def casebook_of(company: Company, subject: str) -> SubjectState:
    """The person's casebook as it stands."""
    state = company.stage.look(subject_stream(subject))
    assert isinstance(state, SubjectState)  # noqa: S101 - the subject was registered
    return state


def settle_queries(company: Company, subject: str) -> None:
    """The site answers what was asked, and the data manager closes it."""
    for query in open_queries(casebook_of(company, subject)):
        if query.status == "open":
            answer = "compared with the source; the value is right"
            company.stage.do(c.AnswerQuery(subject, query.query, answer))
        company.stage.do(c.CloseQuery(subject, query.query), "data_manager")
        company.report.queries += 1


def visit_by_monitor(company: Company, course: Course) -> None:
    """The monitor compares what decides eligibility and endpoints with its source, and asks a question."""
    subject, ranks = course.subject, verification_ranks(company.study)
    person = casebook_of(company, subject)
    for key, cells in sorted(person.rows.items()):
        visit, occurrence, form, row = key.split("|")
        items = tuple(
            name
            for name in sorted(cells)
            if ranks[name] == _WHAT_MATTERS and not is_verified(person, key, name)
        )
        if items:
            company.stage.do(c.VerifySource(subject, visit, form, row, items, int(occurrence)))
            company.report.verified += len(items)
    if course.slot.order == company.scenario.incidents.question:
        _ask(company, subject, min(person.rows))


def _ask(company: Company, subject: str, key: str) -> None:
    """A question that is answered, asked again, answered, and closed."""
    stage, query = company.stage, _question(company, subject, key, "Is the source signed and dated?")
    company.questioned = subject
    stage.do(c.AnswerQuery(subject, query, "It is signed."))
    stage.do(c.ReopenQuery(subject, query, "And dated?"), "monitor")
    company.gates.asked(subject, query)


def _question(company: Company, subject: str, key: str, sentence: str) -> str:
    """A query on the first answer of a row; gives its number."""
    visit, occurrence, form, row = key.split("|")
    person = casebook_of(company, subject)
    item = min(person.rows[key])
    company.stage.do(c.OpenQuery(subject, visit, form, row, item, sentence, int(occurrence)), "monitor")
    return f"Q-{len(person.queries) + 1}"


def close_casebook(company: Company, subject: str) -> None:
    """Queries settled, the casebook signed as it stands, then locked; one last question of the monitor."""
    if subject == company.questioned:
        key = max(casebook_of(company, subject).rows)
        _question(company, subject, key, "Is this the last entry of the source?")
    company.gates.unsigned_casebook(subject)
    settle_queries(company, subject)
    code_events(company, subject)
    sign_casebook(company, subject)
    company.stage.do(c.LockSubject(subject))


def sign_casebook(company: Company, subject: str) -> None:
    """The investigator signs what stands."""
    content = casebook_content(company.study, casebook_of(company, subject))
    company.stage.do(c.SignCasebook(subject, content))
