"""An event log: what happened to which case on which civil days, before anything follows from it.

Wherever events come from (a table of text, a file of another program, a data frame) they stand
here in one form.  Nothing is decided yet and nothing left out: an event without a day has none, one
after the last day of the source is still in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.errors import NotMeasurable, SourceEmpty

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from numpy.typing import NDArray

NAMES: Final = pa.dictionary(pa.int32(), pa.string())
"""Texts, each kept once; the places may be 16-bit where there are few."""

FEW: Final = 32_000
"""Up to so many different texts are numbered in 16 bits."""

EVENTS: Final = pa.schema(
    [
        ("case", NAMES),
        ("activity", NAMES),
        ("lo", pa.int32()),  # earliest day since 1970-01-01, or null
        ("hi", pa.int32()),  # latest day; equal to lo where the day is known
        ("time", pa.int64()),  # microseconds since that day began, as written, or null
        ("seq", pa.int64()),  # the source's own order of a case's events, or null
        ("agency", NAMES),  # or null
        ("cluster", NAMES),  # what several cases share (an incident), or null
    ]
)
"""The columns of :attr:`EventLog.events`.  A column nobody filled may be missing; only ``case``,
``activity``, ``lo`` and ``hi`` must be there."""

CODES: Final = pa.schema(
    [
        ("case", NAMES),
        ("scheme", NAMES),
        ("term", NAMES),
        ("absent", pa.bool_()),  # the term is one of ``absences``: nobody coded anything
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class EventLog:
    """Events of one counting unit, from one source."""

    events: pa.Table
    """Columns of :data:`EVENTS`."""
    codes: pa.Table = field(default_factory=CODES.empty_table)
    """Columns of :data:`CODES`: what cases are coded by."""
    source: str = ""
    """A name of the source that may be shown; no path."""
    unit: str = "case"
    """What a case of the log is: a term of ``counting-units``, or ``case``."""
    known_until: date | None = None
    """The last day the source can know of, when it says so."""
    tracked_from: Mapping[str, date] = field(default_factory=dict)
    """For an agency, the day from which its cases were seen; ``""`` for those without an agency."""
    stages: Mapping[str, str] = field(default_factory=dict)
    """For an activity, its code in the scheme ``stages``, where it has one."""
    order: tuple[str, ...] = ()
    """Activities in the order in which they follow each other on one day, as far as it is known."""
    final: frozenset[str] = frozenset()
    """Activities with which a case ends by law; nothing after them is followed."""
    merged: bool = False
    """True when an event in the state in which its case stands already says nothing new; otherwise
    it begins a stay of its own."""
    simulated: bool = False
    incomplete: int = 0
    """Events that were told as planned, begun or otherwise not complete, and are not among them."""

    def __post_init__(self) -> None:
        """Refuse a log of nothing, and columns that are not what they should be."""
        missing = {"case", "activity", "lo", "hi"} - set(self.events.column_names)
        if missing:
            raise NotMeasurable(f"the log has no column {', '.join(sorted(missing))}")
        if not self.events.num_rows:
            raise SourceEmpty("the log holds no events", hint="give a file with rows")


def numbered(column: pa.ChunkedArray) -> tuple[pa.Array, NDArray[Any]]:
    """The different texts of a column in order, and the place of each row's; -1 for none.

    Their order is that of the texts, so that no order of the rows can change a number.
    """
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # of no rows
        whole = whole.chunk(0) if whole.num_chunks else pa.DictionaryArray.from_arrays([], [])
    texts = whole.dictionary
    order = pc.sort_indices(texts)
    rank: NDArray[Any] = np.empty(len(texts), np.int16 if len(texts) < FEW else np.int32)
    rank[order.to_numpy()] = np.arange(len(texts))
    if whole.null_count:
        # Null indices become the place after the last text, and that place means none.
        places = whole.indices.cast(pa.int32()).fill_null(len(texts)).to_numpy()
        numbers = np.append(rank, rank.dtype.type(-1))[places]
    else:
        numbers = rank[whole.indices.to_numpy()]
    return texts.take(order), numbers


def whole(events: pa.Table, name: str, without: int = 0) -> NDArray[Any] | None:
    """A column of whole numbers, ``without`` where it is empty; None: there is no such column."""
    if name not in events.column_names:
        return None
    column = events[name]
    if column.null_count:
        column = column.fill_null(without)
    found: NDArray[Any] = column.to_numpy()
    return found
