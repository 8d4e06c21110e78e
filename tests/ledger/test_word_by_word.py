"""What a ledger says when it refuses or finds a fault: every word, every number, every place."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from contextlib import closing, suppress
from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import (
    LedgerBroken,
    NotEntitled,
    NotInOrder,
    SettingRefused,
    VaultBusy,
    VaultError,
)
from candlemark.ledger import Part, backup, erasing, exporting
from candlemark.ledger.backup import days_in
from candlemark.ledger.checkpoint import signed_head
from candlemark.ledger.entry import LEAP_LIMIT, PartNote, Seen, read_leaf
from candlemark.ledger.erasing import REASONS, SAID_ANEW
from candlemark.ledger.genesis import log_id
from candlemark.ledger.memory import MemoryStore
from candlemark.ledger.merkle import FullTile, Tree, leaf_hash
from candlemark.ledger.opening import Opener
from candlemark.ledger.reading import runs
from candlemark.ledger.sqlite import LEDGER_FILE, PLACE_FILE, SqliteStore, alone, make_ledger
from candlemark.ledger.store import Counts, Head, Row
from candlemark.ledger.verification import Verification, verify
from candlemark.seal import Cost, SigningKey
from stores import EMPTY, GENESIS, fill, head, part, row

VERIFY = "candlemark ledger verify names every fault"
NOTHING = bytes(32)


def told(call, error):
    with pytest.raises(error) as caught:
        call()
    found = caught.value
    assert type(found) is error
    return found.message, found.hint, [(one.where, one.what) for one in found.faults]


# What is not added


def shortened(vault, size, last=None):
    """Let the log have signed fewer entries, or another last one."""
    store, ledger = vault._store, vault.ledger
    hashes = [one.hash for one in store.leaves[:size]]
    if last is not None:
        hashes[-1] = last
    store._head = signed_head(Tree().grown(hashes), ledger._name, vault._identity.keyring.log)


@pytest.mark.parametrize(
    ("seen", "size", "last", "refused"),
    [
        (4, 4, None, False),
        (3, 4, None, False),
        (0, 4, None, False),
        (4, 3, None, True),
        (4, 0, None, True),
        (4, 4, NOTHING, True),
    ],
)
def test_nothing_is_added_to_less_or_other_than_was_there(small, world, seen, size, last, refused):
    ledger, store = small.ledger, small._store
    shortened(small, seen)
    ledger._seen = (seen, store.head().note)
    shortened(small, size, last)
    if refused:
        assert told(lambda: world.say(ledger, "more"), LedgerBroken) == (
            f"the ledger has {size} entries, and had {seen} before",
            "an older copy was put in its place; bring back the newest one",
            [],
        )
    else:
        assert world.say(ledger, "more").n == 4


ENDS = {
    "missing": (lambda all_: all_.pop(), "the last entry is missing or was changed"),
    "changed": (
        lambda all_: all_.append(all_.pop()._replace(leaf=b"x")),
        "the last entry is missing or was changed",
    ),
    "another": (
        lambda all_: all_.append((all_.pop(), all_[1]._replace(n=3))[1]),
        "the last entry is another than was there",
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_nothing_is_added_behind_an_end_that_is(small, world, name):
    spoil, message = ENDS[name]
    spoil(small._store.leaves)

    assert told(lambda: world.say(small.ledger, "more"), LedgerBroken) == (message, VERIFY, [])


def test_one_identifier_is_for_one_thing_said(small, world):
    first = world.say(small.ledger, "a", action="0" * 31 + "1")

    assert world.say(small.ledger, "a", action="0" * 31 + "1") == first
    for other in ([world.part("b")], [world.part("a"), world.part("a")]):
        assert told(
            lambda other=other: small.ledger.append(other, action="0" * 31 + "1"), NotInOrder
        ) == ("another action has this identifier", "use a new identifier for new facts", [])
    assert small.ledger.size == 5


@pytest.mark.parametrize("subject", ["", "person_x"])
def test_nothing_is_written_where_this_member_has_no_key(small, world, subject):
    there = Part("identity:case_x", (world.Said("a"),), subject)

    assert told(lambda: small.ledger.append([there]), NotEntitled) == (
        "this member has no key to write in that compartment",
        "a reader of it lets you read it: candlemark compartment add",
        [],
    )
    assert small.ledger.size == 4


def test_entries_of_one_save_follow_each_other_and_have_seen_the_same(small, world):
    made = small.ledger.append_all([[world.part("a")], [world.part("b")]], language="fa")
    metas = [meta for _, _, meta in small.ledger._metas(None, 3)]

    assert [one.n for one in made] == [4, 5]
    assert [(one.seq, one.lamport, one.seen.size, one.language) for one in metas] == [
        (4, 5, 4, "fa"), (5, 6, 4, "fa"),
    ]  # fmt: skip
    assert [one.prev for one in metas] == [one.hash for one in small._store.leaves[3:5]]
    assert small.ledger.append_all([]) == ()


def test_the_first_entry_of_all_follows_nothing(world):
    with world.in_memory() as vault:
        world.say(vault.ledger, "a")
        ((_, leaf, meta),) = vault.ledger._metas(None, -1)

    assert (meta.seq, meta.prev, meta.lamport, meta.seen.size) == (0, bytes(32), 1, 0)
    assert meta.seen.root == Tree().root
    assert (meta.language, meta.supersedes, len(leaf.parts)) == ("en", (), 2)


def test_a_ledger_is_of_nobody_elses_and_speaks_of_none_erased(small):
    ledger = small.ledger

    assert (ledger.size, ledger.roster_faults, ledger.roster_told, ledger.left()) == (4, (), (), ())
    assert ledger.last_of(small._identity.keyring.device.kid) == 3
    assert ledger.last_of(bytes(16)) == -1
    assert ledger.head == ledger.tree().root.hex()
    assert ledger.me == small._identity.keyring.identity.kid
    assert [one.size for _, one in ledger.seen()] == [0, 1, 2, 2]


def test_parts_are_told_by_compartment_and_by_whom_they_are_about(small):
    hashes = [[one.hash for one in read_leaf(row.leaf).parts] for row in small._store.leaves]
    kids = [[one.kid for one in read_leaf(row.leaf).parts] for row in small._store.leaves]
    ledger = small.ledger

    assert list(ledger.parts_by_compartment()) == [
        ("coded", ""), ("coded", ""), ("identity", "person_x"), ("coded", ""), ("coded", ""),
    ]  # fmt: skip
    assert list(ledger.parts_about("person_x")) == [hashes[1][2]]
    assert list(ledger.parts_about("person_x", after=0)) == [hashes[1][2]]
    assert list(ledger.parts_about("person_x", after=1)) == []
    assert list(ledger.parts_about("person_x", under=[kids[1][2]])) == [hashes[1][2]]
    assert list(ledger.parts_about("person_x", under=[kids[1][1]])) == []
    assert list(ledger.parts_about("")) == list(ledger.parts_about("person_y")) == []
    assert ledger.subjects_of([hashes[1][2]], []) == {hashes[1][2]: (kids[1][2], "person_x")}
    assert ledger.subjects_of([], [kids[0][1]]) == {
        hashes[n][1]: (kids[n][1], "") for n in range(4)
    }
    assert ledger.subjects_of([hashes[0][0]], [kids[0][0]]) == {}


# What is not read


def damaged(vault, world, count, missing):
    """Leaves in a vault of 30 that are changed, and one that is missing."""
    vault.ledger.append_all([[world.part(str(n))] for n in range(30)])
    store = vault._store
    for n in range(count):
        store.leaves[n] = store.leaves[n]._replace(leaf=b"x")
    if missing is not None:
        del store.leaves[missing:]


@pytest.mark.parametrize("count", [1, 2, 19, 20, 21, 30])
def test_the_first_twenty_damaged_places_are_named(world, count):
    with world.in_memory() as vault:
        damaged(vault, world, count, None)
        assert told(lambda: list(vault.ledger.facts()), LedgerBroken) == (
            "the entries are not the ones the last checkpoint was signed for",
            VERIFY,
            [(f"entry {n}", "it was changed") for n in range(min(count, 20))],
        )


def test_a_changed_place_and_a_missing_one_are_told_apart(world):
    with world.in_memory() as vault:
        damaged(vault, world, 2, 28)
        assert told(lambda: list(vault.ledger.entries()), LedgerBroken)[2] == [
            ("entry 0", "it was changed"), ("entry 1", "it was changed"),
            ("entry 28", "it is missing"), ("entry 29", "it is missing"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "number", "message"),
    [(0, 1, "it is missing"), (1, 2, "it is missing"), (1, 0, "its meta part: it is missing")],
)
def test_an_entry_that_cannot_be_opened_is_named(small, at, number, message):
    store = small._store
    del store.sealed[read_leaf(store.leaves[at].leaf).parts[number].hash]

    assert told(lambda: list(small.ledger.facts()), LedgerBroken) == (
        f"entry {at} is damaged: {message}", VERIFY, [(f"entry {at}", message)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _: None, "it is missing"),
        (lambda sealed: sealed[:-1], "it has another length than its leaf says"),
        (lambda sealed: sealed + b"x", "it has another length than its leaf says"),
        (
            lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]),
            "it was changed: its hash is another than its leaf says",
        ),
    ],
)
def test_sealed_bytes_are_whole_or_it_is_said_what_they_are(small, change, message):
    there = read_leaf(small._store.leaves[0].leaf).parts[1]
    stored = dict(small._store.sealed)
    assert Opener.whole(there, stored) == stored[there.hash]
    stored[there.hash] = change(stored[there.hash])

    assert told(lambda: Opener.whole(there, stored), LedgerBroken) == (message, "", [])


def test_a_key_the_vault_has_not_opens_nothing(small):
    leaf = read_leaf(small._store.leaves[0].leaf)
    there = msgspec.structs.replace(leaf.parts[1], kid=bytes(16))

    assert told(
        lambda: small.ledger._opener.part(leaf.action, there, small._store.sealed), LedgerBroken
    ) == ("it is sealed under a key this vault does not have", "", [])


@given(
    st.integers(-3, 800),
    st.integers(0, 800),
    st.none() | st.lists(st.integers(0, 900), unique=True, max_size=600),
)
def test_places_are_read_in_their_order_and_some_hundreds_at_once(after, size, places):
    found = list(runs(after, size, places))
    expected = range(max(after + 1, 0), size) if places is None else places

    assert [n for run in found for n in run] == [n for n in expected if n > after]
    assert all(1 <= len(run) <= 256 for run in found)
    assert all(len(run) == 256 for run in found[:-1])
    for run in found:
        assert isinstance(run, range) == (list(run) == list(range(run[0], run[0] + len(run))))


# What verify finds, and nothing else

SAID = (("test.said", 1),)


def noted(compartment="coded", kinds=SAID):
    return PartNote(kinds, "", compartment)


LIES = {
    "nothing": ({}, []),
    "the furthest rise of time": ({"meta": {"lamport": 4 + LEAP_LIMIT}}, []),
    "a leap": ({"meta": {"lamport": 5 + LEAP_LIMIT}}, ["leaf 4: its logical time leaps"]),
    "time that stands": ({"meta": {"lamport": 4}}, ["leaf 4: its logical time does not rise"]),
    "time that goes back": ({"meta": {"lamport": 0}}, ["leaf 4: its logical time does not rise"]),
    "time that skips one": ({"meta": {"lamport": 6}}, []),
    "a number too high": ({"meta": {"seq": 5}}, ["leaf 4: its number is 5 instead of 4"]),
    "a number too low": ({"meta": {"seq": 3}}, ["leaf 4: its number is 3 instead of 4"]),
    "another before it": (
        {"meta": {"prev": NOTHING}}, ["leaf 4: it does not follow the last leaf of its device"],
    ),
    "both": (
        {"meta": {"seq": 0, "prev": NOTHING}},
        [
            "leaf 4: its number is 0 instead of 4",
            "leaf 4: it does not follow the last leaf of its device",
        ],
    ),
    "a signature": ({"sign": SigningKey.generate()}, ["leaf 4: the signature does not hold"]),
    "a device": (
        {"meta": {"device": bytes(16)}},
        ["leaf 4: it was written by a device the vault does not know"],
    ),
    "another log": (
        {"meta": {"seen": Seen(bytes(16), 4, NOTHING)}}, ["leaf 4: it was written after another log"],
    ),
    "two notes": (
        {"meta": {"parts": (noted(), noted())}},
        ["leaf 4: the meta part speaks of another number of parts"],
    ),
    "a compartment": (
        {"meta": {"parts": (noted("identity"),)}},
        ["leaf 4: a part is not in the compartment the meta part says"],
    ),
    "the compartment of the ledger itself": (
        {"meta": {"parts": (noted("meta"),)}},
        ["leaf 4: a part is not in the compartment the meta part says"],
    ),
    "the ledger's own kinds": (
        {"meta": {"parts": (noted(kinds=(("roster.proposed", 1),)),)}},
        [
            "leaf 4, part 1: the kinds in it are not the ones its meta part lists",
            "leaf 4, part 1: what it says does not belong in its compartment",
        ],
    ),
    "the order of kinds": (
        {"meta": {"parts": (noted(kinds=(*SAID, *SAID)),)}},
        ["leaf 4, part 1: the kinds in it are not the ones its meta part lists"],
    ),
    "no leaf": (
        {"leaf": lambda stored: stored + b"\0"},
        ["leaf 4: the leaf cannot be read", "parts: 2 are kept that no leaf names"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_found_once_and_as_what_it_is(forger, name):
    lie, faults = LIES[name]
    forger.add(**lie)

    assert [str(one) for one in forger.vault.ledger.verify().faults] == faults


@pytest.mark.parametrize(
    ("size", "fine"), [(4, True), (3, False), (2, True), (1, False), (5, False)]
)
def test_a_writer_has_seen_the_state_before_or_that_of_the_same_save(forger, size, fine):
    tree = Tree().grown(one.hash for one in forger.store.leaves[: min(size, 4)])
    forger.add(meta={"seen": Seen(log_id(forger.ledger._name), size, tree.root)})

    assert [str(one) for one in forger.vault.ledger.verify().faults] == (
        [] if fine else [f"leaf 4: it was written after another state of {size} entries"]
    )


def known_by(vault, size, last=None):
    """What a keystore would have noted of a log of so many entries."""
    hashes = [one.hash for one in vault._store.leaves][:size]
    hashes += [NOTHING] * (size - len(hashes))
    if last is not None:
        hashes[-1] = last
    name, key = vault.ledger._name, vault._identity.keyring.log
    return size, signed_head(Tree().grown(hashes), name, key).note


IN_KEYSTORE = "last checkpoint in the keystore: "
KNOWN = {
    "nothing": (lambda _: None, []),
    "no entry": (lambda vault: known_by(vault, 0), []),
    "some entries": (lambda vault: known_by(vault, 3), []),
    "all entries": (lambda vault: known_by(vault, 4), []),
    "one more": (
        lambda vault: known_by(vault, 5),
        ["there were 5 entries before; an older copy was put in its place"],
    ),
    "another last": (
        lambda vault: known_by(vault, 4, NOTHING),
        ["the first 4 entries are not the ones that were there before"],
    ),
    "another in between": (
        lambda vault: known_by(vault, 2, NOTHING),
        ["the first 2 entries are not the ones that were there before"],
    ),
    "another number": (
        lambda vault: (3, known_by(vault, 4)[1]),
        ["the checkpoint is not of the size it is kept under"],
    ),
    "another signature": (
        lambda _: (
            1,
            signed_head(Tree().grown([NOTHING]), "x.org/y", SigningKey.generate()).note,
        ),
        ["the signature under the checkpoint does not hold"],
    ),
}


@pytest.mark.parametrize("name", KNOWN)
def test_what_a_keystore_remembers_is_compared(small, name):
    known, faults = KNOWN[name]
    found = verify(small._store, small._identity, small.ledger._kinds, known(small), None)

    assert [str(one) for one in found.faults] == [IN_KEYSTORE + one for one in faults]


def test_every_number_of_a_verification_is_counted(small):
    found = small.ledger.verify()

    assert found == Verification(
        leaves=4, parts=9, faults=(), head=small.ledger.head, for_others=0, erased=0, told=()
    )


@pytest.mark.parametrize(
    ("count", "steps"),
    [(0, []), (1, [1]), (63, [63]), (64, [64]), (65, [64, 65]), (130, [64, 128, 130])],
)
def test_progress_is_told_after_each_sixty_four(world, count, steps):
    seen = []
    with world.in_memory() as vault:
        vault.ledger.append_all([world.part("x")] for _ in range(count))
        vault.ledger.verify(lambda *one: seen.append(one))

    assert seen == [(one, count) for one in steps]


@pytest.mark.parametrize("kept", [3, 2, 0])
def test_faults_are_raised_with_their_number_and_what_to_do(small, kept):
    del small._store.leaves[kept:]
    found = small.ledger.verify()
    message, hint, faults = told(found.require, LedgerBroken)

    assert message == f"the ledger does not hold together: {len(faults)} faults"
    assert hint == "keep this folder as it is and bring back the last good copy beside it"
    assert faults == [(one.where, one.what) for one in found.faults]
    assert ("head", f"4 entries were signed for, {kept} are there") in faults
    assert [one for one in faults if one[1] == "it is missing"] == [
        (f"leaf {n}", "it is missing") for n in range(kept, 4)
    ]
    assert found.leaves == kept


# Erasing


def test_what_can_be_a_reason_is_a_list():
    assert REASONS == (
        "consent-withdrawn", "asked-by-person", "in-danger", "kept-too-long", "mistake",
    )  # fmt: skip
    assert SAID_ANEW == "said-anew"


ERASURES = {
    "no such reason": (
        lambda vault: vault.erasing.ask("person_x", "because"), SettingRefused,
        "there is no such reason to erase", "the reasons are: " + ", ".join(REASONS),
    ),
    "the reason of the program": (
        lambda vault: vault.erasing.ask("person_x", SAID_ANEW), SettingRefused,
        "there is no such reason to erase", "the reasons are: " + ", ".join(REASONS),
    ),
    "nobody": (
        lambda vault: vault.erasing.ask("person_y", "mistake"), NotEntitled,
        "nothing is sealed about such a person", "give the identifier of the person, not a name",
    ),
    "nobody there": (
        lambda vault: vault.erasing.ask_older("person_x", "coded"), NotEntitled,
        "nothing is sealed about such a person there",
        "what is sealed elsewhere about them is erased by: candlemark erase ask",
    ),
    "no erasure": (
        lambda vault: vault.erasing.agree("abc"), NotEntitled,
        "no single erasure with this code waits for this member",
        "the one who asked for it cannot be the second who agrees",
    ),
    "no code": (
        lambda vault: vault.erasing.agree(""), NotEntitled,
        "no single erasure with this code waits for this member",
        "the one who asked for it cannot be the second who agrees",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ERASURES)
def test_nothing_is_erased_for(small, name):
    ask, error, message, hint = ERASURES[name]

    assert told(lambda: ask(small), error) == (message, hint, [])
    assert len(small._store.sealed) >= 9
    assert list(small.ledger.parts_about("person_x"))


@pytest.mark.parametrize("older", [False, True])
def test_in_a_vault_of_one_what_is_asked_is_done_and_counted(small, older):
    called = []
    small.erasing.after.append(lambda: called.append(1))
    (gone,) = small.ledger.parts_about("person_x")
    asked = (
        small.erasing.ask_older("person_x", "identity")
        if older
        else small.erasing.ask("person_x", "in-danger")
    )
    found = small.ledger.verify()

    assert (asked.subject, asked.reason) == ("person_x", SAID_ANEW if older else "in-danger")
    assert asked.parts == {gone}
    assert (asked.done, asked.agreed is not None) == ({log_id(small.ledger._name)}, True)
    assert gone not in small._store.sealed
    assert (found.faults, found.erased, found.for_others) == ((), 1, 0)
    assert small.erasing.without_receipt(asked) == ()
    assert small.erasing.asked() == (asked,)
    assert called == [1]
    assert small.erasing.carry_out() == erasing.Erased(0, 0)
    assert called == [1]
    assert small.erasing.remains == ""


# Exporting


def test_an_export_says_what_it_lets_read_and_what_stays_sealed(small, tmp_path, world):
    small.ledger.append(
        [Part("identity", (world.Said("a"),), one) for one in ("person_x", "p_y", "")]
    )
    found, others = small.exporting.disclosures(["identity", "identity"])

    assert found == (
        exporting.Disclosure("meta", 1, 0, 0), exporting.Disclosure("identity", 1, 4, 2),
    )  # fmt: skip
    assert others == 4
    made = small.exporting.export(tmp_path / "e", ["coded"], world.passphrase, cost=Cost.QUICK)
    verifier = (tmp_path / "e" / "verify_vault.py").read_bytes()
    assert (made.vault, made.size, made.root) == (small.id, 5, small.ledger.head)
    assert (made.others, made.verifier) == (4, hashlib.sha256(verifier).hexdigest())
    assert made.discloses == small.exporting.disclosures(["coded"])[0]
    assert sorted(one.name for one in (tmp_path / "e").iterdir()) == [
        "READ-ME.txt", "checkpoint", "disclosed", "genesis", "part", "tile", "verify_vault.py", "words",
    ]  # fmt: skip
    assert {one.name for one in (tmp_path / "e" / "part").iterdir()} == {
        one.hex() for one in small._store.sealed
    }


def test_an_export_is_refused_word_by_word(small, tmp_path, world):
    (tmp_path / "file").write_bytes(b"x")

    def into(folder, *names):
        return lambda: small.exporting.export(folder, names, world.passphrase, cost=Cost.QUICK)

    for taken in (tmp_path, tmp_path / "file"):
        assert told(into(taken), SettingRefused) == (
            "the folder for the export is not empty", "name a folder that is not there yet", [],
        )  # fmt: skip
    assert told(into(tmp_path / "e", "coded", "identity:b", "identity:a"), NotEntitled) == (
        "2 of these compartments are not this member's to hand over",
        "a member who reads them all makes the export: candlemark compartment list",
        [
            ("identity:b", "this member does not read it"),
            ("identity:a", "this member does not read it"),
        ],
    )
    assert not (tmp_path / "e").exists()
    (tmp_path / "empty").mkdir()
    assert into(tmp_path / "empty")().size == 4


@pytest.mark.parametrize(("over", "refused"), [(0, False), (1, True)])
def test_keys_of_an_export_have_a_limit(small, tmp_path, world, monkeypatch, over, refused):
    content = small.exporting._keys(["meta"], 4, bytes(32))
    monkeypatch.setattr(exporting, "KEYS_LIMIT", len(content) + 1024 - over)

    def write():
        return small.exporting.export(tmp_path / "e", [], world.passphrase, cost=Cost.QUICK)

    if refused:
        assert told(write, SettingRefused) == (
            "there are too many keys for one export", "name fewer compartments", [],
        )  # fmt: skip
    else:
        assert write().size == 4
    assert exporting.FORMAT == 1


# Backups


def test_days_are_told_in_order_and_nothing_else_is_one(tmp_path):
    for name in (
        "2026-02-01",
        "2025-12-31",
        "2026-02-30",
        "2026-1-1",
        "x2026-01-01",
        "2026-01-011",
    ):
        (tmp_path / name).mkdir()

    assert days_in(tmp_path) == [date(2025, 12, 31), date(2026, 2, 1)]
    assert days_in(tmp_path / "nowhere") == []


@pytest.mark.parametrize("days", [-1, 0, 31, 365])
def test_a_backup_is_kept_from_a_day_to_a_month(tmp_path, days):
    assert told(
        lambda: backup.back_up(tmp_path, tmp_path / "b", date(2026, 1, 1), days), SettingRefused
    ) == (f"backups cannot be kept for {days} days", "from 1 to 30 days", [])
    assert backup.DAYS == 30


def test_a_backup_goes_on_the_day_it_is_old_enough_and_not_before(vault, world, tmp_path):
    world.say(vault.ledger, "a")
    root, today = tmp_path / "backups", date(2026, 3, 1)
    for age in (2, 3, 4):
        (root / (today - timedelta(days=age)).isoformat()).mkdir(parents=True)
    made = backup.back_up(tmp_path / "vault", root, today, 3)

    assert (made.folder, made.size, made.root) == (root / "2026-03-01", 1, vault.ledger.head)
    assert (made.removed, made.dropped) == (0, ("2026-02-25", "2026-02-26"))
    assert [(one.day, one.size, one.erased) for one in backup.backups_in(root)] == [
        ("2026-02-27", 0, False), ("2026-03-01", 1, False),
    ]  # fmt: skip
    for member in ("", "zz"):
        codes = ", ".join(backup.backups_in(root)[1].members)
        assert told(
            lambda member=member: backup.restore(
                made.folder, tmp_path / "new", "x", member, world.kinds
            ),
            SettingRefused,
        ) == ("the backup holds no single key of this member", f"the codes in it: {codes}", [])
    assert (
        told(
            lambda: backup.restore(root / "none", tmp_path / "new", "x", "a", world.kinds),
            SettingRefused,
        )[1]
        == "the codes in it: none"
    )


# Stores


def memory(_folder):
    return MemoryStore(GENESIS, EMPTY, 0.05)


def folder_store(folder):
    make_ledger(folder / LEDGER_FILE, GENESIS, EMPTY)
    return SqliteStore(folder, 0.05)


REFUSES = "ledger.db refuses a change of what is there: "
TILE = FullTile(0, 0, b"t" * 32)
WRITES = {
    # what is written; what memory says; what SQLite says
    "a leaf behind a gap": (
        lambda w: w.add(row(3), []), "leaf 3 is not the next one", "a leaf is added at the end",
    ),
    "a leaf in a place taken": (
        lambda w: w.add(row(1, b"x"), []), "leaf 1 is not the next one", "a leaf is added at the end",
    ),
    "a leaf again": (
        lambda w: w.add(row(2, b"leaf 1"), []), "leaf 2 repeats one that is there",
        "UNIQUE constraint failed: leaf.action",
    ),
    "an action again": (
        lambda w: w.add(Row(2, b"x", leaf_hash(b"x"), row(1).action), []),
        "leaf 2 repeats one that is there", "UNIQUE constraint failed: leaf.action",
    ),
    "a hash again": (
        lambda w: w.add(Row(2, b"x", row(1).hash, b"a" * 16), []),
        "leaf 2 repeats one that is there", "UNIQUE constraint failed: leaf.hash",
    ),
    "a part again": (
        lambda w: w.add(row(2), [part(b"part 1")]), "leaf 2 repeats a part that is there",
        "UNIQUE constraint failed: part.hash",
    ),
    "a part twice": (
        lambda w: w.add(row(2), [part(b"new"), part(b"new")]),
        "leaf 2 repeats a part that is there", "UNIQUE constraint failed: part.hash",
    ),
    "a tile twice": (
        lambda w: (w.add_tile(TILE), w.add_tile(TILE)), "tile 0 of level 0 is there",
        "UNIQUE constraint failed: tile.level, tile.n",
    ),
    "a head before": (
        lambda w: w.move_head(head(1)), "the head would move back", "the head never moves back",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITES)
def test_each_store_refuses_in_its_words_and_keeps_nothing(tmp_path, name):
    write, in_memory, in_file = WRITES[name]
    for make, message in ((memory, in_memory), (folder_store, REFUSES + in_file)):
        with closing(make(tmp_path)) as store:
            fill(store, 2)

            def run(store=store):
                with store.writing() as writing:
                    write(writing)

            assert told(run, LedgerBroken) == (message, "", [])
            assert (store.counts(), store.head()) == (Counts(2, 2), head(2))
            assert store.tile_roots(0, 0, 9) == []


@pytest.mark.parametrize("size", [2, 3])
def test_a_head_stays_or_moves_on(tmp_path, size):
    for make in (memory, folder_store):
        with closing(make(tmp_path)) as store:
            fill(store, 2)
            with store.writing() as writing:
                writing.move_head(head(size))
            assert store.head() == head(size)


CHANGES = {
    "UPDATE genesis SET genesis = x'00'": "the genesis is never changed",
    "DELETE FROM genesis": "the genesis is never deleted",
    "UPDATE leaf SET leaf = x'00' WHERE n = 0": "a leaf is never changed",
    "DELETE FROM leaf WHERE n = 1": "a leaf is never deleted",
    "INSERT INTO leaf VALUES (5, x'00', x'01', x'02')": "a leaf is added at the end",
    "INSERT OR REPLACE INTO leaf VALUES (1, x'00', x'01', x'02')": "a leaf is added at the end",
    "UPDATE part SET ct = x'00'": "a part is never changed",
    "DELETE FROM head": "the head is never deleted",
    "UPDATE head SET size = 1": "the head never moves back",
    "UPDATE tile SET root = x'00'": "a tile is never changed",
    "DELETE FROM tile": "a tile is never deleted",
    "INSERT INTO head VALUES (2, 0, x'00', x'00')": "CHECK constraint failed: one = 1",
    "INSERT INTO genesis VALUES (2, x'00')": "CHECK constraint failed: one = 1",
}


def test_our_own_mistakes_are_refused_by_the_file_itself(tmp_path):
    with closing(folder_store(tmp_path)) as store:
        fill(store, 2)
        with store.writing() as writing:
            writing.add_tile(TILE)
        for statement, message in CHANGES.items():
            with pytest.raises(sqlite3.IntegrityError) as caught:
                store._writer.execute(statement)
            assert str(caught.value) == message
        assert (store.counts(), store.head(), store.check()) == (Counts(2, 2), head(2), ())


@pytest.mark.parametrize("count", [0, 1, 249, 250, 251, 500, 501])
def test_as_many_parts_are_found_as_are_asked_for(tmp_path, count):
    with closing(folder_store(tmp_path)) as store:
        fill(store, count)
        asked = [part(b"part %d" % n) for n in range(count)]
        assert store.parts([name for name, _ in asked]) == dict(asked)


def test_who_waits_too_long_is_told_by_each_store(tmp_path):
    messages = {
        memory: ("somebody else is writing to this ledger", "try again in a moment", []),
        folder_store: (
            "another process is writing to this vault",
            "wait until it is done, or close it, and try again; nothing was kept", [],
        ),
    }  # fmt: skip
    for make, said in messages.items():
        with closing(make(tmp_path)) as store, store.writing():
            caught = []

            def write(store=store, caught=caught):
                with suppress(VaultBusy), store.writing():
                    caught.append("let in")
                caught.append(told(lambda: store.writing().__enter__(), VaultBusy))

            other = threading.Thread(target=write)
            other.start()
            other.join()
        assert caught == [said]


def test_one_process_writes_at_a_time(tmp_path):
    with alone(tmp_path, 0):
        assert told(lambda: alone(tmp_path, 0).__enter__(), VaultBusy)[0] == (
            "another process is writing to this vault"
        )
    with alone(tmp_path, 0):
        assert (tmp_path / "writer.lock").stat().st_mode & 0o777 == 0o600


def test_a_ledger_that_was_moved_takes_no_more(tmp_path):
    with closing(folder_store(tmp_path)) as store:
        (tmp_path / PLACE_FILE).write_bytes(b"")
        assert told(lambda: fill(store, 1), VaultError) == (
            "the ledger of this vault was moved to a server", "close the vault and open it again", [],
        )  # fmt: skip
        assert (store.rows(0, 1), store.remains) == ([], "")


def test_a_closed_memory_says_so_in_words():
    store = memory(None)
    store.close()

    assert told(store.head, VaultError) == ("the vault is closed", "open it again", [])


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257])
def test_tiles_of_a_file_of_the_first_format_are_computed_and_then_kept(tmp_path, count):
    leaves = [b"leaf %d" % n for n in range(count)]
    tiles: list[FullTile] = []
    tree = Tree().grown((leaf_hash(one) for one in leaves), tiles)
    with closing(folder_store(tmp_path)) as store, store.writing() as writing:
        for n in range(count):
            writing.add(row(n), [])
        writing.move_head(Head(count, tree.packed, b"note"))
    with closing(sqlite3.connect(tmp_path / LEDGER_FILE)) as old:
        old.execute("DROP TABLE tile")
        old.execute("PRAGMA user_version = 1")
    with closing(SqliteStore(tmp_path, 0.05)) as store:
        before = store.tile_roots(0, 0, 9)
        assert (store._format(), store.check()) == (1, ())
        with store.writing():
            pass
        assert (store._format(), store.check()) == (2, ())
        assert before == store.tile_roots(0, 0, 9) == [one.root for one in tiles]
        assert len(before) == count // 256
