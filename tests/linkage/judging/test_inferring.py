"""What follows from answers, and answers that cannot all be true: on random graphs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from candlemark.linkage.judging.inferring import Judged, along
from judged import DIFFERENT, SAME, pair, record

NAMES = "abcdefghij"
worlds = st.lists(st.integers(0, 3), min_size=len(NAMES), max_size=len(NAMES)).map(
    lambda of: dict(zip(NAMES, of, strict=True))
)
"""Which case each record is really of."""
asked = st.sets(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda two: two[0] < two[1]),
    max_size=20,
)
"""Which pairs somebody was asked about."""


def answered(world, pairs):
    """A graph of true answers."""
    same = [pair(*two) for two in pairs if world[two[0]] == world[two[1]]]
    different = [pair(*two) for two in pairs if world[two[0]] != world[two[1]]]
    return Judged(same, different)


def test_what_two_answers_say_together_is_not_asked():
    judged = Judged([pair("a", "b"), pair("b", "c")], [pair("c", "d")])

    same, different = judged.infer(record("a"), record("c")), judged.infer(record("a"), record("d"))

    assert (same.answer, same.chain) == (SAME, (pair("a", "b"), pair("b", "c")))
    assert different.answer == DIFFERENT
    assert different.chain == (pair("a", "b"), pair("b", "c"), pair("c", "d"))


def test_two_differences_say_nothing_together():
    assert Judged([], [pair("a", "b"), pair("b", "c")]).infer(record("a"), record("c")) is None


def test_a_contradiction_names_the_chain_of_answers_that_makes_it():
    judged = Judged([pair("a", "b"), pair("b", "c"), pair("c", "d")], [pair("a", "d")])

    (found,) = judged.contradictions

    assert found.different == pair("a", "d")
    assert found.chain == (pair("a", "b"), pair("b", "c"), pair("c", "d"))
    assert [one.record for one in found.records] == ["a", "b", "c", "d"]


def test_from_a_group_with_a_contradiction_nothing_follows_and_elsewhere_everything_does():
    judged = Judged(
        [pair("a", "b"), pair("b", "c"), pair("x", "y"), pair("y", "z")],
        [pair("a", "c"), pair("c", "x")],
    )

    assert judged.infer(record("a"), record("c")) is None
    assert judged.infer(record("a"), record("x")) is None
    assert judged.infer(record("x"), record("z")).answer == SAME


@given(worlds, asked)
def test_true_answers_never_contradict_and_what_follows_from_them_is_true(world, pairs):
    judged = answered(world, pairs)

    assert judged.contradictions == ()
    for one in NAMES:
        for other in NAMES:
            found = judged.infer(record(one), record(other)) if one < other else None
            if found is not None:
                assert found.answer == (SAME if world[one] == world[other] else DIFFERENT)


@given(worlds, asked)
def test_a_chain_leads_from_one_record_to_the_other_over_pairs_that_were_judged(world, pairs):
    judged = answered(world, pairs)
    for one in NAMES:
        for other in NAMES:
            found = judged.infer(record(one), record(other)) if one < other else None
            if found is None:
                continue
            way = along(record(one), found.chain)

            assert way[-1] == record(other)
            assert set(found.chain) <= judged.same | judged.different
            parting = [step for step in found.chain if step in judged.different]
            assert len(parting) == (found.answer == DIFFERENT)


@given(worlds, asked)
def test_everything_that_follows_is_found(world, pairs):
    """Against the slow way: apply both rules until nothing new comes of it."""
    judged = answered(world, pairs)
    same, different = set(judged.same), set(judged.different)
    while True:
        new = {
            (kind, pair(left.record, right.record))
            for kind, of in ((SAME, same), (DIFFERENT, different))
            for one in same
            for other in of
            if one != other and len({*one, *other}) == 3
            for left, right in [sorted({*one} ^ {*other})]
        }
        before = len(same), len(different)
        same |= {two for kind, two in new if kind == SAME}
        different |= {two for kind, two in new if kind == DIFFERENT}
        if (len(same), len(different)) == before:
            break
    for one in NAMES:
        for other in NAMES:
            if one < other:
                found = judged.infer(record(one), record(other))
                expected = SAME if pair(one, other) in same else None
                expected = DIFFERENT if pair(one, other) in different else expected

                assert (found.answer if found else None) == expected


@given(worlds, asked, st.data())
def test_a_wrong_answer_inside_a_group_that_holds_without_it_is_found(world, pairs, data):
    judged = answered(world, pairs)
    closing = [
        two
        for two in sorted(judged.same)
        if Judged(judged.same - {two}, ()).chain(*two) is not None
    ]
    if not closing:
        return
    wrong = data.draw(st.sampled_from(closing))

    found = Judged(judged.same - {wrong}, judged.different | {wrong}).contradictions

    assert [one.different for one in found] == [wrong]
    assert set(found[0].chain) <= judged.same - {wrong}
    assert (found[0].records[0], found[0].records[-1]) == wrong


@given(worlds, asked, st.randoms())
def test_the_order_in_which_answers_were_given_does_not_matter(world, pairs, random):
    judged = answered(world, pairs)
    same, different = list(judged.same), list(judged.different)
    random.shuffle(same)
    random.shuffle(different)
    turned = Judged([two[::-1] for two in same], [two[::-1] for two in different])

    assert turned.contradictions == judged.contradictions
    for one in NAMES:
        for other in NAMES:
            assert turned.infer(record(one), record(other)) == judged.infer(
                record(one), record(other)
            )
