"""The views of the process as tables for the eye, and as documents with what they stand on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from candlemark.cli import paper
from candlemark.measure.process import weakest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.cli.naming import Names
    from candlemark.measure.estimators import Quantile
    from candlemark.measure.log import AskedCohort
    from candlemark.measure.process import (
        CaseLimit,
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
    """What a view is shown with: the cohort it is of, and words for its codes."""

    cohort: AskedCohort
    names: Names
    left_out: int = 0

    def state(self, number: int) -> str:
        """What a state is called."""
        state = self.cohort.table.states[number]
        if not self.cohort.table.edition:
            return state.own
        return self.names.state(state.code) if state.final else self.names.stage(state.own)

    def way(self, states: Sequence[int], *, still: bool) -> str:
        """A sequence of states; an open one goes on."""
        return " → ".join([*(self.state(each) for each in states), *(["…"] if still else [])])

    def field(self, code: str) -> str:
        """What an input is called."""
        if code in _FIELDS:
            return _FIELDS[code]
        return self.names.scheme(code) if self.cohort.table.edition else code

    def head(self, group: str, many: int, what: str = "entered") -> None:
        """A line over the table of a group."""
        by = self.cohort.ask.by
        edition = self.names.edition if self.cohort.table.edition else None
        known = edition is not None and by in edition.by_code
        name = f"{self.names.group(by, group) if known else group}: " if group else ""
        unit = self.cohort.table.unit
        said = unit if unit == "case" else self.names.unit(unit)
        paper.say()
        paper.say(f"{name}{many:,} {what} (unit: {said})")

    def basis(self) -> dict[str, Any]:
        """What a view stands on, in codes and numbers."""
        table, ask = self.cohort.table, self.cohort.ask
        return {
            "source": table.source,
            "crosswalk": table.crosswalk,
            "unit": table.unit,
            "edition": table.edition,
            "edition_fingerprint": table.edition_fingerprint,
            "batch": table.batch,
            "ledger_size": table.ledger_size,
            "ledger_head": table.ledger_head,
            "as_of": self.cohort.as_of,
            "as_of_stated": table.stated or ask.as_of is not None,
            "asked": ask,
            "simulated": table.simulated,
            "left_out": self.left_out,
            "set_aside": table.aside,
            "weakest_input": weakest(self.cohort),
        }

    def document(self, found: object) -> dict[str, Any]:
        """The view as one document; states and units are numbers of its two lists."""
        units = getattr(found, "groups", ())
        rows = [row.unit for group in units for row in getattr(group, "rows", ())]
        cases = self.cohort.table.cases
        return {
            "basis": self.basis(),
            "groups": self.cohort.groups,
            "states": self.cohort.table.states,
            "cases": {unit: cases[unit].as_py() for unit in sorted(set(rows))},
            "found": found,
        }

    def print_basis(self, filters: Sequence[str]) -> None:
        """What the view stands on, in the lines that must travel with it."""
        table, aside = self.cohort.table, self.cohort.table.aside
        name = self.names.agency(table.source) or "the log"
        unsaid = table.simulated and "(simulated)" not in name
        paper.say()
        paper.say(f"{name}{' (simulated)' if unsaid else ''}, as of {self.cohort.as_of}")
        if not table.stated and self.cohort.ask.as_of is None:
            paper.say("Nobody said of which day this is: the latest day found in it is taken.")
        if table.edition:
            paper.say(
                f"Edition {table.edition} ({table.edition_fingerprint[:16]}…),"
                f" ledger {table.ledger_size} entries"
            )
        for many, what in (
            (aside.undated, "without a day"),
            (aside.after, "after the last day that can be known"),
            (aside.after_end, "after the end of their case"),
        ):
            if many:
                paper.say(f"Set aside: {many:,} {'step' if many == 1 else 'steps'} {what}")
        if filters:
            paper.say(f"Filtered by {', '.join(filters)}; this is a selection")
        if self.left_out:
            count = "1 case" if self.left_out == 1 else f"{self.left_out:,} cases"
            paper.say(f"{count} left out: consent refused or withdrawn")
        worst = weakest(self.cohort)
        if worst is not None:
            paper.say(f"Weakest input: {self.filled(worst)}")

    def filled(self, one: Filled) -> str:
        """An input and how much of it is answered."""
        where = f" of {self.state(one.state)}" if one.state >= 0 else ""
        return f"{self.field(one.field)}{where}, answered in {paper.percent(one.share)}"


def print_flow(shown: Shown, found: Flow) -> None:
    """States with their times, then arrows with theirs."""
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


def print_variants(shown: Shown, found: Variants, *, most: int) -> None:
    """One line per way."""
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


def print_rework(shown: Shown, found: Rework) -> None:
    """Who came back, and by which loops."""
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


def print_stuck(shown: Shown, found: Stuck) -> None:
    """The states in which cases wait, then the cases."""
    cases = shown.cohort.table.cases
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
                    str(cases[one.unit].as_py()),
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


def print_limits(shown: Shown, found: Limits) -> None:
    """One line per limit and group."""
    for one in found.limits:
        paper.say()
        way = f"{shown.state(one.start)} → {shown.state(one.until)}"
        paper.say(f"{one.limit.code}: {way} within {one.limit.days} days ({one.limit.source})")
        paper.print_table(
            ["group", *_VERDICTS],
            [[group.group or "everybody", *_verdicts(group)] for group in one.groups],
        )


def print_case_limits(shown: Shown, found: Sequence[CaseLimit]) -> None:
    """One line per limit of the law."""
    paper.say(f"Limits of the state's law in the case files of {shown.cohort.table.source}")
    paper.say()
    paper.print_table(
        ["limit", "law", *_VERDICTS],
        [
            [
                paper.label(one.labels, one.limit),
                one.article + ("" if one.confirmed else " (to be confirmed)"),
                *_verdicts(one.found),
            ]
            for one in found
        ],
    )


def print_changes(shown: Shown, found: Changes) -> None:
    """Moves, times and ways, each in both periods."""
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


def print_coverage(shown: Shown, found: Coverage) -> None:
    """One line per agency, stage, period and field; the absences that occur as columns."""
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
