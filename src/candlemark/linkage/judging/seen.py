"""What a page sees of the parts of the read model: those people judged whole, of others the top.

A pair between sources of a figure that is kept takes two people, and is worth half as much to each:
so the pairs of every two sources are kept in both orders, and the streams are put together here.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from candlemark.linkage.facts import LinkRecord
from candlemark.linkage.judging.parts import parts_of, runs_of
from candlemark.linkage.judging.standing import TWO
from candlemark.linkage.judging.worth import Proposed, Waiting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from candlemark.ledger.model import CodedModel
    from candlemark.linkage.judging.standing import Pair, Published

_PROPOSED: Final = (
    "left_source, left_record, right_source, right_record, probability, run, n, automatic, key"
)
_WAITING: Final = f"{_PROPOSED}, gain, people, size_left, size_right, joins"


@dataclass(frozen=True, slots=True)
class Seen:
    """The pairs of one unit as a page sees them."""

    run: str
    """The newest run."""
    active: tuple[Proposed, ...]
    """Every pair of the parts that were judged or are looked at."""
    waiting: tuple[Waiting, ...]
    """Of all other parts what waits, worth most first, and no more than a page needs."""
    between: Counter[tuple[str, str]]
    """How many wait in these other parts, by the two sources."""


def seen_in(
    model: CodedModel, unit: str, about: Iterable[Pair], published: Published, most: int
) -> Seen:
    """What a page sees.

    Args:
        model: of the parts.
        unit: ``case`` or ``person``.
        about: the pairs people judged, and those the page knows of.
        published: which pairs move a kept figure.
        most: how many of the pairs that wait elsewhere.
    """
    parts = parts_of(model, unit, {record for pair in about for record in pair})
    runs = runs_of(model, unit)
    active, asked = _active(model, unit, parts)
    between: Counter[tuple[str, str]] = Counter()
    found: list[Waiting] = []
    for one, other, pairs in model.query(
        "SELECT left_source, right_source, pairs FROM {asked} WHERE unit = ?", (unit,)
    ):
        sources = one, other
        between[sources] = pairs - asked[sources]
        # All pairs of two sources move the same figures: any of them is asked for all.
        moves = published((LinkRecord(one, ""), LinkRecord(other, ""))) is not None
        if between[sources] and most:
            found += _top(model, unit, sources, parts, moves=moves, most=most)
    found.sort(key=lambda one: (-one.worth, one.pair))
    return Seen(runs[-1].run if runs else "", active, tuple(found[:most]), +between)


def _active(
    model: CodedModel, unit: str, parts: Sequence[int]
) -> tuple[tuple[Proposed, ...], Counter[tuple[str, str]]]:
    """The pairs of some parts, and how many of them would wait if nobody had judged any."""
    rows = model.query(
        f"SELECT {_PROPOSED}, asked FROM {{pair}}"
        " WHERE unit = ? AND part IN (SELECT value FROM json_each(?))",
        (unit, json.dumps(parts)),
    )
    asked = Counter((row[0], row[2]) for row in rows if row[-1])
    return tuple(sorted((_proposed(row) for row in rows), key=lambda one: one.pair)), asked


def _top(
    model: CodedModel,
    unit: str,
    sources: tuple[str, str],
    parts: Sequence[int],
    *,
    moves: bool,
    most: int,
) -> list[Waiting]:
    """The first pairs between two sources that wait, of parts that are not among these."""
    order = "gain" if moves else "worth"
    rows = model.query(
        f"SELECT {_WAITING} FROM {{pair}}"
        " WHERE asked AND unit = ? AND left_source = ? AND right_source = ?"
        " AND part NOT IN (SELECT value FROM json_each(?))"
        f" ORDER BY {order} DESC, left_record, right_record LIMIT ?",
        (unit, *sources, json.dumps(parts), most),
    )
    return [_waiting(row, moves=moves) for row in rows]


def _proposed(row: Sequence[Any]) -> Proposed:
    a, b, c, d, probability, run, n, automatic, key = row[:9]
    return Proposed((LinkRecord(a, b), LinkRecord(c, d)), probability, run, n, bool(automatic), key)


def _waiting(row: Sequence[Any], *, moves: bool) -> Waiting:
    gain, people, left, right, joins = row[9:]
    needed = TWO if moves else people
    return Waiting(_proposed(row), (left, right), bool(joins), needed, needed, gain / needed)


def at_row(model: CodedModel, unit: str, run: str, n: int) -> Proposed | None:
    """The pair in a row of a run, where it is the newest of its pair."""
    where = "unit = ? AND run = ? AND n = ?"
    return _one(model, where, (unit, run, n))


def of_pair(model: CodedModel, unit: str, pair: Pair) -> Proposed | None:
    """Where a pair is proposed; None where no run that counts has it."""
    left, right = pair
    (part, *_) = [*parts_of(model, unit, [left]), -1]
    where = (
        "unit = ? AND part = ? AND left_source = ? AND left_record = ?"
        " AND right_source = ? AND right_record = ?"
    )
    return _one(model, where, (unit, part, left.source, left.record, right.source, right.record))


def by_keys(model: CodedModel, unit: str) -> list[Proposed]:
    """The pairs an exact key joined without asking anybody."""
    rows = model.query(
        f"SELECT {_PROPOSED} FROM {{pair}} WHERE unit = ? AND automatic AND key <> ''", (unit,)
    )
    return sorted((_proposed(row) for row in rows), key=lambda one: one.pair)


def _one(model: CodedModel, where: str, values: tuple[object, ...]) -> Proposed | None:
    rows = model.query(f"SELECT {_PROPOSED} FROM {{pair}} WHERE {where} LIMIT 1", values)
    return _proposed(rows[0]) if rows else None
