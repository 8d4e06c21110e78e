"""Writes the known answers in tests/vectors/log/ anew, except those published by others.

Usage: make_log_vectors.py FOLDER

Keys are hashes of a word and leaves are made by counting, so that the same files come out each
time.  A change in them is a change of the format: it needs a new version, not a new vector.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from candlemark.ledger.checkpoint import Checkpoint, signed_head
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.ledger.proof_file import EntryProof
from candlemark.ledger.proofs import prove_consistency, prove_inclusion
from candlemark.ledger.root_words import RootWords
from candlemark.ledger.shown import Shown
from candlemark.ledger.tiles import ENTRIES, WIDTH, Tile, hashes_of, tiles_of, write_bundle
from candlemark.seal import Note, NoteKey, SigningKey
from candlemark.seal.notes import COSIGNATURE, ED25519

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE, SEEN = 300, 259
LOG = SigningKey.from_bytes(hashlib.sha256(b"candlemark vector log").digest())
WITNESS = SigningKey.from_bytes(hashlib.sha256(b"candlemark vector witness").digest())
NAME = "candlemark.org/00112233445566778899aabbccddeeff/01234567"
KEY = NoteKey(NAME, ED25519, LOG.public)
WITNESS_KEY = NoteKey("witness.example/w", COSIGNATURE, WITNESS.public)


def leaf(n: int, way: str = "leaf") -> bytes:
    """The leaf in this place; another history has another ``way``."""
    return f"{way} {n}".encode()


def entries(size: int, way: str = "leaf", same: int = 0) -> list[bytes]:
    """The leaves of a history that is like the first one for ``same`` leaves."""
    return [leaf(n, "leaf" if n < same else way) for n in range(size)]


def shown(leaves: list[bytes]) -> tuple[Shown, Callable[[Tile], bytes]]:
    """A log with these leaves, its tiles computed level by level."""
    levels = [hashes_of(leaves)]
    while len(levels[-1]) >= WIDTH:
        below = levels[-1]
        full = range(0, len(below) // WIDTH * WIDTH, WIDTH)
        levels.append([Tree().grown(below[at : at + WIDTH]).root for at in full])

    def read(tile: Tile) -> bytes:
        start, stop = tile.n * WIDTH, tile.n * WIDTH + tile.width
        if tile.level == ENTRIES:
            return write_bundle(leaves[start:stop])
        return b"".join(levels[tile.level][start:stop])

    head = signed_head(Tree().grown(map(leaf_hash, leaves)), NAME, LOG)
    return Shown.of(head.note, KEY, read), read


def whole() -> dict[str, object]:
    """One log of 300 leaves, with everything outsiders make of it."""
    log, read = shown(entries(SIZE))
    before, _ = shown(entries(SEEN))
    other, _ = shown(entries(SIZE, "another", 200))
    forked = other.against(before.note)
    behind = before.against(log.note)
    index = 257
    hashes = prove_inclusion(log.nodes, index, SIZE)
    cosigned = log.note.cosign(WITNESS_KEY.name, WITNESS, 1_790_000_000)
    return {
        "leaves": 'the leaf in place n is the text "leaf n"',
        "log": str(KEY),
        "log_seed": LOG.reveal().hex(),
        "witness": str(WITNESS_KEY),
        "witness_seed": WITNESS.reveal().hex(),
        "note": log.note.encode().decode(),
        "cosigned": cosigned.encode().decode(),
        "cosigned_at": 1_790_000_000,
        "tiles": {tile.path: hashlib.sha256(read(tile)).hexdigest() for tile in tiles_of(SIZE)},
        "small_bundle": write_bundle([b"", b"leaf 1"]).hex(),
        "inclusion": {"index": index, "proof": [one.hex() for one in hashes]},
        "consistency": {
            "old": SEEN,
            "old_root": before.checkpoint.root.hex(),
            "proof": [one.hex() for one in prove_consistency(log.nodes, SEEN, SIZE)],
        },
        "proof_file": EntryProof(index, leaf(index), hashes, log.note).encode().decode(),
        "words": str(RootWords.of(log.checkpoint)),
        "words_of_nothing": str(RootWords.of(Checkpoint(0, Tree().root))),
        "evidence": {
            "forked": forked.encode().decode(),
            "rolled back": behind.encode().decode(),
        },
    }


def broken() -> list[dict[str, str]]:
    """Files that must be refused: what they are read as, what is wrong, the bytes."""
    log, _ = shown(entries(SIZE))
    note = Note.parse(log.note.encode()).encode()
    proof = whole()["proof_file"].encode()
    evidence = whole()["evidence"]["forked"].encode()
    last = note[-3:-2]
    return [
        {"read_as": kind, "name": name, "bytes": content.hex()}
        for kind, name, content in (
            ("note", "no signature", note.split(b"\n\n")[0] + b"\n"),
            ("note", "a hyphen for the dash", note.replace("—".encode(), b"-")),
            ("note", "carriage returns", note.replace(b"\n", b"\r\n")),
            ("note", "spare bits of base 64", note[:-3] + bytes([last[0] + 1]) + note[-2:]),
            ("note", "another size", note.replace(b"\n300\n", b"\n301\n")),
            ("note", "a size with a zero before it", note.replace(b"\n300\n", b"\n0300\n")),
            (
                "proof",
                "a hash missing",
                b"\n".join([*proof.split(b"\n")[:3], *proof.split(b"\n")[4:]]),
            ),
            ("proof", "a hash too many", proof.replace(b"\n\n", b"\n" + b"A" * 43 + b"=\n\n", 1)),
            ("proof", "another place", proof.replace(b"index 257", b"index 256")),
            ("proof", "another leaf", proof.replace(b"extra bGVhZiAyNTc=", b"extra bGVhZiAyNTg=")),
            ("proof", "another version", proof.replace(b"@v1", b"@v2")),
            ("evidence", "another root", evidence.replace(b'"root": "', b'"root": "00', 1)),
            ("evidence", "no proof", evidence.replace(b'"proof": [', b'"prove": [')),
            ("evidence", "written otherwise", evidence.replace(b": ", b":")),
            ("bundle of 2", "an entry too few", bytes.fromhex("0000")),
            ("bundle of 2", "an entry too many", bytes.fromhex("000000000000")),
            ("bundle of 2", "cut in an entry", bytes.fromhex("000000056c65")),
            ("bundle of 2", "cut in a length", bytes.fromhex("000000")),
            ("tile of 2", "a hash too few", bytes(32)),
            ("tile of 2", "half a hash", bytes(63)),
        )
    ]


def main(folder: Path) -> None:
    """Write both files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("whole.json", whole()), ("broken.json", broken())):
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
