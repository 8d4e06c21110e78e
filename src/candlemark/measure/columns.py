"""The two tables every question reads, and what their numbers mean.

Dates are whole days since 1970-01-01.  Units, stages and outcomes are numbered, because texts of a
million cases do not belong in memory twice; what the numbers stand for is in the ``Study``.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import IntEnum
from typing import Final

import pyarrow as pa

EPOCH: Final = date(1970, 1, 1)

UNMAPPED: Final = "unmapped"
"""The group of units with a code that the crosswalk does not know."""

NOT_RECORDED: Final = "not-recorded"
"""The group, a term of ``absences``, of units for which a scheme was never filled in."""

EVENTS: Final = pa.schema(
    [
        ("unit", pa.int32()),
        ("seq", pa.int32()),  # order of the source; the last word in every ORDER BY
        ("stage", pa.int16()),  # place in Study.stages
        ("lo", pa.int32()),  # earliest day, or null
        ("hi", pa.int32()),  # latest day, or null
        ("ends", pa.bool_()),  # says that the unit's way ended
        ("outcome", pa.int16()),  # place in ends_by_strength(edition), or null
        ("flaw", pa.int8()),
    ]
)

CODES: Final = pa.schema(
    [
        ("unit", pa.int32()),
        ("scheme", pa.string()),
        ("group", pa.string()),  # a term of the scheme, a term of ``absences``, or UNMAPPED
        ("absent", pa.bool_()),  # the group is a term of ``absences``
    ]
)


class Flaw(IntEnum):
    """What was found wrong with an event's date when the source was read."""

    NONE = 0
    UNDATED = 1
    AFTER = 2
    """After the source was made."""
    BEFORE = 3
    """Before the unit's first stage."""


FINE, UNDATED, AFTER, BEFORE, NOT_YET = range(5)
"""What the date of an event allows it to say in one question: everything; no date; after the last
day the data can know of; before the unit's first stage; after the as-of day."""


def days_since(day: date) -> int:
    """A civil date as the whole number the tables hold."""
    return (day - EPOCH).days


def day_of(days: int) -> date:
    """The civil date of such a number."""
    return EPOCH + timedelta(days=days)
