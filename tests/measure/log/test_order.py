"""What no order of rows, no zone and no splitting of a file may change."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import NothingToMeasure, NotMeasurable, SourceEmpty
from candlemark.measure.log import Ask, Flag, asked, stay_table
from candlemark.measure.log.event_log import EventLog
from stay_logs import ROAD, event_log

DAYS = ["2021-01-01", "2021-01-02", "2021-01-15", "2021-03-01", "2021-01", "2021-02", "2021"]
EVENT = st.tuples(
    st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["x", "y", "z"]), st.sampled_from(DAYS)
)


def ways(table):
    """For each case its states with the span of the day on which it came there."""
    found = {}
    for row in table.rows.to_pylist():
        way = found.setdefault(table.cases[row["unit"]].as_py(), [])
        way.append(
            (
                table.states[row["state"]].own,
                row["entry"],
                row["exit"],
                row["entry_lo"],
                row["entry_hi"],
            )
        )
    return found


def total(table, ask=None):
    with asked(table, ask) as cohort:
        (counts,) = cohort.counts()
    return [rows.tolist() for rows in (counts.moves, counts.entries, counts.exits)]


@settings(max_examples=30)
@given(rows=st.lists(EVENT, min_size=1, max_size=25), dice=st.randoms())
def test_the_order_of_the_rows_changes_nothing(rows, dice):
    mixed = list(rows)
    dice.shuffle(mixed)
    one, other = (stay_table(event_log(each, known_until="2022-01-01")) for each in (rows, mixed))
    assert one.rows.equals(other.rows)
    assert one.states == other.states


@settings(max_examples=30)
@given(rows=st.lists(EVENT, min_size=1, max_size=25))
def test_nothing_happens_after_it_must_have_and_every_day_lies_in_its_span(rows):
    for way in ways(stay_table(event_log(rows, known_until="2022-01-01"))).values():
        for (_, entry, leave, lo, hi), (_, later, _, later_lo, later_hi) in pairwise(way):
            assert leave == later > entry
            assert lo <= entry >> 6 <= hi
            assert lo <= later_lo
            assert hi <= later_hi


@settings(max_examples=5)
@given(rows=st.lists(EVENT, min_size=8, max_size=40))
def test_splitting_the_log_by_cases_and_adding_the_counts_changes_nothing(rows):
    order = ("x", "y", "z")
    given_states = [("0", name, "2021-01-01") for name in order]  # all parts number states alike
    parts = [
        [row for row in rows if row[0] in some] + [(f"0{some}", *row[1:]) for row in given_states]
        for some in ("ab", "cd")
    ]
    whole = total(
        stay_table(event_log([*parts[0], *parts[1]], known_until="2022-01-01", order=order))
    )
    found = []
    for part in parts:
        with asked(stay_table(event_log(part, known_until="2022-01-01", order=order))) as cohort:
            found += cohort.counts()
    both = found[0] + found[1]
    assert [both.moves.tolist(), both.entries.tolist(), both.exits.tolist()] == whole


def test_times_of_a_day_order_its_steps_unless_one_of_them_has_none():
    hours = 3_600_000_000
    rows = [
        ("a", "x", "2021-01-01", 9 * hours),
        ("a", "y", "2021-01-01", 8 * hours),
        ("a", "z", "2021-01-02", 0),
    ]
    timed = stay_table(event_log(rows, also=("time",), known_until="2022-01-01"))
    assert [state for state, *_ in ways(timed)["a"]] == ["y", "x", "z"]
    rows[1] = (*rows[1][:3], 0)
    untimed = stay_table(event_log(rows, also=("time",), known_until="2022-01-01"))
    assert [state for state, *_ in ways(untimed)["a"]] == ["x", "y", "z"]


def test_the_order_the_source_gives_decides_where_days_do_not():
    rows = [
        ("a", "z", "2021", 1),
        ("a", "x", "2021-03-01", 2),
        ("a", "y", "", 3),
        ("a", "w", "2021-05-01", 4),
    ]
    table = stay_table(event_log(rows, also=("seq",), known_until="2022-01-01"))
    way = ways(table)["a"]
    assert [state for state, *_ in way] == ["z", "x", "y", "w"]
    # The year is narrowed by what came after it, the event without a day lies between its neighbours.
    assert way[0][3:] == (18_628, 18_687)
    assert way[2][3:] == (18_687, 18_748)
    assert table.aside.undated == 0


def test_an_event_without_a_day_before_all_others_or_without_an_order_is_set_aside():
    rows = [("a", "x", "", 1), ("a", "y", "2021-03-01", 2), ("b", "x", "", 1)]
    placed = stay_table(event_log(rows, also=("seq",), known_until="2022-01-01"))
    assert (placed.aside.undated, placed.aside.units) == (2, 1)
    loose = stay_table(event_log(rows[:2], known_until="2022-01-01"))
    assert loose.aside.undated == 1
    assert Flag(loose.rows["flags"][0].as_py()) == Flag.GAP


def test_days_after_the_last_one_are_set_aside_and_counted():
    rows = [*ROAD, ("a", "convicted", "2219-01-01")]
    table = stay_table(event_log(rows, known_until="2021-04-01"))
    assert table.aside.after == 1
    assert max(table.rows["exit"].to_pylist()) >> 6 == 18_718
    with pytest.raises(NothingToMeasure, match="up to 2020-01-01"):
        stay_table(event_log(ROAD, known_until="2020-01-01"))
    with pytest.raises(NothingToMeasure, match="day that can be right"):
        stay_table(event_log([("a", "x", "")]))


def test_without_a_last_day_the_latest_one_stands_in_that_is_not_after_today():
    rows = [*ROAD, ("a", "convicted", "2219-01-01")]
    table = stay_table(event_log(rows), today=date(2026, 1, 1))
    assert (table.known_until, table.stated, table.aside.after) == (date(2021, 3, 2), False, 1)


def test_nothing_is_followed_after_an_end_and_it_is_counted():
    rows = [
        ("a", "x", "2021-01-01"),
        ("a", "end", "2021-01-05"),
        ("a", "y", "2021-02-01"),
        ("b", "y", "2021-01-02"),
    ]
    table = stay_table(event_log(rows, known_until="2021-04-01", final=frozenset({"end"})))
    assert table.aside.after_end == 1
    assert [state for state, *_ in ways(table)["a"]] == ["x", "end"]
    assert total(table)[2] == [[4 * 64, 0, 1], [89 * 64 + 63, 2, 1]]


def test_more_steps_in_a_day_than_it_has_ticks_lose_the_ones_in_between_and_say_so():
    rows = [("a", f"s{n:02}", "2021-01-01") for n in range(70)]
    table = stay_table(event_log(rows, known_until="2021-04-01"))
    assert table.aside.crowded == 7
    assert table.rows["state"].to_pylist()[-1] == 69
    assert max(tick & 63 for tick in table.rows["entry"].to_pylist()) == 62


def test_a_state_that_is_named_again_keeps_since_when_it_was_stood_in():
    rows = [("a", "x", "2021-01-01"), ("a", "x", "2021-01-10"), ("a", "y", "2021-01-20")]
    table = stay_table(event_log(rows, known_until="2021-04-01"))
    with asked(table) as cohort:
        found = cohort.columns("SELECT entry, since, days, next FROM stay ORDER BY seq")
    assert found["entry"].tolist() == [0, 9 * 64, 19 * 64]
    assert found["since"].tolist() == [0, 0, 19 * 64]
    assert found["days"].tolist() == [9, 19, 71]
    assert Flag.REPEATED in Flag(table.rows["flags"][1].as_py())


def test_two_ways_are_alike_exactly_when_their_paths_are():
    rows = [
        (case, state, f"2021-01-{day:02}")
        for case, way in {"a": "xyx", "b": "xyx", "c": "xxy", "d": "xy"}.items()
        for day, state in enumerate(way, 1)
    ]
    table = stay_table(event_log(rows, known_until="2021-04-01"))
    ends = {row["unit"]: row["path"] for row in table.rows.to_pylist()}
    assert ends[0] == ends[1]
    assert len(set(ends.values())) == 3


def test_a_log_of_nothing_or_without_a_column_is_refused():
    with pytest.raises(SourceEmpty):
        event_log([])
    with pytest.raises(NotMeasurable, match="no column hi, lo"):
        EventLog(pa.table({"case": ["a"], "activity": ["x"]}))
    with pytest.raises(NotMeasurable, match="no case or no activity"):
        stay_table(event_log([(None, "x", "2021-01-01")]))


def test_one_case_makes_a_table_and_nobody_in_a_question_is_said():
    table = stay_table(event_log(ROAD[:1], known_until="2021-04-01"))
    assert total(table) == [[], [[0, 0, 1]], [[90 * 64 + 63, 0, 1]]]
    with pytest.raises(NotMeasurable, match="ever reaches charged"):
        total(table, Ask(from_state="charged"))
