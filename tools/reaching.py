"""A plugin of pytest: which test reaches which line, and how long each takes.

Under ``coverage run`` every test, with what is set up for it, is a context of its own, so that
``.coverage`` says which tests reach a line; the seconds of each, of the processor and not of the
clock, are written to ``.reaching.json``.  So is which tests share what is set up once for several
of a module: what that reaches stands under the first of them alone.
``tools/mutation.py`` finds by both which tests may notice a change.

Usage: PYTHONPATH=tools coverage run -m pytest -p reaching ...
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

SECONDS: dict[str, float] = {}
SHARED: dict[str, list[str]] = {}
_SHARED_IN = {"class", "module", "package"}
KEPT = Path(".reaching.json")


def _worked() -> float:
    """Seconds of the processor this process took, and those it started that have ended."""
    return sum(os.times()[:4])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Tell the tracer whose lines come now."""
    tracer = coverage.Coverage.current()
    if tracer is not None:
        tracer.switch_context(item.nodeid)
    began = _worked()
    result = yield
    SECONDS[item.nodeid] = _worked() - began
    return result


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note what the tests share, in the order they run in."""
    for item in session.items:
        if isinstance(item, pytest.Function):
            SHARED[item.nodeid] = _shared(item)


def _shared(item: pytest.Function) -> list[str]:
    """What is set up once for this test and others of its module, each by a name of its own."""
    chosen = item.callspec.indices if hasattr(item, "callspec") else {}
    return [
        f"{item.path}::{name}::{chosen.get(name, '')}"
        for name, made in item._fixtureinfo.name2fixturedefs.items()  # noqa: SLF001 - no other way
        if made[-1].scope in _SHARED_IN
    ]


def pytest_sessionfinish() -> None:
    """Keep how long each took, and what it shares."""
    kept = {"seconds": SECONDS, "shared": SHARED}
    KEPT.write_text(json.dumps(kept, indent=0), encoding="utf-8")
