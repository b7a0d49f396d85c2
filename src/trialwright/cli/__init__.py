"""The commands; the one place where things are put together."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit status (see docs/commands.md).

    0: done. 1: done, and something was found (a bad row, a broken chain, a failed gate).
    2: not done, because of the input or the machine. 130: interrupted.
    """
    from trialwright.cli.outcome import run

    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))
