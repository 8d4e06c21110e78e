"""A stick, a backup, a key file, a card: whatever is done to one of its files, all of it or nothing.

Nothing here says what the program must notice, only what must be true afterwards: either it refused
in words, kept the reason, and every byte of the vault is the one it was; or the damage did not
matter, and what came is what would have come without it.
"""

from __future__ import annotations

import itertools
import shutil
from datetime import date
from types import SimpleNamespace

import msgspec
import pytest

from candlemark.errors import CandlemarkError, LedgerBroken, PublishedBroken, WrongPassphrase
from candlemark.ledger import Part, Vault
from candlemark.ledger.backup import ERASED, back_up, restore
from candlemark.ledger.joining import join, pull
from candlemark.ledger.membership import added
from candlemark.ledger.roster_facts import LogAdded
from candlemark.ledger.sharing import KEYS
from candlemark.ledger.taking import quarantined, take_from
from candlemark.seal import Cost, new_passphrase

DAY = date(2026, 1, 1)


def flipped(path, _):
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])


def first_bit(path, _):
    content = path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 0x80]) + content[1:])


def linked(path, _):
    """What a stick with links in it would let be read from elsewhere."""
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


DAMAGE = {
    "missing": lambda path, _: path.unlink(),
    "cut in half": lambda path, _: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "a byte short": lambda path, _: path.write_bytes(path.read_bytes()[:-1]),
    "a byte long": lambda path, _: path.write_bytes(path.read_bytes() + b"\0"),
    "changed in the middle": flipped,
    "changed at the beginning": first_bit,
    "no text": lambda path, _: path.write_bytes(b"\xff\xfe" * 40),
    "enormous": lambda path, _: path.write_bytes(bytes(1 << 21)),
    "another file": lambda path, other: path.write_bytes(other.read_bytes()),
    "a link": linked,
}
MATTER_NOT = {
    *(("label", what) for what in DAMAGE),  # read when a place joins, and never again
    ("log", "a byte short"),  # the end of a line of text
    ("wraps", "changed in the middle"),  # where the middle is the wrap of another member
}


def files(tree):
    return sorted(path for path in tree.rglob("*") if path.is_file())


