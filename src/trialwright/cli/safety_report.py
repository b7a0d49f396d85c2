"""safety-report: a serious event as E2B(R3) or CIOMS I, noted in the record before it is written (AT-5)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import typer

from trialwright.cli.files import write_whole
from trialwright.cli.outcome import DONE
from trialwright.errors import Problem, TrialwrightError

if TYPE_CHECKING:
    from trialwright.exchange.safety_case import SafetyCase
    from trialwright.store import StudyStore

_CONSOLE = "console"
_SUFFIXES = (".xml", ".pdf")


def write_safety_report(folder: Path, subject: str, event: str, out: Path, receiver: str) -> int:
    """Write the report in the form that the file's name asks for; what it lacks is said beside it.

    Initial, follow-up or nullification follows from the record. Raises TW-620 for a file that is neither
    .xml nor .pdf, TW-619 for a message without receiver, TW-651 and TW-860 for nobody and nothing to report.
    """
    from trialwright.conduct.states import SubjectState
    from trialwright.exchange.completeness import findings
    from trialwright.store import open_study
    from trialwright.web.safety.present import present_case

    _require_fit(out, receiver)
    store = open_study(folder)
    try:
        state = store.states(f"subject:{subject}").get(f"subject:{subject}")
        if not isinstance(state, SubjectState):
            raise _refused("TW-651", f"the record has no subject {subject[:40]!r}; check the number")
        if event not in state.safety:
            sentence = f"subject {subject} has no event {event[:40]!r} that was ever serious"
            raise _refused("TW-860", f"{sentence}; the serious ones are {', '.join(state.safety) or 'none'}")
        now = datetime.now(UTC).replace(microsecond=0)
        entry = _note_export(store, subject, event, out.suffix, receiver, now)
        case = present_case(store, state, event, now)
        write_whole(out, _rendered(store, case, entry, out, receiver, now))
    finally:
        store.close()
    typer.echo(f"Wrote {out}: {case.kind} report of {case.identifier}.")
    for problem in findings(case):
        typer.echo(f"  {problem.code}  {problem.sentence}")
    return DONE


def _require_fit(out: Path, receiver: str) -> None:
    if out.suffix not in _SUFFIXES:
        raise _refused("TW-620", f"{out.name} is neither .xml (E2B(R3)) nor .pdf (CIOMS I); name it so")
    if out.suffix == ".xml" and not receiver.strip():
        raise _refused("TW-619", "an E2B(R3) message names its receiver; give --receiver")


def _rendered(
    store: StudyStore, case: SafetyCase, entry: int, out: Path, receiver: str, now: datetime
) -> bytes:
    from trialwright.exchange.cioms import render_cioms
    from trialwright.exchange.e2b_writing import write_batch
    from trialwright.exchange.safety_case import batch_of

    if out.suffix == ".pdf":
        return render_cioms(case, now, rehearsed=store.is_rehearsal())
    assert case.created is not None  # noqa: S101 - it was made now
    number, sender = f"{case.identifier}-{entry}", store.study.study.sponsor
    return write_batch(batch_of(case, number, sender, receiver.strip(), case.created))


def _note_export(store: StudyStore, subject: str, event: str, form: str, receiver: str, at: datetime) -> int:
    """An entry that says which report left the system, when, and to whom; gives its number."""
    from trialwright.conduct.answer import Context, Refusal
    from trialwright.conduct.commands import LogAccess
    from trialwright.record.entry import Author
    from trialwright.store import random_salts

    author = Author(_CONSOLE, "Who holds the study folder", "system")
    what = "E2B(R3) safety report" if form == ".xml" else "CIOMS I form"
    detail = {"what": what, "subject": subject, "event": event}
    detail |= {"receiver": receiver.strip()} if receiver.strip() else {}
    command = LogAccess(_CONSOLE, "export", detail)
    answer = store.execute(command, Context(at, "UTC", author, str(uuid4())), random_salts())
    if isinstance(answer, Refusal):
        raise _refused(answer.code, answer.sentence)
    return int(answer.entries[0])


def _refused(code: str, sentence: str) -> TrialwrightError:
    return TrialwrightError(Problem(code, sentence))
