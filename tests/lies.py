"""Lies a member with every key can put into a log, each in one point; for the tests of verifiers."""

from __future__ import annotations

import hashlib

from candlemark.ledger.cards import certificate_of, new_card
from candlemark.ledger.entry import PartNote, Seen
from candlemark.ledger.genesis import log_id
from candlemark.ledger.membership import added
from candlemark.ledger.roster_facts import (
    DeviceCertified,
    DeviceLost,
    DeviceRevoked,
    Ended,
    EpochBegan,
    ErasureAgreed,
    ErasureAsked,
    ErasureDone,
    LogAdded,
    MemberAdded,
    MemberChanged,
    MemberFrozen,
    MemberIntroduced,
    MemberRemoved,
    MemberThawed,
    ReaderAdded,
    RecoverySet,
    RosterApproved,
    RosterChange,
    RosterProposed,
    Signed,
    TakenBack,
    ThresholdSet,
    encode,
    sign_change,
)
from candlemark.seal import SealingKey, SigningKey

X16, X32 = b"x" * 16, b"x" * 32


DESK = frozenset({
    "a deep fact", "half a fact", "more behind", "no facts", "not facts", "facts in meta",
    "own facts in coded", "listed otherwise", "listed twice", "long language",
    "a ghost reader", "a reader of nothing", "a reader who is gone", "an epoch", "the next epoch",
    "an epoch for a ghost", "an epoch for nobody", "an epoch for one who is gone",
    "an epoch of a line end", "an epoch of no compartment", "of an older key",
    "a member gone frozen", "nobody frozen", "an erasure done too early", "no erasure done",
    "logical time leaps",
})  # fmt: skip
"""Lies about what the verifier that is handed over leaves to the program, and says that it does."""


def change_of(liar, roster, *changes, number=None, previous=None, vault=None, by=None, signer=None):
    """A change of the roster with one signature; in order unless it is told otherwise."""
    content = encode(
        RosterChange(
            1,
            vault or roster.vault,
            roster.number + 1 if number is None else number,
            previous or roster.hash,
            "",
            changes,
        )
    )
    key = by or liar.keys.identity
    return RosterProposed(content, signer or key.kid, sign_change(content, key))