def every_byte(folder):
    """What a folder holds but for what was refused, and the lock that comes with a writer."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in files(folder)
        if "quarantine" not in path.parts and not path.name.endswith((".lock", "-wal", "-shm"))
    }


@pytest.fixture(scope="module")
def brought(tmp_path_factory, world):
    """A laptop, and a stick with something new on it: a statement, a person, a change of keys."""
    place = tmp_path_factory.mktemp("brought")
    home, laptop, stick, words = place / "home", place / "laptop", place / "stick", new_passphrase()
    with world.create(home, name="Office") as vault:
        world.say(vault.ledger, "first")
        vault.members.begin()
        vault.share(stick)
        joined = join(stick, laptop, words, name="Aysel", cost=Cost.QUICK)
        vault.members.propose([added(joined.card), LogAdded(joined.log, "laptop")])
        vault.share(stick)
        pull(laptop, words, stick, world.kinds)
        before = set(files(stick / "part"))
        aysel = next(one for one in vault.members.roster().present if one.name == "Aysel")
        vault.members.add_reader("identity", aysel)
        vault.ledger.append([world.part("new"), Part("identity", (world.Said("who"),), "person_x")])
        vault.members.rotate("coded")
        world.say(vault.ledger, "under a new key")
        vault.share(stick)
        key = vault.export_key()
        card = joined.card
        back_up(home, place / "backups", DAY)
        code, identity = vault.members.me.code, vault._identity
    return SimpleNamespace(
        place=place, laptop=laptop, stick=stick, words=words, key=key, card=card, code=code,
        backup=place / "backups" / DAY.isoformat(), vault=identity.vault,
        new={path.name for path in set(files(stick / "part")) - before},
    )  # fmt: skip


@pytest.fixture
def copies(brought, tmp_path):
    """The laptop and the stick of one test."""
    shutil.copytree(brought.laptop, tmp_path / "laptop")
    shutil.copytree(brought.stick, tmp_path / "stick")
    return SimpleNamespace(
        laptop=tmp_path / "laptop", stick=tmp_path / "stick", words=brought.words
    )


EVERYTHING = ["first", "new", "who", "under a new key"]


def test_undamaged_it_all_comes(copies, world):
    take_from(copies.laptop, copies.words, copies.stick, world.kinds)

    with Vault.open(copies.laptop, copies.words, world.kinds) as vault:
        assert world.texts(vault.ledger) == EVERYTHING
    assert quarantined(copies.laptop) == ()


@pytest.mark.parametrize("what", DAMAGE)
def test_a_stick_with_one_file_damaged_gives_all_or_nothing(brought, copies, world, what, tmp_path):
    whole, laptop = tmp_path / "whole", tmp_path / "as it was"
    copies.stick.rename(whole)
    copies.laptop.rename(laptop)
    before, wrong = every_byte(laptop), []
    kept = [path.relative_to(whole) for path in files(whole)]
    parts = [name for name in kept if name.name in brought.new]
    for name in [*(one for one in kept if one.parts[0] != "part"), *parts[:2], *parts[-1:]]:
        for folder in (copies.stick, copies.laptop):
            shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(whole, copies.stick)
        shutil.copytree(laptop, copies.laptop)
        other = next(path for path in files(copies.stick) if path.name != name.name)
        DAMAGE[what](copies.stick / name, other)
        try:
            take_from(copies.laptop, copies.words, copies.stick, world.kinds)
        except CandlemarkError as error:
            told = quarantined(copies.laptop)
            if not error.hint or every_byte(copies.laptop) != before:
                wrong.append(f"{name}: refused, and the vault is another, or no hint")
            if isinstance(error, PublishedBroken) and [one.why for one in told] != [error.message]:
                wrong.append(f"{name}: the reason was not kept")
        else:
            with Vault.open(copies.laptop, copies.words, world.kinds) as vault:
                if world.texts(vault.ledger) != EVERYTHING or vault.ledger.verify().faults:
                    wrong.append(f"{name}: it was taken, and not all of it")
            if (str(name), what) not in MATTER_NOT:
                wrong.append(f"{name}: nobody noticed")

    assert wrong == []


EXTRA = {
    "a file of another program": ("Thumbs.db", b"x"),
    "a part nobody names": ("part/" + "0" * 64, b"x" * 100),
    "a part that is no part": ("part/readme.txt", b"x"),
    "a tile beyond the end": ("tile/0/005", bytes(32)),
    "something half-written": (".unfinished/0123456789abcdef", b"x"),
    "a file called checkpoint elsewhere": ("tile/checkpoint", b"x"),
    "a quarantine of its own": ("quarantine/0.json", b'{"why":"x"}'),
    "a keystore": ("keystore.db", b"x"),
}


@pytest.mark.parametrize("name", EXTRA)
def test_what_lies_beside_the_files_of_a_stick_is_passed_over(copies, world, name):
    place, content = EXTRA[name]
    (copies.stick / place).parent.mkdir(exist_ok=True)
    (copies.stick / place).write_bytes(content)

    take_from(copies.laptop, copies.words, copies.stick, world.kinds)

    with Vault.open(copies.laptop, copies.words, world.kinds) as vault:
        assert world.texts(vault.ledger) == EVERYTHING
    assert not any(content == kept for kept in every_byte(copies.laptop).values())


@pytest.mark.parametrize("content", [b"", b"x", b"\xff" * 64, bytes(1 << 17)])
def test_a_damaged_memory_of_another_log_is_damage_and_no_alarm(copies, world, content):
    """What this place knows of the office's log lies in its own folder, where a disk can fail."""
    (seen,) = (copies.laptop / "peers").iterdir()
    seen.write_bytes(content)
    before = every_byte(copies.laptop)

    with pytest.raises(LedgerBroken) as refused:
        take_from(copies.laptop, copies.words, copies.stick, world.kinds)

    assert refused.value.hint
    assert every_byte(copies.laptop) == before


