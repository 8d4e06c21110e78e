"""A published log: written once, never by halves, and every file of it that is bent is named."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys

import pytest

from candlemark.errors import (
    LedgerBroken,
    LogForked,
    ProofRefused,
    PublishedBroken,
    SettingRefused,
    StorageFull,
    VaultBusy,
)
from candlemark.ledger import Vault
from candlemark.ledger import files as files_module
from candlemark.ledger.checkpoint import Checkpoint, signed_head
from candlemark.ledger.entry import read_leaf
from candlemark.ledger.files import alone_in, read_whole, write_whole
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.ledger.proofs import check_consistency, prove_consistency
from candlemark.ledger.published import check_published, shown_in, tile_at
from candlemark.ledger.publishing import publish, published_note
from candlemark.ledger.shown import Evidence
from candlemark.ledger.store import Row
from candlemark.ledger.tiles import ENTRIES, Tile, TileNodes, read_bundle, tiles_of
from candlemark.seal import Cost, NoteKey, SigningKey, new_passphrase
from candlemark.seal.notes import ED25519
from logs import copied, copy_of, files, flips, grow, new_vault, published


@pytest.fixture(scope="module")
def vault():
    with new_vault(520) as made:
        yield made


@pytest.fixture(scope="module")
def whole(vault, tmp_path_factory):
    """The log of 520 entries with its parts; not to be changed."""
    return published(vault.ledger, tmp_path_factory.mktemp("log") / "log", parts=True)


@pytest.fixture
def key(vault):
    return vault.ledger.log.key


def faults(folder, key, **more):
    """What is wrong, by file; a folder that is refused whole names its faults too."""
    try:
        return [fault.where for fault in check_published(folder, key, **more).faults]
    except PublishedBroken as error:
        return [fault.where for fault in error.faults]


def test_the_tree_of_files_is_that_of_the_specification(whole):
    names = [name for name in files(whole) if not name.startswith("part/")]

    assert sorted(names) == sorted(
        ["checkpoint", "genesis", *(tile.path for tile in tiles_of(520))]
    )
    assert "tile/0/002.p/8" in names
    assert "tile/1/000.p/2" in names


def test_a_whole_log_has_no_fault_with_or_without_its_parts(vault, whole, key, tmp_path):
    public = published(vault.ledger, tmp_path / "public")

    assert check_published(whole, key).faults == ()
    assert check_published(whole, key).parts == 1040
    assert check_published(public, key).parts == 0
    assert "part" not in {path.name for path in public.iterdir()}
    assert faults(public, key, parts=True) == [
        "genesis",
        *(f"part/{name}" for name in missing_parts(public)),
    ]
    check_published(whole, key).require()


def missing_parts(folder):
    read = tile_at(folder)
    for tile in tiles_of(520):
        if tile.level == ENTRIES:
            for leaf in read_bundle(read(tile), tile.width):
                yield from (part.hash.hex() for part in read_leaf(leaf).parts)


def test_nothing_sealed_or_secret_lies_in_a_public_log(vault, tmp_path):
    stored = b"".join(files(published(vault.ledger, tmp_path / "log")).values())

    assert b"test.said" not in stored
    assert all(sealed not in stored for sealed in list(vault._store.sealed.values())[:50])


def test_publishing_again_writes_nothing(vault, whole, key, tmp_path):
    folder = copied(whole, tmp_path / "log")
    before = {name: (folder / name).stat().st_mtime_ns for name in files(folder)}
    published(vault.ledger, folder, parts=True)

    assert {name: (folder / name).stat().st_mtime_ns for name in files(folder)} == before


def test_a_log_grows_by_what_is_new_and_full_tiles_stay_as_they_are(tmp_path, key):
    with new_vault() as vault:
        folder, seen = tmp_path / "log", {}
        for more in (0, 1, 254, 1, 0, 200, 57, 300):
            grow(vault.ledger, more)
            published(vault.ledger, folder)
            now = files(folder)
            for name, content in seen.items():
                if ".p" not in name and name != "checkpoint":
                    assert now[name] == content
            seen = now
            result = check_published(folder, vault.ledger.log.key)
            assert result.faults == ()
            assert result.checkpoint.size == vault.ledger.size
            # Nothing is left of the partial tiles that were outgrown.
            assert set(now) == {"checkpoint", *(tile.path for tile in tiles_of(vault.ledger.size))}
        assert not (folder / ".unfinished").exists()


def test_a_mirror_that_lost_a_file_gets_it_back(vault, whole, key, tmp_path):
    folder = copied(whole, tmp_path / "log")
    lost = ["tile/0/000", "tile/entries/001", f"part/{next(missing_parts(whole))}"]
    for name in lost:
        (folder / name).unlink()

    assert sorted(faults(folder, key)) == sorted(lost)
    published(vault.ledger, folder, parts=True)
    assert files(folder) == files(whole)


def test_every_file_that_is_missing_cut_or_half_copied_is_named(whole, key, tmp_path):
    folder = copied(whole, tmp_path / "log")
    some = [name for name in files(folder) if not name.startswith("part/")]
    some += random.Random(7).sample(
        sorted(name for name in files(folder) if name.startswith("part/")), 5
    )
    for name in some:
        content = (folder / name).read_bytes()
        (folder / name).unlink()
        if name != "checkpoint":
            assert faults(folder, key) == [name]
        else:
            with pytest.raises(PublishedBroken, match="no log is published"):
                check_published(folder, key)
        for cut in {0, 1, len(content) // 2, len(content) - 1}:
            (folder / name).write_bytes(content[:cut])
            assert faults(folder, key) == [name], (name, cut)
        (folder / name).write_bytes(content + b"\x00")
        assert faults(folder, key) == [name]
        (folder / name).write_bytes(content)
    assert faults(folder, key) == []


def test_every_flipped_bit_is_found_in_the_file_it_is_in(tmp_path):
    with new_vault(259) as vault:
        folder = published(vault.ledger, tmp_path / "log", parts=True)
        key, chance, tried = vault.ledger.log.key, random.Random(20), 0
        for name, content in files(folder).items():
            if name.startswith("part/") and chance.random() > 0.02:
                continue
            wanted = (
                range(len(content) * 8)
                if len(content) < 40
                else chance.sample(range(len(content) * 8), 12)
            )
            for bit in wanted:
                bent = bytearray(content)
                bent[bit // 8] ^= 1 << bit % 8
                (folder / name).write_bytes(bytes(bent))
                assert faults(folder, key) == [name], (name, bit)
                tried += 1
            (folder / name).write_bytes(content)
        assert tried > 150
        assert faults(folder, key) == []


def test_every_single_bit_of_a_small_log_counts(tmp_path):
    with new_vault(2) as vault:
        folder, key = published(vault.ledger, tmp_path / "log"), vault.ledger.log.key
        for name, content in files(folder).items():
            for bit, bent in flips(content):
                (folder / name).write_bytes(bent)
                assert faults(folder, key) == [name], (name, bit)
            (folder / name).write_bytes(content)


def test_several_files_that_lie_are_all_named(whole, key, tmp_path):
    folder = copied(whole, tmp_path / "log")
    bent = ["tile/entries/000", "tile/0/001", "tile/1/000.p/2"]
    for name in bent:
        content = bytearray((folder / name).read_bytes())
        content[40] ^= 1
        (folder / name).write_bytes(bytes(content))

    # No level leads to the root alone, so both files of each pair that disagrees are named.
    assert {"tile/entries/000", "tile/0/001"} <= set(faults(folder, key))


def test_a_tree_that_holds_together_and_was_never_signed_for_is_refused(
    vault, whole, key, tmp_path
):
    folder = copied(whole, tmp_path / "log")
    with new_vault(520) as other:
        another = published(other.ledger, tmp_path / "another")
    shutil.rmtree(folder / "tile")
    shutil.copytree(another / "tile", folder / "tile")

    assert faults(folder, key, parts=False) == ["checkpoint"]


def test_a_log_is_held_against_a_checkpoint_known_before(vault, whole, key):
    nodes = shown_in(whole, key)
    for size in (0, 1, 255, 256, 300, 512, 519, 520):
        assert check_published(whole, key, Checkpoint(size, nodes.root_at(size))).faults == ()
        assert faults(whole, key, known=Checkpoint(size, bytes(32))) == ["checkpoint"]
    assert faults(whole, key, known=Checkpoint(521, bytes(32))) == ["checkpoint"]


def test_a_log_signed_by_somebody_else_is_refused(whole, key):
    other = NoteKey(key.name, ED25519, SigningKey.generate().public)

    with pytest.raises(PublishedBroken, match="does not hold"):
        check_published(whole, other)
    with pytest.raises(PublishedBroken, match="no log is published"):
        check_published(whole / "tile", key)


def test_links_pipes_and_folders_are_not_read_as_files(whole, key, tmp_path):
    folder = copied(whole, tmp_path / "log")
    target = folder / "tile" / "0" / "000"
    for put in (
        lambda: target.symlink_to(whole / "tile" / "0" / "000"),
        lambda: os.mkfifo(target),
        target.mkdir,
    ):
        target.rmdir() if target.is_dir() else target.unlink()
        put()
        assert faults(folder, key) == ["tile/0/000"]


def test_a_reader_that_is_behind_finds_its_partial_tiles_in_wider_ones(tmp_path):
    with new_vault(10) as vault:
        folder = published(vault.ledger, tmp_path / "log")
        behind = shown_in(folder, vault.ledger.log.key)
        old = files(folder)
        grow(vault.ledger, 5)
        published(vault.ledger, folder)
        read = tile_at(folder)

        assert read(Tile(0, 0, 10)) == old["tile/0/000.p/10"]
        assert read(Tile(ENTRIES, 0, 10)) == old["tile/entries/000.p/10"]
        assert behind.root_at(10) == behind.checkpoint.root
        with pytest.raises(ProofRefused, match="missing"):
            read(Tile(0, 0, 16))


# Roll-backs and forks


def test_an_older_ledger_is_not_published_over_a_newer_one(tmp_path):
    with new_vault(5) as vault:
        older = copy_of(vault)
        grow(vault.ledger, 3)
        folder = published(vault.ledger, tmp_path / "log")
        before = files(folder)

        with pytest.raises(LogForked, match="rolled back: it had 8 entries, and shows 5") as caught:
            published(older, folder)
        assert files(folder) == before
        assert Evidence.read(caught.value.evidence).verdict(vault.ledger.log.key) == "rolled back"


@pytest.mark.parametrize(("mine", "theirs"), [(1, 1), (1, 4), (0, 3), (300, 301)])
def test_two_servers_with_one_key_are_found_at_the_first_meeting(tmp_path, mine, theirs):
    with new_vault(5) as vault:
        other = copy_of(vault)
        grow(vault.ledger, mine + 1)
        grow(other, theirs + 1)
        folder = published(vault.ledger, tmp_path / "log")

        with pytest.raises(LogForked, match="exclude each other") as caught:
            published(other, folder)
        assert Evidence.read(caught.value.evidence).verdict(vault.ledger.log.key) == "forked"


def test_a_ledger_is_not_published_into_the_folder_of_another(tmp_path):
    with new_vault(2) as one, new_vault(2) as two:
        folder = published(one.ledger, tmp_path / "log")

        with pytest.raises(PublishedBroken, match="does not hold"):
            published(two.ledger, folder)


def test_a_damaged_ledger_is_not_published(tmp_path):
    with new_vault(5) as vault:
        row = vault._store.leaves[2]
        vault._store.leaves[2] = Row(2, row.leaf, leaf_hash(b"another"), row.action)

        with pytest.raises(LedgerBroken, match="not the ones the last checkpoint"):
            published(vault.ledger, tmp_path / "log")
        assert files(tmp_path) == {}


def test_a_part_that_was_erased_is_counted_and_left_out(tmp_path):
    with new_vault(2) as vault:
        erased = next(iter(vault._store.sealed))
        del vault._store.sealed[erased]

        assert publish(vault.ledger.log, tmp_path / "log", parts=True).absent == 1
        assert faults(tmp_path / "log", vault.ledger.log.key) == [f"part/{erased.hex()}"]


# Files


def test_one_publishes_at_a_time(vault, tmp_path):
    with alone_in(tmp_path / "log"), pytest.raises(VaultBusy):
        published(vault.ledger, tmp_path / "log")


def test_what_a_kill_left_is_removed_and_nothing_else(vault, whole, tmp_path):
    folder = copied(whole, tmp_path / "log")
    (folder / ".unfinished").mkdir()
    (folder / ".unfinished" / "half").write_bytes(b"x")
    (folder / "README").write_bytes(b"mine")
    published(vault.ledger, folder, parts=True)

    assert files(folder) == {**files(whole), "README": b"mine"}


def test_a_kill_at_any_moment_leaves_a_log_that_holds(tmp_path):
    program = (
        "import sys, os; sys.path[:0] = sys.argv[3:]\n"
        "from pathlib import Path\n"
        "from candlemark.ledger import publishing\n"
        "from candlemark.ledger.public import PublicLog\n"
        "left, real = int(sys.argv[2]), publishing.write_whole\n"
        "def write(folder, name, content, **how):\n"
        "    global left\n"
        "    left -= 1\n"
        "    if left < 0: os._exit(9)\n"
        "    real(folder, name, content, **how)\n"
        "publishing.write_whole = write\n"
        "with PublicLog.open(Path(sys.argv[1]) / 'vault') as log:\n"
        "    publishing.publish(log, Path(sys.argv[1]) / 'log')\n"
    )
    words = new_passphrase()
    with Vault.create(tmp_path / "vault", words, cost=Cost.QUICK) as vault:
        key = vault.ledger.log.key
        for writes in (0, 1, 2, 3, 4, 5):
            grow(vault.ledger, 130)
            done = subprocess.run(
                [sys.executable, "-c", program, tmp_path, str(writes)], check=False
            )
            note = published_note(tmp_path / "log") if (tmp_path / "log").exists() else None
            assert done.returncode in {0, 9}
            if note is not None:
                assert check_published(tmp_path / "log", key).faults == ()
        assert published(vault.ledger, tmp_path / "log")
        assert check_published(tmp_path / "log", key).checkpoint.size == 780


def test_a_full_disk_leaves_the_checkpoint_as_it_was(tmp_path, monkeypatch):
    with new_vault(3) as vault:
        folder = published(vault.ledger, tmp_path / "log")
        before = files(folder)["checkpoint"]
        grow(vault.ledger, 3)
        real = os.fsync

        def full(handle):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(files_module.os, "fsync", full)
        with pytest.raises(StorageFull):
            published(vault.ledger, folder)
        monkeypatch.setattr(files_module.os, "fsync", real)
        assert files(folder)["checkpoint"] == before
        assert check_published(folder, vault.ledger.log.key).faults == ()
        published(vault.ledger, folder)
        assert check_published(folder, vault.ledger.log.key).checkpoint.size == 6


def test_a_place_that_cannot_be_written_is_refused(vault, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for place in (tmp_path / "file", tmp_path / "file" / "log"):
        with pytest.raises(SettingRefused):
            published(vault.ledger, place)


def test_a_file_longer_than_it_can_be_is_not_read_whole(tmp_path):
    with alone_in(tmp_path / "x"):
        write_whole(tmp_path / "x", "a/b/c", bytes(1000))

    assert len(read_whole(tmp_path / "x" / "a" / "b" / "c", 10)) == 11
    assert read_whole(tmp_path / "x" / "a", 10) is None
    assert read_whole(tmp_path / "x" / "a" / "b" / "c" / "d", 10) is None


def test_a_mirror_alone_gives_every_proof(vault, whole, key):
    shown = shown_in(whole, key)
    nodes = TileNodes(520, tile_at(whole))
    for old in (1, 100, 256, 511):
        check_consistency(
            old, shown.root_at(old), 520, shown.checkpoint.root, prove_consistency(nodes, old, 520)
        )


def test_a_bundle_and_its_tile_both_gone_are_both_named(whole, key, tmp_path):
    folder = copied(whole, tmp_path / "log")
    (folder / "tile/entries/001").unlink()
    (folder / "tile/0/001").unlink()

    assert faults(folder, key, known=shown_in(whole, key).checkpoint) == [
        "tile/entries/001",
        "tile/0/001",
    ]


def test_a_signed_leaf_that_names_no_parts_is_named_by_its_bundle(tmp_path):
    with new_vault(2) as vault:
        store, log = vault._store, vault.ledger.log
        leaf = b"no leaf"
        store.leaves[1] = Row(1, leaf, leaf_hash(leaf), store.leaves[1].action)
        tree = Tree().grown(row.hash for row in store.leaves)
        store._head = signed_head(tree, log.key.name, vault._identity.keyring.log)
        folder = published(vault.ledger, tmp_path / "log")

        assert faults(folder, log.key) == []
        assert "tile/entries/000.p/2" in faults(folder, log.key, parts=True)
