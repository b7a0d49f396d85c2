"""Addresses of imports."""

from django.urls import path

from trialwright.web.imports import views

urlpatterns = [path("imports/", views.imports, name="imports")]