# Backups


@pytest.mark.parametrize(
    "what", ["missing", "cut in half", "changed in the middle", "no text", "another file"]
)
def test_a_backup_with_one_file_damaged_is_restored_whole_or_not_at_all(
    brought, world, what, tmp_path
):
    copy, again, wrong = tmp_path / "backup", tmp_path / "again", []
    kept = [path.relative_to(brought.backup) for path in files(brought.backup)]
    parts = [name for name in kept if name.parts[0] == "part"]
    for name in [*(one for one in kept if one not in parts), *parts[:1], *parts[-1:]]:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(brought.backup, copy)
        other = next(path for path in files(copy) if path.name != name.name)
        DAMAGE[what](copy / name, other)
        try:
            restore(copy, again, world.passphrase, brought.code, world.kinds)
        except CandlemarkError as error:
            if not error.hint or again.exists():
                wrong.append(f"{name}: refused, and something is there, or no hint")
        else:
            with world.open(again) as vault:
                if world.texts(vault.ledger) != EVERYTHING:
                    wrong.append(f"{name}: half of it was restored")
            shutil.rmtree(again)

    assert wrong == []


def test_a_key_under_the_passphrase_that_came_along_bent_is_refused_with_what_to_do(
    brought, world, tmp_path
):
    """Where a byte in the middle of the file lies in such a key, and not in a stranger's, is chance."""
    copy, again = tmp_path / "backup", tmp_path / "again"
    shutil.copytree(brought.backup, copy)
    rows = msgspec.msgpack.decode((copy / "wraps").read_bytes())
    for row in rows:
        row[-1] = row[-1][:-1] + bytes([row[-1][-1] ^ 1])
    (copy / "wraps").write_bytes(msgspec.msgpack.encode(rows))

    with pytest.raises(PublishedBroken) as refused:
        restore(copy, again, world.passphrase, brought.code, world.kinds)
    assert (refused.value.message, refused.value.hint) == (
        "keys of this member came along damaged",
        "copy the whole folder again, or restore the backup of another day",
    )
    assert refused.value.faults
    assert not again.exists()


def test_a_backup_that_is_half_copied_and_never_erased_says_what_is_missing(
    brought, world, tmp_path
):
    shutil.copytree(brought.backup, tmp_path / "backup")
    next((tmp_path / "backup" / "part").iterdir()).unlink()

    with pytest.raises(PublishedBroken, match="did not come along"):
        restore(
            tmp_path / "backup", tmp_path / "again", world.passphrase, brought.code, world.kinds
        )
    assert not (tmp_path / "again").exists()


def test_a_backup_marked_as_erased_with_no_later_one_is_refused_by_what_is_missing(
    brought, world, tmp_path
):
    shutil.copytree(brought.backup, tmp_path / "2026-01-01")
    next((tmp_path / "2026-01-01" / "part").iterdir()).unlink()
    (tmp_path / "2026-01-01" / ERASED).write_bytes(b"x")

    with pytest.raises(PublishedBroken, match="did not come along"):
        restore(
            tmp_path / "2026-01-01", tmp_path / "again", world.passphrase, brought.code, world.kinds
        )
    assert not (tmp_path / "again").exists()


# Key files


KEY_FIELDS = {
    # field of the key file: what stands there instead, and what is said
    "the form": (0, "candlemark/member-key/v2", "of another vault"),
    "the vault": (1, b"x" * 16, "of another vault"),
    "the member": (2, b"x" * 16, "not the key of a member"),
    "the holder": (3, b"x" * 16, "does not open"),
    "the salt": (4, "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA", "does not open"),
    "the stretching": (4, "$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA", "not the key"),
    "a cost nobody can pay": (4, "$argon2id$v=19$m=99999999,t=1,p=1$" + "A" * 22, "not the key"),
    "the name of the key": (5, b"x" * 16, "not the key"),
    "the wrapped key": (6, bytes(200), "not the key"),
    "no wrapped key": (6, b"", "not the key"),
}


