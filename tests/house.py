"""People with keys, and a roster made of what they say: no files, no ciphers but signatures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from candlemark.ledger.cards import certificate_of, new_card
from candlemark.ledger.entry import COMPARTMENTS, META
from candlemark.ledger.genesis import Founder, Genesis, vault_id
from candlemark.ledger.roster_facts import (
    EpochBegan,
    MemberAdded,
    MemberIntroduced,
    RosterApproved,
    RosterChange,
    RosterProposed,
    ThresholdSet,
    encode,
    sign_change,
)
from candlemark.ledger.roster_fold import RosterFold
from candlemark.ledger.roster_keys import Said
from candlemark.seal import SigningKey

START = datetime(2026, 1, 1, tzinfo=UTC)


def drawn(word):
    """32 bytes that stand for random ones, the same in every run."""
    return hashlib.sha256(f"candlemark/house/{word}".encode()).digest()


@dataclass
class Person:
    """Somebody with an identity and one device, a member or not."""

    name: str
    identity: SigningKey = field(repr=False, default=None)
    device: SigningKey = field(repr=False, default=None)

    def __post_init__(self):
        self.identity = SigningKey.from_bytes(drawn(f"{self.name} identity"))
        self.device = SigningKey.from_bytes(drawn(f"{self.name} device"))

    @property
    def kid(self):
        return self.identity.kid

    def card(self, vault, *, device=None, now=START):
        return new_card(vault, self.name, self.identity, device or self.device, now)


PEOPLE = {name: Person(name) for name in ("Sevda", "Aysel", "Ramin", "Leyla", "Murad", "Ghost")}
LOG = SigningKey.from_bytes(drawn("log"))


class House:
    """A vault's roster as it grows; ``add`` says facts as the device of a person."""

    def __init__(self, founders=("Sevda",), threshold=1, recovery=b""):
        people = [PEOPLE[name] for name in founders]
        self.genesis = Genesis(
            1,
            1,
            drawn("salt")[:16],
            tuple(Founder(one.identity.public.raw, one.device.public.raw) for one in people),
            threshold,
            recovery,
            (LOG.public.raw,),
            False,
        )
        self.vault = vault_id(msgspec.msgpack.encode(self.genesis))
        self.fold = RosterFold(self.vault, self.genesis)
        self.n = 0
        self.seqs = {}
        for one in people:
            self.say(one.name, MemberIntroduced(one.card(self.vault)))
        kids = tuple(one.kid for one in people)
        self.say(
            founders[0],
            *(
                EpochBegan(name, 1, drawn(f"{name} 1")[:16], kids, "the beginning")
                for name in (META, *COMPARTMENTS)
            ),
        )
        assert self.fold.faults == []

    @property
    def roster(self):
        return self.fold.roster

    def say(self, name, *facts, device=None, after=timedelta(0), seq=None, log=b""):
        """One entry of a person's device at the instance ``log``; the faults it made."""
        device = device or PEOPLE[name].device
        before = len(self.fold.faults)
        number = self.seqs.get(device.kid, -1) + 1 if seq is None else seq
        self.seqs[device.kid] = max(self.seqs.get(device.kid, -1), number)
        said = Said(self.n, device.kid, START + timedelta(minutes=self.n) + after, number, log)
        self.n += 1
        self.fold.add(said, facts)
        return [fault.what for fault in self.fold.faults[before:]]

    def change(self, *changes, **other):
        """A change of the roster as it stands, in bytes; ``other`` replaces fields of it."""
        made = RosterChange(
            1, self.vault, self.roster.number + 1, self.roster.hash, "a reason", tuple(changes)
        )
        return encode(msgspec.structs.replace(made, **other))

    @staticmethod
    def proposed(change, name, key=None):
        key = key or PEOPLE[name].identity
        return RosterProposed(change, key.kid, sign_change(change, key))

    @staticmethod
    def approved(change, name, key=None):
        key = key or PEOPLE[name].identity
        return RosterApproved(change, key.kid, sign_change(change, key))

    def decide(self, *changes, by=("Sevda",), log=b""):
        """Propose as the first of ``by`` and approve as the others; the faults."""
        change = self.change(*changes)
        faults = self.say(by[0], self.proposed(change, by[0]), log=log)
        for name in by[1:]:
            faults += self.say(name, self.approved(change, name), log=log)
        return faults

    def take_in(self, name, by=("Sevda",), *, administrator=False, coded=True):
        card = PEOPLE[name].card(self.vault)
        return self.decide(MemberAdded(card, administrator, coded), by=by)

    def certificate(self, name, device, *, begins=START, days=90, label="laptop"):
        return certificate_of(
            self.vault,
            PEOPLE[name].identity,
            device,
            label,
            begins,
            begins + timedelta(days=days),
        )

    def names(self):
        return {one.name for one in self.roster.present}


def team(threshold=1):
    """Sevda and Aysel administrators, Ramin a member; so many must sign a change."""
    house = House()
    assert house.take_in("Aysel", administrator=True) == []
    assert house.take_in("Ramin") == []
    if threshold > 1:
        assert house.decide(ThresholdSet(threshold)) == []
    return house
