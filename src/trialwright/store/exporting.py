"""The stored record written as one file to hand over."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from trialwright.record.chain import Head
from trialwright.record.checkpoint import SigningKey
from trialwright.record.export import entry_line, first_line, last_line, not_whole
from trialwright.record.merkle import MerkleTree
from trialwright.record.verify import Bad, parse_key, verify_export
from trialwright.store.checkpoints import keep_checkpoint
from trialwright.store.database_errors import refuse
from trialwright.store.folder import file_errors, write_whole
from trialwright.store.reading import read_entries

_BEGINNING = b'{"format":"trialwright-record/'


def write_export(alias: str, key: SigningKey, path: Path, at: datetime) -> Head:
    """Write the record up to its end as it is when the end is reached; RecordError where it is not whole.

    The entries are written before the line that counts them, so that no writer has to wait for the file.
    """
    with file_errors(path):
        if path.exists() and not _is_export(path):
            raise refuse("TW-311", "There is another file here, and it is not overwritten.", str(path))
        with TemporaryFile(dir=path.absolute().parent) as body:
            tree, head = _write_entries(alias, body)
            note = keep_checkpoint(alias, key, tree, "export", at)
            write_whole(path, lambda draft: _compose(draft, key, head, body, note))
    return head


def _write_entries(alias: str, body: BinaryIO) -> tuple[MerkleTree, Head]:
    tree, head = MerkleTree(), Head()
    for entry in read_entries(alias):
        body.write(entry_line(entry))
        tree.append(bytes.fromhex(entry.hash))
        head = Head(tree.size, entry.hash)
    body.seek(0)
    return tree, head


def _compose(draft: Path, key: SigningKey, head: Head, body: BinaryIO, note: str) -> None:
    with draft.open("x+b") as handle:
        handle.write(first_line(head, key.name))
        shutil.copyfileobj(body, handle)
        handle.write(last_line(note))
        handle.seek(0)
        try:
            verify_export(handle, parse_key(key.public_text()))
        except Bad as bad:
            raise not_whole(bad) from None


def _is_export(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as handle:
        return handle.read(len(_BEGINNING)) == _BEGINNING
