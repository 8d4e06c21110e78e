"""Fixtures every floor's tests may use: the reference data beside the checkout, and the browser.

What a test needs and does not find makes it skip with a reason, except on the build machine
(``CI=true``), where a missing program is a failure: a check that never runs is no check.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from cluster import Cluster, binaries

# How long an example takes, or drawing it, depends on what else the machine does; no test of ours
# is about that.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Hear Ctrl-C even when started in the background, where a shell turns it off.

    Tests of what Ctrl-C does would wait for ever, and so would the programs they start.
    """
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def need_program(*names: str) -> str:
    """The path of the first program found; skips, or fails with ``CI=true``, when there is none."""
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    reason = f"needs the program {' or '.join(names)}"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}; .ci/run installs it")
    pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def runtime_folder():
    """A folder of our own for what lies in memory, so that nothing is left there after the tests."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of a random name is made in it
    before = os.environ.get("XDG_RUNTIME_DIR")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        os.environ["XDG_RUNTIME_DIR"] = folder
        yield Path(folder)
    if before is None:
        del os.environ["XDG_RUNTIME_DIR"]
    else:
        os.environ["XDG_RUNTIME_DIR"] = before


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real agencies' files beside the checkout."""
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("needs the reference data in ../shared, which is not part of the project")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Debian's chromium."""
    return need_program("chromium", "chromium-browser")


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of the tests' own; stopped and removed afterwards."""
    programs = binaries()
    if programs is None:
        need_program("postgres")
        pytest.skip("needs Debian's package postgresql")
    server = Cluster(programs)
    yield server
    server.remove()
