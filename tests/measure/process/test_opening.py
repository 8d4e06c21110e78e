"""Ways of a real stay table: coarse dates, steps without a day, late tracking, the as-of day."""

from __future__ import annotations

from datetime import date

import pytest

from candlemark.measure.log import Ask, asked, stay_table
from candlemark.measure.process import (
    Limit,
    directly_follows,
    flow,
    limits,
    rework,
    stuck,
    variants,
    ways_of,
)
from stay_logs import event_log

TEN = Limit("ten", "told", "charged", 10, "Rule 1")


def table_of(*rows, until="2021-12-31", final=("closed",), **more):
    return stay_table(event_log(rows, known_until=until, final=frozenset(final), **more))


def verdicts(table, limit=TEN, ask=None):
    with asked(table, ask) as cohort:
        (group,) = limits(ways_of(cohort), [limit]).limits[0].groups
        return group


def test_a_way_ends_in_its_final_state_and_is_open_otherwise():
    table = table_of(("a", "told", "2021-01-01"), ("a", "closed", "2021-01-05"),
                     ("b", "told", "2021-01-01"), ("c", "closed", "2021-02-01"))  # fmt: skip
    with asked(table) as cohort:
        ways = ways_of(cohort)
        (group,) = variants(ways).groups
        own = [place.own for place in ways.places]
        found = {
            (" ".join(own[state] for state in one.states), one.open, one.units)
            for one in group.variants
        }
        assert found == {("told closed", False, 1), ("told", True, 1), ("closed", False, 1)}
        (map_,) = flow(ways).groups
        closed = next(node for node in map_.nodes if ways.places[node.state].final)
        assert (closed.units, closed.stays, closed.first) == (2, 0, 1)


def test_a_verdict_that_could_be_another_is_told():
    table = table_of(
        ("a", "told", "2021-01-01"), ("a", "charged", "2021-01-05"),
        ("b", "told", "2021-01-01"), ("b", "charged", "2021-01"),  # on any day of the month
        ("c", "told", "2021-01-01"), ("c", "charged", "2021-06"),  # late, whatever the day
    )  # fmt: skip
    found = verdicts(table)
    assert (found.verdicts.met, found.verdicts.late) == (1, 2)
    assert found.verdicts.unsure == 1
    # By the middle of the month one of three was in time; on its first days two would be.
    assert found.within.p == pytest.approx(1 / 3)
    assert found.within.low < 1 / 3
    assert found.within.high > 2 / 3


def test_a_step_without_a_day_makes_no_verdict_of_delay():
    table = table_of(
        ("a", "told", "2021-01-01"), ("a", "charged", ""),  # it was charged, nobody says when
        ("b", "told", "2021-01-01"),
    )  # fmt: skip
    found = verdicts(table_of(
        ("a", "told", "2021-01-01"), ("a", "charged", ""), ("b", "told", "2021-01-01"),
        ("c", "told", "2021-12-30"), ("c", "charged", "2021-12-31"),
    ))  # fmt: skip
    assert (found.verdicts.open_past, found.verdicts.unclear, found.verdicts.met) == (1, 1, 1)
    with asked(table) as cohort:
        (group,) = stuck(ways_of(cohort)).groups
        assert [row.unit for row in group.rows] == [1]  # how long a waits nobody knows
        assert [(state.waiting, state.unknown) for state in group.states] == [(2, 1)]


def test_what_began_before_tracking_is_a_move_and_no_time():
    rows = [
        ("a", "told", "2020-01-01", "p"), ("a", "charged", "2021-03-01", "p"),
        ("b", "told", "2021-02-01", "p"), ("b", "charged", "2021-02-03", "p"),
    ]  # fmt: skip
    table = table_of(*rows, also=("agency",), tracked_from={"p": date(2021, 1, 1)})
    with asked(table) as cohort:
        ways = ways_of(cohort)
        assert directly_follows(ways)["moves"].tolist() == [2]
        (group,) = flow(ways).groups
        told = group.nodes[0]
        assert (told.stays, told.unknown) == (2, 1)
        assert [each.days for each in told.quantiles] == [2, 2, 2]
    found = verdicts(table)
    assert (found.verdicts.met, found.verdicts.late, found.verdicts.unclear) == (1, 0, 1)


def test_what_happened_after_the_as_of_day_is_not_known_yet():
    table = table_of(("a", "told", "2021-01-01"), ("a", "charged", "2021-02-01"),
                     ("a", "closed", "2021-03-01"))  # fmt: skip
    found = verdicts(table, ask=Ask(as_of=date(2021, 1, 5)))
    assert (found.verdicts.open_within, found.verdicts.late) == (1, 0)
    found = verdicts(table, ask=Ask(as_of=date(2021, 1, 12)))
    assert found.verdicts.open_past == 1


def test_a_state_named_twice_in_a_row_is_one_stay_and_an_arrow_to_itself():
    table = table_of(
        ("a", "told", "2021-01-01"), ("a", "told", "2021-01-05"), ("a", "charged", "2021-01-11"),
    )  # fmt: skip
    with asked(table) as cohort:
        ways = ways_of(cohort)
        (group,) = flow(ways).groups
        assert [(one.start, one.end, one.moves, one.median_days) for one in group.arrows] == [
            (0, 0, 1, None),
            (0, 1, 1, 10),
        ]
        assert (group.nodes[0].stays, group.nodes[0].quantiles[1].days) == (1, 10)
        assert [(one.state, one.steps) for one in rework(ways).groups[0].loops] == [(0, 1)]


@pytest.mark.parametrize("shift", ["2021-03-28", "2021-10-31"])
def test_a_limit_over_the_change_of_the_clock_is_judged_by_civil_days(shift):
    # Ninety civil days are ninety days, whatever the hours between two midnights come to.
    start = date.fromisoformat(shift).replace(day=1)
    last = date.fromordinal(start.toordinal() + 90)
    late = date.fromordinal(start.toordinal() + 91)
    table = table_of(
        ("a", "told", str(start)), ("a", "charged", str(last)),
        ("b", "told", str(start)), ("b", "charged", str(late)),
        until="2022-12-31",
    )  # fmt: skip
    found = verdicts(table, Limit("ninety", "told", "charged", 90, "Rule 2")).verdicts
    assert (found.met, found.late) == (1, 1)
