"""What two places said without knowing of each other: what counts, what is told, what is a fault."""

from __future__ import annotations

import pytest

from candlemark.ledger.roster import Standing
from candlemark.ledger.roster_facts import (
    DeviceCertified,
    Ended,
    EpochBegan,
    MemberAdded,
    MemberChanged,
    MemberFrozen,
    MemberRemoved,
    ReaderAdded,
    ThresholdSet,
)
from house import LOG, PEOPLE, House, drawn, team

SEVDA, AYSEL, RAMIN, LEYLA = (PEOPLE[name] for name in ("Sevda", "Aysel", "Ramin", "Leyla"))
OFFICE, LAPTOP = b"office", b"laptop"
CASE = "identity:case_x"


def key(name, number, readers, word):
    return EpochBegan(name, number, drawn(word)[:16], tuple(one.kid for one in readers), "")


def kids(there):
    return [one.kid for one in there.epochs], [one.kid for one in there.beside]


@pytest.fixture
def house():
    """Three members who read a case; all of it said at the office."""
    made = team()
    assert made.say("Sevda", key(CASE, 1, (SEVDA, AYSEL, RAMIN), "one"), log=OFFICE) == []
    return made


def told(house):
    return [one.what for one in house.fold.told]


@pytest.mark.parametrize("number", [1, 2])
def test_a_second_key_of_a_number_stands_beside_and_is_told(house, number):
    house.say("Sevda", key(CASE, 2, (SEVDA, AYSEL, RAMIN), "office"), log=OFFICE)

    assert house.say("Aysel", key(CASE, number, (SEVDA, AYSEL, RAMIN), "laptop"), log=LAPTOP) == []

    here, beside = kids(house.roster.compartments[CASE])
    assert here == [drawn("one")[:16], drawn("office")[:16]]
    assert beside == [drawn("laptop")[:16]]
    assert told(house) == ["another key of the compartment was given at the same time"]
    assert house.roster.closed == frozenset()


def test_what_follows_a_key_beside_stands_beside_too(house):
    house.say("Sevda", key("meta", 2, (SEVDA, AYSEL, RAMIN), "office"), log=OFFICE)
    house.say("Aysel", key("meta", 2, (SEVDA, AYSEL, RAMIN), "laptop"), log=LAPTOP)
    house.decide(MemberRemoved(RAMIN.kid, ()), log=OFFICE)

    late = key("meta", 3, (SEVDA, AYSEL, RAMIN), "laptop again")
    assert house.say("Aysel", late, log=LAPTOP) == []
    assert kids(house.roster.compartments["meta"])[1] == [
        drawn("laptop")[:16],
        drawn("laptop again")[:16],
    ]
    assert house.roster.closed >= {"meta"}
    assert house.say("Sevda", key("meta", 3, (SEVDA, AYSEL), "next"), log=OFFICE) == []
    assert "meta" not in house.roster.closed


def test_a_key_beside_is_nobody_elses_key_again(house):
    house.say("Sevda", key(CASE, 2, (SEVDA, AYSEL), "office"), log=OFFICE)
    house.say("Aysel", key(CASE, 2, (SEVDA, AYSEL), "laptop"), log=LAPTOP)

    faults = house.say("Aysel", key("identity:y", 1, (AYSEL,), "laptop"), log=LAPTOP)
    assert faults == ["the key of the compartment is one that is used already, or none"]


@pytest.mark.parametrize("again", [0, 1, 2])
@pytest.mark.parametrize("first", ["removal", "key"])
def test_a_reader_taken_out_at_one_place_is_out_however_often_another_changed_the_key(
    house, first, again
):
    out = key(CASE, 2, (SEVDA, AYSEL), "without Ramin")
    keys = [
        key(CASE, number + 2, (SEVDA, AYSEL, RAMIN), f"with Ramin {number}")
        for number in range(again + 1)
    ]
    if first == "removal":
        house.say("Sevda", out, log=OFFICE)
    for one in keys:
        assert house.say("Aysel", one, log=LAPTOP) == []
    if first == "key":
        house.say("Sevda", out, log=OFFICE)

    there = house.roster.compartments[CASE]
    assert RAMIN.kid not in there.readers
    assert RAMIN.kid not in {one.kid for one in house.roster.entitled(CASE)}
    holds = RAMIN.kid in there.epochs[-1].readers
    assert (CASE in house.roster.closed) == holds
    if holds:
        number = len(there.epochs) + 1
        assert house.say("Ramin", key(CASE, number, (RAMIN,), "his own"), log=OFFICE) or told(house)
        assert house.roster.compartments[CASE].epochs == there.epochs
        house.say("Sevda", key(CASE, number, (SEVDA, AYSEL), "next"), log=OFFICE)
        assert CASE not in house.roster.closed
    house.say("Sevda", ReaderAdded(CASE, RAMIN.kid), log=OFFICE)
    assert RAMIN.kid in house.roster.compartments[CASE].readers


