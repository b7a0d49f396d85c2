"""What the administrator fills in about people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from trialwright.conduct.roles import ROLES
from trialwright.web.words import words

LONGEST = 200


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class DelegateForm(forms.Form):
    """A role, where, from when to when, and the training it rests on."""

    role = forms.ChoiceField(label="Role", choices=[(role, words(role)) for role in ROLES])
    site = forms.ChoiceField(label="Site", required=False)
    first = _day("First day")
    last = _day("Last day", required=False, help_text="Leave it empty where no end is known.")
    training = forms.CharField(
        label="Training", max_length=LONGEST, help_text="What the person was trained in, and when."
    )

    def __init__(self, study: Any, data: Any = None, *, today: date) -> None:
        """Offer the sites of the protocol; the first day is today unless another is given."""
        super().__init__(data, initial={"first": today})
        named = [(site.id, f"{site.id}: {site.name}") for site in study.design.sites]
        self.fields["site"].choices = [("", "all sites"), *named]


class AddPersonForm(DelegateForm):
    """A person, and the first role."""

    person = forms.CharField(
        label="Person id", max_length=40, help_text="Signs in with it; letters, digits, dots and hyphens."
    )
    name = forms.CharField(
        label="Full name", max_length=LONGEST, help_text="As it is printed with signatures."
    )
    field_order = ("person", "name", "role", "site", "first", "last", "training")


class ReasonForm(forms.Form):
    """Why; never filled in beforehand."""

    reason = forms.CharField(label="Reason", max_length=LONGEST)


class EndForm(ReasonForm):
    """The last day of a delegation, and why it ends."""

    role = forms.CharField(widget=forms.HiddenInput)
    site = forms.CharField(widget=forms.HiddenInput, required=False)
    last = _day("Last day")
    field_order = ("role", "site", "last", "reason")
