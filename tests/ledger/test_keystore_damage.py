"""The keystore, damaged at every row and field: refused in words, or what opens is what was there.

The file is written by whoever has the disk.  Nobody who changes it may come to other keys, nor to a
crash; a lock that was changed is told apart from a wrong passphrase.
"""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from candlemark.errors import CandlemarkError, LedgerBroken, NotEntitled, WrongPassphrase
from candlemark.ledger import Part, Vault, application
from candlemark.ledger.joining import pull
from candlemark.ledger.keystore import KEYSTORE_FILE, Keystore
from candlemark.ledger.membership import added
from candlemark.ledger.wraps import Named, Wrap, receiving_key, wrap_for, wrap_under
from candlemark.seal import Cost, SealingKey, SigningKey, new_passphrase

if TYPE_CHECKING:
    from pathlib import Path

BLOBS = {
    "empty": lambda _old, _other: b"",
    "a bit changed": lambda old, _other: bytes([old[0] ^ 1]) + old[1:],
    "the last bit changed": lambda old, _other: old[:-1] + bytes([old[-1] ^ 1]),
    "cut": lambda old, _other: old[:-1],
    "longer": lambda old, _other: old + b"\0",
    "of another row": lambda _old, other: other,
}
TEXTS = {
    "empty": lambda _old, _other: "",
    "of another cost": lambda old, _other: old.replace("t=1", "t=2"),
    "of a cost nobody can pay": lambda old, _other: old.replace("m=8", "m=99999999"),
    "of another salt": lambda old, _other: old[:-22] + "A" * 22,
    "of another method": lambda old, _other: old.replace("argon2id", "argon2i"),
    "of another row": lambda _old, other: other,
}
NUMBERS = {
    "negative": lambda _old, _other: -1,
    "none of ours": lambda _old, _other: 7,
    "enormous": lambda _old, _other: 2**63 - 1,
}
WAYS = {bytes: BLOBS, str: TEXTS, int: NUMBERS}
COLUMNS = {
    "lock": ("holder", "vault", "member", "stretching", "frozen", "intact"),
    "keys": ("kid", "holder", "suite", "roster", "wrap"),
    "label": ("sealed",),
    "seen": ("size", "note"),
}


@dataclass
class Stored:
    """A keystore as a file to be changed by hand."""

    folder: Path

    def rows(self, table):
        with closing(sqlite3.connect(self.folder / KEYSTORE_FILE)) as connection:
            return connection.execute(f"SELECT rowid, * FROM {table}").fetchall()

    def change(self, sql, *values):
        with closing(sqlite3.connect(self.folder / KEYSTORE_FILE)) as connection, connection:
            connection.execute(sql, values)

    def value(self, table, column, rowid):
        with closing(sqlite3.connect(self.folder / KEYSTORE_FILE)) as connection:
            sql = f"SELECT {column} FROM {table} WHERE rowid = ?"
            return connection.execute(sql, (rowid,)).fetchone()[0]


@pytest.fixture(scope="module")
def made(tmp_path_factory, world):
    """A vault of the founder and Aysel, with a statement about a person."""
    folder, words = tmp_path_factory.mktemp("keystore") / "vault", new_passphrase()
    with world.create(folder, name="A vault") as vault:
        card = application(folder, "Aysel", words, cost=Cost.QUICK)
        vault.members.propose([added(card)])
        world.say(vault.ledger, "what")
        vault.ledger.append([Part("identity", (world.Said("who"),), "person_x")])
    return folder, words


@pytest.fixture
def stored(made, tmp_path):
    shutil.copytree(made[0], tmp_path / "vault")
    return Stored(tmp_path / "vault")


def opened(world, folder, passphrase=None):
    """What somebody reads, or why they cannot."""
    try:
        with Vault.open(folder, passphrase or world.passphrase, world.kinds) as vault:
            return vault.name, world.texts(vault.ledger), vault.ledger.verify().faults
    except CandlemarkError as error:
        return error


