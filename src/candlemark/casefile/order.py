"""What came before what, as far as partial dates and sources allow to say.

Dates that are only years and months give a partial order, and so does what sources say of the
order itself (``follows``).  A list must still be printed in some order; the one given here breaks
neither, and every pair whose order is open is named, so that nothing is sorted silently.

Where the two disagree (the sources say B followed A, and their dates say the opposite), the dates
decide the order of the list and the disagreement is named.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from candlemark.dates import Order, compare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.dates import PartialDate


class Dated(Protocol):
    """Something with a place in time."""

    @property
    def id(self) -> str:
        """Its identifier."""

    @property
    def when(self) -> PartialDate | None:
        """Its date, as exact as its source."""

    @property
    def recorded(self) -> int:
        """Its place among what was said."""


@dataclass(frozen=True, slots=True)
class Unordered:
    """Two items of which nobody can say which came first."""

    one: str
    other: str
    why: Order
    """SAME_DAY, or CANNOT_TELL where a date is coarse or missing."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which days something must lie, by what it follows and what follows it."""

    id: str
    earliest: date | None
    latest: date | None


@dataclass(frozen=True, slots=True)
class Ordering:
    """A possible order, and what is open or wrong in it."""

    places: tuple[int, ...]
    """Indices of the items given, in a possible order."""
    unordered: tuple[Unordered, ...]
    against_dates: tuple[tuple[str, str], ...]
    """Pairs (later, earlier): said to follow, and dated before."""
    bounds: tuple[Bounds, ...]
    """For items whose order says more about their day than their own date does."""


def ordering(items: Sequence[Dated], follows: Sequence[Sequence[str]]) -> Ordering:
    """Put items in order.

    Where the order is open, what must be over by an earlier day comes earlier, what nothing dates
    comes last, and then what was recorded first comes first: an appeal entered after a judgment of
    the same day stays after it.

    Args:
        items: what is to be ordered.
        follows: for each item, the identifiers of items that came before it.
    """
    if len(items) < 2:  # most persons of most cases: nothing to order, nothing open
        return Ordering(tuple(range(len(items))), (), (), ())
    index = {item.id: i for i, item in enumerate(items)}
    by_date = _by_date(items)
    said: list[int] = [0] * len(items)
    against = []
    for i, names in enumerate(follows):
        for name in names:
            j = index.get(name)
            if j is None or j == i:
                continue
            if by_date[j] >> i & 1:
                against.append((items[i].id, items[j].id))
            else:
                said[i] |= 1 << j
    spans = _spans(items, said)
    keys = [(spans[i][1], spans[i][0], item.recorded, i) for i, item in enumerate(items)]
    places, broken = _places(keys, by_date, said)
    against.extend((items[i].id, items[j].id) for i, j in broken)
    for i, j in broken:
        said[i] &= ~(1 << j)
    before = _closure(places, by_date, said)
    unordered = tuple(
        Unordered(items[i].id, items[j].id, _why_open(items[i], items[j]))
        for at, i in enumerate(places)
        for j in places[at + 1 :]
        if not before[j] >> i & 1
    )
    against_dates = tuple(sorted(set(against)))
    return Ordering(tuple(places), unordered, against_dates, tuple(_bounds(items, spans)))


def _own_span(item: Dated) -> tuple[date, date]:
    return (item.when.earliest, item.when.latest) if item.when else (date.min, date.max)


def _spans(items: Sequence[Dated], said: Sequence[int]) -> list[tuple[date, date]]:
    """The first and last day each item can be, narrowed by what it is said to follow.

    A span that would become empty is left as it is: the order and the dates disagree there, and
    that is named elsewhere.
    """
    spans = [_own_span(item) for item in items]
    pairs = [(j, i) for i, before in enumerate(said) for j in range(len(items)) if before >> j & 1]
    for _ in items:  # a chain of n items is settled after n rounds at most
        changed = False
        for j, i in pairs:
            earlier = (spans[j][0], min(spans[j][1], spans[i][1]))
            later = (max(spans[i][0], spans[j][0]), spans[i][1])
            for place, span in ((j, earlier), (i, later)):
                if span != spans[place] and span[0] <= span[1]:
                    spans[place] = span
                    changed = True
        if not changed:
            break
    return spans


def _bounds(items: Sequence[Dated], spans: Sequence[tuple[date, date]]) -> Iterator[Bounds]:
    for item, span in zip(items, spans, strict=True):
        if span != _own_span(item):
            earliest, latest = span
            yield Bounds(
                item.id,
                earliest if earliest != date.min else None,
                latest if latest != date.max else None,
            )


def _by_date(items: Sequence[Dated]) -> list[int]:
    """For each item, a set (as bits) of the items whose dates put them before it."""
    spans = [_own_span(item) for item in items]
    before = [0] * len(items)
    for i, one in enumerate(spans):
        for j, other in enumerate(spans):
            if other[1] < one[0]:
                before[i] |= 1 << j
    return before


def _places(
    keys: Sequence[tuple[date, date, int, int]], by_date: Sequence[int], said: Sequence[int]
) -> tuple[list[int], list[tuple[int, int]]]:
    """A possible order; and the pairs of ``said`` that had to be given up for it.

    One item after another is taken whose forerunners are all placed.  When there is none, what was
    said runs in a circle with the dates, and gives way.
    """
    waiting = set(range(len(keys)))
    placed = 0
    places: list[int] = []
    broken: list[tuple[int, int]] = []
    while waiting:
        free = [i for i in waiting if not (by_date[i] | said[i]) & ~placed]
        if not free:
            free = [min((i for i in waiting if not by_date[i] & ~placed), key=keys.__getitem__)]
            broken.extend((free[0], j) for j in waiting if said[free[0]] >> j & 1)
        chosen = min(free, key=keys.__getitem__)
        waiting.remove(chosen)
        placed |= 1 << chosen
        places.append(chosen)
    return places, broken


def _closure(places: Sequence[int], by_date: Sequence[int], said: Sequence[int]) -> list[int]:
    """For each item, the set of all that certainly came before it."""
    before = [0] * len(by_date)
    for i in places:
        direct = by_date[i] | said[i]
        before[i] = direct
        for j in places:
            if direct >> j & 1:
                before[i] |= before[j]
    return before


def _why_open(one: Dated, other: Dated) -> Order:
    if one.when is not None and other.when is not None:
        return compare(one.when, other.when)
    return Order.CANNOT_TELL
