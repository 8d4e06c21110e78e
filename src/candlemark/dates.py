"""Dates as exact as their source, and never more exact.

"Sentenced in 1993" is a year and stays one.  A :class:`PartialDate` is a prefix of an ISO 8601
calendar date: ``1993``, ``2014-01``, ``2014-01-22``; or two of them, when a source says that it
was at some time between: ``2014-03/2014-06``.  It stands for every day from ``earliest`` to
``latest``.  Two such dates are compared by those intervals, and where the intervals meet the answer
is "cannot tell", which is an answer and must be carried on.

"Between March and June" is one day that is not known, and not something that lasted from March to
June: what lasts has a date for its beginning and another for its end.

Dates here are civil dates.  There is no clock, no zone and no instant: a legal time limit that runs
from a day must not move to the day before because a computer lives elsewhere.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from candlemark.errors import NotUnderstood

_ONE = r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?"
_SHAPE = re.compile(f"{_ONE}(?:/{_ONE})?")
_HINT = "write 2014, 2014-01 or 2014-01-22"
_FEBRUARY = 2
_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days in each month, counted from 1, of a year that has no leap day."""


class Precision(StrEnum):
    """How much of a date its source gives."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    RANGE = "range"


class Order(StrEnum):
    """How one date stands to another, as far as both sources allow to say."""

    BEFORE = "before"
    SAME_DAY = "same day"
    AFTER = "after"
    CANNOT_TELL = "cannot tell"


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, a month of a year, a day, or some time between two of these.

    ``month`` and ``day`` are None where the source does not give them; a day without its month is
    refused.  Equality compares what was said (1993 is not 1993-01); for order in time use
    :func:`compare`, since ``<`` would have to invent an answer.
    """

    year: int
    month: int | None = None
    day: int | None = None
    to: PartialDate | None = None
    """For a range, its other bound: the latest it can have been, as exact as the source has it."""

    def __post_init__(self) -> None:
        self._check_day()
        if self.to is None:
            return
        if self.to.to is not None:
            raise NotUnderstood("a range has two bounds", hint="write 2014-03/2014-06")
        if compare(self.first, self.to) is not Order.BEFORE:
            raise NotUnderstood(
                f"{self} is no range: its first bound does not lie before its last",
                hint="write the earlier one first, or one date alone when one holds the other",
            )

    def _check_day(self) -> None:
        if not 1 <= self.year <= 9999:
            raise NotUnderstood(f"{self.year} is not a year", hint=_HINT)
        if self.month is None:
            if self.day is not None:
                raise NotUnderstood("a day needs its month", hint=_HINT)
            return
        if not 1 <= self.month <= 12:
            raise NotUnderstood(f"there is no month {self.month}", hint=_HINT)
        if self.day is not None and not 1 <= self.day <= _days_in(self.year, self.month):
            raise NotUnderstood(
                f"{self.year:04}-{self.month:02} has no day {self.day}",
                hint=f"that month has {_days_in(self.year, self.month)} days",
            )

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read ``1993``, ``2014-01``, ``2014-01-22`` or two of them with a slash between.

        A range is written as an interval of ISO 8601, both bounds in full.  Weeks, shortened
        bounds and two-digit years are refused because each has been read in two ways by somebody.
        """
        found = _SHAPE.fullmatch(text)
        if found is None:
            raise NotUnderstood(f"{text[:40]!r} is not a date", hint=_HINT)
        year, month, day, *last = (int(part) if part else None for part in found.groups())
        to = cls(last[0], last[1], last[2]) if last[0] is not None else None
        if year is None:  # the shape demands a year; this line tells the type checker
            raise NotUnderstood(f"{text[:40]!r} is not a date", hint=_HINT)
        return cls(year, month, day, to)

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """The partial date that is exactly one day."""
        return cls(day.year, day.month, day.day)

    @property
    def precision(self) -> Precision:
        """How much of the date is known."""
        if self.to is not None:
            return Precision.RANGE
        if self.month is None:
            return Precision.YEAR
        return Precision.MONTH if self.day is None else Precision.DAY

    @property
    def first(self) -> PartialDate:
        """The first bound of a range; the date itself when it is none."""
        return self if self.to is None else PartialDate(self.year, self.month, self.day)

    @property
    def earliest(self) -> date:
        """The first day it can be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> date:
        """The last day it can be."""
        if self.to is not None:
            return self.to.latest
        month = self.month or 12
        return date(self.year, month, self.day or _days_in(self.year, month))

    def __str__(self) -> str:
        text = f"{self.year:04}"
        if self.month is not None:
            text += f"-{self.month:02}"
        if self.day is not None:
            text += f"-{self.day:02}"
        return text if self.to is None else f"{text}/{self.to}"


def compare(one: PartialDate, other: PartialDate) -> Order:
    """How ``one`` stands to ``other`` in time; two coarse dates may leave it open."""
    if one.latest < other.earliest:
        return Order.BEFORE
    if one.earliest > other.latest:
        return Order.AFTER
    if one.precision is Precision.DAY and other.precision is Precision.DAY:
        return Order.SAME_DAY
    return Order.CANNOT_TELL


def add_months(day: date, months: int) -> date:
    """The day ``months`` calendar months later; the last of the month where that day is missing.

    2021-08-31 and six months give 2022-02-28.  Legal limits in months are counted like this.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    return date(year, month, min(day.day, _days_in(year, month)))


def _days_in(year: int, month: int) -> int:
    # Not calendar.monthrange, which works out the weekday of the first as well: a list of a hundred
    # thousand cases asks this some million times.
    return _DAYS[month] + (month == _FEBRUARY and calendar.isleap(year))
