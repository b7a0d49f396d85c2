"""Tokens: a program acts as a person, in one role at one site, until the token ends."""

# mypy: disable-error-code="misc"
# Django comes without types, so that its classes are unknown to the type checker.

from __future__ import annotations

from django.db import models


class Token(models.Model):
    """One token. Its secret is shown once and kept as a SHA-256; the delegation is checked at each use.

    ``site`` None is all sites, as in a delegation.
    """

    digest = models.CharField(max_length=64, unique=True)
    person = models.CharField(max_length=64)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=32)
    site = models.CharField(max_length=64, null=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_token"
