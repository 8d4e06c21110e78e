"""The tables of the lines, and how they are written for the cases that changed.

The tables stand in the read model of what happened and are written in its transaction; where there
is no read model, in one in memory (``candlemark.casefile.listing``).  Both are filled here.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from candlemark.casefile.belonging import linked, shown
from candlemark.casefile.facts import Statement
from candlemark.casefile.kinds import KINDS
from candlemark.casefile.lines.bits import CHUNK, Chunk
from candlemark.casefile.lines.line import line_of
from candlemark.casefile.lines.way import written
from candlemark.casefile.meanings import meanings_of
from candlemark.casefile.pathways import pathways_by
from candlemark.ledger.model import Gathering

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from candlemark.casefile.belonging import Shown
    from candlemark.casefile.lines.line import Line
    from candlemark.casefile.pathways import Pathways
    from candlemark.ledger import Entry
    from candlemark.ledger.model import CodedModel

_AT_ONCE: Final = 1_000
_LINE: Final = (
    "number, case_id, reference, titles, opened, said, stage, stage_when, waiting, persons, candle,"
    " terms, missed"
)
MAKES: Final = (
    (
        "CREATE TABLE {line} (number INTEGER PRIMARY KEY, case_id TEXT NOT NULL UNIQUE,"
        " reference TEXT NOT NULL, titles TEXT NOT NULL, opened TEXT NOT NULL, said TEXT NOT NULL,"
        " stage TEXT NOT NULL, stage_when TEXT NOT NULL, waiting TEXT NOT NULL,"
        " persons INTEGER NOT NULL, candle TEXT NOT NULL, terms TEXT NOT NULL,"
        " missed TEXT NOT NULL) STRICT"
    ),
    "CREATE INDEX {line}__said ON {line} (said, number)",
    "CREATE INDEX {line}__opened ON {line} (opened, number)",
    "CREATE INDEX {line}__reference ON {line} (reference, number)",
    "CREATE INDEX {line}__waiting ON {line} (waiting, number)",
    "CREATE INDEX {line}__missed ON {line} (missed, number)",
    (
        "CREATE TABLE {bits} (scheme TEXT NOT NULL, term TEXT NOT NULL, chunk INTEGER NOT NULL,"
        " bits BLOB NOT NULL, PRIMARY KEY (scheme, term, chunk)) STRICT, WITHOUT ROWID"
    ),
    (
        "CREATE TABLE {due} (number INTEGER NOT NULL, case_id TEXT NOT NULL, rule TEXT NOT NULL,"
        " person TEXT NOT NULL, proceeding TEXT NOT NULL, start TEXT NOT NULL,"
        " earliest TEXT NOT NULL, latest TEXT NOT NULL, lodged TEXT NOT NULL) STRICT"
    ),
    "CREATE INDEX {due}__number ON {due} (number)",
    "CREATE INDEX {due}__case_id ON {due} (case_id)",
    "CREATE INDEX {due}__days ON {due} (lodged, latest, earliest, number)",
    "CREATE INDEX {due}__rule ON {due} (rule, lodged, latest)",
    "CREATE TABLE {ways} (fingerprint TEXT NOT NULL) STRICT",
    (
        "CREATE TABLE {course} (number INTEGER PRIMARY KEY, case_id TEXT NOT NULL,"
        " counted INTEGER NOT NULL, ways TEXT NOT NULL) STRICT"
    ),
)
NAMES: Final = ("line", "bits", "due", "ways", "course")


class Writer(Protocol):
    """What the tables are written with."""

    def do(self, question: str, values: Sequence[object] = ()) -> list[Any]:
        """Carry out one statement."""

    def do_all(self, question: str, rows: Iterable[Sequence[object]]) -> None:
        """Carry out one statement for many rows."""


def gather_all(hand: Writer, cases: Iterable[Shown], pathways: Pathways) -> None:
    """Write the lines of cases, given with all that each shows, over those there are."""
    bits = _Bits(hand)
    following = hand.do("SELECT coalesce(max(number), -1) + 1 FROM {line}")[0][0]
    waiting = iter(cases)
    while some := list(islice(waiting, _AT_ONCE)):
        following = _write(hand, bits, some, following, pathways)
    bits.keep()


def _write(
    hand: Writer,
    bits: _Bits,
    some: Sequence[Shown],
    following: int,
    pathways: Pathways,
) -> int:
    before = _before(hand, [one.case for one in some])
    meanings = meanings_of({fact.edition for one in some for _, fact in one.said})
    rows, due, courses, gone = [], [], [], []
    for one in some:
        case_id, line = one.case, line_of(one, meanings, pathways)
        number, old = before.get(case_id, (following, frozenset()))
        if case_id in before:
            gone.append((number,))
        elif line is not None:
            following += 1
        bits.change(number, old, line.terms if line is not None else frozenset())
        if line is not None:
            rows.append(_row(number, line))
            courses.append((number, case_id, int(line.counted), written(line.ways)))
            due += [
                (
                    number,
                    case_id,
                    each.rule,
                    each.person,
                    each.proceeding,
                    each.start,
                    each.earliest.isoformat(),
                    each.latest.isoformat(),
                    each.lodged,
                )
                for each in line.due
            ]
    hand.do_all("DELETE FROM {line} WHERE number = ?", gone)
    hand.do_all("DELETE FROM {due} WHERE number = ?", gone)
    hand.do_all("DELETE FROM {course} WHERE number = ?", gone)
    hand.do_all(
        f"INSERT INTO {{line}} ({_LINE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
    )
    hand.do_all("INSERT INTO {due} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", due)
    hand.do_all("INSERT INTO {course} VALUES (?, ?, ?, ?)", courses)
    return following


def _before(
    hand: Writer, cases: Sequence[str]
) -> dict[str, tuple[int, frozenset[tuple[str, str]]]]:
    """Number and terms of those cases that have a line."""
    found = {}
    for start in range(0, len(cases), 500):
        part = cases[start : start + 500]
        marks = ", ".join("?" * len(part))
        question = f"SELECT case_id, number, terms FROM {{line}} WHERE case_id IN ({marks})"
        for case_id, number, terms in hand.do(question, part):
            found[case_id] = (number, terms_of(terms))
    return found


def terms_of(kept: str) -> frozenset[tuple[str, str]]:
    """Scheme and term as a line keeps them."""
    pairs = (one.partition(":") for one in kept.split())
    return frozenset((scheme, term) for scheme, _, term in pairs)


def _row(number: int, line: Line) -> tuple[object, ...]:
    return (
        number,
        line.id,
        line.reference,
        json.dumps(dict(line.titles), ensure_ascii=False),
        _moment(line.opened),
        _moment(line.said),
        line.stage,
        str(line.stage_when or ""),
        str(line.waiting or ""),
        line.persons,
        line.candle,
        " ".join(sorted(f"{scheme}:{term}" for scheme, term in line.terms)),
        min((one.latest.isoformat() for one in line.due if not one.lodged), default=""),
    )


def _moment(when: datetime) -> str:
    """An instant whose texts stand in the order of time."""
    return when.strftime("%Y-%m-%dT%H:%M:%S.%f")


class _Bits:
    """The sets of cases while cases change."""

    def __init__(self, hand: Writer) -> None:
        self._hand = hand
        self._chunks: dict[tuple[str, str, int], Chunk] = {}

    def change(
        self, number: int, old: frozenset[tuple[str, str]], new: frozenset[tuple[str, str]]
    ) -> None:
        """A case had these terms and has those."""
        for there, terms in ((False, old - new), (True, new - old)):
            for scheme, term in terms:
                self._chunk((scheme, term, number // CHUNK)).put(number, there=there)

    def _chunk(self, key: tuple[str, str, int]) -> Chunk:
        if key not in self._chunks:
            question = "SELECT bits FROM {bits} WHERE scheme = ? AND term = ? AND chunk = ?"
            kept = self._hand.do(question, key)
            self._chunks[key] = Chunk(kept[0][0] if kept else b"")
        return self._chunks[key]

    def keep(self) -> None:
        """Write what changed."""
        self._hand.do_all(
            "DELETE FROM {bits} WHERE scheme = ? AND term = ? AND chunk = ?", list(self._chunks)
        )
        rows = [(*key, chunk.kept) for key, chunk in self._chunks.items() if chunk.kept]
        self._hand.do_all("INSERT INTO {bits} VALUES (?, ?, ?, ?)", rows)


def _gather(model: CodedModel, cases: Sequence[str]) -> None:
    """Write the lines of the cases that were spoken of, and of those tied to them.

    Where a pathway came since the last time, every line is written anew: what is due in a case
    that nobody spoke of may be another day now.
    """
    pathways = pathways_by(kept for _, _, _, kept in model.rows("pathway"))
    before = model.hand.do("SELECT fingerprint FROM {ways}")
    if [(pathways.fingerprint,)] != [tuple(one) for one in before]:
        model.hand.do("DELETE FROM {ways}")
        model.hand.do_all("INSERT INTO {ways} VALUES (?)", [(pathways.fingerprint,)])
        known = model.hand.do("SELECT case_id FROM {line} ORDER BY number")
        cases = list(dict.fromkeys((*(one for (one,) in known), *cases)))
    ties = [(str(one), str(other)) for _, _, _, (one, other) in model.rows("tie")]
    tied = linked(ties, set(cases) & {one for pair in ties for one in pair})
    alone = [one for one in cases if one not in tied]
    gather_all(model.hand, _shown(model, alone, sorted(tied)), pathways)


def _shown(model: CodedModel, alone: Sequence[str], tied: Sequence[str]) -> Iterator[Shown]:
    """What cases show: those without ties some at a time, those with ties together."""
    for start in range(0, len(alone), _AT_ONCE):
        yield from shown(_said(model, alone[start : start + _AT_ONCE])).values()
    if tied:
        yield from shown(_said(model, tied)).values()


def _said(model: CodedModel, cases: Collection[str]) -> list[tuple[Entry, Statement]]:
    rows = list(model.rows("statement", "case_id", cases))
    entries = model.entries({row.at for row in rows})
    read = (
        (entries[at], KINDS.read(str(kind), cast("int", version), cast("bytes", data)))
        for at, _, _, (_, kind, version, data) in rows
    )
    return [(entry, fact) for entry, fact in read if isinstance(fact, Statement)]


GATHERING: Final = Gathering(
    version=8, table="statement", column="case_id", names=NAMES, makes=MAKES, gather=_gather
)
"""The lines, as the read model of what happened keeps them."""
