"""Candlemark: from the first report to the last judgment, one shared record.

For a notebook::

    import candlemark

    log = candlemark.read_events(frame, case="id", activity="what", time="when")
    log.occupancy(at=[90, 365])

:func:`read_events` and :func:`open_vault` are found when they are first used (PEP 562), and not
when this package is imported: every command of the command line imports it too, and must not wait
for the table engine, Arrow and SciPy that only a question about many cases needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_NOTEBOOK = ("open_vault", "read_events")


def __getattr__(name: str) -> Any:
    if name in _NOTEBOOK:
        return getattr(import_module("candlemark.measure.notebook"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_NOTEBOOK])
