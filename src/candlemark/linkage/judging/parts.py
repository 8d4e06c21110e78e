"""The pairs of all runs, kept in parts that have nothing to do with each other.

Two records are in one part when pairs of any run lead from one to the other.  How a pair stands,
what it is worth to ask about it and which cluster a record is in follow from its part alone.  So
what follows where nobody has judged anything is worked out once for each run and kept in the read
model of what happened; a page works out the parts people judged, and no others.

What is kept follows from runs and their pairs.  Who judged what, and which figures are kept, is
not in it: those change, and who a device belongs to is not written in the compartment.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from candlemark.ids import derived_id
from candlemark.ledger import Kinds
from candlemark.ledger.model import CodedProjection, Gathering, Row, Table
from candlemark.linkage.clusters import Link, RunStep, fold_clusters, run_step
from candlemark.linkage.facts import PAIRS, RUN, LinkPairsKept, LinkRecord, LinkRun
from candlemark.linkage.judging.grouping import Groups
from candlemark.linkage.judging.inferring import Judged
from candlemark.linkage.judging.proposing import proposed_of
from candlemark.linkage.judging.worth import waiting
from candlemark.linkage.pairs import unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

    from candlemark.ledger import Fact
    from candlemark.ledger.model import CodedModel, Hand
    from candlemark.ledger.said import Said
    from candlemark.linkage.judging.standing import Pair
    from candlemark.linkage.judging.worth import Proposed, Waiting

_KINDS: Final = Kinds.of((RUN, 1, LinkRun), (PAIRS, 1, LinkPairsKept))
_MAKES: Final = (
    (
        "CREATE TABLE {record} (unit TEXT NOT NULL, source TEXT NOT NULL, record TEXT NOT NULL,"
        " part INTEGER NOT NULL, PRIMARY KEY (unit, source, record)) STRICT, WITHOUT ROWID"
    ),
    (
        "CREATE TABLE {pair} (unit TEXT NOT NULL, part INTEGER NOT NULL,"
        " left_source TEXT NOT NULL, left_record TEXT NOT NULL, right_source TEXT NOT NULL,"
        " right_record TEXT NOT NULL, run TEXT NOT NULL, n INTEGER NOT NULL,"
        " probability REAL NOT NULL, automatic INTEGER NOT NULL, key TEXT NOT NULL,"
        " asked INTEGER NOT NULL, gain REAL NOT NULL, worth REAL NOT NULL, people INTEGER NOT NULL,"
        " size_left INTEGER NOT NULL, size_right INTEGER NOT NULL, joins INTEGER NOT NULL) STRICT"
    ),
    "CREATE INDEX {pair}__part ON {pair} (unit, part)",
    "CREATE INDEX {pair}__run ON {pair} (run, n)",
    (
        "CREATE INDEX {pair}__worth ON {pair} (unit, left_source, right_source, worth DESC,"
        " left_record, right_record) WHERE asked"
    ),
    (
        "CREATE INDEX {pair}__gain ON {pair} (unit, left_source, right_source, gain DESC,"
        " left_record, right_record) WHERE asked"
    ),
    (
        "CREATE TABLE {asked} (unit TEXT NOT NULL, left_source TEXT NOT NULL,"
        " right_source TEXT NOT NULL, pairs INTEGER NOT NULL) STRICT"
    ),
    (
        "CREATE TABLE {link} (unit TEXT NOT NULL, part INTEGER NOT NULL, run TEXT NOT NULL,"
        " left_source TEXT NOT NULL, left_record TEXT NOT NULL, right_source TEXT NOT NULL,"
        " right_record TEXT NOT NULL, weight REAL NOT NULL) STRICT"
    ),
    "CREATE INDEX {link}__part ON {link} (unit, part)",
    (
        "CREATE TABLE {cluster} (unit TEXT NOT NULL, part INTEGER NOT NULL, id TEXT NOT NULL,"
        " said TEXT NOT NULL) STRICT"
    ),
    (
        "CREATE TABLE {alias} (unit TEXT NOT NULL, part INTEGER NOT NULL, old TEXT NOT NULL,"
        " leads TEXT NOT NULL) STRICT"
    ),
)
NAMES: Final = ("record", "pair", "asked", "link", "cluster", "alias")


def _rows(said: Said, fact: Fact) -> Iterable[Row]:
    if isinstance(fact, LinkRun):
        yield Row("run", (fact.run, said.version, said.data))
        yield Row("told", (fact.run, -1, b""))
    elif isinstance(fact, LinkPairsKept):
        yield Row("told", (fact.run, fact.n, fact.data))


def runs_of(model: CodedModel, unit: str) -> list[LinkRun]:
    """The runs of a unit, in the order of the ledger."""
    rows = (row.values for row in model.rows("run"))
    read = (
        _KINDS.read(RUN, cast("int", version), cast("bytes", data)) for _, version, data in rows
    )
    return [one for one in read if isinstance(one, LinkRun) and one.unit == unit]


def _gather(model: CodedModel, touched: Sequence[str]) -> None:
    """Write the parts of the units of these runs anew, as soon as all their pairs are there."""
    for unit in ("case", "person"):
        runs = runs_of(model, unit)
        if not {one.run for one in runs} & set(touched):
            continue
        pieces: dict[str, list[LinkPairsKept]] = {one.run: [] for one in runs}
        for row in model.rows("told", "run", list(pieces)):
            run, n, data = cast("tuple[str, int, bytes]", row.values)
            if n >= 0:
                pieces[run].append(LinkPairsKept(run, n, data))
        # A run and its pieces may come some at a time: the last of them finds all.
        if all(len({piece.n for piece in pieces[one.run]}) == one.chunks for one in runs):
            whole = [(one, unpack(pieces[one.run], one.chunks, one.pairs_hash)) for one in runs]
            _write(model.hand, unit, whole)


def _write(hand: Hand, unit: str, runs: Sequence[tuple[LinkRun, pa.Table]]) -> None:
    for name in NAMES:
        hand.do(f"DELETE FROM {{{name}}} WHERE unit = ?", (unit,))
    proposed = proposed_of(runs)
    steps = [run_step(run, pairs) for run, pairs in runs]
    parts = _parts(proposed, steps)
    hand.do_all(
        "INSERT INTO {record} VALUES (?, ?, ?, ?)",
        ((unit, one.source, one.record, part) for one, part in parts.items()),
    )
    _write_queue(hand, unit, proposed, parts)
    _write_clusters(hand, unit, steps, parts)


def _parts(proposed: Mapping[Pair, Proposed], steps: Sequence[RunStep]) -> dict[LinkRecord, int]:
    """The number of the part of every record."""
    groups = Groups(proposed)
    for step in steps:
        for link in step.links:
            groups.join(link.left, link.right)
    members = groups.members().values()
    return {record: number for number, several in enumerate(members) for record in several}


def _write_queue(
    hand: Hand, unit: str, proposed: Mapping[Pair, Proposed], parts: Mapping[LinkRecord, int]
) -> None:
    asked = {one.pair: one for one in waiting(proposed.values(), {}, Judged([], []))}
    hand.do_all(
        f"INSERT INTO {{pair}} VALUES ({', '.join('?' * 18)})",
        (
            (unit, parts[pair[0]], *_named(pair), *_of(one), *_asked(asked.get(pair)))
            for pair, one in sorted(proposed.items())
        ),
    )
    hand.do(
        "INSERT INTO {asked} SELECT unit, left_source, right_source, count(*) FROM {pair}"
        " WHERE unit = ? AND asked GROUP BY left_source, right_source",
        (unit,),
    )


def _named(pair: Pair) -> tuple[str, str, str, str]:
    left, right = pair
    return left.source, left.record, right.source, right.record


def _of(one: Proposed) -> tuple[str, int, float, int, str]:
    return one.run, one.n, one.probability, int(one.automatic), one.key


def _asked(one: Waiting | None) -> tuple[int, float, float, int, int, int, int]:
    """Whether people are asked, what it is worth to two of them, to as many as it takes; how."""
    if one is None:
        return 0, 0.0, 0.0, 1, 1, 1, 0
    alone = one.worth * one.missing
    return 1, alone, one.worth, one.people, *one.sizes, int(one.joins)


def _write_clusters(
    hand: Hand, unit: str, steps: Sequence[RunStep], parts: Mapping[LinkRecord, int]
) -> None:
    hand.do_all(
        "INSERT INTO {link} VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (unit, parts[link.left], step.id, *_named((link.left, link.right)), link.weight)
            for step in steps
            for link in step.links
        ),
    )
    found = fold_clusters(steps)
    part_of = {one.id: parts[one.records[0]] for one in found.by_id.values()}
    hand.do_all(
        "INSERT INTO {cluster} VALUES (?, ?, ?, ?)",
        (
            (
                unit,
                part_of[one.id],
                one.id,
                json.dumps([[[r.source, r.record] for r in one.records], one.split_from]),
            )
            for one in found.by_id.values()
        ),
    )
    if found.alias_of:  # identifiers follow from the step and the first record: so from the part
        born = {
            derived_id("cluster", step.id, one.source, one.record): part
            for step in steps
            for one, part in parts.items()
        }
        hand.do_all(
            "INSERT INTO {alias} VALUES (?, ?, ?, ?)",
            ((unit, born[old], old, new) for old, new in found.alias_of.items()),
        )


PARTS: Final = CodedProjection(
    name="link_parts",
    version=1,
    kinds=_KINDS,
    tables=(
        Table("run", (("run", "TEXT"), ("version", "INTEGER"), ("data", "BLOB"))),
        Table("told", (("run", "TEXT"), ("n", "INTEGER"), ("data", "BLOB")), ("run",)),
    ),
    rows=_rows,
    gathering=Gathering(
        version=1, table="told", column="run", names=NAMES, makes=_MAKES, gather=_gather
    ),
)
"""Pairs, what it is worth to ask about them, and clusters, as far as runs alone say."""


def parts_of(model: CodedModel, unit: str, records: Iterable[LinkRecord]) -> list[int]:
    """The parts these records are in; a record no run ever linked is in none."""
    told = json.dumps(sorted({(one.source, one.record) for one in records}))
    # CROSS: the records asked for first, each looked up; never every record against all of them.
    rows = model.query(
        "SELECT DISTINCT part FROM json_each(:told) AS t CROSS JOIN {record} AS r ON r.unit = :unit"
        " AND r.source = json_extract(t.value, '$[0]') AND r.record = json_extract(t.value, '$[1]')"
        " ORDER BY part",
        {"told": told, "unit": unit},
    )
    return [part for (part,) in rows]


def links_in(model: CodedModel, unit: str, parts: Sequence[int]) -> dict[str, list[Link]]:
    """The pairs every run linked by itself in some parts, by run."""
    found: dict[str, list[Link]] = {}
    rows: list[Any] = model.query(
        "SELECT run, left_source, left_record, right_source, right_record, weight FROM {link}"
        " WHERE unit = ? AND part IN (SELECT value FROM json_each(?))"
        " ORDER BY left_source, left_record, right_source, right_record",
        (unit, json.dumps(parts)),
    )
    for run, a, b, c, d, weight in rows:
        found.setdefault(run, []).append(Link(LinkRecord(a, b), LinkRecord(c, d), weight))
    return found
