"""The views of the process as tables for the eye, and as documents with what they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from candlemark.cli import paper
from candlemark.cli.figure_tables import print_basis
from candlemark.measure.process import CaseLimits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.cli.naming import Names
    from candlemark.measure.estimators import Quantile
    from candlemark.measure.process import (
        Changes,
        Coverage,
        Filled,
        Flow,
        LimitGroup,
        Limits,
        Rework,
        Share,
        Stuck,
        Tested,
        Variants,
    )
    from candlemark.measure.views import ProcessFigure

_KINDS: Final = {
    "answered": "answered",
    "none": "there is none",
    "out-of-scope": "outside the definition",
    "unmapped": "code not known",
    "spread": "not to the day",
    "refused": "refused",
    "illegible": "illegible",
    "unknown": "unknown",
    "not-asked": "not asked",
    "not-recorded": "empty",
}
_FIELDS: Final = {"day": "the day", "agency": "the agency"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure of the process, and words for its codes."""

    figure: ProcessFigure[Any]
    names: Names

    def state(self, number: int) -> str:
        """What a state is called."""
        state = self.figure.states[number]
        if not self.figure.basis.edition:
            return state.own
        return self.names.state(state.code) if state.final else self.names.stage(state.own)

    def way(self, states: Sequence[int], *, still: bool) -> str:
        """A sequence of states; an open one goes on."""
        return " → ".join([*(self.state(each) for each in states), *(["…"] if still else [])])

    def field(self, code: str) -> str:
        """What an input is called."""
        return _FIELDS.get(code) or self.names.scheme(code)

    def group(self, code: str) -> str:
        """What a group is called."""
        by, edition = self.figure.basis.by, self.names.edition
        known = edition is not None and by in edition.by_code
        return self.names.group(by, code) if known else code

    def head(self, group: str, many: int, what: str = "entered") -> None:
        """A line over the table of a group."""
        name = f"{self.group(group)}: " if group else ""
        paper.say()
        paper.say(f"{name}{many:,} {what} (unit: {self.names.unit(self.figure.basis.unit)})")

    def print_basis(self) -> None:
        """What the view stands on, in the lines that must travel with it."""
        print_basis(self.figure, self.names)
        filters = getattr(self.figure.found, "filters", ())
        if filters:
            paper.say(f"Filtered by {', '.join(filters)}; this is a selection")
        left_out = self.figure.basis.left_out
        if left_out:
            count = "1 case" if left_out == 1 else f"{left_out:,} cases"
            paper.say(f"{count} left out: consent refused or withdrawn")
        if self.figure.weakest is not None:
            paper.say(f"Weakest input: {self.filled(self.figure.weakest)}")

    def filled(self, one: Filled) -> str:
        """An input and how much of it is answered."""
        where = f" of {self.state(one.state)}" if one.state >= 0 else ""
        return f"{self.field(one.field)}{where}, answered in {paper.percent(one.share)}"


def print_flow(shown: Shown) -> None:
    """States with their times, then arrows with theirs."""
    found: Flow = shown.figure.found
    for group in found.groups:
        shown.head(group.group, group.units)
        paper.print_table(
            ["state", "came", "still there", "half left by day", "three quarters"],
            [
                [
                    shown.state(node.state),
                    node.units,
                    node.still,
                    *(_days(node.quantiles[1:]) or [None, None]),
                ]
                for node in group.nodes
            ],
        )
        paper.say()
        days = [share.day for arrow in group.arrows[:1] for share in arrow.shares]
        paper.print_table(
            ["from", "to", "moves", "cases", "median of those gone", *map(_by_day, days)],
            [
                [
                    shown.state(one.start),
                    shown.state(one.end),
                    one.moves,
                    one.units,
                    one.median_days,
                    *(_share_of(one.shares, day) for day in days),
                ]
                for one in group.arrows
            ],
        )


def print_variants(shown: Shown, *, most: int) -> None:
    """One line per way."""
    found: Variants = shown.figure.found
    for group in found.groups:
        shown.head(group.group, group.units)
        paper.print_table(
            ["cases", "share", "way", "hash"],
            [
                [
                    one.units,
                    paper.percent(one.units / group.units),
                    shown.way(one.states, still=one.open),
                    one.hash,
                ]
                for one in group.variants[:most]
            ],
        )
        if len(group.variants) > most:
            rest = group.variants[most:]
            paper.say(f"and {len(rest):,} more, of {sum(one.units for one in rest):,} cases")


def print_rework(shown: Shown) -> None:
    """Who came back, and by which loops."""
    found: Rework = shown.figure.found
    for group in found.groups:
        shown.head(group.group, group.units)
        days = [share.day for state in group.states[:1] for share in state.shares]
        paper.print_table(
            ["state", "cases that left", "came back so far", "most often", *map(_by_day, days)],
            [
                [
                    shown.state(one.state),
                    one.left,
                    one.returned,
                    one.most,
                    *(_share_of(one.shares, day) for day in days),
                ]
                for one in group.states
            ],
        )
        paper.say()
        paper.print_table(
            ["back to", "from", "steps", "returns", "cases"],
            [
                [
                    shown.state(one.state),
                    shown.state(one.came_from),
                    one.steps,
                    one.returns,
                    one.units,
                ]
                for one in group.loops
            ],
        )


