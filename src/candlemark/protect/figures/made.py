"""Figures for the public, made of nothing but published rows.

What a reader sees is a sum of published numbers, or is computed from such sums by the measure's own
estimators.  Anybody with the rows gets the same figure.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from candlemark.errors import Disclosive
from candlemark.measure.estimators.intervals import Z
from candlemark.protect.batches.closing import running
from candlemark.protect.figures.estimated import curve
from candlemark.protect.figures.planning import ENDED_BY, ENTERED, STILL
from candlemark.protect.figures.wanted import wanted
from candlemark.protect.protected import Doing, PublicRow, Status, let_through

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.protect.batches.closing import Row, Running
    from candlemark.protect.batches.tables import Table
    from candlemark.protect.figures.estimated import Curve
    from candlemark.protect.figures.wanted import Wanted
    from candlemark.protect.policy import Policy
    from candlemark.protect.protected import ProtectedFigure, PublicBasis

QUESTIONS: Final = {
    "entered": "case-mix",
    "stands": "occupancy",
    "reached": "incidence",
    "lasts": "durations",
    "steps": "attrition",
}
"""The question each kind of table answers."""
QUANTILES: Final = (0.25, 0.5, 0.75)
DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Published:
    """Everything published of one table."""

    table: Table
    rows: tuple[Row, ...]
    policy: Policy
    least: int
    suppressed: frozenset[str] = field(default_factory=frozenset)

    @property
    def running(self) -> tuple[Running, ...]:
        """Running totals, in the order of the groups."""
        return running(self.table, self.rows)

    def off(self, sums: int) -> float:
        """Half the width of a 95 % interval of a sum of so many published counts."""
        return Z * math.sqrt(self.policy.variance * sums)

    def sign(self, one: Running, value: float) -> Status:
        """The sign of a number of a group."""
        if one.waiting:
            return Status.HIDDEN if self.table.year else Status.WAITING
        return Status.ZERO if value == 0 else Status.SHOWN


def figure_of(published: Published, basis: PublicBasis) -> ProtectedFigure:
    """The figure of one table.

    Args:
        published: its rows.
        basis: what it stands on.
    """
    (name,) = wanted([published.table.name])
    make = {
        "entered": _mix,
        "stands": _curves,
        "reached": _curves,
        "lasts": _curves,
        "steps": _steps,
    }[name.what]
    stage = name.of if name.what in {"reached", "lasts"} else ""
    cells = tuple(make(published, stage))
    return let_through(
        QUESTIONS[name.what],
        replace(basis, by="+".join(name.by), overlapping=not published.table.exhaustive),
        published.policy,
        cells,
        _doing(published, widened=name.what in {"stands", "reached", "lasts"}),
        table=published.table.name,
    )


def missing_figure(name: Wanted, basis: PublicBasis, policy: Policy) -> ProtectedFigure:
    """The figure of what the source does not say: one cell that says so, and no zero."""
    stage = name.of if name.what in {"reached", "lasts"} else ""
    cell = PublicRow("", stage, "", None, "share", None, None, None, Status.MISSING)
    nothing = Doing(0, 0, policy.batch, policy.reach, math.sqrt(policy.variance), 0, 0, False)
    return let_through(QUESTIONS[name.what], basis, policy, [cell], nothing, table=name.name)


def _doing(published: Published, *, widened: bool) -> Doing:
    sums = published.running
    waiting = sum(one.waiting for one in sums)
    return Doing(
        release=max((row.release for row in published.rows), default=0),
        batches=max((one.rows for one in sums), default=0),
        least=published.least,
        reach=published.policy.reach,
        noise=math.sqrt(published.policy.variance),
        waiting=0 if published.table.year else waiting,
        suppressed=waiting if published.table.year else 0,
        widened=widened,
    )


def _count(published: Published, one: Running, value: int, quantity: str, **at: str) -> PublicRow:
    """A count with what the noise leaves open."""
    sign = published.sign(one, value)
    place = {"group": one.group, "stage": "", "state": ""} | at
    if one.waiting:
        return PublicRow(
            day=None, quantity=quantity, value=None, low=None, high=None, status=sign, **place
        )
    off = published.off(one.rows)
    return PublicRow(
        day=None,
        quantity=quantity,
        value=value,
        low=max(math.floor(value - off), 0),
        high=math.ceil(value + off),
        status=sign,
        **place,
    )


def _mix(published: Published, _stage: str) -> Iterator[PublicRow]:
    """Who came: each group's total, then its categories."""
    for one in published.running:
        yield _count(published, one, one.total, "entered")
        for code, value in zip(published.table.categories, one.values, strict=True):
            yield _count(published, one, value, "entered", category=code)


