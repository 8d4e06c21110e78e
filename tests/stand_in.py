"""Protected figures for tests of what comes after ``protect``: made of invented cohorts at once.

What ``protect`` gives needs events, batches and attacks; a page, a file or a release needs only a
figure that came through its door.  Here small numbers are hidden and the others rounded to fives,
so that a test can say what it expects.  This protects nobody.
"""

from __future__ import annotations

import math

from candlemark.measure import Attrition, Durations, Occupancy
from candlemark.protect import HOUSE, Doing, PublicBasis, PublicRow, Status
from candlemark.protect.protected import let_through

FEW, LARGE, BY = 10, 50, 5
DID = Doing(1, 1, 15, 4, math.sqrt(3), 0, 0, widened=True)


def protect(figure):
    return let_through(
        figure.basis.question, _basis(figure.basis), HOUSE, list(_cells(figure)), DID, table=""
    )


def protect_together(figures):
    return tuple(protect(one) for one in figures)


def _basis(basis):
    names = set(PublicBasis.__dataclass_fields__) - {"overlapping"}
    said = {name: getattr(basis, name) for name in names}
    unstated = {name: said[name] or "unstated" for name in ("method", "uncertainty")}
    return PublicBasis(
        **(said | unstated),
        overlapping=any(doubt.code == "codes-overlap" for doubt in basis.doubts),
    )


def _cells(figure):
    make = {Occupancy: _occupancy, Attrition: _attrition, Durations: _durations}[type(figure)]
    for group in figure.groups:
        if group.entered >= FEW:
            yield _count(group, "entered", group.entered)
            yield from make(group, figure)


def _row(group, quantity, value, status, *, stage="", state="", day=None, ends=(None, None)):
    return PublicRow(group.group, stage, state, day, quantity, value, *ends, status)


def _count(group, quantity, value, **at):
    large = group.entered >= LARGE
    if value == 0 and large:
        return _row(group, quantity, 0, Status.ZERO, **at)
    if value < FEW:
        return _row(group, quantity, None, Status.HIDDEN, **at)
    return _row(group, quantity, max(BY * round(value / BY), FEW), Status.SHOWN, **at)


def _occupancy(group, _figure):
    for state, count in zip(group.states, group.standing, strict=True):
        yield _count(group, "standing", count, state=state)
    step = next((one for one in (0.01, 0.02, 0.05, 0.1) if one * group.entered >= BY), 0)
    for horizon in group.horizons:
        for value in horizon.values:
            at = {"state": value.state, "day": horizon.day}
            units = round(value.p * group.entered)
            if not step or (units < FEW and (units or group.entered < LARGE)):
                yield _row(group, "share", None, Status.HIDDEN, **at)
                continue
            low = max(math.floor(value.low / step) * step, 0.0)
            high = min(math.ceil(value.high / step) * step, 1.0)
            shown = round(value.p / step) * step
            low, shown, high = (round(one, 2) for one in (low, shown, high))
            sign = Status.SHOWN if units else Status.ZERO
            yield _row(group, "share", shown, sign, ends=(low, max(high, shown)), **at)


def _attrition(group, figure):
    outcomes = {
        state: None for one in figure.groups for row in one.rows for state, _ in row.ended_by
    }
    for row in group.rows:
        for quantity in ("reached", "ended", "pending"):
            yield _count(group, quantity, getattr(row, quantity), stage=row.own)
        yield _count(group, "in-doubt", row.in_doubt, stage=row.own)
        by = dict(row.ended_by)
        for state in outcomes if group.entered >= LARGE else ():
            yield _count(group, "ended-by", by.get(state, 0), stage=row.own, state=state)


def _durations(group, _figure):
    for row in group.rows:
        for quantity, count in (
            ("stays", row.entered),
            ("left", row.ended),
            ("still-there", row.pending),
        ):
            yield _count(group, quantity, count, stage=row.own)
        for quantile in row.quantiles:
            yield _length(group, row, quantile)


def _length(group, row, quantile):
    name = f"days-{quantile.q:g}"
    if row.ended < FEW:
        return _row(group, name, None, Status.HIDDEN, stage=row.own)
    if quantile.days is None:
        return _row(group, name, None, Status.NOT_REACHED, stage=row.own)
    low = BY * (quantile.low // BY) if quantile.low is not None else None
    high = BY * -(-quantile.high // BY) if quantile.high is not None else None
    days = BY * round(quantile.days / BY)
    return _row(group, name, days, Status.SHOWN, stage=row.own, ends=(low, high))
