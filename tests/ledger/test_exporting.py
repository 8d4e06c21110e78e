"""What is handed over is what was shown, and nothing that signs or opens the vault."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt
from nacl.pwhash import argon2id

from candlemark.errors import LedgerBroken, NotEntitled, SettingRefused
from candlemark.ledger import Part, Vault, application
from candlemark.ledger.compartments import _Held
from candlemark.ledger.membership import added
from candlemark.seal import Cost, Stretching, new_passphrase
from candlemark.seal.keys import kid_of
from exports import KINDS, SOURCE, WORDS, Said, judged


@pytest.fixture
def pair(tmp_path):
    """A vault of two; Aysel reads ``coded`` and not who it is about."""
    folder, words = tmp_path / "vault", new_passphrase()
    with Vault.create(folder, WORDS, "Office", cost=Cost.QUICK, kinds=KINDS) as vault:
        vault.ledger.append(
            [
                Part("coded", (Said("what"),)),
                Part("identity", (Said("who"),), "person_x"),
                Part("identity", (Said("whom"),), "person_y"),
            ]
        )
        card = application(folder, "Aysel", words, cost=Cost.QUICK)
        vault.members.propose([added(card)])
        vault.members.rotate("coded")
        vault.ledger.append([Part("coded", (Said("more"),))])

    class Pair:
        path, place = folder, tmp_path

        @staticmethod
        def open(who="founder"):
            return Vault.open(folder, WORDS if who == "founder" else words, KINDS)

    return Pair


def disclosed(folder, passphrase=WORDS):
    """The keys in an export, opened with PyNaCl alone."""
    _, phc, sealed = msgspec.msgpack.decode((folder / "disclosed").read_bytes())
    vault = hashlib.sha256(b"candlemark/genesis/v1" + (folder / "genesis").read_bytes()).digest()
    cost = Stretching.parse(phc)
    key = argon2id.kdf(32, passphrase.encode(), cost.salt, cost.passes, cost.memory * 1024)
    bound = b"candlemark/disclosed/v1\x01" + vault[:16] + phc.encode() + kid_of(key)
    return msgspec.msgpack.decode(decrypt(sealed[24:], bound, sealed[:24], key))


def export(vault, folder, *names):
    return vault.exporting.export(folder, names, WORDS, cost=Cost.QUICK)


def test_what_is_shown_before_is_what_is_handed_over(pair):
    with pair.open() as vault:
        shown, others = vault.exporting.disclosures(["coded"])
        done = export(vault, pair.place / "export", "coded")

    assert [(one.compartment, one.epochs, one.parts, one.persons) for one in shown] == [
        ("meta", 1, 5, 0),
        ("coded", 2, 2, 0),
    ]
    assert (done.discloses, done.others, others) == (shown, 2, 2)
    assert judged(pair.place / "export")["sealed"] == 2


def test_persons_are_counted_and_their_keys_go_along_with_their_compartment(pair):
    with pair.open() as vault:
        shown, _ = vault.exporting.disclosures(["identity", "identity"])
        export(vault, pair.place / "with", "identity")
        export(vault, pair.place / "without", "coded")

    assert (shown[1].parts, shown[1].persons) == (2, 2)
    assert {person for _, person, _ in disclosed(pair.place / "with")[5]} == {
        "person_x",
        "person_y",
    }
    assert disclosed(pair.place / "without")[5] == []
    assert {name for name, _, _ in disclosed(pair.place / "without")[4]} == {"meta", "coded"}


def test_nothing_that_signs_or_opens_the_vault_is_handed_over(pair):
    with pair.open() as vault:
        export(vault, pair.place / "export", "coded", "identity")
        keyring = vault._identity.keyring
        secret = [keyring.identity.reveal(), keyring.device.reveal(), keyring.log.reveal()]
        secret += [wrap.wrapped for wrap in vault._keystore.wraps(vault._identity.vault)]
        sealing = [key.reveal() for key in keyring.compartments.values()]
    clear = b"".join(
        one.read_bytes() for one in (pair.place / "export").rglob("*") if one.is_file()
    )
    opened = msgspec.msgpack.encode(disclosed(pair.place / "export"))

    assert len(secret) > 6
    assert not [one for one in secret if one in clear or one in opened]
    assert not [one for one in sealing if one in clear]
    assert WORDS.encode() not in clear


def test_keys_of_erased_persons_are_not_in_it(pair):
    with pair.open() as vault:
        asked = vault.erasing.ask("person_x", "mistake")
    with pair.open("aysel") as vault:
        vault.erasing.agree(asked.code)
    with pair.open() as vault:
        vault.erasing.carry_out()
        shown, _ = vault.exporting.disclosures(["identity"])
        export(vault, pair.place / "export", "identity")

    assert (shown[1].parts, shown[1].persons) == (1, 1)
    assert {person for _, person, _ in disclosed(pair.place / "export")[5]} == {"person_y"}
    assert judged(pair.place / "export")["erased"] == 1


@pytest.mark.parametrize("name", ["identity", "identity:nobody", "nonsense"])
def test_a_compartment_this_member_does_not_read_is_refused(pair, name):
    with (
        pair.open("aysel") as vault,
        pytest.raises(NotEntitled, match="not this member's") as refused,
    ):
        export(vault, pair.place / "export", "coded", name)

    assert [fault.where for fault in refused.value.faults] == [name]
    assert not (pair.place / "export").exists()


def test_a_member_exports_what_they_read_and_the_rest_stays_sealed(pair):
    with pair.open("aysel") as vault:
        export(vault, pair.place / "export", "coded")

    found = judged(pair.place / "export")
    assert (found["holds"], found["sealed"]) == (True, 2)


def test_a_folder_with_something_in_it_is_left_as_it_is(pair):
    (pair.place / "export").mkdir()
    (pair.place / "export" / "mine").write_text("mine")
    with pair.open() as vault:
        with pytest.raises(SettingRefused, match="not empty"):
            export(vault, pair.place / "export", "coded")
        with pytest.raises(SettingRefused, match="not empty"):
            export(vault, pair.place / "export" / "mine", "coded")

    assert [one.name for one in (pair.place / "export").iterdir()] == ["mine"]


def test_a_passphrase_that_was_not_drawn_is_refused(pair):
    with pair.open() as vault, pytest.raises(SettingRefused, match="not drawn"):
        vault.exporting.export(pair.place / "export", ["coded"], "my own words")

    assert not (pair.place / "export").exists()


def test_more_keys_than_a_reader_takes_are_refused(pair):
    with pair.open() as vault:
        keys = vault._identity.keyring.compartments
        one = _Held("coded", keys["coded"], "x" * 64, keys["coded"].kid)
        keys._held.update((number.to_bytes(16, "big"), one) for number in range(300_000))
        with pytest.raises(SettingRefused, match="too many keys"):
            export(vault, pair.place / "export", "coded")

    assert not (pair.place / "export").exists()


def test_a_damaged_ledger_is_not_handed_over(pair):
    with Vault.in_memory(KINDS) as vault:
        vault.ledger.append([Part("coded", (Said("one"),))])
        row = vault._store.leaves[0]
        vault._store.leaves[0] = row._replace(leaf=row.leaf[:-1] + b"x")
        with pytest.raises(LedgerBroken):
            export(vault, pair.place / "export", "coded")

    assert not (pair.place / "export").exists()


def test_the_verifier_and_two_lines_go_along(pair):
    with pair.open() as vault:
        done = export(vault, pair.place / "export", "coded")
    copied = (pair.place / "export" / "verify_vault.py").read_bytes()
    read_me = (pair.place / "export" / "READ-ME.txt").read_text(encoding="utf-8")

    assert copied == SOURCE.read_bytes()
    assert hashlib.sha256(copied).hexdigest() == done.verifier
    assert len(read_me.splitlines()) == 2
    assert (done.size, done.root) == (
        judged(pair.place / "export")["entries"],
        judged(pair.place / "export")["root"],
    )
