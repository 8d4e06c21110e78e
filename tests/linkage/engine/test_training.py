"""A model is the same for the same rows, and says nothing of any of them."""

from __future__ import annotations

import json
from itertools import combinations

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import (
    ColumnsDiffer,
    NewerFormat,
    NothingToMeasure,
    NotInOrder,
    NotMeasurable,
    NotUnderstood,
)
from candlemark.linkage.engine import load_plan, model_of_document, read_plan, training
from candlemark.linkage.engine.in_memory import in_memory
from candlemark.linkage.engine.plan import plan_document, plan_of
from candlemark.linkage.engine.training import _more_agree, train


def test_the_same_rows_in_another_order_and_the_same_seed_give_the_same_hash(rows, plan, model):
    assert (
        train(rows.take(pa.array(range(rows.num_rows - 1, -1, -1))), plan).model.content_hash
        == model.content_hash
    )


def test_a_model_is_read_back_as_it_was(model):
    read = model_of_document(model.document)

    assert read.document == model.document
    assert read.plan == model.plan


def test_a_model_holds_no_value_of_any_row(model, people):
    said = model.document.decode().lower()

    for column in ("family", "birth", "record"):
        assert not [
            one
            for one in people[column].to_pylist()
            if one and len(one) > 4 and f'"{one.lower()}"' in said
        ]


def test_evidence_for_is_positive_and_evidence_against_negative(model):
    for name in ("family", "given", "birth", "region", "offences"):
        assert model.shares[name][0].weight > 1
        assert model.shares[name][-1].weight < 0


def test_an_empty_column_teaches_nothing_weighs_nothing_and_is_said(trained):
    assert set(trained.untaught) == {"day", "grounds"}
    assert {one.weight for one in trained.model.shares["day"]} == {0.0}


def test_too_few_rows_are_refused(rows, plan):
    with pytest.raises(NothingToMeasure, match="19 rows are too few"):
        train(rows.slice(0, 19), plan)


def test_rows_that_agree_on_nothing_are_refused(rows, plan):
    empty = rows.slice(0, 50)
    for name in ("birth_lo", "birth_hi", "region"):
        at = empty.column_names.index(name)
        empty = empty.set_column(at, name, pa.nulls(50, empty.schema.field(name).type))

    with pytest.raises(NothingToMeasure, match="no two rows agree on any rule that is sure"):
        train(empty, plan)


def test_missing_columns_are_named_together(rows, plan):
    with pytest.raises(ColumnsDiffer, match="family, region"):
        train(rows.drop_columns(["family", "region"]), plan)


@pytest.mark.parametrize("code", ["cases", "persons"])
def test_a_plan_is_the_same_when_it_is_written_and_read(code):
    plan = load_plan(code)

    assert plan_of(plan_document(plan), code) == plan


def test_all_faults_of_a_plan_are_told_together(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(
        """
        [plan]
        unit = "village"
        columns = 1
        [[comparison]]
        name = "n"
        kind = "smell"
        column = "x"
        crossed = "y"
        [blocking]
        rules = [["a b"]]
        most = 1
        [training]
        recall = 2
        random_pairs = 5
        sure = []
        learn = [["x"], ["x", "z"]]
        [thresholds]
        automatic = 0.2
        people = 0.3
        """,
        "utf-8",
    )
    with pytest.raises(NotInOrder) as refused:
        read_plan(file)

    said = " / ".join(fault.what for fault in refused.value.faults)
    for part in ("village", "columns 1", "cannot name a comparison", "smell", "change places", "'a b'", "sure needs",
                 "x is in every rule", "recall", "thresholds", "most"):  # fmt: skip
        assert part in said


def test_what_is_no_model_or_a_later_one_is_refused(model):
    later = json.dumps({**json.loads(model.document), "format": 99}).encode()
    other = json.loads(model.document)
    other["shares"]["birth"].pop()

    with pytest.raises(NotUnderstood):
        model_of_document(b"{}")
    with pytest.raises(NewerFormat):
        model_of_document(later)
    with pytest.raises(NotInOrder, match="levels of birth"):
        model_of_document(json.dumps(other).encode())


def test_what_does_not_fit_in_memory_is_not_written_to_the_disk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    many = "SELECT count(*) FROM (SELECT DISTINCT hash(range) || 'x' FROM range(2000000))"
    with in_memory() as connection:
        connection.execute("SET memory_limit = '30MB'")
        with pytest.raises(duckdb.OutOfMemoryException):
            connection.execute(many).fetchall()
        with pytest.raises(duckdb.PermissionException):
            connection.execute("COPY (SELECT 1) TO 'rows.csv'")

    assert not list(tmp_path.iterdir())


def test_rows_that_do_not_fit_in_memory_are_said_to_be_too_many(rows, plan, monkeypatch):
    def small():
        connection = in_memory()
        connection.execute("SET memory_limit = '4MB'")
        return connection

    monkeypatch.setattr(training, "in_memory", small)

    with pytest.raises(NotMeasurable, match="rows do not fit in memory"):
        train(rows, plan)


CELLS = st.lists(st.tuples(*[st.sampled_from([None, "a", "b"])] * 3), min_size=1, max_size=30)


@given(rows=CELLS, more=st.integers(-1, 1))
def test_pairs_that_agree_on_a_rule_are_counted_as_if_they_were_made(rows, more):
    columns = ["day", "place", "offences"]
    table = pa.table(
        {
            name: pa.array(column, pa.string())
            for name, column in zip(columns, zip(*rows, strict=True), strict=True)
        }
    )
    made = sum(a == b and None not in a for a, b in combinations(rows, 2))

    assert _more_agree(table, tuple(columns), made + more) is (more < 0)
