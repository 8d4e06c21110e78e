"""How often people who judge are wrong."""

from __future__ import annotations

import random

import pytest
from scipy.stats import binomtest

from candlemark.linkage.judging.measuring import (
    TAKEN,
    Measured,
    believed,
    exact_interval,
    known_by_key,
    known_by_others,
    measured,
)
from candlemark.linkage.judging.standing import counting
from judged import DIFFERENT, SAME, proposed, word


def of(member, *words, pairs=()):
    found = measured(words, counting(words), known_by_key(pairs))
    return next(one for one in found if one.member == member)


@pytest.mark.parametrize(("wrong", "asked"), [(0, 1), (0, 20), (1, 20), (7, 100), (20, 20)])
def test_the_interval_is_the_exact_one(wrong, asked):
    theirs = binomtest(wrong, asked).proportion_ci(0.95, "exact")

    assert exact_interval(wrong, asked) == pytest.approx((theirs.low, theirs.high))


def test_where_nobody_was_asked_anything_is_possible():
    assert exact_interval(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="more are wrong"):
        exact_interval(2, 1)


def test_known_is_what_two_others_answered_alike():
    words = [word("ana", "a", "b"), word("ben", "a", "b"), word("eva", "a", "b", DIFFERENT)]

    assert of("eva", *words).joined_wrongly == 0
    assert of("eva", *words).parted_wrongly == 1
    assert of("ana", *words).known == 0  # the two others disagree
    assert known_by_others("eva", counting(words)) == {words[0].pair: SAME}


def test_known_is_what_an_exact_key_and_the_model_join():
    sure = proposed("a", "b", 0.999, automatic=True, key="docket")
    words = [word("ana", "a", "b", DIFFERENT), word("ben", "a", "b")]

    assert of("ana", *words, pairs=[sure]).parted_wrongly == 1
    assert of("ben", *words, pairs=[sure]).right == 1
    assert of("ben", *words).known == 0


def test_the_first_blind_answer_counts_and_not_what_was_said_after_the_score_was_shown():
    sure = proposed("a", "b", 0.999, automatic=True, key="docket")
    words = [word("ana", "a", "b", DIFFERENT), word("ana", "a", "b", blind=False)]

    assert of("ana", *words, pairs=[sure]).wrong == 1
    assert of("ana", words[1], pairs=[sure]).known == 0


def test_who_cannot_tell_is_neither_right_nor_wrong():
    sure = proposed("a", "b", 0.999, automatic=True, key="docket")
    found = of("ana", word("ana", "a", "b", "cannot-tell"), pairs=[sure])

    assert (found.known, found.undecided, found.judged) == (0, 1, 1)


def test_the_error_of_a_simulated_person_lies_in_its_interval_nearly_always():
    """A person wrong 8 times in 100, asked about 60 known pairs, in 200 lives."""
    chance = random.Random(20260122)
    inside = 0
    for _ in range(200):
        wrong = sum(chance.random() < 0.08 for _ in range(60))
        low, high = exact_interval(wrong, 60)
        inside += low <= 0.08 <= high

    assert inside >= 190


def test_few_known_pairs_give_the_share_that_is_stated_and_enough_of_them_what_was_found():
    def people(right, wrong):
        return [Measured("ana", 50, wrong, 0, right - 5, 0), Measured("ben", 9, 0, 0, 5, 1)]

    assert believed([]) == (TAKEN, 0)
    assert believed(people(16, 3)) == (TAKEN, 19)
    assert believed(people(17, 3)) == (pytest.approx(3.5 / 21), 20)  # of all together
    nobody_wrong, known = believed(people(400, 0))
    assert (0 < nobody_wrong < 0.002, known) == (True, 400)  # and nobody is infallible
