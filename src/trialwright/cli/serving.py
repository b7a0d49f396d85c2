"""serve: the study in the browser."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Any

import typer

from trialwright.cli.outcome import DONE
from trialwright.errors import Problem, TrialwrightError

THREADS = 8


def serve_study(folder: Path, host: str, port: int, public_host: str | None = None) -> int:
    """Serve until interrupted. TW-603: the address is taken; TW-636: it would be open without TLS."""
    from trialwright.web.site import make_application, the_store

    _check_address(host, public_host)
    server = make_server(
        make_application(folder, public_host), host, port, behind_tls=public_host is not None
    )
    from trialwright.web.safety.read_ahead import begin_to_read  # after the site's settings

    begin_to_read(the_store())
    # Browsers bind a passkey to a name, never to a number.
    shown = "localhost" if host == "127.0.0.1" else f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{server.effective_port}/"
    if public_host:
        typer.echo(f"The study is at https://{public_host}/, by way of {address}. Ctrl-C ends it.")
    else:
        typer.echo(f"The study is at {address}. Ctrl-C ends it.")
    server.run()
    typer.echo("\nStopped.")
    return DONE


def make_server(application: Any, host: str, port: int, *, behind_tls: bool = False) -> Any:
    """A server of eight threads. Behind TLS the proxy is believed about a visitor's address, nobody else."""
    from waitress.server import create_server

    proxy: dict[str, Any] = {}
    if behind_tls:
        trusted = "127.0.0.1" if _is_loopback(host) else "*"
        headers = {"x-forwarded-for", "x-forwarded-proto"}
        proxy = {"trusted_proxy": trusted, "trusted_proxy_headers": headers, "trusted_proxy_count": 1}
        proxy["url_scheme"] = "https"
    try:
        return create_server(
            application,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            max_request_body_size=32 * 2**20,
            clear_untrusted_proxy_headers=True,
            **proxy,
        )
    except OSError as error:
        sentence = f"the address cannot be used ({(error.strerror or '').lower()}); take another --port"
        raise TrialwrightError(Problem("TW-603", sentence, f"{host}:{port}")) from None


def _check_address(host: str, public_host: str | None) -> None:
    if public_host is None and not _is_loopback(host):
        sentence = (
            "passwords would travel unprotected; put a proxy with TLS before it and name its host with"
            " --behind-tls"
        )
        raise TrialwrightError(Problem("TW-636", sentence, host))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
