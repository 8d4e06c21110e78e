"""Columns of days and times as civil days: the first and the last each can be, and the time of day.

A civil day is what stands before the ``T``.  An offset behind it is not looked at: whoever wrote
``2024-03-31T00:30+02:00`` wrote the 31st.  Only what is written in UTC was moved there by a
program, and is moved back when somebody says to which zone; if it looks as if local midnights had
been moved to the day before, it is refused until somebody does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.dates import PartialDate
from candlemark.errors import Fault, NotUnderstood, SourceMalformed
from candlemark.measure.columns import days_since

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

DAY: Final = 86_400_000_000
"""Microseconds of a day."""
NAMED: Final = 10
"""So many rows of a fault are named; the rest are counted."""
_UTC: Final = frozenset({"UTC", "Etc/UTC", "Z", "+00:00", "GMT", "Etc/GMT"})
_CLOCK: Final = (
    r"^[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?"
    r" ?(Z|UTC|[+-][0-9]{2}:?([0-9]{2})?)?$"
)
_DAY_PARTS: Final = frozenset("djeDxFcU")
_MONTH_PARTS: Final = frozenset("mbBh")


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """One entry a row."""

    lo: pa.Array
    """int32, null where no day is given."""
    hi: pa.Array
    time: NDArray[np.int64] | None
    """Microseconds of the day, 0 where none is given; None: no row has one."""


def days_of(column: pa.ChunkedArray, name: str, *, written: str = "", zone: str = "") -> Days:
    """The days of a column.

    Args:
        column: texts, dates or timestamps.
        name: of the column, for what is said when it cannot be read.
        written: how texts are written, as in ``%d.%m.%Y``; empty: as in ISO 8601, where
            ``2021-03`` and ``2021`` are a month and a year.
        zone: where the days of what is in UTC begin.

    Raises:
        SourceMalformed: rows that are no day, named and counted.
        NotUnderstood: there is no such zone, or days were moved by one that nobody names.
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_null(kind):
        nothing = pa.nulls(len(column), pa.int32())
        return Days(nothing, nothing, None)
    if pa.types.is_date(kind):
        days = column.cast(pa.date32()).cast(pa.int32()).combine_chunks()
        return Days(days, days, None)
    if pa.types.is_timestamp(kind):
        return _of_moments(column, name, zone)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _of_texts(column.cast(pa.string()), name, written, zone)
    raise SourceMalformed(
        f"the column {name} holds numbers, not days",
        hint="write days as 2021-03-04, or say how they are written with --time-format",
    )


def _of_moments(column: pa.ChunkedArray, name: str, zone: str) -> Days:
    """Timestamps: without a zone as they are, with one as its clocks show them."""
    own = column.type.tz
    if own is not None:
        local = zone if zone and own in _UTC else own
        if local != own:
            column = column.cast(pa.timestamp(column.type.unit, local))
        try:
            moved = pc.local_timestamp(column)
        except pa.ArrowInvalid:
            raise _no_zone(local) from None
        if own in _UTC and not zone:
            _refuse_moved(moved, name)
        column = moved
    ticks = column.cast(pa.timestamp("us"), safe=False).cast(pa.int64())
    empty = ticks.null_count
    whole = (ticks.fill_null(0) if empty else ticks).to_numpy()
    day = whole // DAY
    time = whole - day * DAY
    mask = column.is_null().to_numpy() if empty else None
    days = pa.array(day.astype(np.int32), mask=mask)
    return Days(days, days, time if time.any() else None)


def _of_texts(column: pa.ChunkedArray, name: str, written: str, zone: str) -> Days:
    column = pc.utf8_trim_whitespace(column)
    column = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
    if written:
        return _as_written(column, name, written, zone)
    day = pc.utf8_slice_codeunits(column, 0, 10).dictionary_encode()
    day = day.unify_dictionaries().combine_chunks()
    spans = [_span(text) for text in day.dictionary.to_pylist()]
    lo, hi = (
        pa.array([span[place] if span else None for span in spans], pa.int32()).take(day.indices)
        for place in (0, 1)
    )
    clock = pc.utf8_slice_codeunits(column, 10)
    clocked = pc.not_equal(clock, "")
    wrong = pc.and_(pc.is_valid(column), pc.is_null(pa.chunked_array([lo])))
    if pc.any(clocked).as_py():
        fits = pc.match_substring_regex(clock, _CLOCK)
        whole_day = pc.greater(pc.utf8_length(column), 10)
        wrong = pc.or_(wrong, pc.and_(whole_day, pc.invert(fits)))
    _refuse(column, pc.fill_null(wrong, False), name)
    if not pc.any(clocked).as_py():
        return Days(lo, hi, None)
    utc = pc.fill_null(pc.match_substring_regex(clock, r"(Z|UTC|\+00:?(00)?)$"), False)
    time = _clock(clock)
    if not pc.any(utc).as_py():
        return Days(lo, hi, time)
    return _out_of_utc(Days(lo, hi, time), utc.to_numpy(), name, zone)


def _span(text: str) -> tuple[int, int] | None:
    """The first and last day; a range has two bounds, of which ten letters can hold a part only."""
    try:
        known = PartialDate.parse(text)
    except NotUnderstood:
        return None
    if known.to is not None:
        return None
    return days_since(known.earliest), days_since(known.latest)