def test_a_key_for_somebody_removed_elsewhere_is_told_and_one_where_it_was_known_is_a_fault(house):
    house.decide(MemberRemoved(RAMIN.kid, ()), log=OFFICE)

    assert house.say("Aysel", key(CASE, 2, (SEVDA, AYSEL, RAMIN), "laptop"), log=LAPTOP) == []
    assert told(house) == ["the key of the compartment is for somebody who is no member"]
    assert house.say("Sevda", key(CASE, 2, (SEVDA, RAMIN), "office"), log=OFFICE) == told(house)
    assert kids(house.roster.compartments[CASE])[1] == [drawn("laptop")[:16]]


def test_a_new_compartment_for_somebody_removed_elsewhere_is_there_and_closed(house):
    house.decide(MemberRemoved(RAMIN.kid, ()), log=OFFICE)

    assert house.say("Aysel", key("identity:y", 1, (AYSEL, RAMIN), "laptop"), log=LAPTOP) == []
    assert "identity:y" in house.roster.closed
    assert house.say("Aysel", key("identity:y", 2, (AYSEL,), "next"), log=LAPTOP) == []
    assert "identity:y" not in house.roster.closed


@pytest.mark.parametrize("log", [OFFICE, LAPTOP])
def test_whether_an_uncleared_reader_and_a_lost_office_are_faults_depends_on_where_it_was_known(
    house, log
):
    house.say("Sevda", ReaderAdded("coded", RAMIN.kid), log=OFFICE)
    house.decide(MemberChanged(RAMIN.kid, administrator=False, coded=False), log=OFFICE)
    house.decide(MemberChanged(AYSEL.kid, administrator=False, coded=True), log=OFFICE)
    said = [
        house.say("Sevda", key("coded", 2, (SEVDA, AYSEL, RAMIN), "a"), log=log),
        house.say("Sevda", ReaderAdded("coded", RAMIN.kid), log=log),
        house.say("Aysel", key("meta", 2, (SEVDA, AYSEL, RAMIN), "b"), log=log),
    ]

    assert [len(one) for one in said] == ([1, 1, 1] if log == OFFICE else [0, 0, 0])
    assert len(told(house)) == (0 if log == OFFICE else 3)


def test_a_stranger_is_a_fault_wherever_it_is_said(house):
    ghost = PEOPLE["Ghost"]

    assert house.say("Aysel", key(CASE, 2, (AYSEL, ghost), "laptop"), log=LAPTOP)
    assert house.say("Aysel", ReaderAdded(CASE, ghost.kid), log=LAPTOP)
    assert house.say("Aysel", MemberFrozen(ghost.kid), log=LAPTOP)
    assert house.say("Ghost", MemberFrozen(AYSEL.kid), log=LAPTOP)
    assert kids(house.roster.compartments[CASE])[1] == []


def test_what_one_removed_elsewhere_said_meanwhile_is_told_and_has_no_effect(house):
    house.decide(MemberRemoved(RAMIN.kid, (Ended(RAMIN.device.kid, 0),)), log=OFFICE)
    certificate = house.certificate("Ramin", LOG)

    for fact in (
        MemberFrozen(SEVDA.kid),
        ReaderAdded(CASE, LEYLA.kid),
        DeviceCertified(certificate),
        key(CASE, 2, (RAMIN,), "his"),
    ):
        assert house.say("Ramin", fact, log=LAPTOP) == []
        assert house.say("Ramin", fact, log=OFFICE) != []
    assert len(told(house)) == 4
    assert house.roster.members[SEVDA.kid].frozen_by == ()
    assert kids(house.roster.compartments[CASE])[1] == [drawn("his")[:16]]


