"""What a model is asked: rows by a column, the entries they stand in, texts by their words.

A model answers from one state of the ledger, :attr:`Model.size` entries long, and only while the
question it was handed to goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec

from candlemark.ledger.entry import Entry
from candlemark.ledger.model.cipher import Unusable, speaking
from candlemark.ledger.model.filling import table_of
from candlemark.ledger.model.gathering import Hand, named
from candlemark.ledger.model.searching import WordForms, asked, expressions, snippet

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from candlemark.ledger.model.projection import Projection, Value
    from candlemark.ledger.model.searching import Snippet
    from candlemark.ledger.model.watermark import Mark

_ENTRY: Final = msgspec.msgpack.Decoder(Entry)
_AT_ONCE: Final = 500
RANKED: Final = 300
"""Texts that are put in order by how well they fit; of more, the newest so many."""


class FactRow(NamedTuple):
    """A row, with the place of the fact it came from: entry, part, number in the part.

    ``at`` is the entry's place in the order in which the ledger is read.
    """

    at: int
    part: int
    number: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that was found, and the place in the ledger of the fact it stands in."""

    about: str
    field: str
    language: str
    words: str
    at: int
    part: int
    number: int
    snippet: Snippet


class Model:
    """A read model, caught up with the ledger; use one of the two sorts."""

    def __init__(self, connection: sqlite3.Connection, projection: Projection, mark: Mark) -> None:
        self._connection = connection
        self._projection = projection
        self.size = mark.tree.size
        """How many entries of the ledger it was made from."""
        self.root = mark.tree.root
        """The root over them: models with the same root were made from the same entries."""

    def rows(
        self, table: str, column: str = "", among: Collection[Value] = ()
    ) -> Iterator[FactRow]:
        """Rows of a table in the order of the ledger.

        Args:
            table: one of the projection's.
            column: one it is found by; empty for all rows.
            among: the values of that column wanted.

        Raises:
            KeyError: the projection has no such table or column.
        """
        found = {one.name: one for one in self._projection.tables}[table]
        if column and column not in found.found_by:
            raise KeyError(column)
        head = f"SELECT * FROM {table_of(self._projection, table)}"
        tail = " ORDER BY at, part, number, rowid"
        if not column:
            yield from self._read(head + tail, ())
            return
        values = tuple(dict.fromkeys(among))
        marks = ", ".join("?" * len(values))
        yield from self._read(f'{head} WHERE "{column}" IN ({marks}){tail}', values)

    def _read(self, question: str, values: tuple[Value, ...]) -> Iterator[FactRow]:
        with speaking():
            cursor = self._connection.execute(question, values)
        while True:
            with speaking():
                some = cursor.fetchmany(_AT_ONCE)
            if not some:
                return
            for at, part, number, *rest in some:
                yield FactRow(at, part, number, tuple(rest))

    def entries(self, places: Collection[int] | None = None) -> dict[int, Entry]:
        """The entries rows came from, by their place; None for all."""
        table = table_of(self._projection, "entry")
        wanted = None if places is None else sorted(set(places))
        found: dict[int, Entry] = {}
        with speaking():
            if wanted is None:
                kept = self._connection.execute(f"SELECT at, said FROM {table}").fetchall()
            else:
                kept = []
                for start in range(0, len(wanted), _AT_ONCE):
                    some = wanted[start : start + _AT_ONCE]
                    marks = ", ".join("?" * len(some))
                    kept += self._connection.execute(
                        f"SELECT at, said FROM {table} WHERE at IN ({marks})", some
                    ).fetchall()
        try:
            for at, said in kept:
                found[at] = _ENTRY.decode(said)
        except msgspec.MsgspecError:
            raise Unusable from None
        return found

    def query(
        self, question: str, values: Sequence[object] | Mapping[str, object] = ()
    ) -> list[Any]:
        """Rows of the tables of the projection and its gathering, named in braces.

        A question can only read: from then on the connection refuses to write.
        """
        with speaking():
            self._connection.execute("PRAGMA query_only=ON")
            return self._connection.execute(
                named(self._projection.name, question), values
            ).fetchall()

    @property
    def hand(self) -> Hand:
        """For the gathering of the projection, while the model is being filled."""
        return Hand(self._connection, self._projection.name)

    def search(self, question: str, limit: int = 20) -> tuple[Hit, ...]:
        """Texts that hold every word of the question, the best first; see ``searching.py``.

        Nothing that is typed is wrong: what holds no words finds nothing.
        """
        forms = WordForms()
        wanted = asked(question, forms)
        if not wanted or limit < 1:
            return ()
        found: dict[int, Any] = {}
        for question_in in expressions(wanted):
            for row in self._matches(question_in, limit):
                found.setdefault(row[0], row)
            if len(found) >= limit:
                break
        return tuple(
            Hit(about, field, tag, said, at, part, number, snippet(said, tag, wanted, forms))
            for _, about, field, tag, said, at, part, number in list(found.values())[:limit]
        )

    def _matches(self, expression: str, limit: int) -> list[Any]:
        text, words = (table_of(self._projection, one) for one in ("text", "words"))
        with speaking():
            return self._connection.execute(
                f"SELECT t.id, t.about, t.field, t.language, t.words, t.at, t.part, t.number FROM"
                f" (SELECT rowid AS id, bm25({words}, 10, 5, 1) AS rank FROM {words}"
                f" WHERE {words} MATCH ? ORDER BY rowid DESC LIMIT {max(RANKED, limit)}) AS found"
                f" JOIN {text} AS t ON t.id = found.id ORDER BY rank, t.id LIMIT ?",
                (expression, limit),
            ).fetchall()


class CodedModel(Model):
    """Of what happened, in terms of the definition; the only sort a figure may be taken from."""


class IdentityModel(Model):
    """Of who somebody is."""
