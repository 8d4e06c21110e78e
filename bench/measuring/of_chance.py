"""Who is one with whom, where it is known exactly how rows came about: drawn again and again.

A row is taken out of its person and put back, to each person it may be as often as is right (Gibbs
sampling of partitions).  What is counted is how probable it was each time that two rows are one.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
MOST = 4
"""Rows of one person."""


class Chosen(NamedTuple):
    """A column of which each row has one of several values, or -1."""

    value: Ints
    usual: Floats
    """How often each is the true one."""
    right: float
    """That a row with a value says the true one and not any of all."""


class Rows(NamedTuple):
    """What rows say, and how probable it is by what can be true of them."""

    first: Ints
    """Where the names begin that a row may be written for, in the next two."""
    name: Ints
    ratio: Floats
    """How often that name is written so, over how often anybody is."""
    usual: Floats
    """How often a person has each name."""
    day: Ints
    """A number of a day of birth, or -1."""
    turned: Ints
    """The same with day and month in each other's place, where both are days."""
    days: float
    """How many there are."""
    kept: float
    """That a day which can be turned is not."""
    place: Chosen
    offence: Chosen
    joins: Floats
    """By the rows a person has: odds that one more is theirs and nobody's, before it is read."""


class Meets(NamedTuple):
    """Of each row, from ``first`` on: whom it meets, and the number of that pair."""

    first: Ints
    other: Ints
    pair: Ints


@numba.njit(cache=False)
def _days(rows: Rows, some: Ints, count: int) -> float:
    """How many times more probable the days are of one person than of as many as there are rows."""
    one = -1
    told = 0
    for at in range(count):
        if rows.day[some[at]] >= 0:
            told += 1
            one = some[at] if one < 0 else one
    if told < 2:
        return 1.0
    total = 0.0
    for turn in range(2):
        true = rows.turned[one] if turn else rows.day[one]
        if turn and true == rows.day[one]:
            break
        each = 1.0
        for at in range(count):
            row = some[at]
            if rows.day[row] < 0:
                continue
            single = rows.day[row] == rows.turned[row]
            if true == rows.day[row]:
                each *= 1.0 if single else rows.kept
            else:
                each *= 1.0 - rows.kept if true == rows.turned[row] else 0.0
        total += each
    return total * rows.days ** (told - 1)


@numba.njit(cache=False)
def _chosen(column: Chosen, some: Ints, count: int) -> float:
    """The same for a column of several values."""
    wrong = (1.0 - column.right) / len(column.usual)
    apart, nobody, left, told, total = 1.0, 1.0, 1.0, 0, 0.0
    for at in range(count):
        value = column.value[some[at]]
        if value < 0:
            continue
        told += 1
        apart *= wrong + column.right * column.usual[value]
        nobody *= wrong
        seen = False
        for before in range(at):
            seen = seen or column.value[some[before]] == value
        if seen:
            continue
        left -= column.usual[value]
        each = column.usual[value]
        for other in range(count):
            if column.value[some[other]] >= 0:
                each *= wrong + (column.right if column.value[some[other]] == value else 0.0)
        total += each
    return 1.0 if told < 2 else (total + left * nobody) / apart


@numba.njit(cache=False)
def _names(rows: Rows, some: Ints, count: int) -> float:
    """The same for names."""
    total = 0.0
    for at in range(rows.first[some[0]], rows.first[some[0] + 1]):
        name = rows.name[at]
        each = rows.ratio[at] * rows.usual[name]
        for other in range(1, count):
            row, ratio = some[other], 0.0
            for place in range(rows.first[row], rows.first[row + 1]):
                if rows.name[place] == name:
                    ratio = rows.ratio[place]
                    break
            each *= ratio
        total += each
    return total


@numba.njit(cache=False)
def together(rows: Rows, some: Ints, count: int) -> float:
    """How many times more probable it is that rows say what they say of one person than of many."""
    found = _days(rows, some, count)
    if found > 0:
        found *= _names(rows, some, count)
    if found > 0:
        found *= _chosen(rows.place, some, count) * _chosen(rows.offence, some, count)
    return found


