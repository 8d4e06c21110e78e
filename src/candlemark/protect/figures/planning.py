"""From a cohort to tables of events: the aggregates of a measure, as closed batches count them.

A curve is made of passages: of those who were somewhere at the beginning of a span of days, how
many were where at its end.  Entries are those who began it, exits those who left in it, transitions
where they went.  All three only grow, so that what is new since the last release can be counted by
itself, and what was published adds up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import NotMeasurable
from candlemark.measure.answers.counting import passed_over
from candlemark.protect.batches.tables import Events, Table, crossed
from candlemark.protect.figures.ways import NEVER, passages, stood_in, ways_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from candlemark.measure.log import Ask, StayTable
    from candlemark.protect.batches.record_keys import Secret
    from candlemark.protect.figures.wanted import Wanted
    from candlemark.protect.figures.ways import Ways
    from candlemark.protect.policy import Policy

    Integers = NDArray[np.int64]

ENTERED: Final = "entered"
ENDED_BY: Final = "ended-by:"
"""Before the state, for a category of attrition that is an end."""
STILL: Final = "pending"
"""The first category of every curve: still where they were."""
REACHED: Final = "reached"
ENDED: Final = "ended-otherwise"
LEFT: Final = "left"
SPANS: Final = 24
"""Spans of a curve; what happens later is in no figure for the public."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One table with its events."""

    table: Table
    events: Events


