"""What a program may send: every command of the conduct room but those that the site writes itself."""

from __future__ import annotations

from functools import cache

from trialwright.conduct.commands import COMMANDS, Command

# What happens to accounts is written by the site itself.
NOT_SENT = frozenset({"LogAccess"})


@cache
def commands_by_name() -> dict[str, type[Command]]:
    """The commands that a program may give, by name."""
    return {command.__name__: command for command in COMMANDS if command.__name__ not in NOT_SENT}
