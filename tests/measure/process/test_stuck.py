"""Who waits unusually long."""

from __future__ import annotations

import pytest

from candlemark.measure.process import Limit, Past, stuck

GONE = [f"told 0 charged {day} closed {day + 1}" for day in range(1, 10)]


def test_the_one_that_fewest_others_wait_as_long_as_comes_first(ways):
    # Nine left on days 1 to 9; three wait since 10, 5 and 0 days.
    asked = ways(*GONE, "told 90", "told 95", "told 100")
    (group,) = stuck(asked).groups
    assert [(row.unit, row.days, row.compared) for row in group.rows] == [
        (9, 10, 1),
        (10, 5, 7),  # itself, those of 5 to 9 days, the one of 10
        (11, 0, 12),
    ]
    # Kaplan-Meier by hand: 11 are watched on day 1, one fewer each day, two fewer after day 5.
    five = 10 / 11 * 9 / 10 * 8 / 9 * 7 / 8 * 6 / 7
    nine = five * 4 / 5 * 3 / 4 * 2 / 3 * 1 / 2
    assert [row.share for row in group.rows] == [
        pytest.approx(nine),
        pytest.approx(five),
        1.0,
    ]


def test_those_beyond_the_day_by_which_nine_of_ten_have_left_are_counted(ways):
    asked = ways(*GONE, "told 0 charged 10 closed 11", "told 20", "told 30", "told 99")
    (group,) = stuck(asked).groups
    (state,) = group.states
    # Of thirteen two wait long: nine of ten have not left yet.
    assert (state.waiting, state.day, state.beyond) == (3, None, None)
    asked = ways(*GONE, *GONE, "told 50", "told 99")
    (state,) = stuck(asked).groups[0].states
    assert (state.waiting, state.day, state.beyond) == (2, 9, 1)


def test_days_past_a_limit_stand_beside_and_decide_between_equals(ways):
    asked = ways("told 0", "told 50", "told 97", "charged 0")
    limit = Limit("ten", "told", "charged", 10, "Rule 1")
    (group,) = stuck(asked, [limit]).groups
    assert [(row.unit, row.share, row.past) for row in group.rows] == [
        (0, 1.0, Past("ten", 90)),
        (1, 1.0, Past("ten", 40)),
        (2, 1.0, Past("ten", -7)),
        (3, 1.0, None),
    ]


def test_so_many_rows_are_given_and_all_are_counted(ways):
    asked = ways(*["told 0"] * 5)
    (group,) = stuck(asked, most=2).groups
    assert (len(group.rows), group.ranked) == (2, 5)


def test_where_nobody_waits_there_is_nobody(ways):
    (group,) = stuck(ways("told 0 closed 3")).groups
    assert (group.rows, group.states, group.ranked) == ((), (), 0)
    (group,) = stuck(ways("told 0 closed 3", rows_of_ends=True)).groups
    assert (group.rows, group.states, group.ranked) == ((), (), 0)
