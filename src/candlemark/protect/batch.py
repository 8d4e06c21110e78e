"""One release of closed batches: close what can be closed, attack it, hold back what is opened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from candlemark.errors import Disclosive, Fault
from candlemark.protect.attacks.gate import attack, holdable, refuse
from candlemark.protect.batches.closing import Closing
from candlemark.protect.batches.tables import check_tables
from candlemark.protect.yearly import Yearly

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.protect.attacks.gate import Attacked
    from candlemark.protect.batches.closing import Row
    from candlemark.protect.batches.record_keys import Secret
    from candlemark.protect.batches.tables import Events, Table
    from candlemark.protect.policy import Policy


@dataclass(frozen=True, slots=True)
class Batch:
    """What is released, and what is not yet."""

    number: int
    rows: tuple[Row, ...]
    waiting: Mapping[str, Mapping[str, int]]
    """By table and group: new events gathered."""
    held: tuple[Row, ...]
    """Rows that had gathered enough and that an attack opened; they go on waiting."""
    attacked: Attacked
    suppressed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By table of a closed year, the groups that were too small, and stay so."""


def batch(
    tables: Sequence[Table],
    events: Mapping[str, Events],
    before: Sequence[Row],
    policy: Policy,
    secret: Secret,
    *,
    exact: bool = True,
) -> Batch:
    """The next release.

    Args:
        tables: what is counted, and everything that was counted in any release: all of it is
            attacked together.
        events: of each table that is counted now, everything until now.
        before: every row that was ever published.
        policy: the rules.
        secret: of the record keys.
        exact: search for exact bounds too.

    Raises:
        NotInOrder: the tables cross too much.
        Disclosive: what was published before is opened, or cannot be helped by waiting; ``faults``
            names every place, for people inside.
    """
    check_tables(tables, policy)
    number = max((row.release for row in before), default=0) + 1
    fresh, waiting, suppressed = _closed(tables, events, before, (policy, secret), number)
    held: list[Row] = []
    while True:
        every = [*before, *fresh]
        found = attack(tables, every, policy, events, exact=exact)
        new = range(len(before), len(every))
        back = holdable(found, new)
        if not back:
            break
        held += [every[place] for place in sorted(back)]
        fresh = [every[place] for place in new if place not in back]
    for row in held:
        if row.year:
            suppressed[row.table] = (*suppressed[row.table], row.group)
        else:
            waiting[row.table][row.group] = row.exact[0]
    refuse(found, policy)
    return Batch(number, tuple(fresh), waiting, tuple(held), found, suppressed)


def _closed(
    tables: Sequence[Table],
    events: Mapping[str, Events],
    before: Sequence[Row],
    rules: tuple[Policy, Secret],
    number: int,
) -> tuple[list[Row], dict[str, dict[str, int]], dict[str, tuple[str, ...]]]:
    """What has gathered enough; what waits; of closed years, what is too small."""
    policy, secret = rules
    telling = Counter(table.of for table in tables if table.of and not table.year)
    fresh: list[Row] = []
    waiting: dict[str, dict[str, int]] = {}
    suppressed: dict[str, tuple[str, ...]] = {}
    for table in tables:
        mine = [row for row in before if row.table == table.name]
        if table.name not in events or (table.year and mine):
            continue  # not asked for now; or a year, which is released once and never again
        if table.margins:
            rows, left = Yearly(table, policy, secret, number).rows(events[table.name])
        else:
            closing = Closing(table, policy, secret, telling.get(table.of, 1), number)
            rows, left = closing.rows(events[table.name], mine)
        fresh.extend(rows)
        if table.year:
            suppressed[table.name] = tuple(left)
        else:
            waiting[table.name] = left
    return fresh, waiting, suppressed


def refuse_nothing(made: Batch) -> None:
    """Refuse a release in which nothing is.

    Raises:
        Disclosive: every group waits.
    """
    if not made.rows:
        raise Disclosive(
            "no group has gathered enough that is new",
            hint="wait; what is new is counted in the release after",
            faults=[Fault(row.place, "held back: an attack opens it") for row in made.held],
        )
