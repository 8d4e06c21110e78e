"""What waits for a second person, and taking back that one wants it."""

from __future__ import annotations

import pytest

from candlemark.errors import NotEntitled
from candlemark.ledger import Part
from candlemark.ledger.roster_facts import MemberChanged
from candlemark.ledger.waiting import What, agree, awaited, taken_back, waiting
from team import Team


@pytest.fixture
def team(tmp_path, world):
    made = Team(tmp_path / "vault", world.kinds)
    made.take_in("Aysel", administrator=True)
    made.take_in("Rauf")
    with made.open() as vault:
        said = (world.Said("who"),)
        vault.ledger.append([Part("coded", said, subject="person_1")])
    return made


def _seen(team, who):
    with team.open(who) as vault:
        return [(one.what, one.mine, one.may_agree) for one in waiting(vault)]


def test_what_waits_is_seen_by_each_as_far_as_it_concerns_them(team):
    team.need(2)
    with team.open() as vault:
        vault.erasing.ask("person_1", "mistake")
        rauf = team.member("Rauf")
        vault.members.propose([MemberChanged(rauf.kid, administrator=True, coded=True)])
        vault.members.freeze(rauf)

    kinds = (What.ERASURE, What.CHANGE, What.FREEZING)
    assert _seen(team, "founder") == [(kind, True, False) for kind in kinds]
    assert _seen(team, "Aysel") == [(kind, False, True) for kind in kinds]
    assert _seen(team, "Rauf") == [
        (What.ERASURE, False, True),
        (What.CHANGE, False, False),  # needs an administrator
        (What.FREEZING, False, False),  # is about them
    ]


@pytest.mark.parametrize("what", list(What))
def test_what_was_taken_back_waits_no_longer_and_everything_verifies(team, what):
    team.need(2)
    rauf = team.member("Rauf")
    with team.open() as vault:
        if what is What.ERASURE:
            vault.erasing.ask("person_1", "mistake")
        elif what is What.CHANGE:
            vault.members.propose([MemberChanged(rauf.kid, administrator=True, coded=True)])
        else:
            vault.members.freeze(rauf)
        (one,) = waiting(vault)
        code = one.code
        taken_back(vault, one)

        assert waiting(vault) == ()
        assert vault.ledger.verify().faults == ()
    with team.open("Aysel") as vault, pytest.raises(NotEntitled, match="nothing with this code"):
        awaited(vault, what, code)


def test_what_was_agreed_to_is_not_taken_back(team):
    with team.open() as vault:
        vault.erasing.ask("person_1", "mistake")
        (asked,) = waiting(vault)
    with team.open("Aysel") as vault:
        agree(vault, awaited(vault, "erasure", asked.code))
    with team.open() as vault:
        taken_back(vault, asked)  # said too late: no effect, and no fault

        assert [one.agreed is not None for one in vault.erasing.asked()] == [True]
        assert vault.ledger.verify().faults == ()


def test_two_freeze_and_one_who_takes_it_back_later_changes_nothing(team):
    rauf = team.member("Rauf")
    with team.open() as vault:
        vault.members.freeze(rauf)
        (asked,) = waiting(vault)
    with team.open("Aysel") as vault:
        agree(vault, awaited(vault, "freezing", rauf.code))
        assert vault.members.roster().members[rauf.kid].frozen
    with team.open() as vault:
        taken_back(vault, asked)

        assert vault.members.roster().members[rauf.kid].frozen


def test_nobody_takes_back_the_word_of_another(team):
    with team.open() as vault:
        vault.erasing.ask("person_1", "mistake")
    with team.open("Aysel") as vault:
        (one,) = waiting(vault)
        with pytest.raises(NotEntitled, match="did not agree to it"):
            taken_back(vault, one)
        vault.members.take_back("erasure", one.erasure.id)  # said all the same: their own word only

        assert len(waiting(vault)) == 1


def test_nobody_agrees_twice(team):
    rauf = team.member("Rauf")
    with team.open() as vault:
        vault.members.freeze(rauf)
        (asked,) = waiting(vault)
        with pytest.raises(NotEntitled, match="asked for it already"):
            agree(vault, asked)


def test_it_waits_again_when_somebody_agrees_to_what_was_taken_back(team):
    team.need(2)
    rauf = team.member("Rauf")
    with team.open() as vault:
        proposal = vault.members.propose([MemberChanged(rauf.kid, administrator=True, coded=True)])
        (one,) = waiting(vault)
        taken_back(vault, one)
    with team.open("Aysel") as vault:
        vault.members.approve(proposal.code)
        (again,) = waiting(vault)
        assert (again.mine, len(again.by)) == (True, 1)
    with team.open() as vault:
        vault.members.approve(proposal.code)

        assert vault.members.roster().members[rauf.kid].administrator


@pytest.mark.parametrize(
    ("what", "name"), [("nothing", b""), ("erasure", b"x" * 16), ("freezing", b"")]
)
def test_taking_back_what_there_is_not_changes_nothing(team, what, name):
    with team.open() as vault:
        vault.members.take_back(what, name)

        assert waiting(vault) == ()
        assert vault.ledger.verify().faults == ()
