"""The verifier that is handed over agrees with the ledger's own verification, on truth and on lies.

``ORDEAL=full`` runs the whole: 1,000 good exports, 1,000 mutated ones, every bit of a small one.
``SEED=…`` repeats a run.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import msgspec
import nacl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.ledger import Part, Vault
from candlemark.ledger.cards import new_card
from candlemark.ledger.checkpoint import read_checkpoint
from candlemark.ledger.entry import Seen, read_leaf
from candlemark.ledger.exporting import DISCLOSED, _under
from candlemark.ledger.genesis import log_id, log_name
from candlemark.ledger.membership import added
from candlemark.ledger.root_words import RootWords
from candlemark.ledger.roster_facts import (
    DeviceLost,
    Ended,
    ErasureAsked,
    LogAdded,
    RosterProposed,
)
from candlemark.seal import Cost, Note, PublicKey, SigningKey, new_passphrase
from candlemark.seal.notes import COSIGNATURE, NoteKey
from exports import (
    KINDS,
    SOURCE,
    VERIFIER,
    WORDS,
    BrokenError,
    Home,
    Liar,
    Said,
    agree,
    by_ledger,
    damaged,
    faults_of,
    judged,
    loaded,
    rich,
    wander,
    whole_files,
    why_not,
)
from lies import DESK, change_of, lies
from three import ThreeVaults

FULL = os.environ.get("ORDEAL") == "full"
SEED = int(os.environ.get("SEED") or time.time_ns())


def chance_of(what):
    """Chance for one test, which its failure and a full run print."""
    print(f"seed {SEED} of {what}; repeat with SEED={SEED}")  # noqa: T201
    return random.Random(f"{SEED} {what}")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A vault to which everything has happened."""
    return rich(tmp_path_factory.mktemp("rich"))


@pytest.fixture(scope="module")
def handed(home):
    """An export of all of it, with the identity of its maker."""
    return home.export(*home.all_names())


@pytest.fixture(scope="module")
def roster(home):
    with home.open() as vault:
        return vault.members.roster()


