"""A deed that a second person must have seen: somebody else, of the same site, on the same day."""

from __future__ import annotations

from trialwright.conduct.answer import Refused
from trialwright.conduct.people import person_of
from trialwright.conduct.permissions import is_active
from trialwright.conduct.situation import Situation, identifier, shown
from trialwright.conduct.states import UnitState
from trialwright.conduct.streams import STAFF
from trialwright.protocol.design import Product

AT_THE_CHAIR = ("nurse", "investigator", "coordinator")


def products_of(situation: Situation, units: list[UnitState]) -> list[Product]:
    """The products of units. A unit of an older record does not say its own: then every one may be it."""
    known = {unit.product for unit in units}
    return [each for each in situation.study.design.products if None in known or each.id in known]


def require_witness(
    situation: Situation, units: list[UnitState], deed: str, site: str | None, second: str | None
) -> str | None:
    """The second person's id, where one is given or demanded; TW-415, TW-851 or TW-894."""
    demanded = any(deed in product.two_people for product in products_of(situation, units))
    if second is None:
        if demanded:
            raise Refused(
                "TW-894",
                f"the {deed} of units needs a second person; let a colleague confirm it",
                ("second person",),
            )
        return None
    who = identifier(second, "the second person")
    if who == situation.context.author.id:
        raise Refused("TW-894", "the second person must be somebody else; let a colleague confirm it")
    if STAFF in situation.states:
        require_colleague(situation, who, site)
    return who


def require_colleague(situation: Situation, who: str, site: str | None) -> None:
    """TW-851 unless this person has a role at the chair of the site today."""
    somebody = person_of(situation, who)
    here = any(
        each.role in AT_THE_CHAIR and each.site in (None, site) and is_active(each, situation.today)
        for each in somebody.delegations
    )
    if somebody.disabled or not here:
        raise Refused("TW-851", f"{shown(who)} has no role at the chair of this site today; ask a colleague")
