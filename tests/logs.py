"""Logs for the tests of what outsiders see: grown in memory, forked, published, bent bit by bit."""

from __future__ import annotations

import shutil
from pathlib import Path

from candlemark.ledger import Kinds, Ledger, Part, UnknownFact, Vault
from candlemark.ledger.memory import MemoryStore
from candlemark.ledger.public import PublicLog
from candlemark.ledger.publishing import publish


def said(text):
    """One part that says ``text``."""
    return [
        Part(
            facts=(
                UnknownFact("test.said", 1, b"\x92" + bytes([0xA0 + len(text)]) + text + b"\x00"),
            )
        )
    ]


def new_vault(entries=0):
    """A vault in memory with so many entries."""
    vault = Vault.in_memory(Kinds())
    grow(vault.ledger, entries)
    return vault


def grow(ledger, entries, text=b"said"):
    """Add so many entries in one save."""
    if entries:
        ledger.append_all(said(text) for _ in range(entries))


def copy_of(vault):
    """A second ledger with the same entries and the same keys: what a copied server is."""
    old = vault._store
    store = MemoryStore(old.genesis(), old.head())
    store.leaves, store.sealed = list(old.leaves), dict(old.sealed)
    store.places, store.tiles = dict(old.places), dict(old.tiles)
    return Ledger(store, vault._identity, Kinds())


def published(ledger, folder, **how):
    """The log of a ledger, published in ``folder``."""
    publish(ledger.log, folder, **how)
    return folder


def files(folder):
    """Every file under ``folder``, by its path from there."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(Path(folder).rglob("*"))
        if path.is_file()
    }


def copied(folder, to):
    """A copy of a published folder to bend."""
    shutil.copytree(folder, to)
    return to


def flips(content, step=1):
    """``content`` with one bit changed, for every ``step``-th bit."""
    for bit in range(0, len(content) * 8, step):
        bent = bytearray(content)
        bent[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(bent)


def log_of(store):
    """What outsiders can be shown of a store."""
    return PublicLog(store)
