"""Forms and items: what is asked, in which unit, within which limits, and where it goes in SDTM."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from trialwright.protocol.clause import Clause, Identifier, ItemName, Rule, Wording

ItemType = Literal["boolean", "number", "integer", "date", "datetime", "code", "text"]
Severity = Literal["hard", "soft"]


class SdtmTarget(Clause):
    """Where an item lands in SDTM: a variable of a domain, or a test of a findings domain.

    Findings carry ``testcd`` and ``test`` (at most 8 and 40 characters, SDTMIG 3.4); others ``variable``.
    """

    domain: str = Field(pattern=r"^[A-Z]{2}$")
    variable: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9]{0,7}$")
    testcd: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9]{0,7}$")
    test: str | None = Field(default=None, max_length=40)
    category: str | None = None
    specimen: str | None = None
    method: str | None = None
    loinc: str | None = Field(default=None, pattern=r"^[0-9]+-[0-9]$")


class Code(Clause):
    """One permitted answer: the stored code, what is read, and the submission value where it differs."""

    code: str
    label: Wording
    submission: str | None = None


class Limits(Clause):
    """Inclusive limits in the item's own unit."""

    low: Decimal | None = None
    high: Decimal | None = None


class EditCheck(Clause):
    """A rule that must not be false for the values of one form. Hard refuses, soft asks for a query."""

    id: Identifier
    rule: Rule
    severity: Severity
    message: Wording


class Item(Clause):
    """One question. ``unit`` is the study's unit (UCUM); other units are converted through ``analyte``.

    ``possible`` are hard limits (outside is refused), ``expected`` soft ones (outside opens a query).
    ``ask_if`` is skip logic over the same person's values. ``upper_limit`` names the item that holds this
    measurement's upper limit of normal. ``future`` lets a date lie after today.
    """

    id: ItemName
    label: Wording
    type: ItemType
    unit: str | None = None
    analyte: str | None = None
    codes: tuple[Code, ...] = ()
    possible: Limits | None = None
    expected: Limits | None = None
    required: bool = False
    future: bool = False
    ask_if: Rule | None = None
    upper_limit: ItemName | None = None
    sdtm: SdtmTarget | None = None
    help: Wording | None = None


class Form(Clause):
    """A page of the casebook. A repeating form has rows, named by the coordinator or by time points."""

    id: Identifier
    title: Wording
    repeating: bool = False
    items: tuple[Item, ...] = Field(min_length=1)
    checks: tuple[EditCheck, ...] = ()
    help: Wording | None = None

    def item(self, name: str) -> Item | None:
        """The item of that name on this form, or None."""
        return next((item for item in self.items if item.id == name), None)
