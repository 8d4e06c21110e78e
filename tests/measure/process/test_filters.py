"""Filters leave what they say, and views count what is left."""

from __future__ import annotations

import pytest

from candlemark.errors import NotMeasurable
from candlemark.measure.process import (
    Followed,
    between,
    directly_follows,
    first_steps,
    flow,
    followed_by,
    lasting,
    variants,
)

UNITS = (
    "told 0 noted 2 charged 10 noted 20 charged 50 closed 60",
    "told 0 charged 3",
    "told 0 noted 30",
    "told 90 closed 91",
)


def moves(ways):
    rows = directly_follows(ways)
    own = [place.own for place in ways.places]
    return {
        f"{own[start]} {own[end]}": many
        for start, end, many in zip(
            *(rows[name].tolist() for name in ("state", "next", "moves")), strict=True
        )
    }


def left(ways):
    return sorted(set(ways.columns(f"SELECT unit FROM {ways.stay}")["unit"].tolist()))


def test_the_first_steps_of_each_way(ways):
    asked = first_steps(ways(*UNITS), 2)
    assert moves(asked) == {
        "told noted": 2,
        "noted charged": 1,
        "told charged": 1,
        "told closed": 1,
    }
    assert asked.filters == ("first-steps:2",)


def test_between_two_states_as_often_as_there_is_a_part(ways):
    asked = between(ways(*UNITS), "noted", "charged")
    assert moves(asked) == {"noted charged": 2}
    (group,) = flow(asked).groups
    assert group.units == 2
    (node,) = (node for node in group.nodes if node.stays)
    assert (node.stays, node.still) == (3, 1)


def test_between_a_state_and_itself_everything_from_the_first_on_is_left(ways):
    asked = between(ways(*UNITS), "charged", "charged")
    assert moves(asked) == {"charged noted": 1, "noted charged": 1, "charged closed": 1}


def test_ways_that_took_so_long(ways):
    asked = ways(*UNITS)
    assert left(lasting(asked, 60)) == [0, 1, 2]  # two are open, and have lasted a hundred days
    assert left(lasting(asked, 61)) == [1, 2]
    assert left(lasting(asked, 0, 60)) == [0, 3]  # what an open way will have taken nobody knows
    assert left(lasting(asked, 2, 59)) == []


def test_one_state_after_another_within_bounds(ways):
    asked = ways(*UNITS)
    yes = {
        bounds: left(followed_by(asked, "told", "charged", *bounds))
        for bounds in ((), (4,), (0, 9), (0, 10))
    }
    assert yes == {(): [0, 1], (4,): [0], (0, 9): [1], (0, 10): [0, 1]}
    still = followed_by(asked, "told", "charged", wanted=Followed.OPEN)
    assert left(still) == [2]
    over = followed_by(asked, "told", "charged", 0, 20, wanted=Followed.NO)
    assert left(over) == [2, 3]


def test_the_three_answers_share_out_all_who_stood_there(ways):
    asked = ways(*UNITS)
    for bounds in ((), (0, 5), (30, 200)):
        answers = [
            left(followed_by(asked, "noted", "charged", *bounds, wanted=each)) for each in Followed
        ]
        assert sorted(unit for answer in answers for unit in answer) == [0, 2]


def test_filters_can_be_chained_and_are_written_down(ways):
    asked = first_steps(between(lasting(ways(*UNITS), 3), "told", "charged"), 1)
    assert moves(asked) == {"told noted": 2, "told charged": 1}
    assert asked.filters == ("lasting:3:", "between:told:charged", "first-steps:1")
    assert [one.units for one in variants(asked).groups[0].variants] == [2, 1]


@pytest.mark.parametrize("bounds", [(-1,), (5, 4), (0, 100_001)])
def test_bounds_that_are_no_range_are_refused(ways, bounds):
    with pytest.raises(NotMeasurable, match="no range of days"):
        lasting(ways(*UNITS), *bounds)
    with pytest.raises(NotMeasurable, match="no range of days"):
        followed_by(ways(*UNITS), "told", "noted", *bounds)


def test_no_step_at_all_is_refused(ways):
    with pytest.raises(NotMeasurable, match="at least one step"):
        first_steps(ways(*UNITS), 0)
