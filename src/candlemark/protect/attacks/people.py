"""Attacks by people: who knows that somebody's case is in a row, and wants its category.

The intruder knows the table of noise and how common each category is, and weighs for every count
how likely it is to have been published so (Bayes).  They can be

- a neighbour, who knows the month and the region;
- somebody who knows the stage too, and reads every table the case is in;
- a victim, who knows their own case in the same row;
- an agency, which knows all the cases it handled itself.

That is more than the best guess from a published number: an attacker with less is not better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import gammaln

from candlemark.protect.batches.closing import table_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from candlemark.protect.batches.closing import Row
    from candlemark.protect.batches.tables import Events, Table
    from candlemark.protect.policy import Policy

    Integers = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

SURE: Final = 0.95
"""From this chance on an attacker is called sure."""
_AT_ONCE: Final = 4_096
"""Rows that are weighed at a time."""


@dataclass(frozen=True, slots=True)
class Guessing:
    """How one kind of intruder fares against everything published."""

    tried: int
    """Cases whose category was guessed."""
    commonest: float
    """Share that is right by always saying the commonest."""
    guessed: float
    """Share that is right with the tables."""
    only_one: float
    """Share where a single category is left that is shown at all, and it is the right one."""
    sure: float
    """Share where the intruder is sure (95 %), right or wrong."""
    sure_right: float

    @property
    def gain(self) -> float:
        """What the tables help, as a share of cases."""
        return self.guessed - self.commonest

    @property
    def error(self) -> float:
        """Standard error of the gain, cases taken as independent."""
        spread = self.guessed * (1 - self.guessed) + self.commonest * (1 - self.commonest)
        return float(np.sqrt(spread / max(self.tried, 1)))


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What the rows of one table tell of each person: a row each, a column a category."""

    ratio: Floats
    """How much likelier each category is than it is everywhere."""
    shown: Flags
    """Which categories are left: published, less what the intruder knows."""


def guess(
    tables: Sequence[Table],
    rows: Sequence[Row],
    events: Mapping[str, Events],
    policy: Policy,
) -> dict[str, Guessing]:
    """Let each kind of intruder guess; the first table names the people and their groups.

    Args:
        tables: which tell of one thing.
        rows: everything published of them.
        events: of each table by its name.
        policy: whose noise it is.

    Returns:
        By kind: ``neighbour``, ``stage-too``, ``victim``, ``agency``; nothing where nobody can be
        guessed.
    """
    mine = [[row for row in rows if row.table == table.name] for table in tables]
    people = _People.of(tables[0], mine[0], events[tables[0].name])
    if people is None:
        return {}
    common = people.common(mine[0])
    told = [_told(some, people.row_in(some), common, policy) for some in mine]
    everything = np.prod([one.ratio for one in told], axis=0)
    left = np.logical_and.reduce([one.shown for one in told])
    found = {
        "neighbour": _score(people, common * told[0].ratio, told[0].shown),
        "stage-too": _score(people, common * everything, left),
        "victim": _victim(people, mine[0], common, policy),
    }
    if any(row.known for row in mine[0]):
        found["agency"] = _agency(people, mine[0], common, policy)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    """Those who can be guessed: in a published row of the first table."""

    marks: Integers
    member: Flags
    """Which categories each really has."""
    row: Integers
    """The row of the first table each is in."""

    @classmethod
    def of(cls, table: Table, rows: Sequence[Row], events: Events) -> _People | None:
        where = _row_in(rows, events.marks)
        member = np.zeros((len(events), len(table.categories)), dtype=bool)
        member[events.event, events.category] = True
        there = (where >= 0) & member.any(axis=1)
        if not there.any():
            return None
        return cls(events.marks[there], member[there], where[there])

    def row_in(self, rows: Sequence[Row]) -> Integers:
        return _row_in(rows, self.marks)

    def common(self, rows: Sequence[Row]) -> Floats:
        """How common each category is, by what is published."""
        shown = np.array([row.values for row in rows], dtype=np.float64).sum(axis=0) + 0.5
        share: Floats = shown / shown.sum()
        return share


def _row_in(rows: Sequence[Row], marks: Integers) -> Integers:
    """The number of the row each mark is counted in; -1 where it is in none."""
    if not rows:
        return np.full(len(marks), -1)
    lengths = [len(row.marks) for row in rows]
    every = np.array([mark for row in rows for mark in row.marks], dtype=np.int64)
    number = np.repeat(np.arange(len(rows)), lengths)
    order = np.argsort(every, kind="stable")
    place = np.clip(np.searchsorted(every[order], marks), 0, max(len(every) - 1, 0))
    there = every[order][place] == marks
    return np.where(there, number[order][place], -1)


