"""Addresses of source verification."""

from django.urls import path

from trialwright.web.verification import views

urlpatterns = [
    path("subjects/<str:subject>/verification/", views.verification, name="verification"),
]
