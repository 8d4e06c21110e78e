"""The keys of compartments an open vault holds: every epoch to read by, the newest to write by.

What is about one natural person is sealed under a key of that person, and that key is wrapped under
the key of the compartment's epoch.  To erase what was said about a person is to destroy their keys.

A key that lies wrapped in the keystore counts as held; it is taken out when it is first used.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from candlemark.errors import LedgerBroken

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from candlemark.ledger.roster import Compartment
    from candlemark.seal import SealingKey


class OfCompartment(NamedTuple):
    """A key of a compartment: its name, the number of its epoch, the key."""

    name: str
    epoch: int
    key: SealingKey


class OfPerson(NamedTuple):
    """A key of a person: the kid of the epoch it is wrapped under, the person, the key."""

    epoch: bytes
    subject: str
    key: SealingKey


class Shelf(Protocol):
    """Where keys lie wrapped; see :class:`candlemark.ledger.key_shelf.KeyShelf`."""

    @property
    def kids(self) -> frozenset[bytes]:
        """Of keys of compartments."""

    def take(
        self, kid: bytes, epoch_key: Callable[[bytes], SealingKey | None]
    ) -> OfCompartment | OfPerson | None:
        """The key of this kid."""

    def fetch(self, kids: Iterable[bytes]) -> None:
        """These are about to be taken."""

    def of(self, epoch: SealingKey, subject: str) -> list[OfPerson]:
        """The keys of one person under a key of a compartment."""

    def under(self, epoch: SealingKey) -> Iterator[OfPerson]:
        """Those of every person."""

    def close(self) -> None:
        """Give the file back."""


class Readable(NamedTuple):
    """Names in order: of compartments whose present key is held, and of those read only partly."""

    whole: tuple[str, ...]
    partly: tuple[str, ...]

    def without(self, passed_over: Collection[str]) -> Readable:
        """The same without some compartments and those under them."""
        left = (tuple(one for one in some if not is_under(one, passed_over)) for some in self)
        return Readable(*left)


def is_under(compartment: str, names: Collection[str]) -> bool:
    """Whether a compartment is one of these, or one of a single case under them."""
    return compartment.partition(":")[0] in names or compartment in names


MOST_READ: Final = 10_000
"""Keys of persons held to read with; what is needed of more is taken out again."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A key that is held: of which compartment, and, where it is a person's, of whom under what."""

    name: str
    key: SealingKey
    subject: str = ""
    epoch: bytes = b""