def _steps(published: Published, _stage: str) -> Iterator[PublicRow]:
    """Attrition: how many entered and reached each state, and how many have not ended."""
    (one,) = published.running
    values = dict(zip(published.table.categories, one.values, strict=True))
    for code, value in values.items():
        if code == ENTERED:
            yield _count(published, one, value, "entered")
        elif code.startswith(ENDED_BY):
            yield _count(published, one, value, "ended-by", state=code.removeprefix(ENDED_BY))
        else:
            yield _count(published, one, value, "reached", stage=code)
    ended = [value for code, value in values.items() if code.startswith(ENDED_BY)]
    if ended:
        # Who has not ended is no event: it is what published numbers leave over.
        pending = max(values[ENTERED] - sum(ended), 0)
        off = replace(one, rows=one.rows * (1 + len(ended)))
        yield _count(published, off, pending, "pending", state=STILL)


def _curves(published: Published, stage: str) -> Iterator[PublicRow]:
    """A curve of each group: what was published of each span, and what follows from it."""
    by: dict[str, list[Running]] = defaultdict(list)
    for one in published.running:
        group, _, span = one.group.rpartition("+")
        by[group].append(replace(one, group=span))
    for group, spans in by.items():
        found = curve(spans, [int(one.group) for one in spans], published.policy.variance)
        for one in spans:
            yield from _span(published, group, stage, one)
        yield from _shares(published, found, (group, stage), spans)
        if published.table.of.startswith("lasts"):
            yield from _quantiles(found, group, stage)


def _span(published: Published, group: str, stage: str, one: Running) -> Iterator[PublicRow]:
    """The aggregates of one span, as they were published: who began it, and where they went."""
    day = int(one.group)
    at = {"group": group, "stage": stage}
    yield replace(_count(published, one, one.total, "began", **at), day=day)
    for code, value in zip(published.table.categories[1:], one.values[1:], strict=True):
        yield replace(_count(published, one, value, "went", state=code, **at), day=day)


def _shares(
    published: Published, found: Curve, at: tuple[str, str], spans: Sequence[Running]
) -> Iterator[PublicRow]:
    group, stage = at
    for row, day in enumerate(found.days):
        for column, state in enumerate(published.table.categories):
            value, low, high = (
                round(float(each[row, column]), DIGITS) for each in (found.p, found.low, found.high)
            )
            sign = Status.ZERO if value == 0 else Status.SHOWN
            yield PublicRow(group, stage, state, int(day), "share", value, low, high, sign)
    sign = Status.HIDDEN if published.table.year else Status.WAITING
    for one in spans[len(found.days) :]:
        for state in published.table.categories:
            yield PublicRow(group, stage, state, int(one.group), "share", None, None, None, sign)


def _quantiles(found: Curve, group: str, stage: str) -> Iterator[PublicRow]:
    """The first span by whose end a share has left; between its days nothing is said."""
    for q in QUANTILES:
        days, low, high = (
            _first(found, edge[:, 0], 1.0 - q) for edge in (found.p, found.low, found.high)
        )
        sign = Status.NOT_REACHED if days is None else Status.SHOWN
        yield PublicRow(group, stage, "", None, f"days-{q:g}", days, low, high, sign)


def _first(found: Curve, edge: object, height: float) -> int | None:
    below = [int(day) for day, value in zip(found.days, edge, strict=True) if value <= height]  # type: ignore[call-overload]
    return below[0] if below else None


def compared(published: Published, basis: PublicBasis, one: str, other: str) -> ProtectedFigure:
    """How two groups of a closed year differ: the first less the second, on the last day of a span.

    The intervals hold each difference by itself, and hold the noise of both.

    Raises:
        Disclosive: one of the groups is not published.
    """
    made = []
    for group in (one, other):
        spans = [
            replace(each, group=each.group.rpartition("+")[2])
            for each in published.running
            if each.group.rpartition("+")[0] == group
        ]
        made.append(curve(spans, [int(each.group) for each in spans], published.policy.variance))
    many = min(len(each.days) for each in made)
    if not many:
        raise Disclosive(
            "one of the two groups is too small to be compared",
            hint="compare broader groups, or a later year",
        )
    cells = []
    for row in range(many):
        for column, state in enumerate(published.table.categories):
            gap = float(made[0].p[row, column] - made[1].p[row, column])
            off = Z * math.hypot(*(float(each.se[row, column]) for each in made))
            low, high = max(gap - off, -1.0), min(gap + off, 1.0)
            gap, low, high = (round(each, DIGITS) for each in (gap, low, high))
            day, pair = int(made[0].days[row]), f"{one}-{other}"
            cells.append(
                PublicRow(pair, "", state, day, "difference", gap, low, high, Status.SHOWN)
            )
    return let_through(
        "comparison",
        basis,
        published.policy,
        cells,
        _doing(published, widened=True),
        table=published.table.name,
    )
