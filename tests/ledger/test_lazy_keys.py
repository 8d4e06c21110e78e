"""Keys are taken out of the keystore when something sealed under them is opened, and found then."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from candlemark.errors import LedgerBroken
from candlemark.ledger import Part, Vault, application, compartments
from candlemark.ledger.key_shelf import KeyShelf
from candlemark.ledger.keystore_rows import KEYSTORE_FILE
from candlemark.ledger.membership import added
from candlemark.ledger.wraps import wrap_subject
from candlemark.seal import Cost, SealingKey, new_passphrase

CASES = [f"identity:case_{n}" for n in range(5)]
PERSONS = [f"person_{n}" for n in range(5)]


@pytest.fixture
def shared(tmp_path, world):
    """A vault of two, five compartments of cases, and a person in each."""
    folder = tmp_path / "vault"
    world.create(folder, name="A vault").close()
    words = new_passphrase()
    card = application(folder, "Aysel", words, cost=Cost.QUICK)
    with world.open(folder) as vault:
        vault.members.propose([added(card)])
        for name, person in zip(CASES, PERSONS, strict=True):
            vault.members.open_compartment(name, ())
            vault.ledger.append([Part(name, (world.Said(f"about {person}"),), person)])

    class Shared:
        path, aysel, secret = folder, words, vault.secret

        @staticmethod
        def session():
            return Vault.open(folder, vault.secret, world.kinds)

    return Shared


@pytest.fixture
def taken(monkeypatch):
    """The kids that were looked for in the keystore."""
    kids = []
    take = KeyShelf.take
    monkeypatch.setattr(
        KeyShelf, "take", lambda self, kid, key: kids.append(kid) or take(self, kid, key)
    )
    return kids


def change(folder, statement, *values):
    with closing(sqlite3.connect(folder / KEYSTORE_FILE)) as connection:
        assert connection.execute(statement, values).rowcount == 1
        connection.commit()


def test_opening_takes_out_no_key_of_a_person_or_a_case(shared, world, taken, monkeypatch):
    monkeypatch.setattr("candlemark.ledger.reading_mark.WORTH", 1)
    shared.session().close()  # leaves the watermark
    taken.clear()

    with shared.session() as vault:
        roster = vault.members.roster()
        cases = {one.kid for name in CASES for one in roster.compartments[name].keys}
        assert not cases & set(taken)
        assert len(taken) <= 3  # of the ledger's own compartment
        assert set(CASES) <= set(vault._identity.keyring.compartments)
        assert not cases & set(taken)
        assert [text for text in world.texts(vault.ledger) if "about" in text]
        assert cases <= set(taken)


def test_a_name_is_among_the_keys_as_soon_as_its_compartment_is_there(shared, world):
    with shared.session() as vault:
        keys = vault._identity.keyring.compartments
        assert "identity:new" not in keys
        vault.members.open_compartment("identity:new", ())
        assert "identity:new" in keys
        assert "identity:new" in set(keys)
        world.say(vault.ledger, "said", compartment="identity:new")
        assert keys["identity:new"].kid in keys.kids


def test_what_another_process_opened_is_read_and_written(shared, world):
    with shared.session() as here, shared.session() as there:
        there.members.open_compartment("identity:new", ())
        there.ledger.append([Part("identity:new", (world.Said("there"),), "person_9")])
        here.ledger.append([Part("identity:new", (world.Said("here"),), "person_9")])
        assert world.texts(here.ledger)[-2:] == ["there", "here"]
        # One key of the person, found by who they are.
        assert len(here._identity.keyring.compartments.subject_kids("person_9")) == 1


def test_the_key_of_a_person_is_found_again_and_no_other_is_made(shared, world):
    for _ in range(3):
        with shared.session() as vault:
            vault.ledger.append([Part(CASES[0], (world.Said("more"),), PERSONS[0])])
    with shared.session() as vault:
        keys = vault._identity.keyring.compartments
        assert len(keys.subject_kids(PERSONS[0])) == 1
        assert {subject for _, subject, _ in keys.persons(CASES[0])} == {PERSONS[0]}


def test_two_keys_of_one_person_are_both_read_and_both_erased(shared, world):
    with shared.session() as vault:
        epoch, other = vault._identity.keyring.compartments[CASES[0]], SealingKey.generate()
        wrap = wrap_subject(epoch, vault._identity.vault, PERSONS[0], other)
        vault._keystore.keep(wraps=[wrap])
    with shared.session() as vault:
        assert len(vault._identity.keyring.compartments.subject_kids(PERSONS[0])) == 2
        assert other.kid in vault._identity.keyring.compartments.subject_kids(PERSONS[0])


def test_a_lost_key_is_told_on_opening(shared):
    with shared.session() as vault:
        kid = vault.members.roster().compartments[CASES[2]].epochs[0].kid
    change(shared.path, "DELETE FROM keys WHERE kid = ?", kid)

    with pytest.raises(LedgerBroken) as found:
        shared.session()
    assert [str(one.what) for one in found.value.faults] == [
        f"key 1 of the compartment {CASES[2]} is missing"
    ]


def test_a_damaged_key_is_told_when_it_is_used_and_by_verifying(shared, world):
    with shared.session() as vault:
        kid = vault.members.roster().compartments[CASES[2]].epochs[0].kid
    change(shared.path, "UPDATE keys SET wrap = zeroblob(length(wrap)) WHERE kid = ?", kid)

    with shared.session() as vault:
        where = f"key {kid.hex()}"
        assert where in [one.where for one in vault.examine_keys()]
        assert where in [one.where for one in vault.ledger.verify().faults]
        with pytest.raises(LedgerBroken, match="damaged"):
            world.texts(vault.ledger)


def test_a_key_wrapped_as_that_of_another_compartment_is_refused(shared, world):
    with shared.session() as vault:
        keys, roster = vault._identity.keyring.compartments, vault.members.roster()
        kid = roster.compartments[CASES[2]].epochs[0].kid
        with pytest.raises(LedgerBroken, match="another compartment"):
            keys._refuse_misnamed(kid, "coded")
        keys._refuse_misnamed(kid, CASES[2])
        keys._refuse_misnamed(SealingKey.generate().kid, "coded")


def test_a_session_does_not_read_pages_it_does_not_need_and_a_passphrase_reads_all(shared, world):
    path = shared.path / KEYSTORE_FILE
    with closing(sqlite3.connect(path)) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'label'"
        ).fetchone()
    whole = path.read_bytes()
    path.write_bytes(whole[: (page - 1) * size + 1] + b"\xff" + whole[(page - 1) * size + 2 :])
    with pytest.raises(LedgerBroken, match=r"keystore.db"):
        world.open(shared.path)
    path.write_bytes(whole)
    world.open(shared.path).close()


def test_however_many_persons_are_read_a_few_of_their_keys_are_held_and_each_is_found_again(
    shared, world, monkeypatch
):
    monkeypatch.setattr(compartments, "MOST_READ", 2)
    with shared.session() as vault:
        first, again = (
            [text for text in world.texts(vault.ledger) if "about" in text] for _ in range(2)
        )
        keys = vault._identity.keyring.compartments
        assert len(keys._read) <= 2
        for name, person in zip(CASES, PERSONS, strict=True):
            assert keys.subject_kids(person) == (keys.subject(name, person).kid,)

    assert first == again == [f"about {person}" for person in PERSONS]


def test_what_was_erased_is_not_held_to_read_with_either(shared, world):
    with shared.session() as vault:
        assert f"about {PERSONS[0]}" in world.texts(vault.ledger)
        keys = vault._identity.keyring.compartments
        gone = frozenset(keys.subject_kids(PERSONS[0]))
        keys.forget(gone)

        assert not gone & (keys._read | keys._held).keys()
        assert keys.key(next(iter(gone))) is None
