"""What this floor says when it refuses, word for word, and the edges of what it refuses."""

from __future__ import annotations

import msgspec
import pytest

from candlemark.errors import CandlemarkError, LedgerBroken, NotInOrder
from candlemark.ledger import Fact, Kinds, Part, UnknownFact
from candlemark.ledger.checkpoint import read_checkpoint, read_seen, signed_head
from candlemark.ledger.entry import (
    LEAF_LIMIT,
    META,
    PartNote,
    check_parts,
    read_leaf,
    signed_message,
)
from candlemark.ledger.genesis import GENESIS_LIMIT, read_genesis
from candlemark.ledger.kinds import VERSION_LIMIT
from candlemark.ledger.memory import MemoryStore
from candlemark.ledger.merkle import Tree
from candlemark.ledger.store import Head, Row
from candlemark.ledger.verification import Verification
from candlemark.seal import SigningKey, pae, sign_note

KEY = SigningKey.from_bytes(bytes(32))
NAME = "candlemark.org/0/0"
EMPTY = Head(0, b"", b"note")


class Said(Fact):
    text: str
    day: object = None


class Lost(Fact):
    value: float


def _store():
    return MemoryStore(b"genesis", EMPTY)


def _closed():
    store = _store()
    store.close()
    return store.head()


def _write(*rows, parts=(), head=None):
    store = _store()
    with store.writing() as writing:
        for row in rows:
            writing.add(row, parts)
        if head:
            writing.move_head(head)
    return store


def _moved_back():
    store = _write(head=Head(2, b"", b"two"))
    with store.writing() as writing:
        writing.move_head(Head(1, b"", b"one"))


def _old_kind():
    kinds = Kinds()
    kinds.add("test.said", 1, Said, upgrade=lambda fact: fact)
    return kinds.kind_of(Said("x"))


def _seen():
    head = signed_head(Tree(), NAME, KEY)
    return read_seen((1, head.note), NAME, KEY.public)


_GENESIS = [1, 1, bytes(16), [[bytes(32), bytes(32)]], 1, b"", [bytes(32)], False]

