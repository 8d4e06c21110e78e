"""A view of the process as rows for a table of text: states by their own names, nothing rounded.

A view has several kinds of rows (states, arrows, ways); ``row`` says which kind each is, and a
column that a kind does not have is empty in it.  All rows have one set of columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_never

from candlemark.measure.process import (
    CaseLimits,
    Changes,
    Coverage,
    Flow,
    Limits,
    Rework,
    Stuck,
    Variants,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from candlemark.measure.estimators import Quantile
    from candlemark.measure.process import LimitGroup, Share, Tested
    from candlemark.measure.process.changes import DwellSide, MoveSide
    from candlemark.measure.views.figure import ProcessFigure, View

    Row = dict[str, str | int | float | bool | None]


def rows_of_view(figure: ProcessFigure[Any]) -> list[Row]:
    """The rows of a view, all with the same columns."""
    names = [state.own for state in figure.states]
    found: View = figure.found
    match found:
        case Flow():
            rows = list(_flow(found, names))
        case Variants():
            rows = list(_variants(found, names))
        case Rework():
            rows = list(_rework(found, names))
        case Stuck():
            rows = list(_stuck(found, figure))
        case Limits():
            rows = list(_limits(found, names))
        case CaseLimits():
            rows = list(_law(found))
        case Changes():
            rows = list(_changes(found, names))
        case Coverage():
            rows = list(_coverage(found, names))
        case _:
            assert_never(found)
    head = dict.fromkeys(name for row in rows for name in row)
    return [{name: row.get(name) for name in head} for row in rows]


def way(states: Sequence[int], names: Sequence[str], *, still: bool) -> str:
    """A sequence of states; an open one goes on."""
    return " → ".join([*(names[each] for each in states), *(["…"] if still else [])])


def _flow(found: Flow, names: Sequence[str]) -> Iterator[Row]:
    for group in found.groups:
        for node in group.nodes:
            yield {
                "row": "state",
                "group": group.group,
                "state": names[node.state],
                "units": node.units,
                "stays": node.stays,
                "still": node.still,
                "unknown": node.unknown,
                "first": node.first,
                **_quantiles(node.quantiles),
            }
        for arrow in group.arrows:
            yield {
                "row": "move",
                "group": group.group,
                "state": names[arrow.start],
                "next": names[arrow.end],
                "moves": arrow.moves,
                "units": arrow.units,
                "median_days_of_those_gone": arrow.median_days,
                **_shares(arrow.shares),
            }


def _variants(found: Variants, names: Sequence[str]) -> Iterator[Row]:
    for group in found.groups:
        for one in group.variants:
            yield {
                "row": "way",
                "group": group.group,
                "way": way(one.states, names, still=one.open),
                "open": one.open,
                "units": one.units,
                "of": group.units,
                "hash": one.hash,
            }


def _rework(found: Rework, names: Sequence[str]) -> Iterator[Row]:
    for group in found.groups:
        for one in group.states:
            yield {
                "row": "state",
                "group": group.group,
                "state": names[one.state],
                "left": one.left,
                "returned": one.returned,
                "most": one.most,
                **_shares(one.shares),
            }
        for loop in group.loops:
            yield {
                "row": "loop",
                "group": group.group,
                "state": names[loop.state],
                "came_from": names[loop.came_from],
                "steps": loop.steps,
                "returns": loop.returns,
                "units": loop.units,
            }


def _stuck(found: Stuck, figure: ProcessFigure[Any]) -> Iterator[Row]:
    names = [state.own for state in figure.states]
    for group in found.groups:
        for one in group.states:
            yield {
                "row": "state",
                "group": group.group,
                "state": names[one.state],
                "waiting": one.waiting,
                "nine_of_ten_left_by": one.day,
                "waiting_longer": one.beyond,
                "unknown": one.unknown,
            }
        for each in group.rows:
            yield {
                "row": "case",
                "group": group.group,
                "state": names[each.state],
                "case": figure.cases.get(each.unit, ""),
                "days": each.days,
                "share_waiting_longer": each.share,
                "compared": each.compared,
                "limit": each.past.limit if each.past else None,
                "days_past": each.past.days if each.past else None,
            }


def _limits(found: Limits, names: Sequence[str]) -> Iterator[Row]:
    for one in found.limits:
        for group in one.groups:
            yield {
                "row": "limit",
                "limit": one.limit.code,
                "state": names[one.start],
                "until": names[one.until],
                "days": one.limit.days,
                "law": one.limit.source,
                **_verdicts(group),
            }


def _law(found: CaseLimits) -> Iterator[Row]:
    for one in found.limits:
        for group in one.groups:
            yield {
                "row": "limit",
                "limit": one.limit,
                "law": one.article,
                "confirmed": one.confirmed,
                **_verdicts(group),
            }


def _verdicts(group: LimitGroup) -> Row:
    told = group.verdicts
    row: Row = {
        "group": group.group,
        "starts": told.starts,
        "units": told.units,
        "met": told.met,
        "late": told.late,
        "ended": told.ended,
        "open_past": told.open_past,
        "open_within": told.open_within,
        "ended_past": told.ended_past,
        "unsure": told.unsure,
        "unclear": told.unclear,
    }
    return row | _interval("within", group.within) | _interval("otherwise", group.otherwise)


def _changes(found: Changes, names: Sequence[str]) -> Iterator[Row]:
    for move in found.moves:
        yield {
            "row": "move",
            "state": names[move.start],
            "next": names[move.end],
            **_moved("before", move.before),
            **_moved("after", move.after),
            **_tested(move.test),
        }
    for dwell in found.dwells:
        yield {
            "row": "state",
            "state": names[dwell.state],
            **_stood("before", dwell.before),
            **_stood("after", dwell.after),
            **_tested(dwell.test),
        }
    for one in found.variants:
        yield {
            "row": "way",
            "way": way(one.states, names, still=one.open),
            "before": one.before,
            "before_of": found.watched[0],
            "after": one.after,
            "after_of": found.watched[1],
            **_tested(one.test),
        }


def _moved(when: str, side: MoveSide) -> Row:
    return {f"{when}_moves": side.moves, **_interval(f"{when}_share", side.share)}


def _stood(when: str, side: DwellSide) -> Row:
    told = {f"{when}_{name}": value for name, value in _quantiles(side.quantiles).items()}
    return {f"{when}_stays": side.stays, f"{when}_still": side.still, **told}


def _tested(test: Tested | None) -> Row:
    return {
        "p_value": None if test is None else test.p_value,
        "p_value_of_all": None if test is None else test.adjusted,
    }


def _coverage(found: Coverage, names: Sequence[str]) -> Iterator[Row]:
    for one in found.rows:
        yield {
            "row": "field",
            "source": one.agency,
            "state": names[one.state] if one.state >= 0 else "",
            "period": one.period,
            "field": one.field,
            "times": one.times,
            **dict(one.kinds),
        }


def _quantiles(quantiles: Sequence[Quantile]) -> Row:
    row: Row = {}
    for one in quantiles:
        name = f"q{one.q * 100:g}"
        row |= {f"{name}_days": one.days, f"{name}_low": one.low, f"{name}_high": one.high}
    return row


def _shares(shares: Sequence[Share]) -> Row:
    row: Row = {}
    for one in shares:
        row |= _interval(f"by_{one.day}", one)
    return row


def _interval(name: str, share: Share | None) -> Row:
    return {
        name: None if share is None else share.p,
        f"{name}_low": None if share is None else share.low,
        f"{name}_high": None if share is None else share.high,
    }
