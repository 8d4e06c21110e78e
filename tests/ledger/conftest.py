"""A small vault to try things on, and a forger who has every key and lies in one point."""

from __future__ import annotations

import hashlib
import itertools
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from candlemark.ledger import Fact, Kinds, Part, Vault
from candlemark.ledger.checkpoint import signed_head, tree_of
from candlemark.ledger.entry import (
    META,
    Meta,
    PartNote,
    SealedPart,
    Seen,
    encode_leaf,
    encode_meta,
    read_leaf,
    signed_message,
)
from candlemark.ledger.genesis import log_id
from candlemark.ledger.merkle import leaf_hash
from candlemark.ledger.store import Row
from candlemark.seal import Cost, seal_part
from candlemark.seal.padding import size_class

PASSPHRASE = "abacus abdomen abdominal abide abiding ability ablaze"  # noqa: S105 - for tests


class Said(Fact):
    text: str
    number: int = 0


class Chunk(Fact):
    data: bytes


KINDS = Kinds.of(("test.said", 1, Said), ("test.chunk", 1, Chunk))


def ticking():
    """A clock that says another second each time it is asked."""
    seconds = itertools.count()
    return lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(seconds))


class World:
    """What the tests of this floor share."""

    Said, Chunk, kinds, passphrase = Said, Chunk, KINDS, PASSPHRASE

    @staticmethod
    def say(ledger, *texts, compartment="coded", **more):
        """One entry with one part that says ``texts``."""
        return ledger.append([Part(compartment, tuple(Said(text) for text in texts))], **more)

    @staticmethod
    def part(*texts, compartment="coded"):
        """A part that says ``texts``."""
        return Part(compartment, tuple(Said(text) for text in texts))

    @staticmethod
    def texts(ledger, **which):
        """What a ledger says, in order."""
        return [fact.text for _, fact in ledger.facts(kinds={"test.said"}, **which)]

    @staticmethod
    def create(folder, **more):
        return Vault.create(folder, PASSPHRASE, cost=Cost.QUICK, kinds=KINDS, **more)

    @staticmethod
    def open(folder, **more):
        return Vault.open(folder, PASSPHRASE, KINDS, **more)

    @staticmethod
    def in_memory():
        return Vault.in_memory(KINDS, clock=ticking())


@pytest.fixture(scope="session")
def world():
    return World


@pytest.fixture
def place(request):
    """What ``world.create`` is given as ``postgres``; ``stores.everywhere`` makes it a server."""
    server = getattr(request, "param", "folder") == "server"
    return request.getfixturevalue("postgres").dsn if server else ""


@pytest.fixture
def vault(tmp_path):
    """An empty vault in a folder."""
    with World.create(tmp_path / "vault", name="A vault", clock=ticking()) as made:
        yield made


@pytest.fixture
def small():
    """A vault in memory with three entries: one part, two parts, and two entries of one save."""
    with World.in_memory() as made:
        World.say(made.ledger, "one")
        made.ledger.append(
            [
                Part("coded", (Said("two"), Said("three"))),
                Part("identity", (Said("who"),), "person_x"),
            ]
        )
        made.ledger.append_all([[Part(facts=(Said("four"),))], [Part(facts=(Chunk(bytes(700)),))]])
        yield made


class Forger:
    """Adds one entry to a vault in memory, lying where it is told to.

    ``meta`` replaces fields of the meta part, ``leaf`` changes the bytes of the leaf, ``sign``
    another key signs, ``content`` is put into the part instead of a fact, ``listed`` are the kinds
    the meta part lists.  Everything else is as an honest writer would do it.
    """

    def __init__(self, vault):
        self.vault, self.identity, self.store = vault, vault._identity, vault._store
        self.ledger = vault.ledger

    def add(
        self,
        *,
        meta=None,
        leaf=None,
        sign=None,
        content=None,
        listed=None,
        sealed=None,
        meta_key=META,
    ):
        keys, vault = self.identity.keyring, self.identity.vault
        name, action = self.ledger._name, hashlib.sha256(b"forged").digest()[:16]
        tree = tree_of(self.store.head(), name, keys.log.public)
        last = self.store.rows(tree.size - 1, tree.size)[0]
        before = read_leaf(last.leaf)
        previous = self.ledger._opener.meta(before, self.store.parts([before.parts[0].hash])).meta
        encoded, kinds = KINDS.encode([Said("forged")])
        body = encoded if content is None else content
        ct = (
            seal_part(keys.compartments["coded"], vault, action, body) if sealed is None else sealed
        )
        part = SealedPart(
            keys.compartments["coded"].kid, hashlib.sha256(ct).digest(), size_class(len(body))
        )
        said = Meta(
            1, vault, action, keys.device.kid, previous.seq + 1, last.hash, previous.lamport + 1,
            previous.written + 1, Seen(log_id(name), tree.size, tree.root),
            (PartNote(kinds if listed is None else listed, "", "coded"),), (), "en",
        )  # fmt: skip
        said = msgspec.structs.replace(said, **(meta or {}))
        encoded_meta = encode_meta(said)
        signature = (sign or keys.device).sign(signed_message(encoded_meta, [part.hash]))
        meta_ct = seal_part(keys.compartments[meta_key], vault, action, encoded_meta + signature)
        meta_part = SealedPart(
            keys.compartments[meta_key].kid,
            hashlib.sha256(meta_ct).digest(),
            size_class(len(encoded_meta) + 64),
        )
        stored = encode_leaf(vault, action, (meta_part, part))
        stored = leaf(stored) if leaf else stored
        row = Row(tree.size, stored, leaf_hash(stored), action)
        with self.store.writing() as writing:
            writing.add(row, [(meta_part.hash, meta_ct), (part.hash, ct)])
            writing.move_head(signed_head(tree.grown([row.hash]), name, keys.log))


@pytest.fixture
def forger(small):
    return Forger(small)
