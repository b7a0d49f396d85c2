"""Every refusal and error a user can meet, under a stable code.

A code never changes its meaning and is never used again. ``docs/errors.md`` is generated from
this table, and the test run fails when a code is raised that does not stand here.
"""

from __future__ import annotations

from dataclasses import dataclass

# code -> (what it says in general, what to do)
CATALOGUE: dict[str, tuple[str, str]] = {
    # TW-1xx protocol and rules
    "TW-101": ("a study file is missing or cannot be opened", "check the path, or make a study with 'trialwright new'"),
    "TW-102": ("a study file is not UTF-8 text", "save it as UTF-8"),
    "TW-103": ("a study file is not YAML", "correct the named line; indent with spaces"),
    "TW-104": ("a key is given twice", "keep one of the two"),
    "TW-105": ("a study file is empty", "write the study into it"),
    "TW-106": ("a value is missing or of the wrong kind", "correct the named line"),
    "TW-107": ("a key is not known", "correct its spelling or remove it"),
    # TW-2xx input files and screening
    # TW-3xx record and store
    # TW-4xx conduct
    # TW-5xx datasets and analysis
    # TW-6xx report and web
    # TW-9xx the machine
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a stable code, one sentence, and where it is."""

    code: str
    sentence: str
    where: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.sentence} [{self.code}]"


class TrialwrightError(Exception):
    """Something a user can mend. Carries one or more problems; the command line prints them and exits."""

    exit_status = 2

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
