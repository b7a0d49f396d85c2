"""Fixtures for all tests. This file also makes the modules beside it importable from every test folder."""

from __future__ import annotations

from laboratory_files import held
from output_making import rehearsed_output, rehearsed_snapshot
from postgres_cluster import database_url, postgres
from store_fixtures import (
    postgresql_store,
    small_disk,
    small_disk_for_a_site,
    sqlite_store,
    study_store,
    study_url,
)
from study_fixtures import default_study, second_study, shared_folder
from web_fixtures import site, site_on_postgresql, staffed_folder
from web_making import rehearsed_folder, rehearsed_site

__all__ = [
    "database_url",
    "default_study",
    "held",
    "postgres",
    "postgresql_store",
    "rehearsed_folder",
    "rehearsed_output",
    "rehearsed_site",
    "rehearsed_snapshot",
    "second_study",
    "shared_folder",
    "site",
    "site_on_postgresql",
    "small_disk",
    "small_disk_for_a_site",
    "sqlite_store",
    "staffed_folder",
    "study_store",
    "study_url",
]
