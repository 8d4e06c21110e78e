"""Exports of vaults for the tests of the verifier: rich worlds, honest and lying, and both verdicts."""

from __future__ import annotations

import argparse
import hashlib
import itertools
import random
import runpy
import secrets
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

import candlemark
from candlemark.errors import CandlemarkError
from candlemark.ledger import Fact, Kinds, Part, Vault, application
from candlemark.ledger.checkpoint import signed_head
from candlemark.ledger.entry import (
    Meta,
    PartNote,
    SealedPart,
    Seen,
    encode_leaf,
    encode_meta,
    read_leaf,
    signed_message,
)
from candlemark.ledger.exporting import DISCLOSED, Exporting, _under
from candlemark.ledger.genesis import log_id, log_name, read_genesis
from candlemark.ledger.joining import join, pull
from candlemark.ledger.membership import added
from candlemark.ledger.memory import MemoryStore
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.ledger.opening import Opener
from candlemark.ledger.recovering import public_halves, recover
from candlemark.ledger.roster_facts import KINDS as OWN
from candlemark.ledger.roster_facts import LogAdded, MemberChanged, ThresholdSet
from candlemark.ledger.store import Head, Row
from candlemark.ledger.tiles import ENTRIES, WIDTH, read_bundle, tiles_of, write_bundle
from candlemark.ledger.verification import verify
from candlemark.seal import Cost, RecoveryKey, new_passphrase, seal_part
from candlemark.seal.notes import Note
from candlemark.seal.padding import size_class

SOURCE = Path(candlemark.__file__).parent / "verifier" / "verify_vault.py"
WORDS = "abacus abdomen abdominal abide abiding ability ablaze"
VERIFIER = runpy.run_path(str(SOURCE), run_name="verify_vault")
BrokenError = VERIFIER["BrokenError"]


class Said(Fact):
    text: str


KINDS = Kinds.of(("test.said", 1, Said))


def judged(folder, passphrase=WORDS, **asked):
    """What the verifier says of an export; None where it says that it could not check."""
    args = argparse.Namespace(folder=str(folder), words=None, checkpoint=None, cosigner=[])
    vars(args).update(asked)
    try:
        return VERIFIER["examine"](args, passphrase)
    except (*VERIFIER["UNREAD"], BrokenError):
        return None


def why_not(folder, passphrase=WORDS):
    """Why the verifier could not check."""
    args = argparse.Namespace(folder=str(folder), words=None, checkpoint=None, cosigner=[])
    try:
        VERIFIER["examine"](args, passphrase)
    except (*VERIFIER["UNREAD"], BrokenError) as error:
        return str(error)
    return ""


def faults_of(found):
    """Where something does not hold."""
    return [one["where"] for one in found["faults"]]


def loaded(folder):
    """An export as a store of the ledger's own; raises what cannot be a store at all."""
    note = (folder / "checkpoint").read_bytes()
    size = int(Note.parse(note).text.split("\n")[1])
    rows, tree = [], Tree()
    for tile in tiles_of(size):
        if tile.level == ENTRIES:
            for leaf in read_bundle((folder / tile.path).read_bytes(), tile.width):
                rows.append(Row(len(rows), leaf, leaf_hash(leaf), action_of(leaf)))
    filled = []
    tree = tree.grown((row.hash for row in rows), filled)
    store = MemoryStore((folder / "genesis").read_bytes(), Head(size, tree.packed, note))
    store.leaves = rows
    store.places = {row.action: row.n for row in rows}
    store.sealed = {
        bytes.fromhex(one.name): one.read_bytes() for one in (folder / "part").iterdir()
    }
    store.tiles = {(one.level, one.n): one.root for one in filled}
    return store


def action_of(leaf):
    try:
        return read_leaf(leaf).action
    except CandlemarkError:
        return bytes(16)


def by_ledger(folder, identity):
    """What the ledger's own verification says of an export; None where it cannot be one."""
    try:
        store = loaded(folder)
        read_genesis(store.genesis())
    except (CandlemarkError, OSError, ValueError, IndexError):
        return None
    keys = identity.keyring.compartments
    before = keys._said, keys._me
    try:
        return verify(store, identity, KINDS, None, None)
    finally:  # or the next test would write by what a damaged export says of compartments
        keys.follow(*before)


