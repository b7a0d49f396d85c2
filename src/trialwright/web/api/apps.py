"""The application that holds the table of tokens."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Tokens of people for programs."""

    name = "trialwright.web.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
