"""What this floor says when it refuses, word for word, and the edges of what it refuses."""

from __future__ import annotations

import base64
import pickle

import pytest

from candlemark.errors import CandlemarkError, LedgerBroken, SettingRefused
from candlemark.seal import (
    Cost,
    SealingKey,
    SigningKey,
    Stretching,
    check_drawn,
    new_passphrase,
    padding,
    read_note,
    seal,
    sign_note,
    unseal,
)
from candlemark.seal import passphrase as passphrases
from candlemark.seal.sealing import OVERHEAD

KEY = SealingKey.from_bytes(bytes(range(32)))
SIGNER = SigningKey.from_bytes(bytes(32))
NAME = "candlemark.org/0/0"
NOTE = sign_note(f"{NAME}\n1\nroot\n", NAME, SIGNER)
SEVEN = "abacus abdomen abdominal abide abiding ability"

TOLD = {
    "six words": (
        lambda: new_passphrase(6),
        "6 words are too few",
        "a passphrase has at least 7 words",
    ),
    "own words": (
        lambda: check_drawn("one two three four five six seven"),
        "this passphrase was not drawn from the word list",
        "let Candlemark make one; words a person chooses can be guessed",
    ),
    "other parameters": (
        lambda: Stretching.parse("$argon2id$v=19$m=1,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA"),
        "the parameters of the passphrase cannot be read",
        None,
    ),
    "a short key": (lambda: SealingKey.from_bytes(b"x"), "a key has 32 bytes, not 1", None),
    "sealed bytes that are too short": (
        lambda: unseal(KEY, b"label", b"bound", bytes(OVERHEAD - 1)),
        "sealed bytes are too short to be whole",
        None,
    ),
    "sealed bytes that were changed": (
        lambda: unseal(KEY, b"label", b"bound", bytes(OVERHEAD)),
        "sealed bytes do not open: changed, moved or truncated",
        None,
    ),
    "a note without an end": (
        lambda: read_note(NOTE[:-1], NAME, SIGNER.public),
        "the checkpoint is not a signed note",
        None,
    ),
    "a note that is not text": (
        lambda: read_note(b"\xff\n\n\xff\n", NAME, SIGNER.public),
        "the checkpoint is not a signed note",
        None,
    ),
    "a note under another name": (
        lambda: read_note(NOTE, "other", SIGNER.public),
        "the signature under the checkpoint does not hold",
        None,
    ),
}


@pytest.mark.parametrize(("refused", "message", "hint"), TOLD.values(), ids=TOLD)
def test_what_is_told_about(refused, message, hint):
    with pytest.raises(CandlemarkError) as caught:
        refused()

    assert caught.value.message == message
    if hint is not None:
        assert caught.value.hint == hint


def test_the_sizes_are_the_recorded_ones_when_they_are_worked_out_again():
    """They are worked out once, on import; this works them out again, step by step."""
    sizes = padding._all_sizes()

    assert sizes == padding.SIZES
    assert sizes[:10] == (512, 1024, 1536, 2048, 2560, 3072, 3584, 4096, 4352, 4608)
    assert sizes[-2:] == (1_081_344, 1_114_112)
    assert len(sizes) == 202
    for length in (4097, 5000, 8192, 65_536, 65_537, 1_000_001):
        padded = padding._padme(length)

        # Padmé: the lowest bits, all but as many as the length of the exponent, are zero.
        exponent = length.bit_length() - 1
        step = 1 << (exponent - exponent.bit_length())
        assert padded % step == 0
        assert length <= padded < length + step


def test_empty_content_opens_again():
    sealed = seal(KEY, b"label", b"bound", b"")

    assert len(sealed) == OVERHEAD
    assert unseal(KEY, b"label", b"bound", sealed) == b""


def test_sealing_draws_fresh_randomness_by_itself():
    assert seal(KEY, b"label", b"bound", b"same") != seal(KEY, b"label", b"bound", b"same")


def test_every_word_of_the_list_at_once_is_a_passphrase_that_was_drawn():
    check_drawn(" ".join(passphrases.words()))


def test_six_drawn_words_are_too_few():
    with pytest.raises(SettingRefused):
        check_drawn(SEVEN)


def test_a_salt_whose_text_would_end_in_x_comes_back():
    salt = base64.b64decode("AAAAAAAAAAAAAAAAAAAAXX==")[:15] + b"\x5c"
    for last in range(256):
        stretching = Stretching(8, 1, salt[:15] + bytes([last]))

        assert Stretching.parse(str(stretching)) == stretching
        assert str(stretching).endswith(base64.b64encode(stretching.salt).decode()[:22])


def test_a_key_shows_its_class_and_its_kid_and_is_not_pickled():
    assert repr(KEY) == f"<SealingKey {KEY.kid.hex()}>"
    assert repr(SIGNER) == f"<SigningKey {SIGNER.kid.hex()}>"
    with pytest.raises(TypeError, match=r"\Aa key is not pickled\Z"):
        pickle.dumps(KEY)


def _note_of(length):
    """A signed note of exactly this many bytes."""
    filled = length - len(sign_note(f"{NAME}\n\n", NAME, SIGNER))
    return sign_note(f"{NAME}\n{'x' * filled}\n", NAME, SIGNER)


def test_a_note_of_32768_bytes_is_read_and_a_longer_one_is_not():
    assert read_note(_note_of(32_768), NAME, SIGNER.public).startswith(NAME)
    with pytest.raises(LedgerBroken, match="not a signed note"):
        read_note(_note_of(32_769), NAME, SIGNER.public)


def test_a_note_with_a_line_that_is_no_signature_is_refused_whole():
    text, _, line = NOTE.decode().rpartition("\n\n")
    broken = f"\N{EM DASH} {NAME} not base64!\n"

    with pytest.raises(LedgerBroken):
        read_note(f"{text}\n\n{broken}{line}".encode(), NAME, SIGNER.public)


def test_a_signature_with_other_letters_in_it_is_not_taken():
    prefix = f"\N{EM DASH} {NAME} ".encode()

    with pytest.raises(LedgerBroken, match="cannot be read"):
        read_note(NOTE.replace(prefix, prefix + b"!"), NAME, SIGNER.public)


def test_a_quick_cost_is_no_protection_and_says_so():
    assert Cost.QUICK.value == (8, 1)
