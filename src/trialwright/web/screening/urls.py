"""Addresses of the screening desk."""

from django.urls import path

from trialwright.web.screening import views

urlpatterns = [path("subjects/<str:subject>/screening/", views.screening_desk, name="screening-desk")]
