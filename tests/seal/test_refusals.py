"""Every refusal of this floor by its class, its exit code, its message and its hint, word for word."""

from __future__ import annotations

import base64
import copy
import hashlib
import pickle

import pytest

from candlemark.errors import (
    CandlemarkError,
    LedgerBroken,
    NotInOrder,
    NotUnderstood,
    SettingRefused,
    SharesRefused,
    StampRefused,
)
from candlemark.seal import (
    Cost,
    Note,
    NoteKey,
    PublicKey,
    Receiving,
    ReceivingKey,
    Recipient,
    SealingKey,
    SigningKey,
    Stretching,
    check_drawn,
    new_passphrase,
    open_part,
    read_note,
    seal,
    sign_note,
    unseal,
)
from candlemark.seal.notes import COSIGNATURE, ED25519, read_secret, secret_text
from candlemark.seal.padding import CONTENT_LIMIT, pad, size_class, unpad
from candlemark.seal.passphrase import words
from candlemark.seal.recovery import join, split
from candlemark.seal.sealing import OVERHEAD
from candlemark.seal.timestamp import ANSWER_LIMIT, Question, check_answer, read_roots

KEY = SealingKey.from_bytes(bytes(range(32)))
LOG = SigningKey.from_bytes(hashlib.sha256(b"log").digest())
WITNESS = SigningKey.from_bytes(hashlib.sha256(b"witness").digest())
NAME = "log.example"
LOG_KEY = NoteKey(NAME, ED25519, LOG.public)
WITNESS_KEY = NoteKey("w.example", COSIGNATURE, WITNESS.public)
NOTE = Note.parse(sign_note("text\n", NAME, LOG))
COSIGNED = NOTE.cosign("w.example", WITNESS, 7)
CLASSIC = ReceivingKey(bytes(range(32)), Receiving.CLASSIC)
HYBRID = ReceivingKey(bytes(range(32)))
SHARES = split(bytes(range(32)))
OTHERS = split(bytes(range(1, 33)))
CERTIFICATE = (object(),)

NAME_REFUSED = (
    NotUnderstood,
    "this cannot be the name or the kind of a signer",
    "a name has no spaces and no plus sign",
)
NO_KEY = (
    NotUnderstood,
    "this is not the key of a log or of a witness",
    "copy the whole line again; it looks like name+0123abcd+AQ…",
)
NO_NOTE = (LedgerBroken, "the checkpoint is not a signed note", "")
NO_LINE = (LedgerBroken, "a signature under the checkpoint cannot be read", "")
NOT_SIGNED = (LedgerBroken, "the signature under the checkpoint does not hold", "")
NOT_COSIGNED = (LedgerBroken, "the cosignature of w.example does not hold", "")
NO_PARAMETERS = (LedgerBroken, "the parameters of the passphrase cannot be read", "")
NOT_DRAWN = (
    SettingRefused,
    "this passphrase was not drawn from the word list",
    "let Candlemark make one; words a person chooses can be guessed",
)
NOT_OPEN = (LedgerBroken, "sealed bytes do not open: changed, moved or truncated", "")
TOO_SHORT = (LedgerBroken, "sealed bytes are too short to be whole", "")
NO_MARK = (LedgerBroken, "the padding does not end the content", "")
WRONG_SIZE = (LedgerBroken, "the padded size is not the one for this content", "")
NOT_RECEIVED = (LedgerBroken, "a wrapped key does not open: changed, moved or not ours", "")
SHORT_WRAP = (LedgerBroken, "a wrapped key is too short to be whole", "")
UNCHECKABLE = (
    StampRefused,
    "the answer cannot be checked",
    "ask again, or ask another service; nothing was kept",
)
NO_STAMP = (
    StampRefused,
    "the answer is not a timestamp",
    "ask again, or ask another service; nothing was kept",
)
NO_ROOT = (
    SettingRefused,
    "there is no certificate in this file",
    "bring the root certificate of the timestamp service, in PEM",
)
NO_SHARES = (
    SharesRefused,
    "these are not all shares of a recovery key",
    "type the 33 words of each share as they are on its paper",
)