def print_stuck(shown: Shown) -> None:
    """The states in which cases wait, then the cases."""
    found: Stuck = shown.figure.found
    cases = shown.figure.cases
    for group in found.groups:
        shown.head(group.group, group.ranked, "waiting")
        paper.print_table(
            ["state", "waiting", "nine of ten left by day", "waiting longer", "length not known"],
            [
                [
                    shown.state(one.state),
                    one.waiting,
                    "not reached yet" if one.day is None else one.day,
                    one.beyond,
                    one.unknown,
                ]
                for one in group.states
            ],
        )
        paper.say()
        paper.print_table(
            ["case", "waits in", "days", "others wait longer", "compared with", "past the limit"],
            [
                [
                    cases[one.unit],
                    shown.state(one.state),
                    one.days,
                    paper.percent(one.share),
                    one.compared,
                    f"{one.past.days} days ({one.past.limit})" if one.past else None,
                ]
                for one in group.rows
            ],
        )


_VERDICTS: Final = [
    *("starts", "met", "late", "ended otherwise", "open, past", "open, within"),
    *("nobody can tell", "met in time", "ended by then"),
]


def _verdicts(found: LimitGroup) -> list[object]:
    told = found.verdicts
    return [
        *(told.starts, told.met, told.late, told.ended, told.open_past, told.open_within),
        *(told.unclear, _interval(found.within), _interval(found.otherwise)),
    ]


def print_limits(shown: Shown) -> None:
    """One line per limit and group."""
    found: Limits | CaseLimits = shown.figure.found
    if isinstance(found, CaseLimits):
        _print_law(shown, found)
        return
    for one in found.limits:
        paper.say()
        way = f"{shown.state(one.start)} → {shown.state(one.until)}"
        paper.say(f"{one.limit.code}: {way} within {one.limit.days} days ({one.limit.source})")
        paper.print_table(
            ["group", *_VERDICTS],
            [[shown.group(each.group) or "everybody", *_verdicts(each)] for each in one.groups],
        )


def _print_law(shown: Shown, found: CaseLimits) -> None:
    """One line per limit of the law and group."""
    paper.say(f"Limits of the state's law in the case files of {shown.figure.basis.agency}")
    paper.say()
    divided = shown.figure.groups != ("",)
    paper.print_table(
        ["limit", "law", *(["group"] if divided else []), *_VERDICTS],
        [
            [
                paper.label(one.labels, one.limit),
                one.article + ("" if one.confirmed else " (to be confirmed)"),
                *([shown.group(each.group)] if divided else []),
                *_verdicts(each),
            ]
            for one in found.limits
            for each in one.groups
        ],
    )


def print_changes(shown: Shown) -> None:
    """Moves, times and ways, each in both periods."""
    found: Changes = shown.figure.found
    paper.say(f"{found.units[0]:,} entered before, {found.units[1]:,} after")
    paper.say()
    paper.print_table(
        ["from", "to", "moves", "then", f"by day {found.within}", "then", "p", "p, all tests"],
        [
            [
                shown.state(one.start),
                shown.state(one.end),
                one.before.moves,
                one.after.moves,
                _interval(one.before.share),
                _interval(one.after.share),
                *_tested(one.test),
            ]
            for one in found.moves
        ],
    )
    paper.say()
    paper.print_table(
        ["state", "came", "then", "half left by day", "then", "p", "p, all tests"],
        [
            [
                shown.state(one.state),
                one.before.stays,
                one.after.stays,
                *_days(one.before.quantiles[1:2]),
                *_days(one.after.quantiles[1:2]),
                *_tested(one.test),
            ]
            for one in found.dwells
        ],
    )
    paper.say()
    first, second = found.watched
    paper.say(f"Ways of the first {found.within} days, of {first:,} and {second:,} watched so long")
    paper.print_table(
        ["way", "before", "after", "p", "p, all tests"],
        [
            [
                shown.way(one.states, still=one.open),
                one.before,
                one.after,
                *_tested(one.test),
            ]
            for one in found.variants[:20]
        ],
    )


def print_coverage(shown: Shown) -> None:
    """One line per agency, stage, period and field; the absences that occur as columns."""
    found: Coverage = shown.figure.found
    seen = {kind for row in found.rows for kind, _ in row.kinds}
    kinds = [kind for kind in _KINDS if kind in seen]
    paper.print_table(
        ["agency", "stage", "period", "field", "times", *(_KINDS[kind] for kind in kinds)],
        [
            [
                row.agency or "not said",
                shown.state(row.state),
                row.period,
                shown.field(row.field),
                row.times,
                *(dict(row.kinds).get(kind, 0) for kind in kinds),
            ]
            for row in found.rows
        ],
    )


def _by_day(day: int) -> str:
    return f"by day {day}"


def _days(quantiles: Sequence[Quantile]) -> list[object]:
    return ["not reached yet" if one.days is None else one.days for one in quantiles]


def _share_of(shares: Sequence[Share], day: int) -> str | None:
    return next((_interval(share) for share in shares if share.day == day), None)


def _interval(share: Share | None) -> str | None:
    if share is None:
        return None
    low, high = (paper.percent(each)[:-2] for each in (share.low, share.high))
    return f"{paper.percent(share.p)} ({low}–{high})"


def _tested(test: Tested | None) -> list[object]:
    return [None, None] if test is None else [test.p_value, test.adjusted]
