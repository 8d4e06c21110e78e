"""One contract for every engine: the same questions, the same whole numbers.

PostgreSQL runs where the tests' own server does; Spark where PySpark and Java are installed, which is
what ``make spark`` is for.
"""

from __future__ import annotations

import importlib.util
from datetime import date

import pytest

from candlemark.errors import NotMeasurable, SettingRefused
from candlemark.measure.log import Ask, Where, asked, stay_table
from candlemark.measure.log.engines import opened_engine
from stay_logs import event_log, walks


@pytest.fixture(scope="module")
def table():
    rows, codes = walks(300)
    log = event_log(
        rows,
        codes,
        also=("agency",),
        known_until="2021-12-31",
        final=frozenset({"convicted"}),
        tracked_from={"north": date(2020, 1, 1)},
    )
    return stay_table(log)


QUESTIONS = {
    "everybody": Ask(),
    "from a state, by ground": Ask(from_state="charged", by="bias-grounds"),
    "as of an earlier day": Ask(as_of=date(2020, 6, 30), by="agency"),
    "a window, by year": Ask(window=(date(2019, 6, 1), date(2020, 12, 31)), by="entry-year"),
    "one ground in one agency": Ask(
        where=(Where("bias-grounds", ("religion",)), Where("agency", ("south",)))
    ),
}
FLOW = """
    SELECT state, next, COUNT(*) AS many, SUM(days) AS days,
           SUM(CASE WHEN entry_lo < entry_hi THEN 1 ELSE 0 END) AS coarse
    FROM stay GROUP BY state, next ORDER BY state, next"""
LONGEST = """
    SELECT unit, seq, path, MAX(leave) OVER (PARTITION BY unit ORDER BY entry, seq) AS far, since
    FROM stay ORDER BY unit, seq"""


def answers(table, ask, engine):
    """All that a cohort says, as plain numbers."""
    with asked(table, ask, engine=engine) as cohort:
        counts = [(c.moves.tolist(), c.entries.tolist(), c.exits.tolist()) for c in cohort.counts()]
        stays = [
            [
                getattr(cohort.stays(group), name).tolist()
                for name in ("cluster", "state", "entry", "leave", "to", "unit")
            ]
            for group in range(len(cohort.groups))
        ]
        flow = {name: column.tolist() for name, column in cohort.columns(FLOW).items()}
        longest = {name: column.tolist() for name, column in cohort.columns(LONGEST).items()}
        return (
            cohort.groups,
            cohort.entered().tolist(),
            cohort.starts().tolist(),
            counts,
            stays,
            flow,
            longest,
        )


@pytest.fixture(scope="module")
def expected(table):
    return {name: answers(table, ask, "duckdb") for name, ask in QUESTIONS.items()}


def test_every_engine_gives_the_same_whole_numbers(table, expected, engine):
    for name, ask in QUESTIONS.items():
        assert answers(table, ask, engine) == expected[name], name


def test_a_question_asked_while_another_is_open_has_the_same_whole_numbers(table, expected, engine):
    one, other = "everybody", "one ground in one agency"
    with (
        asked(table, QUESTIONS[one], engine=engine) as first,
        asked(table, QUESTIONS[other], engine=engine) as second,
    ):
        entered = [first.entered().tolist(), second.entered().tolist()]
    with asked(table, QUESTIONS[one], engine=engine) as again:
        entered.append(again.entered().tolist())

    assert entered == [expected[name][1] for name in (one, other, one)]


def test_the_questions_of_the_contract_are_not_empty(expected):
    for name, (groups, entered, _, counts, _, flow, _) in expected.items():
        assert groups, name
        assert min(entered) > 0, name
        assert all(moves for moves, _, _ in counts), name
        assert flow["many"], name
    assert set(expected["from a state, by ground"][0]) == {
        "ethnicity",
        "religion",
        "unknown",
        "not-recorded",
    }


@pytest.mark.parametrize("name", ["postgresql://server/base", "spark://server:7077", "local[2]"])
def test_what_a_vault_holds_is_given_to_no_engine_outside_this_process(name):
    with (
        pytest.raises(SettingRefused, match="what a vault holds"),
        opened_engine(name, sealed=True),
    ):
        pass


def test_an_engine_that_does_not_exist_or_cannot_be_reached_is_refused(tmp_path):
    for name, said in (
        ("oracle", "no such engine"),
        ("local[2", "no such engine"),
        ("postgresql://someone:secret@server/base", "must not hold a password"),
        (f"postgresql:///vaults?host={tmp_path}", "cannot be reached"),
        ("postgresql://[", "names no PostgreSQL server"),
    ):
        with (
            pytest.raises(SettingRefused, match=said) as refused,
            opened_engine(name, sealed=False),
        ):
            pass
        assert "secret" not in refused.value.message


def test_spark_that_is_not_installed_is_said_with_how_it_is():
    if importlib.util.find_spec("pyspark") is not None:
        pytest.skip("PySpark is installed")
    opening = opened_engine("local[1]", sealed=False)
    with pytest.raises(SettingRefused, match="PySpark is not installed") as refused, opening:
        pass
    assert "requirements/spark.txt" in refused.value.hint


def test_units_chosen_by_their_future_have_no_counts_but_a_flow(table):
    with asked(table, Ask(through=("court",), never=("convicted",))) as cohort:
        with pytest.raises(NotMeasurable, match="no cohort"):
            cohort.counts()
        with pytest.raises(NotMeasurable, match="no cohort"):
            cohort.stays(0)
        states = set(cohort.columns("SELECT DISTINCT state FROM stay")["state"].tolist())
        assert [s.own for s in table.states].index("convicted") not in states
