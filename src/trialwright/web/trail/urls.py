"""Addresses of the audit trail."""

from django.urls import path

from trialwright.web.trail import exports, views

urlpatterns = [
    path("entries/", views.entries, name="entries"),
    path("entries/reviewed/", views.reviewed, name="trail-reviewed"),
    path("entries/export.<str:sort>", exports.export, name="trail-export"),
    path("entries/<int:seq>/", views.entry, name="entry"),
]
