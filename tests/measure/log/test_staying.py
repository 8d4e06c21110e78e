"""What follows from the events of a log."""

from __future__ import annotations

from candlemark.measure.log import Ask, asked, stay_table
from stay_logs import ROAD, event_log


def rows(table, *names):
    return [tuple(row.values()) for row in table.rows.select(list(names)).to_pylist()]


def test_every_event_begins_a_stay_and_ends_the_one_before():
    table = stay_table(event_log(ROAD, known_until="2021-04-01", final=frozenset({"convicted"})))
    assert [state.own for state in table.states] == ["reported", "charged", "convicted"]
    assert table.cases.to_pylist() == ["a", "b", "c"]
    day = 18628  # 2021-01-01
    assert [
        (u, s, e - day * 64, x - day * 64, n)
        for u, s, e, x, n in rows(table, "unit", "state", "entry", "exit", "next")
    ] == [
        (0, 0, 0, 640, 1),
        (0, 1, 640, 60 * 64, 2),
        (0, 2, 60 * 64, 90 * 64 + 63, -1),
        (1, 0, 4 * 64, 4 * 64 + 1, 1),
        (1, 1, 4 * 64 + 1, 31 * 64, 0),
        (1, 0, 31 * 64, 90 * 64 + 63, -1),
        (2, 0, 40 * 64, 90 * 64 + 63, -1),
    ]


def test_a_cohort_counts_stays_from_the_day_each_unit_entered():
    table = stay_table(event_log(ROAD, known_until="2021-04-01", final=frozenset({"convicted"})))
    with asked(table, Ask(from_state="charged")) as cohort:
        assert cohort.entered().tolist() == [2]
        assert cohort.starts().tolist() == [[0, 2, 0]]
        (counts,) = cohort.counts()
        assert counts.moves.tolist() == [[27 * 64, 1, 0, 1], [50 * 64, 1, 2, 1]]
        assert counts.entries.tolist() == [[0, 1, 1], [1, 1, 1], [27 * 64, 0, 1]]
        assert counts.exits.tolist() == [[27 * 64, 1, 1], [50 * 64, 1, 1], [86 * 64 + 63, 0, 1]]
