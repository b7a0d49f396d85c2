"""rehearse: the study with invented people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from trialwright.cli.outcome import DONE
from trialwright.errors import Problem, TrialwrightError

if TYPE_CHECKING:
    from trialwright.rehearsal.report import RehearsalReport
    from trialwright.store import StudyStore


# How long a study that is under way has run: long enough that most people of a small one are in follow-up.
UNDER_WAY = timedelta(days=112)
# What was entered last lies so far back; two more people come into screening in these days.
TO_THE_DESK = timedelta(days=3)


def rehearse_study(folder: Path, subjects: int, seed: int, *, leave_open: bool, under_way: bool) -> int:
    """Rehearse in a study folder whose record is empty; TW-702 where it is not."""
    today = datetime.now(UTC) if under_way else None
    typer.echo(_told(run_rehearsal(folder, subjects, seed, leave_open=leave_open, today=today)))
    return DONE


def run_rehearsal(
    folder: Path, subjects: int, seed: int, *, leave_open: bool = False, today: datetime | None = None
) -> RehearsalReport:
    """Carry the rehearsal out: all of its commands are committed together, or none is.

    With ``today`` the study began some months before and is under way on that day.
    """
    from trialwright.cli.progress import progress_bar
    from trialwright.rehearsal.rehearse import Ending, rehearse
    from trialwright.rehearsal.scenario_reading import load_scenario
    from trialwright.store import open_study
    from trialwright.store.dictionaries import first_dictionary

    store = open_study(folder)
    if store.head().size:
        sentence = "the record is not empty; rehearse in a folder of its own ('trialwright new')"
        raise TrialwrightError(Problem("TW-702", sentence, str(folder)))
    target = store.study.design.target_enrolment
    if subjects > target:
        sentence = f"{subjects} people cannot be treated: the protocol's target is {target}"
        raise TrialwrightError(Problem("TW-702", sentence, "--subjects"))
    scenario = load_scenario(store.folder.protocol, store.study)
    if today is not None:
        scenario = scenario.model_copy(update={"start": (today - UNDER_WAY).date()})
    with progress_bar("rehearsing") as step, store.together():
        return rehearse(
            store.study,
            scenario,
            store.execute,
            _looker(store),
            subjects,
            seed,
            step,
            ending=Ending(leave_open or today is not None, today - TO_THE_DESK if today else None),
            terms=first_dictionary(store.folder),
        )


def _looker(store: StudyStore) -> Callable[[str], Any]:
    """Gives the present state of a stream."""
    return lambda stream: store.states(stream).get(stream)


def _told(report: RehearsalReport) -> str:
    failed = f"{sum(report.failures.values())} criteria failed in screening ({_counted(report)})"
    ended = f"{report.completed} completed, {report.withdrawn} withdrawn"
    harm = f"{report.serious_events} serious, {report.reactions} infusion reaction(s)"
    slips = f"{report.late_visits} late and {report.missed_visits} missed visits"
    lines = [
        f"Rehearsal with seed {report.seed}: every person is invented.",
        f"  {report.registered} registered, {failed}, {report.declined} declined",
        f"  {report.enrolled} enrolled, {report.treated} treated, {ended}",
        f"  {report.adverse_events} adverse events, {harm}",
        f"  {report.events_merged} reported twice and merged, {report.events_nullified} nullified",
        f"  {report.corrections} corrections, {report.missing_values} missing values, {slips}",
        f"  {report.queries} queries settled, {report.verified} answers compared with their source",
        f"{len(report.proofs)} gates held:",
    ]
    lines += [f"  {proof.code}  {proof.gate}: {proof.command} by {proof.role}" for proof in report.proofs]
    if report.absent:
        lines.append(f"{len(report.absent)} gates were not reached:")
        lines += [f"          {gate}: {reason}" for gate, reason in report.absent]
    return "\n".join([*lines, f"{report.entries} entries, record head {report.head}"])


def _counted(report: RehearsalReport) -> str:
    return ", ".join(f"{criterion} {count}" for criterion, count in sorted(report.failures.items()))