@pytest.fixture
def copied(handed, tmp_path):
    """A copy of the export that a test may change; and the identity."""
    shutil.copytree(handed[0], tmp_path / "copy")
    return tmp_path / "copy", handed[1]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A small export: two entries, one about a person."""
    folder = tmp_path_factory.mktemp("small") / "export"
    with Vault.in_memory(KINDS) as vault:
        vault.ledger.append([Part("coded", (Said("one"),))])
        vault.ledger.append([Part("identity", (Said("who"),), "person_x")])
        vault.exporting.export(folder, ["coded", "identity"], WORDS, cost=Cost.QUICK)
    return folder


# What holds


def test_a_rich_world_holds_and_is_counted(handed):
    mine, theirs = judged(handed[0]), by_ledger(*handed)

    assert mine["faults"] == mine["not_checked"] == []
    assert theirs.faults == ()
    assert (mine["entries"], mine["parts"]) == (theirs.leaves, theirs.parts)
    assert (mine["sealed"], mine["erased"]) == (theirs.for_others, theirs.erased)
    assert mine["root"] == theirs.head
    assert mine["erased"] > 0
    assert mine["counted"] == mine["entries"]
    assert mine["told"] == []
    assert all(mine["claims"].values())


def test_what_was_not_disclosed_is_checked_to_be_whole_and_stays_sealed(home):
    folder, _ = home.export()
    found = judged(folder)

    assert found["holds"]
    assert found["sealed"] > 10


def test_without_a_passphrase_what_lies_in_clear_is_checked_and_the_rest_is_named(home, tmp_path):
    folder, _ = home.export("coded")
    found = judged(folder, "")

    assert found["holds"]
    assert "what is sealed" in found["not_checked"][0]
    assert found["absent"] > 0
    assert found["claims"].keys() == {"files", "genesis", "log", "parts"}

    part = next((folder / "part").iterdir())
    part.write_bytes(part.read_bytes()[:-1] + b"x")
    assert faults_of(judged(folder, ""))


def test_an_instance_that_joined_later_is_checked_too(home):
    with Vault.open(home.place / "laptop", home.words["Aysel"], KINDS) as vault:
        vault.exporting.export(home.place / "of-laptop", ["coded"], WORDS, cost=Cost.QUICK)

    assert judged(home.place / "of-laptop")["holds"]
    without = judged(home.place / "of-laptop", "")
    assert without["holds"]
    assert "a log that joined later" in without["not_checked"][0]


@pytest.mark.ordeal
def test_good_exports_hold_for_both(tmp_path):
    chance = chance_of("good")
    left = 1000 if FULL else 25
    while left:
        place = tmp_path / f"world-{left}"
        place.mkdir()
        for folder, identity in wander(place, chance):
            assert agree(folder, identity) == (True, [], ()), f"seed {SEED}"
            shutil.rmtree(folder)
            left -= 1
            if left == 0 or left % 25 == 0:
                break
        shutil.rmtree(place)


# What does not


@pytest.mark.ordeal
def test_damaged_exports_are_refused_by_both(handed, tmp_path):
    chance = chance_of("damage")
    for number in range(500 if FULL else 25):
        folder = tmp_path / "copy"
        shutil.copytree(handed[0], folder)
        what = damaged(folder, chance, record_only=True)
        same, mine, theirs = agree(folder, handed[1])

        assert same, (SEED, number, what, mine, theirs)
        assert mine != [], (SEED, number, what)
        shutil.rmtree(folder)


def test_looking_at_an_export_that_lost_a_part_leaves_the_keys_as_they_were(handed, tmp_path):
    """One that lost who reads meta made the tests after it fail, whose keys then had none."""
    folder, identity = handed
    keys = identity.keyring.compartments
    before = {name: key.kid for name, key in keys.items()}
    assert "meta" in before
    for name in sorted({one.hash.hex() for one in read_leaf(loaded(folder).leaves[0].leaf).parts}):
        shutil.copytree(folder, tmp_path / name)
        (tmp_path / name / "part" / name).unlink()
        assert by_ledger(tmp_path / name, identity).faults
        assert {name: key.kid for name, key in keys.items()} == before


@pytest.mark.ordeal
@pytest.mark.parametrize("threshold", [2, 1])
def test_of_every_lie_of_a_member_with_all_keys_both_say_the_same(home, tmp_path, threshold):
    """But for those about what it leaves to the program; see the tests of these below."""
    chance = chance_of(f"lies {threshold}")
    home.threshold(threshold)
    folder, identity = home.export(*home.all_names())
    with home.open() as vault:
        roster = vault.members.roster()
    names = sorted(lies(Liar(folder, identity), roster, chance).keys() - DESK)
    rounds = 500 if FULL else 25
    for number in range(rounds):
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        told = [names[number % len(names)]] if FULL and number < len(names) else []
        told = told or chance.sample(names, chance.choice([1, 1, 2, 3]))
        for name in told:
            liar = Liar(copy, identity)
            if liar.readable():
                liar.add(**lies(liar, roster, chance)[name])
        same, mine, theirs = agree(copy, identity)

        assert same, (SEED, told, mine, theirs)
        shutil.rmtree(copy)
    home.threshold(2)


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        ("signed by a ghost", "the signature does not hold"),
        ("of a ghost's device", "a device the vault does not know"),
        ("a ghost certifies and signs", "nobody who is a member"),
        ("a proposal by a ghost", "signed by nobody who may"),
        ("a proposal in another's name", "the signature under it does not hold"),
        ("number skipped", "does not follow the last entry of its device"),
        ("number repeated", "does not follow the last entry of its device"),
        ("another previous", "does not follow the last entry of its device"),
        ("logical time stands", "does not follow the last entry of its device"),
        ("another root seen", "after another state"),
        ("less seen", "after another state"),
        ("more seen", "after another state"),
        ("of a key never announced", "under a key that was not handed over"),
        ("another compartment", "not in its compartment"),
        ("no erasure agreed to", "that nobody asked for"),
        ("another log signs", "no log of the vault signed it"),
        ("a leaf with more behind", "not of its form"),
    ],
)
def test_a_lie_is_named_at_its_place(copied, roster, lie, said):
    folder, identity = copied
    liar = Liar(folder, identity)
    liar.add(**lies(liar, roster, random.Random(1))[lie])
    found = judged(folder)
    place = "checkpoint" if lie == "another log signs" else f"leaf {found['entries'] - 1}"

    assert said in " ".join(one["what"] for one in found["faults"])
    assert [one for one in faults_of(found) if one.startswith(place)]


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """An export of a vault in which one administrator of two is enough; with maker and roster."""
    home = Home(tmp_path_factory.mktemp("two"), 1)
    home.take_in("Aysel")
    home.say()
    folder, identity = home.export(*home.all_names())
    with home.open() as vault:
        return folder, identity, vault.members.roster()


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        ("a member added alone", ""),
        ("a member changed", ""),
        ("a member thawed", ""),
        ("a threshold of one", ""),
        ("no recovery key", ""),
        ("a new device signs for itself", ""),
        ("one's own device lost", "after its device, or its member, was given up"),
        ("a threshold of many", "too few would be left"),
        ("nobody changed", "none there can be"),
        ("nobody thawed", "none there can be"),
        ("a member removed without devices", ""),
        ("no device revoked", "no such device"),
        ("half a recovery key", "none there can be"),
        ("a log again", "none there can be"),
        ("a bent card", "not its person's"),
        ("no card", "cannot be read"),
        ("a proposal twice", "proposed before"),
        ("a proposal of another vault", "of another vault"),
        ("a proposal that cannot be read", "cannot be read"),
        ("an approval of nothing", "cannot be read"),
        ("the founder again", "only a founder introduces themselves"),
        ("another's device lost", ""),
        ("a device that ends before", "ends before it begins"),
        ("a device in the future", "begins later"),
        ("a device of another vault", "for this vault"),
        ("an erasure about nobody", "about nobody"),
        ("an erasure asked twice", "asked before"),
        ("an erasure taken back", ""),
        ("nothing taken back", ""),
    ],
)
def test_what_is_said_of_members_is_judged_as_the_ledger_judges_it(two, tmp_path, lie, said):
    shutil.copytree(two[0], tmp_path / "copy")
    liar = Liar(tmp_path / "copy", two[1])
    liar.add(**lies(liar, two[2], random.Random(1))[lie])
    same, mine, theirs = agree(tmp_path / "copy", two[1])

    assert same, (mine, theirs)
    assert said in " ".join(one["what"] for one in mine)
    assert lie == "another's device lost" or bool(mine) == bool(said)


@pytest.mark.parametrize("card", ["a bent card", "no card"])
def test_a_card_that_does_not_hold_in_a_change_that_was_overtaken_is_no_fault_to_either(
    two, tmp_path, card
):
    """The long run found it: nobody is taken in by such a change, and the program said nothing."""
    shutil.copytree(two[0], tmp_path / "copy")
    liar = Liar(tmp_path / "copy", two[1])
    for lie in ("a threshold of one", card):
        liar.add(**lies(liar, two[2], random.Random(1))[lie])

    assert agree(tmp_path / "copy", two[1]) == (True, [], ())


def test_a_change_that_was_made_and_is_proposed_again_by_a_ghost_is_no_fault_to_either(
    two, tmp_path
):
    """The long run found it too: a further signature under what waits no longer has no effect."""
    shutil.copytree(two[0], tmp_path / "copy")
    liar = Liar(tmp_path / "copy", two[1])
    made = change_of(liar, two[2], LogAdded(b"x" * 32, "x"))
    again = change_of(liar, two[2], LogAdded(b"x" * 32, "x"), by=SigningKey.generate())
    for said in (made, again):
        liar.add([said], compartment="meta")
    assert agree(tmp_path / "copy", two[1]) == (True, [], ())

    liar.add([made], compartment="meta")
    same, mine, theirs = agree(tmp_path / "copy", two[1])
    assert same
    assert "proposed before" in mine[0]["what"]
    assert len(theirs) == 1


@pytest.mark.parametrize("lie", sorted(DESK))
def test_what_is_left_to_the_program_is_said_not_to_be_judged(copied, roster, lie):
    liar = Liar(*copied)
    liar.add(**lies(liar, roster, random.Random(1))[lie])
    found = judged(copied[0])

    theirs = by_ledger(*copied)
    assert (*theirs.faults, *theirs.told) != ()
    assert found["holds"]
    assert f"Not judged here: {found['not_judged']}." in VERIFIER["report"](found)
    for what in ("who ought to read", "frozen", "logical time", "length", "facts in a part say"):
        assert what in found["not_judged"]


@pytest.mark.parametrize("elsewhere", [True, False])
def test_what_a_device_wrote_elsewhere_before_it_knew_does_not_count_and_is_no_fault(
    copied, roster, elsewhere
):
    """Written at the same place as it was given up, it is a fault."""
    liar = Liar(*copied)
    _, last, _ = liar.last()
    liar.add([DeviceLost(Ended(liar.keys.device.kid, last + 1))], compartment="meta")
    there = log_name(liar.vault, PublicKey(roster.logs[-1]))
    seen = {"seen": Seen(log_id(there), 0, hashlib.sha256(b"").digest())} if elsewhere else {}
    liar.add(meta=seen)
    found = judged(copied[0])
    where = f"leaf {found['entries'] - 1}"

    assert found["holds"] is elsewhere
    assert found["counted"] == found["entries"] - 1
    assert [one["where"] for one in found["told"]] == ([where] if elsewhere else [])
    assert faults_of(found) == ([] if elsewhere else [where])
    said = "DOES NOT COUNT: " if elsewhere else "FAULT at "
    assert said + where in VERIFIER["report"](found)


def overtaken(liar, roster):
    """Two changes on one roster: of the second, who is taken in with it writes an entry."""
    me, fresh, device = liar.keys.identity, SigningKey.generate(), SigningKey.generate()
    now = roster.compartments["meta"].epochs[0].day
    card = new_card(liar.vault, "Newcomer", fresh, device, now)
    first = change_of(liar, roster, LogAdded(b"x" * 32, "x"))
    second = change_of(liar, roster, added(card))
    liar.add([first], compartment="meta")
    liar.add([second], compartment="meta")
    written = {"written": int(now.timestamp() * 1000) + 1000}
    liar.add(meta={"device": device.kid, "seq": 0, "prev": bytes(32), **written}, sign=device)
    return me, device, written


def test_what_is_written_by_whose_taking_in_was_overtaken_does_not_count(two, tmp_path):
    shutil.copytree(two[0], tmp_path / "copy")
    liar = Liar(tmp_path / "copy", two[1])
    _, device, written = overtaken(liar, two[2])
    found = judged(tmp_path / "copy")

    assert found["holds"]
    assert [one["where"] for one in found["told"]] == [f"leaf {found['entries'] - 1}"]

    liar.add(meta={"device": device.kid, "seq": 1, **written}, sign=SigningKey.generate())
    assert "the signature does not hold" in [
        one["what"] for one in judged(tmp_path / "copy")["faults"]
    ]


@pytest.mark.parametrize("seed", range(4))
def test_of_places_that_were_apart_both_say_the_same_and_the_same_does_not_count(seed):
    chance, three = random.Random(seed), ThreeVaults()
    three.begin()
    happens = [
        lambda: three.say(chance.randrange(3)),
        lambda: three.say_of_a_person(chance.randrange(3), chance.choice(["person_a", "person_b"])),
        lambda: three.rotate(chance.randrange(3), chance.choice(["coded", "meta"])),
        lambda: len(three.guests) < 2 and three.take_in_a_guest(chance.randrange(3)),
        lambda: three.guests and three.remove_a_guest(chance.randrange(3)),
        lambda: three.exchange(*chance.sample(range(3), 2)),
    ]
    for _ in range(12):
        chance.choice(happens)()
    three.exchange(1, 0)
    three.say(2)
    three.exchange(2, 1)
    members = three.open(0).members
    third = next(one for one in members.roster().present if one.name == "Person 2")
    members.propose([members.removal(third)])
    three.exchange(0, 1)
    for n in (0, 1):
        vault = three.open(n)
        folder = three.root / f"export-{n}"
        vault.exporting.export(folder, ["coded"], WORDS, cost=Cost.QUICK)
        mine, theirs = judged(folder), vault.ledger.verify()
        told = {one.where for one in theirs.told if "given up" in one.what}

        assert (mine["holds"], mine["faults"], theirs.faults) == (True, [], ())
        assert told <= {one["where"] for one in mine["told"]}
        assert n == 0 or told
        three.close(n)
    three.vaults = [None, None, None]
    three.teardown()


def test_a_part_is_erased_when_the_key_it_is_sealed_under_was(tmp_path):
    """In a vault of one member, who is enough."""
    with Vault.in_memory(KINDS) as vault:
        vault.ledger.append([Part("identity", (Said("who"),), "person_x")])
        vault.exporting.export(tmp_path / "export", ["identity"], WORDS, cost=Cost.QUICK)
        liar = Liar(tmp_path / "export", vault._identity)
    key, part = next(
        (one[0], one[1])
        for row in liar.store.leaves
        for one in VERIFIER["unpack"](row.leaf)[0][4]
        if liar.keys.compartments.person(one[0])
    )
    asked = ErasureAsked(b"y" * 16, "person_x", "mistake", (), (key,))
    liar.add([asked], compartment="meta")

    assert "it was to be erased, and is still there" in [
        one["what"] for one in judged(tmp_path / "export")["faults"]
    ]
    (tmp_path / "export" / "part" / part.hex()).unlink()
    found = judged(tmp_path / "export")
    assert (found["holds"], found["erased"]) == (True, 1)


def test_a_certificate_at_the_end_of_time_stops_neither(copied, roster):
    liar = Liar(*copied)
    liar.add(**lies(liar, roster, random.Random(1))["a device certified at the end of time"])

    assert agree(*copied) == (True, [], ())


def test_a_roster_change_signed_by_too_few_changes_nothing(copied, roster):
    liar = Liar(*copied)
    liar.add(**lies(liar, roster, random.Random(1))["a member added alone"])
    proposed = next(iter(lies(liar, roster, random.Random(1))["a member added alone"]["facts"]))

    assert isinstance(proposed, RosterProposed)
    assert agree(*copied) == (True, [], ())
    liar = Liar(*copied)
    ghost = SigningKey.generate()
    liar.add(meta={"device": ghost.kid, "seq": 0, "prev": bytes(32)}, sign=ghost)
    assert "a device the vault does not know" in judged(copied[0])["faults"][0]["what"]


def test_an_erased_part_that_comes_back_is_named(home, copied):
    folder, identity = copied
    with home.open() as vault:
        gone = next(iter(vault.members.roster().erasures[0].parts))
    (folder / "part" / gone.hex()).write_bytes(bytes(552))

    assert "it was to be erased, and is still there" in {
        one["what"] for one in judged(folder)["faults"]
    }
    assert agree(folder, identity)[2] != ()


# Every bit, every file


def places_of(folder):
    """Which entry each part belongs to."""
    export = VERIFIER["Export"](folder, "")
    return {
        part[1].hex(): n
        for n, stored in enumerate(export.leaves)
        for part in export.leaf(stored)[1]
    }


def located(folder, one, leaf_of):
    """Whether the verifier names the file that was changed, or the entry it belongs to."""
    found = judged(folder)
    if found is None:
        return {"genesis": "genesis", "disclosed": "disclosed"}.get(one.name, "?") in why_not(
            folder
        )
    where = faults_of(found)
    if one.parent.name == "part":
        return any(at.startswith(f"leaf {leaf_of[one.name]}") for at in where)
    if "entries" in one.parts:
        return any(at.startswith(("leaf ", "tile/entries/")) for at in where)
    return one.name in where


@pytest.mark.ordeal
def test_every_flipped_bit_of_a_small_export_is_found_where_it_is(small, tmp_path):
    chance = chance_of("bits")
    folder = tmp_path / "copy"
    shutil.copytree(small, folder)
    leaf_of = places_of(folder)
    missed, flips = [], 0
    for one in whole_files(folder):
        stored = one.read_bytes()
        every = 1 if FULL and one.name != "words" else max(1, len(stored) // 20)
        for at in range(0, len(stored), every):
            for bit in range(8) if FULL and one.name != "words" else [chance.randrange(8)]:
                bent = bytearray(stored)
                bent[at] ^= 1 << bit
                one.write_bytes(bent)
                flips += 1
                if not located(folder, one, leaf_of):
                    missed.append((str(one.relative_to(folder)), at, bit))
        one.write_bytes(stored)

    assert missed == [], f"seed {SEED}"
    assert flips > 150
    assert judged(folder)["holds"]


def test_every_file_that_is_missing_cut_or_longer_is_found(small, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(small, folder)
    leaf_of = places_of(folder)
    for one in whole_files(folder):
        stored = one.read_bytes()
        for bent in (
            None,
            b"",
            stored[:1],
            stored[: len(stored) // 2],
            stored[:-1],
            stored + b"\0",
        ):
            if bent is None:
                one.unlink()
            else:
                one.write_bytes(bent)
            if one.name == "genesis":
                assert judged(folder) is None
            else:
                assert located(folder, one, leaf_of), (one.name, bent and len(bent))
        one.write_bytes(stored)


def test_parts_and_leaves_moved_from_elsewhere_are_found(small, handed, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(small, folder)
    ours, theirs = whole_files(folder), whole_files(handed[0])
    for one in ours:
        stored = one.read_bytes()
        kin = [two for two in [*ours, *theirs] if two.parent.name == one.parent.name]
        for two in [two for two in kin if two.read_bytes() != stored][:4]:
            one.write_bytes(two.read_bytes())
            found = judged(folder)
            assert found is None or not found["holds"], (one.name, two.name)
        one.write_bytes(stored)


def test_a_file_more_and_a_file_that_is_a_link_are_found(small, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(small, folder)
    (folder / "part" / ("00" * 32)).write_bytes(b"more")
    assert faults_of(judged(folder)) == ["part/" + "00" * 32]
    (folder / "part" / ("00" * 32)).unlink()

    part = next((folder / "part").iterdir())
    (tmp_path / "elsewhere").write_bytes(part.read_bytes())
    part.unlink()
    part.symlink_to(tmp_path / "elsewhere")
    assert not judged(folder)["holds"]


# Against what was kept elsewhere


def test_an_older_export_in_its_place_is_found_by_words_and_checkpoints(home, tmp_path):
    older, _ = home.export("coded")
    home.say()
    newer, identity = home.export("coded")
    name = judged(newer)["log"]
    note = (newer / "checkpoint").read_bytes()
    words = str(RootWords.of(read_checkpoint(note, name, identity.keyring.log.public)))
    then = str(
        RootWords.of(
            read_checkpoint((older / "checkpoint").read_bytes(), name, identity.keyring.log.public)
        )
    )

    assert judged(newer, words=words)["holds"]
    assert judged(newer, words=then.upper().replace(" ENTRIES", ""))["holds"]
    assert judged(newer, checkpoint=str(older / "checkpoint"))["holds"]
    assert faults_of(judged(older, words=words)) == ["--words"]
    assert faults_of(judged(older, checkpoint=str(newer / "checkpoint"))) == ["--checkpoint"]
    assert judged(older, words="12 entries: too few words") is None
    first, rest = words.split(": ")
    swapped = " ".join(reversed(rest.split()))
    assert faults_of(judged(newer, words=f"{first}: {swapped}")) == ["--words"]


def test_an_older_checkpoint_and_leaves_under_newer_keys_are_found(home, tmp_path):
    older, _ = home.export("coded")
    home.say()
    newer, _ = home.export("coded")
    shutil.copy(newer / DISCLOSED, older / DISCLOSED)

    assert "it is not of the state that was exported" in [
        one["what"] for one in judged(older)["faults"]
    ]


def test_a_checkpoint_of_another_log_or_bent_is_refused(small, handed, tmp_path):
    foreign = judged(handed[0], checkpoint=str(small / "checkpoint"))
    assert faults_of(foreign) == ["--checkpoint"]

    bent = (handed[0] / "checkpoint").read_bytes().replace(b"\n\n", b"\nmore\n\n")
    (tmp_path / "bent").write_bytes(bent)
    assert faults_of(judged(handed[0], checkpoint=str(tmp_path / "bent"))) == ["--checkpoint"]


def test_a_witness_is_asked_for(handed, copied, tmp_path):
    folder, _ = copied
    key = SigningKey.generate()
    line = str(NoteKey("witness.example/w", COSIGNATURE, key.public))
    note = Note.parse((folder / "checkpoint").read_bytes())
    cosigned = note.cosign("witness.example/w", key, 1_767_300_000).encode()

    assert faults_of(judged(folder, cosigner=[line])) == ["--cosigner"]
    (tmp_path / "kept").write_bytes(cosigned)
    assert judged(folder, cosigner=[line], checkpoint=str(tmp_path / "kept"))["holds"]
    (folder / "checkpoint").write_bytes(cosigned)
    assert judged(folder, cosigner=[line])["holds"]
    other = NoteKey("witness.example/w", COSIGNATURE, SigningKey.generate().public)
    assert faults_of(judged(folder, cosigner=[str(other)])) == ["--cosigner"]
    assert judged(folder, cosigner=[line[:-4] + "AAA="]) is None
    assert judged(folder, cosigner=["x"]) is None
    other = b"A" if cosigned[-10:-9] != b"A" else b"B"  # one in 64 is an A
    (folder / "checkpoint").write_bytes(cosigned[:-10] + other + cosigned[-9:])
    assert not (judged(folder, cosigner=[line]) or {"holds": False})["holds"]


# Hostile input


def test_a_wrong_passphrase_opens_nothing(small):
    assert "the passphrase is not the one" in why_not(small, new_passphrase())


@pytest.mark.parametrize(
    "phc",
    [
        "$argon2id$v=19$m=999999,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=8,t=99,p=1$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=4,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2i$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA",
        "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAA!",
        "",
    ],
)
def test_parameters_that_would_stop_the_machine_are_refused(small, tmp_path, phc):
    folder = tmp_path / "copy"
    shutil.copytree(small, folder)
    (folder / DISCLOSED).write_bytes(msgspec.msgpack.encode((1, phc, bytes(64))))

    assert why_not(folder)


@pytest.mark.parametrize(
    "inside",
    [
        b"",
        b"\xc0",
        msgspec.msgpack.encode((1, b"x" * 16, 0, bytes(32), [("meta", 1, bytes(32))], [])),
        msgspec.msgpack.encode((2, b"x" * 16, 0, bytes(32), [("meta", 1, bytes(32))], [])),
    ],
)
def test_disclosed_keys_that_are_none_are_refused(small, tmp_path, inside):
    folder = tmp_path / "copy"
    shutil.copytree(small, folder)
    vault = bytes.fromhex(judged(folder)["vault"])
    (folder / DISCLOSED).write_bytes(_under(WORDS, Cost.QUICK, vault, inside))

    assert "disclosed" in why_not(folder)


def test_a_key_of_a_person_under_no_compartment_is_refused(small, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(small, folder)
    vault = bytes.fromhex(judged(folder)["vault"])
    persons = [(b"x" * 16, "person_x", bytes(32))]
    inside = msgspec.msgpack.encode((1, vault, 0, bytes(32), [("meta", 1, bytes(32))], persons))
    (folder / DISCLOSED).write_bytes(_under(WORDS, Cost.QUICK, vault, inside))

    assert "of no compartment" in why_not(folder)


@pytest.mark.ordeal
def test_no_damage_ends_in_a_traceback(handed, tmp_path):
    chance = chance_of("fuzz")
    for number in range(500 if FULL else 25):
        folder = tmp_path / "copy"
        shutil.copytree(handed[0], folder)
        what = [damaged(folder, chance) for _ in range(chance.randint(1, 4))]
        for passphrase in (WORDS, ""):
            found = judged(folder, passphrase)  # anything but a verdict or a refusal is raised
            assert found is None or isinstance(found["holds"], bool), (SEED, number, what)
        shutil.rmtree(folder)


@given(st.binary(max_size=300))
def test_no_bytes_end_in_a_traceback(data):
    unread = (*VERIFIER["UNREAD"], BrokenError)
    for form in ("iibaibaf", "iibba", "ibbbibiiaaas", "ibsbiba", "ibbbsii", "ibibsa", "ibibaa"):
        with pytest.raises(unread):
            VERIFIER["read"](data, form, "it")
    with pytest.raises(unread):
        VERIFIER["read_note"](data)


VALUES = st.recursive(
    st.booleans() | st.integers(-32, 2**64 - 1) | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=20),
    max_leaves=40,
)


@given(VALUES)
def test_its_messagepack_reads_what_another_wrote(value):
    stored = msgspec.msgpack.encode(value)

    assert VERIFIER["unpack"](stored, 0, 0) == (value, len(stored))


@given(VALUES, st.data())
def test_messagepack_cut_short_or_too_long_is_refused(value, data):
    stored = msgspec.msgpack.encode([1, value])
    cut = stored[: data.draw(st.integers(0, len(stored) - 1))]
    unread = (*VERIFIER["UNREAD"], BrokenError)
    for bent in (cut, stored + b"\0"):
        with pytest.raises(unread):
            VERIFIER["read"](bent, "i" + {bool: "f", int: "i", str: "s", bytes: "b", list: "a"}[type(value)], "it")  # fmt: skip


@pytest.mark.parametrize(
    "stored",
    [
        b"\xc0", b"\xc1", b"\x80", b"\xcb" + bytes(8), b"\xd4\x01\x01", b"\xde\x00\x00",
        b"\x91" * 17 + b"\x01", b"\x91" * 100_000, b"\xdd\xff\xff\xff\xff", b"\xa2\xff\xff",
    ],
)  # fmt: skip
def test_what_the_format_does_not_use_is_refused(stored):
    with pytest.raises((*VERIFIER["UNREAD"], BrokenError)):
        VERIFIER["read"](b"\x92\x01" + stored, "ia", "it")


def test_memory_stays_bounded_on_sizes_nobody_could_hold(small, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(small, folder)
    checkpoint = (folder / "checkpoint").read_bytes()
    bundle = folder / "tile" / "entries" / "000.p" / "2"
    hostile = [
        (folder / "checkpoint", checkpoint.replace(b"\n2\n", b"\n999999999999999999\n")),
        (folder / "checkpoint", b"\n" * (80 << 20)),
        (bundle, b"\xff" * (80 << 20)),
        (bundle, b"\x00" * (80 << 20)),
        (folder / "genesis", b"\xdd\xff\xff\xff\xff" * (16 << 20)),
        (folder / "disclosed", b"\xdd\xff\xff\xff\xff" + b"\x91" * 1000),
    ]
    for one, content in hostile:
        before = one.read_bytes()
        one.write_bytes(content)
        tracemalloc.start()
        found = judged(folder)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        one.write_bytes(before)

        assert found is None or not found["holds"]
        assert peak < 64 << 20, (one.name, peak)


# By itself


def alone(tmp_path):
    """A folder with PyNaCl and what it needs, and nothing else that was ever installed."""
    place = tmp_path / "only"
    place.mkdir()
    installed = Path(nacl.__file__).parent.parent
    for name in ("nacl", "cffi", "pycparser"):
        if (installed / name).is_dir():
            (place / name).symlink_to(installed / name)
    for one in installed.glob("_cffi_backend*"):
        (place / one.name).symlink_to(one)
    return place


RUN = """
import runpy, sys
sys.path.append(sys.argv.pop(1))
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    ours = [name for name in sys.modules if name.split(".")[0] in {"candlemark", "msgspec"}]
    sys.stderr.write(f"modules {ours}")
