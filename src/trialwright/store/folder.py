"""One study, one folder: where its protocol, record, files, outputs and checkpoint keys are."""

from __future__ import annotations

import errno
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trialwright.record.checkpoint import SigningKey, load_signing_key
from trialwright.record.verify import PublicKey, Unreadable, parse_key
from trialwright.store.database_errors import refuse

PROTOCOL_FILE = "protocol.yaml"
_CODES = {
    errno.ENOSPC: "TW-317",
    errno.EDQUOT: "TW-317",
    errno.EACCES: "TW-312",
    errno.EPERM: "TW-312",
    errno.EROFS: "TW-312",
}


@dataclass(frozen=True, slots=True)
class StudyFolder:
    """The places in a study's folder. ``database`` is there only when the record is on SQLite."""

    path: Path

    @property
    def protocol(self) -> Path:
        """The study as data: ``protocol.yaml`` and its forms."""
        return self.path / "protocol"

    @property
    def database(self) -> Path:
        """The record on SQLite."""
        return self.path / "study.db"

    @property
    def files(self) -> Path:
        """Uploaded sources, each named by its SHA-256."""
        return self.path / "files"

    @property
    def dictionaries(self) -> Path:
        """The dictionaries that the user brought, each in a folder ``<name>-<version>``."""
        return self.path / "dictionaries"

    @property
    def shown(self) -> Path:
        """Files that were sent and shown, each named by its SHA-256, until they are imported or grow old."""
        return self.path / "shown"

    @property
    def out(self) -> Path:
        """What was produced, and can be produced again."""
        return self.path / "out"

    @property
    def private_key(self) -> Path:
        """The key that signs checkpoints; nobody but its owner may read it."""
        return self.path / "checkpoint.key"

    @property
    def public_key(self) -> Path:
        """The key under which others check checkpoints; give it away."""
        return self.path / "checkpoint.pub"

    def signing_key(self) -> SigningKey:
        """Return the private key; TW-321 where it is missing, damaged or readable by others."""
        try:
            mode = stat.S_IMODE(self.private_key.stat().st_mode)
            text = self.private_key.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise refuse(
                "TW-321", "The key that signs checkpoints cannot be read.", str(self.private_key)
            ) from None
        if mode & 0o077:
            sentence = f"The key that signs checkpoints is open to others (mode {mode:03o}); set it to 600."
            raise refuse("TW-321", sentence, str(self.private_key))
        return load_signing_key(text)

    def verifying_key(self) -> PublicKey:
        """Return the public key, whose name is the record's origin; TW-310 where there is none."""
        try:
            return parse_key(self.public_key.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, Unreadable):
            raise refuse(
                "TW-310", "There is no study here: checkpoint.pub is missing or damaged.", str(self.path)
            ) from None


def find_folder(path: Path) -> StudyFolder:
    """Return the study folder at the path; TW-310 where there is none."""
    folder = StudyFolder(path)
    if not path.is_dir():
        sentence = "There is no folder here; check the path, or make a study with 'trialwright new'."
        raise refuse("TW-310", sentence, str(path))
    if not (folder.protocol / PROTOCOL_FILE).is_file():
        raise refuse("TW-310", f"There is no study here: protocol/{PROTOCOL_FILE} is missing.", str(path))
    return folder


def lay_out(folder: StudyFolder, protocol: Path, name: str) -> None:
    """Copy the protocol into an empty folder and make the places and the keys beside it.

    The record's origin is the name with eight random hexadecimal digits, so that no two records share one.
    """
    shutil.copytree(protocol, folder.protocol)
    folder.files.mkdir()
    folder.out.mkdir()
    key = SigningKey(f"trialwright/{name}/{secrets.token_hex(4)}", secrets.token_bytes(32))
    write_private(folder.private_key, key.private_text() + "\n")
    folder.public_key.write_text(key.public_text() + "\n", encoding="utf-8")


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner can read, from its first byte on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)


def check_apart(source: Path, target: Path) -> None:
    """Refuse (TW-323) a copy that would stand inside what it copies: it would be lost together with it."""
    if target.resolve().is_relative_to(source.resolve()):
        sentence = "The copy would stand inside the folder that it copies; give a place outside it."
        raise refuse("TW-323", sentence, str(target))


def check_free(path: Path) -> None:
    """Refuse (TW-311) a place where something already is; an empty folder is free."""
    if path.is_symlink() or path.is_file() or (path.is_dir() and any(path.iterdir())):
        sentence = "There is something here already, and it is not overwritten; give a new or an empty place."
        raise refuse("TW-311", sentence, str(path))


@contextmanager
def appearing(path: Path) -> Iterator[StudyFolder]:
    """Give a folder beside the path to be filled; it appears at the path whole, or not at all."""
    with file_errors(path):
        check_free(path)
        path.absolute().parent.mkdir(parents=True, exist_ok=True)
        draft = path.absolute().with_name(f".{path.absolute().name}.{secrets.token_hex(4)}")
        draft.mkdir()
        try:
            yield StudyFolder(draft)
            sync_tree(draft)
            draft.rename(path.absolute())
            sync(path.absolute().parent)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Turn what the file system raises inside the block into a :class:`StoreError`."""
    try:
        yield
    except OSError as error:
        number = error.errno or _number_in(error)
        code = _CODES.get(number, "TW-318")
        what = (os.strerror(number) if number else "the file system failed").lower()
        sentence = f"Nothing was written ({what}); check the path, its permissions and the room on the disk."
        raise refuse(code, sentence, str(path)) from error


def _number_in(error: OSError) -> int:
    """The number of the first fault of a whole tree, which ``shutil`` keeps in its sentences only; else 0."""
    found = re.search(r"\[Errno (\d+)\]", str(error))
    return int(found.group(1)) if found else 0


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` fill a file beside the path; it appears at the path whole, or not at all."""
    draft = path.absolute().with_name(f".{path.name}.{secrets.token_hex(4)}")
    with file_errors(path):
        try:
            write(draft)
            sync(draft)
            draft.rename(path.absolute())
            sync(path.absolute().parent)
        finally:
            draft.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have the disk keep a file or a folder's list of names before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(path: Path) -> None:
    """Have the disk keep everything below a folder."""
    for each in path.rglob("*"):
        if each.is_file() or each.is_dir():
            sync(each)
    sync(path)
