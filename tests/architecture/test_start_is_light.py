"""`trialwright --help` answers at once, because heavy libraries load where they are used."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "cryptography",
    "django",
    "jinja2",
    "matplotlib",
    "numpy",
    "polars",
    "pydantic",
    "pyreadstat",
    "rfc8785",
    "scipy",
    "sqlite3",
    "yaml",
}
_PROGRAM = """
import sys
from trialwright.cli.outcome import run
status = run(["--help"])
print(status, *sorted({name.split(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def test_the_command_line_starts_without_heavy_libraries() -> None:
    """Showing the help imports none of the libraries that read, compute, draw or store."""
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    status, *loaded = done.stderr.split()
    assert status == "0"
    assert "Usage: trialwright" in done.stdout
    assert not HEAVY & set(loaded)
