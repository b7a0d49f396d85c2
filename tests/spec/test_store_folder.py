"""How a study's folder is made and opened, and what is refused."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from store_making import FINGERPRINT, Site, make_folder, open_folder
from trialwright.errors import CATALOGUE, TrialwrightError
from trialwright.store import StoreError, StudyFolder, create_study, open_study, postgresql_database, settings

PROTOCOL = "study: {id: invented}\n"


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    """A protocol folder."""
    path = tmp_path / "protocol-template"
    (path / "forms").mkdir(parents=True)
    (path / "protocol.yaml").write_text(PROTOCOL)
    (path / "forms" / "vitals.yaml").write_text("form: vitals\n")
    return path


def code_of(error: pytest.ExceptionInfo[StoreError]) -> str:
    """The code of a refusal, which must stand in the catalogue."""
    code = error.value.problems[0].code
    assert code in CATALOGUE
    return code


def test_a_new_study_folder_has_its_places_and_keys(protocol: Path, tmp_path: Path) -> None:
    """A study folder holds the protocol, the record, files, outputs and the keys of its checkpoints."""
    path = create_study(tmp_path / "study", protocol, name="NCT 0649/5437", database_url="")
    folder = StudyFolder(path)
    names = sorted(each.name for each in path.iterdir() if each.name != "study.db-journal")
    assert names == ["checkpoint.key", "checkpoint.pub", "files", "out", "protocol", "study.db"]
    assert (folder.protocol / "forms" / "vitals.yaml").is_file()
    assert stat.S_IMODE(folder.private_key.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.database.stat().st_mode) == 0o600
    assert folder.signing_key().public_text() == folder.public_key.read_text().strip()
    assert folder.verifying_key().name.startswith("trialwright/NCT-0649-5437/")


def test_no_two_records_share_an_origin(protocol: Path, tmp_path: Path) -> None:
    """Two studies made from the same protocol have different origins and keys."""
    keys = [
        StudyFolder(create_study(tmp_path / name, protocol, database_url="")).public_key.read_text()
        for name in ("one", "other")
    ]
    assert keys[0] != keys[1]


def test_an_empty_folder_is_a_place_for_a_study_and_a_full_one_is_not(protocol: Path, tmp_path: Path) -> None:
    """A study is made in a new or an empty folder; anything that is there stays untouched: TW-311."""
    (tmp_path / "empty").mkdir()
    create_study(tmp_path / "empty", protocol, database_url="")
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter.txt").write_text("mine")
    for place in (full, full / "letter.txt"):
        with pytest.raises(StoreError) as refused:
            create_study(place, protocol, database_url="")
        assert code_of(refused) == "TW-311"
    assert [each.name for each in full.iterdir()] == ["letter.txt"]


def test_a_study_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    """When a step of making a study fails, no half of it is left behind."""
    with pytest.raises(StoreError):
        create_study(tmp_path / "study", tmp_path / "no-protocol", database_url="")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_study_is_not_opened(tmp_path: Path) -> None:
    """A missing folder, a folder without protocol, record or key: TW-310, with the path."""
    make_folder(tmp_path / "study")
    (tmp_path / "empty").mkdir()
    for damage in ("checkpoint.pub", "study.db", "protocol/protocol.yaml"):
        shutil.copytree(tmp_path / "study", tmp_path / damage.replace("/", "-"))
        (tmp_path / damage.replace("/", "-") / damage).unlink()
    for name in ("missing", "empty", "checkpoint.pub", "study.db", "protocol-protocol.yaml"):
        with pytest.raises(StoreError) as refused:
            open_folder(tmp_path / name)
        assert code_of(refused) == "TW-310"
        assert str(tmp_path / name) in str(refused.value)


@pytest.mark.parametrize("content", [b"not a database " * 100, b"PK\x03\x04", b"\x00" * 4096])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    """A study.db that is another kind of file is refused and left as it is: TW-313."""
    make_folder(tmp_path / "study")
    (tmp_path / "study" / "study.db").write_bytes(content)
    with pytest.raises(StoreError) as refused:
        open_folder(tmp_path / "study")
    assert code_of(refused) == "TW-313"
    assert (tmp_path / "study" / "study.db").read_bytes() == content


def test_an_empty_database_and_a_strange_one_are_refused(tmp_path: Path) -> None:
    """A database without the record's tables is not made into one by opening it: TW-313."""
    make_folder(tmp_path / "study")
    database = tmp_path / "study" / "study.db"
    database.write_bytes(b"")
    with pytest.raises(StoreError) as refused:
        open_folder(tmp_path / "study")
    assert code_of(refused) == "TW-313"
    with closing(sqlite3.connect(database)) as strange:
        strange.execute("CREATE TABLE notes (text TEXT)")
    with pytest.raises(StoreError) as refused:
        open_folder(tmp_path / "study")
    assert code_of(refused) == "TW-313"


