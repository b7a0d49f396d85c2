"""Addresses of signatures and locks."""

from django.urls import path

from trialwright.web.signing import casebook_pages

urlpatterns = [
    path("subjects/<str:subject>/signatures/", casebook_pages.signatures, name="signatures"),
]
