"""Two members erase what was said about a person: the keys and the bytes are gone, the rest holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from candlemark.errors import LedgerBroken, NotEntitled, SettingRefused, VaultBusy
from candlemark.ledger import Part, Vault, application
from candlemark.ledger.erasing import Erased
from candlemark.ledger.membership import added
from candlemark.ledger.roster_facts import ErasureAgreed, ErasureAsked
from candlemark.seal import Cost, new_passphrase
from stores import everywhere


@pytest.fixture
def pair(request, tmp_path, world, place):
    """A vault two people open; each of two persons is spoken of twice."""
    folder, other = tmp_path / "vault", new_passphrase()
    with world.create(folder, postgres=place) as vault:
        card = application(folder, "Aysel", other, cost=Cost.QUICK)
        vault.members.propose([added(card)])
        aysel = next(one for one in vault.members.roster().present if one.name == "Aysel")
        vault.members.add_reader("identity", aysel)
        for text in ("one", "two"):
            vault.ledger.append(
                [
                    Part("identity", (world.Said(f"x {text}"),), "person_x"),
                    Part("identity", (world.Said(f"y {text}"),), "person_y"),
                    Part("coded", (world.Said(text),)),
                ]
            )

    class Pair:
        path, words = folder, other

        @staticmethod
        def files_of_tables(sealed):
            """Files of the server, but for its write-ahead log, that hold a piece of ``sealed``."""
            found = request.getfixturevalue("postgres").files_with(*sealed) if place else ()
            return {name for name in found if not name.startswith("pg_wal/")}

        @staticmethod
        def founder():
            return world.open(folder)

        @staticmethod
        def aysel():
            return Vault.open(folder, other, world.kinds)

    return Pair


def words(refused):
    """What a person is told, whole."""
    return refused.value.message, refused.value.hint


LIE = "nothing was erased; find out who asked for it: candlemark erase list"


def everything(folder):
    """All bytes of a vault's folder."""
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def sealed_about(vault, subject):
    """The sealed bytes about a person, and the wrapped keys of that person."""
    parts = vault._store.parts(list(vault.ledger.parts_about(subject)))
    kids = set(vault._identity.keyring.compartments.subject_kids(subject))
    wraps = vault._keystore.wraps(vault._identity.vault)
    return [*parts.values(), *(one.wrapped for one in wraps if one.kid in kids)]


@everywhere
def test_what_was_said_about_a_person_is_gone_once_a_second_member_agreed(pair, world):
    with pair.founder() as vault:
        sealed = sealed_about(vault, "person_x")
        asked = vault.erasing.ask("person_x", "consent-withdrawn")
        still = world.texts(vault.ledger)
    held = pair.files_of_tables(sealed), [one for one in sealed if one in everything(pair.path)]
    with pair.aysel() as vault:
        remains = vault.erasing.remains
        done = vault.erasing.agree(asked.code)
        rest = world.texts(vault.ledger)
        verified = vault.ledger.verify()
    left = everything(pair.path)
    tables = pair.files_of_tables(sealed)

    assert asked.agreed is None
    assert "x one" in still
    assert done.agreed is not None
    assert rest == ["y one", "one", "y two", "two"]
    assert (verified.faults, verified.erased) == ((), 2)
    assert len(sealed) == 3
    assert (held[0] != set(), len(held[1])) == ((True, 1) if remains else (False, 3))
    assert not [one for one in sealed if one in left]
    assert tables == set()


def test_who_asked_for_an_erasure_is_not_the_second_who_agrees(pair):
    with pair.founder() as vault:
        asked = vault.erasing.ask("person_x", "mistake")
        for code in (asked.code, "", "zz"):
            with pytest.raises(NotEntitled) as refused:
                vault.erasing.agree(code)
            assert words(refused) == (
                "no single erasure with this code waits for this member",
                "the one who asked for it cannot be the second who agrees",
            )


def test_in_a_vault_of_one_nobody_else_has_to_agree(tmp_path, world):
    with world.create(tmp_path / "vault") as vault:
        vault.ledger.append([Part("identity", (world.Said("x"),), "person_x")])
        vault.erasing.ask("person_x", "mistake")
    with world.open(tmp_path / "vault") as vault:
        assert world.texts(vault.ledger) == []
        assert vault.ledger.verify().faults == ()


