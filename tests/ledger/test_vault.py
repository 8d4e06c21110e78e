"""A vault: made once, opened with its passphrase, and silent to everybody else."""

from __future__ import annotations

import base64
import logging
import shutil
import sqlite3
import stat
import traceback

import pytest

from candlemark.errors import (
    LedgerBroken,
    NewerFormat,
    SettingRefused,
    VaultError,
    VaultExists,
    VaultMissing,
    WrongPassphrase,
)
from candlemark.ledger import Kinds, Part, Vault, VaultCard
from candlemark.seal import Cost, new_passphrase

KEYSTORE = "last checkpoint in the keystore"
FILES = ("ledger.db", "keystore.db")


@pytest.fixture
def folder(world, tmp_path):
    """A closed vault with one entry."""
    with world.create(tmp_path / "vault", name="Səs") as vault:
        world.say(vault.ledger, "said")
    return tmp_path / "vault"


def test_a_vault_opens_with_its_passphrase_and_knows_its_name(world, folder):
    with world.open(folder) as vault:
        assert vault.name == "Səs"
        assert not vault.demonstration
        assert len(bytes.fromhex(vault.id)) == 16
        assert world.texts(vault.ledger) == ["said"]


def test_the_strong_cost_works_from_end_to_end(tmp_path):
    passphrase = new_passphrase()
    with Vault.create(tmp_path / "vault", passphrase, name="strong") as vault:
        made = vault.id
    with Vault.open(tmp_path / "vault", f"  {passphrase.upper()} ", Kinds()) as vault:
        assert vault.id == made
    with sqlite3.connect(tmp_path / "vault" / "keystore.db") as keystore:
        (stretching,) = keystore.execute("SELECT stretching FROM lock").fetchone()
    keystore.close()

    assert stretching.startswith("$argon2id$v=19$m=262144,t=3,p=1$")


def test_words_a_person_chose_are_refused(tmp_path):
    with pytest.raises(SettingRefused, match="not drawn from the word list"):
        Vault.create(tmp_path / "vault", "our secret street corner in the old town", name="a")

    assert not (tmp_path / "vault").exists()


@pytest.mark.parametrize("name", ["x" * 201, "two\nlines"])
def test_a_name_is_refused_when_it_cannot_be_shown(tmp_path, world, name):
    with pytest.raises(SettingRefused) as refused:
        world.create(tmp_path / "vault", name=name)
    assert words(refused) == (
        "this cannot be the name of a vault",
        "use at most 200 bytes of printable text",
    )


def test_the_longest_name_is_one(tmp_path, world):
    with world.create(tmp_path / "vault", name="x" * 200) as vault:
        assert vault.name == "x" * 200


def test_two_vaults_share_nothing(world, tmp_path):
    with world.create(tmp_path / "one") as one, world.create(tmp_path / "two") as two:
        assert one.id != two.id
        assert one.ledger.head == two.ledger.head  # the root over nothing


def test_a_demonstration_is_one_by_its_identity(world, tmp_path):
    with world.create(tmp_path / "vault", demonstration=True) as vault:
        assert vault.demonstration
        found = Vault.peek(tmp_path / "vault")

    assert found == VaultCard(vault.id, 1, demonstration=True, size=0)


def test_anybody_can_see_how_many_entries_there_are_and_little_else(folder):
    card = Vault.peek(folder)

    assert card.size == 1
    assert "Səs" not in repr(card)


def test_the_folder_and_its_files_are_their_owners_alone(world, folder):
    with world.open(folder) as vault:
        world.say(vault.ledger, "more")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert set(FILES) <= modes.keys()
    assert set(modes.values()) == {0o600}


# What cannot be opened


def words(refused):
    """What a person is told, whole."""
    return refused.value.message, refused.value.hint


def test_another_passphrase_does_not_open_it(folder):
    with pytest.raises(WrongPassphrase, match="does not open this vault") as caught:
        Vault.open(folder, "zoology " * 7)

    assert "zoology" not in repr(caught.value) + caught.value.hint


