"""The timeline as strips for the typesetter: the same places as on the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from candlemark.casefile.axis import axis
from candlemark.casefile.basis import Basis
from candlemark.casefile.docket import State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from candlemark.casefile import Account
    from candlemark.casefile.axis import Lane, LimitMark, Point
    from candlemark.web.dossier.ink import Block, Ink, Line

_ALARM = frozenset({State.PASSED, State.LATE, State.MAY_HAVE_PASSED, State.MISSED})


@dataclass(frozen=True, slots=True)
class Drawn:
    """The strips and the axis they share."""

    block: Block
    ticks: list[dict[str, object]]
    now: float | None


def strips(told: Account, ink: Ink, today: date) -> Drawn | None:
    """The picture of a case; None where nothing is dated."""
    found = axis(told, today)
    if found is None:
        return None
    made = [_lane(lane, ink) for lane in found.lanes]
    if found.beside:
        made.append(_strip(ink.own(_("Beside the stages")), [], ink, points=found.beside))
    if found.limits:
        made.append(_strip(ink.own(_("What is due")), [], ink, limits=found.limits))
    block: Block = {
        "kind": "strips",
        "strips": made,
        "legend": [
            _("shown by an authority’s paper"),
            _("claimed"),
            _("the day lies within"),
            _("pending"),
        ],
    }
    ticks: list[dict[str, object]] = [
        {"at": tick.at, "says": ink.reader.digits(str(tick.year))} for tick in found.ticks
    ]
    return Drawn(block, ticks, found.today)


def _lane(lane: Lane, ink: Ink) -> Block:
    title = ink.person(lane.person) if lane.person else ink.own(_("the case as a whole"))
    notes = []
    if lane.proceeding:
        number = ink.reader.number(ink.naming.proceeding(lane.proceeding))
        notes.append(ink.own(_("proceeding no. %(number)s") % {"number": number}))
    if lane.forum == "beyond":
        notes.append(ink.own(_("beyond the state")))
    if lane.pending is not None:
        notes.append(ink.own(_("pending")))
    made = _strip(title, ink.joined(notes), ink, points=lane.points)
    made["beyond"] = lane.forum == "beyond"
    made["gaps"] = [[gap.start, gap.end] for gap in lane.gaps]
    made["pending"] = [lane.pending.start, lane.pending.end] if lane.pending else None
    return made


def _strip(
    title: Line,
    note: Line,
    ink: Ink,
    *,
    points: Iterable[Point] = (),
    limits: Iterable[LimitMark] = (),
) -> dict[str, Any]:
    shown = [_point(point, ink) for point in points]
    marks = [_mark(mark, n, ink) for n, mark in enumerate(sorted(limits, key=_first))]
    return {
        "title": title,
        "note": note,
        "points": shown,
        "limits": marks,
        "gaps": [],
        "pending": None,
        "beyond": False,
        "levels": max((one["level"] for one in (*shown, *marks)), default=0) + 1,
    }


def _first(mark: LimitMark) -> float:
    return mark.at.start


def _point(point: Point, ink: Ink) -> dict[str, Any]:
    return {
        "number": ink.reader.number(point.number),
        "start": point.at.start,
        "end": point.at.end,
        "exact": point.at.exact,
        "claimed": point.basis is Basis.CLAIMED,
        "level": point.level,
    }


def _mark(mark: LimitMark, place: int, ink: Ink) -> dict[str, Any]:
    return {
        "number": f"§{ink.reader.number(mark.number)}",
        "start": mark.at.start,
        "end": mark.at.end,
        "exact": mark.at.exact,
        "alarm": mark.state in _ALARM,
        "level": place % 3,
    }