"""


def run(place, folder, *more):
    return subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-B",
            "-c",
            RUN,
            place,
            folder / "verify_vault.py",
            folder,
            *more,
        ],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        cwd="/",
    )


def test_it_runs_where_only_pynacl_is_installed_and_writes_nothing(small, tmp_path):
    folder, place = tmp_path / "copy", alone(tmp_path)
    shutil.copytree(small, folder)
    (tmp_path / "words.txt").write_text(WORDS.upper() + "\n")
    before = {one: one.stat().st_mtime_ns for one in sorted(folder.rglob("*"))}

    said = run(place, folder, "--passphrase-file", tmp_path / "words.txt")
    document = run(place, folder, "--passphrase-file", tmp_path / "words.txt", "--json")
    without = run(place, folder)
    (tmp_path / "words.txt").write_text(new_passphrase())
    wrong = run(place, folder, "--passphrase-file", tmp_path / "words.txt")
    nowhere = run(place, folder, "--passphrase-file", tmp_path / "no such file")

    assert {one: one.stat().st_mtime_ns for one in sorted(folder.rglob("*"))} == before
    assert (said.returncode, said.stderr) == (0, "modules []")
    assert "2 entries" in said.stdout
    assert said.stdout.endswith("Everything that was checked holds.\n")
    assert json.loads(document.stdout)["holds"] is True
    assert without.returncode == 0
    assert "NOT CHECKED: what is sealed" in without.stdout
    assert "HOLDS: Each entry is signed" in said.stdout
    assert "HOLDS: Each entry is signed" not in without.stdout
    assert wrong.returncode == nowhere.returncode == 2
    assert wrong.stdout == nowhere.stdout == ""

    part = next((folder / "part").iterdir())
    part.unlink()
    broken = run(place, folder)
    assert broken.returncode == 0  # it may have been erased: that is sealed, and said
    assert "1 are absent" in broken.stdout
    (tmp_path / "words.txt").write_text(WORDS)
    broken = run(place, folder, "--passphrase-file", tmp_path / "words.txt")
    assert broken.returncode == 1
    assert "FAULT at leaf" in broken.stdout
    assert "FAULTS." in broken.stdout


def test_it_grows_no_longer_than_it_is():
    assert len(SOURCE.read_text(encoding="utf-8").splitlines()) <= 715


def test_it_imports_the_standard_library_and_pynacl_and_nothing_else():
    found = set()
    for node in ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module.split(".")[0])

    assert found - set(sys.stdlib_module_names) == {"nacl"}


def test_it_cannot_be_imported_as_a_part_of_the_package():
    done = subprocess.run(
        [sys.executable, "-c", "import candlemark.verifier.verify_vault"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "never imported" in done.stderr


def test_the_folder_that_is_no_export_is_said(tmp_path):
    assert "no exported vault" in why_not(tmp_path)
    assert "no exported vault" in why_not(tmp_path / "not there")