class CompartmentKeys(Mapping[str, "SealingKey"]):
    """By name, the key that is written with; by kid, whichever sealed something.

    A name is *in* it when any key of the compartment is held, so that something in it can be read;
    to be written in, its present key must be.  Safe to use from several threads.
    """

    def __init__(
        self, first: Mapping[str, SealingKey] | None = None, shelf: Shelf | None = None
    ) -> None:
        """``first`` are the keys of the first epoch, ``shelf`` what lies wrapped."""
        self._lock = threading.RLock()
        self._epochs: dict[str, tuple[tuple[int, SealingKey], ...]] = {}
        self._held: dict[bytes, _Held] = {}
        self._subjects: dict[tuple[bytes, str], SealingKey] = {}
        self._read: dict[bytes, _Held] = {}
        """Keys of persons that were taken out to read with; not all a vault has, at once."""
        self._gone: set[bytes] = set()
        self._shelf = shelf
        self._said: Mapping[str, Compartment] = {}
        self._me = b""
        self._readable: tuple[Mapping[str, Compartment], Readable] | None = None
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
            self._readable = None

    def add_subject(self, epoch: bytes, subject: str, key: SealingKey) -> None:
        """Hold the key of a person under the epoch whose kid is ``epoch``, which is held."""
        with self._lock:
            self._held[key.kid] = _Held(self._held[epoch].name, key, subject, epoch)
            self._subjects.setdefault((epoch, subject), key)

    def forget(self, kids: frozenset[bytes]) -> None:
        """Hold these keys of persons no longer."""
        with self._lock:
            self._gone |= kids
            self._held = {kid: held for kid, held in self._held.items() if kid not in kids}
            self._read = {kid: held for kid, held in self._read.items() if kid not in kids}
            self._subjects = {
                place: key for place, key in self._subjects.items() if key.kid not in kids
            }

    def follow(self, said: Mapping[str, Compartment], me: bytes) -> None:
        """What the ledger says of compartments now, and the kid of the member who holds these keys.

        From then on the key written with is the one the ledger names, whatever else is held: one
        that was not announced may have been put into the file by anybody.
        """
        self._said, self._me = said, me

    def expects(self, name: str) -> bool:
        """Whether everything in a compartment opens for this member: what does not is damage.

        Not so while a key that is not held may still have to be given to them.
        """
        there = self._said.get(name)
        if there is None:
            return not self._said and name in self
        certain = all(self._holds(one.kid) or self._me in one.given for one in there.keys)
        return certain and (self._me in there.readers or name in self)

    def _holds(self, kid: bytes) -> bool:
        return kid in self._held or kid in self._wrapped

    def __getitem__(self, name: str) -> SealingKey:
        there = self._said.get(name)
        if there is not None:
            key = self.key(there.epochs[-1].kid)
            if key is None:
                raise KeyError(name)
            return key
        if self._said:  # the ledger names others, and not this one
            raise KeyError(name)
        return self._epochs[name][-1][1]

    def __contains__(self, name: object) -> bool:
        there = self._said.get(name) if isinstance(name, str) else None
        return name in self._epochs or (there is not None and self._any_of(there))

    def _any_of(self, there: Compartment) -> bool:
        kids = self._wrapped
        return any(one.kid in kids for one in there.keys)

    def __iter__(self) -> Iterator[str]:
        kids = self._wrapped
        lying = {
            name for name, there in self._said.items() if any(one.kid in kids for one in there.keys)
        }
        return iter(sorted(lying | self._epochs.keys()))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def _wrapped(self) -> frozenset[bytes]:
        return frozenset() if self._shelf is None else self._shelf.kids

    def of(self, name: str) -> tuple[tuple[int, SealingKey], ...]:
        """Every key held of one compartment with its epoch, in their order."""
        there = self._said.get(name)
        for one in there.keys if there is not None else ():
            self.key(one.kid)
        return self._epochs.get(name, ())

    def subject(self, name: str, subject: str) -> SealingKey | None:
        """The key of a person in a compartment, to write with; None when there is none yet."""
        epoch = self[name]
        found = self._subjects.get((epoch.kid, subject))
        if found is None:
            self._take_subject(epoch, subject)
            found = self._subjects.get((epoch.kid, subject))
        return found

    def subject_kids(self, subject: str) -> tuple[bytes, ...]:
        """The kid of every key held of a person."""
        for name in self if subject else ():
            for _, epoch in self.of(name):
                self._take_subject(epoch, subject)
        with self._lock:
            held = list((self._read | self._held).items())
        return tuple(kid for kid, one in held if subject and one.subject == subject)

    def _take_subject(self, epoch: SealingKey, subject: str) -> None:
        if self._shelf is None:
            return
        for one in self._shelf.of(epoch, subject):
            if one.key.kid not in self._gone:
                self.add_subject(*one)

    def persons(self, name: str) -> list[tuple[bytes, str, SealingKey]]:
        """Every key held of a person in one compartment: the epoch's kid, the person, the key."""
        for _, epoch in self.of(name) if self._shelf is not None else ():
            for one in self._shelf.under(epoch) if self._shelf is not None else ():
                if one.key.kid not in self._gone:
                    self.add_subject(*one)
        return [
            (held.epoch, held.subject, held.key)
            for held in list((self._read | self._held).values())
            if held.subject and held.name == name
        ]

    def readable(self, said: Mapping[str, Compartment]) -> Readable:
        """What of the compartments the ledger names can be read, without taking a key out."""
        if not said:
            return Readable(tuple(self), ())
        if self._readable is None or self._readable[0] is not said:
            held = self.kids
            whole = {name for name, one in said.items() if one.epochs[-1].kid in held}
            partly = set(self) - whole
            self._readable = (said, Readable(tuple(sorted(whole)), tuple(sorted(partly))))
        return self._readable[1]

    @property
    def kids(self) -> frozenset[bytes]:
        """The kid of every key of a compartment that is held, and of what else lies wrapped."""
        opened = {kid for kid, held in list(self._held.items()) if not held.subject}
        return self._wrapped | opened

    def key(self, kid: bytes) -> SealingKey | None:
        """The key of this kid, if it is held.

        Raises:
            LedgerBroken: it lies in the keystore, and is damaged.
        """
        held = self._find(kid)
        return held.key if held else None

    def fetch(self, kids: Iterable[bytes]) -> None:
        """These keys are about to be asked for; many are found sooner together than one by one."""
        if self._shelf is not None:
            new = {kid for kid in kids if kid not in self._held and kid not in self._read}
            if len(new) > 1:
                self._shelf.fetch(new)

    def name(self, kid: bytes) -> str | None:
        """The compartment a kid is of, if its key is held."""
        held = self._find(kid)
        return held.name if held else None

    def person(self, kid: bytes) -> tuple[str, bytes] | None:
        """Whose key this is, and the kid of the epoch it is wrapped under; None if nobody's."""
        held = self._find(kid)
        return (held.subject, held.epoch) if held and held.subject else None

    def _find(self, kid: bytes) -> _Held | None:
        held = self._held.get(kid) or self._read.get(kid)
        if held is not None or self._shelf is None or kid in self._gone:
            return held
        with self._lock:
            found = self._shelf.take(kid, self.key)
            if isinstance(found, OfCompartment):
                self._refuse_misnamed(kid, found.name)
                self.add(*found)
            elif isinstance(found, OfPerson):
                return self._to_read(found)
            return self._held.get(kid)

    def _to_read(self, found: OfPerson) -> _Held:
        """Hold a key for the reading that goes on; a hundred thousand persons have one each."""
        epoch, subject, key = found
        held = _Held(self._held[epoch].name, key, subject, epoch)
        if len(self._read) >= MOST_READ:
            self._read = {}
        self._read[key.kid] = held
        return held

    def _refuse_misnamed(self, kid: bytes, name: str) -> None:
        """Refuse a wrap that says a key is of another compartment than the ledger does."""
        there = self._said.get(name)
        if there is None or any(one.kid == kid for one in there.keys):
            return
        if any(one.kid == kid for said in self._said.values() for one in said.keys):
            raise LedgerBroken("its key is wrapped as that of another compartment")

    def close(self) -> None:
        """Give the keystore back."""
        if self._shelf is not None:
            self._shelf.close()

    def __repr__(self) -> str:
        held = ", ".join(f"{name} ({len(epochs)})" for name, epochs in self._epochs.items())
        return f"<CompartmentKeys {held}>"
