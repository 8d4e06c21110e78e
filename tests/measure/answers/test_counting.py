"""How many units of a log reached each state, and at which of them each was last."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import NotMeasurable
from candlemark.measure import attrition
from candlemark.measure.answers import Question, count
from candlemark.measure.log import Ask, Where, stay_table, stays_of
from stay_logs import event_log

ROWS = [
    *[("a", "told", "2020-01-01"), ("a", "charged", "2020-02-01"), ("a", "judged", "2020-03-01")],
    *[("b", "told", "2020-01-02"), ("b", "charged", "2020-02-02")],
    *[("c", "told", "2020-01-03"), ("c", "closed", "2020-01-20")],
    ("d", "told", "2020-01-04"),
    # e was charged, and is back where it began
    *[("e", "told", "2020-01-05"), ("e", "charged", "2020-02-05"), ("e", "told", "2020-03-05")],
    ("f", "closed", "2020-01-06"),
]
GROUNDS = [(case, "ground", "x" if case in "ab" else "y") for case in "abcdef"]


def table(**more):
    known = {"known_until": "2020-12-31", "final": frozenset({"judged", "closed"}), **more}
    return stay_table(event_log(ROWS, GROUNDS, **known))


def rows(figure, group=0):
    return {
        row.own: (row.reached, dict(row.ended_by), row.pending) for row in figure.groups[group].rows
    }


def test_each_unit_is_counted_where_it_was_last_as_ended_or_pending():
    figure = count(Question(table()))

    assert rows(figure) == {
        "told": (5, {"closed": 1}, 1),
        "charged": (3, {"judged": 1}, 2),
        "closed": (1, {"closed": 1}, 0),  # f reached nothing but its end
    }
    assert figure.groups[0].entered == 6
    assert set(figure.ends) == {"judged", "closed"}
    assert (figure.basis.method, figure.basis.uncertainty) == ("count", "everybody-counted")


def test_what_came_after_the_last_day_looked_at_has_not_happened():
    figure = count(Question(table(), Ask(as_of=date(2020, 2, 3))))

    assert rows(figure)["charged"] == (2, {}, 2)
    assert rows(figure)["told"] == (5, {"closed": 1}, 2)


def test_groups_windows_and_conditions_are_those_of_every_question():
    some = count(Question(table(), Ask(where=(Where("ground", ("x",)),))))
    assert rows(some) == {"told": (2, {}, 0), "charged": (2, {"judged": 1}, 1)}
    late = count(Question(table(), Ask(window=(date(2020, 1, 3), None), from_state="told")))
    assert late.groups[0].entered == 3  # c, d and e
    twice = [(f"{case}{n}", *rest) for n in range(5) for case, *rest in ROWS]
    coded = [(f"{case}{n}", *rest) for n in range(5) for case, *rest in GROUNDS]
    known = {"known_until": "2020-12-31", "final": frozenset({"judged", "closed"})}
    by = count(Question(stay_table(event_log(twice, coded, **known)), Ask(by="ground")))
    assert [(group.group, group.entered) for group in by.groups] == [("x", 10), ("y", 20)]


def test_a_log_that_names_no_end_says_that_everybody_is_pending_for_it():
    figure = count(Question(table(final=frozenset())))

    assert figure.ends == ()
    assert [(d.code, d.count) for d in figure.basis.doubts] == [("no-end-named", 6)]
    assert sum(row.pending for row in figure.groups[0].rows) == 6


def test_groups_of_which_none_says_anything_are_refused():
    with pytest.raises(NotMeasurable, match="say nothing about any of them"):
        count(Question(table(), Ask(by="ground")))


def test_units_that_were_over_before_tracking_began_were_never_seen():
    figure = count(Question(table(tracked_from={"": date(2020, 2, 15)})))

    assert figure.groups[0].entered == 4  # of c and f nobody saw anything


STATES = ("told", "charged", "heard", "judged")
WAYS = st.lists(
    st.lists(st.tuples(st.sampled_from(STATES), st.integers(0, 40)), min_size=1, max_size=5),
    min_size=1,
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(WAYS)
def test_ended_and_pending_add_up_to_those_who_entered(ways):
    told = []
    for n, way in enumerate(ways):
        day = 0
        for state, later in way:
            day += later
            told.append(
                (f"c{n}", state, str(date(2020, 1, 1 + day % 28).replace(month=1 + day // 28)))
            )
    log = event_log(told, known_until="2020-12-31", final=frozenset({"judged"}))
    (group,) = count(Question(stay_table(log))).groups

    assert group.entered == len(ways)
    assert sum(row.ended + row.pending for row in group.rows) == group.entered
    assert all(row.reached >= row.ended + row.pending for row in group.rows)


def test_of_a_study_the_stays_count_the_same_who_reached_and_who_ended(agency):
    told = ("told", "2020-01-01")
    units = {f"a{n}": [told, ("charged", f"2020-02-{n + 1:02}")] for n in range(9)}
    units |= {
        f"b{n}": [told, ("charged", "2020-01-20"), ("decided", f"2020-03-{n + 1:02}", "G")]
        for n in range(9)
    }
    units |= {f"d{n}": [told] for n in range(3)}
    study = agency.study(units)
    whole = attrition(study).groups[0]
    counted = count(Question(stays_of(study), Ask(from_state="told"))).groups[0]

    assert counted.entered == whole.entered == 21
    mine = {row.own: (row.reached, row.pending) for row in counted.rows}
    for row in whole.rows:
        if row.own in mine:
            assert mine[row.own] == (row.reached, row.pending)
    assert sum(row.ended for row in counted.rows) == sum(row.ended for row in whole.rows) == 9
