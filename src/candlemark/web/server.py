"""The server: one process with threads, on this machine, for one vault.

An opened vault never crosses a process border, so there is one process.  It listens on a loopback
address and refuses to be told another.  What somebody who controls this machine can see while a
member uses it: docs/threats.md.
"""

from __future__ import annotations

import ipaddress
import os
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
from candlemark.web.doors import Door
from candlemark.web.house import HOUSE, LockedHouse, OpenHouse
from candlemark.web.settings import LARGEST_FORM, LARGEST_UPLOAD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from candlemark.definition import Edition
    from candlemark.ledger import Vault
    from candlemark.web.house import House

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
    """Show a vault somebody opened until it is stopped; it stays open when this returns.

    Whoever can use this machine then reads it: for a vault with anything in it to protect, see
    :func:`serve_house`.

    Raises:
        SettingRefused: as :func:`serve_house`.
    """
    serve_house(OpenHouse(Door(vault, edition)), port=port, host=host, announce=announce)


def serve_house(
    house: House,
    *,
    port: int = 8000,
    host: str = "127.0.0.1",
    announce: Callable[[str], object],
) -> None:
    """Show a vault until it is stopped (Ctrl-C).

    Args:
        house: a vault behind its sign-in page, or one that is open.
        port: where to listen; 0 lets the system choose.
        host: a loopback address.
        announce: is told the address once pages can be asked for.

    Raises:
        SettingRefused: the address is not a loopback address, or the port is taken.
    """
    listener = listen_at(house, port=port, host=host)
    announce(f"Open {listener.address} in a browser of this machine.")
    if isinstance(house, LockedHouse):
        announce("Sign in there; nothing is open before. Ctrl-C signs everybody out.")
        with house.looked_after():
            listener.run()
    else:
        announce("Whoever can use this machine can read the vault while this runs.")
        listener.run()
    announce("Closed. Nothing stays open.")


@dataclass(frozen=True)
class Listener:
    """A server that has its port.  ``run`` answers until ``stop`` is called or Ctrl-C comes."""

    address: str
    port: int
    server: Any
    house: House

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
    """Take the port for a vault somebody opened, and answer nobody yet.

    Raises:
        SettingRefused: as :func:`serve_house`.
    """
    return listen_at(OpenHouse(Door(vault, edition)), port=port, host=host)


def listen_at(house: House, *, port: int, host: str = "127.0.0.1") -> Listener:
    """Take the port for a house, and answer nobody yet.

    Raises:
        SettingRefused: as :func:`serve_house`.
    """
    taken = _take(_only_loopback(host), port)
    server = create_server(
        application(house),
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
    return Listener(address, server.effective_port, server, house)


def application(house: House) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """The pages of one vault as a WSGI application.

    The house travels in the request's environment, so that nothing of it is global: two vaults in
    one process (as in tests) do not meet.
    """
    begin()
    pages = WSGIHandler()

    def at_the_house(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ[HOUSE] = house
        return pages(environ, start)

    return at_the_house


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
