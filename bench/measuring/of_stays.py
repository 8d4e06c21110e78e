"""From the raw log to stays, and what is asked of stays, beside reading and sorting by DuckDB."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import duckdb

from candlemark.measure.estimators import occupation
from candlemark.measure.log import Ask, StayTable, asked, stay_table
from candlemark.measure.log.reading import Columns, read_events
from measuring import Task

if TYPE_CHECKING:
    from pathlib import Path

LOG = "log.parquet"
STAYS = "stays.pickle"
GRAPH = "SELECT state, next, COUNT(*) AS many FROM stay GROUP BY state, next ORDER BY state, next"


def read_once(folder: Path) -> int:
    """Floor: one scan of the three columns."""
    question = f"SELECT count(case_id), count(activity), count(ts), min(ts) FROM '{folder / LOG}'"
    return duckdb.connect().execute(question).fetchall()[0][0]


def sorted_once(folder: Path) -> int:
    """Floor: the three columns sorted by case and time."""
    connection = duckdb.connect()
    columns = f"SELECT case_id, activity, ts FROM '{folder / LOG}'"
    connection.execute(f"CREATE TABLE log AS {columns} ORDER BY case_id, ts")
    return connection.execute("SELECT count(*) FROM log").fetchall()[0][0]


def to_stays(folder: Path) -> int:
    """The raw log as a stay table."""
    return stay_table(read_events(folder / LOG, Columns())).rows.num_rows


def graph_of_log(folder: Path) -> int:
    """The graph of who follows whom, from the raw log."""
    with asked(stay_table(read_events(folder / LOG, Columns()))) as cohort:
        return len(cohort.columns(GRAPH)["many"])


def held(folder: Path) -> StayTable:
    """The stay table as it is kept."""
    with (folder / STAYS).open("rb") as file:
        return pickle.load(file)  # noqa: S301 - written by this bench a moment ago


def keep(folder: Path) -> None:
    """Make the stay table and keep it beside the log."""
    table = stay_table(read_events(folder / LOG, Columns(schemes={"bias-grounds": "bias"})))
    with (folder / STAYS).open("wb") as file:
        pickle.dump(table, file, protocol=5)


def graph(table: StayTable) -> Any:
    """The graph from stays."""
    with asked(table) as cohort:
        return int(cohort.columns(GRAPH)["many"].sum())


def graph_of_some(table: StayTable) -> Any:
    """The graph of the cases that were ever charged, from stays."""
    with asked(table, Ask(through=("charged",))) as cohort:
        return int(cohort.columns(GRAPH)["many"].sum())


def standing(table: StayTable) -> Any:
    """Where everybody stands, with Greenwood's errors, from stays."""
    with asked(table, Ask(from_state="reported")) as cohort:
        (counts,) = cohort.counts()
        (start,) = cohort.starts()
    return float(occupation(counts, start / start.sum()).p[-1].max())


TASKS = (
    Task("floor: one scan (DuckDB)", read_once, "log"),
    Task("floor: one sort (DuckDB)", sorted_once, "log"),
    Task("raw log to stays", to_stays, "log", seconds=8.0, mebibytes=700),
    Task("raw log to graph", graph_of_log, "log", seconds=8.0),
    Task("graph from stays", graph, "stays", seconds=0.2),
    Task("filter and graph from stays", graph_of_some, "stays", seconds=0.2),
    Task("occupation with Greenwood from stays", standing, "stays", seconds=2.0),
    Task("raw log of 13 million to stays", to_stays, "log", mebibytes=1_430, large=True),
)