def agree(folder, identity):
    """Whether both say the same; and what each says."""
    mine, theirs = judged(folder), by_ledger(folder, identity)
    holds = mine is not None and mine["holds"]
    right = theirs is not None and not theirs.faults
    return holds == right, mine and mine["faults"], theirs and theirs.faults


class Home:
    """An organisation's vault with members, and everything that can happen to it."""

    def __init__(self, place, seed):
        self.place, self.chance = place, random.Random(seed)
        self.seconds = itertools.count()
        self.recovery = RecoveryKey(bytes(32))
        self.words = {"founder": WORDS}
        self.path = place / "home"
        self.taken = itertools.count()
        Vault.create(
            self.path, WORDS, "Home", cost=Cost.QUICK, kinds=KINDS, clock=self.clock,
            recovery=public_halves(self.recovery),
        ).close()  # fmt: skip
        with self.open() as vault:
            vault.members.begin()

    def clock(self):
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(self.seconds))

    def open(self, who="founder"):
        return Vault.open(self.path, self.words[who], KINDS, clock=self.clock)

    def kid(self, vault, who):
        return next((one for one in vault.members.roster().present if one.name == who), None)

    # What can happen

    def say(self, who="founder"):
        with self.open(who) as vault:
            parts = [Part("coded", (Said(secrets.token_hex(self.chance.randint(1, 400))),))]
            for name in ("identity", "identity:case"):
                if name in vault._identity.keyring.compartments and self.chance.random() < 0.6:
                    person = self.chance.choice(["", "person_x", "person_y"])
                    parts.append(Part(name, (Said("who"), Said("where")), person))
            vault.ledger.append_all([parts] * self.chance.randint(1, 2))

    def take_in(self, who, *, administrator=True):
        words = new_passphrase()
        card = application(self.path, who, words, cost=Cost.QUICK, clock=self.clock)
        self.decide([added(card, administrator=administrator)])
        self.words[who] = words
        with self.open() as vault:
            vault.members.add_reader("identity", self.kid(vault, who))

    def decide(self, changes):
        with self.open() as vault:
            proposal = vault.members.propose(changes)
            waits = vault.members.roster().waiting
        for who in [one for one in self.words if one != "founder"]:
            if not waits:
                return
            with self.open(who) as vault:
                if vault.members.me.administrator:
                    vault.members.approve(proposal.code)
                    waits = vault.members.roster().waiting

    def remove(self, who):
        with self.open() as vault:
            change = vault.members.removal(self.kid(vault, who))
        del self.words[who]
        self.decide([change])
        with self.open() as vault:
            vault.members.settle()

    def rotate(self, name="coded"):
        with self.open() as vault:
            vault.members.rotate(name)

    def open_case(self):
        with self.open() as vault:
            vault.members.open_compartment("identity:case", [])

    def threshold(self, number):
        self.decide([ThresholdSet(number)])

    def erase(self, subject="person_x", second="Aysel"):
        with self.open() as vault:
            asked = vault.erasing.ask(subject, "mistake")
        with self.open(second) as vault:
            vault.erasing.agree(asked.code)
        with self.open() as vault:
            vault.erasing.carry_out()

    def laptop(self, who="Aysel"):
        """A member's second machine says something, which comes home; then its device is lost."""
        stick, back, laptop = (self.place / one for one in ("stick", "back", "laptop"))
        with self.open(who) as vault:
            key = vault.export_key()
            vault.share(stick)
        joined = join(stick, laptop, self.words[who], key=key, clock=self.clock)
        self.decide([LogAdded(joined.log, "laptop")])
        with self.open() as vault:
            vault.share(stick)
        pull(laptop, self.words[who], stick, KINDS, clock=self.clock)
        self.say()
        with Vault.open(laptop, self.words[who], KINDS, clock=self.clock) as vault:
            vault.ledger.append([Part("coded", (Said("from the laptop"),))])
            vault.share(back)
            device = vault._identity.keyring.device.kid.hex()
        pull(self.path, WORDS, back, KINDS, clock=self.clock)
        with self.open(who) as vault:
            vault.members.give_up_device(device)

    def recover(self):
        words = new_passphrase()
        recover(self.path, self.recovery, "Rescuer", words, cost=Cost.QUICK, clock=self.clock)
        self.words["Rescuer"] = words

    def clear(self, who, *, coded):
        with self.open() as vault:
            one = self.kid(vault, who)
        self.decide([MemberChanged(one.kid, one.administrator, coded)])
        with self.open() as vault:
            vault.members.settle()

    # What is handed over

    def export(self, *names):
        """An export of the vault as it stands; and the identity of the one who made it."""
        folder = self.place / f"export-{next(self.taken)}"
        with self.open() as vault:
            vault.exporting.export(folder, names, WORDS, cost=Cost.QUICK)
            return folder, vault._identity

    def all_names(self):
        with self.open() as vault:
            return [name for name in vault._identity.keyring.compartments if name != "meta"]


