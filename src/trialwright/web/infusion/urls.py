"""Addresses of the chair."""

from django.urls import path

from trialwright.web.infusion import views

urlpatterns = [path("subjects/<str:subject>/infusion/", views.chair, name="chair")]
