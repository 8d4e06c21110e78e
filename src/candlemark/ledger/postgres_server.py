"""Speaking with a PostgreSQL server: connecting, what is asked of it, and what its errors mean.

A server that may forget what it acknowledged is refused, and so is one on another machine without
encryption on the way.  What a driver or server says of an error can quote values and the way to the
server, so nothing of it is repeated: people are told in our own words, and the cause is cut off.
"""

from __future__ import annotations

import ipaddress
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import conninfo

from candlemark.errors import (
    LedgerBroken,
    ServerRefused,
    SettingRefused,
    StorageFull,
    VaultBusy,
    VaultError,
    VaultExists,
)
from candlemark.ledger.postgres_tables import REFUSED_BY_TRIGGER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.ledger.postgres_tables import Session

OLDEST_SERVER: Final = 130000
_RETRY_SECONDS: Final = 0.05
_SECRET: Final = (
    "password",
    "sslpassword",
    "oauth_client_secret",
    "scram_client_key",
    "scram_server_key",
)
_LASTING: Final = frozenset({"on", "remote_apply"})
_DEFAULTS: Final = {
    "application_name": "candlemark",
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}

# A client whose machine lost power holds the lock of the writer until the server notices.
_SETTINGS: Final = """
SET search_path = pg_catalog;
SET default_transaction_isolation = 'read committed';
SET default_transaction_deferrable = off;
SET tcp_keepalives_idle = 30;
SET tcp_keepalives_interval = 10;
SET tcp_keepalives_count = 3
"""


def check_connection(words: str) -> None:
    """Refuse a connection string that cannot be read, or that holds a secret.

    Raises:
        SettingRefused: that is so; nothing of it is repeated.
    """
    try:
        given = conninfo.conninfo_to_dict(words)
    except psycopg.Error:
        raise SettingRefused(
            "the connection to PostgreSQL cannot be read",
            hint="write it as libpq does, for example: service=candlemark",
        ) from None
    if any(given.get(name) for name in _SECRET):
        raise SettingRefused(
            "a password does not belong into a command or into the vault",
            hint="put it into ~/.pgpass (mode 0600), and change it: others could read it here",
        )


def connect(words: str, *, deadline: float = 0.0, writes: bool = False) -> Session:
    """A session with the server, once it is known to keep what it acknowledges.

    Args:
        words: a libpq connection string without a password.
        deadline: until when, on the monotonic clock, to try again while the server is away.
        writes: whether the session may change anything.

    Raises:
        ServerRefused: the server does not answer, or cannot be relied on.
    """
    check_connection(words)
    given = {**_DEFAULTS, **conninfo.conninfo_to_dict(words)}
    with speaking():
        while True:
            try:
                session: Session = psycopg.connect(
                    conninfo.make_conninfo("", **given), autocommit=True, prepare_threshold=None
                )
                break
            except psycopg.OperationalError as error:
                # Without a code nobody answered; 57P03 is a server that is starting or stopping.
                if error.sqlstate not in {None, "57P03"} or time.monotonic() >= deadline:
                    raise
                time.sleep(_RETRY_SECONDS)
        try:
            session.execute(_SETTINGS)
            if not writes:
                session.execute("SET default_transaction_read_only = on")
            _require_safe_way(session)
            require_lasting(session)
        except BaseException:
            session.close()
            raise
    return session


def _require_safe_way(session: Session) -> None:
    """Refuse to speak with another machine in clear.

    Raises:
        ServerRefused: the connection leaves this machine without encryption.
    """
    here = is_here(session.info.host, session.info.hostaddr)
    if not here and not session.pgconn.ssl_in_use:
        raise ServerRefused(
            "the server is on another machine and the connection is not encrypted",
            hint="let the server speak TLS, and add sslmode=verify-full to the service",
        )


def is_here(host: str, address: str) -> bool:
    """Whether a connection ends on this machine: at a socket, or at an address of its own."""
    if host.startswith(("/", "@")):
        return True
    return bool(address) and ipaddress.ip_address(address).is_loopback