def test_something_can_be_said_about_a_person_again(pair, world):
    with pair.founder() as vault:
        asked = vault.erasing.ask("person_x", "mistake")
    with pair.aysel() as vault:
        vault.erasing.agree(asked.code)
        vault.ledger.append([Part("identity", (world.Said("x three"),), "person_x")])
    with pair.founder() as vault:
        assert world.texts(vault.ledger)[-1] == "x three"
        assert vault.ledger.verify().faults == ()


@pytest.mark.parametrize("subject", ["", "person_z"])
def test_nothing_about_nobody_is_erased(pair, subject):
    with pair.founder() as vault, pytest.raises(NotEntitled) as refused:
        vault.erasing.ask(subject, "mistake")
    assert words(refused) == (
        "nothing is sealed about such a person",
        "give the identifier of the person, not a name",
    )
    with pair.founder() as vault, pytest.raises(NotEntitled) as refused:
        vault.erasing.ask_older(subject, "identity")
    assert words(refused) == (
        "nothing is sealed about such a person there",
        "what is sealed elsewhere about them is erased by: candlemark erase ask",
    )


def test_a_reason_is_one_of_the_codes(pair):
    with pair.founder() as vault, pytest.raises(SettingRefused) as refused:
        vault.erasing.ask("person_x", "because of her brother")
    assert words(refused) == (
        "there is no such reason to erase",
        ("the reasons are: consent-withdrawn, asked-by-person, in-danger, kept-too-long, mistake"),
    )


@everywhere
def test_an_erasure_that_names_what_is_about_somebody_else_destroys_nothing(pair, world):
    with pair.founder() as vault:
        parts = tuple(vault.ledger.parts_about("person_y"))
        kids = vault._identity.keyring.compartments.subject_kids("person_y")
        vault.ledger.append_own([ErasureAsked(b"f" * 16, "person_x", "mistake", parts, kids)])
    with pair.aysel() as vault:
        with pytest.raises(LedgerBroken) as refused:
            vault.erasing.agree((b"f" * 16).hex())
        assert words(refused) == ("an erasure names what is said about somebody else", LIE)
        assert "y one" in world.texts(vault.ledger)
        assert vault.ledger.verify().faults == ()


def test_an_erasure_that_names_the_key_of_a_compartment_destroys_nothing(pair, world):
    with pair.founder() as vault:
        kid = vault._identity.keyring.compartments["coded"].kid
        vault.ledger.append_own([ErasureAsked(b"f" * 16, "person_x", "mistake", (), (kid,))])
    with pair.aysel() as vault:
        with pytest.raises(LedgerBroken) as refused:
            vault.erasing.agree((b"f" * 16).hex())
        assert words(refused) == (
            "an erasure names keys that are not a person's, or another's",
            LIE,
        )
        assert "one" in world.texts(vault.ledger)


def test_a_part_that_was_erased_and_comes_back_is_reported(pair):
    with pair.founder() as vault:
        parts = vault._store.parts(list(vault.ledger.parts_about("person_x")))
        asked = vault.erasing.ask("person_x", "mistake")
    with pair.aysel() as vault:
        vault.erasing.agree(asked.code)
        with vault._store.writing() as writing:
            for one in parts.items():
                writing._connection.execute("INSERT INTO part VALUES (?, ?)", one)
        faults = vault.ledger.verify().faults

    assert [fault.what for fault in faults] == ["it was to be erased, and is still there"] * 2


@everywhere
def test_a_part_that_is_gone_without_an_erasure_is_missing(pair):
    with pair.founder() as vault:
        parts = list(vault.ledger.parts_about("person_x"))
        vault._store.erase(parts[:1])

        assert [fault.what for fault in vault.ledger.verify().faults] == ["it is missing"]
        with pytest.raises(LedgerBroken, match="missing"):
            list(vault.ledger.facts())


