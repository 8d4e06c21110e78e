"""The order in which entries are read: by logical time, and by actions where two have the same.

An entry is noted as it comes in.  Most ledgers come in order; where several instances met, or where
something does not count, the places are worked out from what was noted of each entry.  Of entries
before a watermark (:mod:`candlemark.ledger.reading_mark`) that is looked up only when it is needed.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from candlemark.ledger.entry import LEAP_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from candlemark.ledger.entry import Meta

ACTION_BYTES: Final = 16
Key = tuple[int, bytes]
"""What entries are put in order by: logical time, action."""


@dataclass(slots=True)
class Noted:
    """Of entries one after the other: logical time, number on its device, which device, action."""

    times: array[int] = field(default_factory=lambda: array("Q"))
    seqs: array[int] = field(default_factory=lambda: array("Q"))
    devices: array[int] = field(default_factory=lambda: array("I"))
    actions: bytearray = field(default_factory=bytearray)

    def __len__(self) -> int:
        return len(self.times)

    def key(self, n: int) -> Key:
        """What the entry at ``n`` is put in order by."""
        return self.times[n], bytes(self.actions[ACTION_BYTES * n : ACTION_BYTES * (n + 1)])

    def some(self, start: int, stop: int) -> Noted:
        """The same of some of them."""
        return Noted(
            self.times[start:stop],
            self.seqs[start:stop],
            self.devices[start:stop],
            self.actions[ACTION_BYTES * start : ACTION_BYTES * stop],
        )

    def extend(self, other: Noted) -> None:
        """Go on with others."""
        self.times.extend(other.times)
        self.seqs.extend(other.seqs)
        self.devices.extend(other.devices)
        self.actions.extend(other.actions)


@dataclass(frozen=True, slots=True)
class Placed:
    """The places of the first ``size`` entries in order, and what that was worked out from.

    ``highest`` is the last key among them, ``ended`` the last number that counts of a device, by
    the number of the device.
    """

    size: int = 0
    highest: Key = (0, b"")
    ended: Mapping[int, int] = field(default_factory=dict)
    places: Sequence[int] = range(0)


class EntryOrder:
    """What was noted of entries; not safe to use from several threads.

    ``earlier`` entries were noted before; what of them is given by ``load``.
    """

    def __init__(
        self,
        earlier: int = 0,
        load: Callable[[], Noted] = Noted,
        *,
        devices: Sequence[bytes] = (),
        in_order: bool = True,
        lamport: int = 0,
        placed: Placed | None = None,
    ) -> None:
        self._earlier = earlier
        self._load = load
        self._noted = Noted()
        self._numbers = {device: number for number, device in enumerate(devices)}
        self.in_order = in_order
        self.lamport = lamport
        """The highest logical time anybody follows."""
        self.placed = placed or Placed()

    def __len__(self) -> int:
        return self._earlier + len(self._noted)

    @property
    def devices(self) -> tuple[bytes, ...]:
        """Every device that wrote, by its number."""
        return tuple(self._numbers)

    def note(self, meta: Meta) -> None:
        """Go on with the next entry."""
        leaps = meta.lamport > self.lamport + LEAP_LIMIT
        self.in_order = self.in_order and meta.lamport > self.lamport and not leaps
        self._noted.times.append(meta.lamport)
        self._noted.seqs.append(meta.seq)
        self._noted.devices.append(self._numbers.setdefault(meta.device, len(self._numbers)))
        self._noted.actions.extend(meta.action)
        if not leaps:  # nobody follows a leap
            self.lamport = max(self.lamport, meta.lamport)

    def go_on(self, noted: Noted) -> None:
        """Go on with what was noted before; the rest of it is known already."""
        self._noted.extend(noted)

    def noted(self, start: int, stop: int) -> Noted:
        """What was noted of some entries."""
        if start < self._earlier:
            self._recall()
        return self._noted.some(start - self._earlier, stop - self._earlier)

    def _recall(self) -> None:
        if self._earlier:
            noted = self._load()
            noted.extend(self._noted)
            self._noted, self._earlier = noted, 0

    def places(
        self, size: int, ended: Mapping[bytes, int], refused: Container[int]
    ) -> Sequence[int]:
        """The places of the first ``size`` entries in order, without those that do not count.

        Args:
            size: how many.
            ended: the last number that counts of devices that were given up.
            refused: places of entries that count for other reasons; once, and for ever.
        """
        limits = {
            self._numbers[device]: last for device, last in ended.items() if device in self._numbers
        }
        before = self.placed
        if (before.size, before.ended) == (size, limits):
            return before.places
        if before.size > size or before.ended != limits:
            before = Placed(ended=limits)
        found = self._behind(before, size, refused)
        if found is None:
            found = self._behind(Placed(ended=limits), size, refused)
        self.placed = found or Placed()
        return self.placed.places

    def _behind(self, before: Placed, size: int, refused: Container[int]) -> Placed | None:
        """The places of ``size`` entries, going on behind others; None where they do not follow."""
        new = range(before.size, size)
        limits = before.ended
        plain = isinstance(before.places, range) and len(before.places) == before.size
        if plain and self.in_order and not limits and not any(n in refused for n in new):
            return Placed(size, (self.lamport, b"\xff" * ACTION_BYTES), limits, range(size))
        start = before.size if before.size >= self._earlier else 0
        noted = self.noted(start, size)
        shift = start
        keys = {n: noted.key(n - shift) for n in new}
        if keys and not self.in_order and min(keys.values()) < before.highest:
            return None
        order = new if self.in_order else sorted(new, key=keys.__getitem__)
        found = array("q", before.places)
        found.extend(
            n
            for n in order
            if n not in refused
            and noted.seqs[n - shift] <= limits.get(noted.devices[n - shift], noted.seqs[n - shift])
        )
        highest = max([before.highest, *keys.values()])
        return Placed(size, highest, limits, found)
