"""The server's log, on standard error: faults of the program with their cause, outages, and forged forms.

What people did stands in the record. The log names addresses and says what failed; it holds no answers that
people typed.
"""

from __future__ import annotations

from typing import Any


def log_settings() -> dict[str, Any]:
    """Django's setting of what is logged; without it, a fault on a site that is served leaves no trace."""
    return {
        "LOGGING": {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "format": "{asctime} {levelname} {name}: {message}",
                    "datefmt": "%Y-%m-%dT%H:%M:%S%z",
                    "style": "{",
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "loggers": {
                "django": {"handlers": ["stderr"], "level": "WARNING"},
                # Of requests only what the site could not do: a page that is not there is no event.
                "django.request": {"level": "ERROR"},
            },
        }
    }
