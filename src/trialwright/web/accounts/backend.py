"""Whom a password lets in: a person of the record who is not disabled."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from trialwright.conduct.states import PersonState
from trialwright.web.site import the_store


class PersonBackend(ModelBackend):
    """Django's own check, which takes as long for an unknown id, and then the record's."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether the record knows the person and has not disabled them."""
        stream = f"person:{user.get_username()}"
        state = the_store().states(stream).get(stream)
        return isinstance(state, PersonState) and not state.disabled

    def get_user(self, user_id: Any) -> Any:
        """The account of a session. Whether it may go on is for the gate, which says why not."""
        from django.contrib.auth import get_user_model

        return get_user_model()._default_manager.filter(pk=user_id).first()
