"""Places that meet after they were apart: what no longer counts is told, and is no damage."""

from __future__ import annotations

import pytest

from candlemark.errors import NotEntitled
from candlemark.ledger import Vault, application
from candlemark.ledger.membership import added
from candlemark.ledger.roster_facts import MemberChanged
from candlemark.seal import Cost, new_passphrase
from three import CASE, ThreeVaults


@pytest.fixture
def three():
    made = ThreeVaults()
    made.begin()
    yield made
    made.vaults = [None, None, None]
    made.teardown()


def texts(vault):
    return [fact.text for _, fact in vault.ledger.facts(kinds={"test.said"})]


def member_of(three, n, name):
    return next(one for one in three.open(n).members.roster().present if one.name == name)


def test_what_somebody_wrote_while_they_were_removed_elsewhere_is_told_and_no_fault(three):
    three.say(2)
    three.exchange(2, 1)
    members = three.open(0).members
    members.propose([members.removal(member_of(three, 0, "Person 2"))])
    three.exchange(0, 1)

    verified = three.open(1).ledger.verify()
    assert verified.faults == ()
    assert three.open(1).ledger.roster_faults == ()
    assert "it was written after its device, or its member, was given up" in {
        one.what for one in verified.told
    }
    assert texts(three.open(1)) == texts(three.open(0))


def test_a_newcomer_whose_taking_in_was_overtaken_loses_nothing_when_taken_in_again(three):
    words = new_passphrase()
    three.open(1).members.propose(
        [MemberChanged(three.open(1).members.me.kid, administrator=True, coded=True)]
    )
    three.close(0)
    card = application(three.place(0), "Leyla", words, cost=Cost.QUICK, clock=three.now)
    for _ in range(3):  # so that it is later in logical time, wherever they were
        three.open(0).members.renew_device()
    three.open(0).members.propose([added(card)])
    three.close(0)
    with Vault.open(three.place(0), words, three.kinds, clock=three.now) as leyla:
        leyla.ledger.append([three.part("by Leyla")])
    assert texts(three.open(0)) == ["by Leyla"]
    for giver, taker in ((0, 1), (1, 0), (0, 2), (2, 1)):
        three.exchange(giver, taker)
    before = three.open(0).members.roster()
    assert "Leyla" not in {one.name for one in before.present}, "the other change came first"
    verified = three.open(0).ledger.verify()
    assert (verified.faults, three.open(0).ledger.roster_faults) == ((), ())
    assert any("taking in was overtaken" in one.what for one in verified.told)
    assert any("was overtaken by another" in one.what for one in verified.told)
    assert [texts(three.open(n)) for n in range(3)] == [[], [], []]
    three.close(0)
    with pytest.raises(NotEntitled):
        Vault.open(three.place(0), words, three.kinds)

    three.open(0).members.propose([added(card)])
    three.exchange(0, 1)
    three.exchange(1, 2)

    assert [texts(three.open(n)) for n in range(3)] == [["by Leyla"]] * 3
    assert [three.open(n).ledger.verify().faults for n in range(3)] == [(), (), ()]
    three.close(0)
    with Vault.open(three.place(0), words, three.kinds, clock=three.now) as leyla:
        assert texts(leyla) == ["by Leyla"]
    three.reopen(0)
    assert texts(three.open(0)) == ["by Leyla"]


def test_who_was_taken_out_while_another_place_changed_the_key_opens_nothing_said_afterwards(three):
    three.take_out_a_reader(0, 2)
    three.rotate(1, CASE)
    three.rotate(1, CASE)
    three.say_in_the_case(1)
    for _ in range(2):
        for giver, taker in ((0, 1), (1, 0), (0, 2), (2, 1)):
            three.exchange(giver, taker)
    known = three.in_case.copy()
    three.say_in_the_case(0)
    three.say_in_the_case(1)
    for giver, taker in ((0, 1), (1, 0), (0, 2)):
        three.exchange(giver, taker)

    roster = three.open(2).members.roster()
    last = roster.compartments[CASE].epochs[-1]
    assert roster.members[member_of(three, 2, "Person 2").kid].kid not in last.readers
    assert three.open(2)._identity.keyring.compartments.key(last.kid) is None
    case = {fact.text for _, fact in three.open(2).ledger.facts(kinds={"test.case"})}
    assert case <= known, "what was said before they met may be read, nothing after"
    assert three.open(2).ledger.verify().faults == ()
    assert {
        fact.text for _, fact in three.open(0).ledger.facts(kinds={"test.case"})
    } == three.in_case


def test_an_erasure_that_is_done_is_not_looked_for_in_every_leaf_again(three, monkeypatch):
    three.say_of_a_person(0, "person_1")
    three.exchange(0, 1)
    three.ask_to_erase(0, "person_1")
    three.exchange(0, 1)
    three.agree_to_erase(1)
    looked = []
    ledger = three.open(1).ledger
    subjects_of = ledger.subjects_of
    monkeypatch.setattr(
        ledger, "subjects_of", lambda *what: looked.append(what) or subjects_of(*what)
    )

    three.open(1).erasing.carry_out()
    assert looked == []


def test_what_is_said_of_a_person_under_a_key_erased_elsewhere_comes_in_without_its_bytes(three):
    three.say_of_a_person(0, "person_1")
    three.exchange(0, 1)
    three.exchange(0, 2)
    three.ask_to_erase(0, "person_1")
    three.exchange(0, 1)
    three.agree_to_erase(1)
    three.say_of_a_person(2, "person_1")
    vault = three.open(2)
    (late,) = set(vault.ledger.parts_about("person_1")) - three.sealed["person_1"]
    vault.share(three.root / "from-2")
    three.close(1)
    three.exchange(2, 1)

    assert three.open(1)._store.parts([late]) == {}
    assert three.open(1).ledger.verify().faults == ()
    three.exchange(1, 2)
    assert three.open(2)._store.parts([late]) == {}
    assert three.open(2).ledger.verify().faults == ()
    three.say_of_a_person(2, "person_1")
    assert len(texts(three.open(2))) == 1, "what is said after that has a key of its own"
