"""Address of the study's own page."""

from django.urls import path

from trialwright.web.oversight import views

urlpatterns = [path("study/", views.study, name="study")]
