"""Addresses of the safety desk."""

from django.urls import path

from trialwright.web.safety import files, views

urlpatterns = [
    path("safety/", views.board, name="safety"),
    path("safety/monitoring/", views.monitoring, name="monitoring"),
    path("subjects/<str:subject>/events/<str:number>/reports/e2b.xml", files.e2b, name="event-e2b"),
    path("subjects/<str:subject>/grades/", views.grades, name="grades"),
    path("subjects/<str:subject>/events/<str:number>/reports/", views.reports, name="event-reports"),
]
