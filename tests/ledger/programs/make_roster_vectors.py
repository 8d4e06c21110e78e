"""Writes tests/vectors/roster/team.json anew: a vault of three, recorded entry by entry.

Usage: make_roster_vectors.py FOLDER

Everything but the wraps comes out the same each time; a wrap is made with fresh random bytes, as it
must be.  Sevda founds the vault, takes in Aysel and Ramin, and lets two sign; Ramin says something;
Sevda and Aysel remove him; Aysel changes the keys and says something under the new ones.
"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import msgspec

from candlemark.ledger import Fact, Kinds
from candlemark.ledger.checkpoint import signed_head
from candlemark.ledger.entry import (
    META,
    Meta,
    PartNote,
    SealedPart,
    Seen,
    encode_leaf,
    encode_meta,
    signed_message,
)
from candlemark.ledger.genesis import Founder, Genesis, log_id, log_name, vault_id
from candlemark.ledger.merkle import HASH_BYTES, Tree, leaf_hash
from candlemark.ledger.roster_facts import (
    KINDS,
    Ended,
    EpochBegan,
    MemberAdded,
    MemberIntroduced,
    MemberRemoved,
    ReaderAdded,
    RosterApproved,
    RosterChange,
    RosterProposed,
    ThresholdSet,
    encode,
    sign_change,
)
from candlemark.ledger.roster_fold import RosterFold
from candlemark.ledger.roster_keys import Said
from candlemark.ledger.wraps import COMPARTMENT, SIGNING, Named, receiving_key, wrap_for
from candlemark.seal import SealingKey, seal_part
from candlemark.seal.padding import size_class
from house import LOG, PEOPLE, START, drawn

SEVDA, AYSEL, RAMIN = (PEOPLE[name] for name in ("Sevda", "Aysel", "Ramin"))
GENESIS = msgspec.msgpack.encode(
    Genesis(
        1,
        1,
        drawn("salt")[:16],
        (Founder(SEVDA.identity.public.raw, SEVDA.device.public.raw),),
        1,
        b"",
        (LOG.public.raw,),
        False,
    )
)
VAULT = vault_id(GENESIS)
NAME = log_name(VAULT, LOG.public)
KEYS = {
    (name, epoch): SealingKey.from_bytes(drawn(f"key {name} {epoch}"))
    for name in ("meta", "coded", "identity")
    for epoch in (1, 2)
}


class Spoken(Fact, frozen=True):
    """What somebody says."""

    text: str


ALL = KINDS | Kinds.of(("test.said", 1, Spoken))


@dataclass
class Story:
    """Entries in order, and the roster after them."""

    fold: RosterFold = field(
        default_factory=lambda: RosterFold(VAULT, msgspec.msgpack.decode(GENESIS, type=Genesis))
    )
    tree: Tree = field(default_factory=Tree)
    leaves: list[bytes] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    wraps: list[tuple] = field(default_factory=list)
    chains: dict = field(default_factory=dict)
    epoch: int = 1

    def say(self, person, *facts, compartment=META):
        """One entry."""
        n = len(self.leaves)
        action = drawn(f"action {n}")[:16]
        content, kinds = ALL.encode(facts)
        key = KEYS[compartment, self.epoch]
        part = seal_part(key, VAULT, action, content, drawn(f"part {n}"))
        sealed = SealedPart(key.kid, hashlib.sha256(part).digest(), size_class(len(content)))
        seq, prev = self.chains.get(person.name, (-1, bytes(HASH_BYTES)))
        written = START + timedelta(minutes=n)
        meta = Meta(
            1,
            VAULT,
            action,
            person.device.kid,
            seq + 1,
            prev,
            n + 1,
            int(written.timestamp() * 1000),
            Seen(log_id(NAME), n, self.tree.root),
            (PartNote(kinds, "", compartment),),
            (),
            "en",
        )
        said = encode_meta(meta)
        whole = said + person.device.sign(signed_message(said, [sealed.hash]))
        meta_key = KEYS[META, self.epoch]
        meta_part = seal_part(meta_key, VAULT, action, whole, drawn(f"meta {n}"))
        first = SealedPart(meta_key.kid, hashlib.sha256(meta_part).digest(), size_class(len(whole)))
        leaf = encode_leaf(VAULT, action, (first, sealed))
        self.leaves.append(leaf)
        self.parts += [meta_part, part]
        self.chains[person.name] = (seq + 1, leaf_hash(leaf))
        self.tree = self.tree.grown([leaf_hash(leaf)])
        self.fold.add(Said(n, person.device.kid, written, seq + 1), facts)
        assert self.fold.faults == []

    def change(self, reason, *changes):
        """A change of the roster as it stands."""
        roster = self.fold.roster
        return encode(RosterChange(1, VAULT, roster.number + 1, roster.hash, reason, changes))

    def wrap(self, person, *named):
        """Keys for a person, on the roster as it stands."""
        recipient = receiving_key(person.identity, VAULT).recipient
        self.wraps += [wrap_for(recipient, VAULT, self.fold.roster.hash, one) for one in named]


def proposed(change, person):
    """The first signature."""
    return RosterProposed(change, person.kid, sign_change(change, person.identity))


def keys(epoch):
    """Those of the two compartments everybody here reads."""
    return [Named(COMPARTMENT + name, KEYS[name, epoch], epoch) for name in ("coded", "meta")]


def told():
    """The whole story."""
    story, log = Story(), Named(SIGNING + "log", LOG)
    begun = [
        EpochBegan(name, 1, KEYS[name, 1].kid, (SEVDA.kid,), "the beginning")
        for name in ("coded", "identity", "meta")
    ]
    story.say(SEVDA, MemberIntroduced(SEVDA.card(VAULT)), *begun)
    both = story.change(
        "the beginning",
        MemberAdded(AYSEL.card(VAULT), administrator=True, coded=True),
        MemberAdded(RAMIN.card(VAULT), administrator=False, coded=True),
    )
    story.say(SEVDA, proposed(both, SEVDA))
    for person in (AYSEL, RAMIN):
        story.wrap(person, *keys(1), log)
    story.say(
        SEVDA,
        *(ReaderAdded(name, one.kid) for one in (AYSEL, RAMIN) for name in ("coded", "meta")),
    )
    story.say(SEVDA, proposed(story.change("", ThresholdSet(2)), SEVDA))
    story.say(RAMIN, Spoken("said by Ramin"), compartment="coded")
    removal = story.change("he left", MemberRemoved(RAMIN.kid, (Ended(RAMIN.device.kid, 0),)))
    story.say(SEVDA, proposed(removal, SEVDA))
    story.say(AYSEL, RosterApproved(removal, AYSEL.kid, sign_change(removal, AYSEL.identity)))
    for person in (SEVDA, AYSEL):
        story.wrap(person, *keys(2))
    rest = (SEVDA.kid, AYSEL.kid)
    story.say(
        AYSEL,
        *(
            EpochBegan(name, 2, KEYS[name, 2].kid, rest, "a reader left")
            for name in ("coded", "meta")
        ),
    )
    story.epoch = 2
    story.say(AYSEL, Spoken("said later"), compartment="coded")
    return story, both, removal


def main(folder: Path) -> None:
    """Write the file."""
    story, both, removal = told()
    roster = story.fold.roster
    content = {
        "genesis": GENESIS.hex(),
        "vault": VAULT.hex(),
        "secrets": {
            one.name: {
                "identity": one.identity.reveal().hex(),
                "device": one.device.reveal().hex(),
            }
            for one in (SEVDA, AYSEL, RAMIN)
        },
        "log": LOG.reveal().hex(),
        "sealing": {f"{name} {epoch}": key.reveal().hex() for (name, epoch), key in KEYS.items()},
        "card": encode(AYSEL.card(VAULT)).hex(),
        "taken_in": both.hex(),
        "removal": removal.hex(),
        "removal_signature": sign_change(removal, SEVDA.identity).hex(),
        "leaves": [leaf.hex() for leaf in story.leaves],
        "parts": [part.hex() for part in story.parts],
        "checkpoint": signed_head(story.tree, NAME, LOG).note.decode(),
        "roster": {
            "number": roster.number,
            "hash": roster.hash.hex(),
            "threshold": roster.threshold,
            "members": {one.name: one.removed for one in roster.members.values()},
            "epochs": {
                name: [epoch.kid.hex() for epoch in there.epochs]
                for name, there in roster.compartments.items()
            },
        },
        "wraps": [
            [one.kid.hex(), one.holder.hex(), int(one.suite), one.roster.hex(), one.wrapped.hex()]
            for one in story.wraps
        ],
    }
    path = folder / "roster" / "team.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
