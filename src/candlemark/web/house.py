"""Whose vault a request is about, and whether whoever asks is let in.

A *locked* house is a vault in a folder: people sign in, each request opens the vault from the
session and closes it when the answer is out.  Between two requests this process holds the sealed
folder's name, hashes of sessions, figures that were computed and releases that were tried
(aggregates, never a row or a name), texts that wait to be public, and nothing else of the vault;
all of it goes when its session ends.  Where the vault has to be read before somebody can be let in,
that goes on between requests (``arrivals.py``).

An *open* house is a vault somebody opened already, as tests and trials do.  Whoever asks is the
member who opened it, with every right.
"""

from __future__ import annotations

import secrets
import threading
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from candlemark import agency, casefile
from candlemark.casefile.record import WORTH_A_MODEL
from candlemark.errors import CandlemarkError, NotEntitled, StorageFull, VaultBusy
from candlemark.ledger import Vault
from candlemark.ledger.sessions import form_key, session_name
from candlemark.web.arrivals import Arrivals
from candlemark.web.doors import KEPT, Answers, Door
from candlemark.web.forms.token import Forms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from django.http import HttpRequest

    from candlemark.definition import Edition
    from candlemark.ledger.entrance import Entrance
    from candlemark.web.arrivals import Arrival

HOUSE: Final = "candlemark.house"
"""Key of the request's environment under which the house stands."""
TIDY_EVERY: Final = 30.0
"""Seconds between two looks for sessions that ended by themselves."""


@dataclass(frozen=True)
class Inside:
    """What somebody who is let in works with."""

    door: Door
    forms: Forms
    unprepared: Callable[[], bool] = lambda: False
    """Whether the lists have to be prepared first and nobody was told yet; it is told once."""


class House(Protocol):
    """What the threshold asks of a vault."""

    @property
    def locked(self) -> bool:
        """Whether people sign in."""

    @property
    def strangers(self) -> Forms:
        """The forms of those who are not signed in: there is one, and it signs them in."""

    def enter(self, token: str) -> AbstractContextManager[Inside]:
        """Be inside for one request.

        Raises:
            NotEntitled: nobody is let in with this token.
        """


@dataclass(eq=False)
class OpenHouse:
    """A vault that somebody opened; it stays open."""

    door: Door
    strangers: Forms = field(default_factory=lambda: Forms(secrets.token_bytes(32)))
    locked: bool = False

    @contextmanager
    def enter(self, token: str) -> Iterator[Inside]:  # noqa: ARG002 - whoever asks is inside
        """Everybody is inside."""
        yield Inside(self.door, self.strangers)


@dataclass(eq=False)
class _Kept:
    """What stays of a session between two of its requests: no key, no row, no name."""

    forms: Forms
    figures: Answers = field(default_factory=lambda: Answers(KEPT))
    looked: bool = False
    """Whether somebody looked whether the lists have to be prepared."""

    def unprepared(self, vault: Vault) -> bool:
        """Whether they have to; asked once for each session."""
        looked, self.looked = self.looked, True
        return not looked and casefile.unprepared(vault.ledger)


@dataclass(eq=False)
class LockedHouse:
    """A vault in a folder, behind its sign-in page.

    Args:
        entrance: of the vault.
        edition: the definition whose words the pages use.
        beside: the passphrase of a demonstration vault, in a file that lies beside it.
    """

    entrance: Entrance
    edition: Edition
    beside: Path | None = None
    strangers: Forms = field(default_factory=lambda: Forms(secrets.token_bytes(32)))
    locked: bool = True
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)
    arrivals: Arrivals = field(default_factory=Arrivals)

    @contextmanager
    def enter(self, token: str) -> Iterator[Inside]:
        """Open the vault from a session, and close it again."""
        with ExitStack() as inside:
            try:
                vault = inside.enter_context(self.entrance.enter(token))
            except NotEntitled:
                self.tidy()
                raise
            kept = self._of(token)
            door = Door(vault, self.edition, figures=kept.figures, signed_in=True)
            yield Inside(door, kept.forms, lambda: kept.unprepared(vault))

    def sign_in(self, code: str, passphrase: str, factor: str = "") -> str:
        """The token of a new session; see :meth:`~candlemark.ledger.entrance.Entrance.sign_in`."""
        try:
            return self.entrance.sign_in(code, passphrase, factor)
        finally:
            self.tidy()

    def arrive(self, code: str, passphrase: str, factor: str, written: str = "") -> Arrival:
        """Let somebody sign in while the vault is read for them, should that be needed first."""

        def work() -> str:
            return self._ready(self.sign_in(code, passphrase, factor))

        return self.arrivals.begin(code, written, work)

    def arrive_at_demonstration(self) -> Arrival:
        """Sign in to a demonstration vault with the passphrase that lies beside it.

        A button has no code: whose passphrase it is, the lock says that it opens.
        """

        def work() -> str:
            text = self.beside.read_text(encoding="utf-8").strip() if self.beside else ""
            with Vault.open(self.entrance.folder, text, self.entrance.kinds) as vault:
                code = vault.members.me.code
            return self._ready(self.sign_in(code, text))

        return self.arrivals.begin("", "", work)

    def _ready(self, token: str) -> str:
        """Read, for a session that begins, what its first page would otherwise wait for."""
        with self.enter(token) as inside, suppress(StorageFull, VaultBusy):
            ledger = inside.door.vault.ledger
            if ledger.size >= WORTH_A_MODEL:
                casefile.prepare(ledger)
                agency.batches(ledger)
                inside.door.to_approve()
        if self._over.is_set():  # the server was stopped meanwhile: nobody is inside any more
            self.entrance.sessions.end(token)
        return token

    def sign_out(self, token: str) -> None:
        """End a session; a second time does nothing."""
        self.entrance.sessions.end(token)
        self.tidy()

    def tidy(self) -> None:
        """Forget what was kept for sessions that ended, and remove their rows."""
        for token in self.arrivals.given_up():
            self.entrance.sessions.end(token)
        self.entrance.sessions.sweep()
        lasting = self.entrance.sessions.lasting()
        with self._lock:
            for name in set(self._kept) - lasting:
                del self._kept[name]

    @contextmanager
    def looked_after(self) -> Iterator[None]:
        """While this lasts, sessions that end by themselves are noticed soon."""
        self._over.clear()
        watch = threading.Thread(target=self._watch, name="sessions", daemon=True)
        watch.start()
        try:
            yield
        finally:
            self._over.set()
            watch.join()
            self.entrance.sessions.end_all()
            self.tidy()

    def _watch(self) -> None:
        while not self._over.wait(TIDY_EVERY):
            with suppress(CandlemarkError, OSError):  # the next look will do
                self.tidy()

    def _of(self, token: str) -> _Kept:
        name = session_name(token)
        with self._lock:
            if name not in self._kept:
                self._kept[name] = _Kept(Forms(form_key(token)))
            return self._kept[name]


def house_of(request: HttpRequest) -> House:
    """The house this request knocks at."""
    environment: dict[str, Any] = request.META
    return cast("House", environment[HOUSE])