@pytest.mark.parametrize("made", ["nothing", "an empty folder", "a file"])
def test_where_there_is_no_vault_that_is_said(world, tmp_path, made):
    place = tmp_path / "place"
    if made == "an empty folder":
        place.mkdir()
    elif made == "a file":
        place.write_text("x")

    for ask in (world.open, Vault.peek):
        with pytest.raises(VaultMissing) as refused:
            ask(place)
        assert words(refused) == (
            "there is no vault in this folder",
            "make one with: candlemark init DIR",
        )


@pytest.mark.parametrize("missing", FILES)
def test_half_a_vault_is_said_to_be_half(world, folder, missing):
    (folder / missing).unlink()

    with pytest.raises(LedgerBroken) as caught:
        world.open(folder)
    assert words(caught) == (
        "half of the vault is missing",
        "copy the whole folder again; a vault is both files",
    )
    assert [str(fault) for fault in caught.value.faults] == [f"{missing}: the file is missing"]


def test_a_vault_is_not_made_over_something(world, folder, tmp_path):
    (tmp_path / "file").write_text("x")
    whole = {name: (folder / name).read_bytes() for name in FILES}
    for place in (folder, tmp_path, tmp_path / "file"):
        for make in (world.create, Vault.check_place):
            with pytest.raises(VaultExists) as refused:
                make(place)
            assert words(refused) == (
                "the folder is there already and is not empty",
                "name a folder that is not there yet",
            )

    assert whole == {name: (folder / name).read_bytes() for name in FILES}


def test_a_vault_is_made_in_an_empty_folder_and_in_folders_that_are_not_there(world, tmp_path):
    (tmp_path / "empty").mkdir(mode=0o755)
    for place in (tmp_path / "empty", tmp_path / "a" / "b"):
        Vault.check_place(place)
        with world.create(place):
            assert stat.S_IMODE(place.stat().st_mode) == 0o700


@pytest.mark.parametrize("file", FILES)
def test_a_vault_of_a_newer_format_is_left_alone(world, folder, file):
    with sqlite3.connect(folder / file) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(NewerFormat, match=f"{file} was written by a later version") as caught:
        world.open(folder)
    assert "this one changed nothing" in caught.value.hint


