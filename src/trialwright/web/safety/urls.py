"""Addresses of the safety desk."""

from django.urls import path

from trialwright.web.safety import files, laboratory_views, views

urlpatterns = [
    path("safety/", views.board, name="safety"),
    path("safety/laboratory/", laboratory_views.laboratory, name="laboratory"),
    path("safety/ranges/", laboratory_views.ranges, name="ranges"),
    path("safety/liver/", laboratory_views.liver, name="liver"),
    path("safety/infusions/", laboratory_views.infusions, name="infusions"),
    path("safety/monitoring/", views.monitoring, name="monitoring"),
    path("subjects/<str:subject>/events/<str:number>/reports/e2b.xml", files.e2b, name="event-e2b"),
    path("subjects/<str:subject>/grades/", laboratory_views.grades, name="grades"),
    path("subjects/<str:subject>/events/<str:number>/reports/cioms.pdf", files.cioms, name="event-cioms"),
    path("subjects/<str:subject>/events/<str:number>/reports/", views.reports, name="event-reports"),
]
