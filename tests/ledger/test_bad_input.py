"""The bad-input table of the vault: message, hint, exit code, and every byte as it was.

Each row is something a person may be handed, or may have on a disk: a leaf, a note, a bundle, a key
file, a passphrase, a clock, a format, a folder.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from candlemark import errors
from candlemark.ledger import Vault, application
from candlemark.ledger.entry import read_leaf
from candlemark.ledger.joining import join, pull
from candlemark.ledger.membership import added
from candlemark.ledger.policy import Policy
from candlemark.ledger.proof_file import EntryProof
from candlemark.ledger.root_words import RootWords
from candlemark.ledger.roster_facts import LogAdded
from candlemark.ledger.shown import Evidence
from candlemark.ledger.taking import quarantined, take_from
from candlemark.ledger.tiles import read_bundle, write_bundle
from candlemark.seal import Cost, Note, new_passphrase


@pytest.fixture(scope="module")
def made(tmp_path_factory, world):
    """An office, a laptop that has all of it, and a stick with more."""
    place, words = tmp_path_factory.mktemp("bad"), new_passphrase()
    with world.create(place / "office", name="Office") as vault:
        world.say(vault.ledger, "first")
        vault.members.begin()
        vault.share(place / "stick")
        joined = join(place / "stick", place / "laptop", words, name="Aysel", cost=Cost.QUICK)
        vault.members.propose([added(joined.card), LogAdded(joined.log, "laptop")])
        vault.share(place / "stick")
        pull(place / "laptop", words, place / "stick", world.kinds)
        world.say(vault.ledger, "second")
        vault.share(place / "stick")
        key = vault.export_key()
    (place / "key").write_bytes(key)
    return SimpleNamespace(place=place, words=words)


@pytest.fixture
def desk(made, tmp_path, world):
    """Copies to spoil."""
    for name in ("office", "laptop", "stick"):
        shutil.copytree(made.place / name, tmp_path / name)
    shutil.copy(made.place / "key", tmp_path / "key")
    return SimpleNamespace(
        office=tmp_path / "office", laptop=tmp_path / "laptop", stick=tmp_path / "stick",
        key=tmp_path / "key", words=made.words, world=world, new=tmp_path / "new",
    )  # fmt: skip


def held(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and "quarantine" not in path.parts
        and not path.name.endswith(("-wal", "-shm", ".lock"))
    }


def take(desk):
    take_from(desk.laptop, desk.words, desk.stick, desk.world.kinds)


def opened(desk):
    desk.world.open(desk.office).close()


def joined(desk):
    join(desk.stick, desk.new, desk.world.passphrase, key=desk.key.read_bytes())


def bundle(desk):
    (path,) = (one for one in (desk.stick / "tile" / "entries").rglob("*") if one.is_file())
    return path, int(path.name)


def with_leaves(change):
    """Another bundle on the stick, its leaves changed."""

    def spoil(desk):
        path, width = bundle(desk)
        path.write_bytes(write_bundle(change(read_bundle(path.read_bytes(), width))))

    return spoil


def with_file(name, change):
    def spoil(desk):
        path = desk.stick / name
        path.write_bytes(change(path.read_bytes()))

    return spoil


def version(folder, file, number):
    def spoil(desk):
        with closing(sqlite3.connect(getattr(desk, folder) / file)) as connection:
            connection.execute(f"PRAGMA user_version = {number}")

    return spoil


def without(folder, name):
    return lambda desk: (getattr(desk, folder) / name).unlink()


TABLE = {
    # what was wrong: how it came about, who does what then, the error, what is said
    "a leaf cut short": (
        with_leaves(lambda all_: [*all_[:-1], all_[-1][:-1]]),
        take, errors.PublishedBroken, "1 files of this published log do not hold",
    ),
    "a leaf of a later format": (
        with_leaves(lambda all_: [*all_[:-1], all_[-1][:1] + b"\x63" + all_[-1][2:]]),
        take, errors.PublishedBroken, "",
    ),
    "a leaf left out": (
        with_leaves(lambda all_: [all_[0], *all_[:-1]]), take, errors.PublishedBroken, "",
    ),
    "two leaves exchanged": (
        with_leaves(lambda all_: [all_[1], all_[0], *all_[2:]]), take, errors.PublishedBroken, "",
    ),
    "an empty leaf": (
        with_leaves(lambda all_: [*all_[:-1], b""]), take, errors.PublishedBroken, "",
    ),
    "a bundle with more behind": (
        lambda desk: bundle(desk)[0].write_bytes(bundle(desk)[0].read_bytes() + b"\0\0"),
        take, errors.PublishedBroken, "",
    ),
    "a note without a signature": (
        with_file("checkpoint", lambda old: old.split(b"\n\n")[0] + b"\n\n"),
        take, errors.PublishedBroken, "",
    ),
    "a note of another size": (
        with_file("checkpoint", lambda old: old.replace(old.split(b"\n")[1], b"999", 1)),
        take, errors.PublishedBroken, "",
    ),
    "a note of another root": (
        with_file("checkpoint", lambda old: old.replace(old.split(b"\n")[2], b"A" * 43 + b"=", 1)),
        take, errors.PublishedBroken, "",
    ),
    "a note that is no text": (
        with_file("checkpoint", lambda old: b"\xff" + old), take, errors.PublishedBroken, "",
    ),
    "the log of somebody else": (
        with_file("log", lambda old: old.replace(b"+", b"-", 1)), take, errors.PublishedBroken, "",
    ),
    "the beginning of another vault": (
        with_file("genesis", lambda old: old[:-1] + bytes([old[-1] ^ 1])),
        take, errors.PublishedBroken, "not one of this vault",
    ),
    "keys that are a list of nothing": (
        with_file("wraps", lambda _: b"\x91\x90"), take, errors.PublishedBroken, "cannot be read",
    ),
    "keys with more behind": (
        with_file("wraps", lambda old: old + b"\0"), take, errors.PublishedBroken, "cannot be read",
    ),
    "a half-copied folder": (
        lambda desk: shutil.rmtree(desk.stick / "part"),
        take, errors.PublishedBroken, "did not come along",
    ),
    "a folder that is not there": (
        lambda desk: shutil.rmtree(desk.stick), take, errors.PublishedBroken, "cannot be read",
    ),
    "an older stick": (
        lambda desk: (take(desk), shutil.rmtree(desk.stick), _old(desk)), take, errors.LogForked, "",
    ),
    "a newer ledger": (version("office", "ledger.db", 99), opened, errors.NewerFormat, "later"),
    "a newer keystore": (version("office", "keystore.db", 99), opened, errors.NewerFormat, "later"),
    "a ledger of no version": (version("office", "ledger.db", 0), opened, errors.LedgerBroken, ""),
    "no ledger": (without("office", "ledger.db"), opened, errors.LedgerBroken, "half"),
    "no keystore": (without("office", "keystore.db"), opened, errors.LedgerBroken, "half"),
    "no vault at all": (
        lambda desk: (shutil.rmtree(desk.office), desk.office.mkdir()),
        opened, errors.VaultMissing, "no vault in this folder",
    ),
    "a wrong passphrase": (
        lambda _: None,
        lambda desk: Vault.open(desk.office, new_passphrase(), desk.world.kinds),
        errors.WrongPassphrase, "does not open",
    ),
    "a passphrase of nothing": (
        lambda _: None, lambda desk: Vault.open(desk.office, ""), errors.WrongPassphrase, "",
    ),
    "the passphrase of another place": (
        lambda _: None,
        lambda desk: Vault.open(desk.office, desk.words, desk.world.kinds),
        errors.WrongPassphrase, "does not open",
    ),
    "a key file of nothing": (
        lambda desk: desk.key.write_bytes(b"\x90"), joined, errors.LedgerBroken, "not the key",
    ),
    "a key file cut short": (
        lambda desk: desk.key.write_bytes(desk.key.read_bytes()[:-1]),
        joined, errors.LedgerBroken, "not the key",
    ),
    "a key file that is a letter": (
        lambda desk: desk.key.write_text("dear all"), joined, errors.LedgerBroken, "not the key",
    ),
    "a key file that goes on": (
        lambda desk: desk.key.write_bytes(bytes(100_000)), joined, errors.LedgerBroken, "not the key",
    ),
    "a place that is taken": (
        lambda desk: (desk.new.mkdir(), (desk.new / "mine").write_bytes(b"x")),
        lambda desk: join(desk.stick, desk.new, new_passphrase(), name="B", cost=Cost.QUICK),
        errors.VaultExists, "not empty",
    ),
}  # fmt: skip


def _old(desk):
    """What the office's log was before it said more: its first state, published anew."""
    with desk.world.open(desk.office) as vault:
        vault.share(desk.stick)
        now = vault.ledger.size
        rows = vault._store.rows(0, now - 1)
        from candlemark.ledger.checkpoint import signed_head
        from candlemark.ledger.merkle import Tree

        tree = Tree().grown(row.hash for row in rows)
        head = signed_head(tree, vault.ledger._name, vault._identity.keyring.log)
    (path, _) = bundle(desk)
    path.unlink()
    path.with_name(str(now - 1)).write_bytes(write_bundle([row.leaf for row in rows]))
    for level in (desk.stick / "tile" / "0").rglob("*"):
        if level.is_file():
            level.unlink()
            level.with_name(str(now - 1)).write_bytes(b"".join(row.hash for row in rows))
    (desk.stick / "checkpoint").write_bytes(head.note)


