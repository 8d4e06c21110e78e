"""Agencies that may not share cases share the three aggregates; the joint figure is exact.

The counts of several agencies add up to the counts of all their cases, so that occupation and its
errors from the sum are to the last bit what they would be from the cases put together.  What is
exact is also telling: "one case moved from charged to dismissed on day 112" may be somebody's.  The
file says how its numbers were protected, and counts its telling rows; who sends it decides.

Only counts of the same question, unit, edition and states add up; everything that differs is named.
Robust errors, and "ever reached" unless the question was asked as a first passage, need cases and
cannot be had from counts.  Two files of one agency must not hold the same case.

Format: docs/formats/federated-counts.md.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from candlemark.errors import Fault, NotMeasurable, SourceMalformed
from candlemark.measure.estimators.counts import TICKS, Counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure.estimators.counts import Integers

FORMAT: Final = "candlemark-federated-counts/1"
LONGEST: Final = 36_525 * TICKS
"""A century; a tick beyond it is a mistake."""
MOST: Final = 1 << 40
"""More than this in one row is a mistake, and sums of rows stay whole numbers."""
_BYTES: Final = 1 << 28
_FAULTS: Final = 20
"""So many faults of one file are named; more would bury the first."""

_TABLES: Final = {
    "moves": ("tick", "from", "to", "how many"),
    "entries": ("tick", "state", "how many"),
    "exits": ("tick", "state", "how many"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """What one agency shares of one question, or the sum of several."""

    question: str
    """What was asked, in a form that is equal when the question is: cohort, window, stage."""
    unit: str
    """Term of ``counting-units``."""
    edition: str
    """Fingerprint of the edition the states are of."""
    states: tuple[str, ...]
    """Codes of the states, in the order of their numbers."""
    agencies: tuple[str, ...]
    """Whose cases are counted, by their own names; nobody twice."""
    as_of: tuple[str, ...]
    """The last day each agency looked at (ISO 8601), in the same order."""
    protection: tuple[str, ...]
    """How each agency protected its numbers; ``exact`` when it did not."""
    counts: Counts

    @property
    def exact(self) -> bool:
        """Whether the joint figure is that of the cases put together."""
        return all(each == "exact" for each in self.protection)


_SAME: Final = ("question", "unit", "edition", "states")
_EACH: Final = ("agencies", "as_of", "protection")


def telling(counts: Counts, least: int = 5) -> int:
    """How many rows of the aggregates stand for fewer than ``least`` units: what could tell."""
    return sum(
        int((rows[:, -1] < least).sum()) for rows in (counts.moves, counts.entries, counts.exits)
    )


def written(shared: Shared) -> bytes:
    """The file: JSON, keys in order, one line per table, so that equal counts are equal bytes."""
    told: dict[str, Any] = {"format": FORMAT, "ticks_per_day": TICKS}
    told |= {name: getattr(shared, name) for name in (*_SAME, *_EACH)}
    told |= {name: getattr(shared.counts, name).tolist() for name in _TABLES}
    lines = ",\n".join(
        f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}"
        for name, value in told.items()
    )
    return f"{{\n{lines}\n}}\n".encode()


def read(content: bytes) -> Shared:
    """Take in a file that another agency wrote, believing nothing.

    Raises:
        SourceMalformed: it is no such file, or its numbers cannot be those of stays; every fault
            is named.
    """
    told = _parsed(content)
    faults: list[Fault] = []
    wanted = {"format", "ticks_per_day", *_SAME, *_EACH, *_TABLES}
    faults += [Fault(name, "is missing") for name in sorted(wanted - told.keys())]
    faults += [Fault(name, "is not known") for name in sorted(told.keys() - wanted)]
    _refuse(faults)
    for name, value in (("format", FORMAT), ("ticks_per_day", TICKS)):
        if told[name] != value:
            faults.append(Fault(name, f"is not {value}"))
    faults += [
        Fault(name, "is not text, or is empty")
        for name in ("question", "unit", "edition")
        if not _is_text(told[name])
    ]
    faults += [
        Fault(name, "is not a list of texts")
        for name in ("states", *_EACH)
        if not (isinstance(told[name], list) and told[name] and all(map(_is_text, told[name])))
    ]
    _refuse(faults)
    faults += [
        Fault(name, "names something twice")
        for name in ("states", "agencies")
        if len(set(told[name])) < len(told[name])
    ]
    if len({len(told[name]) for name in _EACH}) > 1:
        faults.append(Fault("agencies", "agencies, as_of and protection differ in length"))
    states = len(told["states"])
    tables = {name: _table(name, told[name], states, faults) for name in _TABLES}
    _refuse(faults)
    counts = Counts(states, **tables)
    faults += _impossible(counts)
    _refuse(faults)
    return Shared(
        question=told["question"],
        unit=told["unit"],
        edition=told["edition"],
        states=tuple(told["states"]),
        agencies=tuple(told["agencies"]),
        as_of=tuple(told["as_of"]),
        protection=tuple(told["protection"]),
        counts=counts,
    )


def joint(parts: Sequence[Shared]) -> Shared:
    """The sum of what several agencies share.

    Raises:
        NotMeasurable: there is nothing to add, the parts are not of one question, or an agency is
            in two of them; everything that differs is named.
    """
    if not parts:
        raise NotMeasurable("there are no counts to add", hint="name the files of the agencies")
    faults = [
        Fault(" and ".join(other.agencies), f"{name.name} differs from {parts[0].agencies[0]}'s")
        for other in parts[1:]
        for name in fields(Shared)
        if name.name in _SAME and getattr(other, name.name) != getattr(parts[0], name.name)
    ]
    named = [agency for part in parts for agency in part.agencies]
    faults += [
        Fault(agency, "is in more than one file")
        for agency in sorted(set(named))
        if named.count(agency) > 1
    ]
    if faults:
        raise NotMeasurable(
            "these counts cannot be added",
            hint="ask all agencies the same question under the same edition, each once",
            faults=faults,
        )
    counts = parts[0].counts
    for part in parts[1:]:
        counts += part.counts
    return replace(
        parts[0],
        agencies=tuple(named),
        as_of=tuple(day for part in parts for day in part.as_of),
        protection=tuple(how for part in parts for how in part.protection),
        counts=counts,
    )


def _parsed(content: bytes) -> dict[str, Any]:
    if len(content) > _BYTES:
        raise SourceMalformed(
            "the file of counts is larger than 256 MiB", hint="ask for fewer groups at a time"
        )
    try:
        told = json.loads(content.decode())
    except (ValueError, RecursionError) as fault:
        raise SourceMalformed(
            "the file of counts is not JSON in UTF-8", hint="ask for the file again"
        ) from fault
    if not isinstance(told, dict):
        raise SourceMalformed(
            "the file of counts does not hold an object", hint="ask for the file again"
        )
    return told


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _table(name: str, rows: object, states: int, faults: list[Fault]) -> Integers:
    """Rows as integers in the order of their keys; what is wrong is added to ``faults``."""
    columns = _TABLES[name]
    nothing = np.zeros((0, len(columns)), dtype=np.int64)
    if not isinstance(rows, list) or not all(
        isinstance(row, list) and len(row) == len(columns) and all(type(x) is int for x in row)
        for row in rows
    ):
        faults.append(Fault(name, f"is not a list of rows of whole numbers {', '.join(columns)}"))
        return nothing
    if any(not -MOST <= value <= MOST for row in rows for value in row):
        faults.append(Fault(name, "holds a number that is too large"))
        return nothing
    table = np.array(rows, dtype=np.int64).reshape(-1, len(columns))
    places = table[:, 1:-1]
    wrong = (
        ("a tick before entry or beyond a century", (table[:, 0] < 0) | (table[:, 0] > LONGEST)),
        ("a state that is not named", ((places < 0) | (places >= states)).any(axis=1)),
        ("a number below 1", table[:, -1] < 1),
    )
    faults += [
        Fault(f"{name}, row {int(np.flatnonzero(rows_)[0]) + 1}", f"holds {what}")
        for what, rows_ in wrong
        if rows_.any()
    ]
    keys = table[:, :-1]
    order = np.lexsort(keys[:, ::-1].T)
    if len(table) and ((order != np.arange(len(table))).any() or _doubled(keys)):
        faults.append(Fault(name, "rows are not in the order of their keys, each key once"))
    return table


def _doubled(keys: Integers) -> bool:
    return bool((np.diff(keys, axis=0) == 0).all(axis=1).any())


def _impossible(counts: Counts) -> list[Fault]:
    """What stays cannot have given: more leave than came, or more move than leave."""
    ticks = np.unique(counts.exits[:, 0]) if len(counts.exits) else np.zeros(0, dtype=np.int64)
    at_risk = counts.at_risk(ticks)
    out = np.zeros((len(ticks), counts.states), dtype=np.int64)
    out[np.searchsorted(ticks, counts.exits[:, 0]), counts.exits[:, 1]] = counts.exits[:, 2]
    faults = [
        Fault(f"exits, state {state}", "more leave than stand there")
        for state in np.flatnonzero((out > at_risk).any(axis=0)).tolist()
    ]
    came, gone = (
        np.bincount(rows[:, 1], weights=rows[:, 2], minlength=counts.states)
        for rows in (counts.entries, counts.exits)
    )
    faults += [
        Fault(f"entries, state {state}", "not everybody who came has left or was last seen")
        for state in np.flatnonzero(came != gone).tolist()
    ]
    moved = np.zeros_like(out)
    place = np.searchsorted(ticks, counts.moves[:, 0])
    there = place < len(ticks)
    there[there] = ticks[place[there]] == counts.moves[there, 0]
    np.add.at(moved, (place[there], counts.moves[there, 1]), counts.moves[there, 3])
    if not there.all() or (moved > out).any():
        faults.append(Fault("moves", "more move than leave at that tick"))
    return faults


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise SourceMalformed(
            "the file of counts cannot be read",
            hint="ask the agency for the file again, as Candlemark writes it",
            faults=faults[:_FAULTS],
        )
