"""Which address shows which page."""

from django.urls import path

from trialwright.web import pages

urlpatterns = [
    path("", pages.overview, name="overview"),
    path("subjects/", pages.subjects, name="subjects"),
    path("subjects/<str:subject>/", pages.subject, name="subject"),
    path("report/", pages.report, name="report"),
    path("site.css", pages.stylesheet, name="stylesheet"),
]
handler404 = "trialwright.web.pages.not_found"
handler500 = "trialwright.web.pages.failed"