@pytest.mark.parametrize("name", TABLE)
def test_it_is_refused_whole_in_words_and_the_vault_is_as_before(desk, name):
    spoil, act, error, said = TABLE[name]
    spoil(desk)
    before = {place: held(getattr(desk, place)) for place in ("office", "laptop")}
    there = held(desk.new) if desk.new.exists() else None

    with pytest.raises(error, match=said or None) as refused:
        act(desk)

    told = refused.value
    assert type(told) is error
    assert told.exit_code == error.exit_code > 1
    assert not told.message[0].isupper()
    assert not told.message.endswith(".")
    assert told.hint
    for secret in ("first", "second", "Aysel", "Office", desk.words, desk.world.passphrase):
        assert secret not in f"{told.message} {told.hint} {told.faults}"
    after = {place: held(getattr(desk, place)) for place in ("office", "laptop")}
    alarms = {one: kept for one, kept in after["laptop"].items() if one.startswith("alarms")}
    assert (error is errors.LogForked) == bool(alarms)
    after["laptop"] = {one: kept for one, kept in after["laptop"].items() if one not in alarms}
    assert after == before
    assert (held(desk.new) if desk.new.exists() else None) == there
    if act is take:
        (kept,) = quarantined(desk.laptop)
        assert kept.why == told.message
        assert kept.alarm == (error is errors.LogForked)
    else:
        assert quarantined(desk.laptop) == ()


