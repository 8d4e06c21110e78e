"""A PostgreSQL server for the tests: started from Debian's package on a socket in a folder.

It runs as an account without rights, since PostgreSQL refuses to run as root, and keeps what it
acknowledges (a ledger refuses a server that does not).
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import psycopg

SETTINGS = """
listen_addresses = ''
max_connections = 60
shared_buffers = 16MB
logging_collector = off
log_min_messages = fatal
"""


def binaries() -> Path | None:
    """The folder with initdb and postgres of the newest version there is."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


class Pieces:
    """Many short texts, looked for in large files at once instead of one after the other.

    Where the first four bytes of a piece could stand is read off a table of 65,536 marks; only
    there the bytes are compared.
    """

    def __init__(self, pieces: set[bytes]) -> None:
        self._tiny = {one for one in pieces if len(one) < 4}
        self._pieces = tuple(pieces - self._tiny)
        self._marks = np.zeros(65_536, dtype=bool)
        for one in self._pieces:
            self._marks[_folded(np.frombuffer(one, "<u4", 1))] = True

    def found_in(self, held: bytes) -> bool:
        if any(one in held for one in self._tiny):
            return True
        for first in range(min(4, max(len(held) - 3, 0))):
            words = np.frombuffer(held, "<u4", (len(held) - first) // 4, first)
            places = np.flatnonzero(self._marks[_folded(words)]) * 4 + first
            if any(held.startswith(self._pieces, place) for place in places.tolist()):
                return True
        return False


def _folded(words):
    return (words ^ (words >> 16)) & 0xFFFF


class Cluster:
    """One server.  ``dsn`` is for an ordinary role, ``superuser`` for whoever may do everything."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="candlemark-pg-"))
        self._account = {}
        if os.geteuid() == 0:
            try:
                account = pwd.getpwnam("postgres")
            except KeyError:
                account = pwd.getpwnam("nobody")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            self._account = {
                "user": account.pw_uid, "group": account.pw_gid, "extra_groups": [],
            }  # fmt: skip
        self._data = self.folder / "data"
        self._numbers = itertools.count()
        self._server = None
        self._run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N", "--locale=C", "-k",
                  "-D", self._data)  # fmt: skip
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(f"{SETTINGS}unix_socket_directories = '{self.folder}'\n")
        self.superuser = f"host={self.folder} user=postgres dbname=vaults"
        self.dsn = f"host={self.folder} user=keeper dbname=vaults"
        self.start()
        with psycopg.connect(
            f"host={self.folder} user=postgres dbname=postgres", autocommit=True
        ) as c:
            c.execute("CREATE ROLE keeper LOGIN")
            c.execute("CREATE DATABASE vaults")
            c.execute("GRANT CREATE ON DATABASE vaults TO keeper")

    def _run(self, program, *words):
        subprocess.run([self._programs / program, *words], check=True, capture_output=True,
                       cwd=self.folder, **self._account)  # fmt: skip

    def start(self):
        """Start the server and wait until it answers.

        After a crash a process of the server before may still hold its memory for a moment; then
        the new one leaves at once, and is started again.
        """
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if self._server is None or self._server.poll() is not None:
                self._launch()
            try:
                psycopg.connect(f"host={self.folder} user=postgres dbname=postgres").close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError((self.folder / "log").read_text())

    def _launch(self):
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self._account,
            )

    def stop(self, how=signal.SIGINT):
        """Stop it: SIGINT cuts the sessions off, SIGQUIT is as good as a power cut to it."""
        self._server.send_signal(how)
        self._server.wait(60)

    def remove(self):
        """Stop it and delete everything."""
        if self._server is not None and self._server.poll() is None:
            self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def schema(self):
        """A name nobody has used yet."""
        return f"candlemark_test_{os.getpid()}_{next(self._numbers)}"

    def run(self, statement, values=None, dsn=None):
        """Run one statement as superuser, or as somebody else; the rows it gives."""
        with psycopg.connect(dsn or self.superuser, autocommit=True) as connection:
            cursor = connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def set(self, setting, value):
        """Change a setting of the server and wait until new sessions have it."""
        self.run(f"ALTER SYSTEM SET {setting} = {value}")
        self.run("SELECT pg_reload_conf()")
        while self.run(f"SHOW {setting}") != [(value,)]:
            time.sleep(0.02)
        time.sleep(0.1)

    def files_with(self, *stored):
        """Which files of the server hold a piece of these bytes, by their path.

        A large value is kept in chunks of 1,996 bytes, so pieces of 64 bytes are looked for.
        """
        pieces = Pieces({one[at : at + 64] for one in stored for at in range(0, len(one), 256)})
        self.run("CHECKPOINT")
        found = set()
        for path in self._data.rglob("*"):
            if path.is_file() and pieces.found_in(path.read_bytes()):
                found.add(str(path.relative_to(self._data)))
        return found

    def give(self, folder):
        """Let the server own a folder."""
        os.chown(folder, self._account.get("user", -1), self._account.get("group", -1))
