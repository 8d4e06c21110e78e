"""Spark gives the same clusters; where it is not installed, that is said."""

from __future__ import annotations

import importlib.util

import pytest

from candlemark.errors import SettingRefused
from candlemark.linkage.clusters import Link, RunStep, fold_clusters
from candlemark.linkage.engine import link
from candlemark.linkage.engine.splinked import linked_by_spark
from candlemark.linkage.facts import LinkRecord

THERE = importlib.util.find_spec("pyspark") is not None


def clusters(linked, automatic):
    """The records of each cluster, and its identifier."""
    links = tuple(
        Link(
            LinkRecord(p["left_source"], p["left_record"]),
            LinkRecord(p["right_source"], p["right_record"]),
            p["weight"],
        )
        for p in linked.pairs.to_pylist()
        if p["probability"] >= automatic
    )
    found = fold_clusters([RunStep("run", frozenset({"police"}), links)])
    return {one: each.records for one, each in found.by_id.items()}


@pytest.mark.skipif(not THERE, reason="PySpark is half a gigabyte and needs Java: make spark")
@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_same_clusters(model, rows):
    some = rows.slice(0, 800)
    automatic = model.plan.automatic

    ours = clusters(link(model, some), automatic)
    assert len(ours) > 40
    assert clusters(linked_by_spark(model, some), automatic) == ours


@pytest.mark.skipif(THERE, reason="PySpark is installed")
def test_spark_that_is_not_installed_is_said_with_how_it_is(model, rows):
    with pytest.raises(SettingRefused) as refused:
        linked_by_spark(model, rows)

    assert "requirements/spark.txt" in refused.value.hint
