"""Addresses of adverse events."""

from django.urls import path

from trialwright.web.events import views

urlpatterns = [
    path("subjects/<str:subject>/events/new/", views.new_event, name="new-event"),
    path("subjects/<str:subject>/events/<str:number>/", views.event, name="event"),
]
