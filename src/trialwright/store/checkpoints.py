"""Checkpoints over the stored record, made at day end, signature, lock and export."""

from __future__ import annotations

import json
from datetime import datetime

from trialwright.record.checkpoint import SigningKey, sign_checkpoint
from trialwright.record.entry import moment_text
from trialwright.record.merkle import MerkleTree
from trialwright.store import models
from trialwright.store.pen import Pen


def make_checkpoint(alias: str, key: SigningKey, cause: str, at: datetime) -> str:
    """Sign the record as it is now and return the note; where nothing was added since, the last one again.

    Only the entries since the last checkpoint are read.
    """
    from django.db import transaction

    with transaction.atomic(using=alias, durable=True):
        Pen(alias, key.name)
        last = models.Checkpoint.objects.using(alias).order_by("-id").first()
        tree = (
            MerkleTree()
            if last is None
            else MerkleTree(last.size, map(bytes.fromhex, json.loads(last.peaks)))
        )
        added = models.Entry.objects.using(alias).filter(seq__gt=tree.size).order_by("seq")
        for digest in added.values_list("hash", flat=True).iterator():
            tree.append(bytes.fromhex(digest))
        note = sign_checkpoint(key, tree.size, tree.root())
        if last is None or last.note != note:
            _keep(alias, tree, note, cause, at)
    return note


def keep_checkpoint(alias: str, key: SigningKey, tree: MerkleTree, cause: str, at: datetime) -> str:
    """Sign a tree that was grown from the entries themselves, store the checkpoint and return the note."""
    from django.db import transaction

    note = sign_checkpoint(key, tree.size, tree.root())
    with transaction.atomic(using=alias, durable=True):
        Pen(alias, key.name)
        last = models.Checkpoint.objects.using(alias).order_by("-id").first()
        if last is None or last.note != note:
            _keep(alias, tree, note, cause, at)
    return note


def _keep(alias: str, tree: MerkleTree, note: str, cause: str, at: datetime) -> None:
    peaks = json.dumps([peak.hex() for peak in tree.peaks])
    models.Checkpoint.objects.using(alias).create(
        size=tree.size, at=moment_text(at), cause=cause, note=note, peaks=peaks
    )
