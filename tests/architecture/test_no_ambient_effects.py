"""Time, randomness, identifiers and files come in as arguments: a study is replayable from its entries."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from source_tree import CORE_ROOMS, Module, dotted, modules, modules_of

# Modules whose task is to read or write files; everything else in the core rooms is given its data.
MAY_READ_FILES = {
    "clinical/toxicity_table.py": "reads the table of cuts that the package carries",
    "protocol/loading.py": "reads a study folder",
    "protocol/yaml_reading.py": "reads one YAML file",
    "protocol/registered_record.py": "reads the registered record",
    "protocol/languages.py": "reads the texts of a study folder",
    "protocol/creating.py": "writes the schemas into a new study folder",
    "record/verify.py": "is a program of its own over one exported file",
    "eligibility/people.py": "reads a file of people",
}
CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.perf_counter",
    "time.localtime",
    "time.gmtime",
    "time.sleep",
}
CHANCE = {"uuid.uuid1", "uuid.uuid4", "uuid1", "uuid4", "os.urandom", "urandom"}
SURROUNDINGS = {"os.environ", "os.getenv", "os.getcwd", "Path.home", "Path.cwd", "sys.argv", "os.environb"}
FILES = {
    "open",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "mkdir",
    "unlink",
    "rename",
    "touch",
    "rmdir",
    "glob",
    "rglob",
    "iterdir",
    "is_file",
    "is_dir",
    "exists",
}
FOREIGN = {"socket", "subprocess", "urllib", "http", "threading", "multiprocessing", "secrets", "random"}
# Rooms that meet the world; every other room is given the time.
MAY_ASK_THE_CLOCK = {"store", "web", "cli"}
# Nowhere in the package: they run what they are given, or trust bytes from outside.
NEVER_CALLED = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "yaml.load",
    "yaml.unsafe_load",
}
NEVER_IMPORTED = {"pickle", "marshal", "shelve"}


@pytest.mark.parametrize("module", modules_of(*CORE_ROOMS), ids=lambda module: module.place)
def test_a_core_room_reads_no_clock_no_chance_and_no_surroundings(module: Module) -> None:
    """Nothing in a core room depends on when, where or how often it runs."""
    forbidden = CLOCKS | CHANCE | SURROUNDINGS
    found = [f"{name} in line {line}" for name, line in _names(module) if _ends(name, forbidden)]
    found += [f"import {name} in line {line}" for name, line in module.imports() if _top(name) in FOREIGN]
    assert not found


@pytest.mark.parametrize("module", modules_of(*CORE_ROOMS), ids=lambda module: module.place)
def test_a_core_room_opens_no_file(module: Module) -> None:
    """Only the modules whose task it is touch the file system."""
    if module.place in MAY_READ_FILES:
        return
    touched = [f"{name} in line {line}" for name, line in _calls(module) if name.split(".")[-1] in FILES]
    assert not touched


def test_only_rooms_that_meet_the_world_ask_the_clock() -> None:
    """Data sets, analyses, reports and rehearsals are made again, byte for byte, from what they are given."""
    for module in modules():
        if module.room not in MAY_ASK_THE_CLOCK:
            asked = [f"{name} in line {line}" for name, line in _names(module) if _ends(name, CLOCKS)]
            assert not asked, f"{module.place}: {asked}"


def test_the_list_of_file_readers_is_current() -> None:
    """Every module that may read files exists and does."""
    for place in MAY_READ_FILES:
        found = [module for module in modules() if module.place == place]
        assert found, f"{place} does not exist"
        assert any(name.split(".")[-1] in FILES for name, _ in _calls(found[0])), place


def test_chance_is_always_seeded() -> None:
    """Nothing uses the random module's hidden generator: a seed makes every rehearsal repeatable."""
    for module in modules():
        assert "random" not in set(_imported_whole(module)), module.place
        unseeded = [
            node.lineno
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call)
            and dotted(node.func) in {"random.Random", "Random", "np.random.default_rng", "default_rng"}
            and not node.args
        ]
        assert not unseeded, f"{module.place}: {unseeded}"


def test_nothing_runs_what_it_is_given() -> None:
    """No eval, no exec, no pickle, no shell, anywhere in the package."""
    for module in modules():
        assert not {_top(name) for name, _ in module.imports()} & NEVER_IMPORTED, module.place
        for name, line in _calls(module):
            assert name not in NEVER_CALLED, f"{module.place}:{line} {name}"
        assert "shell=True" not in module.text, module.place


def test_only_the_command_line_prints() -> None:
    """Everything else returns what it found; the stand-alone verifier is a command line of its own."""
    for module in modules():
        if module.room != "cli" and module.place != "record/verify.py":
            printed = [line for name, line in _calls(module) if name == "print"]
            assert not printed, f"{module.place}: {printed}"


def _calls(module: Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            if not name and isinstance(node.func, ast.Attribute):
                name = f"?.{node.func.attr}"
            if name:
                yield name, node.lineno


def _names(module: Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute | ast.Name):
            yield dotted(node), node.lineno


def _imported_whole(module: Module) -> Iterator[str]:
    """Modules imported as such, so that their functions can be reached."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _ends(name: str, forbidden: set[str]) -> bool:
    """``dt.datetime.now`` ends like ``datetime.now``."""
    return name in forbidden or any(name.endswith(f".{each}") for each in forbidden if "." in each)


def _top(name: str) -> str:
    return name.split(".", maxsplit=1)[0]