def require_lasting(session: Session) -> None:
    """Refuse a server, or a role on it, that acknowledges before the disk has it.

    Raises:
        ServerRefused: a setting allows it, or the server is too old to be known.
    """
    row = session.execute(
        "SELECT current_setting('server_version_num')::int, current_setting('fsync'),"
        " current_setting('full_page_writes'), current_setting('synchronous_commit')"
    ).fetchone()
    version, fsync, pages, commit = row or (0, "", "", "")
    if version < OLDEST_SERVER:
        raise ServerRefused(
            "this PostgreSQL is older than version 13", hint="use a version its makers still mend"
        )
    wrong = [
        name
        for name, well in (
            ("fsync", fsync == "on"),
            ("full_page_writes", pages == "on"),
            ("synchronous_commit", commit in _LASTING),
        )
        if not well
    ]
    if wrong:
        raise ServerRefused(
            f"the server may lose what it acknowledged: {', '.join(wrong)} is not on",
            hint="set it to on for the server, the database and this role",
        )


@contextmanager
def speaking() -> Iterator[None]:
    """Turn errors of driver and server into those a person can act on."""
    try:
        yield
    except psycopg.Error as error:
        # Cut off: the text of the cause can quote a value or the way to the server.
        raise meaning_of(error) from None


def meaning_of(error: psycopg.Error) -> VaultError:
    """The error a person is told for one of the driver's or the server's."""
    code = error.sqlstate or ""
    told = _BY_CODE.get(code) or _BY_CLASS.get(code[:2])
    if told is not None:
        kind, message, hint = told
        return kind(message, hint=hint)
    if code == REFUSED_BY_TRIGGER:
        return LedgerBroken(f"the ledger refuses a change: {error.diag.message_primary}")
    if not code and isinstance(error, psycopg.OperationalError):
        return ServerRefused(*_AWAY[1:2], hint=_AWAY[2])
    return LedgerBroken(
        f"the ledger cannot be read: the server refuses (SQLSTATE {code or 'none'})",
        hint="the log of the server says more; candlemark ledger verify names every fault",
    )


_Told = tuple[type[VaultError], str, str]
_AWAY: Final[_Told] = (
    ServerRefused,
    "the PostgreSQL server that keeps the ledger does not answer",
    "see whether it runs and may be reached; nothing was kept",
)
_BUSY: Final[_Told] = (
    VaultBusy,
    "another process is writing to this vault",
    "wait until it is done, or close it, and try again; nothing was kept",
)
_FULL: Final[_Told] = (
    StorageFull,
    "the disk refused to keep more",
    "make room on the server and try again; the vault is as it was before",
)
_DAMAGED: Final[_Told] = (
    LedgerBroken,
    "the database is damaged",
    "keep it as it is, and restore the last good copy beside it",
)
_NO_TABLES: Final[_Told] = (
    LedgerBroken,
    "tables of the ledger are missing or changed",
    "restore the schema from the last good copy",
)
_BY_CODE: Final[dict[str, _Told]] = {
    "42501": (
        ServerRefused,
        "this role may not do that on the server",
        "docs/guides/host.md says what a role needs",
    ),
    "25006": (
        ServerRefused,
        "the server takes no writing, as a copy that follows another does",
        "name the server that leads; nothing was kept",
    ),
    "42P06": (
        VaultExists,
        "the server keeps a ledger of this vault already",
        "name another database",
    ),
    "53300": (ServerRefused, "the server takes no more connections", "try again in a moment"),
    "3D000": (ServerRefused, "there is no such database", "make it with: createdb NAME"),
    "57014": (
        ServerRefused,
        "the server stopped the work: it took too long",
        "look at statement_timeout",
    ),
    "53100": _FULL,
    "58030": _FULL,
    "55P03": _BUSY,
    "3F000": _NO_TABLES,
    "42P01": _NO_TABLES,
    "42703": _NO_TABLES,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}
_BY_CLASS: Final[dict[str, _Told]] = {
    "08": _AWAY,
    "57": _AWAY,
    "25": _AWAY,
    "40": _BUSY,
    "23": (LedgerBroken, "the ledger refuses a change of what is there", ""),
    "28": (
        ServerRefused,
        "the server does not let this account in",
        "see the role, ~/.pgpass and pg_hba.conf",
    ),
}


def busy() -> VaultBusy:
    """Somebody else is writing, and went on longer than anybody waits."""
    return VaultBusy(_BUSY[1], hint=_BUSY[2])
