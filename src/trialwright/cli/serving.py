"""serve: the study in the browser."""

from __future__ import annotations

import socket
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import typer

from trialwright.cli.outcome import DONE
from trialwright.errors import Problem, TrialwrightError


class _Server(ThreadingMixIn, WSGIServer):
    """One thread a request; they end with the program."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader who went away is no event."""


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Reading a page leaves no line in the terminal."""


def serve_study(folder: Path, host: str, port: int) -> int:
    """Serve until interrupted. Raises TW-603 when the address is taken or not permitted."""
    from trialwright.web.site import make_application

    application = make_application(folder)
    server_class = _Server6 if ":" in host else _Server
    try:
        server = make_server(host, port, application, server_class, _Quiet)
    except OSError as error:
        sentence = f"the address cannot be used ({(error.strerror or '').lower()}); take another --port"
        raise TrialwrightError(Problem("TW-603", sentence, f"{host}:{port}")) from None
    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"The study is at http://{shown}:{server.server_port}/ (read-only). Ctrl-C ends it.")
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("\nStopped.")
    return DONE
