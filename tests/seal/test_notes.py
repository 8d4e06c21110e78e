"""Signed notes and cosignatures: the published example, one way to write each, every bit counts."""

from __future__ import annotations

import base64
import contextlib
import hashlib

import nacl.bindings as sodium
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import CandlemarkError, LedgerBroken, NotUnderstood
from candlemark.seal import Note, NoteKey, SigningKey, read_note, sign_note
from candlemark.seal.notes import COSIGNATURE, ED25519, NOTE_LIMIT, read_secret, secret_text
from logs import flips

# The example in the documentation of golang.org/x/mod/sumdb/note, where the format comes from.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"  # noqa: S105 - published
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = GO_TEXT + (
    "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

NAME, KEY = "log.example", SigningKey.from_bytes(hashlib.sha256(b"log").digest())
WITNESS = SigningKey.from_bytes(hashlib.sha256(b"witness").digest())
LOG_KEY = NoteKey(NAME, ED25519, KEY.public)
WITNESS_KEY = NoteKey("witness.example/w", COSIGNATURE, WITNESS.public)
TEXT = "log.example\n7\nuGwM/NZYUxtJUKxXYxDVYBn5Bsa45Y0BRbEQrk2pTgo=\n"
NOTE = Note.parse(sign_note(TEXT, NAME, KEY))
COSIGNED = NOTE.cosign(WITNESS_KEY.name, WITNESS, 1_790_000_000)


def test_the_published_note_is_signed_again_byte_for_byte_and_holds():
    signer, secret = read_secret(GO_SECRET)

    assert str(signer) == GO_KEY
    assert NoteKey.parse(GO_KEY) == signer
    assert sign_note(GO_TEXT, "PeterNeumann", secret) == GO_NOTE.encode()
    assert read_note(GO_NOTE.encode(), "PeterNeumann", signer.public) == GO_TEXT


def test_a_cosignature_is_over_the_time_and_the_text_as_another_program_finds():
    (line,) = [line for line in COSIGNED.encode().decode().splitlines() if "witness" in line]
    raw = base64.b64decode(line.split(" ")[2])
    key_id = hashlib.sha256(b"witness.example/w\n\x04" + WITNESS.public.raw).digest()[:4]
    message = b"cosignature/v1\ntime 1790000000\n" + TEXT.encode()

    assert raw[:4] == key_id
    assert raw[4:12] == (1_790_000_000).to_bytes(8, "big")
    assert sodium.crypto_sign_open(raw[12:] + message, WITNESS.public.raw) == message


def test_a_witness_says_when_and_its_newest_word_counts():
    later = COSIGNED.cosign(WITNESS_KEY.name, WITNESS, 1_790_000_500)

    assert NOTE.cosigned_at(WITNESS_KEY) is None
    assert COSIGNED.cosigned_at(WITNESS_KEY) == 1_790_000_000
    assert later.cosigned_at(WITNESS_KEY) == 1_790_000_500
    assert len(later.signatures) == 2
    assert later.signed_by(LOG_KEY)


def test_a_cosignature_of_another_text_or_under_another_name_is_none():
    other = Note.parse(sign_note(TEXT.replace("7", "8"), NAME, KEY))
    moved = Note(other.text, (*other.signatures, COSIGNED.signatures[1]))

    with pytest.raises(LedgerBroken, match=r"the cosignature of witness\.example/w does not hold"):
        moved.cosigned_at(WITNESS_KEY)
    assert COSIGNED.cosigned_at(NoteKey("other.example", COSIGNATURE, WITNESS.public)) is None
    assert not COSIGNED.signed_by(NoteKey("other.example", ED25519, KEY.public))


def test_a_log_s_signature_is_no_cosignature_and_the_other_way_round():
    assert NOTE.cosigned_at(NoteKey(NAME, COSIGNATURE, KEY.public)) is None
    assert not COSIGNED.signed_by(NoteKey(WITNESS_KEY.name, ED25519, WITNESS.public))


def test_every_bit_of_a_note_counts():
    kept = []
    for bit, bent in flips(NOTE.encode()):
        try:
            read_note(bent, NAME, KEY.public)
            kept.append(bit)
        except LedgerBroken:
            pass
    assert kept == []


def test_every_bit_of_a_cosignature_counts():
    start = len(NOTE.encode())
    kept = []
    for bit, bent in flips(COSIGNED.encode()):
        try:
            if bit // 8 >= start and Note.parse(bent).cosigned_at(WITNESS_KEY) is not None:
                kept.append(bit)
        except LedgerBroken:
            pass
    assert kept == []


def test_every_bit_of_the_text_of_a_key_counts():
    kept = []
    for _, bent in flips(str(WITNESS_KEY).encode()):
        with contextlib.suppress(NotUnderstood, UnicodeDecodeError):
            kept.append(NoteKey.parse(bent.decode()))
    assert kept == []


def bent(text, old, new):
    assert old in text
    return text.replace(old, new, 1).encode()


WHOLE = NOTE.encode().decode()
MALFORMED = {
    "nothing": b"",
    "no signature": TEXT.encode(),
    "no text": WHOLE[len(TEXT) :].encode(),
    "an empty line of signatures": TEXT.encode() + b"\n\n",
    "no line end": WHOLE[:-1].encode(),
    "bytes that are no text": b"\xff" + WHOLE.encode(),
    "a carriage return": bent(WHOLE, "\n7", "\r\n7"),
    "a tab": bent(WHOLE, "7", "7\t"),
    "a hyphen for the dash": bent(WHOLE, "—", "-"),
    "a name with a plus": bent(WHOLE, f"— {NAME}", "— log+example"),
    "no name": bent(WHOLE, f"— {NAME}", "— "),
    "no base 64": bent(WHOLE, "=\n\n", "=\n\n— x !!!!\n"),
    "a signature of nothing": bent(WHOLE, "\n\n", "\n\n— x AAAA\n"),
    "spare bits set": bent(WHOLE, WHOLE[-3:], chr(ord(WHOLE[-3]) + 1) + "=\n"),
    "too many signatures": WHOLE.encode() + NOTE.encode()[len(TEXT) + 1 :] * 100,
    "too long": TEXT.encode() * (NOTE_LIMIT // len(TEXT) + 1) + WHOLE.encode(),
}


@pytest.mark.parametrize("note", MALFORMED.values(), ids=MALFORMED)
def test_a_note_is_refused_with(note):
    with pytest.raises(LedgerBroken):
        read_note(note, NAME, KEY.public)


KEYS = {
    "nothing": "",
    "a name alone": "log.example",
    "a hash of another name": str(LOG_KEY).replace("log.", "dog."),
    "capital digits": str(LOG_KEY).replace(LOG_KEY.id.hex(), LOG_KEY.id.hex().upper()),
    "an unknown algorithm": "x+00000000+" + base64.b64encode(b"\x02" + bytes(32)).decode(),
    "a key that is too short": "x+00000000+" + base64.b64encode(b"\x01" + bytes(31)).decode(),
    "a space before it": " " + str(LOG_KEY),
    "a line end behind it": str(LOG_KEY) + "\n",
    "a secret key": secret_text(NAME, KEY, ED25519),
}


@pytest.mark.parametrize("text", KEYS.values(), ids=KEYS)
def test_no_key_is_read_out_of(text):
    with pytest.raises(NotUnderstood) as caught:
        NoteKey.parse(text)
    assert text == "" or text not in caught.value.message


def test_a_secret_key_comes_back_and_is_never_repeated():
    text = secret_text("w.example", WITNESS, COSIGNATURE)
    key, secret = read_secret(text)

    assert (key.name, key.algorithm, secret.reveal()) == (
        "w.example",
        COSIGNATURE,
        WITNESS.reveal(),
    )
    read = []
    for _, bent_text in flips(text.encode()):
        with contextlib.suppress(NotUnderstood, UnicodeDecodeError):
            read.append(read_secret(bent_text.decode()))
    assert read == []
    with pytest.raises(NotUnderstood) as caught:
        read_secret(text + "x")
    assert text[-20:] not in caught.value.message + caught.value.hint


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "x" * 256, "a\u2003b"])
def test_a_signer_cannot_be_called(name):
    with pytest.raises(NotUnderstood):
        NoteKey(name, ED25519, KEY.public)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_note_or_refused(stored):
    with contextlib.suppress(LedgerBroken):
        assert Note.parse(stored).encode() == stored


@given(st.text(max_size=80))
def test_any_text_is_a_key_or_refused(text):
    for read in (NoteKey.parse, read_secret):
        with pytest.raises(CandlemarkError):
            read(text)


def test_notes_of_one_text_are_joined_and_those_of_another_are_not():
    other = Note.parse(sign_note("another\n", NAME, KEY)).cosign("x", WITNESS, 1)

    assert NOTE.joined(COSIGNED) == COSIGNED
    assert COSIGNED.joined(COSIGNED) == COSIGNED
    assert NOTE.joined(other) == NOTE
    assert COSIGNED.only(LOG_KEY) == NOTE
