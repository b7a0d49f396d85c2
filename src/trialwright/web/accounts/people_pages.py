"""The administrator's pages: people, delegations, accounts, and the review of access (AC-3, AC-5)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.roles import ROLES
from trialwright.conduct.states import PersonState
from trialwright.web.accounts.access_log import lock_outs
from trialwright.web.accounts.accounts_of_people import Standing, account_of, new_link, reset, standings
from trialwright.web.accounts.forms import AddPersonForm, DelegateForm, EndForm, ReasonForm
from trialwright.web.accounts.reviews import attested, list_hash, newest_review
from trialwright.web.acting import act
from trialwright.web.page import render_page
from trialwright.web.people import active_roles, signed_in
from trialwright.web.permits import desk

HERE = "people"
NOT_YET = Standing(set_up=False, factors=(), last_sign_in=None)


@desk("manage_people")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody of the study: roles, account, last sign-in; who was made to wait after failures (PW-3)."""
    alerts = lock_outs(signed_in(request).store)
    return render_page(request, "accounts/people.html", HERE, rows=everybody(request), alerts=alerts)


@desk("manage_people")
@require_http_methods(["GET", "HEAD", "POST"])
def add_person(request: HttpRequest) -> HttpResponse:
    """Add a person with a first delegation, and show their one-time link once."""
    form = AddPersonForm(signed_in(request).protocol, request.POST or None, today=signed_in(request).today())
    refusal = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        refusal = _give(request, c.AddPerson(given["person"], given["name"]))
        refusal = refusal or _delegate(request, given["person"], given)
        if refusal is None:
            return _link_page(request, given["person"], new_link(given["person"]))
    return render_page(request, "accounts/add_person.html", HERE, form=form, refusal=refusal)


@desk("manage_people")
@require_safe
def person(request: HttpRequest, person: str) -> HttpResponse:
    """One person: the delegation log, the account, and what can be done about either."""
    return _person_page(request, _state(request, person))


@desk("manage_people")
@require_http_methods(["POST"])
def delegate(request: HttpRequest, person: str) -> HttpResponse:
    """Delegate a role at a site, from a first day on."""
    state, who = _state(request, person), signed_in(request)
    form = DelegateForm(who.protocol, request.POST, today=who.today())
    if not form.is_valid():
        return _person_page(request, state, delegate_form=form)
    return _after(request, state, _delegate(request, person, form.cleaned_data), delegate_form=form)


@desk("manage_people")
@require_http_methods(["POST"])
def end_delegation(request: HttpRequest, person: str) -> HttpResponse:
    """End a delegation with a last day, at once where that day is past."""
    state, form = _state(request, person), EndForm(request.POST)
    if not form.is_valid():
        return _person_page(request, state, end_form=form)
    given = form.cleaned_data
    last = given["last"].isoformat()
    command = c.EndDelegation(person, given["role"], given["site"] or None, last, given["reason"])
    return _done(request, state, command)


@desk("manage_people")
@require_http_methods(["POST"])
def disable(request: HttpRequest, person: str) -> HttpResponse:
    """Disable a person; their sessions end at their next request (AC-6)."""
    return _with_reason(request, person, c.DisablePerson)


@desk("manage_people")
@require_http_methods(["POST"])
def enable(request: HttpRequest, person: str) -> HttpResponse:
    """Let a disabled person sign in again."""
    return _with_reason(request, person, c.EnablePerson)


@desk("manage_people")
@require_http_methods(["POST"])
def reset_account(request: HttpRequest, person: str) -> HttpResponse:
    """Take a person's password away and show a one-time link once; the administrator never sees a secret."""
    _state(request, person)
    by = signed_in(request).person
    path = reset(person, by, second_factors=request.POST.get("second_factors") == "yes")
    return _link_page(request, person, path)


@desk("review_access")
@require_http_methods(["GET", "HEAD", "POST"])
def access_review(request: HttpRequest) -> HttpResponse:
    """Everybody with access on one page, and the attestation that it is as it should be."""
    refusal = None
    if request.method == "POST":
        refusal = attested(request, everybody(request))
        if refusal is None:
            return HttpResponseRedirect(reverse("access_review"))
    rows, who = everybody(request), signed_in(request)
    shown: dict[str, Any] = {
        "rows": rows,
        "list_hash": list_hash(rows),
        "last": newest_review(who.store, who.today()),
    }
    return render_page(request, "accounts/access_review.html", HERE, refusal=refusal, **shown)


def everybody(request: HttpRequest) -> list[dict[str, Any]]:
    """Each person with what is active today, and the standing of the account."""
    store, accounts = signed_in(request).store, standings()
    return [
        {
            "state": state,
            "active": active_roles(store, state),
            "account": accounts.get(state.person, NOT_YET),
        }
        for state in store.states_of("person").values()
        if isinstance(state, PersonState)
    ]


def _person_page(request: HttpRequest, state: PersonState, status: int = 200, **forms: Any) -> HttpResponse:
    who = signed_in(request)
    shown: dict[str, Any] = {
        "delegate_form": DelegateForm(who.protocol, today=who.today()),
        "end_form": EndForm(initial={"last": who.today()}),
        "reason_form": ReasonForm(),
        "refusal": None,
    }
    return render_page(
        request,
        "accounts/person.html",
        HERE,
        status=status,
        person=state,
        active=active_roles(who.store, state),
        account=standings().get(state.person, NOT_YET),
        roles_known=ROLES,
        **(shown | forms),
    )


def _state(request: HttpRequest, person: str) -> PersonState:
    stream = f"person:{person}"
    state = signed_in(request).store.states(stream).get(stream)
    if not isinstance(state, PersonState):
        raise Http404
    return state


def _delegate(request: HttpRequest, person: str, given: dict[str, Any]) -> Refusal | None:
    last = given["last"].isoformat() if given["last"] else None
    site, first = given["site"] or None, given["first"].isoformat()
    return _give(request, c.DelegateRole(person, given["role"], site, first, last, given["training"]))


def _give(request: HttpRequest, command: Any) -> Refusal | None:
    answer = act(request, command, command_id=request.POST.get("command", ""))
    return answer if isinstance(answer, Refusal) else None


def _with_reason(request: HttpRequest, person: str, command: Any) -> HttpResponse:
    state, form = _state(request, person), ReasonForm(request.POST)
    if not form.is_valid():
        return _person_page(request, state, status=422, reason_form=form)
    account_of(person)
    return _done(request, state, command(person, form.cleaned_data["reason"]))


def _done(request: HttpRequest, state: PersonState, command: Any) -> HttpResponse:
    return _after(request, state, _give(request, command))


def _after(request: HttpRequest, state: PersonState, refusal: Refusal | None, **forms: Any) -> HttpResponse:
    if refusal is not None:
        return _person_page(request, state, status=422, refusal=refusal, **forms)
    return HttpResponseRedirect(reverse("person", args=[state.person]))


def _link_page(request: HttpRequest, person: str, path: str) -> HttpResponse:
    link = request.build_absolute_uri(path)
    return render_page(request, "accounts/link.html", HERE, person=person, link=link)
