"""Which address shows which page, and which deed it is. A page without a deed is denied to everybody."""

from django.urls import include, path
from django.views.decorators.http import require_POST, require_safe

from trialwright.web import pages, site_files, subject_pages
from trialwright.web.permits import desk, open_page
from trialwright.web.today.views import overview

urlpatterns = [
    path("", overview, name="overview"),
    path("subjects/", desk("see_subjects")(require_safe(pages.subjects)), name="subjects"),
    path("", include("trialwright.web.consent.urls")),
    path(
        "subjects/<str:subject>/", desk("see_subjects")(require_safe(subject_pages.subject)), name="subject"
    ),
    path("report/", desk("see_report")(require_safe(pages.report)), name="report"),
    path("language/", open_page(require_POST(pages.choose_language)), name="language"),
    path("site.css", open_page(require_safe(pages.stylesheet)), name="stylesheet"),
    path("scripts/<str:name>", site_files.script, name="script"),
    path("", include("trialwright.web.accounts.urls")),
    path("", include("trialwright.web.api.urls")),
    path("", include("trialwright.web.screening.urls")),
    path("", include("trialwright.web.infusion.urls")),
    path("", include("trialwright.web.safety.urls")),
    path("", include("trialwright.web.coding.urls")),
    path("", include("trialwright.web.pack.urls")),
    path("", include("trialwright.web.events.urls")),
    path("", include("trialwright.web.signing.urls")),
    path("", include("trialwright.web.queries.urls")),
    path("", include("trialwright.web.verification.urls")),
    path("", include("trialwright.web.product.urls")),
    path("", include("trialwright.web.trail.urls")),
    path("", include("trialwright.web.prints.urls")),
    path("", include("trialwright.web.imports.urls")),
    path("", include("trialwright.web.oversight.urls")),
    path("", include("trialwright.web.entry.urls")),
]
handler400 = "trialwright.web.outage.unreadable"
handler404 = "trialwright.web.pages.not_found"
handler429 = "trialwright.web.accounts.refusals.too_often"
handler500 = "trialwright.web.outage.failed"
