"""Addresses of prints."""

from django.urls import path

from trialwright.web.prints import views

urlpatterns = [
    path("subjects/<str:subject>/casebook.pdf", views.casebook, name="casebook-print"),
    path("blank-forms.pdf", views.blank_forms, name="blank-forms"),
]