@pytest.mark.parametrize("name", KEY_FIELDS)
def test_a_key_file_with_another_field_makes_no_place(brought, world, tmp_path, name):
    at, instead, said = KEY_FIELDS[name]
    fields = msgspec.msgpack.decode(brought.key)
    fields[at] = instead

    with pytest.raises((LedgerBroken, WrongPassphrase), match=said) as refused:
        join(
            brought.stick, tmp_path / "second", world.passphrase, key=msgspec.msgpack.encode(fields)
        )
    assert refused.value.hint
    assert not (tmp_path / "second").exists()


@pytest.mark.parametrize(
    "stored",
    [b"\x00", b"\x97", b"\xc1", b"key\n", bytes(5000), "missing a field", "one more field"],
    ids=lambda one: repr(one)[:20],
)
def test_a_key_file_of_another_form_makes_no_place(brought, world, tmp_path, stored):
    fields = msgspec.msgpack.decode(brought.key)
    if stored == "missing a field":
        stored = msgspec.msgpack.encode(fields[:-1])
    elif stored == "one more field":
        stored = msgspec.msgpack.encode([*fields, b"x"])

    with pytest.raises(LedgerBroken, match="not the key of a member"):
        join(brought.stick, tmp_path / "second", world.passphrase, key=stored)
    assert not (tmp_path / "second").exists()


@pytest.mark.parametrize("at", range(0, 260, 13))
def test_no_byte_of_a_key_file_can_be_another(brought, world, tmp_path, at):
    at %= len(brought.key)
    bent = brought.key[:at] + bytes([brought.key[at] ^ 1]) + brought.key[at + 1 :]

    with pytest.raises((LedgerBroken, WrongPassphrase)):
        join(brought.stick, tmp_path / "second", world.passphrase, key=bent)
    assert not (tmp_path / "second").exists()


def test_a_key_file_holds_nothing_that_opens_without_the_passphrase(brought):
    assert world_free(brought.key)
    for name in ("Aysel", "founder", "Office"):
        assert name.encode() not in brought.key


def world_free(stored):
    """Whether only what is to stand in clear does: six short fields and one that is sealed."""
    fields = msgspec.msgpack.decode(stored)
    return len(fields) == 7 and [type(one) for one in fields] == [
        str, bytes, bytes, bytes, str, bytes, bytes,
    ]  # fmt: skip


# Joining


@pytest.mark.parametrize(
    ("name", "what"),
    [
        *itertools.product(["genesis"], [one for one in DAMAGE if one != "another file"]),
        *itertools.product(["log"], ["missing", "cut in half", "a byte long", "no text", "a link"]),
        ("label", "missing"),
        ("label", "enormous"),
        ("label", "a link"),
    ],
)
def test_nobody_joins_a_folder_that_is_not_whole(copies, tmp_path, name, what):
    DAMAGE[what](copies.stick / name, None)

    with pytest.raises((PublishedBroken, LedgerBroken)) as refused:
        join(copies.stick, tmp_path / "third", new_passphrase(), name="Ramin", cost=Cost.QUICK)

    assert refused.value.hint
    assert not (tmp_path / "third").exists()


def test_a_place_that_could_not_be_written_is_not_there(copies, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("candlemark.ledger.joining.database.settle", full)
    with pytest.raises(CandlemarkError) as refused:
        join(copies.stick, tmp_path / "third", new_passphrase(), name="Ramin", cost=Cost.QUICK)

    assert refused.value.exit_code == 36
    assert not (tmp_path / "third").exists()


def test_a_backup_holds_the_key_of_its_member_and_no_second_of_that_name(brought):
    assert [path.name for path in (brought.backup / KEYS).iterdir()] == [brought.code]
