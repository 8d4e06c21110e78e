"""The entrance of a vault in a folder: signing in, being inside for one request, signing out.

A wrong passphrase, a code no member has, a member who is frozen or was removed, and a wrong second
factor get one and the same answer after the same work.  Whoever does not know a passphrase learns
nothing about who is a member here.

Between two requests nothing of the vault is open: a session is a sealed row
(:mod:`~candlemark.ledger.sessions`), and who is removed or frozen is out at their next request.
"""

from __future__ import annotations

import re
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from candlemark.errors import NotEntitled, VaultBusy, WrongPassphrase
from candlemark.ledger.doorkeeper import Doorkeeper
from candlemark.ledger.keystore import Keystore
from candlemark.ledger.ledger import now
from candlemark.ledger.sessions import Sessions, place_for
from candlemark.ledger.vault import Vault
from candlemark.seal import Stretching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from candlemark.ledger.keystore_rows import Lock
    from candlemark.ledger.kinds import Kinds
    from candlemark.ledger.vault import VaultCard

KNOCKS: Final = "knocks"
"""Folder beside the vault that keeps how often somebody knocked in vain."""
PATIENCE: Final = 5.0
"""Seconds to wait while somebody else signs in."""
CODE_LETTERS: Final = 12
_NOT_OF_A_CODE: Final = re.compile(r"[^0-9a-z]")


@dataclass(frozen=True)
class Entrance:
    """Signing in to the vault in a folder.

    Args:
        folder: of the vault.
        kinds: the kinds of entries this program knows.
        clock: what time it is.
    """

    folder: Path
    kinds: Kinds
    clock: Callable[[], datetime] = now
    card: VaultCard = field(init=False)
    sessions: Sessions = field(init=False)
    _doorkeeper: Doorkeeper = field(init=False)

    def __post_init__(self) -> None:
        card = Vault.peek(self.folder)
        vault = bytes.fromhex(card.id)
        sessions = Sessions(place_for(vault), vault, self.clock)
        object.__setattr__(self, "card", card)
        object.__setattr__(self, "sessions", sessions)
        object.__setattr__(self, "_doorkeeper", Doorkeeper(self.folder / KNOCKS, self.clock))

    def wait(self, code: str) -> float:
        """Seconds until the next try with this code is let through."""
        return self._doorkeeper.wait(as_code(code))

    def sign_in(self, code: str, passphrase: str, factor: str = "") -> str:
        """Sign a member in; the token their browser is to keep.  Their other session ends.

        Args:
            code: of the member, as they typed it; empty where one lock alone opens the vault here.
            passphrase: as they typed it.
            factor: the code of their second factor, if they set one up.

        Raises:
            WrongPassphrase: nobody is let in with these.
            NotEntitled: it is too early to try again.
            VaultBusy: somebody else is trying at this moment.
            LedgerBroken, NewerFormat, VaultMissing: the vault cannot be opened by anybody.
        """
        meant = as_code(code)
        patient_until = time.monotonic() + PATIENCE
        while True:
            try:
                with self._doorkeeper.knock(meant):
                    return self._try(meant, passphrase, factor)
            except VaultBusy:
                if time.monotonic() > patient_until:
                    raise
                time.sleep(0.05)

    def _try(self, code: str, passphrase: str, factor: str) -> str:
        locks = Keystore(self.folder).locks(bytes.fromhex(self.card.id))
        lock = _lock_of(locks, code)
        if lock is None:
            # As much work as a wrong passphrase: time must not tell who is a member.
            Stretching.parse(locks[0].stretching).stretch(passphrase)
            raise _refused()
        try:
            member = lock.member.hex()
            with Vault.open(
                self.folder, passphrase, self.kinds, member=member, clock=self.clock
            ) as vault:
                me = vault.members.me
                if me.frozen or not me.kid.hex().startswith(code) or vault.secret is None:
                    raise _refused()
                if vault.factor is not None and vault.factor.is_set:
                    vault.factor.check(factor)
                return self.sessions.begin(me.kid, vault.secret)
        except (NotEntitled, WrongPassphrase):
            raise _refused() from None

    @contextmanager
    def enter(self, token: str) -> Iterator[Vault]:
        """The vault, opened by the member of a session, for as long as the ``with`` lasts.

        Raises:
            NotEntitled: the session ended, or its member was frozen, removed, or has another
                passphrase now; the session is over.
        """
        session = self.sessions.resume(token)
        try:
            vault = Vault.open(
                self.folder, session.key, self.kinds, member=session.member.hex(), clock=self.clock
            )
        except (NotEntitled, WrongPassphrase):
            self.sessions.end(token)
            raise _out() from None
        try:
            if vault.members.me.frozen:
                self.sessions.end(token)
                raise _out()
            yield vault
        finally:
            vault.close()

    def change_passphrase(self, vault: Vault, old: str, new: str) -> None:
        """Let another passphrase open what the member who is inside opens; their session ends.

        Raises:
            WrongPassphrase: the old passphrase is another one.
            NotEntitled: it is too early to try again.
            SettingRefused: the new passphrase was not drawn from the list.
            VaultBusy, StorageFull: the old passphrase opens it still.
        """
        me = vault.members.me
        with self._doorkeeper.knock(me.code):
            vault.change_passphrase(old, new)
        self.sessions.end_of(me.kid)

    def remove_factor(self, vault: Vault, passphrase: str) -> None:
        """Ask the member who is inside for no second factor any more, if they know the passphrase.

        Raises:
            WrongPassphrase: it is another one.
            NotEntitled: it is too early to try again.
        """
        me = vault.members.me
        with self._doorkeeper.knock(me.code):
            Keystore(self.folder).unlock_own(bytes.fromhex(vault.id), passphrase, me.kid.hex())
        if vault.factor is not None:
            vault.factor.remove()


def as_code(typed: str) -> str:
    """The code meant: lower case, without spaces or hyphens, at most a whole kid."""
    return _NOT_OF_A_CODE.sub("", typed.lower())[:32]


def _lock_of(locks: tuple[Lock, ...], code: str) -> Lock | None:
    """The one lock to try; a lock of the first form does not say whose it is."""
    if len(locks) == 1 and (not code or not locks[0].member):
        return locks[0]
    found = [one for one in locks if one.member and one.member.hex().startswith(code)]
    return found[0] if len(code) >= CODE_LETTERS and len(found) == 1 else None


def _refused() -> WrongPassphrase:
    return WrongPassphrase(
        "nobody is let in with these",
        hint="seven words with spaces between them; capitals do not matter",
    )


def _out() -> NotEntitled:
    return NotEntitled("you are signed in no longer", hint="sign in again")
