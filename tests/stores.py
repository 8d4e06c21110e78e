"""The stores of a ledger, each made in the same way, and rows to put into them."""

from __future__ import annotations

import hashlib

import pytest

from candlemark.ledger.memory import MemoryStore
from candlemark.ledger.merkle import leaf_hash
from candlemark.ledger.postgres import PostgresStore, new_ledger
from candlemark.ledger.sqlite import LEDGER_FILE, SqliteStore, make_ledger
from candlemark.ledger.store import Head, Row

GENESIS = b"how it began"
EMPTY = Head(0, b"", b"a note")
PATIENCE = 0.3


def make_memory(_request):
    store = MemoryStore(GENESIS, EMPTY, PATIENCE)
    return lambda **_more: store


def make_sqlite(request):
    folder = request.getfixturevalue("tmp_path")
    make_ledger(folder / LEDGER_FILE, GENESIS, EMPTY)
    return lambda patience=PATIENCE: SqliteStore(folder, patience)


def make_postgres(request):
    server = request.getfixturevalue("postgres")
    schema = server.schema()
    with new_ledger(server.dsn, schema, GENESIS, EMPTY):
        pass
    return lambda patience=PATIENCE: PostgresStore(server.dsn, schema, patience)


everywhere = pytest.mark.parametrize("place", ["folder", "server"], indirect=True)
"""Runs a test on a vault that keeps its ledger in its folder, and on one that has it on a server."""

STORES = {"memory": make_memory, "sqlite": make_sqlite, "postgres": make_postgres}


def row(n, leaf=None):
    leaf = b"leaf %d" % n if leaf is None else leaf
    return Row(n, leaf, leaf_hash(leaf), hashlib.sha256(leaf).digest()[:16])


def part(text):
    return hashlib.sha256(text).digest(), text


def head(size):
    return Head(size, b"peaks %d" % size, b"note %d" % size)


def fill(store, count):
    with store.writing() as writing:
        for n in range(count):
            writing.add(row(n), [part(b"part %d" % n)])
        writing.move_head(head(count))
