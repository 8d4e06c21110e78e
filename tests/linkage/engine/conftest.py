"""Invented people and a model of them, made once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from candlemark.linkage.engine import load_plan
from candlemark.linkage.engine.training import train
from candlemark.linkage.simulated import TRUTH, prepare_people, simulated_people


@pytest.fixture(scope="session")
def people():
    """Rows as agencies would have them, with the truth."""
    return simulated_people(3000, seed=11)


@pytest.fixture(scope="session")
def rows(people):
    """The same as they are compared."""
    return prepare_people(people).rows


@pytest.fixture(scope="session")
def plan():
    """The plan for people, drawing less than it should: tests have to be quick."""
    return replace(load_plan("persons"), random_pairs=40_000)


@pytest.fixture(scope="session")
def trained(rows, plan):
    return train(rows, plan)


@pytest.fixture(scope="session")
def model(trained):
    return trained.model


@pytest.fixture(scope="session")
def whose(people):
    """Whose row each is, by source and record."""
    return {
        (row["source"], row["record"]): row[TRUTH]
        for row in people.select(["source", "record", TRUTH]).to_pylist()
    }
