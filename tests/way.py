"""A wire between a client and a PostgreSQL server that a test can cut at the moment of COMMIT."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from pathlib import Path

SOCKET = ".s.PGSQL.5432"


class Way:
    """Listens in ``folder`` and passes everything on.

    The next time a client sends COMMIT, ``at_commit`` is done once: it is given a function that
    passes the COMMIT on and waits for the server's answer.  Afterwards both ends are cut.
    """

    def __init__(self, server):
        self._server = server
        self.folder = Path(tempfile.mkdtemp(prefix="candlemark-way-"))
        self.dsn = f"host={self.folder} user=keeper dbname=vaults"
        self.at_commit = None
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(self.folder / SOCKET))
        self._listening.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self._listening.accept()[0]
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client):
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(str(self._server.folder / SOCKET))
        except OSError:
            _close(server)
            _close(client)
            return
        threading.Thread(target=self._back, args=(server, client), daemon=True).start()
        with contextlib.suppress(OSError):
            while sent := client.recv(65536):
                if self.at_commit is not None and b"COMMIT\0" in sent:
                    self._cut(client, server, sent)
                    return
                server.sendall(sent)
        _close(server)
        _close(client)

    def _cut(self, client, server, sent):
        """Do what is to be done at COMMIT; no answer of it reaches the client."""
        act, self.at_commit = self.at_commit, None
        self._silent = client
        answered = threading.Event()
        self._answered = answered

        def pass_on():
            server.sendall(sent)
            answered.wait(10)

        with contextlib.suppress(OSError):
            act(pass_on)
        _close(server)
        _close(client)

    _silent = None
    _answered = None

    def _back(self, server, client):
        with contextlib.suppress(OSError):
            while answer := server.recv(65536):
                if client is self._silent:
                    self._answered.set()
                else:
                    client.sendall(answer)
        if client is self._silent:
            self._answered.set()
        _close(server)
        _close(client)

    def remove(self):
        """Listen no longer."""
        self._listening.close()
        (self.folder / SOCKET).unlink()
        self.folder.rmdir()


def _close(end):
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
