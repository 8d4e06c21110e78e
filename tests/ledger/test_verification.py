"""Every way a ledger can be wrong is found, and named by its place."""

from __future__ import annotations

import sqlite3

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import CandlemarkError, Fault, LedgerBroken
from candlemark.ledger.checkpoint import signed_head
from candlemark.ledger.entry import PartNote, Seen, read_leaf
from candlemark.ledger.merkle import Tree
from candlemark.ledger.store import Head
from candlemark.seal import SigningKey

NOWHERE = bytes(16)


def faults_of(vault):
    return [str(fault) for fault in vault.ledger.verify().faults]


def test_a_whole_ledger_holds_and_its_numbers_are_given(small):
    found = small.ledger.verify()

    assert found.faults == ()
    assert (found.leaves, found.parts) == (4, 9)
    assert found.head == small.ledger.head
    found.require()


def test_an_empty_ledger_holds(world):
    with world.in_memory() as vault:
        assert vault.ledger.verify().faults == ()


def test_progress_ends_at_the_whole(small):
    told = []
    small.ledger.verify(lambda done, total: told.append((done, total)))

    assert told[-1] == (4, 4)


def test_faults_can_be_raised(small):
    small._store.leaves.pop()

    with pytest.raises(LedgerBroken, match="does not hold together") as caught:
        small.ledger.verify().require()
    assert caught.value.faults


# A forger who has every key, and lies in one point

LIES = {
    "a signature by another key": (
        {"sign": SigningKey.generate()},
        "leaf 4: the signature does not hold",
    ),
    "a device the vault does not know": (
        {"meta": {"device": NOWHERE}},
        "leaf 4: it was written by a device the vault does not know",
    ),
    "a number left out": ({"meta": {"seq": 9}}, "leaf 4: its number is 9 instead of 4"),
    "a number used twice": ({"meta": {"seq": 3}}, "leaf 4: its number is 3 instead of 4"),
    "another leaf before it": (
        {"meta": {"prev": bytes(32)}},
        "leaf 4: it does not follow the last leaf of its device",
    ),
    "a logical time that stands still": (
        {"meta": {"lamport": 4}},
        "leaf 4: its logical time does not rise",
    ),
    "another ledger seen before it": (
        {"meta": {"seen": Seen(NOWHERE, 4, bytes(32))}},
        "leaf 4: it was written after another log",
    ),
    "another vault in the meta part": (
        {"meta": {"vault": NOWHERE}},
        "leaf 4: the meta part speaks of another action",
    ),
    "another action in the meta part": (
        {"meta": {"action": NOWHERE}},
        "leaf 4: the meta part speaks of another action",
    ),
    "no parts in the meta part": ({"meta": {"parts": ()}}, "leaf 4: the meta part cannot be read"),
    "a later meta format": (
        {"meta": {"format": 2}},
        "leaf 4: written by a later version of Candlemark (format 2)",
    ),
    "a meta format before the first": (
        {"meta": {"format": 0}},
        "leaf 4: there is no meta format 0",
    ),
    "a meta part sealed for another compartment": (
        {"meta_key": "coded"},
        "leaf 4: the first part is not a meta part",
    ),
    "kinds that are not in the part": (
        {"listed": (("test.chunk", 1),)},
        "leaf 4, part 1: the kinds in it are not the ones its meta part lists",
    ),
    "a version that is not in the part": (
        {"listed": (("test.said", 2),)},
        "leaf 4, part 1: the kinds in it are not the ones its meta part lists",
    ),
    "content that is not facts": (
        {"content": b"\xff", "listed": (("test.said", 1),)},
        "leaf 4, part 1: the content of the part is not a list of facts",
    ),
    "a fact that is not of its kind": (
        {"content": msgspec.msgpack.encode([["test.said", 1, [5]]]), "listed": (("test.said", 1),)},
        "leaf 4, part 1: a fact of the kind test.said version 1 cannot be read",
    ),
    "a leaf that is not one": (
        {"leaf": lambda stored: stored + b"\0"},
        "leaf 4: the leaf cannot be read",
    ),
    "a leaf of a later format": (
        {"leaf": lambda stored: stored[:1] + b"\x02" + stored[2:]},
        "leaf 4: written by a later version of Candlemark (format 2)",
    ),
    "a leaf of a later suite": (
        {"leaf": lambda stored: stored[:2] + b"\x02" + stored[3:]},
        "leaf 4: written by a later version of Candlemark (suite 2)",
    ),
    "a leaf format before the first": (
        {"leaf": lambda stored: stored[:1] + b"\x00" + stored[2:]},
        "leaf 4: there is no leaf format 0",
    ),
    "a leaf of another vault": (
        {"leaf": lambda stored: stored[:5] + bytes(16) + stored[21:]},
        "leaf 4: the leaf belongs to another vault",
    ),
    "a leaf under another action": (
        {"leaf": lambda stored: stored[:23] + bytes(16) + stored[39:]},
        "leaf 4: it is kept under another action",
    ),
}


