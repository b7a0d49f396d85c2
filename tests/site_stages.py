"""The staffed tiny site with its subject A-001 brought to a stage, through commands of its people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from conduct_making import GOOD, MAN
from trialwright.conduct import commands as c
from trialwright.store import StudyStore
from web_signing_in import add, give, today

BAG, LOT, SUBJECT = "B1", "L1", "A-001"


def done(store: StudyStore, *steps: tuple[str, str, Any]) -> StudyStore:
    """Give commands as (person, role) that must be permitted."""
    for person, role, command in steps:
        answer = give(store, command, role, person)
        assert hasattr(answer, "entries"), f"{command}: {answer}"
    return store


def consented(store: StudyStore) -> StudyStore:
    """The subject consented ten days ago."""
    return done(store, ("coco", "coordinator", c.RecordConsent(SUBJECT, "1.0", today() - timedelta(days=10))))


def screened(store: StudyStore) -> StudyStore:
    """The screening visit took place nine days ago, with every answer of an eligible person."""
    return done(
        consented(store),
        ("coco", "coordinator", c.RecordVisit(SUBJECT, "LOOK", today() - timedelta(days=9))),
        ("coco", "coordinator", c.EnterItems(SUBJECT, "LOOK", "person", "1", MAN)),
        ("coco", "coordinator", c.EnterItems(SUBJECT, "LOOK", "laboratory", "1", GOOD)),
    )


def enrolled(store: StudyStore) -> StudyStore:
    """Signed by the investigator and enrolled, with two bags in stock and a nurse at the site."""
    add(store, "nora", "Nora Lind", "nurse", "A")
    expiry = today() + timedelta(days=300)
    return done(
        screened(store),
        ("ines", "investigator", c.SignEligibility(SUBJECT)),
        ("coco", "coordinator", c.EnrolSubject(SUBJECT)),
        ("saga", "sponsor", c.RegisterLot(LOT, "drops", expiry, (BAG, "B2"), Decimal(100))),
        ("saga", "sponsor", c.ReleaseLot(LOT)),
        ("nora", "nurse", c.ReceiveUnit(BAG, "A")),
        ("nora", "nurse", c.ReceiveUnit("B2", "A")),
    )


def ready(store: StudyStore) -> StudyStore:
    """On the day of treatment, confirmed, with a thawed bag."""
    return done(
        enrolled(store),
        ("coco", "coordinator", c.RecordVisit(SUBJECT, "DAY0", today())),
        ("coco", "coordinator", c.EnterItems(SUBJECT, "DAY0", "laboratory", "1", GOOD)),
        ("ines", "investigator", c.ConfirmEligibility(SUBJECT)),
        ("nora", "nurse", c.AllocateUnit(BAG, LOT, SUBJECT)),
        ("nora", "nurse", c.ThawUnit(BAG, LOT, datetime.now(UTC).replace(microsecond=0))),
    )
