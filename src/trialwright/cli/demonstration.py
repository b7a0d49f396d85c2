"""demo: the default study from its protocol to its report, and served."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TypeVar

import typer

from trialwright.cli.outcome import DONE

T = TypeVar("T")

STUDY = "nct06495437"
SEED = 1


def demonstrate(folder: Path, port: int | None) -> int:
    """Make, rehearse, analyse, report and serve a study folder; one that was made before is used as it is."""
    from trialwright.cli.outputs import (
        REPORT_FILE,
        RESULTS,
        derive,
        write_report,
        write_results,
        write_trace,
    )
    from trialwright.web.site import configure_site

    configure_site()  # before any study is opened, so that this process can serve it at the end
    started = monotonic()
    if (folder / "study.db").is_file():
        typer.echo(f"{folder} is there already and is used as it is.")
    else:
        _make(folder)
    from trialwright.store import open_study

    store = open_study(folder)
    derived = _step("analysed", lambda: derive(store))
    _step("results written", lambda: write_results(derived, store.folder.out / RESULTS))
    _step("reported", lambda: write_report(store, derived, store.folder.out / REPORT_FILE))
    _step("traced", lambda: write_trace(store, store.folder.out / RESULTS))
    store.close()
    typer.echo(f"Done in {monotonic() - started:.1f} s. Report: {folder / 'out' / REPORT_FILE}")
    _print_sign_ins(folder)
    if port is None:
        return DONE
    from trialwright.cli.serving import serve_study

    return serve_study(folder, "127.0.0.1", port)


def _print_sign_ins(folder: Path) -> None:
    """Print one sign-in a role: only here, where everybody is invented."""
    from trialwright.cli.demo_people import demo_people

    people = demo_people(folder)
    typer.echo("Everybody is invented; sign in as any of them:")
    for each in people:
        typer.echo(f"  {each.person:<14} {each.password:<28} {each.what}")


def _make(folder: Path) -> None:
    from trialwright.cli.protocol_commands import make_study_folder
    from trialwright.cli.rehearsing import run_rehearsal
    from trialwright.protocol.loading import load_study

    make_study_folder(folder, STUDY)
    subjects = load_study(STUDY).design.target_enrolment
    _step(
        f"rehearsed with {subjects} invented people",
        lambda: run_rehearsal(folder, subjects, SEED, today=datetime.now(UTC)),
    )


def _step(what: str, work: Callable[[], T]) -> T:
    """Do one part and say how long it took."""
    started = monotonic()
    done = work()
    typer.echo(f"  {what}: {monotonic() - started:.1f} s")
    return done
