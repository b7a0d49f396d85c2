"""The record's tables as a Django application."""

# mypy: disable-error-code="misc"
# Django comes without types, so that its classes are unknown to the type checker.

from __future__ import annotations

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Names the application; its label is the prefix of its migrations, not of its tables."""

    name = "trialwright.store"
    label = "trialwright_store"
    verbose_name = "The study's record"
    default_auto_field = "django.db.models.BigAutoField"
