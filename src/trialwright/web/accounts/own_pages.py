"""The page about oneself, and the choice of the role in which one works."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from trialwright.web.page import render_page
from trialwright.web.people import ROLE_IN_USE, role_key, signed_in
from trialwright.web.permits import own_page


@own_page
@require_safe
def own_account(request: HttpRequest) -> HttpResponse:
    """Name, roles, password, second factors: of oneself alone."""
    return render_page(request, "accounts/account.html", "account")


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def choose_role(request: HttpRequest) -> HttpResponse:
    """Choose among the roles that are delegated today; any other choice is refused."""
    keys = {role_key(each) for each in signed_in(request).roles}
    chosen = request.POST.get("role", "")
    if request.method == "POST" and chosen in keys:
        request.session[ROLE_IN_USE] = chosen
        return HttpResponseRedirect(_next(request))
    status = 422 if request.method == "POST" else 200
    return render_page(request, "accounts/choose_role.html", "account", status=status, next=_next(request))


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"
