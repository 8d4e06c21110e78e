"""From a log file to the figure where there is hardly anything: a sentence, never a missing number."""

from __future__ import annotations

import csv

import pytest

from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure import document, read_log
from candlemark.measure.answers import compare, dwell, reach, stand
from candlemark.measure.log.reading import Columns

QUESTIONS = [stand, reach, dwell]
ONE = [("a", "told", "2020-01-01"), ("a", "charged", "2020-02-01")]


@pytest.fixture
def log(tmp_path):
    """A log file of rows (case, activity, day, ground), read as the command line reads it."""

    def read(rows, **more):
        path = tmp_path / "log.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("case", "activity", "day", "ground"), *rows])
        said = {"schemes": {"ground": "ground"}, "final": frozenset({"judged"}), **more}
        return read_log(path, Columns(**said))

    return read


def written(figure):
    """The document of a figure; a number that is none has no place in one and is refused."""
    return document(figure)


@pytest.mark.parametrize("question", QUESTIONS)
def test_forty_groups_of_two_are_refused_with_what_to_do(log, question):
    rows = [
        (f"c{n}", activity, day, f"g{n // 2}")
        for n in range(80)
        for activity, day in (("told", "2020-01-01"), ("charged", "2020-02-01"))
    ]
    with pytest.raises(NotMeasurable, match="40 groups of at most 2 say nothing") as refused:
        question(log(rows).question(by="ground"))
    assert "divide by something coarser" in refused.value.hint
    assert written(question(log(rows).question()))["groups"][0]["entered"] == 80


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_group_with_nobody_is_refused_or_not_shown(log, question):
    rows = [(f"c{n}", "told", "2020-01-01", "ab"[n % 2]) for n in range(40)]
    rows += [(f"c{n}", "charged", "2020-02-01", "a") for n in range(0, 40, 2)]
    found = log(rows)
    with pytest.raises(NothingToMeasure, match="no unit entered as it was asked") as refused:
        question(found.question(where={"ground": ["z"]}))
    assert "fewer conditions" in refused.value.hint
    # Nobody of ground b was charged: from there on there is one group.
    groups = written(question(found.question(start="charged", by="ground")))["groups"]
    assert [(group["group"], group["entered"]) for group in groups] == [("a", 20)]
    with pytest.raises(NotMeasurable, match="b: nobody entered in this group"):
        compare(found.question(start="charged", by="ground"), "a", "b")


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("day", ["2020-02-01", "2020-02", "2020"])
def test_a_graph_with_one_case_has_intervals_as_wide_as_one_case_makes_them(log, question, day):
    rows = [(*ONE[0], "x"), ("a", "charged", day, "x")]
    found = written(question(log(rows, known_until=None).question(at=(0, 10, 400))))

    (group,) = found["groups"]
    assert group["entered"] == 1
    for horizon in group.get("horizons", ()):
        assert sum(value["p"] for value in horizon["values"]) == pytest.approx(1)
        for value in horizon["values"]:
            assert value["high"] - value["low"] > 0.5


@pytest.mark.parametrize("question", QUESTIONS)
def test_one_event_of_one_case_is_a_figure_of_a_case_that_waits(log, question):
    (group,) = written(question(log([(*ONE[0], "x")]).question()))["groups"]

    assert group["entered"] == 1
    if question is reach:
        assert group["rows"] == []  # nobody reached another state, and none is invented


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_state_nobody_leaves_has_everybody_waiting_there(log, question):
    rows = [(f"c{n}", "told", f"2020-01-{n + 1:02}", "x") for n in range(20)]
    rows += [(f"c{n}", "charged", f"2020-02-{n + 1:02}", "x") for n in range(20)]
    (group,) = written(question(log(rows).question(at=(10, 400))))["groups"]

    if question is dwell:
        (charged,) = [row for row in group["rows"] if row["own"] == "charged"]
        assert (charged["ended"], charged["pending"]) == (0, 20)
        assert {each["days"] for each in charged["quantiles"]} == {None}
    if question is stand:
        last = {value["state"]: value for value in group["horizons"][1]["values"]}
        assert last["charged"]["p"] == 1
        assert last["charged"]["low"] < 1


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_state_nobody_enters_after_their_entry_is_asked_as_the_beginning_it_is(log, question):
    rows = [(f"c{n}", "told", "2020-01-01", "x") for n in range(20)]
    rows += [(f"c{n}", "charged", "2020-02-01", "x") for n in range(20)]
    found = log(rows)
    (group,) = written(question(found.question(start="told", at=(10,))))["groups"]

    assert group["entered"] == 20
    with pytest.raises(NotMeasurable, match="no unit ever reaches appealed") as refused:
        question(found.question(start="appealed"))
    assert "it has the states told, charged" in refused.value.hint
    if question is reach:
        assert [row["own"] for row in group["rows"]] == ["charged"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_log_in_which_nothing_follows_is_a_figure_of_those_who_wait(log, question):
    rows = [(f"c{n}", "told", "2020-01-01", "x") for n in range(20)]
    (group,) = written(question(log(rows).question(at=(0, 30))))["groups"]

    assert group["entered"] == 20
