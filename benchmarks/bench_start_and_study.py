"""How long a person waits: the command line's start, one screening, and a whole rehearsed study.

    .venv/bin/python benchmarks/bench_start_and_study.py

Prints medians. Goals: `--help` 0.3 s, one person screened 50 ms after start, rehearse + analyse + report of
20 people 10 s.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter

ROUNDS = 7


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median time of some rounds."""
    times = []
    for _ in range(rounds):
        began = perf_counter()
        work()
        times.append(perf_counter() - began)
    return statistics.median(times)


def trialwright(*arguments: str) -> None:
    """Run a command in a process of its own, as a person would."""
    subprocess.run([sys.executable, "-m", "trialwright", *arguments], check=True, capture_output=True)


def screening() -> tuple[float, float]:
    """Milliseconds to judge one person after start, and people judged in a second."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from eligible_person import person
    from trialwright.eligibility.people import People, Row
    from trialwright.eligibility.screening import screen_people
    from trialwright.protocol.loading import load_study

    study = load_study("nct06495437")
    one = People((Row(1, person()),), None)
    many = People(tuple(Row(n, person(person_id=f"P{n}")) for n in range(1, 501)), None)
    alone = seconds(lambda: screen_people(study, one, date(2026, 11, 23)))
    return alone * 1000, len(many.rows) / seconds(lambda: screen_people(study, many, date(2026, 11, 23)), 3)


def main() -> None:
    """Measure and print."""
    start = seconds(lambda: trialwright("--help"))
    checking = seconds(lambda: trialwright("check", "nct06495437"), 3)
    print(f"--help                              {start:8.3f} s   (goal 0.3)")
    print(f"check, whole study printed          {checking:8.3f} s")
    alone, rate = screening()
    print(f"one person screened, after start    {alone:8.1f} ms  (goal 50)")
    print(f"people screened                     {rate:8.0f} /s")
    with tempfile.TemporaryDirectory() as folder:
        study = str(Path(folder) / "study")
        trialwright("new", study)
        parts = {
            name: seconds(lambda command=command: trialwright(*command), 1)  # type: ignore[misc] # bound now
            for name, command in {
                "rehearse 20 people": ("rehearse", study),
                "analyse": ("analyse", study),
                "report": ("report", study),
                "verify": ("verify", study),
            }.items()
        }
    for name, time in parts.items():
        print(f"{name:<35} {time:8.2f} s")
    total = sum(time for name, time in parts.items() if name != "verify")
    print(f"rehearse + analyse + report         {total:8.2f} s   (goal 10)")


if __name__ == "__main__":
    main()