def test_two_places_that_propose_the_same_in_the_same_bytes_have_both_signed():
    house = team(threshold=2)
    change = house.change(MemberRemoved(RAMIN.kid, ()))

    assert house.say("Sevda", house.proposed(change, "Sevda"), log=OFFICE) == []
    assert house.say("Aysel", house.proposed(change, "Aysel"), log=LAPTOP) == []
    assert "Ramin" not in house.names()
    assert house.say("Aysel", house.proposed(change, "Aysel"), log=LAPTOP) == [
        "the change was proposed before"
    ]


def apart(threshold=1):
    """Leyla is taken in at the laptop, while the office makes another change first."""
    house = team(threshold)
    change = house.change(MemberAdded(LEYLA.card(house.vault), False, True))
    house.decide(MemberChanged(RAMIN.kid, False, False), by=("Sevda", "Aysel")[:threshold])
    return house, change


def test_a_newcomer_whose_taking_in_was_overtaken_is_told_and_can_be_taken_in_again():
    house, change = apart()

    assert house.say("Aysel", house.proposed(change, "Aysel"), log=LAPTOP) == []
    assert [one.kid for one in house.roster.newcomers] == [LEYLA.kid]
    assert house.say("Leyla", MemberFrozen(SEVDA.kid), log=LAPTOP) == []
    assert house.say("Sevda", ReaderAdded("meta", LEYLA.kid), log=LAPTOP) == []
    assert house.say("Sevda", key("identity:y", 1, (SEVDA, LEYLA), "y"), log=LAPTOP) == []
    assert "identity:y" in house.roster.closed
    assert house.take_in("Leyla") == []
    assert house.roster.newcomers == ()
    assert "identity:y" not in house.roster.closed


def test_one_administrator_alone_makes_nobody_look_like_a_newcomer():
    house, change = apart(threshold=2)
    house.say("Aysel", house.proposed(change, "Aysel"), log=LAPTOP)
    assert house.roster.overtaken == ()
    assert house.say("Leyla", MemberFrozen(SEVDA.kid), log=LAPTOP)

    assert house.say("Ramin", house.approved(change, "Ramin"), log=LAPTOP) == []
    assert house.roster.overtaken == ()
    house.say("Sevda", house.approved(change, "Sevda"), log=LAPTOP)
    assert [one.kid for one in house.roster.newcomers] == [LEYLA.kid]
    assert house.roster.proposals[-1].standing is Standing.OVERTAKEN
    assert "Leyla" not in house.names()


def test_a_signature_of_an_administrator_removed_elsewhere_makes_no_fault():
    house = team()
    change = house.change(ThresholdSet(1))
    house.decide(MemberRemoved(AYSEL.kid, ()), log=OFFICE)

    assert house.say("Sevda", house.proposed(change, "Aysel"), log=LAPTOP) == []
    assert house.roster.proposals[-1].standing is Standing.OVERTAKEN
    again = house.change(ThresholdSet(1), previous=bytes(32))
    assert house.say("Sevda", house.proposed(again, "Aysel"), log=OFFICE)
    assert house.say("Sevda", house.proposed(again, "Ramin"), log=b"") != []


def test_a_key_given_elsewhere_need_not_be_held_by_who_was_let_in_meanwhile():
    house = House()
    for name in ("Aysel", "Ramin"):
        house.take_in(name)
    house.say("Sevda", key(CASE, 1, (SEVDA, AYSEL), "one"), log=OFFICE)
    house.say("Aysel", key(CASE, 2, (SEVDA, AYSEL), "two"), log=LAPTOP)

    house.say("Sevda", ReaderAdded(CASE, RAMIN.kid), log=OFFICE)
    first, second = house.roster.compartments[CASE].epochs
    assert RAMIN.kid in second.readers
    assert (RAMIN.kid in first.given, RAMIN.kid in second.given) == (True, False)
    house.say("Aysel", ReaderAdded(CASE, RAMIN.kid), log=LAPTOP)
    assert RAMIN.kid in house.roster.compartments[CASE].epochs[-1].given
