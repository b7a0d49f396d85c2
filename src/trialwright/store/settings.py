"""How the record's database is reached and how it must be set: SQLite beside the study, or PostgreSQL.

The SQLite settings are those under which no acknowledged commit was lost in a model of power loss: journal
TRUNCATE with synchronous EXTRA (0 of 702 images, against 19 of 666 with SQLite's defaults).
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from trialwright.store.database_errors import refuse

BUSY_SECONDS = 5

# setting -> (what is asked, what SQLite must then answer)
SQLITE_SETTINGS: dict[str, tuple[str, str]] = {
    "journal_mode": ("TRUNCATE", "truncate"),
    "synchronous": ("EXTRA", "3"),
    "foreign_keys": ("ON", "1"),
    "trusted_schema": ("OFF", "0"),
    "busy_timeout": (str(BUSY_SECONDS * 1000), str(BUSY_SECONDS * 1000)),
}
# setting -> what PostgreSQL may answer
POSTGRESQL_SETTINGS: dict[str, frozenset[str]] = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "remote_apply"}),
}
_URL_OPTIONS = {"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "passfile"}
_numbers = itertools.count(1)


def sqlite_database(path: Path) -> dict[str, Any]:
    """Return Django's settings for the SQLite file; opening it never creates it."""
    asked = ";".join(f"PRAGMA {name}={value}" for name, (value, _) in SQLITE_SETTINGS.items())
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": f"file:{quote(str(path.absolute()))}?mode=rw",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": BUSY_SECONDS, "init_command": asked},
    }


def postgresql_database(url: str) -> dict[str, Any]:
    """Return Django's settings for ``postgresql://user:password@host:port/name?sslmode=...``, or TW-319."""
    try:
        parts = urlsplit(url)
        port = parts.port
        query = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        raise _bad_url("it is not in the form of an address") from None
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in ("postgresql", "postgres") or not name or "/" in name:
        raise _bad_url("it does not name a PostgreSQL database")
    if unknown := sorted(set(query) - _URL_OPTIONS):
        raise _bad_url(f"its option {unknown[0]!a} is not known")
    host = query.pop("host", unquote(parts.hostname or ""))
    asked = f"-c synchronous_commit=on -c lock_timeout={BUSY_SECONDS * 1000} -c client_encoding=UTF8"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": query.pop("port", str(port or "")),
        "OPTIONS": {"connect_timeout": str(BUSY_SECONDS), **query, "options": asked},
        # Kept by each thread of the site for a while, and tried before use, because the server may have gone.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def configure(**settings: Any) -> None:
    """Set Django up once for this process; calling it again without settings changes nothing.

    Who needs more than the record, as the site does, calls this before anything else of this room, with its
    own ``INSTALLED_APPS`` and other settings; this application is added to them. Every study gets an alias of
    its own. Raises RuntimeError when settings come too late to have an effect.
    """
    import django
    from django.apps import apps
    from django.conf import settings as django_settings

    if not django_settings.configured:
        installed = [*settings.pop("INSTALLED_APPS", []), "trialwright.store.apps.StoreConfig"]
        fixed = {"USE_TZ": True, "TIME_ZONE": "UTC", "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField"}
        chosen = fixed | settings | {"INSTALLED_APPS": installed, "DATABASES": {"default": {}}}
        django_settings.configure(**chosen)
    elif settings:
        raise RuntimeError("Django is set up already: call configure before a study is made or opened")
    if not apps.ready:
        django.setup()
    _check_every_connection()


def attach(database: dict[str, Any]) -> str:
    """Return the alias under which Django reaches the database, configuring Django first where nobody has.

    It is never Django's default, which holds the site's accounts, perhaps in the same database: a record has
    connections and transactions of its own.
    """
    from django.db import connections

    configure()
    for alias, known in connections.databases.items():
        if alias != "default" and _identity(known) == _identity(database):
            return str(alias)
    alias = f"study-{next(_numbers)}"
    default = connections.databases["default"]
    connections.databases[alias] = connections.configure_settings({"default": default, alias: database})[
        alias
    ]
    return alias


def detach(alias: str) -> None:
    """Close this thread's connection and forget the alias."""
    from django.db import connections

    connections[alias].close()
    del connections[alias]
    del connections.databases[alias]


def check_settings(connection: Any) -> None:
    """Refuse (TW-315) a connection on which a setting that protects the record did not take."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            wanted = {name: frozenset({answer}) for name, (_, answer) in SQLITE_SETTINGS.items()}
        else:
            wanted = POSTGRESQL_SETTINGS
        for name, answers in wanted.items():
            cursor.execute(f"PRAGMA {name}" if connection.vendor == "sqlite" else f"SHOW {name}")
            row = cursor.fetchone()
            if row is None or str(row[0]) not in answers:
                found = "unknown" if row is None else row[0]
                raise refuse("TW-315", f"The database setting {name} is {found}, not {min(answers)}.")


def _identity(database: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(database.get(part) or "" for part in ("ENGINE", "NAME", "USER", "HOST", "PORT"))


def _check_every_connection() -> None:
    from django.db.backends.signals import connection_created

    connection_created.connect(_check_connection, dispatch_uid="trialwright.store.settings")


def _check_connection(sender: Any, connection: Any, **_: Any) -> None:  # noqa: ARG001 - Django's signal names it
    try:
        check_settings(connection)
        connection.opened_file = _file_of(connection)
    except BaseException:
        connection.close()
        raise


def check_file(alias: str) -> None:
    """Refuse (TW-318) to go on when SQLite's file was moved, removed or replaced since it was opened.

    SQLite would go on writing into the file that nobody can find any more.
    """
    from django.db import connections

    connection = connections[alias]
    if hasattr(connection, "opened_file") and connection.opened_file != _file_of(connection):
        connection.close()
        raise refuse("TW-318", "The database was moved or replaced while it was open. Nothing was recorded.")


def _file_of(connection: Any) -> tuple[int, int] | None:
    if connection.vendor != "sqlite":
        return None
    try:
        found = Path(unquote(urlsplit(connection.settings_dict["NAME"]).path)).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _bad_url(sentence: str) -> Exception:
    return refuse("TW-319", f"DATABASE_URL is not understood: {sentence}.")
