"""Flipped bits, truncations, transplants: every one that touches what is read is found, and where.

A flipped bit counts as silent when opening, verifying and reading give exactly what they gave
before.  Most of a small SQLite file is free space, which nobody reads; which bytes those are is
worked out from the pages (:mod:`ordeal.pages`), and every flip outside of them must be found.  The
few bytes of the file's header that mean nothing to a reader are named in ``IDLE``.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from itertools import permutations

import pytest

from ordeal import doors, pages

FILES = (doors.LEDGER, doors.KEYSTORE)

# Fields of the first 100 bytes that do not change what is read from the file.
IDLE = {
    "header, change counter": "a number SQLite raises; it tells its caches that the file changed",
    "header, schema cookie": "the same for the schema",
    "header, format versions": "who may write (found at the next save), and whether there is a log",
    "header, encoding": "its last two bits are read, and none of them means UTF-8 as well",
    "header, schema format": "what new tables may use; none is made",
    "header, cache size": "a suggestion",
    "header, largest root": "of files that vacuum themselves",
    "header, incremental vacuum": "of files that vacuum themselves",
    "header, reserved for later": "not looked at",
    "header, counter of the version": "which change counter the next one belongs to",
    "header, version of SQLite": "which SQLite wrote last",
    "header, pages in the file": "not looked at unless the two counters agree",
}


class Written:
    """A vault that is whole, its files in memory, and what is read from it."""

    def __init__(self, folder, entries, filling):
        self.folder = folder
        with doors.create(folder) as vault:
            for n in range(entries):
                doors.save(vault, f"text {n}", filling=filling)
        self.whole = {name: (folder / name).read_bytes() for name in FILES}
        self.before = doors.look(folder)
        self.restore()
        assert isinstance(self.before, tuple)

    def restore(self):
        shutil.rmtree(self.folder)
        self.folder.mkdir(mode=0o700)
        for name, stored in self.whole.items():
            (self.folder / name).write_bytes(stored)

    def with_file(self, name, stored):
        self.restore()
        (self.folder / name).write_bytes(stored)
        return doors.look(self.folder)


@pytest.fixture
def written(memory):
    return Written(memory / "vault", 3, b"")


def flipped(stored, at, bit):
    changed = bytearray(stored)
    changed[at] ^= 1 << bit
    return bytes(changed)


def flip_all(written, name, flips):
    """Flip each; how many were found, the silent ones by the place they lie in, the wrong ones."""
    stored = written.whole[name]
    places = pages.names(stored)
    found, silent, wrong = 0, Counter(), []
    for at, bit in flips:
        after = written.with_file(name, flipped(stored, at, bit))
        place = places[at]
        if isinstance(after, list):
            found += 1
            if not after or not all(after):
                wrong.append((at, bit, place, "found, and nothing said"))
        elif after != written.before:
            wrong.append((at, bit, place, "something else is read"))
        elif place == pages.UNUSED or place in IDLE:
            silent[place] += 1
        else:
            wrong.append((at, bit, place, "not found"))
    return found, silent, wrong


@pytest.mark.parametrize("name", FILES)
def test_every_flipped_bit_of_the_data_is_found(name, written, chance, rounds, figure):
    stored = written.whole[name]
    places = pages.names(stored)
    data = [at for at, place in enumerate(places) if place != pages.UNUSED]
    every = [(at, bit) for at in data for bit in range(8)]
    rest = [(at, chance.randrange(8)) for at, place in enumerate(places) if place == pages.UNUSED]
    some = chance.sample(every, min(len(every), rounds(250, len(every))))
    some += chance.sample(rest, min(len(rest), rounds(40, len(rest))))
    found, silent, wrong = flip_all(written, name, sorted(some))
    figure(
        f"{len(some)} flips of {len(stored)} bytes, {len(data)} of them in use: "
        f"{found} found, {sum(silent.values())} silent in {dict(silent)}"
    )

    assert wrong == []
    assert found > 0


def test_random_flips_in_a_larger_vault_are_found(memory, chance, rounds, figure):
    written = Written(memory / "vault", 12, bytes(60_000))
    stored = written.whole[doors.LEDGER]
    some = [(chance.randrange(len(stored)), chance.randrange(8)) for _ in range(rounds(60, 10_000))]
    found, silent, wrong = flip_all(written, doors.LEDGER, some)
    figure(f"{len(some)} flips of {len(stored)} bytes: {found} found, silent {dict(silent)}")

    assert wrong == []


@pytest.mark.parametrize("name", FILES)
def test_every_truncation_is_found(name, written, chance, rounds, figure):
    stored = written.whole[name]
    whole = len(stored)
    edges = {at + by for at in range(0, whole, 4096) for by in (-1, 0, 1)} | {0, 1, 100, whole - 1}
    lengths = {at for at in edges if 0 <= at < whole}
    lengths |= set(chance.sample(range(whole), min(whole, rounds(40, whole))))
    silent = [
        length
        for length in sorted(lengths)
        if not isinstance(written.with_file(name, stored[:length]), list)
    ]
    figure(f"{len(lengths)} lengths of {whole}")

    assert silent == []


def test_bytes_behind_the_end_change_nothing_or_are_found(written):
    for name in FILES:
        for more in (b"\0", bytes(4096), b"x" * 5000):
            after = written.with_file(name, written.whole[name] + more)

            assert isinstance(after, list) or after == written.before


# Transplants


def edited(folder, file, *changes):
    """Change a file behind the back of its triggers."""
    connection = sqlite3.connect(folder / file)
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"
    ).fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    for sql, values in changes:
        connection.execute(sql, values)
    for _, sql in triggers:
        connection.execute(sql)
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return doors.look(folder)


def rows(folder, file, sql):
    connection = sqlite3.connect(folder / file)
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


def test_a_part_in_the_place_of_another_is_found(written):
    parts = rows(written.folder, doors.LEDGER, "SELECT hash, ct FROM part ORDER BY rowid")
    silent = []
    for (one, _), (other, sealed) in permutations(parts, 2):
        for change in (
            [("UPDATE part SET ct = ? WHERE hash = ?", (sealed, one))],
            [
                ("DELETE FROM part WHERE hash = ?", (other,)),
                ("UPDATE part SET hash = ? WHERE hash = ?", (other, one)),
            ],
        ):
            written.restore()
            if not isinstance(edited(written.folder, doors.LEDGER, *change), list):
                silent.append((one, other))

    assert silent == []


def test_a_leaf_in_the_place_of_another_is_found(written):
    leaves = rows(written.folder, doors.LEDGER, "SELECT n, leaf, hash, action FROM leaf")
    silent = []
    for one, other in permutations(leaves, 2):
        written.restore()
        put = "UPDATE leaf SET leaf = ?, hash = ?, action = ? WHERE n = ?"
        spare = (b"x", b"x", b"x", other[0])
        after = edited(
            written.folder,
            doors.LEDGER,
            (put, spare),
            (put, (*other[1:], one[0])),
            (put, (*one[1:], other[0])),
        )
        if not isinstance(after, list):
            silent.append((one[0], other[0]))

    assert silent == []


@pytest.mark.parametrize("what", ["leaf", "leaf and parts", "head", "genesis", "everything"])
def test_what_belongs_to_another_vault_is_found(what, written, memory):
    """The other vault has the same passphrase, so that only the binding can tell them apart."""
    other = memory / "other"
    with doors.create(other) as vault:
        for n in range(3):
            doors.save(vault, f"text {n}")
    connection = sqlite3.connect(other / doors.LEDGER)
    leaf = connection.execute("SELECT leaf, hash, action FROM leaf WHERE n = 1").fetchone()
    parts = connection.execute("SELECT hash, ct FROM part").fetchall()
    head = connection.execute("SELECT size, peaks, note FROM head").fetchone()
    (genesis,) = connection.execute("SELECT genesis FROM genesis").fetchone()
    connection.close()
    change = [("UPDATE leaf SET leaf = ?, hash = ?, action = ? WHERE n = 1", leaf)]
    if what == "leaf and parts":
        change += [("INSERT INTO part VALUES (?, ?)", part) for part in parts]
    if what == "head":
        change = [("UPDATE head SET size = ?, peaks = ?, note = ?", head)]
    if what == "genesis":
        change = [("UPDATE genesis SET genesis = ?", (genesis,))]
    if what == "everything":
        shutil.copy(other / doors.LEDGER, written.folder / doors.LEDGER)
        change = []

    assert isinstance(edited(written.folder, doors.LEDGER, *change), list)


def test_older_copies_are_found_unless_both_files_are_older(written):
    older = dict(written.whole)
    with doors.reopen(written.folder) as vault:
        doors.save(vault, "newer")
    newer = {name: (written.folder / name).read_bytes() for name in FILES}

    written.whole = {**newer, doors.LEDGER: older[doors.LEDGER]}
    written.restore()
    assert isinstance(doors.look(written.folder), list)

    # The keys of before with the ledger of now: nothing is missing, so nothing is wrong.
    written.whole = {**newer, doors.KEYSTORE: older[doors.KEYSTORE]}
    written.restore()
    assert len(doors.look(written.folder)[3]) == 4

    # What one folder cannot find, docs/formats/vault.md says; only a head kept elsewhere does.
    written.whole = older
    written.restore()
    assert doors.look(written.folder) == written.before


def test_the_keys_of_another_vault_are_refused(written, memory):
    other = memory / "other"
    doors.create(other).close()
    shutil.copy(other / doors.KEYSTORE, written.folder / doors.KEYSTORE)

    assert isinstance(doors.look(written.folder), list)