@numba.njit(cache=False)
def meeting(rows: Rows, by_name: tuple[Ints, Ints], least: float) -> tuple[Ints, Ints]:
    """Pairs of rows that may be of one name and are one with odds of at least so many."""
    first, row = by_name
    left, right = [np.int64(0) for _ in range(0)], [np.int64(0) for _ in range(0)]
    both = np.empty(2, np.int64)
    for name in range(len(first) - 1):
        for one in range(first[name], first[name + 1]):
            for other in range(one + 1, first[name + 1]):
                both[0], both[1] = row[one], row[other]
                if together(rows, both, 2) * rows.joins[1] >= least:
                    left.append(min(row[one], row[other]))
                    right.append(max(row[one], row[other]))
    return np.array(left), np.array(right)


class Persons(NamedTuple):
    """Whose each row is, and the rows of each."""

    whose: Ints
    members: Ints
    size: Ints
    empty: Ints
    """Persons without a row, as many as the first of :attr:`free` says."""
    free: Ints


@numba.njit(cache=False)
def _taken_out(row: int, now: Persons) -> None:
    person, kept = now.whose[row], 0
    for at in range(now.size[person]):
        if now.members[person, at] != row:
            now.members[person, kept] = now.members[person, at]
            kept += 1
    now.size[person] = kept


@numba.njit(cache=False)
def _put_in(row: int, person: int, now: Persons) -> None:
    """To a person, or to nobody (-1) who is there: then to one without a row."""
    own = now.whose[row]
    if person >= 0 and now.size[own] == 0:
        now.empty[now.free[0]] = own
        now.free[0] += 1
    elif person < 0:
        person = own
        if now.size[own] > 0:
            now.free[0] -= 1
            person = now.empty[now.free[0]]
    now.whose[row] = person
    now.members[person, now.size[person]] = row
    now.size[person] += 1


@numba.njit(cache=False)
def _odds(row: int, rows: Rows, others: Ints, now: Persons) -> Floats:
    """Of each row one meets, the odds of being its person's and nobody's; each person once."""
    odds, some = np.zeros(len(others)), np.empty(MOST + 1, np.int64)
    for at in range(len(others)):
        person = now.whose[others[at]]
        held = now.size[person]
        known = held == 0 or held >= MOST
        for earlier in range(at):
            known = known or now.whose[others[earlier]] == person
        if known:
            continue
        some[:held] = now.members[person, :held]
        apart = together(rows, some, held)
        some[held] = row
        if apart > 0:
            odds[at] = together(rows, some, held + 1) / apart * rows.joins[held]
    return odds


@numba.njit(cache=False)
def _counted(pairs: Ints, others: Ints, odds: Floats, now: Persons, found: Floats) -> None:
    """Half of the probability of each pair of a row, which is counted from both its ends."""
    total = 1.0 + odds.sum()
    for at in range(len(others)):
        for other in range(len(others)):
            if odds[other] > 0 and now.whose[others[other]] == now.whose[others[at]]:
                found[pairs[at]] += odds[other] / total / 2


@numba.njit(cache=False)
def chances(rows: Rows, meets: Meets, pairs: int, sweeps: int, seed: int) -> Floats:
    """Of each pair, how probable it is that its two rows are one: the mean of two thirds of them.

    Args:
        rows: what they say.
        meets: pairs that may be one.
        pairs: how many there are.
        sweeps: how often each row is drawn.
        seed: of the chance.
    """
    np.random.seed(seed)  # noqa: NPY002 - numba has no other
    count = len(rows.day)
    members = np.full((count, MOST), -1)
    members[:, 0] = np.arange(count)
    empty, free = np.empty(count, np.int64), np.zeros(1, np.int64)
    now = Persons(np.arange(count), members, np.ones(count, np.int64), empty, free)
    found = np.zeros(pairs)
    for sweep in range(sweeps):
        for row in range(count):
            of = slice(meets.first[row], meets.first[row + 1])
            others = meets.other[of]
            if len(others) == 0:
                continue
            _taken_out(row, now)
            odds = _odds(row, rows, others, now)
            if sweep >= sweeps // 3:
                _counted(meets.pair[of], others, odds, now, found)
            drawn, chosen = np.random.random() * (1.0 + odds.sum()), -1  # noqa: NPY002
            for at in range(len(others)):
                drawn -= odds[at]
                if drawn < 0 and odds[at] > 0:
                    chosen = now.whose[others[at]]
                    break
            _put_in(row, chosen, now)
    return found / (sweeps - sweeps // 3)