# What is read by itself, outside of any vault

BYTES = {
    "nothing": b"",
    "one byte": b"\x01",
    "noise": bytes(range(256)),
    "zeros": bytes(4096),
    "text": b"good morning\n",
    "no text": b"\xff\xfe\xfd" * 10,
    "deep": b"\x91" * 2000,
    "an enormous length": b"\xdd\xff\xff\xff\xff",
    "more than anybody takes": bytes(1 << 17),
}
READERS = {
    "a leaf": (read_leaf, (errors.LedgerBroken, errors.NewerFormat)),
    "a note": (Note.parse, (errors.LedgerBroken,)),
    "a proof": (EntryProof.read, (errors.ProofRefused,)),
    "evidence": (Evidence.read, (errors.ProofRefused,)),
    "a policy": (Policy.parse, (errors.SettingRefused,)),
    "words of a root": (
        lambda stored: RootWords.parse(stored.decode("latin-1")),
        (errors.NotUnderstood, errors.WordsDiffer, errors.ProofRefused),
    ),
}


@pytest.mark.parametrize("what", READERS)
@pytest.mark.parametrize("content", BYTES)
def test_bytes_that_are_not_what_was_asked_for_are_refused_by_a_declared_error(what, content):
    read, declared = READERS[what]

    with pytest.raises(declared) as refused:
        read(BYTES[content])
    assert refused.value.message
    assert repr(BYTES[content])[2:12] not in refused.value.message or len(BYTES[content]) < 2


# Clocks

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
CLOCKS = {
    "the beginning of computers": LONG_AGO,
    "before the vault": datetime(2025, 1, 1, tzinfo=UTC),
    "the moment itself": datetime(2026, 1, 1, tzinfo=UTC),
}


@pytest.mark.parametrize("name", CLOCKS)
def test_a_clock_in_the_past_loses_nothing_and_keeps_the_order(world, tmp_path, name):
    """What people said comes in the order they said it in, whatever their clocks say."""
    with world.create(tmp_path / "vault", clock=lambda: datetime(2026, 1, 1, tzinfo=UTC)) as vault:
        vault.members.begin()
        world.say(vault.ledger, "before")
    with world.open(tmp_path / "vault", clock=lambda: CLOCKS[name]) as vault:
        world.say(vault.ledger, "with the clock put back")
    with world.open(tmp_path / "vault", clock=lambda: datetime(2026, 1, 2, tzinfo=UTC)) as vault:
        world.say(vault.ledger, "after")

        assert world.texts(vault.ledger) == ["before", "with the clock put back", "after"]
        assert vault.ledger.verify().faults == ()


def test_a_device_that_is_no_longer_certified_says_nothing_that_counts(world, tmp_path):
    """After ninety days a certificate is over; that is said before anything is written."""
    start, words = datetime(2026, 1, 1, tzinfo=UTC), new_passphrase()
    late = start + timedelta(days=400)
    with world.create(tmp_path / "vault", clock=lambda: start) as vault:
        card = application(tmp_path / "vault", "Aysel", words, cost=Cost.QUICK, clock=lambda: start)
        vault.members.propose([added(card)])
    with Vault.open(tmp_path / "vault", words, world.kinds, clock=lambda: start) as vault:
        world.say(vault.ledger, "in time")
        size = vault.ledger.size
    with Vault.open(tmp_path / "vault", words, world.kinds, clock=lambda: late) as vault:
        with pytest.raises(errors.NotEntitled) as refused:
            world.say(vault.ledger, "too late")

        assert refused.value.message.startswith("this device may not write: ")
        assert refused.value.hint == "a member renews a device: candlemark device renew"
        assert vault.ledger.size == size
        assert world.texts(vault.ledger) == ["in time"]
        assert vault.ledger.verify().faults == ()
    with Vault.open(tmp_path / "vault", words, world.kinds, clock=lambda: start) as vault:
        world.say(vault.ledger, "with the clock put back")
        assert vault.ledger.verify().faults == ()
