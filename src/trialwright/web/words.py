"""Filters that every template may use."""

from __future__ import annotations

from django.template import Library

register = Library()


@register.filter
def words(name: str) -> str:
    """A name of the code as it is read: ``data_manager`` is a data manager."""
    return str(name).replace("_", " ")