def rich(place, seed=1):
    """Three members, a removal, a rotation, a lost device, an erasure, imports, a recovery."""
    home = Home(place, seed)
    home.say()
    home.take_in("Aysel")
    home.take_in("Bo", administrator=False)
    home.threshold(2)
    home.open_case()
    for who in ("founder", "Aysel", "Bo", "founder"):
        home.say(who)
    with home.open("Bo") as vault:
        vault.ledger.append([Part("identity", (Said("x"),), "person_x")])
    home.rotate()
    home.laptop()
    home.remove("Bo")
    home.erase()
    home.say("Aysel")
    home.recover()
    home.say("Rescuer")
    return home


# Lies by somebody who has every key


class Liar:
    """Writes one more entry into an export, by a member with all keys, that lies in one point."""

    def __init__(self, folder, identity):
        self.folder, self.identity, self.store = folder, identity, loaded(folder)
        self.vault, self.keys = identity.vault, identity.keyring
        self.name = log_name(self.vault, self.keys.log.public)

    def readable(self):
        """Whether an honest writer could go on here."""
        try:
            self.last()
        except CandlemarkError:
            return False
        return True

    def last(self):
        """The last leaf, and the logical time and device chain so far."""
        opener = Opener(self.vault, self.keys.compartments)
        lamport, seq, prev = 0, -1, bytes(32)
        for row in self.store.leaves:
            leaf = read_leaf(row.leaf)
            meta = opener.meta(leaf, self.store.sealed).meta
            lamport = max(lamport, meta.lamport)
            if meta.device == self.keys.device.kid:
                seq, prev = meta.seq, row.hash
        return lamport, seq, prev

    def add(self, facts=(), *, compartment="coded", meta=None, sign=None, leaf=None, content=None,
            key=None, notes=None, cut=None, log=None, subject=""):  # fmt: skip
        keys, action = self.keys, secrets.token_bytes(16)
        lamport, seq, prev = self.last()
        body, kinds = (KINDS | OWN).encode(list(facts) or [Said("more")])
        body = body if content is None else content
        sealing = key or keys.compartments[compartment]
        sealed = seal_part(sealing, self.vault, action, body)
        part = SealedPart(sealing.kid, hashlib.sha256(sealed).digest(), size_class(len(body)))
        tree = Tree().grown(row.hash for row in self.store.leaves)
        said = Meta(
            1, self.vault, action, keys.device.kid, seq + 1, prev, lamport + 1, 1_767_300_000_000,
            Seen(log_id(self.name), tree.size, tree.root),
            (PartNote(kinds, subject, compartment),) if notes is None else notes, (), "en",
        )  # fmt: skip
        said = msgspec.structs.replace(said, **(meta or {}))
        encoded = encode_meta(said)
        encoded = cut(encoded) if cut else encoded
        signature = (sign or keys.device).sign(signed_message(encoded, [part.hash]))
        outer = keys.compartments["meta"]
        meta_sealed = seal_part(outer, self.vault, action, encoded + signature)
        first = SealedPart(
            outer.kid, hashlib.sha256(meta_sealed).digest(), size_class(len(encoded) + 64)
        )
        stored = encode_leaf(self.vault, action, (first, part))
        stored = leaf(stored) if leaf else stored
        self.store.leaves.append(Row(tree.size, stored, leaf_hash(stored), action))
        self.store.sealed |= {first.hash: meta_sealed, part.hash: sealed}
        self.write(log=log)

    def write(self, log=None):
        """The export again, over the leaves and parts as they are now."""
        tree = Tree().grown(row.hash for row in self.store.leaves)
        self.store._head = signed_head(tree, self.name, log or self.keys.log)
        shutil.rmtree(self.folder / "tile")
        shutil.rmtree(self.folder / "part")
        for tile in tiles_of(tree.size):
            if tile.level == ENTRIES:
                leaves = self.store.leaves[tile.n * WIDTH : tile.n * WIDTH + tile.width]
                (self.folder / tile.path).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / tile.path).write_bytes(write_bundle([row.leaf for row in leaves]))
        (self.folder / "part").mkdir()
        for one, sealed in self.store.sealed.items():
            (self.folder / "part" / one.hex()).write_bytes(sealed)
        (self.folder / "checkpoint").write_bytes(self.store._head.note)
        held = Exporting(None, self.store, self.identity)._keys(
            list(self.keys.compartments), tree.size, tree.root
        )
        (self.folder / DISCLOSED).write_bytes(_under(WORDS, Cost.QUICK, self.vault, held))


