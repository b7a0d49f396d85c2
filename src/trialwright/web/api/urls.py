"""Addresses of the API. Each answers only to a token, which the service asks for itself."""

from django.urls import path

from trialwright.web.api import pages
from trialwright.web.api.service import api

_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    _pattern.callback.open = True  # no session is needed; the service asks for a token

urlpatterns = [
    path("account/tokens/", pages.tokens, name="tokens"),
    path("api/v1/", (_patterns, _app, _namespace)),
]
