"""The commands as a page: read from the command line itself."""

from __future__ import annotations

from typing import Any

import typer.main

from trialwright.cli.app import app


def commands_part() -> str:
    """One section a command: usage, what it does, its arguments and options."""
    group: Any = typer.main.get_command(app)
    sections = [_section(name, command) for name, command in _every_command(group)]
    return "\n\n".join([*sections, _of_all(group)])


def _every_command(group: Any, before: str = "") -> list[tuple[str, Any]]:
    """Commands by their full names, those of groups within their group."""
    found: list[tuple[str, Any]] = []
    for name, command in group.commands.items():
        within = hasattr(command, "commands")
        found += _every_command(command, f"{before}{name} ") if within else [(f"{before}{name}", command)]
    return found


def _section(name: str, command: Any) -> str:
    usage = " ".join(["trialwright", name, *(_used(part) for part in command.params)])
    rows = [_row(part) for part in command.params]
    table = ["", "| | | |", "|---|---|---|", *rows] if rows else []
    return "\n".join([f"## {name}", "", str(command.help), "", f"    {usage}", *table])


def _of_all(group: Any) -> str:
    options = [
        *(_row(part) for part in group.params),
        "| `--help` | Also after a command: show its usage. | |",
    ]
    return "\n".join(["## Without a command", "", "| | | |", "|---|---|---|", *options])


def _used(part: Any) -> str:
    if _is_argument(part):
        return part.name.upper() if part.required else f"[{part.name.upper()}]"
    names = "|".join([*part.opts, *part.secondary_opts])
    if part.required:
        return f"{names} {part.name.upper()}"
    return f"[{names}]" if part.is_flag else f"[{names} {part.name.upper()}]"


def _row(part: Any) -> str:
    names = part.name.upper() if _is_argument(part) else ", ".join([*part.opts, *part.secondary_opts])
    return f"| `{names}` | {part.help} | {_default(part)} |"


def _default(part: Any) -> str:
    if part.required:
        return "required"
    if getattr(part, "is_flag", False) and part.secondary_opts:
        return f"default: `{(part.opts if part.default else part.secondary_opts)[0]}`"
    return "" if part.default in (None, False) else f"default: `{part.default}`"


def _is_argument(part: Any) -> bool:
    return not part.opts[0].startswith("-")
