"""Lots, units and the end of a person's part, in the browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from site_stages import SUBJECT, enrolled, ready, screened, today
from trialwright.conduct.states import SubjectState, UnitState
from trialwright.store import StudyStore
from web_signing_in import mark_of, sign_in, text_of

PRODUCT = "/product/"
END = f"/subjects/{SUBJECT}/ending/"


def send(visitor: Any, page: str, **fields: str) -> Any:
    return visitor.post(page, {"command": mark_of(visitor.get(page)), **fields})


def unit(store: StudyStore, name: str) -> UnitState:
    state = store.states(f"unit:{name}")[f"unit:{name}"]
    assert isinstance(state, UnitState)
    return state


def test_a_lot_goes_from_registration_to_the_sites_stock(site: StudyStore) -> None:
    """In quarantine until released; its units are received one by one, and taken out with a reason."""
    saga, coco = sign_in("saga"), sign_in("coco")
    expiry = (today() + timedelta(days=90)).isoformat()
    lot = {"lot": "L7", "product": "drops", "units": "K1, K2 K3", "volume": "100"}
    assert "TW-610" in text_of(send(saga, PRODUCT, deed="register", expiry="spring", **lot))
    assert "TW-608" in text_of(
        send(saga, PRODUCT, deed="register", expiry=expiry, **lot | {"volume": "much"})
    )
    assert send(saga, PRODUCT, deed="register", expiry=expiry, **lot).status_code == 302
    assert "quarantined" in text_of(saga.get(PRODUCT))
    assert send(saga, PRODUCT, deed="release", lot="L7").status_code == 302
    assert send(coco, PRODUCT, deed="receive", unit="K1", site="A").status_code == 302
    assert unit(site, "K1").status == "received"
    assert "1 in stock" in text_of(coco.get(PRODUCT))
    assert "TW-416" in text_of(
        send(coco, PRODUCT, deed="dispose", unit="K1", disposition="destroyed", reason=" ")
    )
    gone = {"unit": "K1", "disposition": "destroyed", "reason": "the bag leaked"}
    assert send(coco, PRODUCT, deed="dispose", **gone).status_code == 302
    assert unit(site, "K1").status == "destroyed"
    assert send(saga, PRODUCT, deed="quarantine", lot="L7", reason="a recall").status_code == 302


def test_what_the_role_may_not_do_is_refused(site: StudyStore) -> None:
    """The site registers no lot; a form that asks for nothing known does nothing."""
    coco = sign_in("coco")
    assert "Register a lot" not in text_of(coco.get(PRODUCT))
    assert "TW-401" in text_of(send(coco, PRODUCT, deed="release", lot="L7"))
    assert "TW-606" in text_of(send(coco, PRODUCT, deed="drink"))


@pytest.mark.requirement("AC-2")
def test_another_sites_units_are_not_seen(site: StudyStore) -> None:
    """AC-2: neither listed nor counted."""
    enrolled(site)
    said = text_of(sign_in("bao").get(PRODUCT))
    assert "B1" not in said
    assert "0 in stock" in said


def test_a_part_ends_by_withdrawal(site: StudyStore) -> None:
    """With its cause and what ends; the final visit is asked for before a completion."""
    ready(site)
    coco = sign_in("coco")
    assert "TW-494" in text_of(send(coco, END, deed="complete", on=today().isoformat()))
    assert "TW-610" in text_of(send(coco, END, deed="withdraw", on="soon"))
    why = {"cause": "other", "scope": "visits"}
    assert send(coco, END, deed="withdraw", on=today().isoformat(), **why).status_code == 302
    state = site.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
    assert state.withdrawal is not None
    assert "Withdrawn on" in text_of(coco.get(END))


@pytest.mark.requirement("AC-2")
def test_another_sites_subject_is_not_ended(site: StudyStore) -> None:
    """AC-2: the page does not exist for them."""
    screened(site)
    assert sign_in("bao").get(END).status_code == 404
