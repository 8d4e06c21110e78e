"""What another place brings, lied about in one point each by a member who has every key."""

from __future__ import annotations

import random
import shutil
from types import SimpleNamespace

import pytest

from candlemark.ledger.incoming import Incoming
from candlemark.ledger.roster_reading import UNKNOWN_WRITER
from exports import KINDS, OWN, Home, Liar
from lies import lies

NOT_ITS_COMPARTMENT = "a part is not in the compartment the meta part says"
OF_ANOTHER_ACTION = "the meta part speaks of another action"
NO_META = "the meta part cannot be read"
LATER = "written by a later version of Candlemark (format 2)"
NO_LEAF = "the leaf cannot be read"

REFUSED = {
    # the lie: why it is refused, and whether it proves that a device signed two histories
    "signed by a ghost": ("the signature does not hold", False),
    "of a ghost's device": (UNKNOWN_WRITER, False),
    "a ghost certifies and signs": (UNKNOWN_WRITER, False),
    "number skipped": ("a leaf of its device is missing before it", False),
    "number repeated": ("its device signed another leaf with this number", True),
    "another previous": ("its device signed another leaf before it", True),
    "logical time leaps": ("its logical time leaps", False),
    "another vault": (OF_ANOTHER_ACTION, False),
    "another action": (OF_ANOTHER_ACTION, False),
    "another compartment": (NOT_ITS_COMPARTMENT, False),
    "a compartment nobody knows": (NOT_ITS_COMPARTMENT, False),
    "a steering compartment": (NOT_ITS_COMPARTMENT, False),
    "of the key of meta": (NOT_ITS_COMPARTMENT, False),
    "two notes": ("the meta part speaks of another number of parts", False),
    "no note": (NO_META, False),
    "meta longer": (NO_META, False),
    "meta shorter": (NO_META, False),
    "long language": (NO_META, False),
    "meta of a later format": (LATER, False),
    "meta of format 0": ("there is no meta format 0", False),
    "a leaf of a later format": (LATER, False),
    "a leaf of a later suite": ("written by a later version of Candlemark (suite 2)", False),
    "a leaf of another vault": ("it belongs to another vault", False),
    "a leaf with more behind": (NO_LEAF, False),
    "no leaf": (NO_LEAF, False),
}
CHANGES_NOBODY = (
    "a proposal by a ghost", "a proposal in another's name", "a proposal of another vault",
    "an overtaken proposal", "a proposal on another roster", "a proposal that cannot be read",
    "an approval of nothing",
    "a bent card", "no card", "a threshold of many", "nobody changed", "nobody thawed",
    "half a recovery key", "a log again", "the founder again",
    "a ghost's device", "a device of another vault", "a device in the future",
    "a device that ends before", "no device lost", "no device revoked", "nobody frozen",
    "own facts in coded", "an epoch for a ghost", "an epoch for nobody",
    "an epoch for one who is gone", "an epoch of no compartment", "an epoch of a line end",
    "a ghost reader", "a reader of nothing", "a reader who is gone", "an erasure about nobody",
    "no erasure agreed to", "no erasure done", "not facts", "half a fact", "more behind",
)  # fmt: skip
"""Signed by a member and kept, so that it can be shown; what it says is true for nobody."""


@pytest.fixture(scope="module")
def brought(tmp_path_factory):
    """A vault of two, and an export of it that a liar writes on in."""
    place = tmp_path_factory.mktemp("incoming")
    home = Home(place, 1)
    home.say()
    home.take_in("Aysel")
    home.say("Aysel")
    home.say()
    folder, _ = home.export("coded", "identity")
    return SimpleNamespace(home=home, folder=folder)


