"""Variants: the different ways that units go, each with how many go it.

A variant is the sequence of states, in order, whatever its times.  Whether a way has ended belongs
to it: ``reported > charged`` of somebody still waiting is not the way of somebody whose case was
closed there.  The most frequent variant of a young cohort is therefore a short open one, and that
says how young the cohort is.

Every variant has a hash, the first 16 hex digits of the SHA-256 of its own names, so that one file
can be set beside another and a case keeps the hash of its way.  Units are grouped by a mixed number
of 64 bits computed from their stays, and then each is held against the sequence of its variant, so
that two ways are never counted as one: counts of rare variants are exact.  (They stay inside the
vault; a rare way can be somebody's own.)
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from candlemark.measure.process.ways import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from candlemark.measure.process.ways import Integers, Place, Ways

    Mixed = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way."""

    hash: str
    """The first 16 hex digits of SHA-256 of the own names and whether it is open."""
    states: tuple[int, ...]
    """Numbers in ``Ways.places``, the state it ended in included."""
    open: bool
    """It had not ended when we stopped looking: more may come behind the last state."""
    units: int


@dataclass(frozen=True, slots=True)
class VariantGroup:
    """The variants of one group."""

    group: str
    units: int
    variants: tuple[Variant, ...]
    """The most frequent first; of equal ones by their states."""


@dataclass(frozen=True, slots=True)
class Variants:
    """The variants of each group."""

    groups: tuple[VariantGroup, ...]
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Which variant every unit goes."""

    units: Integers
    """Numbers of the units, in order."""
    variant: Integers
    """The place of each unit's variant in ``sequences``."""
    sequences: tuple[tuple[tuple[int, ...], bool], ...]
    """States, and whether it is open."""

    def hashes(self, places: Sequence[Place]) -> tuple[str, ...]:
        """The hash of each sequence."""
        return tuple(hash_of(states, places, still=still) for states, still in self.sequences)


def hash_of(states: Sequence[int], places: Sequence[Place], *, still: bool) -> str:
    """The hash of a way by the own names of its states."""
    # A name may hold any character but this one, which no source has in a name.
    names = "\x1f".join((*(places[state].own for state in states), "…" if still else "."))
    return hashlib.sha256(names.encode()).hexdigest()[:16]


def variants(ways: Ways) -> Variants:
    """The variants of each group, all of them."""
    known = variant_of_each(ways)
    names = known.hashes(ways.places)
    rows = ways.columns(f"SELECT grp, unit FROM {ways.member} ORDER BY grp, unit")
    groups = []
    for number, group in enumerate(ways.groups):
        mine = rows["unit"][rows["grp"] == number]
        many = np.bincount(
            known.variant[np.isin(known.units, mine, assume_unique=True)],
            minlength=len(known.sequences),
        )
        found = [Variant(names[n], *known.sequences[n], int(many[n])) for n in np.flatnonzero(many)]
        found.sort(key=lambda one: (-one.units, one.states, one.open))
        groups.append(VariantGroup(group, int(many.sum()), tuple(found)))
    return Variants(tuple(groups), ways.filters)


def variant_of_each(ways: Ways) -> Known:
    """Which variant every unit goes: one sorted pass, then arrays."""
    rows = ways.columns(f"SELECT unit, state, next FROM {ways.stay} ORDER BY unit, seq")
    final = frozenset(number for number, place in enumerate(ways.places) if place.final)
    return of_rows(rows, final)


def of_rows(rows: Mapping[str, Integers], final: frozenset[int] = frozenset()) -> Known:
    """The same from stays (``unit``, ``state``, ``next``) in the order of unit and way.

    A way is open where its last stay leads nowhere, unless ways end in that state.
    """
    unit, state, after = rows["unit"], rows["state"], rows["next"]
    if not len(unit):
        nothing = np.zeros(0, dtype=np.int64)
        return Known(nothing, nothing, ())
    starts = np.flatnonzero(np.concatenate([[True], unit[1:] != unit[:-1]]))
    length = np.diff(np.concatenate([starts, [len(unit)]]))
    place = np.arange(len(unit)) - np.repeat(starts, length)
    last = after[starts + length - 1]
    whole = np.add.reduceat(_mix(place, state), starts) + _mix(length, last)
    _, first, variant = np.unique(whole, return_index=True, return_inverse=True)
    variant = variant.reshape(-1)
    # Every unit is held against the first of its variant: the number decides nothing alone.
    model = np.repeat(first[variant], length)
    same = (length == length[first[variant]]) & (last == last[first[variant]])
    told = np.minimum(place, np.repeat(length[first[variant]], length) - 1)
    equal = state == state[starts[model] + told]
    if not (same.all() and equal.all()):
        return _one_by_one(rows, starts, length, final)
    sequences = tuple(
        _way(state[starts[n] : starts[n] + length[n]].tolist(), int(last[n]), final) for n in first
    )
    return Known(unit[starts], variant.astype(np.int64), sequences)


def _way(states: list[int], last: int, final: frozenset[int]) -> tuple[tuple[int, ...], bool]:
    """The states of a way, that in which it ended included, and whether it is open."""
    way = tuple(states) if last == OPEN else (*states, last)
    return way, last == OPEN and way[-1] not in final


def _mix(place: Integers, state: Integers) -> Mixed:
    """64 bits for a state at a place, as splitmix64 mixes them; sums of them tell ways apart."""
    mixed = (place.astype(np.uint64) << np.uint64(20)) ^ (state + 2).astype(np.uint64)
    mixed = (mixed + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: Mixed = mixed ^ (mixed >> np.uint64(31))
    return found


def _one_by_one(
    rows: Mapping[str, Integers], starts: Integers, length: Integers, final: frozenset[int]
) -> Known:
    """Without numbers: slower, and what two ways with one number are told apart by."""
    numbers: dict[tuple[tuple[int, ...], bool], int] = {}
    variant = np.zeros(len(starts), dtype=np.int64)
    for n, (start, size) in enumerate(zip(starts.tolist(), length.tolist(), strict=True)):
        states = rows["state"][start : start + size].tolist()
        way = _way(states, int(rows["next"][start + size - 1]), final)
        variant[n] = numbers.setdefault(way, len(numbers))
    return Known(rows["unit"][starts], variant, tuple(numbers))
