"""Returns: how often, from where, over how many steps."""

from __future__ import annotations

import pytest

from candlemark.measure.process import rework

UNITS = (
    "told 0 charged 5 told 9 charged 20 told 30 closed 40",  # told twice more, charged once more
    "told 0 charged 5 judged 9 told 20",  # back over three steps
    "told 0 told 8 closed 9",  # straight back
    "told 0 charged 50",
    "told 0",
)


def test_returns_are_counted_with_the_steps_since_it_last_stood_there(ways):
    asked = ways(*UNITS)
    (group,) = rework(asked).groups
    own = [place.own for place in asked.places]
    assert [
        (own[one.state], own[one.came_from], one.steps, one.returns, one.units)
        for one in group.loops
    ] == [
        ("told", "charged", 2, 2, 1),
        ("told", "told", 1, 1, 1),
        ("told", "judged", 3, 1, 1),
        ("charged", "told", 2, 1, 1),
    ]
    assert [(own[one.state], one.left, one.returned, one.most) for one in group.states] == [
        ("told", 4, 3, 2),
        ("charged", 2, 1, 1),
    ]


def test_the_probability_of_a_return_counts_those_who_may_yet_come_back(ways):
    # Of four who left, one came back after 10 days, one ended after 20, two are under way.
    asked = ways(
        "told 0 noted 10 told 20",
        "told 0 noted 10 closed 30",
        "told 0 noted 10",
        "told 0 noted 95",
    )
    (group,) = rework(asked, at=(9, 10, 20)).groups
    (state,) = group.states
    assert (state.left, state.returned) == (4, 1)
    # After 10 days three are watched, since one left only five days ago.
    assert [share.p for share in state.shares] == [0.0, pytest.approx(1 / 3), pytest.approx(1 / 3)]


def test_where_nobody_returns_there_is_no_loop(ways):
    (group,) = rework(ways("told 0 noted 4 closed 5", "told 0"), at=(10,)).groups
    assert (group.loops, group.states, group.units) == ((), (), 2)


def test_a_row_for_having_ended_is_no_return(ways):
    assert rework(ways(*UNITS), at=(5, 20)) == rework(ways(*UNITS, rows_of_ends=True), at=(5, 20))