def _clock(clock: pa.ChunkedArray) -> NDArray[np.int64]:
    """Microseconds of the day, from ``T12:30:05.25``; 0 where there is none."""
    parts = []
    for start, stop, each in ((1, 3, 3_600_000_000), (4, 6, 60_000_000), (7, 9, 1_000_000)):
        part = pc.utf8_slice_codeunits(clock, start, stop)
        digits = pc.match_substring_regex(part, r"^[0-9]{2}$")
        number = pc.if_else(digits, part, "0").fill_null("0").cast(pa.int64()).to_numpy()
        parts.append(number * each)
    fraction = pc.utf8_slice_codeunits(clock, 10, 16)
    fraction = pc.replace_substring_regex(fraction, r"[^0-9].*$", "")
    fraction = pc.utf8_rpad(fraction, 6, "0").fill_null("000000")
    after = pc.match_substring_regex(clock, r"^.{9}[.,]").fill_null(False)
    micro = pc.if_else(after, fraction, "0").cast(pa.int64()).to_numpy()
    total: NDArray[np.int64] = parts[0] + parts[1] + parts[2] + micro
    return total


def _out_of_utc(written: Days, utc: NDArray[np.bool_], name: str, zone: str) -> Days:
    """Move what is written in UTC to the days of a zone; refuse what looks moved without one."""
    lo, hi, time = written.lo, written.hi, written.time
    if time is None:
        return written
    day = lo.fill_null(0).to_numpy().astype(np.int64)
    moments = pa.array((day * DAY + time)[utc]).cast(pa.timestamp("us"))
    if not zone:
        _refuse_moved(pa.chunked_array([moments]), name)
        return written
    try:
        local = pc.local_timestamp(moments.cast(pa.timestamp("us", "UTC")).cast(
            pa.timestamp("us", zone)))  # fmt: skip
    except pa.ArrowInvalid:
        raise _no_zone(zone) from None
    ticks = local.cast(pa.int64()).to_numpy()
    day[utc] = ticks // DAY
    time = time.copy()
    time[utc] = ticks - day[utc] * DAY
    moved = pa.array(day.astype(np.int32), mask=lo.is_null().to_numpy(zero_copy_only=False))
    return Days(moved, pc.if_else(pa.array(utc), moved, hi), time)


def _as_written(column: pa.ChunkedArray, name: str, written: str, zone: str) -> Days:
    """Texts in a form somebody named.  A form without a day means the whole month or year."""
    parts = set(re.findall(r"%[-EO]?([A-Za-z])", written))
    try:
        found = pc.strptime(column, written, "us", error_is_null=True)
    except pa.ArrowInvalid:
        raise NotUnderstood(
            f"{written} is no form of a day", hint="write it as in %d.%m.%Y or %Y-%m-%d %H:%M"
        ) from None
    _refuse(column, pc.and_(pc.is_valid(column), pc.is_null(found)), name)
    if parts & _DAY_PARTS:
        return _of_moments(found, name, zone)
    months = 1 if parts & _MONTH_PARTS else 12
    distinct = found.cast(pa.date32()).dictionary_encode().unify_dictionaries().combine_chunks()
    spans = []
    for day in distinct.dictionary.to_pylist():
        known = PartialDate.parse(f"{day:%Y-%m}" if months == 1 else f"{day.year:04}")
        spans.append((days_since(known.earliest), days_since(known.latest)))
    lo, hi = (
        pa.array([span[place] for span in spans], pa.int32()).take(distinct.indices)
        for place in (0, 1)
    )
    return Days(lo, hi, None)


def _refuse(column: pa.ChunkedArray, wrong: Any, name: str) -> None:
    """Refuse a column with texts that are no days; says their shape and never what stands there."""
    mask = wrong.combine_chunks() if isinstance(wrong, pa.ChunkedArray) else wrong
    many = pc.sum(mask).as_py() or 0
    if not many:
        return
    rows = pc.indices_nonzero(mask)[:NAMED].to_pylist()
    faults = [
        Fault(f"row {row + 1}, column {name}", f"{_shape(column[row].as_py())} is no day")
        for row in rows
    ]
    if many > NAMED:
        faults.append(Fault(f"column {name}", f"{many:,} rows in all"))
    raise SourceMalformed(
        f"{many:,} of {len(column):,} times cannot be read",
        hint="days are written 2021-03-04, months 2021-03, years 2021; for another form say"
        " --time-format %d.%m.%Y",
        faults=faults,
    )


def _shape(text: str) -> str:
    """What a text looks like, without what it says: ``99.99.9999``."""
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", text))[:30]


def _refuse_moved(moments: pa.ChunkedArray, name: str) -> None:
    """Refuse times in UTC that are local midnights: their days are the days before.

    They are when most stand on a whole hour late in the day and on hardly more than two of them
    (summer and winter), as no work of people does.
    """
    ticks = moments.cast(pa.int64()).drop_null().to_numpy()
    time = ticks % DAY
    late = time >= DAY - 14 * 3_600_000_000
    usual, many = np.unique(time[late], return_counts=True)
    if not len(usual):
        return
    both = np.sort(many)[-2:].sum()
    top = usual[np.argsort(many)[-2:]]
    if both * 10 >= len(time) * 9 and len(time) >= 10 and not (top % 1_800_000_000).any():
        raise NotUnderstood(
            f"the times in {name} are midnights of another zone written in UTC, a day too early",
            hint="say where they are midnights, as in --zone Europe/Rome",
        )


def _no_zone(zone: str) -> NotUnderstood:
    return NotUnderstood(f"there is no zone {zone}", hint="name one as in Europe/Rome or Asia/Baku")


def as_day(text: str) -> date:
    """A day somebody typed."""
    try:
        known = PartialDate.parse(text)
    except NotUnderstood:
        known = None
    if known is None or known.earliest != known.latest:
        raise NotUnderstood(f"{text} is no day", hint="write it as 2021-03-04")
    return known.earliest
