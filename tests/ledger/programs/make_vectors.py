"""Writes the known answers in tests/vectors/ anew.

Usage: make_vectors.py FOLDER

Every key and every "random" byte is a hash of a word, so that the same files come out each time.  A
change in them is a change of the format: it needs a new version, not a new vector.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import msgspec

from candlemark.ledger.checkpoint import signed_head
from candlemark.ledger.entry import (
    Meta,
    PartNote,
    SealedPart,
    Seen,
    encode_leaf,
    encode_meta,
    signed_message,
)
from candlemark.ledger.genesis import Founder, Genesis, log_id, log_name, vault_id
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.seal import SealingKey, SigningKey, Stretching, derive, pae, seal, seal_part
from candlemark.seal.padding import SIZES, pad, size_class


def drawn(word: str, count: int = 32) -> bytes:
    """The bytes that stand for random ones."""
    return hashlib.sha256(f"candlemark/vectors/{word}".encode()).digest()[:count]


SIGNING = {name: SigningKey.from_bytes(drawn(name)) for name in ("identity", "device", "log")}
SEALING = {name: SealingKey.from_bytes(drawn(name)) for name in ("meta", "coded", "identity")}
ACTION = drawn("action", 16)
GENESIS = msgspec.msgpack.encode(
    Genesis(
        1, 1, drawn("salt", 16),
        (Founder(SIGNING["identity"].public.raw, SIGNING["device"].public.raw),),
        1, b"", (SIGNING["log"].public.raw,), False,
    )
)  # fmt: skip
VAULT = vault_id(GENESIS)
LOG = log_name(VAULT, SIGNING["log"].public)
FACTS = [
    ["test.said", 1, ["ein Wort, \u0259 v\u0259 \u0631\u0648\u0632", 7]],
    ["test.dated", 2, [{"year": 2014, "month": 1, "day": None}, "2014-01-22"]],
]
CONTENT = msgspec.msgpack.encode(FACTS)
NOTE = PartNote((("test.said", 1), ("test.dated", 2)), "person_x", "coded")
META = Meta(
    1, VAULT, ACTION, SIGNING["device"].kid, 0, bytes(32), 1, 1_767_225_600_000,
    Seen(log_id(LOG), 0, Tree().root), (NOTE,), (), "en",
)  # fmt: skip


def entry(*, content=CONTENT, padded=None, meta=None, sign=None, action=ACTION, more=b""):
    """One leaf and its parts; each argument bends one thing."""
    key = SEALING["coded"]
    bound = VAULT + ACTION
    body = pad(content) if padded is None else padded
    part = seal(key, b"candlemark/part/v1\x01", bound, body, drawn("fresh part"))
    sealed = SealedPart(key.kid, hashlib.sha256(part).digest(), SIZES.index(len(body)))
    said = encode_meta(msgspec.structs.replace(META, **(meta or {})))
    signature = (sign or SIGNING["device"]).sign(signed_message(said, [sealed.hash]))
    whole = said + more + signature
    meta_part = seal_part(SEALING["meta"], VAULT, action, whole, drawn("fresh meta"))
    first = SealedPart(
        SEALING["meta"].kid, hashlib.sha256(meta_part).digest(), size_class(len(whole))
    )
    return encode_leaf(VAULT, ACTION, (first, sealed)), [meta_part, part]


def flipped(stored: bytes, at: int) -> bytes:
    """``stored`` with the lowest bit of one byte turned."""
    return stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :]


def broken():
    """Every way one entry can be broken, each with the leaf and parts that show it."""
    leaf, (meta, part) = entry()
    put = leaf.replace
    yield "a leaf cut short", leaf[:-1], [meta, part]
    yield "a byte behind the leaf", leaf + b"\0", [meta, part]
    yield "a leaf of a later format", b"\x95\x02" + leaf[2:], [meta, part]
    yield "a leaf of a later suite", b"\x95\x01\x02" + leaf[3:], [meta, part]
    yield "a leaf with an element too many", b"\x96" + leaf[1:] + b"\xc0", [meta, part]
    yield "a leaf of another vault", put(VAULT, drawn("other", 16)), [meta, part]
    yield "a leaf of another action", put(ACTION, drawn("other", 16)), [meta, part]
    yield "a part under another key", put(SEALING["coded"].kid, drawn("other", 16)), [meta, part]
    yield (
        "a part in the other compartment",
        put(SEALING["coded"].kid, SEALING["identity"].kid),
        [meta, part],
    )
    yield (
        "a meta part under another key",
        put(SEALING["meta"].kid, drawn("other", 16)),
        [meta, part],
    )
    yield (
        "another hash of the part",
        put(hashlib.sha256(part).digest(), drawn("other")),
        [meta, part],
    )
    yield "another size class of the part", flipped(leaf, len(leaf) - 1), [meta, part]
    yield "a size class that is none", leaf[:-1] + b"\xcc\xca", [meta, part]
    yield "the parts exchanged in the leaf", _exchanged(leaf, meta, part), [meta, part]
    yield "no part but the meta part", _only_first(leaf), [meta]
    yield "the part missing", leaf, [meta]
    yield "the meta part missing", leaf, [part]
    for name, at in (("nonce", 0), ("ciphertext", 24), ("tag", len(part) - 1)):
        yield f"a bit of the {name} of the part", leaf, [meta, flipped(part, at)]
        bent = flipped(part, at)
        renamed = put(hashlib.sha256(part).digest(), hashlib.sha256(bent).digest())
        yield f"a bit of the {name} of the part, and its hash to match", renamed, [meta, bent]
    yield "the part cut short", leaf, [meta, part[:-1]]
    for name, bent in {
        "padding without a mark": {"padded": bytes(512)},
        "more padding than the content needs": {"padded": pad(CONTENT).ljust(1024, b"\0")},
        "content that is not a list of facts": {"content": b"\xc0"},
        "content with something behind it": {"content": CONTENT + b"\0"},
        "a meta part sealed for another action": {"action": drawn("other", 16)},
        "a meta part of another vault": {"meta": {"vault": drawn("other", 16)}},
        "a meta part of another action": {"meta": {"action": drawn("other", 16)}},
        "a meta part of a later format": {"meta": {"format": 2}},
        "a meta part with something before the signature": {"more": b"\0"},
        "an unknown device": {"meta": {"device": drawn("other", 16)}},
        "a signature by another key": {"sign": SigningKey.from_bytes(drawn("other"))},
        "a number other than the next": {"meta": {"seq": 1}},
        "another leaf before it": {"meta": {"prev": drawn("other")}},
        "a logical time that does not rise": {"meta": {"lamport": 0}},
        "another log seen": {"meta": {"seen": Seen(drawn("other", 16), 0, Tree().root)}},
        "another root seen": {"meta": {"seen": Seen(log_id(LOG), 0, drawn("other"))}},
        "kinds that are not in the part": {
            "meta": {"parts": (PartNote((("test.said", 1),), "", "coded"),)}
        },
        "a part more than there is": {"meta": {"parts": (NOTE, NOTE)}},
        "a compartment that is not the key's": {
            "meta": {"parts": (msgspec.structs.replace(NOTE, compartment="identity"),)}
        },
    }.items():
        yield name, *entry(**bent)


def _exchanged(leaf: bytes, meta: bytes, part: bytes) -> bytes:
    one, two = hashlib.sha256(meta).digest(), hashlib.sha256(part).digest()
    return leaf.replace(one, b"?" * 32).replace(two, one).replace(b"?" * 32, two)


def _only_first(leaf: bytes) -> bytes:
    head = 1 + 1 + 1 + 18 + 18
    return leaf[:head] + b"\x91" + leaf[head + 1 : head + 1 + (len(leaf) - head - 1) // 2]


def seal_vectors():
    """Known answers for the floor ``seal``."""
    key = SEALING["coded"]
    stretching = Stretching(64, 2, drawn("salt", 16))
    passphrase = "abacus abdomen abdominal abide abiding ability ablaze"  # noqa: S105 - a vector
    return {
        "kid": {"key": key.reveal().hex(), "kid": key.kid.hex()},
        "signing": {
            "seed": SIGNING["device"].reveal().hex(),
            "public": SIGNING["device"].public.raw.hex(),
            "kid": SIGNING["device"].kid.hex(),
            "type": "application/vnd.candlemark.action.v1",
            "payload": b"payload".hex(),
            "signature": SIGNING["device"]
            .sign(pae("application/vnd.candlemark.action.v1", b"payload"))
            .hex(),
        },
        "sizes": list(SIZES),
        "stretching": {
            "parameters": str(stretching),
            "passphrase": passphrase,
            "stretched": stretching.stretch(passphrase).hex(),
            "vault": VAULT.hex(),
            "kek": derive(stretching.stretch(passphrase), VAULT, b"candlemark/kek/v1").hex(),
        },
        "part": {
            "key": key.reveal().hex(),
            "vault": VAULT.hex(),
            "action": ACTION.hex(),
            "fresh": drawn("fresh part").hex(),
            "content": CONTENT.hex(),
            "sealed": seal_part(key, VAULT, ACTION, CONTENT, drawn("fresh part")).hex(),
        },
    }


def entry_vectors():
    """One whole entry, and every way it can be broken, without the faults found in them."""
    leaf, parts = entry()
    head = signed_head(Tree().grown([leaf_hash(leaf)]), LOG, SIGNING["log"])
    whole = {
        "genesis": GENESIS.hex(),
        "vault": VAULT.hex(),
        "signing": {name: key.reveal().hex() for name, key in SIGNING.items()},
        "sealing": {name: key.reveal().hex() for name, key in SEALING.items()},
        "leaf": leaf.hex(),
        "leaf_hash": leaf_hash(leaf).hex(),
        "parts": [part.hex() for part in parts],
        "checkpoint": head.note.decode(),
        "facts": FACTS,
    }
    ways = [
        {"name": name, "leaf": bent.hex(), "parts": [part.hex() for part in bent_parts]}
        for name, bent, bent_parts in broken()
    ]
    return whole, ways


def write(path: Path, content: object) -> None:
    """One JSON file, as it is compared."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main(folder: Path) -> None:
    """Write all files."""
    whole, ways = entry_vectors()
    write(folder / "seal" / "known.json", seal_vectors())
    write(folder / "entry" / "whole.json", whole)
    write(folder / "entry" / "broken.json", ways)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
