"""What changed between two periods, with the younger one not taken for the quicker one."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from candlemark.errors import NotMeasurable
from candlemark.measure.log import Ask, asked, stay_table
from candlemark.measure.process import changes, first_steps, ways_of
from stay_logs import event_log

FIRST = (date(2020, 1, 1), date(2020, 12, 31))
SECOND = (date(2021, 1, 1), date(2021, 12, 31))


def compare(table, within=30, by=""):
    with (
        asked(table, Ask(window=FIRST, by=by)) as one,
        asked(table, Ask(window=SECOND, by=by)) as other,
    ):
        return changes(ways_of(one), ways_of(other), within)


def rows_of(year, waits, start=0):
    """Cases told on the first of January, and charged or closed so many days later."""
    rows = []
    for number, (what, days) in enumerate(waits, start):
        told = date(year, 1, 1) + timedelta(days=number % 7)
        rows.append((f"{year}-{number}", "told", str(told)))
        if what:
            rows.append((f"{year}-{number}", what, str(told + timedelta(days=days))))
    return rows


@pytest.fixture(scope="module")
def slower():
    """Ten days before, forty after; a way out that is new, one that is gone."""
    before = [("charged", 10)] * 20 + [("closed", 10)] * 5
    after = [("charged", 40)] * 20 + [("dropped", 10)] * 5
    rows = rows_of(2020, before) + rows_of(2021, after)
    return stay_table(
        event_log(rows, known_until="2022-12-31", final=frozenset({"closed", "dropped"}))
    )


def test_moves_have_the_share_in_both_periods_and_a_test(slower):
    found = compare(slower)
    assert (found.units, found.watched, found.within) == ((25, 25), (25, 25), 30)
    own = {number: state.own for number, state in enumerate(slower.states)}
    moves = {own[one.end]: one for one in found.moves}
    charged = moves["charged"]
    assert (charged.before.moves, charged.after.moves) == (20, 20)
    assert (charged.before.share.p, charged.after.share.p) == (pytest.approx(0.8), 0.0)
    assert charged.test.p_value < 0.001
    assert charged.test.p_value < charged.test.adjusted < 0.01
    assert (moves["closed"].before.moves, moves["closed"].after.moves) == (5, 0)
    assert (moves["dropped"].before.share.p, moves["dropped"].after.share.p) == (
        0,
        pytest.approx(0.2),
    )


def test_times_have_quartiles_in_both_periods_and_a_test(slower):
    found = compare(slower)
    told = next(one for one in found.dwells if slower.states[one.state].own == "told")
    assert [each.days for each in told.before.quantiles] == [10, 10, 10]
    assert [each.days for each in told.after.quantiles] == [40, 40, 40]
    assert told.test.p_value < 0.001
    charged = next(one for one in found.dwells if slower.states[one.state].own == "charged")
    assert charged.test is None  # nobody has left it: nothing could tell the periods apart
    assert (charged.before.still, charged.after.still) == (20, 20)


def test_variants_are_of_the_first_days_and_new_and_vanished_ones_are_seen(slower):
    found = compare(slower)
    own = [state.own for state in slower.states]
    read = {
        (" ".join(own[state] for state in one.states), one.open): (one.before, one.after)
        for one in found.variants
    }
    assert read == {
        ("told charged", True): (20, 0),
        ("told", True): (0, 20),  # thirty days after they were told they were only told
        ("told closed", False): (5, 0),
        ("told dropped", False): (0, 5),
    }
    assert all(one.test.adjusted <= 1 for one in found.variants)


def test_a_young_period_that_does_as_the_old_one_shows_no_change():
    dice = Random(5)
    waits = [("charged", dice.randrange(200)) for _ in range(120)]
    rows = rows_of(2020, waits[:60]) + rows_of(2021, waits[60:])
    # The second period was watched for three months: many of its cases are still open.
    until = date(2021, 4, 1)
    rows = [row for row in rows if date.fromisoformat(row[2]) <= until]
    found = compare(stay_table(event_log(rows, known_until=str(until))), within=60)
    told = found.dwells[0]
    assert told.after.still > 20
    assert told.test.p_value > 0.05
    (move,) = found.moves
    assert move.test.p_value > 0.05
    assert all(one.test is None or one.test.p_value > 0.05 for one in found.variants)


def test_who_could_not_be_watched_for_so_long_is_in_no_variant():
    rows = rows_of(2020, [("charged", 3)] * 6) + rows_of(2021, [("charged", 3)] * 6)
    table = stay_table(event_log(rows, known_until="2021-01-12"))
    found = compare(table, within=8)
    assert found.units == (6, 6)
    assert found.watched == (6, 4)
    found = compare(table, within=300)
    assert found.watched == (6, 0)
    assert all(one.test is None for one in found.variants)
    assert all(one.after.share is not None for one in found.moves)  # all have gone


def test_few_are_listed_and_not_tested():
    rows = rows_of(2020, [("charged", 3)] * 2) + rows_of(2021, [("closed", 3)] * 2)
    found = compare(stay_table(event_log(rows, known_until="2021-12-31")))
    assert [one.test for one in (*found.moves, *found.dwells, *found.variants)] == [None] * 7
    assert len(found.variants) == 2


def test_what_cannot_be_compared_is_refused(slower):
    with pytest.raises(NotMeasurable, match="within no day"):
        compare(slower, within=0)
    with pytest.raises(NotMeasurable, match="groups and periods at once"):
        compare(slower, by="entry-month")
    other = stay_table(event_log([("a", "else", "2021-02-01")], known_until="2021-12-31"))
    with (
        asked(slower, Ask(window=FIRST)) as one,
        asked(other) as two,
        pytest.raises(NotMeasurable, match="not of one log"),
    ):
        changes(ways_of(one), ways_of(two), 30)


def test_filters_are_written_down(slower):
    with asked(slower, Ask(window=FIRST)) as one, asked(slower, Ask(window=SECOND)) as two:
        found = changes(first_steps(ways_of(one), 1), first_steps(ways_of(two), 1), 30)
    assert found.filters == ("first-steps:1",)
