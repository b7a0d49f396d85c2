"""The page on which people make and end their own tokens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from trialwright.web.api.tokens import LONGEST_DAYS, end_token, make_token, tokens_of
from trialwright.web.page import render_page
from trialwright.web.people import signed_in
from trialwright.web.permits import desk


@desk("see_overview")
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens; a new one is shown once."""
    who, secret, fault = signed_in(request), "", ""
    if request.method == "POST" and "end" in request.POST:
        end_token(who, _number(request.POST["end"]))
        return redirect("tokens")
    if request.method == "POST":
        name = request.POST.get("name", "").strip()[:100]
        if name:
            secret = make_token(who, name, _number(request.POST.get("days", "")) or LONGEST_DAYS)
        else:
            fault = "Give the token a name that says what it is for."
    return render_page(
        request,
        "api/tokens.html",
        "account",
        status=422 if fault else 200,
        tokens=tokens_of(who.person),
        secret=secret,
        fault=fault,
        longest=LONGEST_DAYS,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
