"""Headers on every answer: nothing from elsewhere, nothing framed, nothing guessed."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_NOTHING_ELSE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
POLICY = f"default-src 'none'; style-src 'self'; img-src 'self'; {_NOTHING_ELSE}"
# The report is one self-contained file that carries its own styles and drawings; it may load nothing.
REPORT_POLICY = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; {_NOTHING_ELSE}"


class SecurityHeaders:
    """Adds the headers; a page that sets its own policy keeps it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer with its headers. Anything but reading is refused: the pages are read-only."""
        if request.method not in {"GET", "HEAD"}:
            response = HttpResponse("These pages are read-only.", status=405, content_type="text/plain")
            response.headers["Allow"] = "GET, HEAD"
        else:
            response = self._get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Cache-Control", "no-store")
        return response
