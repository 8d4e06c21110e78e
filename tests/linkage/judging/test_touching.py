"""What a judgement reaches."""

from __future__ import annotations

from candlemark.linkage.judging.touching import touched_by
from judged import DIFFERENT, pair, record, word


def names(records):
    return sorted(one.record for one in records)


def test_joining_two_groups_touches_every_record_of_both():
    joins = word("ana", "b", "c")
    words = [word("ana", "a", "b"), word("ana", "c", "d"), joins]

    assert names(touched_by(joins.fact.id, words)) == ["a", "b", "c", "d"]


def test_a_wrong_link_of_a_run_undone_by_a_person_touches_what_it_had_joined():
    undoes = word("ana", "b", "c", DIFFERENT)
    run = [pair("a", "b"), pair("b", "c"), pair("x", "y")]

    assert names(touched_by(undoes.fact.id, [undoes], automatic=run)) == ["a", "b", "c"]


def test_an_answer_that_changes_no_group_touches_nothing():
    agrees = word("ana", "a", "b")

    assert touched_by(agrees.fact.id, [agrees], automatic=[pair("a", "b")]) == frozenset()
    assert touched_by("judgement_none", [agrees]) == frozenset()


def test_taking_back_touches_what_having_said_it_touched():
    joins = word("ana", "a", "b")

    before = touched_by(joins.fact.id, [joins])
    after = touched_by(joins.fact.id, [joins], {joins.fact.id})

    assert before == after == {record("a"), record("b")}


def test_a_second_opinion_that_leaves_a_link_in_dispute_touches_it():
    ana, ben = word("ana", "a", "b"), word("ben", "a", "b", DIFFERENT)

    assert names(touched_by(ben.fact.id, [ana, ben])) == ["a", "b"]
