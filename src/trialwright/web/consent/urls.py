"""Addresses of the consent ledger."""

from django.urls import path

from trialwright.web.consent import views

urlpatterns = [
    path("consent/", views.ledger, name="consent-ledger"),
    path("subjects/new/", views.new_subject, name="new-subject"),
    path("subjects/<str:subject>/consent/", views.subject_consent, name="subject-consent"),
]
