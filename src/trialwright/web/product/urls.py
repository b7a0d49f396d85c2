"""Address of the product."""

from django.urls import path

from trialwright.web.product import views

urlpatterns = [path("product/", views.product, name="product")]
