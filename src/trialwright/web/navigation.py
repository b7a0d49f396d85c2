"""The desks in the head of every page: those that the role in use may see, in the order of a day's work."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from trialwright.web.permits import may


@dataclass(frozen=True, slots=True)
class Desk:
    """One entry: the name of its address, which a page gives as ``here``, its label and its deed."""

    name: str
    label: str
    deed: str


DESKS = (
    Desk("overview", "Overview", "see_overview"),
    Desk("subjects", "Subjects", "see_subjects"),
    Desk("queries", "Queries", "see_queries"),
    Desk("consent-ledger", "Consent", "see_subjects"),
    Desk("product", "Product", "see_product"),
    Desk("study", "Study", "see_overview"),
    Desk("entries", "Record", "see_trail"),
    Desk("report", "Report", "see_report"),
    Desk("people", "People", "manage_people"),
)


def desks_of(request: HttpRequest) -> list[Desk]:
    """The desks that the person at work may see."""
    return [each for each in DESKS if may(request, each.deed).granted]
