"""Address of the safety board's pack."""

from django.urls import path

from trialwright.web.pack import views

urlpatterns = [path("safety/pack/", views.take, name="board-pack")]
