"""How long the monitoring page takes for a study of 5,000 people with 50,000 adverse events (goal: 0.5 s).

    python benchmarks/bench_safety_page.py [--subjects 5000] [--events 10] [--turns 5]

Measures what the page works out at each request from the facts that the site keeps of everybody: incidences
with exact intervals, the course of each boundary, the lanes, and the page's HTML.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from datetime import date, timedelta

from trialwright.protocol.loading import load_study
from trialwright.web.milestones import EventBrief, Milestones
from trialwright.web.safety.monitoring import courses, incidences, lanes, treated_in_order
from trialwright.web.site import configure_site


def main() -> None:
    """Invent, work out, print."""
    parser = argparse.ArgumentParser(description="The monitoring page of a large study.")
    parser.add_argument("--subjects", type=int, default=5000)
    parser.add_argument("--events", type=int, default=10, help="of each person")
    parser.add_argument("--turns", type=int, default=5)
    chosen = parser.parse_args()
    configure_site()
    study, people = load_study("nct06495437"), invented(chosen.subjects, chosen.events)
    taken = []
    for _ in range(chosen.turns):
        began = time.perf_counter()
        html = page(study, people)
        taken.append(time.perf_counter() - began)
    number = sum(len(each.events) for each in people)
    told = f"{statistics.median(taken):.3f} s (goal 0.5 s), {len(html):,} bytes"
    print(f"{len(people):,} people, {number:,} events: {told}")


def page(study: object, people: list[Milestones]) -> str:
    """The page's middle part, as a request makes it."""
    from django.template import engines

    treated = treated_in_order(people)
    context = {
        "treated": len(treated),
        "incidences": incidences(study, treated),
        "courses": courses(study, treated),
        "lanes": lanes(treated, date(2026, 6, 1)),
        "sees_subjects": True,
        "study": study,
    }
    template = engines["django"].get_template("safety/monitoring.html")
    return str(template.render(context))


def invented(subjects: int, events: int) -> list[Milestones]:
    """People treated one after the other, each with events of every grade."""
    chance = random.Random(1)  # noqa: S311 - invention, not secrecy
    start = date(2026, 1, 1)
    people = []
    for number in range(subjects):
        day = start + timedelta(days=number % 100)
        briefs = {}
        for event in range(1, events + 1):
            begins = (day + timedelta(days=chance.randint(0, 80))).isoformat()
            grade = chance.choice([1, 1, 1, 2, 2, 3, None])
            brief = EventBrief(
                f"AE-{event}",
                "invented",
                grade,
                chance.random() < 0.02,
                "recovered",
                begins,
                related=chance.random() < 0.5,
                emergent=True,
                rules=frozenset({"B1"} if chance.random() < 0.01 else ()),
            )
            briefs[brief.event] = brief
        treated = f"{day.isoformat()}T10:00:00+08:00"
        people.append(
            Milestones(f"S01-{number:05d}", "S01", treated=day.isoformat(), treated_at=treated, events=briefs)
        )
    return people


if __name__ == "__main__":
    main()
