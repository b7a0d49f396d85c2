"""A file is one idea, a function one thought, and a name says what the thing is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from source_tree import PROJECT, SOURCE, Module, modules, tracked_files

MOST_LINES_OF_A_FILE = 499
MOST_LINES_OF_A_FUNCTION = 40
SAYS_NOTHING = {
    "util",
    "utils",
    "utility",
    "utilities",
    "helper",
    "helpers",
    "common",
    "base",
    "manager",
    "misc",
    "stuff",
    "toolbox",
}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def test_a_file_over_500_lines_is_two_files() -> None:
    """No Python file, page, or style sheet of the project has 500 lines."""
    kinds = {".py", ".html", ".css", ".js"}
    for path in tracked_files():
        if path.suffix in kinds:
            lines = len(path.read_text(encoding="utf-8").splitlines())
            assert lines <= MOST_LINES_OF_A_FILE, f"{path.relative_to(PROJECT)} has {lines} lines"


def test_a_function_over_40_lines_is_two_functions() -> None:
    """No function of the package is longer than 40 lines, docstring included."""
    long = [
        f"{module.place}:{function.lineno} {function.name} has {lines} lines"
        for module in modules()
        for function in _functions(module)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]
    assert not long


def test_most_files_are_short() -> None:
    """The median file of the package has at most 180 lines."""
    lengths = sorted(len(module.text.splitlines()) for module in modules())
    assert lengths[len(lengths) // 2] <= 180


def test_a_name_says_what_the_thing_is() -> None:
    """No file, folder or class is called after what every file, folder or class could be."""
    named = [path.relative_to(PROJECT).with_suffix("").as_posix() for path in tracked_files()]
    named += [f"{module.place} {name}" for module in modules() for name in _classes(module)]
    empty = [name for name in named if _words(re.split(r"[/ ]", name)) & SAYS_NOTHING]
    assert not empty


def test_every_public_thing_is_described() -> None:
    """Every module, public class and public function of the package has a docstring."""
    bare = [
        f"{module.place}:{getattr(node, 'lineno', 1)} {getattr(node, 'name', 'the module')}"
        for module in modules()
        for node in _public(module)
        if not ast.get_docstring(node) and (module.text.strip() or module.place.endswith("__init__.py"))
    ]
    assert not bare


def test_the_package_holds_one_folder_for_each_room() -> None:
    """Beside the rooms there are only the packaged studies."""
    folders = {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    from source_tree import ROOMS

    assert folders <= {*ROOMS, "studies"}


def _functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _classes(module: Module) -> Iterator[str]:
    return (node.name for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef))


def _public(module: Module) -> Iterator[ast.Module | ast.ClassDef | ast.FunctionDef]:
    """The module, and the public classes and functions at its top."""
    yield module.tree
    if "/migrations/" in module.place:
        return  # Django names what stands in a migration
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def _words(names: list[str]) -> set[str]:
    return {word.lower() for name in names for word in _WORD.findall(name)}