def test_a_record_of_a_newer_version_is_refused(tmp_path: Path, study_url: str) -> None:
    """A record whose tables a newer version made is not opened, nor written by who has it open: TW-314."""
    make_folder(tmp_path / "study", study_url)
    store = open_folder(tmp_path / "study", study_url)
    from trialwright.store.models import FormatVersion

    FormatVersion.objects.using(store.alias).update(version=2)
    with pytest.raises(StoreError) as refused:
        Site(store).enter()
    assert code_of(refused) == "TW-314"
    with pytest.raises(StoreError) as refused:
        open_folder(tmp_path / "study", study_url)
    assert code_of(refused) == "TW-314"
    store.close()


def test_the_record_of_another_study_is_refused(tmp_path: Path, study_url: str) -> None:
    """A folder is not opened with the database of another study, nor made on it: TW-310, TW-311."""
    make_folder(tmp_path / "one", study_url)
    make_folder(tmp_path / "other")
    if study_url:
        (tmp_path / "other" / "study.db").unlink()
        with pytest.raises(StoreError) as refused:
            make_folder(tmp_path / "third", study_url)
        assert code_of(refused) == "TW-311"
        assert not (tmp_path / "third").exists()
    else:
        shutil.copyfile(tmp_path / "one" / "study.db", tmp_path / "other" / "study.db")
    with pytest.raises(StoreError) as refused:
        open_folder(tmp_path / "other", study_url)
    assert code_of(refused) == "TW-310"