def expected(published: Integers, known: Integers, prior: Floats, policy: Policy) -> Floats:
    """How many more an intruder expects behind published counts, beyond those they know.

    Args:
        published: counts.
        known: how many of them the intruder knows.
        prior: how many more they expect without looking.
        policy: whose noise it is, which the intruder knows.
    """
    noise = table_of(policy)
    found = np.zeros(np.broadcast_shapes(published.shape, prior.shape))
    least = np.broadcast_to(np.maximum(prior, 1e-9), found.shape)
    mine = np.broadcast_to(known, found.shape)
    for first in range(0, len(found), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        true, chance = noise.behind(published[some])
        more, rate = true - mine[some, ..., None], least[some, ..., None]
        before = np.exp(more * np.log(rate) - rate - gammaln(np.maximum(more, 0) + 1))
        weight = np.where(more >= 0, chance * before, 0.0)
        total = weight.sum(axis=-1)
        mean = (weight * np.maximum(more, 0)).sum(axis=-1)
        found[some] = np.where(total > 0, mean / np.maximum(total, 1e-300), 0.0)
    return found


def _told(rows: Sequence[Row], where: Integers, common: Floats, policy: Policy) -> _Told:
    """What one table tells of each person; nothing of those in no row of it."""
    width = len(common)
    if not rows:
        return _Told(np.ones((len(where), width)), np.ones((len(where), width), dtype=bool))
    values = np.array([row.values for row in rows])
    size = np.array([max(row.total, 1) for row in rows], dtype=np.float64)
    prior = size[:, None] * common
    ratio = expected(values, np.zeros_like(values), prior, policy) / prior
    inside = (where >= 0)[:, None]
    return _Told(np.where(inside, ratio[where], 1.0), np.where(inside, values[where] > 0, True))


def _score(people: _People, weight: Floats, shown: Flags) -> Guessing:
    """Compare guesses with the truth."""
    member = people.member
    total = weight.sum(axis=1)
    chance = weight / np.maximum(total, 1e-300)[:, None]
    best = chance.argmax(axis=1)
    each = np.arange(len(best))
    right = member[each, best]
    one = shown.sum(axis=1) == 1
    only = shown.argmax(axis=1)
    sure = chance[each, best] >= SURE
    return Guessing(
        len(best),
        float(member.mean(axis=0).max()),
        float(right.mean()),
        float((one & member[each, only]).mean()),
        float(sure.mean()),
        float((sure & right).mean()),
    )


def _victim(people: _People, rows: Sequence[Row], common: Floats, policy: Policy) -> Guessing:
    """Each person guesses the next one in their row, knowing themselves."""
    order = np.argsort(people.row, kind="stable")
    other = np.roll(order, -1)
    same = people.row[order] == people.row[other]
    own, aim = order[same], other[same]
    aims = _People(people.marks[aim], people.member[aim], people.row[aim])
    if not len(aim):
        return Guessing(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    known = people.member[own].astype(np.int64)
    return _knowing(aims, rows, known, common, policy)


def _agency(people: _People, rows: Sequence[Row], common: Floats, policy: Policy) -> Guessing:
    """Each agency guesses those of a row that it did not handle."""
    aims, known = [], []
    for number, row in enumerate(rows):
        inside = np.flatnonzero(people.row == number)
        for mine in row.known:
            if sum(mine) < len(inside):
                aims.append(inside)
                known.append(np.tile(np.array(mine), (len(inside), 1)))
    if not aims:
        return Guessing(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    aim = np.concatenate(aims)
    return _knowing(
        _People(people.marks[aim], people.member[aim], people.row[aim]),
        rows,
        np.concatenate(known),
        common,
        policy,
    )


def _knowing(
    aims: _People, rows: Sequence[Row], known: Integers, common: Floats, policy: Policy
) -> Guessing:
    # Whoever knows the same of the same row expects the same: it is weighed once.
    alike, place = np.unique(np.column_stack([aims.row, known]), axis=0, return_inverse=True)
    row, known = alike[:, 0], alike[:, 1:]
    values = np.array([each.values for each in rows])[row]
    size = np.array([each.total for each in rows], dtype=np.float64)[row]
    others = np.maximum(size - known.sum(axis=1), 1.0)[:, None]
    weight = expected(values, known, others * common, policy)
    place = place.reshape(-1)
    return _score(aims, weight[place], (values - known > 0)[place])


def alone(table: Table, row: Row, policy: Policy) -> str:
    """Why a row says one thing of everybody in it; empty where it does not.

    A row in which one category alone is shown, or in which one is left to an agency that knows the
    cases it handled.  Of what nobody is in danger for (where a case stands) it may be shown of a
    group so large that hiding it would hide what justice never does.
    """
    if not table.categories or (not table.sensitive and row.total >= policy.zero_from):
        return ""
    shown = np.array(row.values)
    if (shown > 0).sum() <= 1:
        return "one category alone is shown"
    for known in row.known if table.sensitive else ():
        rest = row.exact[0] - sum(known)
        if rest > 0 and (shown - np.array(known) > 0).sum() <= 1:
            return "one category is left to an agency that knows its own cases"
    return ""
