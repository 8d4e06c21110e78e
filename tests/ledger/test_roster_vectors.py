"""The recorded vault of three: this program agrees with it, and so does another.

The other program is here and in tests/independent.py.  It goes by docs/formats/roster.md alone and
imports nothing of Candlemark; the first half of this file is where Candlemark reads the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import msgspec
import nacl.bindings as sodium
import pytest

from candlemark.ledger import Fact, Kinds
from candlemark.ledger.checkpoint import signed_head
from candlemark.ledger.compartments import CompartmentKeys
from candlemark.ledger.genesis import log_name, read_genesis
from candlemark.ledger.ledger import Ledger
from candlemark.ledger.memory import MemoryStore
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.ledger.store import Row
from candlemark.ledger.wraps import Identity, Keyring, Wrap, receiving_key, unwrap_for
from candlemark.seal import SigningKey
from independent import HYBRID, aead_open, hkdf, hpke_open, kid, pae, public_of, signed

VECTORS = Path(__file__).parent.parent / "vectors" / "roster" / "team.json"
MAKE = Path(__file__).parent / "programs" / "make_roster_vectors.py"
TEAM = json.loads(VECTORS.read_text(encoding="utf-8"))
raw = bytes.fromhex
VAULT = raw(TEAM["vault"])
LEAVES = [raw(leaf) for leaf in TEAM["leaves"]]
WRAPS = [Wrap(raw(a), raw(b), suite, raw(c), raw(d)) for a, b, suite, c, d in TEAM["wraps"]]


def test_the_file_comes_out_again_but_for_the_wraps(tmp_path):
    subprocess.run([sys.executable, MAKE, tmp_path], check=True)

    again = json.loads((tmp_path / "roster" / "team.json").read_text(encoding="utf-8"))
    assert {**again, "wraps": []} == {**TEAM, "wraps": []}
    assert [one[:4] for one in again["wraps"]] == [one[:4] for one in TEAM["wraps"]]


class Spoken(Fact):
    text: str


KINDS = Kinds.of(("test.said", 1, Spoken))


def opened_by(name):
    """The ledger as a member opens it, with what was wrapped for them."""
    identity = SigningKey.from_bytes(raw(TEAM["secrets"][name]["identity"]))
    device = SigningKey.from_bytes(raw(TEAM["secrets"][name]["device"]))
    log = SigningKey.from_bytes(raw(TEAM["log"]))
    keys = CompartmentKeys()
    for compartment, epoch, key in unwrap_for(
        receiving_key(identity, VAULT), VAULT, WRAPS
    ).compartments:
        keys.add(compartment, epoch, key)
    genesis = raw(TEAM["genesis"])
    tree = Tree().grown(leaf_hash(leaf) for leaf in LEAVES)
    store = MemoryStore(genesis, signed_head(tree, log_name(VAULT, log.public), log))
    for n, leaf in enumerate(LEAVES):
        store.leaves.append(Row(n, leaf, leaf_hash(leaf), msgspec.msgpack.decode(leaf)[3]))
    store.sealed.update((hashlib.sha256(part).digest(), part) for part in map(raw, TEAM["parts"]))
    whole = Identity(VAULT, read_genesis(genesis), Keyring(identity, device, log, keys))
    return Ledger(store, whole, KINDS, shared=True)


def test_a_member_reads_the_recorded_vault():
    ledger = opened_by("Aysel")
    roster = ledger.roster()

    assert [fact.text for _, fact in ledger.facts(kinds={"test.said"})] == [
        "said by Ramin",
        "said later",
    ]
    assert ledger.verify().faults == ()
    assert ledger.roster_faults == ()
    assert {one.name: one.removed for one in roster.members.values()} == TEAM["roster"]["members"]
    assert (roster.number, roster.hash.hex()) == (TEAM["roster"]["number"], TEAM["roster"]["hash"])


def test_whoever_was_removed_opens_what_was_before_and_nothing_later():
    ledger = opened_by("Ramin")

    with pytest.raises(Exception, match="entry 8 is damaged"):
        ledger.roster()


# Another program


def independent_wraps(name):
    """Every key wrapped for a member, by its kid, with what it is for."""
    identity = raw(TEAM["secrets"][name]["identity"])
    seed = hkdf(identity, VAULT, b"candlemark/receiving/v1")
    public = public_of(HYBRID, seed)
    holder = kid(b"\x01" + public)
    found = {}
    for name_of_key, whose, suite, roster, wrapped in TEAM["wraps"]:
        if raw(whose) != holder:
            continue
        info = b"candlemark/wrap/v2" + VAULT + raw(roster) + raw(name_of_key) + holder
        content = raw(wrapped)
        opened = hpke_open(HYBRID, seed, content[:1120], info, content[1120:])
        purpose, epoch, key = msgspec.msgpack.decode(opened)
        assert suite == 1
        if purpose.startswith("compartment/"):
            assert kid(key) == raw(name_of_key)
            found[kid(key)] = (purpose, epoch, key)
        else:
            assert kid(sodium.crypto_sign_seed_keypair(key)[0]) == raw(name_of_key)
    return found


def independent_entries(keys):
    """Device, number, time, and the facts of each entry, all signatures and chains checked."""
    parts = {hashlib.sha256(part).digest(): part for part in map(raw, TEAM["parts"])}
    for n, leaf in enumerate(LEAVES):
        _, _, vault, action, named = msgspec.msgpack.decode(leaf)
        bound = b"candlemark/part/v1\x01" + vault + action
        contents = []
        for name, part_hash, _ in named:
            padded = aead_open(keys[name][2], bound, parts[part_hash])
            contents.append(padded.rstrip(b"\0")[:-1])
        meta, signature = contents[0][:-64], contents[0][-64:]
        message = pae(
            b"application/vnd.candlemark.action.v1",
            meta + b"".join(part_hash for _, part_hash, _ in named[1:]),
        )
        yield n, leaf, msgspec.msgpack.decode(meta), message, signature, contents[1:]


def independent_roster(keys):  # noqa: C901, PLR0915 - one program, read from top to bottom
    """Members, devices and epochs, from the genesis on."""
    _, _, _, founders, threshold, _, _, _ = msgspec.msgpack.decode(raw(TEAM["genesis"]))
    members = {kid(identity): [identity, "", True, None] for identity, _ in founders}
    devices = {kid(device): [device, kid(identity), None] for identity, device in founders}
    number, name = 0, hashlib.sha256(b"candlemark/roster/v1" + VAULT).digest()
    waiting, epochs, chains, said = {}, {}, {}, []

    def card_of(signed_card):
        content, signer, signature = signed_card
        card = msgspec.msgpack.decode(content)
        assert kid(card[3]) == signer
        assert signed(card[3], pae(b"application/vnd.candlemark.member.v1", content), signature)
        certificate, by, proof = card[6]
        assert by == signer
        assert signed(card[3], pae(b"application/vnd.candlemark.device.v1", certificate), proof)
        device = msgspec.msgpack.decode(certificate)[3]
        return card, device

    def concluded(change, n):
        nonlocal number, name, threshold
        _, vault, next_number, previous, _, changes = msgspec.msgpack.decode(change)
        assert (vault, next_number, previous) == (VAULT, number + 1, name)
        for kind, *values in changes:
            if kind == "member.added":
                card, device = card_of(values[0])
                members[kid(card[3])] = [card[3], card[2], values[1], None]
                devices[kid(device)] = [device, kid(card[3]), None]
            elif kind == "member.removed":
                members[values[0]][3] = n
                for device in devices.values():
                    if device[1] == values[0]:
                        device[2] = -1
                for device, last in values[1]:
                    devices[device][2] = last
            elif kind == "threshold.set":
                (threshold,) = values
        number, name = number + 1, hashlib.sha256(b"candlemark/roster/v1" + name + change).digest()

    for n, leaf, meta, message, signature, contents in independent_entries(keys):
        public, member, last = devices[meta[3]]
        assert signed(public, message, signature)
        assert members[member][3] is None
        assert last is None
        assert (meta[4], meta[5]) == chains.get(meta[3], (0, bytes(32)))
        chains[meta[3]] = (meta[4] + 1, hashlib.sha256(b"\0" + leaf).digest())
        for kind, _, fact in (
            one for content in contents for one in msgspec.msgpack.decode(content)
        ):
            if kind == "roster.introduced":
                card, _ = card_of(fact[0])
                members[kid(card[3])][1] = card[2]
            elif kind in {"roster.proposed", "roster.approved"}:
                change, signer, proof = fact
                assert members[signer][2]
                assert members[signer][3] is None
                assert signed(
                    members[signer][0], pae(b"application/vnd.candlemark.roster.v1", change), proof
                )
                waiting.setdefault(change, set()).add(signer)
                if len(waiting[change]) >= threshold:
                    concluded(change, n)
            elif kind == "compartment.epoch":
                epochs.setdefault(fact[0], []).append(fact[2].hex())
            elif kind == "test.said":
                said.append(fact[0])
    return {
        "number": number,
        "hash": name.hex(),
        "threshold": threshold,
        "members": {one[1]: one[3] for one in members.values()},
        "epochs": epochs,
    }, said


def test_another_program_reads_the_roster_from_the_description_alone():
    roster, said = independent_roster(independent_wraps("Aysel"))

    assert roster == TEAM["roster"]
    assert said == ["said by Ramin", "said later"]


def test_another_program_finds_no_later_key_among_those_of_the_removed():
    theirs, hers = independent_wraps("Ramin"), independent_wraps("Aysel")

    assert {(purpose, epoch) for purpose, epoch, _ in theirs.values()} == {
        ("compartment/coded", 1),
        ("compartment/meta", 1),
    }
    assert len(hers) == 4
    with pytest.raises(KeyError):
        list(independent_entries(theirs))
