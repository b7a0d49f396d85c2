"""The statistics are one package of names, described one by one, that costs nothing until it is asked."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from source_tree import PROJECT

from trialwright.analysis import statistics

VALUES = {"Estimate", "ModelEstimate", "NotEstimable", "PValue"}
_ROW = re.compile(r"^\| `(?P<name>\w+)` \|(?P<cells>(?:[^|\n]+\|){4})$", re.M)


@pytest.mark.parametrize("name", sorted(statistics.NAMES))
def test_a_public_name_is_what_its_module_holds(name: str) -> None:
    """A name of the table is found in its module, and its docstring says what is promised."""
    found = getattr(statistics, name)
    assert found.__module__.startswith("trialwright.")
    assert found.__doc__


def test_the_table_of_names_is_in_order() -> None:
    """The names stand in alphabetical order, so that one more is one line more."""
    assert list(statistics.NAMES) == sorted(statistics.NAMES)


def test_a_name_that_is_not_there_is_said() -> None:
    """Asking for something else fails as it does with every module."""
    with pytest.raises(AttributeError, match="no attribute 'anova'"):
        _ = statistics.anova


def test_no_module_hides_a_function() -> None:
    """No module is called like a public name: once imported it would stand where the function should."""
    modules = {path.stem for path in Path(statistics.__file__).parent.glob("*.py")}
    assert not modules & set(statistics.NAMES)


def test_importing_the_statistics_imports_no_library() -> None:
    """The package itself brings in neither NumPy nor SciPy."""
    program = "import sys, trialwright.analysis.statistics; print(*{n.split('.')[0] for n in sys.modules})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"numpy", "scipy", "polars"} & set(done.stdout.split())


def test_every_public_name_is_described() -> None:
    """docs/statistics.md has each name with method, source, tolerance and what makes it not estimable."""
    page = (PROJECT / "docs" / "statistics.md").read_text("utf-8")
    described = [row["name"] for row in _ROW.finditer(page)]
    assert sorted(described) == sorted(set(statistics.NAMES) - VALUES)
