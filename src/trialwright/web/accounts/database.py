"""The accounts' database: ``accounts.db`` in the study folder, or the PostgreSQL database of DATABASE_URL.

It is never in the record's file, so that signing in does not wait for the record. Whom it lets in stands in
the record; it holds only passwords, second factors and sessions.
"""

from __future__ import annotations

import os
from typing import Any

from trialwright.store import StudyFolder, postgresql_database, sqlite_database

DATABASE = "accounts.db"
APPLICATIONS = ("contenttypes", "auth", "sessions", "account", "mfa", "api")


def accounts_database(folder: StudyFolder) -> dict[str, Any]:
    """Django's settings for the accounts of a study folder; makes the empty file where there is none."""
    url = os.environ.get("DATABASE_URL", "")
    if url and not folder.database.is_file():
        return postgresql_database(url)
    path = folder.path / DATABASE
    path.touch(mode=0o600, exist_ok=True)
    return sqlite_database(path)


def use_accounts(folder: StudyFolder) -> None:
    """Make the folder's accounts Django's default database, with its tables as this version needs them."""
    from django.core.management import call_command
    from django.db import connections

    database = accounts_database(folder)
    connections["default"].close()
    settings = connections.configure_settings({"default": database})["default"]
    # In place: every thread's connection holds this very dictionary, and opens what it says then.
    connections.databases["default"].clear()
    connections.databases["default"].update(settings)
    del connections["default"]
    # SQLite does not trust functions in a schema under the settings that the record asks of every connection,
    # and Django would have JSON_VALID check the columns that Django itself writes.
    connection = connections["default"]
    checks = connection.data_type_check_constraints
    connection.data_type_check_constraints = {
        sort: check for sort, check in checks.items() if sort != "JSONField"
    }
    for application in APPLICATIONS:
        call_command("migrate", app_label=application, database="default", verbosity=0, interactive=False)
