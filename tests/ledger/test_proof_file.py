"""A proof as a file: it needs nothing but the log's key, and no bit of it can change."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken, ProofRefused, VaultMissing
from candlemark.ledger import Vault
from candlemark.ledger.checkpoint import signed_head
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.ledger.proof_file import PROOF_LIMIT, EntryProof
from candlemark.ledger.public import PublicLog
from candlemark.ledger.store import Row
from candlemark.seal import NoteKey, SigningKey
from candlemark.seal.notes import ED25519
from logs import flips, grow, new_vault


@pytest.fixture(scope="module")
def vault():
    with new_vault(300) as made:
        yield made


@pytest.fixture
def key(vault):
    return vault.ledger.log.key


@pytest.mark.parametrize("entry", [0, 1, 255, 256, 299])
def test_an_entry_is_proved_and_the_file_verifies_alone(vault, key, entry):
    stored = EntryProof.of(vault.ledger.log, entry).encode()
    proof = EntryProof.read(stored)

    assert proof.check(key).root.hex() == vault.ledger.head
    assert proof.index == entry
    assert proof.leaf == vault._store.leaves[entry].leaf
    assert proof.encode() == stored


def test_another_program_checks_the_file_from_its_description_alone(vault):
    """It reads the lines and hashes; it imports nothing of this program's."""
    lines = EntryProof.of(vault.ledger.log, 77).encode().decode().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    leaf = base64.b64decode(lines[1].removeprefix("extra "))
    place = int(lines[2].removeprefix("index "))
    blank = lines.index("")
    hashes = [base64.b64decode(line) for line in lines[3:blank]]
    size, root = int(lines[blank + 2]), base64.b64decode(lines[blank + 3])
    found, last = hashlib.sha256(b"\0" + leaf).digest(), size - 1
    for step in hashes:
        if place % 2 or place == last:
            found = hashlib.sha256(b"\1" + step + found).digest()
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            found = hashlib.sha256(b"\1" + found + step).digest()
        place, last = place // 2, last // 2

    assert (found, last) == (root, 0)


def test_every_bit_of_a_proof_counts(vault, key):
    missed = []
    for bit, bent in flips(EntryProof.of(vault.ledger.log, 77).encode()):
        try:
            EntryProof.read(bent).check(key)
            missed.append(bit)
        except ProofRefused:
            pass
    assert missed == []


def test_a_proof_cut_anywhere_is_refused(vault, key):
    stored = EntryProof.of(vault.ledger.log, 77).encode()
    for cut in range(len(stored)):
        with pytest.raises(ProofRefused):
            EntryProof.read(stored[:cut]).check(key)


def test_a_proof_under_another_key_is_refused(vault, key):
    with pytest.raises(ProofRefused, match="signature"):
        EntryProof.of(vault.ledger.log, 3).check(
            NoteKey(key.name, ED25519, SigningKey.generate().public)
        )


def bent(stored, old, new):
    assert old in stored
    return stored.replace(old, new, 1)


def test_malformed_files_are_refused(vault):
    stored = EntryProof.of(vault.ledger.log, 77).encode()
    for each in (
        b"",
        bent(stored, b"@v1", b"@v2"),
        bent(stored, b"index 77", b"index 077"),
        bent(stored, b"index 77", b"index -77"),
        bent(stored, b"extra ", b"extra  "),
        bent(stored, b"extra ", b"other "),
        bent(stored, b"\n", b"\r\n"),
        bent(stored, b"index 77\n", b"index 77\n" + b"A" * 43 + b"B\n"),
        bent(stored, b"index 77\n", b"index 77\n" + (b"A" * 43 + b"=\n") * 64),
        stored + b" ",
        b"\xff" + stored,
        stored + bytes(PROOF_LIMIT),
    ):
        with pytest.raises(ProofRefused, match="not the proof of an entry"):
            EntryProof.read(each)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_proof_or_refused(stored):
    with pytest.raises(ProofRefused):
        EntryProof.read(stored)


def test_an_entry_is_named_by_its_place_or_its_action(vault):
    log = vault.ledger.log
    action = vault._store.leaves[12].action.hex()

    assert log.place_of("12") == log.place_of(action) == 12
    for no in ("300", "-1", "", "x", "1" * 40, "ab" * 16, "zz" * 16, "١٢"):
        with pytest.raises(ProofRefused, match="no such entry"):
            log.place_of(no)


def test_an_entry_that_was_changed_is_not_proved():
    with new_vault(4) as vault:
        row = vault._store.leaves[2]
        vault._store.leaves[2] = Row(2, row.leaf + b"x", row.hash, row.action)

        with pytest.raises(LedgerBroken, match="entry 2 is not the one"):
            EntryProof.of(vault.ledger.log, 2)


def test_a_log_is_shown_without_a_passphrase(tmp_path):
    with Vault.create(
        tmp_path / "vault", "abacus abdomen abdominal abide abiding ability ablaze"
    ) as vault:
        grow(vault.ledger, 2)
        key = vault.ledger.log.key
    (tmp_path / "vault" / "keystore.db").unlink()

    with PublicLog.open(tmp_path / "vault") as log:
        assert log.key == key
        assert EntryProof.of(log, 1).check(key).size == 2
    with pytest.raises(VaultMissing):
        PublicLog.open(tmp_path)


def test_a_ledger_whose_checkpoint_is_of_another_vault_is_refused():
    with new_vault(1) as one, new_vault(1) as two:
        one._store._head = two._store.head()

        with pytest.raises(LedgerBroken, match="not one of this vault"):
            PublicLog(one._store)


def test_a_checkpoint_with_a_false_root_shows_nothing():
    with new_vault(3) as vault:
        log = vault.ledger.log
        other = Tree().grown([leaf_hash(b"x")] * 3)
        vault._store._head = signed_head(other, log.key.name, vault._identity.keyring.log)

        with pytest.raises(LedgerBroken, match="not the ones the last checkpoint"):
            log.shown()
