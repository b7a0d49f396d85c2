"""The few files that pages load: our own, and allauth's for passkeys, all from this server."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from trialwright.web.permits import open_page

_OWN = Path(__file__).parent / "static"


@open_page
@require_safe
def script(_request: HttpRequest, name: str) -> HttpResponse:
    """One of the scripts by its name; nothing else of the machine."""
    path = _scripts().get(name)
    if path is None:
        raise Http404
    response = HttpResponse(path.read_bytes(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "max-age=300"
    return response


@cache
def _scripts() -> dict[str, Path]:
    import allauth
    import django_htmx

    theirs, htmx = Path(allauth.__file__).parent, Path(django_htmx.__file__).parent
    passkeys = theirs / "mfa" / "static" / "mfa" / "js"
    return {
        "keep.js": _OWN / "keep.js",
        "entry.js": _OWN / "entry.js",
        "chair.js": _OWN / "chair.js",
        "htmx.js": htmx / "static" / "django_htmx" / "htmx-2.min.js",
        "webauthn-json.js": passkeys / "webauthn-json.js",
        "webauthn.js": passkeys / "webauthn.js",
        "onload.js": theirs / "account" / "static" / "account" / "js" / "onload.js",
    }
