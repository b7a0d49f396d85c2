"""The pages in docs/ say what the program does, and the words of the glossary are the words of the code."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from source_tree import PROJECT, SOURCE, modules

DOCS = PROJECT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *PROJECT.glob("*.md"), *PROJECT.glob("tests/**/*.md")])
_LINK = re.compile(r"\[[^\]]+\]\((?P<target>[^)\s]+)\)")
_REQUIREMENT = re.compile(
    r"^\| (?P<id>[A-Z]{2}-[0-9]+) \| [^|]+ \| (?P<status>[^|]+) \| (?P<evidence>[^|]*) \|$", re.M
)
_TERM = re.compile(r"^\| (?P<term>[^|]+) \| [^|]*\| [^|]+ \|$", re.M)


@cache
def generator() -> ModuleType:
    """docs/generate.py as a module."""
    sys.path.insert(0, str(DOCS))
    try:
        import generate
    finally:
        sys.path.remove(str(DOCS))
    return generate


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_a_page_says_what_the_program_does(page: Path) -> None:
    """The generated parts of every page are as `make docs` would write them now."""
    assert page.read_text(encoding="utf-8") == generator().generated(page), "run 'make docs'"


def test_every_error_code_is_described() -> None:
    """docs/errors.md has each code of the catalogue."""
    from trialwright.errors import CATALOGUE

    described = set(re.findall(r"^\| (TW-[0-9]+) \|", (DOCS / "errors.md").read_text("utf-8"), re.MULTILINE))
    assert described == set(CATALOGUE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    """Links between pages lead to a file, and to a heading in it."""
    for found in _LINK.finditer(page.read_text(encoding="utf-8")):
        target, _, heading = found["target"].partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), f"{page.name} links to {target}"
        if heading:
            assert heading in _headings(path), f"{page.name} links to {found['target']}"


def test_every_requirement_that_a_test_claims_is_listed() -> None:
    """A mark on a test names a requirement of docs/requirements.md."""
    assert set(generator().evidence()) <= set(_requirements())


def test_a_requirement_that_is_met_has_a_test_and_a_planned_one_has_none() -> None:
    """Status and evidence agree."""
    for identifier, (status, evidence) in _requirements().items():
        assert status in {"met", "partly", "planned"}, identifier
        assert bool(evidence) == (status != "planned"), f"{identifier} is {status}: {evidence or 'no test'}"


def test_every_requirement_of_the_reference_is_listed(shared_folder: Path) -> None:
    """docs/requirements.md lists every requirement of the collected regulations, and no other."""
    reference = (shared_folder / "reference" / "trust.md").read_text(encoding="utf-8")
    known = set(re.findall(r"\b(?:AT|TM|SG|AC|SE|PW|SQ|CP|BK|LK|TE|VL|FL)-[0-9]+\b", reference))
    assert set(_requirements()) == known


def test_the_record_in_the_handbook_verifies_without_trialwright(tmp_path: Path) -> None:
    """The example of docs/record-format.md passes the stand-alone verifier, signature included."""
    page = (DOCS / "record-format.md").read_text(encoding="utf-8")
    record = tmp_path / "record.jsonl"
    record.write_text(page.split("```json\n")[1].split("```")[0], encoding="utf-8")
    key = re.search(r"^    (\S+\+[0-9a-f]{8}\+\S+)$", page, re.M)
    assert key is not None
    done = subprocess.run(
        [sys.executable, "-I", SOURCE / "record" / "verify.py", record, "--key", key[1]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.splitlines()[0][:13]) == (0, "OK: 2 entries")


def test_the_page_on_adam_names_every_column_and_every_analysis() -> None:
    """docs/adam.md describes each column of the results and each safety analysis."""
    from trialwright.analysis.adverse_events import METHODS
    from trialwright.analysis.results import SCHEMA
    from trialwright.datasets.adam_columns import ADAE, ADSL

    page = _text("docs/adam.md")
    needed = {name for wanted in (ADSL, ADAE) for names in wanted.needed for name in names}
    assert [name for name in (*SCHEMA, *METHODS) if f"`{name}`" not in page] == []
    assert [name for name in sorted(needed) if name not in page] == []


def test_the_glossary_is_in_order_and_names_what_the_code_names() -> None:
    """Terms stand in alphabetical order, each once, and each is a word of the code."""
    terms = [row["term"].strip() for row in _TERM.finditer(_text("GLOSSARY.md"))][1:]
    assert len(terms) > 40
    assert terms == sorted(set(terms), key=str.lower)
    code = _folded("\n".join(module.text for module in modules()))
    assert [term for term in terms if _folded(term) not in code] == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md", "tests/studies/README.md"])
def test_every_path_that_is_named_exists(page: str) -> None:
    """Files and folders that these pages name in code marks are there."""
    named = re.findall(r"`((?:src|tests|docs|benchmarks|requirements|\.ci)/[\w./-]*)`", _text(page))
    assert [path for path in named if not (PROJECT / path).exists()] == []


def _requirements() -> dict[str, tuple[str, str]]:
    rows = _REQUIREMENT.finditer(_text("docs/requirements.md"))
    return {row["id"]: (row["status"].strip(), row["evidence"].strip()) for row in rows}


def _headings(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


def _text(page: str) -> str:
    return (PROJECT / page).read_text(encoding="utf-8")


def _folded(text: str) -> str:
    """Lower case, with what joins words in names taken as a space."""
    return re.sub(r"[\s_-]+", " ", text).lower()
