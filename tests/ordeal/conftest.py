"""The ordeal: what the world does to a vault, done to it many times.

``make test`` runs the quick share of every test here, ``make ordeal`` the whole, and prints the
seeds.  ``SEED=…`` repeats a run, ``ROUNDS=…`` sets how many rounds each test goes.  What was found
once stays: its seed is put into ``seeds.toml`` and is run each time.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
FULL = os.environ.get("ORDEAL") == "full"


def pytest_collection_modifyitems(items):
    """Every test in this folder carries the marker, and runs alone on its worker."""
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.ordeal)


def pytest_terminal_summary(terminalreporter):
    """Print the seeds and figures, wherever they were taken."""
    told = [
        f"{report.nodeid.split('::')[-1]}: {text}"
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, text in getattr(report, "user_properties", ())
        if name == "ordeal" and getattr(report, "when", "") == "call"
    ]
    if told and (FULL or terminalreporter.config.getoption("verbose") > 0):
        terminalreporter.section("ordeal")
        for line in told:
            terminalreporter.write_line(line)


@pytest.fixture
def figure(record_property):
    """Say a figure or a seed at the end of the run: ``figure("300 cuts")``."""
    return lambda text: record_property("ordeal", text)


@pytest.fixture
def seed(figure):
    """The seed of this test: from SEED, or from the clock; told at the end of the run."""
    given = os.environ.get("SEED") or str(time.time_ns())
    figure(f"seed {given}")
    return int(given)


@pytest.fixture
def chance(seed):
    return random.Random(seed)


@pytest.fixture
def kept_seeds(request):
    """Seeds of this test that found something once."""
    known = tomllib.loads((HERE / "seeds.toml").read_text(encoding="utf-8"))
    return known.get(request.node.originalname, [])


@pytest.fixture
def rounds():
    """How many rounds: ``rounds(100, 2000)`` is 100 in ``make test``, 2,000 in ``make ordeal``."""

    def many(quick, full):
        if not FULL:
            return quick
        return int(os.environ.get("ROUNDS") or full)

    return many


@pytest.fixture
def memory():
    """A folder on a disk that is memory, for work that writes much; any folder when there is none."""
    place = Path("/dev/shm")  # noqa: S108 - mkdtemp makes one of its own there
    made = Path(tempfile.mkdtemp(prefix="ordeal-", dir=place if place.is_dir() else None))
    yield made
    shutil.rmtree(made)
