"""The keys of compartments an open vault holds: every epoch to read by, the newest to write by.

What is about one natural person is sealed under a key of that person, and that key is wrapped under
the key of the compartment's epoch.  To erase what was said about a person is to destroy their keys.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from candlemark.ledger.roster import Compartment
    from candlemark.seal import SealingKey


@dataclass(frozen=True, slots=True)
class _Held:
    """A key that is held: of which compartment, and, where it is a person's, of whom under what."""

    name: str
    key: SealingKey
    subject: str = ""
    epoch: bytes = b""


class CompartmentKeys(Mapping[str, "SealingKey"]):
    """By name, the key that is written with; by kid, whichever sealed something.

    Safe to use from several threads: what is looked at is exchanged, never changed.
    """

    def __init__(self, first: Mapping[str, SealingKey] | None = None) -> None:
        """``first`` are the keys of the first epoch."""
        self._lock = threading.Lock()
        self._epochs: dict[str, tuple[tuple[int, SealingKey], ...]] = {}
        self._held: dict[bytes, _Held] = {}
        self._subjects: dict[tuple[bytes, str], SealingKey] = {}
        self._announced: dict[str, bytes] = {}
        self.expected: frozenset[str] = frozenset()
        """Compartments this member is to read: a key of them that is not held is a fault."""
        self.withheld: frozenset[str] = frozenset()
        """Of these a key may still have to be given to this member: see :meth:`follow`."""
        self.more: Callable[[bytes], None] | None = None
        """Asked for a key that is not held: another process may have made it since."""
        for name, key in (first or {}).items():
            self.add(name, 1, key)

    def add(self, name: str, epoch: int, key: SealingKey) -> None:
        """Hold the key of one epoch of a compartment; several where places gave keys apart."""
        with self._lock:
            there = self._epochs.get(name, ())
            if all(one.kid != key.kid for _, one in there):
                later = sorted((*there, (epoch, key)), key=lambda one: one[0])
                self._epochs = {**self._epochs, name: tuple(later)}
            self._held[key.kid] = _Held(name, key)

    def add_subject(self, epoch: bytes, subject: str, key: SealingKey) -> None:
        """Hold the key of a person under the epoch whose kid is ``epoch``, which is held."""
        with self._lock:
            self._held[key.kid] = _Held(self._held[epoch].name, key, subject, epoch)
            self._subjects.setdefault((epoch, subject), key)

    def forget(self, kids: frozenset[bytes]) -> None:
        """Hold these keys of persons no longer."""
        with self._lock:
            self._held = {kid: held for kid, held in self._held.items() if kid not in kids}
            self._subjects = {
                place: key for place, key in self._subjects.items() if key.kid not in kids
            }

    def __getitem__(self, name: str) -> SealingKey:
        if self._announced:
            # One that was not announced may have been put into the file by anybody.
            return self._held[self._announced[name]].key
        return self._epochs[name][-1][1]

    def announced(self, kids: Mapping[str, bytes]) -> None:
        """Write with these keys from now on: the ones the ledger names, whatever else is held.

        A compartment whose key is named but not held can be read, as far as older keys reach, and
        not written.
        """
        for kid in kids.values():
            self.key(kid)
        self._announced = dict(kids)

    def follow(self, compartments: Mapping[str, Compartment], member: bytes) -> None:
        """Know of which compartments a key that is not held was not certainly given to a member.

        What is sealed in one of these under a key that is not held is for others; in any other
        compartment of this member it is damage.
        """
        self.withheld = frozenset(
            name
            for name, there in compartments.items()
            if any(one.kid not in self._held and member not in one.given for one in there.keys)
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._epochs)

    def __len__(self) -> int:
        return len(self._epochs)

    def of(self, name: str) -> tuple[tuple[int, SealingKey], ...]:
        """Every key held of one compartment with its epoch, in their order."""
        return self._epochs.get(name, ())

    def subject(self, name: str, subject: str) -> SealingKey | None:
        """The key of a person in a compartment, to write with; None when there is none yet."""
        return self._subjects.get((self[name].kid, subject))

    def subject_kids(self, subject: str) -> tuple[bytes, ...]:
        """The kid of every key held of a person."""
        return tuple(kid for kid, held in self._held.items() if subject and held.subject == subject)

    def persons(self, name: str) -> list[tuple[bytes, str, SealingKey]]:
        """Every key held of a person in one compartment: the epoch's kid, the person, the key."""
        return [
            (held.epoch, held.subject, held.key)
            for held in self._held.values()
            if held.subject and held.name == name
        ]

    @property
    def kids(self) -> tuple[bytes, ...]:
        """The kid of every key of a compartment that is held."""
        return tuple(kid for kid, held in self._held.items() if not held.subject)

    def key(self, kid: bytes) -> SealingKey | None:
        """The key of this kid, if it is held."""
        if kid not in self._held and self.more is not None:
            self.more(kid)
        held = self._held.get(kid)
        return held.key if held else None

    def name(self, kid: bytes) -> str | None:
        """The compartment a kid is of, if its key is held."""
        held = self._held.get(kid)
        return held.name if held else None

    def person(self, kid: bytes) -> tuple[str, bytes] | None:
        """Whose key this is, and the kid of the epoch it is wrapped under; None if nobody's."""
        held = self._held.get(kid)
        return (held.subject, held.epoch) if held and held.subject else None

    def __repr__(self) -> str:
        held = ", ".join(f"{name} ({len(epochs)})" for name, epochs in self._epochs.items())
        return f"<CompartmentKeys {held}>"