def few_shares(count):
    return (
        SharesRefused,
        f"{count} shares do not give the recovery key",
        "3 different shares of one splitting are needed",
    )


def no_suite(suite):
    return (LedgerBroken, f"there is no receiving key of suite {suite}", "")


def line(name, raw):
    return f"text\n\n\N{EM DASH} {name} {base64.b64encode(raw).decode()}\n".encode()


def changed(stored, at):
    return stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :]


def cosigned_with(raw):
    from_witness = NOTE.cosign("w.example", WITNESS, 7).signatures[1]
    bent = type(from_witness)("w.example", WITNESS_KEY.id, raw)
    return Note(NOTE.text, (*NOTE.signatures, bent)).cosigned_at(WITNESS_KEY)


def late(time):
    message = f"cosignature/v1\ntime {time}\ntext\n".encode()
    return time.to_bytes(8, "big") + WITNESS.sign(message)


SEALED = seal(KEY, b"label", b"bound", b"content")
PADDED = pad(b"content")

REFUSED = {
    # Notes
    "a name with a space": (lambda: NoteKey("a b", ED25519, LOG.public), NAME_REFUSED),
    "an empty name": (lambda: NoteKey("", ED25519, LOG.public), NAME_REFUSED),
    "a name of 256": (lambda: NoteKey("n" * 256, ED25519, LOG.public), NAME_REFUSED),
    "algorithm 0": (lambda: NoteKey(NAME, 0, LOG.public), NAME_REFUSED),
    "algorithm 2": (lambda: NoteKey(NAME, 2, LOG.public), NAME_REFUSED),
    "algorithm 3": (lambda: NoteKey(NAME, 3, LOG.public), NAME_REFUSED),
    "algorithm 5": (lambda: NoteKey(NAME, 5, LOG.public), NAME_REFUSED),
    "no key": (lambda: NoteKey.parse("key"), NO_KEY),
    "a key of another hash": (
        lambda: NoteKey.parse(str(LOG_KEY).replace(LOG_KEY.id.hex(), "0" * 8)), NO_KEY,
    ),
    "no secret": (lambda: read_secret("key"), NO_KEY),
    "a secret without how it begins": (
        lambda: read_secret(secret_text(NAME, LOG, ED25519).removeprefix("PRIVATE+KEY+")), NO_KEY,
    ),
    "a secret of another name": (
        lambda: read_secret(secret_text(NAME, LOG, ED25519).replace("log.", "dog.")), NO_KEY,
    ),
    "a public key as a secret": (lambda: read_secret(str(LOG_KEY)), NO_KEY),
    "no note": (lambda: Note.parse(b""), NO_NOTE),
    "a note of control signs": (lambda: Note.parse(b"a\tb\n\n" + NOTE.encode()[6:]), NO_NOTE),
    "a line of four bytes": (lambda: Note.parse(line("x", bytes(4))), NO_LINE),
    "a line of no name": (lambda: Note.parse(line("", bytes(5))), NO_LINE),
    "a line of a long name": (lambda: Note.parse(line("x" * 256, bytes(5))), NO_LINE),
    "a line of a name with a plus": (lambda: Note.parse(line("a+b", bytes(5))), NO_LINE),
    "a note signed by nobody asked about": (
        lambda: read_note(line("x", bytes(5)), NAME, LOG.public), NOT_SIGNED,
    ),
    "a signature that was changed": (
        lambda: read_note(NOTE.encode().replace(b"text", b"next"), NAME, LOG.public), NOT_SIGNED,
    ),
    "a cosignature without a time": (lambda: cosigned_with(bytes(64)), NOT_COSIGNED),
    "a cosignature cut": (lambda: cosigned_with(late(7)[:-1]), NOT_COSIGNED),
    "a cosignature with more behind": (lambda: cosigned_with(late(7) + b"x"), NOT_COSIGNED),
    "a cosignature of another time": (
        lambda: cosigned_with((8).to_bytes(8, "big") + late(7)[8:]), NOT_COSIGNED,
    ),
    "a cosignature of the year 10000": (
        lambda: cosigned_with(late(253_402_300_800)), NOT_COSIGNED,
    ),
    # Keys
    "a key of 31 bytes": (
        lambda: SealingKey.from_bytes(bytes(31)), (LedgerBroken, "a key has 32 bytes, not 31", ""),
    ),
    "a key of 33 bytes": (
        lambda: SealingKey.from_bytes(bytes(33)), (LedgerBroken, "a key has 32 bytes, not 33", ""),
    ),
    "a public key of 31 bytes": (
        lambda: PublicKey(bytes(31)), (LedgerBroken, "a public key has 32 bytes, not 31", ""),
    ),
    "a public key of 33 bytes": (
        lambda: PublicKey(bytes(33)), (LedgerBroken, "a public key has 32 bytes, not 33", ""),
    ),
    # Passphrases
    "no words": (
        lambda: new_passphrase(0),
        (SettingRefused, "0 words are too few", "a passphrase has at least 7 words"),
    ),
    "six words": (
        lambda: new_passphrase(6),
        (SettingRefused, "6 words are too few", "a passphrase has at least 7 words"),
    ),
    "nothing drawn": (lambda: check_drawn(""), NOT_DRAWN),
    "six drawn words": (lambda: check_drawn(" ".join(words()[:6])), NOT_DRAWN),
    "seven words, one of no list": (
        lambda: check_drawn(" ".join((*words()[:6], "candlemark"))), NOT_DRAWN,
    ),
    "memory of 7": (lambda: parameters(7, 1), NO_PARAMETERS),
    "memory over 2 GiB": (lambda: parameters(2_097_153, 1), NO_PARAMETERS),
    "no passes": (lambda: parameters(8, 0), NO_PARAMETERS),
    "17 passes": (lambda: parameters(8, 17), NO_PARAMETERS),
    "parameters of another kind": (
        lambda: Stretching.parse(str(Stretching(8, 1, bytes(16))).replace("2id", "2i")),
        NO_PARAMETERS,
    ),
    "parameters of two lanes": (
        lambda: Stretching.parse(str(Stretching(8, 1, bytes(16))).replace("p=1", "p=2")),
        NO_PARAMETERS,
    ),
    "parameters of another version": (
        lambda: Stretching.parse(str(Stretching(8, 1, bytes(16))).replace("v=19", "v=16")),
        NO_PARAMETERS,
    ),
    # Padding
    "content one too long": (
        lambda: size_class(CONTENT_LIMIT + 1),
        (
            NotInOrder,
            "1,114,112 bytes are too many for one part",
            "a part holds at most 1,114,111 bytes; split it over several parts",
        ),
    ),
    "padding of nothing": (lambda: unpad(b""), NO_MARK),
    "padding without a mark": (lambda: unpad(bytes(512)), NO_MARK),
    "padding of another mark": (lambda: unpad(b"x\x81".ljust(512, b"\0")), NO_MARK),
    "padding of no size": (lambda: unpad(PADDED + b"\0"), WRONG_SIZE),
    "padding of too large a size": (lambda: unpad(PADDED + bytes(512)), WRONG_SIZE),
    # Sealing
    "nothing sealed": (lambda: unseal(KEY, b"label", b"bound", b""), TOO_SHORT),
    "sealed bytes of 39": (lambda: unseal(KEY, b"label", b"bound", bytes(39)), TOO_SHORT),
    "sealed bytes of 40": (lambda: unseal(KEY, b"label", b"bound", bytes(40)), NOT_OPEN),
    "sealed for another label": (lambda: unseal(KEY, b"lapel", b"bound", SEALED), NOT_OPEN),
    "sealed for another place": (lambda: unseal(KEY, b"label", b"round", SEALED), NOT_OPEN),
    "sealed and changed": (
        lambda: unseal(KEY, b"label", b"bound", changed(SEALED, 30)), NOT_OPEN,
    ),
    "a part of no length": (
        lambda: open_part(KEY, bytes(16), bytes(16), bytes(512 + OVERHEAD - 1)),
        (LedgerBroken, "551 bytes are no length a sealed part can have", ""),
    ),
    "a part that holds no padding": (
        lambda: open_part(
            KEY, b"v", b"a", seal(KEY, b"candlemark/part/v1\x01", b"va", bytes(512))
        ),
        NO_MARK,
    ),
    # Receiving
    "suite 0": (lambda: Recipient(0, bytes(32)), no_suite(0)),
    "suite 3": (lambda: Recipient(3, bytes(32)), no_suite(3)),
    "a hybrid key of 1,215": (
        lambda: Recipient(1, bytes(1215)),
        (LedgerBroken, "a receiving key of suite 1 has 1216 public bytes", ""),
    ),
    "a classic key of 33": (
        lambda: Recipient(2, bytes(33)),
        (LedgerBroken, "a receiving key of suite 2 has 32 public bytes", ""),
    ),
    "a hybrid key of noise": (
        lambda: Recipient(1, b"\xff" * 1216),
        (LedgerBroken, "these are not the bytes of a receiving key", ""),
    ),
    "a point of low order": (
        lambda: Recipient(2, bytes(32)).wrap(b"key", b""),
        (LedgerBroken, "nothing can be wrapped for this receiving key", ""),
    ),
    "a secret of 31": (
        lambda: ReceivingKey(bytes(31)),
        (LedgerBroken, "a receiving key has 32 secret bytes, not 31", ""),
    ),
    "a secret of 33": (
        lambda: ReceivingKey(bytes(33), Receiving.CLASSIC),
        (LedgerBroken, "a receiving key has 32 secret bytes, not 33", ""),
    ),
    "a classic wrap of 47": (lambda: CLASSIC.unwrap(bytes(47), b""), SHORT_WRAP),
    "a classic wrap of 48": (lambda: CLASSIC.unwrap(bytes(48), b""), NOT_RECEIVED),
    "a hybrid wrap of 1,135": (lambda: HYBRID.unwrap(bytes(1135), b""), SHORT_WRAP),
    "a hybrid wrap of 1,136": (lambda: HYBRID.unwrap(bytes(1136), b""), NOT_RECEIVED),
    "a wrap for another place": (
        lambda: CLASSIC.unwrap(CLASSIC.recipient.wrap(b"key", b"here"), b"there"), NOT_RECEIVED,
    ),
    # Recovery
    "no share": (lambda: join([]), few_shares(0)),
    "two shares": (lambda: join(SHARES[:2]), few_shares(2)),
    "two shares, one twice": (lambda: join([*SHARES[:2], SHARES[1].upper()]), few_shares(2)),
    "three shares of two keys": (lambda: join([*SHARES[:2], OTHERS[2]]), few_shares(3)),
    "something that is no share": (lambda: join([*SHARES[:2], "word"]), NO_SHARES),
    # Timestamps
    "no certificate": (lambda: read_roots(b""), NO_ROOT),
    "a certificate of noise": (
        lambda: read_roots(b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"),
        NO_ROOT,
    ),
    "an answer and no certificate": (lambda: check_answer(b"x", b"m", ()), UNCHECKABLE),
    "an answer one too long": (
        lambda: check_answer(bytes(ANSWER_LIMIT + 1), b"m", CERTIFICATE), UNCHECKABLE,
    ),
    "an answer of the longest length that is none": (
        lambda: check_answer(bytes(65_536), b"m", CERTIFICATE), NO_STAMP,
    ),
    "an empty answer": (lambda: check_answer(b"", b"m", CERTIFICATE), NO_STAMP),
    "an empty answer to a question": (
        lambda: Question.about(b"m").check(b"", CERTIFICATE), NO_STAMP,
    ),
}  # fmt: skip


def parameters(memory, passes):
    return Stretching.parse(f"$argon2id$v=19$m={memory},t={passes},p=1${'A' * 22}")


@pytest.mark.parametrize(("refused", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_is_told_word_for_word(refused, told):
    kind, message, hint = told
    with pytest.raises(CandlemarkError) as caught:
        refused()

    error = caught.value
    assert type(error) is kind
    assert (error.message, str(error), error.hint) == (message, message, hint)
    assert bool(error.faults) == (told is NO_SHARES)
    assert error.__cause__ is None or told is NO_STAMP


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (NotUnderstood, 10),
        (LedgerBroken, 35),
        (SharesRefused, 39),
        (NotInOrder, 40),
        (SettingRefused, 70),
        (StampRefused, 86),
    ],
)
def test_the_refusals_of_this_floor_leave_with_their_code(kind, code):
    assert kind("x").exit_code == code
    assert {one.exit_code for one in (told[0] for _, told in REFUSED.values())} == {
        10, 35, 39, 40, 70, 86,
    }  # fmt: skip


def exchanged(share):
    """A share with its first two neighbours that differ the wrong way round."""
    found = share.split()
    at = next(at for at in range(32) if found[at] != found[at + 1])
    return " ".join([*found[:at], found[at + 1], found[at], *found[at + 2 :]])


PAPERS = {
    "a word too few": (" ".join(SHARES[1].split()[:-1]), "it has 32 words instead of 33"),
    "a word too many": (SHARES[1] + " academic", "it has 34 words instead of 33"),
    "nothing": ("", "it has 0 words instead of 33"),
    "the first word wrong": (
        " ".join(["candle", *SHARES[1].split()[1:]]), "not a word of the list: number 1",
    ),
    "the last word wrong": (
        " ".join([*SHARES[1].split()[:-1], "candle"]), "not a word of the list: number 33",
    ),
    "two words wrong": (
        " ".join(["candle", "mark", *SHARES[1].split()[2:]]), "not a word of the list: number 1, 2",
    ),
    "two words exchanged": (
        exchanged(SHARES[1]),
        "a word is wrong or in another place: its check words do not agree",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("paper", "what"), PAPERS.values(), ids=PAPERS)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_share_that_is_none_is_named_by_its_number_and_by_what_is_wrong(paper, what, place):
    shares = [SHARES[0], SHARES[2]]
    shares.insert(place, paper)

    with pytest.raises(SharesRefused) as caught:
        join(shares)
    assert [str(fault) for fault in caught.value.faults] == [f"share {place + 1}: {what}"]


def test_every_share_that_is_none_is_named_in_their_order():
    with pytest.raises(SharesRefused) as caught:
        join(["one", SHARES[0], "two words"])

    assert [str(fault) for fault in caught.value.faults] == [
        "share 1: it has 1 words instead of 33",
        "share 3: it has 2 words instead of 33",
    ]


@pytest.mark.parametrize("write", [str.upper, str.title, lambda text: "\n ".join(text.split())])
def test_shares_are_read_however_they_are_written(write):
    assert join([write(share) for share in SHARES[2:]]) == bytes(range(32))


@pytest.mark.parametrize("key", [KEY, LOG, CLASSIC, HYBRID], ids=repr)
def test_no_key_leaves_this_process_by_itself(key):
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError) as caught:
            leave(key)
        assert str(caught.value) == "a key is not pickled"


def test_the_costs_are_two_and_what_is_drawn_for_each_is_written_down():
    assert {cost.name: cost.value for cost in Cost} == {"STRONG": (262_144, 3), "QUICK": (8, 1)}
    for cost in Cost:
        made = Stretching.new(cost)
        assert (made.memory, made.passes, len(made.salt)) == (*cost.value, 16)
        assert made.salt != Stretching.new(cost).salt