FIELDS = [
    (table, column, way)
    for table, columns in COLUMNS.items()
    for column in columns
    for way in WAYS[
        str if column == "stretching" else int if column in {"frozen", "suite", "size"} else bytes
    ]
]


@pytest.mark.parametrize(("table", "column", "way"), FIELDS)
def test_a_field_that_was_changed_gives_nobody_other_keys(world, stored, table, column, way):
    rows = [row[0] for row in stored.rows(table)]
    whole, wrong = (stored.folder / KEYSTORE_FILE).read_bytes(), []
    honest = ("A vault", ["what", "who"], ())
    for at in dict.fromkeys((rows[0], rows[len(rows) // 2], rows[-1])):
        (stored.folder / KEYSTORE_FILE).write_bytes(whole)
        old = stored.value(table, column, at)
        other = stored.value(table, column, next((one for one in rows if one != at), at))
        new = WAYS[type(old)][way](old, other) if old else other
        if new == old:
            continue
        try:
            stored.change(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", new, at)
        except sqlite3.IntegrityError:
            continue
        found = opened(world, stored.folder)
        if isinstance(found, CandlemarkError):
            if not found.hint:
                wrong.append(f"row {at}: {found!r} without a hint")
        elif found[:2] != honest[:2]:
            wrong.append(f"row {at}: {found}")

    assert wrong == []


@pytest.mark.parametrize("column", COLUMNS["lock"])
def test_a_lock_that_was_changed_is_damage_and_not_a_wrong_passphrase(world, stored, column):
    vault = bytes.fromhex(Vault.peek(stored.folder).id)
    mine = Keystore(stored.folder).unlock(vault, world.passphrase).lock.holder
    (at,) = [row[0] for row in stored.rows("lock") if row[1] == mine]
    old = stored.value("lock", column, at)
    new = 1 if column == "frozen" else WAYS[type(old)]["of another cost" if type(old) is str else
                                                      "a bit changed"](old, old)  # fmt: skip
    stored.change(f"UPDATE lock SET {column} = ? WHERE rowid = ?", new, at)

    with pytest.raises(LedgerBroken, match="damaged") as refused:
        world.open(stored.folder)
    assert [fault.where for fault in refused.value.faults] == ["lock"]


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_with_no_rows_is_damage_with_what_is_missing(world, stored, table):
    stored.change(f"DELETE FROM {table}")

    with pytest.raises(LedgerBroken) as refused:
        world.open(stored.folder)
    assert refused.value.hint
    assert refused.value.faults


def test_every_wrap_of_a_member_that_is_missing_is_missed(world, stored, made):
    """Whichever row of Aysel's own goes, she is told; the founder goes on."""
    vault = bytes.fromhex(Vault.peek(stored.folder).id)
    aysel = Keystore(stored.folder).unlock(vault, made[1]).keyring.identity
    (lock,) = [one for one in Keystore(stored.folder).locks(vault) if one.member == aysel.kid]
    hers = {lock.holder, receiving_key(aysel, vault).recipient.kid}
    whole = (stored.folder / KEYSTORE_FILE).read_bytes()
    missing = [(row[0], row[1]) for row in stored.rows("keys") if row[2] in hers]
    for at, kid in missing:
        (stored.folder / KEYSTORE_FILE).write_bytes(whole)
        stored.change("DELETE FROM keys WHERE rowid = ?", at)
        assert isinstance(opened(world, stored.folder, made[1]), LedgerBroken), kid.hex()

    assert len(missing) == 5  # identity, device, log, meta, coded
    assert opened(world, stored.folder)[1] == ["what", "who"]


def test_a_row_for_the_founder_twice_over_is_no_second_key(world, stored):
    """The founder's keys lie under their passphrase and for their receiving key: one suffices."""
    with world.open(stored.folder) as vault:
        keys = vault._identity.keyring
        held = {key.kid for key in keys.compartments.values()}
        again = receiving_key(keys.identity, vault._identity.vault).recipient
        wraps = [
            wrap_for(again, vault._identity.vault, bytes(32), Named("compartment/coded", key, 1))
            for key in [keys.compartments["coded"]]
        ]
        Keystore(stored.folder).keep(wraps=wraps)

    with world.open(stored.folder) as vault:
        assert {key.kid for key in vault._identity.keyring.compartments.values()} == held


FORGED = {
    "a key of no compartment": lambda kek, vault: wrap_under(
        kek, vault, Named("compartment/", SealingKey.generate())
    ),
    "a key of a compartment nobody has": lambda kek, vault: wrap_under(
        kek, vault, Named("compartment/identity:x", SealingKey.generate())
    ),
    "a second key of coded": lambda kek, vault: wrap_under(
        kek, vault, Named("compartment/coded", SealingKey.generate(), 2)
    ),
    "a key of no use": lambda kek, vault: wrap_under(
        kek, vault, Named("else/coded", SealingKey.generate(), 1)
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_key_somebody_with_the_passphrase_adds_is_never_written_with(world, stored, name):
    """A wrap is proof of nothing: which key of a compartment counts, the ledger says."""
    with world.open(stored.folder) as vault:
        identity = vault._identity
        mine = identity.keyring.compartments["coded"].kid
        kek = Keystore(stored.folder).unlock(identity.vault, world.passphrase).kek
        Keystore(stored.folder).keep(wraps=[FORGED[name](kek, identity.vault)])

    found = opened(world, stored.folder)
    if isinstance(found, CandlemarkError):
        assert found.hint
    else:
        with world.open(stored.folder) as vault:
            world.say(vault.ledger, "after")
            assert vault._identity.keyring.compartments["coded"].kid == mine
            assert vault.ledger.verify().faults == ()


def test_a_lock_of_another_vault_opens_nothing_here(world, stored, tmp_path):
    world.create(tmp_path / "other").close()
    other = Stored(tmp_path / "other").rows("lock")
    stored.change("DELETE FROM lock")
    for row in other:
        stored.change("INSERT INTO lock VALUES (?, ?, ?, ?, ?, ?)", *row[1:])

    with pytest.raises(LedgerBroken, match="damaged") as refused:
        world.open(stored.folder)
    assert str(refused.value.faults[0]) == "lock: these are the keys of another vault"


def test_a_lock_of_another_vault_among_ours_keeps_nobody_out_and_is_told(world, stored, tmp_path):
    world.create(tmp_path / "other").close()
    for row in Stored(tmp_path / "other").rows("lock"):
        stored.change("INSERT INTO lock VALUES (?, ?, ?, ?, ?, ?)", *row[1:])

    name, texts, faults = opened(world, stored.folder)
    assert (name, texts) == ("A vault", ["what", "who"])
    assert [str(one) for one in faults] == ["lock: these are the keys of another vault"]
    vault = bytes.fromhex(Vault.peek(stored.folder).id)
    with pytest.raises(LedgerBroken, match="damaged"):  # what is written to other places is whole
        Keystore(stored.folder).locks(vault)


@pytest.mark.parametrize("column", COLUMNS["lock"])
def test_the_lock_of_another_that_was_changed_keeps_nobody_out_and_is_told(
    world, stored, made, column
):
    """Whoever has the disk could else keep a whole team from its cases with one bit."""
    vault = bytes.fromhex(Vault.peek(stored.folder).id)
    mine = Keystore(stored.folder).unlock(vault, world.passphrase).lock
    (at,) = [row[0] for row in stored.rows("lock") if row[1] != mine.holder]
    old = stored.value("lock", column, at)
    new = 1 if column == "frozen" else WAYS[type(old)]["of another cost" if type(old) is str else
                                                      "a bit changed"](old, old)  # fmt: skip
    stored.change(f"UPDATE lock SET {column} = ? WHERE rowid = ?", new, at)

    name, texts, faults = opened(world, stored.folder)
    assert (name, texts) == ("A vault", ["what", "who"])
    assert [str(one) for one in faults] == ["lock: it was changed"]
    with world.open(stored.folder) as vault:
        assert vault.examine_keys()[0].where == "lock"
        assert vault.strange_keys == ()
        coded = vault._identity.keyring.compartments["coded"].kid
    stored.change("INSERT INTO keys VALUES (?, x'00', 1, x'', x'01', x'')", coded)
    with world.open(stored.folder) as vault:  # nor does a changed lock hide a key for a stranger
        assert [one.where for one in vault.strange_keys] == [f"key {coded.hex()}"]
    found = opened(world, stored.folder, made[1])
    assert isinstance(found, LedgerBroken)
    assert [one.where for one in found.faults] == ["lock"]


@pytest.mark.parametrize("stretching", ["", "$argon2id$v=19$m=99999999,t=1,p=1$" + "A" * 22])
def test_a_lock_nobody_can_try_keeps_nobody_else_out(world, stored, made, stretching):
    """A lock with its sum made right, put there by somebody who read how."""
    vault = bytes.fromhex(Vault.peek(stored.folder).id)
    mine = Keystore(stored.folder).unlock(vault, world.passphrase).lock
    (theirs,) = [one for one in Keystore(stored.folder).locks(vault) if one.holder != mine.holder]
    bent = theirs._replace(stretching=stretching)
    stored.change(
        "UPDATE lock SET stretching = ?, intact = ? WHERE holder = ?",
        bent.stretching, bent.intact, bent.holder,
    )  # fmt: skip

    assert opened(world, stored.folder) == ("A vault", ["what", "who"], ())
    assert isinstance(opened(world, stored.folder, made[1]), LedgerBroken)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_half_written_keystore_is_refused_by_whoever_asks_it(world, stored, share):
    path = stored.folder / KEYSTORE_FILE
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    keystore, vault = Keystore(stored.folder), bytes.fromhex(Vault.peek(stored.folder).id)
    cut = path.read_bytes()

    for ask in (
        lambda: world.open(stored.folder),
        lambda: keystore.locks(vault),
        lambda: keystore.wraps(vault),
        lambda: keystore.unlock_own(vault, world.passphrase),
        lambda: keystore.unlock_with(vault, receiving_key(SigningKey.generate(), vault)),
    ):
        with pytest.raises(LedgerBroken):
            ask()
    assert path.read_bytes() == cut


def test_what_is_missing_behind_a_lock_is_named(stored, world):
    """Who pulls opens only what stands behind their own lock."""
    vault = bytes.fromhex(Vault.peek(stored.folder).id)
    with world.open(stored.folder) as opened_vault:
        kids = [
            opened_vault._identity.keyring.identity.kid,
            opened_vault._identity.keyring.device.kid,
        ]
    whole = (stored.folder / KEYSTORE_FILE).read_bytes()
    for kid, name in zip(kids, ("identity", "device"), strict=True):
        (stored.folder / KEYSTORE_FILE).write_bytes(whole)
        stored.change("DELETE FROM keys WHERE kid = ?", kid)
        with pytest.raises(LedgerBroken, match="damaged") as refused:
            Keystore(stored.folder).unlock_own(vault, world.passphrase)
        assert f"keys: the signing key of the {name} is missing" in map(str, refused.value.faults)


def test_what_does_not_open_behind_a_lock_is_named(stored, world):
    vault = bytes.fromhex(Vault.peek(stored.folder).id)
    with world.open(stored.folder) as there:
        kid = there._identity.keyring.device.kid
    stored.change("UPDATE keys SET wrap = zeroblob(length(wrap)) WHERE kid = ?", kid)

    with pytest.raises(LedgerBroken, match="damaged") as refused:
        Keystore(stored.folder).unlock_own(vault, world.passphrase)
    assert [fault.where for fault in refused.value.faults] == [f"key {kid.hex()}"]


def test_a_wrap_for_a_receiving_key_that_does_not_open_is_named(stored, made):
    vault = bytes.fromhex(Vault.peek(stored.folder).id)
    with Vault.open(stored.folder, made[1]) as there:
        receiving = receiving_key(there._identity.keyring.identity, vault)
    stored.change(
        "UPDATE keys SET wrap = zeroblob(length(wrap)) WHERE holder = ?", receiving.recipient.kid
    )

    with pytest.raises(LedgerBroken, match="damaged") as refused:
        Keystore(stored.folder).unlock_with(vault, receiving)
    assert len(refused.value.faults) >= 3
    with pytest.raises(NotEntitled, match="nothing in this vault is wrapped"):
        Keystore(stored.folder).unlock_with(vault, receiving_key(SigningKey.generate(), vault))


@pytest.mark.parametrize(("table", "ask"), [("seen", "seen"), ("label", "label")])
def test_a_keystore_that_lost_what_it_remembers_says_so(stored, table, ask):
    stored.change(f"DELETE FROM {table}")

    with pytest.raises(LedgerBroken, match="damaged") as refused:
        getattr(Keystore(stored.folder), ask)()
    assert [fault.where for fault in refused.value.faults] == [table]


def test_a_damaged_key_that_came_while_the_vault_was_open_is_told(stored, world, made):
    """Another process gave a new key, and the disk spoiled it."""
    with Vault.open(stored.folder, made[1], world.kinds) as aysel:
        with world.open(stored.folder) as founder:
            founder.members.rotate("coded")
            world.say(founder.ledger, "under the new key")
            kid = founder._identity.keyring.compartments["coded"].kid
        stored.change("UPDATE keys SET wrap = zeroblob(length(wrap)) WHERE kid = ?", kid)

        with pytest.raises(LedgerBroken, match="damaged") as refused:
            world.texts(aysel.ledger)
    assert refused.value.faults


# Keys of persons


def subject_row(world, folder):
    with world.open(folder) as vault:
        keys = vault._identity.keyring.compartments
        return keys.subject_kids("person_x")[0], keys["identity"].kid, vault._identity.vault


def examined(world, stored):
    """What is wrong with the keys; nobody reads what they sealed, and nobody is told a lie."""
    with world.open(stored.folder) as vault:
        with pytest.raises(LedgerBroken) as refused:
            world.texts(vault.ledger)
        assert refused.value.hint
        assert vault.ledger.verify().faults
        return Keystore(stored.folder).examine(vault._identity.vault, vault._identity.keyring)


PERSON = {
    "the wrap of another suite": ("UPDATE keys SET suite = 9 WHERE kid = ?", "does not know"),
    "a wrap of nothing": ("UPDATE keys SET wrap = zeroblob(length(wrap)) WHERE kid = ?", ""),
    "a wrap cut off": ("UPDATE keys SET wrap = substr(wrap, 1, 20) WHERE kid = ?", ""),
    "under another name": ("UPDATE keys SET kid = zeroblob(16) WHERE kid = ?", ""),
}


@pytest.mark.parametrize("name", PERSON)
def test_a_person_s_key_that_was_bent_is_named(world, stored, name):
    kid, _, _ = subject_row(world, stored.folder)
    sql, said = PERSON[name]
    stored.change(sql, kid)

    (fault,) = examined(world, stored)
    assert fault.where == f"key {(bytes(16) if name == 'under another name' else kid).hex()}"
    assert said in fault.what


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xc1", "it cannot be read"),
        (b"\x92\xa8person_x", "it cannot be read"),
        (b"\x92\xa8person_x\xc4\x20" + bytes(32), "it is not the key it is named as"),
        (b"\x92\xa1\xff\xc4\x20" + bytes(32), "it cannot be read"),
    ],
)
def test_what_stands_in_a_person_s_wrap_is_looked_at(world, stored, content, said):
    """Somebody who holds the key of the compartment wraps what they like."""
    from candlemark.ledger.wraps import _OF_A_PERSON
    from candlemark.seal import seal

    kid, epoch, vault = subject_row(world, stored.folder)
    with world.open(stored.folder) as there:
        key = there._identity.keyring.compartments.key(epoch)
        assert key is not None
        wrapped = seal(key, _OF_A_PERSON, vault + kid, content)
    stored.change("UPDATE keys SET wrap = ? WHERE kid = ?", wrapped, kid)

    assert [str(fault) for fault in examined(world, stored)] == [f"key {kid.hex()}: {said}"]


# What nobody may come to


def test_no_lock_opens_with_the_passphrase_of_another_member(world, stored, made):
    """Each passphrase opens its own lock, however the locks are ordered or named."""
    vault = bytes.fromhex(Vault.peek(stored.folder).id)
    keystore = Keystore(stored.folder)
    members = {lock.member.hex()[:12]: lock.member for lock in keystore.locks(vault)}
    for passphrase, code in itertools.product((world.passphrase, made[1]), members):
        try:
            found = keystore.unlock(vault, passphrase, code)
        except WrongPassphrase:
            continue
        assert found.keyring.identity.kid == members[code]
    assert keystore.unlock(vault, made[1]).keyring.identity.kid != (
        keystore.unlock(vault, world.passphrase).keyring.identity.kid
    )


def test_a_wrap_moved_to_another_holder_does_not_open(world, stored, made):
    """The name of the holder is not trusted: what is wrapped for one does not open for another."""
    vault = bytes.fromhex(Vault.peek(stored.folder).id)
    locks = {lock.holder for lock in Keystore(stored.folder).locks(vault)}
    (mine, theirs) = sorted(locks)
    stored.change("DELETE FROM keys WHERE holder = ?", theirs)
    stored.change("UPDATE keys SET holder = ? WHERE holder = ?", theirs, mine)

    found = [opened(world, stored.folder, one) for one in (world.passphrase, made[1])]

    assert all(isinstance(one, LedgerBroken) for one in found)


def test_a_suite_of_a_later_version_is_not_guessed_at(world, stored):
    vault = bytes.fromhex(Vault.peek(stored.folder).id)
    (lock, *_) = [
        one for one in Keystore(stored.folder).locks(vault)
        if one.member == Keystore(stored.folder).unlock(vault, world.passphrase).keyring.identity.kid
    ]  # fmt: skip
    stored.change("UPDATE keys SET suite = 9 WHERE holder = ?", lock.holder)

    with pytest.raises(LedgerBroken, match="damaged") as refused:
        world.open(stored.folder)
    assert {fault.what for fault in refused.value.faults} == {
        "it is wrapped in a way this version does not know"
    }


def test_what_goes_wrong_while_keys_are_kept_leaves_the_old_ones(world, stored):
    vault = bytes.fromhex(Vault.peek(stored.folder).id)
    keystore = Keystore(stored.folder)
    locks, before = keystore.locks(vault), keystore.wraps(vault)
    good = Wrap(b"k" * 16, b"h" * 16, 1, b"", b"w")

    def interrupted():
        yield good
        raise KeyboardInterrupt

    for stopped in (
        lambda: keystore.keep(wraps=interrupted()),
        lambda: keystore.replace_lock(locks[0].holder, locks[1], interrupted()),
    ):
        with pytest.raises(KeyboardInterrupt):
            stopped()
        assert (keystore.locks(vault), keystore.wraps(vault)) == (locks, before)
    keystore.keep(wraps=[good])
    keystore.keep(wraps=[good])
    assert keystore.wraps(vault) == (*before, good)
    told = f"key {good.kid.hex()}: it is wrapped for nobody the roster names"
    *read, faults = opened(world, stored.folder)
    assert read == ["A vault", ["what", "who"]]
    assert [str(one) for one in faults] == [told]
    with world.open(stored.folder) as vault:
        assert [str(one) for one in vault.strange_keys] == [told]
    stored.change("DELETE FROM keys WHERE kid = ?", good.kid)
    assert opened(world, stored.folder) == ("A vault", ["what", "who"], ())


def test_pulling_with_a_keystore_of_no_keys_changes_nothing(world, stored, tmp_path):
    with world.open(stored.folder) as vault:
        vault.share(tmp_path / "stick")
    stored.change("DELETE FROM keys")
    before = (stored.folder / "ledger.db").read_bytes()

    with pytest.raises(LedgerBroken, match="damaged"):
        pull(stored.folder, world.passphrase, tmp_path / "stick", world.kinds)
    assert (stored.folder / "ledger.db").read_bytes() == before
