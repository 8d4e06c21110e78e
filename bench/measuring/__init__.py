"""What is measured of measuring: a log of known intensities, and tasks on it, a module a subject.

A task is a function of the folder with what was made; it returns what it found, so that it can be
compared, and is timed from its first line.  A module that defines tasks is named in ``TASKS`` of
``bench/stays_ratio.py``; each task runs in a process of its own, for its own peak of memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Task:
    """One line of the table."""

    name: str
    run: Callable[[Path], Any]
    made: str
    """What it reads: ``log`` or ``stays``."""
    seconds: float | None = None
    """Most CPU seconds it may take; None: it is a floor, or only told."""
    mebibytes: int | None = None
    """Most memory it may take at its peak."""
    large: bool = False
    """Runs on the log of 2.5 million cases, with ``--large`` only."""
