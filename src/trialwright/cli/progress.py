"""A bar on standard error for anything that may last over a second."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

Step = Callable[[int, int], None]
PATIENCE = 0.7


def _quiet(_done: int, _total: int) -> None:
    """Nobody watches."""


@contextmanager
def progress_bar(what: str) -> Iterator[Step]:
    """Give a function of (done, total). The bar appears after a moment, and only at a terminal."""
    if not sys.stderr.isatty():
        yield _quiet
        return
    from rich.console import Console
    from rich.progress import Progress

    started = monotonic()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None, visible=False)
        yield lambda done, total: bar.update(
            task, completed=done, total=total, visible=monotonic() - started > PATIENCE
        )
