"""How long the monitoring page takes for a study of 5,000 people with 50,000 adverse events (goal: 0.5 s).

    python benchmarks/bench_safety_page.py [--subjects 5000] [--events 10] [--turns 5]

Measures what the page works out at each request from the facts that the site keeps of everybody: incidences
with exact intervals, the course of each boundary, the lanes, everybody's liver values, vital signs of the
newest infusions, and the page's HTML. Casebooks that changed are judged anew beside this, a few at a request;
the last line says how long one takes.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from datetime import date, timedelta
from typing import Any

from trialwright.conduct.liver_signs import liver_rules
from trialwright.conduct.states import Cell, Infusion, RangesState, SubjectState, VisitState
from trialwright.protocol.loading import load_study
from trialwright.protocol.study import Study
from trialwright.web.milestones import EventBrief, Milestones
from trialwright.web.safety.monitoring import courses, incidences, lanes, treated_in_order
from trialwright.web.safety.vital_courses import NEWEST_COURSES, newest_rows, vital_course
from trialwright.web.site import configure_site


def main() -> None:
    """Invent, work out, print."""
    parser = argparse.ArgumentParser(description="The monitoring page of a large study.")
    parser.add_argument("--subjects", type=int, default=5000)
    parser.add_argument("--events", type=int, default=10, help="of each person")
    parser.add_argument("--turns", type=int, default=5)
    chosen = parser.parse_args()
    configure_site()
    from trialwright.web.safety.seen_values import known_of

    study, people = load_study("nct06495437"), invented(chosen.subjects, chosen.events)
    livers = [liver(each.subject, number) for number, each in enumerate(people)]
    taken = []
    for _ in range(chosen.turns):
        began = time.perf_counter()
        html = page(study, people, livers)
        taken.append(time.perf_counter() - began)
    number = sum(len(each.events) for each in people)
    told = f"{statistics.median(taken):.3f} s (goal 0.5 s), {len(html):,} bytes"
    print(f"{len(people):,} people, {number:,} events: {told}")
    began = time.perf_counter()
    for turn in range(20):
        known_of(study, RangesState(), casebook(turn))
    each = (time.perf_counter() - began) / 20
    print(f"one casebook of 77 laboratory values judged anew: {each * 1000:.1f} ms")


def page(study: Study, people: list[Milestones], livers: list[Any]) -> str:
    """The page's middle part, as a request makes it."""
    from django.template import engines

    from trialwright.web.safety.liver import plot

    treated = treated_in_order(people)
    context = {
        "treated": len(treated),
        "incidences": incidences(study, treated),
        "courses": courses(study, treated),
        "lanes": lanes(treated, date(2026, 6, 1)),
        "sees_subjects": True,
        "study": study,
        "unread": 0,
        "edish": plot(livers),
        "rules": liver_rules(study),
        "rows": newest_rows([vital_course(study, casebook(number)) for number in range(6)], NEWEST_COURSES),
        "infusions": len(people),
    }
    template = engines["django"].get_template("safety/monitoring.html")
    return str(template.render(context))


def liver(subject: str, number: int) -> Any:
    """One person in a hundred is beyond a line."""
    from trialwright.web.safety.liver import QUADRANTS, LiverLine, along, up

    times = 3.5 if number % 100 == 0 else 0.4 + number % 13 / 10
    x, y = along(times), up(0.3 + number % 11 / 10)
    where = QUADRANTS[2] if times > 3 else QUADRANTS[3]
    return LiverLine(
        subject, "ALT", "2026-03-01", "1 x ULN", "2026-03-01", "1", "", where, False, (), 0, x, y
    )


def casebook(number: int) -> SubjectState:
    """An infusion with pulse and pressure at every time point, and chemistry at seven visits."""
    points = ("pre", "t0", "t15", "t30", "t60", "end", "h1", "h2", "h4")
    signs = {"pulse": "72", "systolic_bp": "120", "diastolic_bp": "80", "temperature": "36.6", "spo2": "98"}
    rows = {f"D0|1|vital_signs|{point}": _cells(signs) for point in points}
    days = {"SCR": 1, "D0": 10, "D1": 11, "D7": 17, "D28": 38, "D56": 66, "D84": 94}
    values = {"alt": "30", "alt_uln": "40", "ast": "25", "ast_uln": "40", "alp": "80", "bilirubin_total": "9"}
    values |= {"creatinine": "0.9", "urea": "5", "sodium": "140", "potassium": "4.2", "ggt": "30"}
    rows |= {f"{visit}|1|chemistry|1": _cells(values) for visit in days}
    start = date(2026, 1, 1)
    visits = {f"{v}|1": VisitState((start + timedelta(days=day)).isoformat()) for v, day in days.items()}
    span = (("2026-01-11T10:00:00+08:00", "2026-01-11T11:15:00+08:00"),)
    infusion = Infusion("B-1", "100", "100", span, ended=True)
    return SubjectState(f"S01-{number:05d}", "S01", visits=visits, rows=rows, infusion=infusion)


def _cells(values: dict[str, str]) -> dict[str, Cell]:
    return {name: Cell(value, None, None, 1, 1) for name, value in values.items()}


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
