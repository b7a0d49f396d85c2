"""Pages that say no, and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop as noop

from trialwright.web.page import render_page, sentence_page


def denied(request: HttpRequest, reason: str) -> HttpResponse:
    """The person may not do this; the page says why and in which role they are at work (AC-1)."""
    return render_page(request, "accounts/denied.html", status=403, reason=reason)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form that did not come from a page of this site, or from one that was open for too long."""
    sentence = (
        "Nothing was recorded, because the form did not come from a page of this site that is still good"
        " (TW-630). Open the page again; what you typed is offered to you there."
    )
    return sentence_page(request, noop("Not accepted"), sentence, 403)


def too_often(request: HttpRequest, *_: Any) -> HttpResponse:
    """More requests than a person makes."""
    return sentence_page(request, noop("Too many attempts"), noop("Wait a few minutes, then try again."), 429)
