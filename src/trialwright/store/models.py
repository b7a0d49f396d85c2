"""The record's tables. Only ``Projection`` may ever be changed or emptied; triggers guard the others."""

# mypy: disable-error-code="misc"
# Django comes without types, so that its classes are unknown to the type checker.

from __future__ import annotations

from django.db import models

FORMAT = 1


class FormatVersion(models.Model):
    """The one row that says which form the tables have and which record they hold.

    Every writer locks this row first, so that writers on PostgreSQL stand in line as they do on SQLite.
    """

    id = models.SmallIntegerField(primary_key=True)
    version = models.IntegerField()
    origin = models.TextField()

    class Meta:
        db_table = "record_format"


class Entry(models.Model):
    """One sealed entry: the envelope's text is what counts, the other columns repeat parts of it for look-up.

    ``content`` is null once redacted.
    """

    seq = models.BigIntegerField(primary_key=True)
    command = models.TextField()
    part = models.IntegerField()
    kind = models.TextField()
    envelope = models.TextField()
    content = models.TextField(null=True)
    hash = models.TextField()

    class Meta:
        db_table = "record_entry"
        indexes = [models.Index(fields=["kind", "seq"], name="record_entry_kind")]  # noqa: RUF012 - Django's list
        constraints = [  # noqa: RUF012 - Django reads a list here
            models.UniqueConstraint(fields=["command", "part"], name="record_entry_command")
        ]


class StreamLink(models.Model):
    """Which entries belong to a stream, so that a subject's entries are found without reading the others."""

    pk = models.CompositePrimaryKey("stream", "seq")
    stream = models.TextField()
    seq = models.BigIntegerField()

    class Meta:
        db_table = "record_stream"


class Projection(models.Model):
    """The state of a stream after its last entry, as canonical JSON. It can be dropped and rebuilt."""

    stream = models.TextField(primary_key=True)
    seq = models.BigIntegerField()
    state = models.TextField()

    class Meta:
        db_table = "record_projection"


class Checkpoint(models.Model):
    """A signed checkpoint, why it was made, and the tree's peaks from which the next one goes on."""

    id = models.BigAutoField(primary_key=True)
    size = models.BigIntegerField()
    at = models.TextField()
    cause = models.TextField()
    note = models.TextField()
    peaks = models.TextField()

    class Meta:
        db_table = "record_checkpoint"


class Redaction(models.Model):
    """An entry whose content was removed, and the entry that says so; without it the content is locked."""

    seq = models.BigIntegerField(primary_key=True)
    by = models.BigIntegerField()

    class Meta:
        db_table = "record_redaction"