BROKEN = {
    "empty": b"",
    "something else": b"not a database at all" * 300,
    "cut in half": None,
}


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_file_is_refused_when_it_is(world, folder, file, content):
    whole = (folder / file).read_bytes()
    (folder / file).write_bytes(whole[: len(whole) // 2] if content is None else content)

    with pytest.raises(LedgerBroken), world.open(folder) as vault:
        vault.ledger.verify().require()


def test_the_keys_of_another_vault_are_refused(world, folder, tmp_path):
    world.create(tmp_path / "other").close()
    shutil.copy(tmp_path / "other" / "keystore.db", folder / "keystore.db")

    with pytest.raises(LedgerBroken, match=r"keystore\.db is damaged") as caught:
        world.open(folder)
    assert str(caught.value.faults[0]) == "lock: these are the keys of another vault"


def test_a_damaged_lock_is_not_taken_for_a_wrong_passphrase(world, folder):
    with sqlite3.connect(folder / "keystore.db") as connection:
        connection.execute("UPDATE lock SET stretching = replace(stretching, 't=1', 't=2')")
    connection.close()

    with pytest.raises(LedgerBroken, match=r"keystore\.db is damaged"):
        world.open(folder)


def test_a_missing_key_is_named(world, folder):
    with sqlite3.connect(folder / "keystore.db") as connection:
        connection.execute("DELETE FROM keys")
    connection.close()

    with pytest.raises(LedgerBroken) as caught:
        world.open(folder)
    assert [str(fault) for fault in caught.value.faults] == [
        f"keys: the {key} is missing"
        for key in (
            *(f"signing key of the {name}" for name in ("identity", "device", "log")),
            *(f"key of the compartment {name}" for name in ("meta", "coded", "identity")),
        )
    ]


def test_keys_wrapped_under_another_purpose_or_twice_are_refused(world, folder):
    with sqlite3.connect(folder / "keystore.db") as connection:
        rows = connection.execute("SELECT kid, wrap FROM keys").fetchall()
        connection.execute("UPDATE keys SET wrap = ? WHERE kid = ?", (rows[1][1], rows[0][0]))
    connection.close()

    with pytest.raises(LedgerBroken, match=r"keystore\.db is damaged"):
        world.open(folder)


# An older copy


def test_an_older_ledger_beside_newer_keys_is_found_and_not_written_to(world, folder, tmp_path):
    shutil.copy(folder / "ledger.db", tmp_path / "older")
    with world.open(folder) as vault:
        world.say(vault.ledger, "later")
    shutil.copy(tmp_path / "older", folder / "ledger.db")

    with world.open(folder) as vault:
        found = [str(fault) for fault in vault.ledger.verify().faults]
        with pytest.raises(LedgerBroken, match="has 1 entries, and had 2 before"):
            world.say(vault.ledger, "a fork")

        assert found == [
            f"{KEYSTORE}: there were 2 entries before; an older copy was put in its place"
        ]
        assert world.texts(vault.ledger) == ["said"]


def test_another_history_of_the_same_length_is_found(world, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "fork")
    with world.open(tmp_path / "fork") as fork, world.open(folder) as vault:
        world.say(fork.ledger, "one story")
        world.say(vault.ledger, "another story")
    shutil.copy(tmp_path / "fork" / "ledger.db", folder / "ledger.db")

    with world.open(folder) as vault:
        found = [str(fault) for fault in vault.ledger.verify().faults]
        with pytest.raises(LedgerBroken):
            world.say(vault.ledger, "more")

    assert found == [f"{KEYSTORE}: the first 2 entries are not the ones that were there before"]


def test_a_longer_fork_is_found_as_well(world, folder, tmp_path):
    shutil.copytree(folder, tmp_path / "fork")
    with world.open(tmp_path / "fork") as fork, world.open(folder) as vault:
        world.say(vault.ledger, "what was said")
        world.say(fork.ledger, "what was not")
        world.say(fork.ledger, "and more of it")
    shutil.copy(tmp_path / "fork" / "ledger.db", folder / "ledger.db")

    with world.open(folder) as vault:
        assert [str(fault) for fault in vault.ledger.verify().faults] == [
            f"{KEYSTORE}: the first 2 entries are not the ones that were there before"
        ]


def test_an_older_copy_of_the_whole_folder_is_not_found(world, folder, tmp_path):
    """What this form cannot do, held to, so that the documents stay honest about it."""
    shutil.copytree(folder, tmp_path / "older")
    with world.open(folder) as vault:
        world.say(vault.ledger, "later")
        head = vault.ledger.head

    with world.open(tmp_path / "older") as vault:
        assert vault.ledger.verify().faults == ()
        assert vault.ledger.head != head  # whoever wrote the head down elsewhere can tell


# Closing


def test_a_closed_vault_says_so(world, folder):
    vault = world.open(folder)
    vault.close()
    vault.close()

    with pytest.raises(VaultError, match="the vault is closed"):
        world.say(vault.ledger, "late")
    with pytest.raises(VaultError, match="the vault is closed"):
        world.texts(vault.ledger)


def test_a_closed_vault_is_two_files_and_a_lock(folder):
    assert {path.name for path in folder.iterdir()} == {*FILES, "writer.lock"}


# Silence

PLANTED = "Nərgiz Əliyeva, Füzuli küçəsi 7"
CODED = "planted-coded-fact-4711"
SUBJECT = "person_planted4711"


def spellings(text):
    """The ways in which a text could lie in a file."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        raw = text.encode(encoding)
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        for shift in range(3):  # base 64 of the text wherever it stands in a longer one
            whole = base64.b64encode(bytes(shift) + raw)
            yield whole[4 if shift else 0 : -4]


def test_nothing_that_was_said_lies_on_the_disk_in_any_spelling(world, tmp_path):
    folder = tmp_path / "vault"
    passphrase = new_passphrase()
    with Vault.create(
        folder, passphrase, name="planted vault name", cost=Cost.QUICK, kinds=world.kinds
    ) as vault:
        for n in range(30):
            vault.ledger.append(
                [
                    Part("identity", (world.Said(f"{PLANTED} {n}"),), SUBJECT),
                    Part("coded", (world.Said(CODED), world.Chunk(PLANTED.encode() * 2000))),
                ],
                language="tly",
            )
        keys = vault._identity.keyring
        secrets = [
            key.reveal()
            for key in (keys.identity, keys.device, keys.log, *keys.compartments.values())
        ]
        open_files = {path: path.read_bytes() for path in folder.iterdir()}
    closed_files = {path: path.read_bytes() for path in folder.iterdir()}
    planted = [
        PLANTED,
        CODED,
        SUBJECT,
        "planted vault name",
        "test.said",
        "coded",
        "identity",
        passphrase,
    ]
    found = [
        (path.name, text)
        for files in (open_files, closed_files)
        for path, stored in files.items()
        for text in planted
        for spelling in spellings(text)
        if len(spelling) > 4 and spelling in stored
    ]
    keys_found = [
        path.name
        for files in (open_files, closed_files)
        for path, stored in files.items()
        for secret in secrets
        for spelling in (secret, secret.hex().encode(), base64.b64encode(secret)[:-4])
        if spelling in stored
    ]

    assert any(path.name.endswith("-wal") for path in open_files)
    assert found == []
    assert keys_found == []


def test_no_passphrase_key_or_fact_is_in_a_repr_a_log_or_an_error(world, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    folder = tmp_path / "vault"
    passphrase = new_passphrase()
    told = []
    with Vault.create(folder, passphrase, cost=Cost.QUICK, kinds=world.kinds) as vault:
        vault.ledger.append([Part("identity", (world.Said(PLANTED),), SUBJECT)])
        keys = vault._identity.keyring
        told += [
            repr(vault),
            repr(vault.ledger),
            repr(keys),
            repr(vault._identity),
            str(vars(vault)),
        ]
        secrets = [
            key.reveal()
            for key in (keys.identity, keys.device, keys.log, *keys.compartments.values())
        ]
        for mistake in (
            lambda: vault.ledger.append([Part("identity", (world.Said(PLANTED, "x"),))]),
            lambda: vault.ledger.append([Part(PLANTED, (world.Said(PLANTED),))], language=PLANTED),
            lambda: vault.ledger.append([Part("coded", (PLANTED,))]),
            lambda: Vault.open(folder, PLANTED),
            lambda: Vault.create(tmp_path / "other", PLANTED),
            lambda: Vault.create(
                tmp_path / "other", passphrase, name=PLANTED + "\n", cost=Cost.QUICK
            ),
        ):
            with pytest.raises(VaultError.__base__) as caught:
                mistake()
            told += traceback.format_exception(caught.value)
            told += [repr(caught.value), caught.value.hint, repr(caught.value.faults)]
    # The lines of source in a traceback say what the variables are called, not what they hold.
    everything = "\n".join([*told, caplog.text])

    assert PLANTED not in everything
    assert passphrase not in everything
    assert not any(secret.hex() in everything or repr(secret) in everything for secret in secrets)


def test_two_saves_of_the_same_facts_look_different(world, tmp_path):
    with world.create(tmp_path / "vault") as vault:
        for _ in range(2):
            world.say(vault.ledger, "the same")
        rows = vault._store.rows(0, 2)

    assert len({row.action for row in rows}) == 2
    assert len({len(row.leaf) for row in rows}) == 1


def test_a_leaf_says_nothing_of_what_is_in_it(world, tmp_path):
    """Short and long, coded and identity, one fact or four: one leaf looks like another."""
    with world.create(tmp_path / "vault") as vault:
        for parts in (
            [Part("coded", (world.Said("a"),))],
            [Part("identity", tuple(world.Said("b" * 60) for _ in range(4)), SUBJECT)],
        ):
            vault.ledger.append(parts)
        rows = vault._store.rows(0, 2)

    assert len(rows[0].leaf) == len(rows[1].leaf)
    assert rows[0].leaf[-1] == rows[1].leaf[-1]  # the size class
