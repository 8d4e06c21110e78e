"""A signature says what it is for; a note says whose log it is."""

from __future__ import annotations

import base64

import pytest

from candlemark.errors import LedgerBroken
from candlemark.seal.keys import PublicKey, SigningKey
from candlemark.seal.notes import read_note, sign_note
from candlemark.seal.signing import pae

KEY = SigningKey.from_bytes(bytes(range(32)))
NAME = "candlemark.org/0123/4567"
TEXT = f"{NAME}\n3\nAAAA\n"

# The example of c2sp.org/signed-note.
C2SP_NOTE = (
    "This is an example message.\n\n"
    "\N{EM DASH} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3"
    "mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
C2SP_KEY = PublicKey(base64.b64decode("AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")[1:])


def test_the_encoding_is_that_of_dsse():
    found = pae("http://example.com/HelloWorld", b"hello world")

    assert found == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_type_and_payload_cannot_be_shifted_against_each_other():
    assert pae("a", b"b c") != pae("a b", b"c")


def test_the_published_example_of_a_note_is_read():
    assert read_note(C2SP_NOTE, "example.com/foo", C2SP_KEY) == "This is an example message.\n"


def test_a_note_comes_back_with_its_text():
    assert read_note(sign_note(TEXT, NAME, KEY), NAME, KEY.public) == TEXT


def test_lines_of_others_are_passed_over():
    witness = SigningKey.generate()
    own = sign_note(TEXT, NAME, KEY)
    line = sign_note(TEXT, "witness.example", witness).split(b"\n\n", 1)[1]

    assert read_note(own + line, NAME, KEY.public) == TEXT
    assert read_note(own + line, "witness.example", witness.public) == TEXT


GOOD = sign_note(TEXT, NAME, KEY)
BROKEN = {
    "nothing": b"",
    "no signature": TEXT.encode(),
    "another text": GOOD.replace(b"\n3\n", b"\n4\n"),
    "another name": GOOD.replace(NAME.encode() + b" ", b"candlemark.org/0 "),
    "a signature that is not base 64": GOOD[:-8] + b"!!!!!!!\n",
    "no line end": GOOD[:-1],
    "not text": b"\xff\xfe" + GOOD,
    "too long": TEXT.encode() * 1000 + GOOD,
    "signed by another key": sign_note(TEXT, NAME, SigningKey.generate()),
}


@pytest.mark.parametrize("note", BROKEN.values(), ids=BROKEN)
def test_a_note_is_refused_with(note):
    with pytest.raises(LedgerBroken, match="checkpoint"):
        read_note(note, NAME, KEY.public)


def test_every_bit_of_a_note_counts():
    for at in range(len(GOOD) * 8):
        flipped = bytearray(GOOD)
        flipped[at // 8] ^= 1 << at % 8
        with pytest.raises(LedgerBroken):
            read_note(bytes(flipped), NAME, KEY.public)
