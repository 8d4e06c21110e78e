"""The door of the pages: one process with threads, on this machine, for one opened vault.

The opened vault never crosses a process border, so there is one process.  Whoever can use a browser
on this machine while it runs can read the vault (docs/threats.md); nobody else can, because it
listens on a loopback address and refuses to be told another.
"""

from __future__ import annotations

import errno
import ipaddress
import os
from typing import TYPE_CHECKING, Any

import django
from django.core.handlers.wsgi import WSGIHandler
from waitress.server import create_server

from candlemark.errors import SettingRefused
from candlemark.web.doors import DOOR, Door

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from candlemark.definition import Edition
    from candlemark.ledger import Vault

THREADS = 4


def serve(
    vault: Vault,
    edition: Edition,
    *,
    port: int = 8000,
    host: str = "127.0.0.1",
    announce: Callable[[str], object],
) -> None:
    """Show the vault until it is stopped (Ctrl-C).

    Args:
        vault: opened; it stays open when this returns.
        edition: the definition whose words the pages use.
        port: where to listen; 0 lets the system choose.
        host: a loopback address.
        announce: is told the address once pages can be asked for.

    Raises:
        SettingRefused: the address is not a loopback address, or the port is taken.
    """
    server = listen(vault, edition, port=port, host=host)
    shown = f"[{host}]" if ":" in host else host
    announce(f"Open http://{shown}:{server.effective_port}/ in a browser of this machine.")
    announce("Whoever can use this machine can read the vault while this runs. Ctrl-C closes it.")
    try:
        server.run()
    finally:
        server.close()


def listen(vault: Vault, edition: Edition, *, port: int, host: str = "127.0.0.1") -> Any:
    """A server that has its port and does not answer yet: ``run()`` it, then ``close()`` it."""
    _only_loopback(host)
    try:
        return create_server(
            application(vault, edition),
            host=host,
            port=port,
            threads=THREADS,
            ident=None,  # no header that names the program and its version
        )
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL}:
            raise
        raise SettingRefused(
            f"port {port} cannot be used: {os.strerror(error.errno).lower()}",
            hint=f"close what uses it, or choose another: --port {port + 1 if port else 8001}",
        ) from error


def application(
    vault: Vault, edition: Edition
) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """The pages of one vault as a WSGI application.

    The vault travels in the request's environment, so that nothing of it is global: two vaults in
    one process (as in tests) do not meet.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "candlemark.web.settings"
    django.setup()
    door = Door(vault, edition)
    pages = WSGIHandler()

    def with_the_vault(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ[DOOR] = door
        return pages(environ, start)

    return with_the_vault


def _only_loopback(host: str) -> None:
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback:
        raise SettingRefused(
            "a vault is shown on this machine only",
            hint="listen on 127.0.0.1; to read it from elsewhere, sign in to this machine first",
        )
