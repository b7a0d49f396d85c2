"""Headers on every answer: nothing from elsewhere, nothing framed, nothing guessed."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

_FRAME = "base-uri 'none'; frame-ancestors 'none'"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self';"
    f" form-action 'self'; {_FRAME}"
)
# The report is one self-contained file that carries its own styles and drawings; it may load nothing.
REPORT_POLICY = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; {_FRAME}"
_TWO_YEARS = 63_072_000


class SecurityHeaders:
    """Adds the headers; a page that sets its own policy keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand before ``get_response``."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer with its headers.

        The referrer stays within the site. With none at all, browsers send forms with the origin ``null``,
        which the check against forged forms refuses.
        """
        response = self._answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("Cache-Control", "no-store")
        if getattr(settings, "BEHIND_TLS", False):
            response.headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS}; includeSubDomains"
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        """The answer to a request under one of the site's own names, and to no other (DNS rebinding)."""
        try:
            request.get_host()
        except DisallowedHost:
            sentence = "This site is not served under that name."
            return HttpResponse(sentence, status=400, content_type="text/plain")
        return self._get_response(request)
