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
    "TW-109": ("a schema is asked for that does not exist", "take protocol or form"),
    "TW-110": ("an identifier names two things", "rename one of them"),
    "TW-111": ("a name leads nowhere", "correct it to one of the names listed"),
    "TW-112": ("a rule cannot be read", "correct it at the named column"),
    "TW-113": ("a rule does not fit its variables", "correct variable, unit or code at the named column"),
    "TW-114": ("a unit is not known", "write it in UCUM"),
    "TW-115": ("a visit window is reversed, misses its day or overlaps another", "move one of the windows"),
    "TW-116": ("a criterion reads what the eligibility visit does not ask", "add a form that asks it to the visit"),
    "TW-117": ("an endpoint needs what nobody collects", "collect it at the named visit"),
    "TW-118": ("an item contradicts itself", "correct its limits, codes or unit"),
    "TW-119": ("one item is asked in two ways", "make both alike or rename one"),
    "TW-120": ("a wording given as registered is not in the registered record", "quote the record exactly"),
    "TW-121": ("identification differs from the registered record", "correct one of the two"),
    "TW-122": ("a form is filled at no visit", "add it to a visit or remove it"),
    "TW-123": ("a derivation lacks an input", "name the input, or ask the item on a form"),
    "TW-124": ("an SDTM target does not say where", "give the variable, or testcd with test"),
    "TW-125": ("a stopping boundary has a gap or an unreachable step", "let its steps follow each other"),
    "TW-126": ("the design contradicts itself", "correct allocation, groups or durations"),
    "TW-127": ("a needed kind of visit is missing", "add a screening and a treatment visit"),
    "TW-128": ("an analysis or endpoint is incomplete", "add what the sentence names"),
    # TW-2xx input files and screening
    # TW-3xx record and store
    "TW-301": ("a value cannot be recorded as it is", "write numbers as decimal text"),
    "TW-302": ("an entry is not in its form", "correct the part that is named"),
    "TW-303": ("the record is not whole", "keep the file, and restore the last whole backup beside it"),
    "TW-304": ("a file is not an exported record", "hand in the file as trialwright exported it"),
    "TW-305": ("a checkpoint or its key is not in its form", "use the file as it was written"),
    "TW-310": ("there is no study in the folder", "check the path, or make one with 'trialwright new'"),
    "TW-311": ("something would be overwritten", "give a new or an empty place"),
    "TW-312": ("the study cannot be written to", "correct the permissions, or copy it elsewhere"),
    "TW-313": ("the database is not a trialwright record", "check the path, or restore a backup"),
    "TW-314": ("the record was written by a newer version", "install that version or a later one"),
    "TW-315": ("a database setting did not take", "correct the setting that is named; nothing was written"),
    "TW-316": ("another program holds the database", "try again when it has finished"),
    "TW-317": ("the disk is full", "make room and repeat the step; nothing of it was recorded"),
    "TW-318": ("the database cannot be reached", "see that its disk or server is there, and repeat the step"),
    "TW-319": ("DATABASE_URL is not understood", "write postgresql://user:password@host:port/name"),
    "TW-320": ("a command id was used before by somebody else", "send the form again from its page"),
    "TW-321": ("the key that signs checkpoints is missing or open to others", "restore it, with mode 600"),
    "TW-322": ("the database is damaged", "stop, keep the file, and restore the last whole backup"),
    # TW-4xx conduct
    # TW-5xx datasets and analysis
    # TW-6xx report and web
    # TW-9xx the machine
    "TW-901": ("the disk is full", "free some space and repeat; nothing acknowledged is lost"),
    "TW-902": ("interrupted", "repeat the command; nothing is left half-written"),
    "TW-903": ("the machine refused a file or an address", "check the path, its permissions, or the port"),
    "TW-999": ("a fault of the program", "set TRIALWRIGHT_DEBUG=1, repeat, and report what it prints"),
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
