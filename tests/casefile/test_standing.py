"""What still stands of what was said."""

from __future__ import annotations

import pytest

from candlemark.casefile import facts
from candlemark.casefile.standing import Stands
from candlemark.errors import NotInOrder, UnknownCase
from candlemark.ledger import Part


def texts(desk):
    """The notes that stand."""
    return [note.words["en"] for note in desk.read().notes]


def state(desk, statement):
    """What became of a statement."""
    return next(saying for saying in desk.read().history if saying.fact == statement.id)


def corrected(desk, old, text):
    """A correction of a note."""
    return desk.say(
        desk.make(facts.NoteMade, words=(facts.Words(text, "en"),), supersedes=(old.id,))
    )


def test_a_correction_takes_the_place_of_what_it_corrects(desk):
    first = desk.note("first")
    second = corrected(desk, first, "second")

    assert texts(desk) == ["second"]
    assert state(desk, first).stands is Stands.CORRECTED
    assert state(desk, first).by == (second.id,)
    assert state(desk, second).stands is Stands.YES


def test_a_chain_of_corrections_leaves_its_last_link(desk):
    one = desk.note("one")
    two = corrected(desk, one, "two")
    corrected(desk, two, "three")

    assert texts(desk) == ["three"]


def test_what_was_corrected_cannot_be_corrected_once_more(desk):
    first = desk.note("first")
    corrected(desk, first, "second")

    with pytest.raises(NotInOrder) as refused:
        corrected(desk, first, "other")

    assert "corrected or taken back" in refused.value.faults[0].what


def test_what_was_taken_back_no_longer_stands_and_stays_in_the_history(desk):
    kept, lost = desk.note("kept"), desk.note("lost")
    withdrawal = desk.withdraw(lost)

    assert texts(desk) == ["kept"]
    assert state(desk, lost).stands is Stands.WITHDRAWN
    assert state(desk, lost).by == (withdrawal.id,)
    assert state(desk, kept).stands is Stands.YES


def test_taking_back_a_withdrawal_restores_what_it_took_back(desk):
    note = desk.note("here again")
    withdrawal = desk.withdraw(note)
    desk.withdraw(withdrawal)

    assert texts(desk) == ["here again"]


def test_a_withdrawal_of_a_withdrawal_of_a_withdrawal_takes_it_back_again(desk):
    note = desk.note("gone")
    desk.withdraw(desk.withdraw(desk.withdraw(note)))

    assert texts(desk) == []


def test_taking_back_a_correction_does_not_bring_the_older_mistake_back(desk):
    first = desk.note("mistake")
    second = corrected(desk, first, "correction")
    desk.withdraw(second)

    assert texts(desk) == []
    assert state(desk, first).stands is Stands.CORRECTED


def test_the_history_says_who_said_what_when_in_the_order_of_the_ledger(desk):
    note = desk.note("said")
    history = desk.read().history

    assert [saying.n for saying in history] == sorted(saying.n for saying in history)
    assert state(desk, note).kind == "NoteMade"
    assert len(state(desk, note).device) == 32


def test_a_case_whose_opening_was_taken_back_is_not_there(desk):
    opened = desk.read().history[0]
    desk.say(desk.make(facts.Withdrawn, statements=(opened.fact,)))

    with pytest.raises(UnknownCase):
        desk.read()


def test_two_corrections_made_without_knowing_of_each_other_both_stand_and_are_named(desk):
    source = desk.source("reliable")
    old = next(one for one in desk.read().sources if one.id == source).statement
    corrections = [
        desk.make(
            facts.SourceCited,
            source=source,
            form=facts.SourceForm.DOCUMENT,
            address=address,
            supersedes=(old,),
        )
        for address in ("shelf 1", "shelf 2")
    ]
    # Both were checked before either was written: that is how it happens to two people.
    for one in corrections:
        desk.ledger.append([part_of(one)])
    casefile = desk.read()

    assert [one.address for one in casefile.sources] == ["shelf 1"]
    assert [
        (one.kind, one.about, one.shown, tuple(side.statement for side in one.sides))
        for one in casefile.contradictions
    ] == [("SourceCited", source, corrections[0].id, tuple(one.id for one in corrections))]


def test_statements_that_correct_each_other_in_a_circle_do_not_stop_the_reading(desk):
    one = desk.make(facts.NoteMade, words=())
    other = desk.make(facts.NoteMade, words=(), supersedes=(one.id,))
    circle = desk.make(facts.NoteMade, words=(), id=one.id, supersedes=(other.id,))
    desk.ledger.append([part_of(other)])
    desk.ledger.append([part_of(circle)])

    assert desk.read().notes == ()


def part_of(statement):
    """A part written past the checks."""
    return Part("coded", (statement,))
