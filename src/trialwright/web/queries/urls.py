"""Addresses of queries."""

from django.urls import path

from trialwright.web.queries import views

_ITEM = "subjects/<str:subject>/<str:visit>/<int:occurrence>/<str:form>/<str:row>/<str:name>/"

urlpatterns = [
    path("queries/", views.queries, name="queries"),
    path("subjects/<str:subject>/queries/<str:number>/", views.query, name="query"),
    path(_ITEM + "query/", views.ask, name="ask-query"),
]
