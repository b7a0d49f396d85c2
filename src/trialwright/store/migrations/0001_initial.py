"""The record's first tables, written by hand: what Django would make is neither STRICT nor guarded."""

# mypy: disable-error-code="misc"
# Django comes without types, so that its classes are unknown to the type checker.

from __future__ import annotations

from typing import Any

from django.db import migrations, models

from trialwright.store.migrations import _tables_postgresql, _tables_sqlite

_STATEMENTS = {"sqlite": _tables_sqlite.STATEMENTS, "postgresql": _tables_postgresql.STATEMENTS}


def create_tables(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001 - Django gives both
    """Create the tables and their triggers on the database at hand."""
    for statement in _STATEMENTS[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Format, entries, streams, projections, checkpoints and redactions."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(create_tables)],
            state_operations=[
                migrations.CreateModel(
                    name="FormatVersion",
                    fields=[
                        ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                        ("version", models.IntegerField()),
                        ("origin", models.TextField()),
                    ],
                    options={"db_table": "record_format"},
                ),
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("command", models.TextField()),
                        ("part", models.IntegerField()),
                        ("kind", models.TextField()),
                        ("envelope", models.TextField()),
                        ("content", models.TextField(null=True)),
                        ("hash", models.TextField()),
                    ],
                    options={
                        "db_table": "record_entry",
                        "indexes": [models.Index(fields=["kind", "seq"], name="record_entry_kind")],
                        "constraints": [
                            models.UniqueConstraint(fields=("command", "part"), name="record_entry_command")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StreamLink",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "stream", "seq", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("stream", models.TextField()),
                        ("seq", models.BigIntegerField()),
                    ],
                    options={"db_table": "record_stream"},
                ),
                migrations.CreateModel(
                    name="Projection",
                    fields=[
                        ("stream", models.TextField(primary_key=True, serialize=False)),
                        ("seq", models.BigIntegerField()),
                        ("state", models.TextField()),
                    ],
                    options={"db_table": "record_projection"},
                ),
                migrations.CreateModel(
                    name="Checkpoint",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("size", models.BigIntegerField()),
                        ("at", models.TextField()),
                        ("cause", models.TextField()),
                        ("note", models.TextField()),
                        ("peaks", models.TextField()),
                    ],
                    options={"db_table": "record_checkpoint"},
                ),
                migrations.CreateModel(
                    name="Redaction",
                    fields=[
                        ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("by", models.BigIntegerField()),
                    ],
                    options={"db_table": "record_redaction"},
                ),
            ],
        )
    ]
