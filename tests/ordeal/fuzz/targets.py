"""The decoders, each as a function of bytes that may only answer, or raise a declared error.

``run.py`` feeds them with atheris, ``test_corpora.py`` with what was found once and with small
changes of whole examples.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from candlemark.dates import PartialDate
from candlemark.definition import Definition
from candlemark.definition.crosswalk_file import read_crosswalk
from candlemark.errors import CandlemarkError
from candlemark.ledger import keystore
from candlemark.ledger.checkpoint import read_checkpoint
from candlemark.ledger.entry import read_leaf, split_meta
from candlemark.ledger.genesis import read_genesis
from candlemark.ledger.merkle import Tree
from candlemark.seal import (
    SUITE,
    SealingKey,
    SigningKey,
    Stretching,
    as_typed,
    open_part,
    read_note,
    seal,
    sign_note,
)
from candlemark.seal.padding import unpad
from ordeal import doors

TESTS = Path(__file__).resolve().parent.parent.parent
KEY = SigningKey.from_bytes(bytes(32))
SEALING = SealingKey.from_bytes(bytes(range(32)))
VAULT = bytes(16)
NAME = "candlemark.org/0/0"
ROOT = "A" * 43 + "="
CROSSWALK = b"""[crosswalk]
code = "x-test"
version = 1
edition = "2026.1"
[[table]]
name = "t"
main = true
"""


@cache
def examples():
    """Whole examples of the formats, from the recorded vectors."""
    whole = json.loads((TESTS / "vectors" / "entry" / "whole.json").read_text(encoding="utf-8"))
    return {name: bytes.fromhex(whole[name]) for name in ("leaf", "genesis")}


@cache
def edition():
    return Definition.load()


def content(raw):
    for kind, version, data in doors.KINDS.decode(raw):
        doors.KINDS.read(kind, version, data)


def wrap(raw):
    """The fuzzed bytes are what a wrap holds, sealed as by somebody who has the key."""
    sealed = seal(SEALING, keystore._WRAP, VAULT + KEY.kid, raw)
    keystore._unwrap(SEALING, VAULT, [(KEY.kid, SEALING.kid, SUITE, sealed)])


def signed_text(raw):
    note = sign_note(raw.decode("utf-8", "replace") + "\n", NAME, KEY)
    read_checkpoint(note, NAME, KEY.public)


def date(raw):
    found = PartialDate.parse(raw.decode("utf-8", "replace"))
    assert PartialDate.parse(str(found)) == found


def stretching(raw):
    found = Stretching.parse(raw.decode("latin-1"))
    assert Stretching.parse(str(found)) == found


TARGETS = {
    "leaf": (read_leaf, lambda: [examples()["leaf"]]),
    "meta": (split_meta, lambda: [b"\x9c\x01\xc4\x10" + bytes(16) + bytes(64)]),
    "content": (content, lambda: [b"\x91\x93\xa9test.said\x01\x92\xa1a\xc4\x00"]),
    "note": (
        lambda raw: read_note(raw, NAME, KEY.public),
        lambda: [sign_note("text\n", NAME, KEY)],
    ),
    "checkpoint": (signed_text, lambda: [f"{NAME}\n1\n{ROOT}".encode()]),
    "genesis": (read_genesis, lambda: [examples()["genesis"]]),
    "wrap": (wrap, lambda: [b"\x93\xafsigning/device\x01\xc4\x20" + bytes(32)]),
    "stretching": (stretching, lambda: [b"$argon2id$v=19$m=8,t=1,p=1$" + b"A" * 22]),
    "passphrase": (
        lambda raw: as_typed(as_typed(raw.decode("utf-8", "replace"))),
        lambda: ["Abacus İı".encode()],
    ),
    "padding": (unpad, lambda: [b"x\x80" + bytes(510)]),
    "sealed": (lambda raw: open_part(SEALING, VAULT, VAULT, raw), lambda: [bytes(552)]),
    "peaks": (lambda raw: Tree.of(len(raw) % 7, raw), lambda: [bytes(64)]),
    "crosswalk": (lambda raw: read_crosswalk(raw, edition()), lambda: [CROSSWALK]),
    "date": (date, lambda: [b"2014", b"2014-01", b"2014-01-22"]),
}


def feed(name, raw):
    """Give ``raw`` to a target; anything but an answer or a declared error is raised."""
    target, _ = TARGETS[name]
    try:
        target(raw)
    except CandlemarkError as error:
        assert error.message  # noqa: PT017 - every refusal says something
