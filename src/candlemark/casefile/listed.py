"""What is asked of a list of cases, and what a list says of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from candlemark.casefile.lines import DueRow
    from candlemark.dates import PartialDate


class Sort(StrEnum):
    """In which order cases are listed."""

    SAID = "said"  # what was last worked on first
    OPENED = "opened"  # the newest first
    REFERENCE = "reference"
    WAITING = "waiting"  # what waits longest first; what does not wait last
    DUE = "due"  # what is due soonest first; what has nothing due last
    FOUND = "found"  # as a search put them: the order of ``among``


class DueFilter(StrEnum):
    """What is due in a case, and when."""

    PASSED = "passed"  # a last day is over, and nothing was lodged
    WEEK = "7"
    MONTH = "30"
    QUARTER = "90"
    NOTHING = "nothing"  # nothing comes next


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases are wanted, in which order.  It holds codes and days only."""

    terms: tuple[tuple[str, str], ...] = ()
    """Scheme (or facet) and term.  Of one scheme any will do; of several schemes, each."""
    due: DueFilter | None = None
    since: date | None = None
    """Something was said of it on this day or later."""
    among: tuple[str, ...] | None = None
    """Only these cases, as a search found them; None: all."""
    sort: Sort = Sort.SAID


@dataclass(frozen=True, slots=True)
class Listed:
    """One case of a list."""

    id: str
    reference: str
    titles: Mapping[str, str] = field(hash=False)
    opened: datetime
    said: datetime
    stage: str
    stage_when: PartialDate | None
    waiting: PartialDate | None
    persons: int
    candle: str
    terms: frozenset[tuple[str, str]]
    next_due: DueRow | None
    """What must be acted on first, on the day looked at."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list."""

    cases: tuple[Listed, ...]
    count: int
    """How many cases meet the filter."""
    all: int
    more: str
    """The case to begin the next page behind; empty when this is the last."""
    counts: Mapping[str, Mapping[str, int]] = field(hash=False)
    """Per scheme and term, how many cases there would be with that term chosen."""
    due: Mapping[DueFilter, int] = field(hash=False)
    """The same for what is due."""
