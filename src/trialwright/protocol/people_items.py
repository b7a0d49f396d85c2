"""Which items say a person's sex and date of birth: those that go to DM.SEX and DM.BRTHDTC."""

from __future__ import annotations

from trialwright.protocol.forms import Item
from trialwright.protocol.study import Study


def sex_item(study: Study) -> Item | None:
    """The item that says the sex, or None."""
    return _item(study, "SEX")


def birth_item(study: Study) -> Item | None:
    """The item that says the date of birth, or None."""
    return _item(study, "BRTHDTC")


def sexes_of(study: Study) -> tuple[str, ...]:
    """The codes of the sex item."""
    item = sex_item(study)
    return tuple(code.code for code in item.codes) if item is not None else ()


def _item(study: Study, variable: str) -> Item | None:
    return next(
        (
            item
            for item in study.items.values()
            if item.sdtm is not None and (item.sdtm.domain, item.sdtm.variable) == ("DM", variable)
        ),
        None,
    )
