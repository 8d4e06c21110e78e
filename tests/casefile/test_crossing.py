"""Two people correct the same statement: what stands in its place, and what either can become."""

from __future__ import annotations

from candlemark.casefile import facts
from candlemark.casefile.crossing import beside, heirs, over
from candlemark.dates import PartialDate


def note(name, text="x", **fields):
    words = (facts.Words(text, "en"),)
    return facts.NoteMade(id=name, case="case_1", edition="2026.1", words=words, **fields)


def test_what_stands_in_the_place_of_a_statement_is_found_through_every_correction():
    first = note("1")
    second, third, other = (
        note("2", supersedes=("1",)),
        note("3", supersedes=("2",)),
        note("4", supersedes=("1",)),
    )
    said = [first, second, third, other]

    assert heirs(said, {"3", "4"}, first) == (other, third)
    assert heirs(said, {"1", "3", "4"}, third) == ()


def test_corrections_that_go_round_in_a_circle_lead_nowhere():
    one, two = note("1", supersedes=("2",)), note("2", supersedes=("1",))

    assert heirs([one, two], set(), one) == ()


def test_mine_over_theirs_leaves_what_only_they_changed():
    before = note("1", "She left.")
    theirs = note("2", "She moved to Tbilisi.", when=PartialDate(2020), supersedes=("1",))
    mine = note("3", "She moved to Batumi.", persons=("person_1",), supersedes=("1",))
    made = over([theirs], before, mine)

    assert made == note(
        "3",
        "She moved to Batumi.",
        when=PartialDate(2020),
        persons=("person_1",),
        supersedes=("2",),
    )


def test_mine_is_said_anew_where_they_took_it_back():
    assert over([], note("1"), note("3", "y", supersedes=("1",))) == note("3", "y")


def test_both_beside_each_other_are_noted_as_a_contradiction():
    noted = beside([note("2"), note("4")], note("3"))

    assert noted.statements == ("2", "4", "3")
    assert (noted.case, noted.edition) == ("case_1", "2026.1")
