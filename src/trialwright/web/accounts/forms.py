"""What the administrator fills in about people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as noop

from trialwright.conduct.roles import ROLES
from trialwright.web.words import words

LONGEST = 200


def _roles() -> list[tuple[str, str]]:
    return [(role, words(role)) for role in ROLES]


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class DelegateForm(forms.Form):
    """A role, where, from when to when, and the training it rests on."""

    role = forms.ChoiceField(label=noop("Role"), choices=_roles)
    site = forms.ChoiceField(label=noop("Site"), required=False)
    first = _day(noop("First day"))
    last = _day(noop("Last day"), required=False, help_text=noop("Leave it empty where no end is known."))
    training = forms.CharField(
        label=noop("Training"),
        max_length=LONGEST,
        help_text=noop("What the person was trained in, and when."),
    )

    def __init__(self, study: Any, data: Any = None, *, today: date) -> None:
        """Offer the sites of the protocol; the first day is today unless another is given."""
        super().__init__(data, initial={"first": today})
        named = [(site.id, f"{site.id}: {site.name}") for site in study.design.sites]
        self.fields["site"].choices = [("", gettext("all sites")), *named]


class AddPersonForm(DelegateForm):
    """A person, and the first role."""

    person = forms.CharField(
        label=noop("Person id"),
        max_length=40,
        help_text=noop("Signs in with it; letters, digits, dots and hyphens."),
    )
    name = forms.CharField(
        label=noop("Full name"), max_length=LONGEST, help_text=noop("As it is printed with signatures.")
    )
    field_order = ("person", "name", "role", "site", "first", "last", "training")


class ReasonForm(forms.Form):
    """Why; never filled in beforehand."""

    reason = forms.CharField(label=noop("Reason"), max_length=LONGEST)


class EndForm(ReasonForm):
    """The last day of a delegation, and why it ends."""

    role = forms.CharField(widget=forms.HiddenInput)
    site = forms.CharField(widget=forms.HiddenInput, required=False)
    last = _day(noop("Last day"))
    field_order = ("role", "site", "last", "reason")