@pytest.mark.parametrize(("lie", "fault"), LIES.values(), ids=LIES)
def test_a_forger_with_every_key_is_found_by(forger, lie, fault):
    forger.add(**lie)

    assert fault in faults_of(forger.vault)


def test_the_forger_who_does_not_lie_is_not_found(forger):
    forger.add()

    assert faults_of(forger.vault) == []


def test_another_state_seen_is_found(forger):
    seen = Seen(forger.ledger._opener and _log_of(forger), 4, bytes(32))
    forger.add(meta={"seen": seen})

    assert faults_of(forger.vault) == ["leaf 4: it was written after another state of 4 entries"]


def _log_of(forger):
    leaf = read_leaf(forger.store.rows(0, 1)[0].leaf)
    return forger.ledger._opener.meta(leaf, forger.store.parts([leaf.parts[0].hash])).meta.seen.log


# Somebody who has the files, and no key


def _swap(store, one, two):
    store.sealed[one], store.sealed[two] = store.sealed[two], store.sealed[one]


def _parts(store, n):
    return [part.hash for part in read_leaf(store.leaves[n].leaf).parts]


def _exchange_leaves(store):
    one, two = store.leaves[0], store.leaves[1]
    store.leaves[0], store.leaves[1] = two._replace(n=0), one._replace(n=1)


def _without_tail_and_signed_anew(store):
    store.leaves.pop()
    hashes = [row.hash for row in store.leaves]
    store._head = signed_head(Tree().grown(hashes), "candlemark.org/forged", SigningKey.generate())


DAMAGE = {
    "the last leaf cut off": (
        lambda store: store.leaves.pop(),
        [
            "leaf 3: it is missing",
            "head: 4 entries were signed for, 3 are there",
            "parts: 2 are kept that no leaf names",
        ],
    ),
    "the last leaf cut off, and a head signed by somebody else": (
        _without_tail_and_signed_anew,
        [
            "head: the signature under the checkpoint does not hold",
            "parts: 2 are kept that no leaf names",
        ],
    ),
    "a leaf left out in the middle": (
        lambda store: store.leaves.__delitem__(1),
        ["leaf 1: it is missing"],
    ),
    "two leaves exchanged": (_exchange_leaves, ["leaf 0: its number is 1 instead of 0"]),
    "a part removed": (
        lambda store: store.sealed.pop(_parts(store, 1)[2]),
        ["leaf 1, part 2: it is missing"],
    ),
    "a meta part removed": (
        lambda store: store.sealed.pop(_parts(store, 1)[0]),
        ["leaf 1: its meta part: it is missing"],
    ),
    "two parts of one action exchanged": (
        lambda store: _swap(store, *_parts(store, 1)[1:]),
        [
            "leaf 1, part 1: it was changed: its hash is another than its leaf says",
            "leaf 1, part 2: it was changed: its hash is another than its leaf says",
        ],
    ),
    "a part cut short": (
        lambda store: store.sealed.update({_parts(store, 0)[1]: b"x"}),
        ["leaf 0, part 1: it has another length than its leaf says"],
    ),
    "a part too many": (
        lambda store: store.sealed.update({bytes(32): b"x"}),
        ["parts: 1 are kept that no leaf names"],
    ),
    "a leaf under another hash": (
        lambda store: store.leaves.__setitem__(0, store.leaves[0]._replace(hash=bytes(32))),
        ["leaf 0: it was changed: its hash is another than the one kept"],
    ),
    "an older head": (
        lambda store: setattr(store, "_head", Head(0, b"", store._head.note)),
        ["head: the head is not the one its checkpoint was signed for"],
    ),
    "another genesis": (
        lambda store: setattr(store, "_genesis", b"x"),
        ["genesis: it is not the one this vault is named after"],
    ),
}


