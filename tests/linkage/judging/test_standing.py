"""How a pair stands after what people answered."""

from __future__ import annotations

from itertools import pairwise

from candlemark.linkage.judging.standing import State, counting, linked_pairs, stood
from judged import DIFFERENT, SAME, pair, word


def how(*words, back=(), automatic=(), **more):
    return stood(counting(words, back), automatic, **more)


def group(*names):
    """Pairs that make one group of several records, as a run links them by itself."""
    return [pair(one, other) for one, other in pairwise(names)]


def test_one_person_joins_two_records_and_parts_two():
    found = how(word("ana", "a", "b"), word("ana", "c", "d", DIFFERENT))

    assert [(one.answer, one.state) for one in found.values()] == [
        (SAME, State.SETTLED),
        (DIFFERENT, State.SETTLED),
    ]


def test_the_newest_answer_of_a_person_counts_and_the_earlier_one_is_kept_beside_it():
    first, second = word("ana", "a", "b"), word("ana", "a", "b", DIFFERENT, blind=False)

    found = how(first, second)[pair("a", "b")]

    assert found.answer == DIFFERENT
    assert found.words == (second,)


def test_who_takes_an_answer_back_leaves_the_pair_as_if_nobody_had_asked_them():
    first, second = word("ana", "a", "b", DIFFERENT), word("ana", "a", "b", blind=False)

    assert how(first, second, back={second.fact.id}) == {}
    assert how(first, second, back={first.fact.id})[pair("a", "b")].answer == SAME


def test_people_who_disagree_join_nothing_until_a_third_has_answered():
    ana, ben, eva = (
        word("ana", "a", "b"),
        word("ben", "a", "b", DIFFERENT),
        word("eva", "a", "b"),
    )

    two, three = how(ana, ben)[pair("a", "b")], how(ana, ben, eva)[pair("a", "b")]

    assert (two.answer, two.state) == ("", State.DISPUTED)
    assert (three.answer, three.state) == (SAME, State.SETTLED)


def test_two_larger_groups_are_joined_by_two_people():
    run = [*group("a", "b", "c"), *group("x", "y", "z")]
    ana, ben = word("ana", "c", "x"), word("ben", "c", "x")

    one = how(ana, automatic=run)[pair("c", "x")]
    two = how(ana, ben, automatic=run)[pair("c", "x")]

    assert (one.answer, one.state, one.people) == ("", State.SECOND, 2)
    assert (two.answer, two.state) == (SAME, State.SETTLED)


def test_groups_that_people_made_count_as_large_as_those_a_run_made():
    words = [word("ana", *names) for names in ("ab", "bc", "xy", "yz", "cx")]

    assert how(*words)[pair("c", "x")].state is State.SECOND


def test_a_pair_inside_a_large_group_joins_nothing_and_takes_one_person():
    words = [word("ana", *names) for names in ("ab", "bc", "cd", "de", "ef")]

    found = how(*words, word("ana", "a", "f"))

    assert found[pair("a", "f")].state is State.SETTLED


def test_one_person_parts_at_once_what_two_would_have_to_join():
    run = [*group("a", "b", "c"), *group("x", "y", "z"), pair("c", "x")]

    found = how(word("ana", "c", "x", DIFFERENT), automatic=run)
    linked = linked_pairs(found, run)

    assert (found[pair("c", "x")].answer, found[pair("c", "x")].state) == (
        DIFFERENT,
        State.SECOND,
    )
    assert pair("c", "x") not in linked
    assert len(linked) == len(run) - 1


def test_a_pair_that_moves_a_published_number_takes_two_people():
    found = how(word("ana", "a", "b"), published=lambda _: -1)

    assert found[pair("a", "b")].state is State.SECOND


def test_what_was_said_before_a_number_was_kept_is_in_it_and_takes_nobody_else():
    before = word("ana", "a", "b")
    after = word("ben", "c", "d")
    found = how(before, after, published=lambda _: before.n + 0.5)

    assert found[pair("a", "b")].state is State.SETTLED
    assert found[pair("c", "d")].state is State.SECOND
    assert linked_pairs(found) == [pair("a", "b")]


def test_who_says_the_same_again_has_said_so_since_the_first_time_unless_they_took_it_back():
    first, again = word("ana", "a", "b"), word("ana", "a", "b", blind=False)

    def state(*words, back=()):
        return how(*words, back=back, published=lambda _: first.n + 0.5)[pair("a", "b")].state

    assert state(first, again) is State.SETTLED
    assert state(first, again, back={first.fact.id}) is State.SECOND
    changed = word("ana", "a", "b", DIFFERENT, blind=False)
    assert state(first, changed, word("ana", "a", "b", blind=False)) is State.SECOND


def test_what_a_run_linked_and_people_dispute_is_not_linked():
    found = how(word("ana", "a", "b"), word("ben", "a", "b", DIFFERENT), automatic=group("a", "b"))

    assert linked_pairs(found, group("a", "b")) == []


def test_not_being_able_to_tell_and_asking_the_agency_join_and_part_nothing():
    unsure = how(word("ana", "a", "b", "cannot-tell"), automatic=group("a", "b"))
    asked = how(word("ana", "a", "b", "cannot-tell"), word("ben", "a", "b", "ask-the-agency"))

    assert (unsure[pair("a", "b")].state, asked[pair("a", "b")].state) == (
        State.UNSURE,
        State.AGENCY,
    )
    assert linked_pairs(unsure, group("a", "b")) == group("a", "b")
    assert linked_pairs(asked) == []


def test_who_cannot_tell_does_not_outvote_who_can():
    found = how(word("ana", "a", "b", "cannot-tell"), word("ben", "a", "b"))

    assert (found[pair("a", "b")].answer, found[pair("a", "b")].state) == (SAME, State.SETTLED)
