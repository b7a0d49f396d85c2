"""Addresses of form entry."""

from django.urls import path

from trialwright.web.entry import ending, views

_ROW = "subjects/<str:subject>/<str:visit>/<int:occurrence>/<str:form>/<str:row>/"

urlpatterns = [
    path("subjects/<str:subject>/ending/", ending.ending, name="ending"),
    path("subjects/<str:subject>/<str:visit>/<int:occurrence>/", views.visit_page, name="visit"),
    path(_ROW, views.form_row, name="form-row"),
    path(_ROW + "is/<str:deed>/", views.row_deed, name="row-deed"),
    path(_ROW + "<str:name>/", views.item, name="item"),
    path(_ROW + "<str:name>/history/", views.item_history, name="item-history"),
]
