"""How fast the site is with 20 people at work on 500 subjects x 12 visits, and that nothing is lost.

    python benchmarks/bench_site.py [--subjects 500] [--people 20] [--saves 2000] [--folder DIR]

Builds the study through the same commands as the site, starts `trialwright serve` as a process of its own,
signs the coordinators in over HTTP, and lets each save items and read pages in turn, with a pause between.
Prints the times of saves and pages (goal: p95 of 60 ms and 120 ms), the weight of the pages (goal: 150 kB),
how long a cold server takes (goal: 2 s), and how many answers stand that were sent: each exactly once.
"""

from __future__ import annotations

import argparse
import http.client
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from trialwright.conduct import Author, Context
from trialwright.conduct import commands as c
from trialwright.store import StudyStore, create_study, random_salts

TINY = Path(__file__).parents[1] / "tests" / "studies" / "tiny"
PASSWORD = "seven grey herons wait"  # noqa: S105 - of invented people
VISITS = 12
# How long somebody takes from one answer to the next, in seconds: between half and one and a half of this.
PAUSE = 1.0
# What is saved, item after item: the first answers of a row.
ANSWERS = (("glucose", "7.4"), ("sampled_on", "2026-03-01"))


def main() -> None:
    """Build, serve, load, and print."""
    parser = argparse.ArgumentParser(description="The site under twenty people.")
    parser.add_argument("--subjects", type=int, default=500)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--saves", type=int, default=2000, help="answers saved in all")
    parser.add_argument("--pause", type=float, default=PAUSE, help="seconds from one answer to the next")
    parser.add_argument("--folder", type=Path, help="where to write; the temporary folder unless given")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder) as place:
        folder = Path(place) / "study"
        people = build(folder, chosen.subjects, chosen.people)
        port = free_port()
        began = time.perf_counter()
        server = subprocess.Popen(
            [sys.executable, "-m", "trialwright", "serve", str(folder), "--port", str(port)],
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(port)
            print(f"cold server answers in {time.perf_counter() - began:.2f} s")
            load(port, people, chosen.subjects, chosen.saves, chosen.pause)
        finally:
            server.terminate()
            server.wait()
        count(folder, chosen.saves)


def build(folder: Path, subjects: int, people: int) -> list[str]:
    """A study in which every subject has consented and had twelve visits, and its coordinators' accounts."""
    from trialwright.web.site import configure_site, open_site

    configure_site()
    from trialwright.web.accounts.accounts_of_people import account_of

    create_study(folder, TINY, name="tiny", database_url="")
    store = open_site(folder)
    today = datetime.now(UTC).date()
    names = [f"coordinator-{number}" for number in range(people)]
    began = time.perf_counter()
    with store.together():
        give(store, c.OpenStudy(("A",)), "sponsor", "rehearsal-sponsor")
        for number in range(subjects):
            subject = f"A-{number:04d}"
            give(store, c.RegisterSubject(subject, "A"), "coordinator", "rehearsal")
            give(
                store, c.RecordConsent(subject, "1.0", today - timedelta(days=30)), "coordinator", "rehearsal"
            )
            give(
                store, c.RecordVisit(subject, "LOOK", today - timedelta(days=29)), "coordinator", "rehearsal"
            )
            for day in range(VISITS - 1):
                visit = c.RecordVisit(subject, "EXTRA", today - timedelta(days=28 - day))
                give(store, visit, "coordinator", "rehearsal")
        for name in names:
            give(store, c.AddPerson(name, name), "administrator", "console")
            role = c.DelegateRole(name, "coordinator", "A", "2026-01-01", None, "invented")
            give(store, role, "administrator", "console")
    for name in names:
        account = account_of(name)
        account.set_password(PASSWORD)
        account.save()
    print(f"built {subjects} subjects x {VISITS} visits in {time.perf_counter() - began:.0f} s")
    store.close()
    return names


def give(store: StudyStore, command: object, role: str, author: str) -> None:
    """Give one command, which must be permitted."""
    context = Context(datetime.now(UTC), "UTC", Author(author, author, role), str(uuid4()))
    answer = store.execute(command, context, random_salts())
    assert hasattr(answer, "entries"), answer


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_for(port: int) -> None:
    """Until the server answers."""
    while True:
        try:
            connection = http.client.HTTPConnection("localhost", port, timeout=5)
            connection.request("GET", "/sign-in/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.02)


class Person:
    """Somebody at a browser: cookies, a connection, and what took how long."""

    def __init__(self, port: int, name: str) -> None:
        self.connection = http.client.HTTPConnection("localhost", port, timeout=60)
        self.origin = f"http://localhost:{port}"
        self.cookies: dict[str, str] = {}
        self.saves: list[float] = []
        self.pages: list[tuple[float, int]] = []
        page = self.get("/sign-in/", timed=False)
        self.post("/sign-in/", page, {"login": name, "password": PASSWORD})

    def ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, str]:
        """One request, its cookies kept."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(
            method, path, body, headers | {"Cookie": cookies, "Referer": self.origin + path}
        )
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text

    def get(self, path: str, *, timed: bool = True) -> str:
        """Read a page."""
        began = time.perf_counter()
        status, text = self.ask("GET", path, None, {})
        assert status == 200, (status, path)
        if timed:
            self.pages.append((time.perf_counter() - began, len(text.encode())))
        return text

    def post(self, path: str, page: str, fields: dict[str, str]) -> int:
        """Send a form of a page."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        body = urlencode(fields | {"csrfmiddlewaretoken": token[1]})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Fragment": "item",
            "Origin": self.origin,
        }
        began = time.perf_counter()
        status, _ = self.ask("POST", path, body, headers)
        self.saves.append(time.perf_counter() - began)
        return status