@pytest.mark.parametrize(("damage", "faults"), DAMAGE.values(), ids=DAMAGE)
def test_somebody_with_the_files_is_found_by(small, damage, faults):
    damage(small._store)
    found = faults_of(small)

    assert [fault for fault in faults if fault not in found] == []


# What reading does not use, it does not miss; ``verify`` does.
NOT_READ = {"a part too many", "another genesis", "a leaf under another hash"}


@pytest.mark.parametrize("name", [name for name in DAMAGE if name not in NOT_READ])
def test_nothing_is_read_from_a_damaged_ledger_without_saying_so(small, name):
    damage, _ = DAMAGE[name]
    damage(small._store)

    with pytest.raises(LedgerBroken):
        list(small.ledger.facts())


def test_reading_goes_on_until_the_damaged_entry_and_names_it(small):
    small._store.sealed.pop(_parts(small._store, 2)[1])
    read = []

    with pytest.raises(LedgerBroken, match="entry 2 is damaged: it is missing"):
        read.extend(fact.text for _, fact in small.ledger.facts(kinds={"test.said"}))
    assert len(read) <= 4


def test_nothing_is_appended_to_a_ledger_whose_end_is_damaged(small, world):
    small._store.leaves.pop()

    with pytest.raises(LedgerBroken):
        world.say(small.ledger, "more")
    assert len(small._store.leaves) == 3


def test_nothing_is_appended_after_an_older_leaf_put_in_the_place_of_the_last(small, world):
    store = small._store
    store.leaves[3] = store.leaves[1]._replace(n=3)

    with pytest.raises(LedgerBroken, match="the last entry is"):
        world.say(small.ledger, "more")


def test_every_bit_of_every_leaf_and_every_part_counts(world):
    with world.in_memory() as vault:
        world.say(vault.ledger, "one")
        world.say(vault.ledger, "two")
        store, silent = vault._store, []
        for n, row in enumerate(store.leaves):
            for at in range(len(row.leaf) * 8):
                store.leaves[n] = row._replace(leaf=_flipped(row.leaf, at))
                if not any(fault.startswith(f"leaf {n}") for fault in faults_of(vault)):
                    silent.append((n, at))
            store.leaves[n] = row
        for name, sealed in list(store.sealed.items())[:2]:
            for at in range(0, len(sealed) * 8, 3):
                store.sealed[name] = _flipped(sealed, at)
                if not faults_of(vault):
                    silent.append((name, at))
            store.sealed[name] = sealed

        assert silent == []
        assert faults_of(vault) == []