@pytest.mark.requirement("FL-1")
def test_a_held_database_is_waited_for_and_then_refused(tmp_path: Path) -> None:
    """While another program holds the database a command waits; after five seconds it is refused: TW-316."""
    make_folder(tmp_path / "study")
    store = open_folder(tmp_path / "study")
    site = Site(store)
    site.enter()
    with store_connection(store).cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=200")
    with closing(sqlite3.connect(tmp_path / "study" / "study.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError) as refused:
            site.enter()
        assert code_of(refused) == "TW-316"
        holder.execute("ROLLBACK")
    assert site.enter().entries == (2,)
    store.close()


def store_connection(store: object) -> object:
    """This thread's connection."""
    from django.db import connections

    return connections[store.alias]


@pytest.mark.requirement("FL-1")
def test_the_database_is_set_so_that_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Every connection to SQLite runs with the settings under which no power loss takes a commit."""
    make_folder(tmp_path / "study")
    store = open_folder(tmp_path / "study")
    wanted = {
        "journal_mode": "truncate",
        "synchronous": 3,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "busy_timeout": 5000,
    }
    with store_connection(store).cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in wanted}
    assert found == wanted
    store.close()


@pytest.mark.requirement("FL-1")
def test_a_setting_that_does_not_take_is_refused(tmp_path: Path) -> None:
    """A database that somebody holds in write-ahead mode cannot be set right, and is not opened: TW-315."""
    make_folder(tmp_path / "study")
    with closing(sqlite3.connect(tmp_path / "study" / "study.db")) as holder:
        holder.execute("PRAGMA journal_mode=WAL")
        holder.execute("SELECT * FROM record_format").fetchall()
        with pytest.raises(StoreError) as refused:
            open_folder(tmp_path / "study")
    assert code_of(refused) in {"TW-315", "TW-316"}


def test_a_setting_that_sqlite_does_not_know_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A SQLite that answers otherwise than asked is not used: TW-315 names the setting."""
    make_folder(tmp_path / "study")
    monkeypatch.setitem(settings.SQLITE_SETTINGS, "no_such_setting", ("ON", "1"))
    with pytest.raises(StoreError, match=r"no_such_setting is unknown, not 1.*TW-315"):
        open_folder(tmp_path / "study")


READ_ONLY = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from store_making import Site, make_folder, open_folder
from trialwright.errors import TrialwrightError
place = Path(sys.argv[2])
make_folder(place / "study")
store = open_folder(place / "study")
Site(store).enter()
store.export(place / "loads what is needed before the rights are given up")
store.verify()
store.close()
for each in (*(place / "study").rglob("*"), place / "study"):
    each.chmod(0o555 if each.is_dir() else 0o444)
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
store = open_folder(place / "study")
print(store.verify().size, store.snapshot().size)
for act in (Site(store, 9).enter, lambda: store.checkpoint("day end"), lambda: store.export(place / "x")):
    try:
        print(act())
    except TrialwrightError as error:
        print(error.problems[0].code)
"""


def test_a_read_only_study_can_be_read_and_not_written() -> None:
    """A study on a read-only place is verified and read; a command is refused: TW-312."""
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        command = [sys.executable, "-c", READ_ONLY, str(Path(__file__).parents[1]), place]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        (Path(place) / "study").chmod(0o755)
    assert (done.stdout.splitlines(), done.stderr) == (["1 1", "TW-312", "TW-321", "TW-321"], "")


def test_an_address_of_postgresql_is_read_with_the_standard_library() -> None:
    """DATABASE_URL names user, password, host, port, database and a few options, percent-encoded."""
    found = postgresql_database("postgresql://wu:p%40ss@db.example:6432/the%20study?sslmode=require")
    assert (found["USER"], found["PASSWORD"], found["HOST"]) == ("wu", "p@ss", "db.example")
    assert (found["PORT"], found["NAME"], found["OPTIONS"]["sslmode"]) == ("6432", "the study", "require")
    socket = postgresql_database("postgres:///study?host=/run/postgresql&port=5433")
    assert (socket["HOST"], socket["PORT"], socket["NAME"]) == ("/run/postgresql", "5433", "study")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://host/study",
        "postgresql://host",
        "postgresql://host/",
        "postgresql://host:port/study",
        "postgresql://host/a/b",
        "postgresql://[::1/study",
        "postgresql://wu:secret@host/study?options=-cfsync%3Doff",
        "study.db",
    ],
)
def test_an_address_that_is_none_is_refused_without_showing_the_password(url: str) -> None:
    """A DATABASE_URL that is not understood, or sets what must not be set, is refused: TW-319."""
    with pytest.raises(StoreError) as refused:
        postgresql_database(url)
    assert code_of(refused) == "TW-319"
    assert "secret" not in str(refused.value)


@pytest.mark.requirement("FL-1")
def test_a_database_that_cannot_be_reached_is_refused(tmp_path: Path) -> None:
    """When the server is not there, opening is refused with a sentence and not with a traceback: TW-318."""
    make_folder(tmp_path / "study")
    (tmp_path / "study" / "study.db").unlink()
    with pytest.raises(StoreError) as refused:
        open_folder(tmp_path / "study", f"postgresql:///study?host={tmp_path}")
    assert code_of(refused) == "TW-318"


def test_the_environment_names_the_database(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DATABASE_URL of the environment is used where the folder has no study.db."""
    from store_making import CONDUCT

    protocol = tmp_path / "template"
    protocol.mkdir()
    (protocol / "protocol.yaml").write_text(PROTOCOL)
    monkeypatch.setenv("DATABASE_URL", database_url)
    create_study(tmp_path / "study", protocol)
    assert not (tmp_path / "study" / "study.db").exists()
    store = open_study(tmp_path / "study", study="none", fingerprint=FINGERPRINT, conduct=CONDUCT)
    assert Site(store).enter().entries == (1,)
    store.close()


@pytest.mark.requirement("FL-1")
def test_a_server_that_does_not_wait_for_its_disk_is_refused(tmp_path: Path) -> None:
    """A PostgreSQL that acknowledges before its disk has the data is not used: TW-315."""
    from postgres_cluster import running_cluster

    with running_cluster("fsync=off") as cluster, pytest.raises(StoreError, match=r"fsync is off.*TW-315"):
        make_folder(tmp_path / "study", cluster.new_database())


def test_importing_the_room_does_not_load_django() -> None:
    """Naming the store, its errors and its answers costs nothing: Django is loaded when a study is opened."""
    code = (
        "import sys; from trialwright.store import Receipt, StoreError, StudyStore, create_study, open_study;"
        "print([name for name in ('django', 'sqlite3', 'cryptography', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() in ("[]", "['sqlite3']")


def test_settings_that_come_too_late_are_an_error(tmp_path: Path) -> None:
    """Who needs more of Django must set it up before a study is opened, and is told so."""
    make_folder(tmp_path / "study")
    with pytest.raises(RuntimeError, match="before a study"):
        settings.configure(SECRET_KEY="late")


def test_the_migrations_make_the_tables_the_models_describe() -> None:
    """No change of a model is without its migration."""
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    settings.configure()
    written = MigrationLoader(None).project_state()
    assert MigrationAutodetector(written, ProjectState.from_apps(apps))._detect_changes() == {}


def test_every_refusal_has_a_sentence_and_a_code() -> None:
    """What a database may say is turned into a code of the catalogue with its own sentence."""
    from trialwright.store import database_errors

    codes = {*database_errors._SQLITE.values(), *database_errors._POSTGRESQL.values(), "TW-318"}
    for code in codes:
        assert code in CATALOGUE
        assert isinstance(database_errors.refuse(code), TrialwrightError)
