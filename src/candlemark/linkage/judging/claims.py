"""Who has which pair before them now, so that two people do not judge one pair at once.

A claim lasts :data:`LASTS`; then the pair goes back to the queue by itself.  Claims are no facts: a
ledger keeps for ever what is written into it, and which pair somebody looked at at ten past four is
nobody's business in ten years.  They lie in memory on the machine that shows the vault, beside its
sessions, sealed under a key that follows from the vault's own, under names that tell nothing.

On two machines that keep one vault two people can therefore have the same pair.  Both answers are
then kept, as those of a first and a second person; nothing is lost but a minute.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.errors import BeingJudged, LedgerBroken, NotEntitled, VaultBusy
from candlemark.ledger.entry import META
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.ledger.sessions import place_for
from candlemark.linkage.facts import LinkRecord
from candlemark.seal import SealingKey, derive, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from candlemark.ledger import Vault
    from candlemark.linkage.judging.standing import Pair

LASTS: Final = timedelta(minutes=15)
"""Of a claim.  A page that is left open gives the pair back within it."""
_PURPOSE: Final = b"candlemark/link-claims/v1"
_LIMIT: Final = 65_536
_TRIES: Final = 25
_PAUSE: Final = 0.02


class _Row(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    member: str
    until: float
    left: tuple[str, str]
    right: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A pair somebody has before them."""

    pair: Pair
    member: str
    """The member's identifier in hexadecimal."""
    until: datetime


class Claims:
    """The claims on pairs of one vault on this machine.

    Args:
        vault: the open vault; whoever holds its key of ``meta`` shares its claims.
        folder: where they lie; beside the sessions of the vault unless another is given.

    Where a machine has no place that is in memory only, nobody signs in to pages either, and
    whoever judges there at a terminal judges alone: then nothing is kept.

    Raises:
        NotEntitled: this member has not the key of ``meta``.
    """

    def __init__(self, vault: Vault, folder: Path | None = None) -> None:
        key = vault.ledger.present_key(META)
        if key is None:
            raise NotEntitled(
                "this member cannot tell which pairs others have before them",
                hint="an administrator gives the key: candlemark compartment add",
            )
        self._vault = bytes.fromhex(vault.id)
        self._now = vault.ledger.now
        self._secret = derive(key.reveal(), self._vault, _PURPOSE)
        self._folder = folder if folder is not None else _place(self._vault)

    @property
    def secret(self) -> bytes:
        """Key material that everybody who judges in this vault has, and nobody else."""
        return self._secret

    def take(self, pair: Pair, member: str) -> Claim:
        """Have a pair before one from now on, for as long as a claim lasts.

        Raises:
            BeingJudged: somebody else has it.
            VaultBusy: others take and give back all the time.
        """
        claim = Claim(pair, member, self._now() + LASTS)
        if self._folder is not None:
            for left in reversed(range(_TRIES)):
                try:
                    self._keep(self._folder, claim)
                    break
                except VaultBusy:  # somebody takes another pair at this very moment
                    if not left:
                        raise
                    time.sleep(_PAUSE)
        return claim

    def _keep(self, folder: Path, claim: Claim) -> None:
        with alone_in(folder):
            folder.chmod(0o700)
            self._sweep()
            name = self._name(claim.pair)
            held = self._read(folder / name)
            if held is not None and held.member != claim.member:
                raise _taken()
            left, right = claim.pair
            sides = (left.source, left.record), (right.source, right.record)
            row = msgspec.msgpack.encode(_Row(claim.member, claim.until.timestamp(), *sides))
            sealed = seal(self._key, _PURPOSE, self._vault + name.encode(), row)
            write_whole(folder, name, sealed, mode=0o600)

    def give_back(self, pair: Pair, member: str) -> None:
        """Let others have a pair again; without a claim of one's own nothing happens."""
        path = self._path(pair)
        held = self._read(path) if path is not None else None
        if path is not None and held is not None and held.member == member:
            path.unlink(missing_ok=True)

    def of(self, pair: Pair) -> Claim | None:
        """Who has a pair before them; None for nobody."""
        path = self._path(pair)
        return self._read(path) if path is not None else None

    def all(self) -> list[Claim]:
        """Every claim that lasts, the oldest first."""
        found = [claim for path in self._paths() if (claim := self._read(path)) is not None]
        return sorted(found, key=lambda one: (one.until, one.pair))

    @property
    def _key(self) -> SealingKey:
        return SealingKey.from_bytes(self._secret)

    def _path(self, pair: Pair) -> Path | None:
        return None if self._folder is None else self._folder / self._name(pair)

    def _paths(self) -> Iterator[Path]:
        if self._folder is not None and self._folder.is_dir():
            yield from (path for path in self._folder.iterdir() if not path.name.startswith("."))

    def _sweep(self) -> None:
        for path in list(self._paths()):
            if self._read(path) is None:
                path.unlink(missing_ok=True)

    def _name(self, pair: Pair) -> str:
        left, right = pair
        told = msgspec.msgpack.encode([left.source, left.record, right.source, right.record])
        return hashlib.blake2b(told, key=self._secret, digest_size=16).hexdigest()

    def _read(self, path: Path) -> Claim | None:
        """The claim in a file; None where there is none, or it ran out, or is not of this key."""
        stored = read_whole(path, _LIMIT)
        if stored is None:
            return None
        with suppress(LedgerBroken, msgspec.MsgspecError, UnicodeDecodeError):
            content = unseal(self._key, _PURPOSE, self._vault + path.name.encode(), stored)
            row = msgspec.msgpack.decode(content, type=_Row)
            now = self._now().timestamp()
            # A clock that was put back ends claims, and never lengthens them.
            if now < row.until <= now + LASTS.total_seconds() + 1:
                until = datetime.fromtimestamp(row.until, UTC)
                return Claim((LinkRecord(*row.left), LinkRecord(*row.right)), row.member, until)
        return None


def _place(vault: bytes) -> Path | None:
    """Beside the sessions of a vault; None where a machine has no place for either."""
    try:
        return place_for(vault).with_name(f"{vault.hex()}-claims")
    except NotEntitled:
        return None


def _taken() -> BeingJudged:
    return BeingJudged(
        "somebody else has this pair before them",
        hint="take the next one; it comes back within fifteen minutes if it is not answered",
    )
