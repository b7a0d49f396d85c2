"""The record's tables in a database: made once, and checked whenever they are opened."""

from __future__ import annotations

from trialwright.store import models
from trialwright.store.database_errors import database_errors, refuse
from trialwright.store.pen import check_format


def make_tables(alias: str, origin: str) -> None:
    """Make the tables in an empty database and note which record they hold; TW-311 where there is one."""
    from django.core.management import call_command

    with database_errors(""):
        call_command("migrate", app_label="trialwright_store", database=alias, verbosity=0, interactive=False)
        if models.FormatVersion.objects.using(alias).exists():
            raise refuse("TW-311", "The database already holds a record, and it is not overwritten.")
        models.FormatVersion.objects.using(alias).create(id=1, version=models.FORMAT, origin=origin)


def check_tables(alias: str, origin: str, where: str) -> None:
    """Refuse a database that is no record (TW-313), a newer one (TW-314), or another study's (TW-310)."""
    with database_errors(where):
        row = models.FormatVersion.objects.using(alias).first()
        if row is None:
            raise refuse("TW-313", where=where)
        check_format(row.version)
        if row.origin != origin:
            raise refuse("TW-310", "The database holds the record of another study than this folder.", where)
