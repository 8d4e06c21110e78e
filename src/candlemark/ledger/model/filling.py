"""Filling a model: its tables, and rows and texts of one fact after the other.

Everything of a projection stands in tables that begin with its name.  Beside its own it has three:
the entries its rows come from, the texts as they were said, and their words in three forms.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Final

import msgspec

from candlemark.ledger.model.gathering import named
from candlemark.ledger.model.searching import WordForms

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from candlemark.ledger.model.projection import Projection, Table, Value
    from candlemark.ledger.said import Said

MARKS: Final = "CREATE TABLE mark (projection TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT"
_AT_ONCE: Final = 2_000
_ENCODER: Final = msgspec.msgpack.Encoder()


def table_of(projection: Projection, name: str) -> str:
    """The name a table of a projection has in the file."""
    return f"{projection.name}__{name}"


def make_tables(connection: sqlite3.Connection, projection: Projection) -> None:
    """The tables of a projection, empty and without their indices."""
    entry, text, words = (table_of(projection, one) for one in ("entry", "text", "words"))
    connection.execute(f"CREATE TABLE {entry} (at INTEGER PRIMARY KEY, said BLOB NOT NULL) STRICT")
    connection.execute(
        f"CREATE TABLE {text} (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, part INTEGER NOT NULL,"
        " number INTEGER NOT NULL, about TEXT NOT NULL, field TEXT NOT NULL,"
        " language TEXT NOT NULL, words TEXT NOT NULL) STRICT"
    )
    # Words come split, folded and without marks: every letter that is not ASCII belongs to one.
    connection.execute(
        f"CREATE VIRTUAL TABLE {words} USING fts5"
        "(folded, plain, sounding, content='', tokenize='ascii')"
    )
    for one in projection.tables:
        columns = ", ".join(f'"{name}" {sort}' for name, sort in one.columns)
        connection.execute(
            f"CREATE TABLE {table_of(projection, one.name)} (at INTEGER NOT NULL,"
            f" part INTEGER NOT NULL, number INTEGER NOT NULL, {columns}) STRICT"
        )


def make_indices(connection: sqlite3.Connection, projection: Projection) -> None:
    """The indices of a projection, and the tables of its gathering.

    After the first filling, which they would slow down.
    """
    if projection.gathering is not None:
        for make in projection.gathering.makes:
            connection.execute(named(projection.name, make))
    for one in projection.tables:
        table = table_of(projection, one.name)
        for column in one.found_by:
            # With the place: the newest rows of a value are found in the index alone.
            connection.execute(
                f'CREATE INDEX {table}__{column} ON {table} ("{column}", at, part, number)'
            )


def fill(
    connection: sqlite3.Connection, projection: Projection, facts: Iterable[Said]
) -> frozenset[str]:
    """Add what ``facts`` give, in their order; what they are about, where that is gathered.

    Raises:
        NotEntitled: one of them stands in a compartment the projection may hold nothing of.
        LedgerBroken: one of them cannot be read.
    """
    insert = {one.name: _insert(projection, one) for one in projection.tables}
    entry, text, words = (table_of(projection, one) for one in ("entry", "text", "words"))
    number = connection.execute(f"SELECT coalesce(max(id), 0) FROM {text}").fetchone()[0]
    forms = WordForms()
    about = _About(projection)
    for some in _batches(facts):
        batch = _Batch(projection, forms, number)
        for said in some:
            batch.add(said)
        connection.executemany(
            f"INSERT OR IGNORE INTO {entry} VALUES (?, ?)", batch.entries.items()
        )
        for name, rows in batch.rows.items():
            connection.executemany(insert[name], rows)
            about.see(name, rows)
        connection.executemany(f"INSERT INTO {text} VALUES (?, ?, ?, ?, ?, ?, ?, ?)", batch.texts)
        connection.executemany(
            f"INSERT INTO {words} (rowid, folded, plain, sounding) VALUES (?, ?, ?, ?)", batch.words
        )
        number = batch.number
    return frozenset(about.seen)


class _About:
    """The things that rows are about, where the projection gathers by them."""

    def __init__(self, projection: Projection) -> None:
        gathering = projection.gathering
        self.seen: set[str] = set()
        self._table, self._column = "", 0
        for table in projection.tables:
            if gathering is not None and table.name == gathering.table:
                names = [name for name, _ in table.columns]
                self._table, self._column = table.name, 3 + names.index(gathering.column)

    def see(self, table: str, rows: list[tuple[Value, ...]]) -> None:
        if table == self._table:
            self.seen.update(str(row[self._column]) for row in rows)


class _Batch:
    """What some facts give, until it is written."""

    def __init__(self, projection: Projection, forms: WordForms, number: int) -> None:
        self.entries: dict[int, bytes] = {}
        self.rows: dict[str, list[tuple[Value, ...]]] = defaultdict(list)
        self.texts: list[tuple[Value, ...]] = []
        self.words: list[tuple[Value, ...]] = []
        self.number = number
        self._projection = projection
        self._forms = forms

    def add(self, said: Said) -> None:
        rows, texts = self._projection.of(said)
        place = (said.at, said.part, said.number)
        if rows and said.at not in self.entries:
            self.entries[said.at] = _ENCODER.encode(said.entry)
        for row in rows:
            self.rows[row.table].append(place + row.values)
        for text in texts:
            self.number += 1
            self.texts.append((self.number, *place, *text))
            self.words.append((self.number, *self._forms.of_text(text.words, text.language)))


def _insert(projection: Projection, table: Table) -> str:
    values = ", ".join("?" * (3 + len(table.columns)))
    return f"INSERT INTO {table_of(projection, table.name)} VALUES ({values})"


def _batches(facts: Iterable[Said]) -> Iterator[list[Said]]:
    waiting = iter(facts)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some
