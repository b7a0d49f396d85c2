"""The studies that the tests run on, and the reference folder beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trialwright.protocol.loading import load_study
from trialwright.protocol.study import Study

PROJECT = Path(__file__).parents[1]
SECOND_STUDY = PROJECT / "tests" / "studies" / "winter-vitamin"


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder of references beside the project; a test that needs it skips elsewhere, and fails in CI."""
    folder = PROJECT.parent / "shared"
    if not folder.is_dir():
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("the folder 'shared' is not beside the project; this test compares with references in it")
    return folder


@pytest.fixture(scope="session")
def default_study() -> Study:
    """The packaged study."""
    return load_study("nct06495437")


@pytest.fixture(scope="session")
def second_study() -> Study:
    """A study as unlike the packaged one as the protocol format permits (tests/studies/README.md)."""
    return load_study(SECOND_STUDY)