@dataclass(frozen=True, slots=True, eq=False)
class Planner:
    """Makes the tables of one cohort.

    Args:
        stays: the source.
        ask: the cohort; its ``by`` divides yearly tables.
        secret: of the record keys.
        policy: how long a span is.
    """

    stays: StayTable
    ask: Ask
    secret: Secret
    policy: Policy

    @property
    def source(self) -> str:
        """What names of units are names in."""
        return self.stays.crosswalk or self.stays.source or "cases"

    @property
    def edges(self) -> Integers:
        """Last days of the spans."""
        return np.arange(1, SPANS + 1) * self.policy.span

    def possible(self, named: Sequence[Wanted]) -> tuple[list[Wanted], list[Wanted]]:
        """The tables this source can give, and those of states it has never heard of."""
        known = {name for state in self.stays.states for name in (state.own, state.code)}
        missing = [one for one in named if one.what in {"reached", "lasts"} and one.of not in known]
        if not any(state.final for state in self.stays.states):
            missing += [one for one in named if one.what == "stands"]
        return [one for one in named if one not in missing], missing

    def tables(self, named: Sequence[Wanted]) -> list[Counted]:
        """The tables of some names, each inside the one it is a part of.

        Raises:
            NotMeasurable, NothingToMeasure: the source cannot give one, and why.
        """
        made = [self._one(one) for one in named]
        there = {one.table.name for one in made}
        return [
            replace(counted, table=self._placed(counted.table, one, there))
            for counted, one in zip(made, named, strict=True)
        ]

    def _one(self, one: Wanted) -> Counted:
        if one.year and date(int(one.year), 12, 31) > self.stays.known_until:
            raise NotMeasurable(
                f"the year {one.year} is not over in this source",
                hint=f"it is known until {self.stays.known_until}; a year is released once",
            )
        mine = replace(self, ask=_in_year(self.ask, one)) if one.year else self
        if one.what == "entered":
            return mine.case_mix(one)
        return mine.steps() if one.what == "steps" else mine.curve(one, mine.ways(""))

    def case_mix(self, one: Wanted) -> Counted:
        """Those who entered, by category and group: grounds by region, say."""
        ways = self.ways("")
        sides, firsts = [], []
        for scheme in one.by:
            names, (units, terms) = self.coded(scheme)
            # A unit with several terms stands in the group of its first: it is counted once.
            first = np.full(len(ways), -1)
            first[units[::-1]] = terms[::-1]
            sides.append(names)
            firsts.append(first)
        margins = bool(one.year and one.by)
        groups = crossed(sides) if margins else _crossed(sides)
        group = (
            np.ravel_multi_index(tuple(firsts), tuple(len(names) + margins for names in sides))
            if firsts
            else np.zeros(len(ways), dtype=np.int64)
        )
        categories: tuple[str, ...] = ()
        pairs: tuple[Integers, Integers] | None = None
        exhaustive = True
        if one.of:
            categories, pairs = self.coded(one.of)
            exhaustive = len(pairs[0]) == len(ways)
        table = Table(
            one.name,
            groups,
            categories,
            "+".join(one.by),
            one.of,
            exhaustive,
            year=one.year,
            margins=margins,
        )
        return Counted(
            table,
            Events.of(
                self.secret,
                [f"{self.source}\x00{name}\x00entered" for name in ways.names],
                group,
                pairs,
                agency=ways.agency,
            ),
        )

    def ways(self, by: str) -> Ways:
        """The cohort, in the groups of a scheme where one is named."""
        return ways_of(self.stays, replace(self.ask, by=by.rstrip("^")))

    def coded(self, scheme: str) -> tuple[tuple[str, ...], tuple[Integers, Integers]]:
        """The terms of a scheme, and pairs of a unit and the place of one of its terms.

        All terms of the definition, where there is one: that a term stands in a table must not say
        that somebody is coded by it.
        """
        ways = self.ways(scheme)
        units, places = ways.member
        every = self.stays.terms.get(scheme.rstrip("^"), ())
        names = tuple(dict.fromkeys((*every, *ways.groups)))
        places = np.array([names.index(group) for group in ways.groups])[places]
        if scheme.endswith("^"):
            broader = self.stays.broader.get(scheme.rstrip("^"), {})
            tops = [_top(name, broader) for name in names]
            names = tuple(dict.fromkeys(tops))
            places = np.array([names.index(top) for top in tops])[places]
            units, places = np.unique(np.column_stack([units, places]), axis=0).T
        return names, (units, places)

    def curve(self, one: Wanted, ways: Ways) -> Counted:
        """A curve: a row for each span, of each group where it is divided."""
        if one.what == "stands":
            return self._curve(one, ways, *self._stands(ways))
        place = self._place(ways, one.of)
        if one.what == "lasts":
            began, left = stood_in(ways, place)
            return self._curve(
                one, ways, (left, np.ones(len(ways), dtype=np.int64), began), (STILL, LEFT)
            )
        there, (over, _) = ways.reached(place), ways.ends()
        # Whoever began there has reached it before anything was seen.
        began = np.where(there > 0, 0, -1)
        how = np.where(there <= over, 1, 2)
        gone = (np.minimum(there, over), how, began)
        return self._curve(one, ways, gone, (STILL, REACHED, ENDED))

    @staticmethod
    def _stands(ways: Ways) -> tuple[tuple[Integers, Integers, Integers], tuple[str, ...]]:
        when, how = ways.ends()
        finals = [place for place, final in enumerate(ways.final) if final]
        if not finals:
            raise NotMeasurable(
                "nothing in this source ends a case",
                hint="ask how soon a state is reached: reached/STATE",
            )
        to = np.zeros(len(ways.states) + 1, dtype=np.int64)
        to[finals] = np.arange(1, len(finals) + 1)
        names = (STILL, *(ways.states[place] for place in finals))
        return (when, to[how], np.zeros(len(ways), dtype=np.int64)), names

    def steps(self) -> Counted:
        """How many entered, reached each state, and ended how: what attrition is made of."""
        ways = self.ways("")
        units, states = [np.arange(len(ways))], [np.zeros(len(ways), dtype=np.int64)]
        names = [ENTERED]
        for place, told in enumerate(self._told()):
            if told:
                there = np.flatnonzero(ways.reached(place) < NEVER)
                units.append(there)
                states.append(np.full(len(there), len(names)))
                names.append(
                    ENDED_BY + ways.states[place] if ways.final[place] else ways.states[place]
                )
        unit, state = np.concatenate(units), np.concatenate(states)
        table = Table("steps", ("",), tuple(names), of="steps", sensitive=False)
        records = [
            f"{self.source}\x00{ways.names[one]}\x00{names[what]}"
            for one, what in zip(unit, state, strict=True)
        ]
        events = np.arange(len(unit))
        return Counted(
            table,
            Events.of(self.secret, records, np.zeros(len(unit), dtype=np.int64), (events, state)),
        )

    def _told(self) -> list[bool]:
        """Of each state whether its stays tell who reached it.

        What is reached only as a way ends, or after that, has no stay: to count the stays would say
        of it that nobody, or hardly anybody, came so far.
        """
        left_out = passed_over(self.stays)
        return [one.final or one.own not in left_out for one in self.stays.states]

    def _place(self, ways: Ways, state: str) -> int:
        for place, own in enumerate(self.stays.states):
            if state in {own.own, own.code}:
                return place
        raise NotMeasurable(
            f"no case ever reaches {state}", hint=f"it has the states {', '.join(ways.states)}"
        )

    def _curve(
        self,
        one: Wanted,
        ways: Ways,
        left: tuple[Integers, Integers, Integers],
        categories: Sequence[str],
    ) -> Counted:
        passed = passages(ways, *left, self.edges)
        spans = tuple(str(int(edge)) for edge in self.edges)
        name = replace(one, by=(), year="").name
        records = [
            f"{self.source}\x00{ways.names[unit]}\x00{name}\x00{span}"
            for unit, span in zip(passed.unit, passed.span, strict=True)
        ]
        group, groups = passed.span, spans
        if one.by:
            divided, (owner, own) = self.coded(one.by[0])
            first = np.full(len(ways), -1)
            first[owner[::-1]] = own[::-1]
            group = first[passed.unit] * len(spans) + passed.span
            groups = tuple(f"{code}+{span}" for code in divided for span in spans)
        table = Table(
            one.name,
            groups,
            tuple(categories),
            by="+".join((*one.by, "span")),
            of=name,
            sensitive=False,
            year=one.year,
        )
        events = np.arange(len(passed.unit))
        return Counted(table, Events.of(self.secret, records, group, (events, passed.state)))

    def _placed(self, table: Table, one: Wanted, there: set[str]) -> Table:
        """The table inside the next broader one that is there: district, region, country."""
        if one.what != "entered" or not one.by or one.year:
            return table
        (first, *more) = one.by
        broader = replace(one, by=(f"{first}^",)).name
        if not more and not first.endswith("^") and broader in there:
            parents = self._parents(first)
            if parents:
                return replace(table, inside=broader, parents=parents)
        for whole in (replace(one, by=()).name, "entered"):
            if whole in there:
                return replace(
                    table, inside=whole, parents=tuple((group, "") for group in table.groups)
                )
        return table

    def _parents(self, scheme: str) -> tuple[tuple[str, str], ...]:
        """Of each term its broadest one; nothing where somebody stands in another one's group.

        Who has several terms stands in the group of the first, and that of the broadest terms can
        be another's.
        """
        names, (units, terms) = self.coded(scheme)
        tops, (owners, places) = self.coded(f"{scheme}^")
        above = self.stays.broader.get(scheme, {})
        top_of = {name: _top(name, above) for name in names}
        mine = dict(zip(units[::-1].tolist(), terms[::-1].tolist(), strict=True))
        theirs = dict(zip(owners[::-1].tolist(), places[::-1].tolist(), strict=True))
        if any(top_of[names[term]] != tops[theirs[unit]] for unit, term in mine.items()):
            return ()
        return tuple(top_of.items())


def _crossed(sides: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple("+".join(filter(None, codes)) for codes in product(*sides))


def _in_year(ask: Ask, one: Wanted) -> Ask:
    """The cohort as it was when a year was over; of those who came, the ones of that year."""
    first, last = date(int(one.year), 1, 1), date(int(one.year), 12, 31)
    window = (first, last) if one.what == "entered" else ask.window
    return replace(ask, as_of=last, window=window)


def _top(term: str, broader: Mapping[str, str]) -> str:
    while term in broader:
        term = broader[term]
    return term
