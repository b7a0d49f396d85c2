"""How long results and report of a large study take: invented people, everything from the record.

    python benchmarks/bench_large_report.py [--subjects 2000] [--folder FOLDER]

The packaged study with a larger target is rehearsed into a temporary folder, or one that an earlier run left
in FOLDER is taken. Then every command runs in a process of its own; peak memory is that of the process. Goal
for 2,000 subjects: analyse and report together 60 s.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from pathlib import Path

GOAL = 60.0
COMMANDS = ("analyse", "report", "tables", "study-report")


def main() -> None:
    """Measure and print a line a command."""
    parser = argparse.ArgumentParser(description="Results and report of a large study.")
    parser.add_argument("--subjects", type=int, default=2000)
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = chosen.folder or Path(place) / "large"
        if not folder.exists():
            made = rehearsed(folder, chosen.subjects)
            print(f"rehearse {chosen.subjects:,} subjects {made[0]:10.1f} s {made[1]:8.0f} MB")
        together = 0.0
        for command in COMMANDS:
            seconds, megabytes = run(command, str(folder))
            together += seconds if command in {"analyse", "report"} else 0.0
            print(f"{command:24}{seconds:10.1f} s {megabytes:8.0f} MB")
        print(f"analyse and report      {together:10.1f} s   (goal {GOAL:.0f} for 2,000 subjects)")


def rehearsed(folder: Path, subjects: int) -> tuple[float, float]:
    """A study folder with so many treated people; the copy of the protocol has no registered record."""
    run("new", str(folder))
    path = folder / "protocol" / "protocol.yaml"
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"target_enrolment: \d+", f"target_enrolment: {subjects}", text)
    path.write_text(re.sub(r"\n *record_file: .*", "", text), encoding="utf-8")
    return run("rehearse", str(folder), "--subjects", str(subjects))


def run(*arguments: str) -> tuple[float, float]:
    """Seconds and peak megabytes of a command."""
    began = time.perf_counter()
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    command = [sys.executable, "-m", "trialwright", *arguments]
    child = os.posix_spawn(sys.executable, command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 1}:
        raise SystemExit(f"{' '.join(arguments)} ended with status {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
