"""A witness policy: whose cosignatures count, and how many of them are needed.

::

    needed = 2
    outside = 2

    [[witness]]
    name = "The archive in another country"
    key = "archive.example/w+0123abcd+BA…"
    operator = false

``needed`` of the witnesses must have signed, and at least ``outside`` of them must not be run by
those who run the log; one court order must not be able to reach all of them.  A policy that could
be met by one key under two names, or by the log itself, is refused.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from candlemark.errors import Fault, NotUnderstood, NotWitnessed, SettingRefused
from candlemark.ledger.checkpoint import read_signed
from candlemark.ledger.files import read_whole
from candlemark.seal import NoteKey
from candlemark.seal.notes import COSIGNATURE

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from candlemark.ledger.checkpoint import Checkpoint
    from candlemark.seal import Note

POLICY_LIMIT: Final = 65_536

_Number = Annotated[int, msgspec.Meta(ge=0, le=64)]


class _Witness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    key: str
    operator: bool


class _Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    needed: Annotated[int, msgspec.Meta(ge=1, le=64)]
    outside: _Number
    witness: Annotated[list[_Witness], msgspec.Meta(min_length=1, max_length=64)]


@dataclass(frozen=True, slots=True)
class Trusted:
    """A witness of a policy: what people call it, its key, whether the operators run it."""

    name: str
    key: NoteKey
    operator: bool


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness that signed for a checkpoint, and when its clock said it did."""

    name: str
    operator: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Witnessed:
    """Which witnesses of a policy signed for a checkpoint, and which did not."""

    checkpoint: Checkpoint
    signed: tuple[Cosigned, ...]
    silent: tuple[str, ...]
    needed: int
    outside: int

    @property
    def holds(self) -> bool:
        """Whether it is enough."""
        from_outside = sum(not one.operator for one in self.signed)
        return len(self.signed) >= self.needed and from_outside >= self.outside

    def require(self) -> None:
        """Refuse a checkpoint that too few signed for.

        Raises:
            NotWitnessed: it is not enough.
        """
        if not self.holds:
            from_outside = sum(not one.operator for one in self.signed)
            raise NotWitnessed(
                f"{len(self.signed)} of {self.needed} witnesses signed for this checkpoint,"
                f" {from_outside} of {self.outside} from outside",
                hint="do not rely on it before they have; ask those who are silent",
                faults=[Fault(name, "it did not sign for this checkpoint") for name in self.silent],
            )


@dataclass(frozen=True, slots=True)
class Policy:
    """Whose cosignatures count."""

    needed: int
    outside: int
    witnesses: tuple[Trusted, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """The policy in a TOML file.

        Raises:
            SettingRefused: the file is missing, malformed, or a policy that can never be met or
                that one party could meet alone.
        """
        stored = read_whole(path, POLICY_LIMIT)
        if stored is None:
            raise SettingRefused("there is no policy in this file", hint=_SEE)
        return cls.parse(stored)

    @classmethod
    def parse(cls, stored: bytes) -> Self:
        """The policy in the bytes of a file.

        Raises:
            SettingRefused: as :meth:`load`.
        """
        try:
            if len(stored) > POLICY_LIMIT:
                raise SettingRefused("the policy is too long", hint=_SEE)
            found = msgspec.convert(tomllib.loads(stored.decode()), _Policy)
            witnesses = tuple(
                Trusted(each.name, NoteKey.parse(each.key), each.operator) for each in found.witness
            )
        except (ValueError, msgspec.ValidationError, RecursionError) as error:
            raise SettingRefused(f"the policy cannot be read: {error}", hint=_SEE) from None
        except NotUnderstood as error:
            raise SettingRefused(f"the policy cannot be read: {error.message}", hint=_SEE) from None
        policy = cls(found.needed, found.outside, witnesses)
        policy._check()
        return policy

    def _check(self) -> None:
        faults = []
        keys = {each.key.public.raw for each in self.witnesses}
        outside = sum(not each.operator for each in self.witnesses)
        if len(keys) != len(self.witnesses):
            faults.append(Fault("witness", "one key stands there twice"))
        if len({each.name for each in self.witnesses}) != len(self.witnesses):
            faults.append(Fault("witness", "one name stands there twice"))
        if any(each.key.algorithm != COSIGNATURE for each in self.witnesses):
            faults.append(Fault("witness", "a key is that of a log, not of a witness"))
        if self.needed > len(self.witnesses):
            faults.append(Fault("needed", f"there are only {len(self.witnesses)} witnesses"))
        if self.outside > min(outside, self.needed):
            faults.append(
                Fault("outside", f"it is more than needed, or than the {outside} from outside")
            )
        if faults:
            raise SettingRefused("this policy cannot be met", hint=_SEE, faults=faults)

    def judge(self, note: Note, log: NoteKey) -> Witnessed:
        """Which witnesses signed for a checkpoint of ``log``.

        A line that claims to be of a witness of the policy and does not hold is an error, not an
        absence: somebody forged it, or the file is damaged.

        Raises:
            LedgerBroken: that, or the note is not signed by the log.
            SettingRefused: the log's own key is among the witnesses.
        """
        if any(each.key.public.raw == log.public.raw for each in self.witnesses):
            raise SettingRefused("the log would be its own witness", hint=_SEE)
        checkpoint = read_signed(note, log)
        signed, silent = [], []
        for each in self.witnesses:
            at = note.cosigned_at(each.key)
            if at is None:
                silent.append(each.name)
            else:
                signed.append(Cosigned(each.name, each.operator, datetime.fromtimestamp(at, UTC)))
        return Witnessed(checkpoint, tuple(signed), tuple(silent), self.needed, self.outside)


_SEE: Final = "docs/guides/witness.md shows a policy"
