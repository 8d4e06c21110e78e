"""Which pair is asked next."""

from __future__ import annotations

from itertools import pairwise

from candlemark.linkage.judging.handing import Turn, next_pair
from candlemark.linkage.judging.inferring import Judged
from candlemark.linkage.judging.standing import counting, stood
from candlemark.linkage.judging.worth import waiting
from judged import DIFFERENT, pair, proposed, word


def queue(pairs, *words, **more):
    automatic = [one.pair for one in pairs if one.automatic]
    answers = stood(counting(words), automatic)
    return waiting(pairs, answers, Judged.of(answers), **more)


def linked(*names):
    return [proposed(one, other, 0.99, automatic=True) for one, other in pairwise(names)]


def test_what_joins_larger_groups_comes_before_what_is_more_likely():
    pairs = [*linked("a", "b"), *linked("c", "d"), proposed("b", "c", 0.4), proposed("x", "y", 0.9)]

    first, second, *_ = queue(pairs)

    assert (first.pair, first.sizes, first.worth) == (pair("b", "c"), (2, 2), 0.4 * 4)
    assert (second.pair, second.worth) == (pair("x", "y"), 0.9)


def test_a_link_a_large_group_hangs_on_is_asked_though_it_is_nearly_sure():
    left, right = ("a", "b", "c", "d", "e"), ("v", "w", "x", "y", "z")
    rings = [
        proposed(one, other, 0.99, automatic=True)
        for ring in (left, right)
        for one, other in zip(ring, (*ring[1:], ring[0]), strict=True)
    ]
    bridge = proposed("e", "v", 0.96, automatic=True)

    (only,) = queue([*rings, bridge])

    assert (only.pair, only.joins, only.sizes) == (pair("e", "v"), False, (5, 5))
    assert only.worth == (1 - 0.96) * 25 / 2  # two people have to look at it


def test_a_link_a_run_made_by_itself_is_left_alone_where_little_hangs_on_it():
    chain = linked("a", "b", "c", "d")

    assert queue(chain) == []


def test_an_automatic_link_that_people_disagree_about_or_one_parted_waits_for_one_more():
    two = [word("ana", "a", "b"), word("ben", "a", "b", DIFFERENT)]
    three, other = linked("a", "b", "c"), linked("x", "y", "z")
    between = proposed("c", "x", 0.99, automatic=True)

    assert [one.disputed for one in queue(linked("a", "b"), *two)] == [True]
    assert queue(linked("a", "b"), word("ana", "a", "b", DIFFERENT)) == []
    again = queue([*three, *other, between], word("ana", "c", "x", DIFFERENT))
    assert [(one.pair, one.missing) for one in again] == [(pair("c", "x"), 1)]


def test_equal_worth_is_ordered_by_the_records():
    pairs = [proposed(*names, 0.5) for names in ("cd", "ab", "ef")]

    assert [one.pair for one in queue(pairs)] == [pair(*names) for names in ("ab", "cd", "ef")]


def test_what_is_answered_or_follows_from_answers_is_not_asked():
    pairs = [proposed(*names) for names in ("ab", "bc", "ac", "cd", "ad")]
    words = [word("ana", "a", "b"), word("ana", "b", "c"), word("ana", "c", "d", DIFFERENT)]

    assert queue(pairs, *words) == []


def test_a_pair_that_waits_for_a_second_person_costs_one_person_more_and_not_two():
    pairs = [*linked("a", "b", "c"), *linked("x", "y", "z"), proposed("c", "x", 0.5)]

    before = next(one for one in queue(pairs) if one.pair == pair("c", "x"))
    after = next(one for one in queue(pairs, word("ana", "c", "x")) if one.pair == pair("c", "x"))

    assert (before.people, before.missing, after.missing) == (2, 2, 1)
    assert after.worth == 2 * before.worth


def test_people_who_disagree_put_a_pair_back_until_a_third_answers():
    words = [word("ana", "a", "b"), word("ben", "a", "b", DIFFERENT)]

    (again,) = queue([proposed("a", "b")], *words)

    assert again.disputed
    assert queue([proposed("a", "b")], *words, word("eva", "a", "b")) == []


def test_who_cannot_tell_leaves_the_pair_to_one_more_person():
    one, two = word("ana", "a", "b", "cannot-tell"), word("ben", "a", "b", "cannot-tell")

    assert len(queue([proposed("a", "b")], one)) == 1
    assert queue([proposed("a", "b")], one, two) == []
    assert queue([proposed("a", "b")], word("ana", "a", "b", "ask-the-agency")) == []


def turn_of(member, *, known):
    """The first turn of a member that is, or is not, one of a known pair."""
    turns = (Turn(member, judged, b"a key of the vault") for judged in range(1_000))
    return next(one for one in turns if one.known is known)


def hand(member, pairs, *words, taken=(), known=None):
    found = next_pair(
        turn_of(member, known=known is not None),
        queue(pairs, *words),
        counting(words),
        known or (),
        taken,
    )
    return found.pair if found else None


def test_a_person_is_handed_what_is_worth_most_and_nobody_has_before_them():
    pairs = [proposed("a", "b", 0.9), proposed("c", "d", 0.5)]

    assert hand("ana", pairs) == pair("a", "b")
    assert hand("ana", pairs, taken={pair("a", "b")}) == pair("c", "d")
    assert hand("ana", pairs, taken={pair("a", "b"), pair("c", "d")}) is None


def test_nobody_is_their_own_second_person():
    words = [word("ana", "a", "b"), word("ben", "a", "b", DIFFERENT)]

    assert hand("ana", [proposed("a", "b")], *words) is None
    assert hand("eva", [proposed("a", "b")], *words) == pair("a", "b")


def test_on_some_turns_a_pair_is_handed_whose_answer_is_known():
    known = [proposed("k", "l", 0.999, automatic=True, key="docket")]
    pairs = [proposed("a", "b", 0.9), *known]

    assert hand("ana", pairs, known=known) == pair("k", "l")
    assert hand("ana", pairs, word("ana", "k", "l"), known=known) == pair("a", "b")


def test_about_one_turn_in_twenty_is_of_a_known_pair_and_not_the_same_for_everybody():
    turns = {
        member: {n for n in range(2_000) if Turn(member, n, b"a key of the vault").known}
        for member in ("ana", "ben")
    }

    assert all(70 < len(found) < 130 for found in turns.values())
    assert turns["ana"] != turns["ben"]
    assert turns["ana"] != {n for n in range(2_000) if Turn("ana", n, b"of another").known}