def _flipped(stored, at):
    flipped = bytearray(stored)
    flipped[at // 8] ^= 1 << at % 8
    return bytes(flipped)


# The file itself


def look(world, folder):
    """What opening, reading and verifying say; text when they find a fault."""
    try:
        with world.open(folder) as vault:
            faults = [str(fault) for fault in vault.ledger.verify().faults]
            texts = [(entry, fact) for entry, fact in vault.ledger.facts()]
            return faults or (vault.name, texts)
    except CandlemarkError as error:
        return [str(error)]


class Written:
    """A vault in a folder, and its files as they were when it was whole."""

    def __init__(self, folder):
        self.folder = folder
        self.whole = {name: (folder / name).read_bytes() for name in ("ledger.db", "keystore.db")}

    def restore(self):
        for name, stored in self.whole.items():
            for leftover in self.folder.glob(f"{name}-*"):
                leftover.unlink()
            (self.folder / name).write_bytes(stored)

    def flip(self, name, at):
        self.restore()
        (self.folder / name).write_bytes(_flipped(self.whole[name], at))


@pytest.fixture(scope="module")
def written(world, tmp_path_factory):
    folder = tmp_path_factory.mktemp("flips") / "vault"
    with world.create(folder, name="A vault") as vault:
        for text in ("one", "two", "three"):
            world.say(vault.ledger, text)
    return Written(folder)


@pytest.mark.parametrize("name", ["ledger.db", "keystore.db"])
@settings(max_examples=250, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_flipped_bit_in_the_file_is_found_or_changes_nothing(world, written, name, place, bit):
    written.restore()
    before = look(world, written.folder)
    written.flip(name, int(place * len(written.whole[name])) * 8 + bit)
    after = look(world, written.folder)

    assert isinstance(before, tuple)
    # Most of a small file is unused space; a flip there changes nothing that anybody reads.
    assert after == before or isinstance(after, list)


def test_a_schema_that_is_no_longer_text_is_damage_like_any_other(world, written):
    place = written.whole["keystore.db"].index(b"PRIMARY KEY")
    written.flip("keystore.db", place * 8 + 7)

    assert look(world, written.folder) == ["keystore.db is damaged"]


@pytest.mark.parametrize(
    "table",
    [
        "leaf.leaf",
        "leaf.hash",
        "leaf.action",
        "part.hash",
        "part.ct",
        "head.peaks",
        "head.note",
        "genesis.genesis",
    ],
)
def test_a_changed_value_in_the_ledger_is_found(world, written, table):
    check_values(world, written, "ledger.db", table)


@pytest.mark.parametrize(
    "table",
    [
        "lock.vault",
        "lock.stretching",
        "lock.holder",
        "lock.intact",
        "keys.kid",
        "keys.holder",
        "keys.wrap",
        "label.sealed",
        "seen.note",
    ],
)
def test_a_changed_value_in_the_keystore_is_found(world, written, table):
    check_values(world, written, "keystore.db", table)


def check_values(world, written, file, table):
    """Flip bits spread over every value of one column, one at a time; each must be found."""
    name, column = table.split(".")
    written.restore()
    with sqlite3.connect(written.folder / file) as connection:
        rows = connection.execute(f"SELECT rowid, {column} FROM {name}").fetchall()
    connection.close()
    silent = []
    for rowid, value in rows:
        stored = value.encode() if isinstance(value, str) else value
        bits = len(stored) * 8
        for at in range(0, bits, max(1, bits // 12)):
            put(written, file, (name, column, rowid), _flipped(stored, at), type(value))
            if not isinstance(look(world, written.folder), list):
                silent.append((rowid, at))
        for length in (0, len(stored) - 1):
            put(written, file, (name, column, rowid), stored[:length], type(value))
            if not isinstance(look(world, written.folder), list):
                silent.append((rowid, -length))

    assert silent == []


def put(written, file, place, value, kind=bytes):
    """Put one value in place of another, behind the back of every trigger."""
    table, column, rowid = place
    written.restore()
    with sqlite3.connect(written.folder / file) as connection:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"
        ).fetchall()
        for trigger, _ in triggers:
            connection.execute(f"DROP TRIGGER {trigger}")
        shown = "CAST(? AS TEXT)" if kind is str else "?"
        connection.execute(f"UPDATE {table} SET {column} = {shown} WHERE rowid = ?", (value, rowid))
        for _, sql in triggers:
            connection.execute(sql)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def test_a_changed_size_is_found(world, written):
    for place, file in ((("head", "size", 1), "ledger.db"), (("seen", "size", 1), "keystore.db")):
        put(written, file, place, 1)

        assert isinstance(look(world, written.folder), list)


def test_a_removed_trigger_is_found(world, written):
    written.restore()
    with sqlite3.connect(written.folder / "ledger.db") as connection:
        connection.execute("DROP TRIGGER leaf_stays")
    connection.close()

    assert look(world, written.folder) == [
        "ledger.db: its tables and triggers are not the ones it was made with"
    ]


def test_a_part_about_a_person_that_is_sealed_under_no_key_of_theirs_is_named(small, forger):
    """As vaults wrote before persons had keys: all is as it was signed, and erasing reaches less."""
    note = PartNote((("test.said", 1),), "person_x", "coded")
    before = small.ledger.verify()
    forger.add(meta={"parts": (note,)})

    found = small.ledger.verify()
    assert (before.faults, before.told, found.faults) == ((), (), ())
    (told,) = found.told
    assert str(told) == (
        "leaf 4, part 1: it is about a person, and sealed under the key of the compartment: erased"
        " here, it still opens in a copy for whoever has that key"
    )


def test_an_entry_signed_by_another_key_than_its_device_s_is_not_read_and_it_is_said_why(
    small, forger
):
    forger.add(sign=SigningKey.generate())

    small.ledger.roster()
    assert [str(one) for one in small.ledger.roster_faults] == [
        "leaf 4: the signature does not hold"
    ]


def test_what_stops_the_walk_altogether_is_told_in_its_own_words(world):
    """Reading that ends in the middle, for a reason that is no fault of one place."""
    with world.in_memory() as vault:
        world.say(vault.ledger, "one")
        vault._store.close()

        found = vault.ledger.verify()

    assert found.faults == (Fault("ledger", "the vault is closed"),)
    assert found.leaves == 0
