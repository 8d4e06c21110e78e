"""Read models of what the tests of this floor say, and ways to look at all of one."""

from __future__ import annotations

from candlemark.ledger.model import CodedProjection, IdentityProjection, Row, Table, Text
from candlemark.ledger.model.cipher import speaking

TABLES = (
    Table("note", (("said", "TEXT"), ("count", "INTEGER"), ("raw", "BLOB")), found_by=("said",)),
)


def rows(said, fact):
    if hasattr(fact, "text"):
        yield Row("note", (fact.text, fact.number, said.data))


def texts(said, fact):
    if hasattr(fact, "text"):
        yield Text(f"about {fact.text[:8]}", "text", "az", fact.text)


def notes(kinds, version=1, sort=CodedProjection, name="notes"):
    return sort(name=name, version=version, kinds=kinds, tables=TABLES, rows=rows, texts=texts)


def who(kinds):
    return notes(kinds, sort=IdentityProjection, name="who")


def everything(model):
    """All a model holds and all it can be asked, in one value that can be compared."""
    connection, name = model._connection, model._projection.name
    with speaking():
        text = connection.execute(f"SELECT * FROM {name}__text ORDER BY id").fetchall()
    entries = sorted(model.entries().items())
    words = {word for row in text for word in row[-1].split()}
    found = {word: model.search(word, 1000) for word in sorted(words)}
    return (model.size, list(model.rows("note")), entries, text, found)


def said(model):
    """What the notes of a model say, in order."""
    return [row.values[0] for row in model.rows("note")]
