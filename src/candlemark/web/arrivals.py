"""Signing in to a vault that must first be read: the work goes on, and a page says so meanwhile.

After a machine was started nothing is kept of what was read before, and a large vault takes
minutes.  Whoever signs in then gets a ticket in the place of a session: it opens nothing, and is
good for one answer, which is the session, or that nobody is let in.  The passphrase stays in the
thread that tries it; what was written in a form whose session ended stays here until the answer is
collected, and is gone with it.
"""

from __future__ import annotations

import secrets
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from candlemark.errors import CandlemarkError

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE: Final = 3.0
"""Seconds a browser waits for the answer before it is shown that the vault is being read."""
COLLECTED_WITHIN: Final = 120.0
"""Seconds after which an answer nobody came for is thrown away."""


@dataclass(eq=False)
class Arrival:
    """Somebody who is signing in, and the answer to come; nothing of their passphrase."""

    code: str
    """As they typed it."""
    written: str
    """A form that came along, as text; see ``carried.py``."""
    ticket: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    done_at: float | None = None
    _answer: Future[str] = field(default_factory=Future, repr=False)

    @property
    def done(self) -> bool:
        """Whether there is an answer."""
        return self._answer.done()

    def token(self, patience: float = 0.0) -> str | None:
        """The token of the new session; None while the vault is still being read.

        Raises:
            WrongPassphrase, NotEntitled, VaultBusy, LedgerBroken: as signing in.
        """
        try:
            return self._answer.result(patience)
        except TimeoutError:
            return None

    def answer(self, work: Callable[[], str]) -> None:
        """Do the work, and keep what came of it."""
        try:
            token = work()
        except Exception as error:  # noqa: BLE001 - it is raised where the answer is collected
            self._answer.set_exception(error)
        else:
            self._answer.set_result(token)
        finally:
            self.done_at = time.monotonic()


class Arrivals:
    """Those who are signing in to one vault at this moment."""

    def __init__(self) -> None:
        self._waiting: dict[str, Arrival] = {}
        self._lock = threading.Lock()

    def begin(self, code: str, written: str, work: Callable[[], str]) -> Arrival:
        """Let somebody arrive; ``work`` signs them in and reads what has to be read."""
        arrival = Arrival(code, written)
        with self._lock:
            self._waiting[arrival.ticket] = arrival
        threading.Thread(target=arrival.answer, args=(work,), name="arrival", daemon=True).start()
        return arrival

    def of(self, ticket: str) -> Arrival | None:
        """Who holds this ticket."""
        with self._lock:
            return self._waiting.get(ticket)

    def collected(self, arrival: Arrival) -> None:
        """The answer goes out: the ticket is worth nothing from now on."""
        with self._lock:
            self._waiting.pop(arrival.ticket, None)

    def given_up(self) -> list[str]:
        """Forget those who never came for their answer; the tokens of sessions nobody has."""
        now = time.monotonic()
        with self._lock:
            late = [
                one
                for one in self._waiting.values()
                if one.done_at is not None and now - one.done_at > COLLECTED_WITHIN
            ]
            for one in late:
                del self._waiting[one.ticket]
        tokens = []
        for one in late:
            try:
                tokens.append(one.token() or "")
            except CandlemarkError:
                continue
        return tokens
