"""The known answers in tests/vectors/: this program agrees with them, and so does another.

The other program is the second half of this file: it opens an entry with libsodium, hashlib and a
MessagePack decoder, from docs/formats/entry.md alone, and imports nothing of Candlemark.
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

from candlemark.ledger.checkpoint import signed_head
from candlemark.ledger.compartments import CompartmentKeys
from candlemark.ledger.genesis import log_name, read_genesis, vault_id
from candlemark.ledger.kinds import Kinds
from candlemark.ledger.ledger import Ledger
from candlemark.ledger.memory import MemoryStore
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.ledger.store import Row
from candlemark.ledger.wraps import Identity, Keyring
from candlemark.seal import SealingKey, SigningKey, Stretching, derive, open_part, pae, seal_part
from candlemark.seal.padding import SIZES

VECTORS = Path(__file__).parent.parent / "vectors"
MAKE = Path(__file__).parent / "programs" / "make_vectors.py"


def load(name):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


WHOLE = load("entry/whole.json")
BROKEN = load("entry/broken.json")
FAULTS = load("entry/faults.json")
SEAL = load("seal/known.json")
raw = bytes.fromhex


def test_the_files_come_out_again_byte_for_byte(tmp_path):
    subprocess.run([sys.executable, MAKE, tmp_path], check=True)

    for name in ("seal/known.json", "entry/whole.json", "entry/broken.json"):
        assert (VECTORS / name).read_bytes() == (tmp_path / name).read_bytes()


def test_keys_are_named_as_recorded():
    assert SealingKey.from_bytes(raw(SEAL["kid"]["key"])).kid.hex() == SEAL["kid"]["kid"]
    assert SigningKey.from_bytes(raw(SEAL["signing"]["seed"])).kid.hex() == SEAL["signing"]["kid"]


def test_signatures_are_those_recorded():
    known = SEAL["signing"]
    key = SigningKey.from_bytes(raw(known["seed"]))

    assert key.public.raw.hex() == known["public"]
    assert key.sign(pae(known["type"], raw(known["payload"]))).hex() == known["signature"]


def test_sizes_are_those_recorded():
    assert list(SIZES) == SEAL["sizes"]


def test_stretching_is_that_recorded():
    known = SEAL["stretching"]
    stretched = Stretching.parse(known["parameters"]).stretch(known["passphrase"])

    assert stretched.hex() == known["stretched"]
    assert derive(stretched, raw(known["vault"]), b"candlemark/kek/v1").hex() == known["kek"]


def test_parts_are_sealed_as_recorded():
    known = SEAL["part"]
    key, place = (
        SealingKey.from_bytes(raw(known["key"])),
        (raw(known["vault"]), raw(known["action"])),
    )

    assert (
        seal_part(key, *place, raw(known["content"]), raw(known["fresh"])).hex() == known["sealed"]
    )
    assert open_part(key, *place, raw(known["sealed"])).hex() == known["content"]


def ledger_of(leaf, parts):
    """A ledger that holds one entry, whatever it is, under a head that is signed for it."""
    keyring = Keyring(
        *(
            SigningKey.from_bytes(raw(WHOLE["signing"][name]))
            for name in ("identity", "device", "log")
        ),
        CompartmentKeys(
            {name: SealingKey.from_bytes(raw(key)) for name, key in WHOLE["sealing"].items()}
        ),
    )
    genesis = raw(WHOLE["genesis"])
    identity = Identity(vault_id(genesis), read_genesis(genesis), keyring)
    head = signed_head(
        Tree().grown([leaf_hash(leaf)]), log_name(identity.vault, keyring.log.public), keyring.log
    )
    store = MemoryStore(genesis, head)
    action = msgspec.msgpack.decode(raw(WHOLE["leaf"]))[3]
    store.leaves.append(Row(0, leaf, leaf_hash(leaf), action))
    store.sealed.update((hashlib.sha256(part).digest(), part) for part in parts)
    return Ledger(store, identity, Kinds())


def test_the_whole_entry_holds():
    ledger = ledger_of(raw(WHOLE["leaf"]), [raw(part) for part in WHOLE["parts"]])
    found = [
        [fact.kind, fact.version, msgspec.msgpack.decode(fact.data)] for _, fact in ledger.facts()
    ]

    assert ledger.verify().faults == ()
    assert found == WHOLE["facts"]
    assert WHOLE["leaf_hash"] == ledger.head


@pytest.mark.parametrize("way", BROKEN, ids=[way["name"] for way in BROKEN])
def test_an_entry_is_refused_with(way):
    found = ledger_of(raw(way["leaf"]), [raw(part) for part in way["parts"]]).verify().faults

    assert [str(fault) for fault in found] == FAULTS[way["name"]]
    assert found


def test_every_way_has_its_faults_recorded():
    assert FAULTS.keys() == {way["name"] for way in BROKEN}


# Another program


def independent_open(key, vault, action, sealed):
    kid = hashlib.sha256(b"candlemark/kid/v1" + key).digest()[:16]
    bound = b"candlemark/part/v1\x01" + vault + action + kid
    padded = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[24:], bound, sealed[:24], key)
    return padded.rstrip(b"\0")[:-1]


def test_another_program_opens_the_entry_from_the_description_alone():
    leaf, genesis = raw(WHOLE["leaf"]), raw(WHOLE["genesis"])
    stored = {hashlib.sha256(part).digest(): part for part in map(raw, WHOLE["parts"])}
    keys = {
        hashlib.sha256(b"candlemark/kid/v1" + key).digest()[:16]: key
        for key in map(raw, WHOLE["sealing"].values())
    }
    _, _, vault, action, parts = msgspec.msgpack.decode(leaf)
    contents = [independent_open(keys[kid], vault, action, stored[name]) for kid, name, _ in parts]
    meta, signature = contents[0][:-64], contents[0][-64:]
    payload = meta + b"".join(name for _, name, _ in parts[1:])
    kind = b"application/vnd.candlemark.action.v1"
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    ((_, device),) = msgspec.msgpack.decode(genesis)[3]
    checkpoint = WHOLE["checkpoint"].splitlines()

    assert vault == hashlib.sha256(b"candlemark/genesis/v1" + genesis).digest()[:16]
    assert sodium.crypto_sign_open(signature + message, device) == message
    assert [msgspec.msgpack.decode(content) for content in contents[1:]] == [WHOLE["facts"]]
    assert (
        msgspec.msgpack.decode(meta)[3]
        == hashlib.sha256(b"candlemark/kid/v1" + device).digest()[:16]
    )
    assert WHOLE["leaf_hash"] == hashlib.sha256(b"\0" + leaf).hexdigest()
    assert checkpoint[0].startswith(f"candlemark.org/{vault.hex()}/")
    assert checkpoint[1] == "1"
