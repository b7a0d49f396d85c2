"""A program in which people save answers at once, and which says what was acknowledged.

python many_savers.py TESTS-FOLDER STUDY FIRST COUNT PEOPLE [DATABASE_URL]

Saves number FIRST to FIRST + COUNT - 1: each corrects the glucose of one subject to a value of its own. Every
tenth is sent twice at the same moment under one command id, as a double click sends it.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])

from conduct_making import v
from trialwright.conduct import Author, Context, Refusal
from trialwright.conduct import commands as c
from trialwright.store import StudyStore, open_study, random_salts

SUBJECTS = 200


def value_of(number: int) -> str:
    """A glucose that no other save gives."""
    return f"5.{number:06d}"


def save(store: StudyStore, number: int) -> str:
    """One save, as the site gives it; a line that says what became of it."""
    subject = f"A-{number % SUBJECTS:04d}"
    command = c.CorrectItem(subject, "LOOK", "laboratory", "1", "glucose", v(value_of(number)), "read again")
    person = f"coordinator-{number % 20}"
    context = Context(
        datetime.now(UTC), "UTC", Author(person, person, "coordinator"), str(UUID(int=number + 1))
    )
    answer = store.execute(command, context, random_salts())
    if isinstance(answer, Refusal):
        return f"{number} refused {answer.code}\n"
    return f"{number} {answer.entries[0]} {answer.command}\n"


def main() -> None:
    """Save them all; one line for each answer, written after it was received."""
    url = sys.argv[6] if len(sys.argv) > 6 else ""
    store = open_study(Path(sys.argv[2]), database_url=url)
    first, count, people = (int(each) for each in sys.argv[3:6])
    wanted = [number for number in range(first, first + count) for _ in range(2 if number % 10 == 0 else 1)]
    os.write(1, b"ready\n")
    sys.stdin.readline()
    with ThreadPoolExecutor(people) as pool:
        for line in pool.map(lambda number: save(store, number), wanted):
            os.write(1, line.encode())


if __name__ == "__main__":
    main()
