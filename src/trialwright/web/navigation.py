"""The desks in the head of every page: those that the role in use may see, in the order of a day's work."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_noop as noop

from trialwright.web.permits import may


@dataclass(frozen=True, slots=True)
class Desk:
    """One entry: the name of its address, which a page gives as ``here``, its label and its deed."""

    name: str
    label: str
    deed: str


DESKS = (
    Desk("overview", noop("Overview"), "see_overview"),
    Desk("subjects", noop("Subjects"), "see_subjects"),
    Desk("queries", noop("Queries"), "see_queries"),
    Desk("consent-ledger", noop("Consent"), "see_subjects"),
    Desk("safety", noop("Safety"), "see_subjects"),
    Desk("coding", noop("Coding"), "see_coding"),
    Desk("product", noop("Product"), "see_product"),
    Desk("imports", noop("Import"), "import_files"),
    Desk("study", noop("Study"), "see_overview"),
    Desk("entries", noop("Record"), "see_trail"),
    Desk("report", noop("Report"), "see_report"),
    Desk("people", noop("People"), "manage_people"),
)


def desks_of(request: HttpRequest) -> list[Desk]:
    """The desks that the person at work may see."""
    return [each for each in DESKS if may(request, each.deed).granted]