@everywhere
def test_two_processes_keep_one_key_each_for_a_person_and_both_read_all(pair, world):
    with pair.founder() as one, pair.aysel() as two:
        one.ledger.append([Part("identity", (world.Said("by one"),), "person_new")])
        two.ledger.append([Part("identity", (world.Said("by two"),), "person_new")])

        assert world.texts(one.ledger)[-2:] == ["by one", "by two"]
        assert world.texts(two.ledger)[-2:] == ["by one", "by two"]
        one.erasing.ask("person_new", "mistake")
        asked = one.erasing.asked()[-1]
        two.erasing.agree(asked.code)
        assert world.texts(one.ledger)[-1] == world.texts(two.ledger)[-1] == "two"
        assert one.ledger.verify().faults == ()


def test_what_was_said_since_an_erasure_was_asked_for_has_to_be_asked_for_too(pair, world):
    with pair.founder() as vault:
        asked = vault.erasing.ask("person_x", "mistake")
        vault.ledger.append([Part("identity", (world.Said("x three"),), "person_x")])
    with pair.aysel() as vault:
        with pytest.raises(NotEntitled) as refused:
            vault.erasing.agree(asked.code)
        assert words(refused) == (
            "something was said about this person since the erasure was asked for",
            "ask for it again, so that all of it is erased",
        )
        assert world.texts(vault.ledger)[-1] == "x three"
    with pair.founder() as vault:
        again = vault.erasing.ask("person_x", "mistake")
    with pair.aysel() as vault:
        vault.erasing.agree(again.code)
        assert world.texts(vault.ledger) == ["y one", "one", "y two", "two"]
        assert vault.ledger.verify().faults == ()


def test_a_log_that_a_reader_held_is_emptied_when_the_erasure_is_carried_out_again(pair, world):
    with pair.founder() as vault:
        asked = vault.erasing.ask("person_x", "mistake")
        # Said now, so that its bytes are in the write-ahead log.
        vault.ledger.append([Part("identity", (world.Said("x again"),), "person_x")])
        asked = vault.erasing.ask("person_x", "mistake")
        planted = sealed_about(vault, "person_x")
    with Vault.open(pair.path, pair.words, world.kinds, patience=0.2) as vault:
        with closing(sqlite3.connect(pair.path / "ledger.db")) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM part").fetchall()
            with pytest.raises(VaultBusy):
                vault.erasing.agree(asked.code)
            assert any(one in everything(pair.path) for one in planted)
            assert vault.erasing.without_receipt(vault.erasing.asked()[-1]) != ()
        vault.erasing.carry_out()

        assert not any(one in everything(pair.path) for one in planted)
        assert vault.erasing.without_receipt(vault.erasing.asked()[-1]) == ()
        assert vault.ledger.verify().faults == ()


def test_an_erasure_that_names_the_key_of_another_person_destroys_nothing(pair, world):
    with pair.founder() as vault:
        kids = vault._identity.keyring.compartments.subject_kids("person_y")
        vault.ledger.append_own([ErasureAsked(b"g" * 16, "person_x", "mistake", (), kids)])
    with pair.aysel() as vault:
        with pytest.raises(LedgerBroken) as refused:
            vault.erasing.agree((b"g" * 16).hex())
        assert words(refused) == (
            "an erasure names keys that are not a person's, or another's",
            LIE,
        )
        assert world.texts(vault.ledger) == ["x one", "y one", "one", "x two", "y two", "two"]


def test_an_erasure_that_names_parts_and_no_key_takes_those_and_no_more(pair, world):
    """As somebody asks who does not hold the key they are sealed under."""
    with pair.founder() as vault:
        first, second = vault.ledger.parts_about("person_x")
        vault.ledger.append_own([ErasureAsked(b"p" * 16, "person_x", "mistake", (first,), ())])
    with pair.aysel() as vault:
        vault.ledger.append_own([ErasureAgreed(b"p" * 16)])
        assert vault.erasing.carry_out() == Erased(1, 0)
        assert list(vault.ledger.parts_about("person_x")) == [second]
        assert world.texts(vault.ledger) == ["y one", "one", "x two", "y two", "two"]
        assert vault.ledger.verify().faults == ()
