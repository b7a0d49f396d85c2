"""Addresses of the coding desk."""

from django.urls import path

from trialwright.web.coding import views

urlpatterns = [
    path("coding/", views.coding, name="coding"),
    path("coding/versions/", views.versions, name="coding-versions"),
    path("subjects/<str:subject>/events/<str:number>/coding/", views.event_coding, name="event-coding"),
]