@pytest.fixture
def told(brought, tmp_path):
    """What comes of a lie, and what was true before it."""

    def look(lie, change=lambda _: None):
        shutil.copytree(brought.folder, tmp_path / "copy")
        with brought.home.open() as vault:
            roster, identity = vault.members.roster(), vault._identity
            liar = Liar(tmp_path / "copy", identity)
            liar.add(**lies(liar, roster, random.Random(1))[lie])
            change(liar)
            incoming = Incoming(vault._store, identity, KINDS | OWN, liar.store.sealed.get)
            taken = incoming.look([row.leaf for row in liar.store.leaves])
            return SimpleNamespace(taken=taken, roster=roster, liar=liar)

    return look


@pytest.mark.parametrize("lie", REFUSED)
def test_a_lie_is_refused_by_its_reason_and_nothing_of_it_is_kept(told, lie):
    found = told(lie)
    why, alarm = REFUSED[lie]

    (one,) = found.taken.refused
    assert (one.why, one.alarm, one.absent) == (why, alarm, False)
    assert one.leaf == found.liar.store.leaves[-1].leaf
    assert found.taken.rows == ()
    assert found.taken.parts == {}
    assert found.taken.roster.present == found.roster.present


@pytest.mark.parametrize("lie", CHANGES_NOBODY)
def test_what_a_member_may_not_say_is_kept_and_changes_nothing(told, lie):
    found = told(lie)

    assert found.taken.refused == ()
    assert len(found.taken.rows) == 1
    after, before = found.taken.roster, found.roster
    for what in ("members", "devices", "compartments", "threshold", "logs", "recovery", "number"):
        assert getattr(after, what) == getattr(before, what), what
    assert [one for one in after.erasures if one.agreed is not None] == []


def test_an_honest_leaf_is_taken_with_its_parts(told):
    found = told("nothing")

    (row,) = found.taken.rows
    assert row.leaf == found.liar.store.leaves[-1].leaf
    assert len(found.taken.parts) == 2
    assert found.taken.refused == ()


def test_a_leaf_that_is_here_already_is_passed_over(told):
    found = told("a leaf again")

    assert (found.taken.rows, found.taken.refused) == ((), ())


@pytest.mark.parametrize("which", [-1, -2])
def test_a_part_that_did_not_come_is_absent_and_no_lie(told, which):
    found = told("nothing", lambda liar: liar.store.sealed.pop(list(liar.store.sealed)[which]))

    (one,) = found.taken.refused
    assert (one.absent, one.alarm) == (True, False)
    assert found.taken.rows == ()


@pytest.mark.parametrize("which", [-1, -2])
def test_a_part_that_was_changed_on_the_way_is_absent(told, which):
    def bend(liar):
        name = list(liar.store.sealed)[which]
        liar.store.sealed[name] = liar.store.sealed[name][:-1] + b"\0"

    found = told("nothing", bend)

    (one,) = found.taken.refused
    assert (one.absent, one.alarm) == (True, False)


def test_what_follows_a_refused_leaf_on_its_device_is_refused_too(told):
    found = told("signed by a ghost", lambda liar: liar.add())

    assert [one.why for one in found.taken.refused] == [
        "the signature does not hold",
        "it follows a leaf of its device that was refused",
    ]


def test_two_leaves_with_one_identifier_are_an_alarm(told):
    """One of them is here, or both come: the one that comes second proves two histories."""

    def twice(liar):
        row = liar.store.leaves[-1]
        other = row.leaf[:-1] + bytes([row.leaf[-1] ^ 1])
        liar.store.leaves.append(row._replace(leaf=other))

    found = told("nothing", twice)
    assert [(one.why, one.alarm) for one in found.taken.refused] == [
        ("another leaf has its identifier", True)
    ]
    assert len(found.taken.rows) == 1


def test_a_leaf_with_the_identifier_of_one_that_is_here_is_an_alarm(told):
    def here(liar):
        row = liar.store.leaves[0]
        liar.store.leaves[-1] = row._replace(leaf=row.leaf[:-1] + bytes([row.leaf[-1] ^ 1]))

    found = told("nothing", here)

    assert [(one.why, one.alarm) for one in found.taken.refused] == [
        ("another leaf has its identifier", True)
    ]
    assert found.taken.rows == ()