def load(port: int, names: list[str], subjects: int, saves: int, pause: float) -> None:
    """Everybody saves answers, each of their own subjects, and reads a page now and then."""
    people = [Person(port, name) for name in names]
    for person in people:
        person.saves.clear()
    share = saves // len(people)
    threads = [
        threading.Thread(target=work, args=(person, number, len(people), subjects, share, pause))
        for number, person in enumerate(people)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    taken = [each for person in people for each in person.saves]
    pages = [each for person in people for each in person.pages]
    print(f"{len(taken)} saves by {len(people)} people in {spent:.0f} s ({len(taken) / spent:.0f} a second)")
    print(f"save   p50 {at(taken, 50):6.1f} ms   p95 {at(taken, 95):6.1f} ms   (goal p95 60 ms)")
    times = [took for took, _ in pages]
    print(f"page   p50 {at(times, 50):6.1f} ms   p95 {at(times, 95):6.1f} ms   (goal p95 120 ms)")
    print(f"heaviest page {max(weight for _, weight in pages) / 1000:.0f} kB (goal 150 kB)")


def work(person: Person, number: int, people: int, subjects: int, share: int, pause: float) -> None:
    """One person's answers: each on another row, so that each is a first answer."""
    chance = random.Random(number)  # noqa: S311 - people are not secrets
    mine = [f"A-{each:04d}" for each in range(number, subjects, people)]
    for turn in range(share):
        subject, slot = mine[turn % len(mine)], turn // len(mine)
        item, answer = ANSWERS[slot // (VISITS - 1) % len(ANSWERS)]
        path = f"/subjects/{subject}/EXTRA/{1 + slot % (VISITS - 1)}/laboratory/1/"
        page = person.get(path)
        if turn % 10 == 0:
            person.get("/subjects/")
        status = person.post(f"{path}{item}/", page, {item: answer, "command": str(uuid4())})
        assert status == 200, status
        time.sleep(chance.uniform(pause / 2, pause * 3 / 2))


def at(taken: list[float], percent: int) -> float:
    """A percentile in milliseconds."""
    return sorted(taken)[min(len(taken) - 1, len(taken) * percent // 100)] * 1000


def count(folder: Path, saves: int) -> None:
    """Every answer that was acknowledged stands exactly once, and the record is whole."""
    from trialwright.store import open_study

    store = open_study(folder)
    answers = [
        (entry.payload["subject"], entry.payload["occurrence"], item)
        for entry in store.entries_of_kind("ItemsEntered")
        for item in entry.payload["items"]
    ]
    assert len(answers) == len(set(answers))
    store.verify()
    print(f"{len(answers)} of {saves} answers stand, none twice; the record verifies")


if __name__ == "__main__":
    main()
