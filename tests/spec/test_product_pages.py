"""Lots, units and the end of a person's part, in the browser."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from conduct_making import ZONE
from site_stages import LOT, SUBJECT, enrolled, ready, screened, today
from trialwright.conduct.states import SubjectState, UnitState
from trialwright.store import StudyStore
from web_signing_in import PASSWORD, code_of, make_account, mark_of, sign_in, text_of

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
    assert "TW-604" in text_of(send(saga, PRODUCT, deed="release", lot="L7", password="wrong"))
    proof = {"password": PASSWORD, "code": code_of(saga.secret, 1)}
    assert send(saga, PRODUCT, deed="release", lot="L7", **proof).status_code == 302
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


def local(moment: datetime) -> str:
    """A moment as a form sends it."""
    return moment.strftime("%Y-%m-%dT%H:%M")


def test_a_warm_shipment_is_held_and_shown_until_it_is_decided(site: StudyStore) -> None:
    """A time that cannot be read and a number that is none are said; the second person proves themselves."""
    enrolled(site)
    make_account("nora")
    coco, saga = sign_in("coco"), sign_in("saga")
    now = datetime.now(ZoneInfo(ZONE)) - timedelta(minutes=2)
    trip = {"deed": "ship", "shipment": "S1", "site": "A", "units": "L9-1 L9-2", "shipper": "Polar"}
    times = {"shipped_at": local(now - timedelta(hours=9)), "received_at": local(now), "high_c": "-20"}
    lot = {"lot": "L9", "product": "drops", "units": "L9-1 L9-2", "volume": "100", "donor": "DON-7"}
    expiry = (today() + timedelta(days=90)).isoformat()
    wrong = lot | {"particles_per_ml": "many"}
    assert "TW-608" in text_of(send(saga, PRODUCT, deed="register", expiry=expiry, **wrong))
    sums = {"particles_per_ml": "2e10", "particles_per_unit": "3e12"}
    assert "TW-891" in text_of(send(saga, PRODUCT, deed="register", expiry=expiry, **lot, **sums))
    assert send(saga, PRODUCT, deed="register", expiry=expiry, **lot).status_code == 302
    assert "TW-607" in text_of(send(coco, PRODUCT, **trip, **times | {"shipped_at": "yesterday"}))
    not_her = {"second": "nora", "second_password": "guess"}
    assert "TW-609" in text_of(send(coco, PRODUCT, **trip, **times, **not_her))
    her = {"second": "nora", "second_password": PASSWORD}
    assert send(coco, PRODUCT, **trip, **times, **her).status_code == 302
    said = text_of(coco.get(PRODUCT))
    assert "Polar" in said
    assert "Held until the sponsor decides: L9-1, L9-2" in said
    decision = {"deed": "decide", "excursion": "S1", "disposition": "use", "reason": "stable"}
    assert "TW-401" in text_of(send(coco, PRODUCT, **decision, units="L9-1"))
    assert send(saga, PRODUCT, **decision, units="L9-1").status_code == 302
    assert unit(site, "L9-1").excursions == ()
    assert "Held until the sponsor decides: L9-2" in text_of(coco.get(PRODUCT))
    alarm = {"deed": "excursion", "excursion": "E1", "site": "A", "units": "L9-1", "cause": "alarm"}
    span = {"since": local(now), "until": local(now)}
    assert "TW-896" in text_of(send(coco, PRODUCT, **alarm, **span, high_c="-70"))
    assert send(coco, PRODUCT, **alarm, **span, high_c="-30").status_code == 302
    assert send(coco, PRODUCT, deed="store", unit="L9-1", freezer="F2").status_code == 302
    assert unit(site, "L9-1").freezer == "F2"
    page = text_of(saga.get("/product/lots/L9/"))
    assert "DON-7" in page
    assert "Nobody got a unit of this lot" in page


def test_the_balance_is_shown_at_any_moment(site: StudyStore) -> None:
    """Before anything was received it is empty; a moment that cannot be read is said."""
    ready(site)
    coco = sign_in("coco")
    assert "On hand = received" in text_of(coco.get(PRODUCT))
    assert "Nothing was received by then" in text_of(coco.get(f"{PRODUCT}?at=2001-01-01T00:00"))
    assert "could not be read" in text_of(coco.get(f"{PRODUCT}?at=spring"))


def test_a_recall_is_one_click_each_way(site: StudyStore) -> None:
    """From the lot to the subject and back; a lot that is not there is not found."""
    ready(site)
    coco, saga = sign_in("coco"), sign_in("saga")
    assert SUBJECT in text_of(coco.get(f"/product/lots/{LOT}/"))
    assert LOT in text_of(coco.get(f"/product/subjects/{SUBJECT}/"))
    assert coco.get("/product/lots/L404/").status_code == 404
    assert SUBJECT not in text_of(sign_in("bao").get(f"/product/lots/{LOT}/"))
    assert sign_in("bao").get(f"/product/subjects/{SUBJECT}/").status_code == 404
    why = {"deed": "recall", "lot": LOT, "reason": "the donor"}
    assert "TW-401" in text_of(send(coco, PRODUCT, **why))
    assert send(saga, PRODUCT, **why).status_code == 302
    assert "recalled" in text_of(coco.get(f"/product/lots/{LOT}/"))


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