# Damage by somebody with the files and no key


def whole_files(folder):
    """The files of an export that carry the record, in order; not the program, nor what it says."""
    return sorted(
        one
        for one in folder.rglob("*")
        if one.is_file() and one.name not in {"verify_vault.py", "READ-ME.txt"}
    )


def damaged(folder, chance, *, record_only=False):
    """Change one thing in an export without a key; what was done, for the eye."""
    files = whole_files(folder)
    if record_only:  # what the ledger's own verification knows of
        files = [one for one in files if one.name not in {"disclosed", "words"}]
    one, other = chance.sample(files, 2)
    stored = bytearray(one.read_bytes())
    what = chance.choice(["flip", "cut", "longer", "missing", "moved", "swapped", "noise"])
    if what == "flip" or not stored:
        stored[chance.randrange(len(stored))] ^= 1 << chance.randrange(8)
        one.write_bytes(stored)
    elif what == "cut":
        one.write_bytes(stored[: chance.randrange(len(stored))])
    elif what == "longer":
        one.write_bytes(bytes(stored) + chance.randbytes(chance.randint(1, 40)))
    elif what == "missing":
        one.unlink()
    elif what == "moved":
        one.write_bytes(other.read_bytes())
    elif what == "swapped":
        one.write_bytes(other.read_bytes())
        other.write_bytes(stored)
    else:
        at = chance.randrange(len(stored))
        stored[at : at + 8] = chance.randbytes(len(stored[at : at + 8]))
        one.write_bytes(stored)
    return f"{what} {one.relative_to(folder)}"


def wander(place, chance):
    """A vault to which things happen by chance; yields an export and its maker's identity often."""
    home = Home(place, chance.random())
    home.take_in("Aysel")
    happens = {
        "say": lambda: home.say(chance.choice(sorted(home.words))),
        "rotate": lambda: home.rotate(chance.choice(["coded", "meta", "identity"])),
        "case": home.open_case,
        "bo": lambda: home.take_in("Bo", administrator=False),
        "remove": lambda: home.remove("Bo"),
        "two": lambda: home.threshold(2),
        "erase": lambda: home.erase(chance.choice(["person_x", "person_y"])),
        "laptop": home.laptop,
        "recover": home.recover,
        "uncleared": lambda: home.clear("Bo", coded=False),
    }
    while True:
        what = chance.choice([*["say"] * 6, *sorted(happens)])
        try:
            happens[what]()
        except (CandlemarkError, AttributeError, KeyError):
            continue  # nobody there to be removed, say; the world goes on as it was
        for _ in range(4):
            yield home.export(*[name for name in home.all_names() if chance.random() < 0.7])