TOLD = {
    "a class that is no kind": (
        lambda: Kinds().kind_of(Said("x")),
        "no kind is known for facts of the class Said",
        "open the vault with the kinds of every floor that writes to it",
    ),
    "a version that is only read": (
        _old_kind,
        "version 1 of test.said is read, but no longer written",
        "say it in the newest version",
    ),
    "facts that cannot be stored": (
        lambda: Kinds().encode([Said("x")]),
        "1 of 1 facts cannot be stored",
        "see the faults for each",
    ),
    "a ledger that does not hold": (
        lambda: Verification(1, 1, ("a fault",), "").require(),
        "the ledger does not hold together: 1 faults",
        "keep this folder as it is and bring back the last good copy beside it",
    ),
    "a leaf out of order": (
        lambda: _write(Row(1, b"", b"h", b"a")), "leaf 1 is not the next one", None,
    ),
    "a leaf twice": (
        lambda: _write(Row(0, b"", b"h", b"a"), Row(1, b"", b"h", b"b")),
        "leaf 1 repeats one that is there", None,
    ),
    "a part twice": (
        lambda: _write(Row(0, b"", b"h", b"a"), parts=[(b"p", b"x"), (b"p", b"x")]),
        "leaf 0 repeats a part that is there", None,
    ),
    "a head that moves back": (_moved_back, "the head would move back", None),
    "a closed vault": (_closed, "the vault is closed", "open it again"),
    "an action that cannot be one": (
        lambda: check_parts([], "en"), "this cannot become an entry", "see the faults",
    ),
    "a leaf of a later format": (
        lambda: read_leaf(b"\x95\x02"),
        "written by a later version of Candlemark (format 2)",
        "install that version; this one changed nothing",
    ),
    "a genesis that is too long": (
        lambda: read_genesis(bytes(GENESIS_LIMIT + 1)), "the genesis is too long", None,
    ),
    "a genesis of the longest length": (
        lambda: read_genesis(bytes(GENESIS_LIMIT)), "the genesis cannot be read", None,
    ),
    "a leaf of the longest length": (
        lambda: read_leaf(bytes(LEAF_LIMIT)), "the leaf cannot be read", None,
    ),
    "a genesis of a later suite": (
        lambda: read_genesis(msgspec.msgpack.encode([1, 9, *_GENESIS[2:]])),
        "written by a later version of Candlemark (suite 9)",
        "install that version; this one changed nothing",
    ),
    "a checkpoint of something else": (
        lambda: read_checkpoint(sign_note("x\n", NAME, KEY), NAME, KEY.public),
        "the checkpoint is not one of this log", None,
    ),
    "a checkpoint of another size": (
        _seen, "the checkpoint is not of the size it is kept under", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("refused", "message", "hint"), TOLD.values(), ids=TOLD)
def test_what_is_told_about(refused, message, hint):
    with pytest.raises(CandlemarkError) as caught:
        refused()

    assert caught.value.message == message
    if hint is not None:
        assert caught.value.hint == hint


def test_a_fact_that_comes_back_as_another_is_refused_by_the_name_of_its_kind():
    kinds = Kinds.of(("test.lost", 1, Lost))

    with pytest.raises(NotInOrder) as caught:
        kinds.encode([Lost(float("nan"))])
    assert [fault.what for fault in caught.value.faults] == [
        "test.lost would not be read back as it was said"
    ]


def test_a_fact_whose_field_cannot_be_named_says_so():
    kinds = Kinds.of(("test.said", 1, Said))

    with pytest.raises(NotInOrder) as caught:
        kinds.encode([Said("x", object())])
    assert "one of its fields is not of the type test.said declares" in str(caught.value.faults[0])


@pytest.mark.parametrize("version", [0, VERSION_LIMIT + 1])
def test_a_version_outside_its_limits_cannot_name_a_kind(version):
    with pytest.raises(ValueError, match="cannot name a kind"):
        Kinds().add("test.said", version, Said)


def test_a_code_of_the_wrong_shape_cannot_name_a_kind():
    with pytest.raises(ValueError, match="cannot name a kind"):
        Kinds().add("Said", 1, Said)


def test_the_highest_version_can_name_a_kind():
    assert Kinds.of(("test.said", VERSION_LIMIT, Said)).kind_of(Said("x")) == (
        "test.said",
        VERSION_LIMIT,
    )


def test_joined_kinds_keep_how_old_facts_are_lifted():
    old, new = Kinds(), Kinds()
    old.add("test.lost", 1, Lost, upgrade=lambda fact: Said(str(fact.value)))
    old.add("test.lost", 2, Said)
    joined = new | old

    assert joined.read("test.lost", 1, msgspec.msgpack.encode([2.5])) == Said("2.5")


def test_a_signature_is_over_the_hashes_one_after_the_other_with_nothing_between():
    meta, hashes = b"meta", [b"1" * 32, b"2" * 32, b"3" * 32]

    assert signed_message(meta, hashes) == pae(
        "application/vnd.candlemark.action.v1", meta + b"".join(hashes)
    )


def test_an_entry_names_the_device_that_signed_it(small):
    device = small._identity.keyring.device.kid.hex()

    assert {entry.device for entry in small.ledger.entries()} == {device}


def test_every_kind_of_fault_names_its_place(small):
    """A head that says another size, and a checkpoint in the keystore signed by somebody else."""
    ledger, other = small.ledger, SigningKey.generate()
    ledger._seen = (0, signed_head(Tree(), ledger._name, other).note)
    store = small._store
    three = Tree().grown(row.hash for row in store.leaves[:3])
    store._head = signed_head(three, ledger._name, small._identity.keyring.log)

    assert [str(fault) for fault in ledger.verify().faults] == [
        "last checkpoint in the keystore: the signature under the checkpoint does not hold",
        "head: the entries are not the ones the last checkpoint was signed for",
    ]


def test_a_store_that_cannot_be_read_is_one_fault_of_the_ledger(small):
    small._store.close()
    found = small.ledger.verify()

    assert [str(fault) for fault in found.faults] == ["ledger: the vault is closed"]
    assert (found.leaves, found.parts) == (0, 0)


def test_a_first_entry_that_saw_another_beginning_is_found(world):
    with world.in_memory() as vault:
        world.say(vault.ledger, "one")
        store, ledger = vault._store, vault.ledger
        store.leaves.pop(0)

        assert "leaf 0: it is missing" in [str(fault) for fault in ledger.verify().faults]


def test_a_part_under_a_key_the_vault_does_not_have_is_named(small):
    opener = small.ledger._opener
    leaf = read_leaf(small._store.leaves[0].leaf)
    opener._keys._held.clear()

    with pytest.raises(LedgerBroken) as caught:
        opener.part(leaf.action, leaf.parts[1], small._store.parts([leaf.parts[1].hash]))
    assert caught.value.message == "it is sealed under a key this vault does not have"


def test_a_meta_part_that_notes_a_compartment_nobody_knows_is_refused(forger):
    forger.add(meta={"parts": (PartNote((("test.said", 1),), "", "elsewhere"),)})

    assert [str(fault) for fault in forger.vault.ledger.verify().faults][:1] == [
        "leaf 4: a part is not in the compartment the meta part says"
    ]


def test_a_meta_part_that_notes_its_own_compartment_is_refused(forger):
    forger.add(meta={"parts": (PartNote((("test.said", 1),), "", META),)})

    assert [str(fault) for fault in forger.vault.ledger.verify().faults][:1] == [
        "leaf 4: a part is not in the compartment the meta part says"
    ]


def test_rows_end_before_the_place_given_even_when_a_leaf_is_misplaced():
    store = _write(Row(0, b"", b"h", b"a"), Row(1, b"", b"i", b"b"))
    store.leaves[0] = store.leaves[0]._replace(n=1)

    assert store.rows(0, 1) == []


def test_a_head_of_the_same_size_is_taken():
    store = _write(head=Head(0, b"", b"another note"))

    assert store.head().note == b"another note"


def test_an_unknown_fact_is_refused_nowhere_and_handed_on():
    fact = UnknownFact("test.other", 3, b"\x90")

    assert Kinds().encode([fact])[1] == (("test.other", 3),)
    assert Part(facts=(fact,)).facts == (fact,)
