"""Addresses of the product."""

from django.urls import path

from trialwright.web.product import views

urlpatterns = [
    path("product/", views.product, name="product"),
    path("product/lots/<str:lot>/", views.lot, name="lot"),
    path("product/subjects/<str:subject>/", views.sources, name="sources"),
]
