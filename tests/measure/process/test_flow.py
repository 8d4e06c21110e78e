"""The map: moves, units and times counted by hand."""

from __future__ import annotations

import pytest

from candlemark.measure.process import directly_follows, flow

UNITS = (
    "told 0 noted 2 charged 10 sentenced 40",
    "told 0 noted 4 charged 10 noted 20 charged 30 closed 31",
    "told 0 noted 0 closed 0",
    "told 0",
    "told 5 noted 9",
)


def named(ways, arrows):
    return {(ways.places[one.start].own, ways.places[one.end].own): one for one in arrows}


def test_each_move_is_counted_once_and_open_stays_lead_nowhere(ways):
    asked = ways(*UNITS)
    rows = directly_follows(asked)
    found = {
        (asked.places[start].own, asked.places[end].own): moves
        for start, end, moves in zip(
            *(rows[name].tolist() for name in ("state", "next", "moves")), strict=True
        )
    }
    assert found == {
        ("told", "noted"): 4,
        ("noted", "charged"): 3,
        ("charged", "noted"): 1,
        ("charged", "sentenced"): 1,
        ("charged", "closed"): 1,
        ("noted", "closed"): 1,
    }


def test_an_arrow_has_its_moves_its_units_and_the_median_of_those_who_went(ways):
    asked = ways(*UNITS)
    (group,) = flow(asked).groups
    arrows = named(asked, group.arrows)
    one = arrows["noted", "charged"]
    assert (one.moves, one.units, one.median_days) == (3, 2, 8)  # 8, 6 and 10 days
    one = arrows["told", "noted"]
    assert (one.moves, one.units, one.median_days) == (4, 4, 2)  # 0, 2, 4 and 4 days
    assert [arrow.moves for arrow in group.arrows] == [4, 3, 1, 1, 1, 1]


def test_a_state_counts_who_stays_and_how_long_with_the_waiting_ones_as_waiting(ways):
    asked = ways(*UNITS)
    (group,) = flow(asked).groups
    assert group.units == 5
    nodes = {asked.places[node.state].own: node for node in group.nodes}
    assert (nodes["told"].stays, nodes["told"].still, nodes["told"].first) == (5, 1, 5)
    assert [each.days for each in nodes["told"].quantiles] == [2, 4, 4]
    noted = nodes["noted"]
    assert (noted.stays, noted.units, noted.still, noted.first) == (5, 4, 1, 0)
    assert (nodes["closed"].units, nodes["closed"].stays, nodes["closed"].quantiles) == (2, 0, ())


def test_a_row_for_having_ended_is_no_wait(ways):
    plain, with_ends = ways(*UNITS), ways(*UNITS, rows_of_ends=True)
    one, other = (flow(each, at=(10,)).groups[0] for each in (plain, with_ends))
    assert one.arrows == other.arrows
    assert [node for node in one.nodes if node.stays] == [
        node for node in other.nodes if not plain.places[node.state].final
    ]
    assert [node.units for node in one.nodes] == [node.units for node in other.nodes]


def test_shares_count_those_who_wait_and_fall_short_of_the_share_among_those_gone(ways):
    asked = ways("told 0 noted 10", "told 0 noted 20", "told 0 closed 20", "told 90", "told 90")
    (group,) = flow(asked, at=(9, 10, 20, 99)).groups
    arrows = named(asked, group.arrows)
    noted = arrows["told", "noted"].shares
    # Day 10: 1 of 5 waiting left; those two who came on day 90 are seen until the end of day 10.
    assert [share.day for share in noted] == [9, 10, 20, 99]
    assert [round(share.p, 12) for share in noted] == [0.0, 0.2, 0.6, 0.6]
    assert [share.at_risk for share in noted] == [5, 4, 0, 0]
    assert arrows["told", "closed"].shares[2].p == pytest.approx(0.4)
    assert all(0 <= share.low <= share.p <= share.high <= 1 for share in noted)
    assert noted[0].high == pytest.approx(1 - 0.025 ** (1 / 5))


def test_no_share_is_given_for_days_nobody_was_watched(ways):
    asked = ways("told 60 noted 70", "told 60")
    (group,) = flow(asked, at=(10, 40, 41)).groups
    assert [share.day for share in group.arrows[0].shares] == [10, 40]


def test_groups_are_counted_apart_and_an_empty_one_stays_empty(ways):
    asked = ways(
        *UNITS, groups=("a", "b", "c"), group_of=lambda unit: [(0,), (1,), (0, 1), (0,), (1,)][unit]
    )
    found = flow(asked).groups
    assert [group.units for group in found] == [3, 3, 0]
    assert (found[2].nodes, found[2].arrows) == ((), ())
    rows = directly_follows(asked)
    assert sum(rows["moves"][rows["grp"] == 0].tolist()) == 3 + 2
    assert sum(rows["moves"][rows["grp"] == 1].tolist()) == 5 + 2 + 1


def test_one_case_that_waits_is_a_map_of_one_state(ways):
    (group,) = flow(ways("told 0"), at=(5,)).groups
    assert group.arrows == ()
    assert [(node.stays, node.still) for node in group.nodes] == [(1, 1)]
    assert [each.days for each in group.nodes[0].quantiles] == [None, None, None]