def lies(liar, roster, chance):
    """Every lie by its name, as what to hand to :meth:`exports.Liar.add`."""
    ghost, clock = SigningKey.generate(), roster.compartments["meta"].epochs[0].day
    me = liar.keys.identity
    others = [one for one in roster.present if one.kid != me.kid]
    other = chance.choice(others).kid if others else X16
    device = chance.choice(list(roster.devices))
    card = new_card(liar.vault, "Ghost", ghost, SigningKey.generate(), clock)
    bent = Signed(card.content, card.signer, bytes(64))
    fresh = SigningKey.generate()
    late = clock.replace(year=9000)
    small = liar.store.leaves[0]

    def certificate(member, key, *, vault=liar.vault, begins=clock, ends=late):
        return DeviceCertified(certificate_of(vault, member, key, "other", begins, ends))

    def own(*facts, **more):
        return {"facts": facts, "compartment": "meta", **more}

    def roster_says(*changes, **more):
        return own(change_of(liar, roster, *changes, **more))

    two = change_of(liar, roster, LogAdded(X32, "x"))
    removed = [one for one in roster.members.values() if one.removed is not None]
    gone = removed[0].kid if removed else X16
    first_epoch = roster.compartments["coded"].epochs[0].kid
    kids = liar.keys.compartments
    name = liar.name
    cases = {
        "nothing": {},
        "signed by a ghost": {"sign": ghost},
        "of a ghost's device": {"meta": {"device": ghost.kid}, "sign": ghost},
        "another member's device": {"meta": {"device": device}},
        "number skipped": {"meta": {"seq": 10_000}},
        "number repeated": {"meta": {"seq": 0}},
        "another previous": {"meta": {"prev": X32}},
        "logical time stands": {"meta": {"lamport": 1}},
        "logical time leaps": {"meta": {"lamport": 2**62}},
        "written before": {"meta": {"written": 0}},
        "written at the end of time": {"meta": {"written": 253_402_300_799_999}},
        "another vault": {"meta": {"vault": X16}},
        "another action": {"meta": {"action": X16}},
        "another root seen": {"meta": {"seen": Seen(log_id(name), len(liar.store.leaves), X32)}},
        "less seen": {"meta": {"seen": Seen(log_id(name), 0, hashlib.sha256(b"").digest())}},
        "more seen": {"meta": {"seen": Seen(log_id(name), 10**6, X32)}},
        "another log seen": {"meta": {"seen": Seen(X16, 3, X32)}},
        "meta longer": {"cut": lambda meta: meta + b"\0"},
        "meta shorter": {"cut": lambda meta: meta[:-1]},
        "meta of a later format": {"meta": {"format": 2}},
        "meta of format 0": {"meta": {"format": 0}},
        "no language": {"meta": {"language": ""}},
        "long language": {"meta": {"language": "x" * 65}},
        "corrects itself": {"meta": {"supersedes": (X16,)}},
        "listed otherwise": {"notes": (PartNote((("test.said", 2),), "", "coded"),)},
        "listed twice": {"notes": (PartNote((("test.said", 1),) * 2, "", "coded"),)},
        "two notes": {"notes": (PartNote((("test.said", 1),), "", "coded"),) * 2},
        "no note": {"notes": ()},
        "another compartment": {"notes": (PartNote((("test.said", 1),), "", "identity"),)},
        "a compartment nobody knows": {"notes": (PartNote((("test.said", 1),), "", "identity:z"),)},
        "a steering compartment": {"notes": (PartNote((("test.said", 1),), "", "\x1b[2J"),)},
        "another person": {"subject": "person_q"},
        "no facts": {"content": b"\x90"},
        "not facts": {"content": b"\xc1"},
        "half a fact": {"content": b"\x91\x93\xa9test.said\x01"},
        "more behind": {"content": b"\x91\x93\xa9test.said\x01\x91\xa1x\0"},
        "a deep fact": {"content": b"\x91\x93\xa9test.said\x01" + b"\x91" * 40 + b"\x01"},
        "of an older key": {"key": kids.key(first_epoch)},
        "of a key never announced": {"key": SealingKey.generate()},
        "of the key of meta": {"key": kids["meta"]},
        "a leaf of a later format": {"leaf": lambda leaf: leaf[:1] + b"\x02" + leaf[2:]},
        "a leaf of a later suite": {"leaf": lambda leaf: leaf[:2] + b"\x02" + leaf[3:]},
        "a leaf of another vault": {"leaf": lambda leaf: leaf.replace(liar.vault, X16)},
        "a leaf with more behind": {"leaf": lambda leaf: leaf + b"\0"},
        "a leaf again": {"leaf": lambda _: small.leaf},
        "no leaf": {"leaf": lambda _: b""},
        "another log signs": {"log": ghost},
        "own facts in coded": {"facts": (MemberFrozen(other),), "compartment": "coded"},
        "facts in meta": own(),
        "a proposal": roster_says(LogAdded(X32, "x")),
        "a proposal by a ghost": roster_says(LogAdded(X32, "x"), by=ghost),
        "a proposal in another's name": roster_says(LogAdded(X32, "x"), signer=other),
        "a proposal of another vault": roster_says(LogAdded(X32, "x"), vault=X16),
        "an overtaken proposal": roster_says(LogAdded(X32, "x"), number=0),
        "a proposal on another roster": roster_says(LogAdded(X32, "x"), previous=X32),
        "a proposal twice": own(two, two),
        "a proposal with no change": roster_says(),
        "a proposal that cannot be read": own(RosterProposed(b"\x93", me.kid, bytes(64))),
        "an approval of nothing": own(RosterApproved(b"x", me.kid, bytes(64))),
        "an approval of one's own": own(two, RosterApproved(two.change, me.kid, two.signature)),
        "an approval by a ghost": own(
            two, RosterApproved(two.change, ghost.kid, sign_change(two.change, ghost))
        ),
        "an approval that does not hold": own(two, RosterApproved(two.change, other, bytes(64))),
        "a member added alone": roster_says(added(card, administrator=True)),
        "a bent card": roster_says(added(bent)),
        "no card": roster_says(MemberAdded(Signed(b"", X16, bytes(64)), True, True)),
        "a threshold of many": roster_says(ThresholdSet(64)),
        "a threshold of one": roster_says(ThresholdSet(1)),
        "a member changed": roster_says(MemberChanged(other, True, True)),
        "nobody changed": roster_says(MemberChanged(X16, True, True)),
        "a member removed without devices": roster_says(MemberRemoved(other, ())),
        "a device revoked": roster_says(DeviceRevoked(Ended(device, 0))),
        "no device revoked": roster_says(DeviceRevoked(Ended(X16, 0))),
        "nobody thawed": roster_says(MemberThawed(X16)),
        "a member thawed": roster_says(MemberThawed(other)),
        "half a recovery key": roster_says(RecoverySet(X32, b"")),
        "no recovery key": roster_says(RecoverySet(b"", b"")),
        "a log again": roster_says(LogAdded(roster.logs[0], "x")),
        "the founder again": own(MemberIntroduced(card)),
        "a ghost's device": own(certificate(ghost, ghost)),
        "a device of one's own": own(certificate(me, fresh)),
        "a device of another vault": own(certificate(me, fresh, vault=X16)),
        "a device in the future": own(certificate(me, fresh, begins=late.replace(year=8000))),
        "a device that ends before": own(certificate(me, fresh, begins=late, ends=clock)),
        "a device of a key that was lost": own(DeviceCertified(Signed(b"\x97", me.kid, bytes(64)))),
        "a device certified at the end of time": own(
            certificate(me, fresh), meta={"written": 253_402_300_799_999}
        ),
        "a new device signs for itself": own(
            certificate(me, fresh),
            meta={"device": fresh.kid, "seq": 0, "prev": bytes(32)},
            sign=fresh,
        ),
        "a ghost certifies and signs": own(
            certificate(ghost, fresh),
            meta={"device": fresh.kid, "seq": 0, "prev": bytes(32)},
            sign=fresh,
        ),
        "another's device lost": own(DeviceLost(Ended(device, 0))),
        "no device lost": own(DeviceLost(Ended(X16, 0))),
        "one's own device lost": own(DeviceLost(Ended(liar.keys.device.kid, 0))),
        "a member frozen": own(MemberFrozen(other)),
        "nobody frozen": own(MemberFrozen(X16)),
        "a member gone frozen": own(MemberFrozen(gone)),
        "an erasure asked": own(ErasureAsked(X16, "person_y", "mistake", (), ())),
        "an erasure about nobody": own(ErasureAsked(X16, "", "mistake", (), ())),
        "an erasure asked twice": own(*[ErasureAsked(X16, "p", "mistake", (), ())] * 2),
        "an erasure of what is there": own(
            ErasureAsked(X16, "person_y", "mistake", tuple(liar.store.sealed), ())
        ),
        "an erasure agreed to alone": own(
            ErasureAsked(X16, "person_y", "mistake", (), ()), ErasureAgreed(X16)
        ),
        "no erasure agreed to": own(ErasureAgreed(X16)),
        "no erasure done": own(ErasureDone(X16)),
        "an erasure taken back": own(
            ErasureAsked(X16, "person_y", "mistake", (), ()),
            TakenBack("erasure", X16),
            ErasureAgreed(X16),
        ),
        "nothing taken back": own(TakenBack("nothing", X16), TakenBack("change", X16)),
        "an erasure done too early": own(
            ErasureAsked(X16, "person_y", "mistake", (), ()), ErasureDone(X16)
        ),
        "an epoch": own(EpochBegan("coded", 2, X16, (me.kid,), "")),
        "the next epoch": own(
            EpochBegan("coded", len(roster.compartments["coded"].epochs) + 1, X16, (me.kid,), "")
        ),
        "an epoch for a ghost": own(EpochBegan("identity:new", 1, X16, (ghost.kid,), "")),
        "an epoch for one who is gone": own(EpochBegan("identity:new", 1, X16, (gone,), "")),
        "an epoch for nobody": own(EpochBegan("identity:new", 1, X16, (), "")),
        "an epoch of no compartment": own(EpochBegan("coded:x", 1, X16, (me.kid,), "")),
        "an epoch of a line end": own(EpochBegan("coded\n", 1, X16, (me.kid,), "")),
        "a new compartment": own(EpochBegan("identity:new", 1, X16, (me.kid,), "")),
        "a reader": own(ReaderAdded("identity", other)),
        "a ghost reader": own(ReaderAdded("identity", ghost.kid)),
        "a reader of nothing": own(ReaderAdded("identity:new", other)),
        "a reader of coded": own(ReaderAdded("coded", other)),
        "a reader who is gone": own(ReaderAdded("identity", gone)),
    }
    part = chance.choice(list(liar.store.sealed))
    cases["an erasure of one part alone"] = own(
        ErasureAsked(X16, "person_y", "mistake", (part,), ())
    )
    return cases
