"""The door of the pages: one process with threads, on this machine, for one opened vault.

The opened vault never crosses a process border, so there is one process.  Whoever can use a browser
on this machine while it runs can read the vault (docs/threats.md); nobody else can, because it
listens on a loopback address and refuses to be told another.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Any, Final

import django
from django.core.handlers.wsgi import WSGIHandler
from waitress import wasyncore
from waitress.server import create_server

from candlemark.errors import SettingRefused
from candlemark.web.doors import DOOR, Door
from candlemark.web.forms.token import FORMS, Forms
from candlemark.web.settings import LARGEST_FORM, LARGEST_UPLOAD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from candlemark.definition import Edition
    from candlemark.ledger import Vault

THREADS = 4
_MOST_READ: Final = LARGEST_UPLOAD + LARGEST_FORM
_NEVER: Final = 1 << 40


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
    listener = listen(vault, edition, port=port, host=host)
    announce(f"Open {listener.address} in a browser of this machine.")
    announce("Whoever can use this machine can read the vault while this runs. Ctrl-C closes it.")
    listener.run()
    announce("Closed. Nothing stays open.")


@dataclass(frozen=True)
class Listener:
    """A server that has its port.  ``run`` answers until ``stop`` is called or Ctrl-C comes."""

    address: str
    port: int
    server: Any
    forms: Forms
    """The forms of whoever uses an opened vault."""

    def run(self) -> None:
        """Answer requests; when this returns, nothing is open any more."""
        try:
            self.server.run()
        finally:
            self.server.task_dispatcher.shutdown()
            self._close()

    def stop(self) -> None:
        """Make ``run``, in another thread, return."""
        # The loop may wake by itself between being told and being woken, and be closed already.
        with suppress(OSError):
            self.server.trigger.pull_trigger(self._close)

    def _close(self) -> None:
        wasyncore.close_all(self.server._map, ignore_all=True)  # noqa: SLF001 - it has no door


def listen(vault: Vault, edition: Edition, *, port: int, host: str = "127.0.0.1") -> Listener:
    """Take the port, and answer nobody yet.

    Raises:
        SettingRefused: as :func:`serve`.
    """
    taken = _take(_only_loopback(host), port)
    forms = Forms(secrets.token_bytes(32))
    server = create_server(
        application(Door(vault, edition), forms),
        sockets=[taken],
        threads=THREADS,
        ident=None,  # no header that names the program and its version
        # What is sent and what is answered stays in memory; beyond these sizes waitress would put
        # it into a file.  A form that is too large is told so by the guard, so a little more is
        # read than is let in.
        max_request_body_size=_MOST_READ,
        inbuf_overflow=_MOST_READ * 2,
        outbuf_overflow=_NEVER,
    )
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{server.effective_port}/"
    return Listener(address, server.effective_port, server, forms)


def application(
    door: Door, forms: Forms | None = None
) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """The pages of one vault as a WSGI application.

    The door travels in the request's environment, so that nothing of it is global: two vaults in
    one process (as in tests) do not meet.
    """
    begin()
    pages = WSGIHandler()
    of_this_door = forms or Forms(secrets.token_bytes(32))

    def with_the_vault(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ[DOOR] = door
        environ[FORMS] = of_this_door
        return pages(environ, start)

    return with_the_vault


def begin() -> None:
    """Tell Django where its settings are; a second time does nothing new."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "candlemark.web.settings"
    django.setup()


def _only_loopback(host: str) -> IPv4Address | IPv6Address:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        address = IPv4Address(0)  # a name can be pointed anywhere, so only addresses are taken
    if not address.is_loopback:
        raise SettingRefused(
            "a vault is shown on this machine only",
            hint="listen on 127.0.0.1; to read it from elsewhere, sign in to this machine first",
        )
    return address


def _take(address: IPv4Address | IPv6Address, port: int) -> socket.socket:
    """A socket that holds the port.  Taken here because the server would leave it half open."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((str(address), port))
    except OSError as error:
        taken.close()
        raise SettingRefused(
            f"port {port} cannot be used: {os.strerror(error.errno or 0).lower()}",
            hint=f"close what uses it, or choose another: --port {port + 1 if port else 8001}",
        ) from error
    return taken
