"""The known answers in tests/vectors/log/: this program agrees, and so does another.

The other program is the second half: it follows docs/formats/log.md with hashlib, base64 and
libsodium, and imports nothing of Candlemark.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import nacl.bindings as sodium
import pytest
import xkcdpass

from candlemark.errors import CandlemarkError
from candlemark.ledger.checkpoint import read_signed
from candlemark.ledger.merkle import leaf_hash
from candlemark.ledger.proof_file import EntryProof
from candlemark.ledger.proofs import check_consistency, check_inclusion
from candlemark.ledger.root_words import RootWords
from candlemark.ledger.shown import Evidence
from candlemark.ledger.tiles import read_bundle, read_hashes
from candlemark.seal import Note, NoteKey

VECTORS = Path(__file__).parent.parent / "vectors" / "log"
MAKE = Path(__file__).parent / "programs" / "make_log_vectors.py"
WHOLE = json.loads((VECTORS / "whole.json").read_text(encoding="utf-8"))
BROKEN = json.loads((VECTORS / "broken.json").read_text(encoding="utf-8"))
KEY = NoteKey.parse(WHOLE["log"])


def test_the_files_come_out_again_byte_for_byte(tmp_path):
    subprocess.run([sys.executable, MAKE, tmp_path], check=True)

    for name in ("whole.json", "broken.json"):
        assert (VECTORS / name).read_bytes() == (tmp_path / name).read_bytes()


def test_this_program_accepts_what_is_whole():
    note = Note.parse(WHOLE["cosigned"].encode())
    checkpoint = read_signed(note, KEY)
    check_inclusion(
        leaf_hash(b"leaf 257"),
        257,
        300,
        checkpoint.root,
        list(map(bytes.fromhex, WHOLE["inclusion"]["proof"])),
    )
    old = WHOLE["consistency"]
    check_consistency(
        old["old"],
        bytes.fromhex(old["old_root"]),
        300,
        checkpoint.root,
        list(map(bytes.fromhex, old["proof"])),
    )

    assert note.cosigned_at(NoteKey.parse(WHOLE["witness"])) == WHOLE["cosigned_at"]
    assert EntryProof.read(WHOLE["proof_file"].encode()).check(KEY) == checkpoint
    RootWords.parse(WHOLE["words"]).compare(checkpoint)
    for verdict, stored in WHOLE["evidence"].items():
        assert Evidence.read(stored.encode()).verdict(KEY) == verdict
    assert read_bundle(bytes.fromhex(WHOLE["small_bundle"]), 2) == [b"", b"leaf 1"]


READ = {
    "note": lambda stored: read_signed(Note.parse(stored), KEY),
    "proof": lambda stored: EntryProof.read(stored).check(KEY),
    "evidence": lambda stored: Evidence.read(stored).verdict(KEY),
    "bundle of 2": lambda stored: read_bundle(stored, 2),
    "tile of 2": lambda stored: read_hashes(stored, 2),
}


@pytest.mark.parametrize("bent", BROKEN, ids=lambda each: f"{each['read_as']}: {each['name']}")
def test_this_program_refuses(bent):
    with pytest.raises(CandlemarkError) as caught:
        READ[bent["read_as"]](bytes.fromhex(bent["bytes"]))
    assert caught.value.exit_code in {35, 82}


# Another program


def other_root(leaves):
    hashes = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(hashes) > 1:
        pairs = [
            hashlib.sha256(b"\1" + hashes[n] + hashes[n + 1]).digest()
            for n in range(0, len(hashes) - 1, 2)
        ]
        hashes = pairs + hashes[len(hashes) // 2 * 2 :]
    return hashes[0]


def other_key(text):
    name, key_id, raw = text.split("+", 2)
    raw = base64.b64decode(raw)
    assert hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() == key_id
    return name, bytes.fromhex(key_id), raw[1:]


def other_line(note, key):
    """The text and the bytes behind the key's hash in the line of this signer."""
    text, lines = note.split("\n\n")
    name, key_id, public = other_key(key)
    (line,) = [line for line in lines.splitlines() if line.startswith(f"— {name} ")]
    raw = base64.b64decode(line.split(" ")[2])
    assert raw[:4] == key_id
    return (text + "\n").encode(), raw[4:], public


def test_another_program_finds_the_root_and_both_signatures():
    text, signature, public = other_line(WHOLE["cosigned"], WHOLE["log"])
    name, size, root = text.decode().splitlines()

    assert (name, size) == (WHOLE["log"].split("+")[0], "300")
    assert base64.b64decode(root) == other_root([b"leaf %d" % n for n in range(300)])
    assert sodium.crypto_sign_open(signature + text, public) == text
    text, cosigned, public = other_line(WHOLE["cosigned"], WHOLE["witness"])
    message = b"cosignature/v1\ntime %d\n" % int.from_bytes(cosigned[:8], "big") + text
    assert sodium.crypto_sign_open(cosigned[8:] + message, public) == message


def test_another_program_cuts_the_same_tiles():
    leaves = [b"leaf %d" % n for n in range(300)]
    hashes = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    bundle = [len(leaf).to_bytes(2, "big") + leaf for leaf in leaves]
    tiles = {
        "tile/entries/000": b"".join(bundle[:256]),
        "tile/entries/001.p/44": b"".join(bundle[256:]),
        "tile/0/000": b"".join(hashes[:256]),
        "tile/0/001.p/44": b"".join(hashes[256:]),
        "tile/1/000.p/1": other_root(leaves[:256]),
    }

    assert {path: hashlib.sha256(content).hexdigest() for path, content in tiles.items()} == WHOLE[
        "tiles"
    ]


def test_another_program_says_the_same_words():
    root = other_root([b"leaf %d" % n for n in range(300)])
    number = int.from_bytes(hashlib.sha256(root + (300).to_bytes(8, "big")).digest(), "big")
    listed = (
        (Path(xkcdpass.__file__).parent / "static" / "eff-long").read_text(encoding="ascii").split()
    )
    said = [listed[number // 7776**place % 7776] for place in range(12)]

    assert WHOLE["words"] == f"300 entries: {' '.join(said)}"


def test_another_program_convicts_the_log_from_the_evidence():
    file = json.loads(WHOLE["evidence"]["forked"])
    for note in (file["seen"], file["shown"]):
        text, signature, public = other_line(note, file["log"])
        assert sodium.crypto_sign_open(signature + text, public) == text
    honest = other_root([b"leaf %d" % n for n in range(259)])
    other = other_root([b"leaf %d" % n if n < 200 else b"another %d" % n for n in range(259)])

    assert base64.b64decode(file["seen"].splitlines()[2]) == honest
    assert bytes.fromhex(file["root"]) == other != honest
