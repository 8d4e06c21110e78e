"""Groups beside each other as if they had the same mix of cases (direct standardisation).

The mix is made of schemes: each combination of their terms is a stratum, and a unit coded by
several terms of a scheme is of a kind of its own.  A stratum that some group does not have, or has
too little of, cannot be weighted for it: it is left out for all groups, named with its sizes, and
counted among the doubts.  Where less than half of all units are of kinds that all groups have,
nothing is computed: such groups are not comparable by weighting.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from candlemark.errors import Fault, NotMeasurable
from candlemark.measure.answers.asking import basis, stays_of
from candlemark.measure.answers.choosing import chosen
from candlemark.measure.answers.standing import start_of
from candlemark.measure.estimators import LAST_TICK, TICKS, robust, shared_strata, standardised
from candlemark.measure.estimators.standard import LEAST
from candlemark.measure.figure import (
    Doubt,
    StandardGroup,
    Standardised,
    StandardValue,
    Stratum,
)
from candlemark.measure.labels import AND
from candlemark.measure.log.ask import AGENCY, KNOWN_AT_THE_END, PERIODS
from candlemark.measure.log.grouping import divided

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from candlemark.measure.answers.asking import Question
    from candlemark.measure.estimators import Influence, Stays
    from candlemark.measure.estimators.counts import Floats, Integers
    from candlemark.measure.log import AskedCohort

ENOUGH: Final = 0.5
"""Share of all units that must be of kinds which all groups have."""
MOST: Final = 200
"""Kinds that are weighted at most, over all groups."""


@dataclass(frozen=True, slots=True)
class _Mix:
    """The kinds of a cohort."""

    kinds: tuple[tuple[str, ...], ...]
    of_unit: dict[int, int]
    sizes: Integers
    """Units; a row a group, a column a kind."""
    clusters: Integers
    """Independent clusters, in the same shape."""


def standardise(question: Question, over: Sequence[str], *names: str, to: str = "") -> Standardised:
    """Where units stand, group by group, under one mix of cases.

    Args:
        question: divided by something (``ask.by``).
        over: the schemes the mix is made of; ``agency`` and the periods of entry are schemes too.
        names: codes of the groups; none: all that are large enough.
        to: code of the group whose mix is the standard; empty: all groups together.

    Raises:
        NotMeasurable: the cohort is not divided, a scheme divides nothing or is known at the end
            only, groups are too small, or have too few kinds in common; every such kind.
        NothingToMeasure, SettingRefused: the log cannot answer, and why.
    """
    with question.open() as cohort:
        _check(cohort, over)
        wanted = [name for name in names if name]
        if to and wanted and to not in wanted:
            wanted.append(to)
        mine = chosen(cohort, wanted, "" if wanted else to)
        places = sorted(mine.places)
        codes = [cohort.groups[place] for place in places]
        stays = [stays_of(cohort, place) for place in places]
        mix = _mix(cohort, places, stays, over)
        kept, share = shared_strata(mix.clusters, LEAST)
        share = float(mix.sizes[:, kept].sum() / max(mix.sizes.sum(), 1))
        _check_shared(mix, codes, share, int(kept.sum()))
        standard = mix.sizes[codes.index(to)] if to else mix.sizes.sum(axis=0)
        weights = np.where(kept, standard, 0)
        starts = cohort.starts()
        groups = tuple(
            StandardGroup(
                codes[row],
                int(mix.sizes[row].sum()),
                int(mix.sizes[row, kept].sum()),
                tuple(
                    _values(
                        question,
                        [state.own for state in cohort.table.states],
                        (_by_kind(each, mix, kept), start_of(starts[place])),
                        weights[kept],
                        sampled=not to,
                    )
                ),
            )
            for row, (place, each) in enumerate(zip(places, stays, strict=True))
        )
        lost = int(mix.sizes[:, ~kept].sum())
        stands_on = basis(question, cohort, "standardised")
        doubts = (*mine.doubts, *([Doubt("mix-unshared", "", lost)] if lost else ()))
        return Standardised(
            replace(stands_on, doubts=(*stands_on.doubts, *doubts)),
            groups,
            tuple(over),
            to,
            _strata(mix, weights, kept),
            share,
        )


def _check(cohort: AskedCohort, over: Sequence[str]) -> None:
    """Refuse schemes that make no mix."""
    known = {*cohort.table.schemes, AGENCY, *PERIODS}
    faults = [
        Fault(scheme, "its terms are known at the end only, and make no mix of those who enter")
        if scheme in KNOWN_AT_THE_END
        else Fault(scheme, "cases are not coded by it")
        for scheme in over
        if scheme not in known or scheme in KNOWN_AT_THE_END
    ]
    faults += [Fault(scheme, "it divides the groups already") for scheme in over
               if scheme == cohort.ask.by]  # fmt: skip
    if not over:
        faults.append(Fault("over", "no scheme is named that the mix is made of"))
    if faults:
        coded = [one for one in cohort.table.schemes if one not in KNOWN_AT_THE_END]
        raise NotMeasurable(
            f"no mix can be made: {faults[0].where}: {faults[0].what}",
            hint=f"name others with --over; there are {', '.join([*coded, AGENCY, *PERIODS])}",
            faults=faults if len(faults) > 1 else (),
        )


def _check_shared(mix: _Mix, codes: Sequence[str], share: float, many: int) -> None:
    """Refuse groups that have too little in common, and say what each of them lacks."""
    if share >= ENOUGH and many * len(codes) <= MOST:
        return
    if share >= ENOUGH:
        raise NotMeasurable(
            f"{many} kinds of cases in {len(codes)} groups cannot be weighted at once",
            hint="name fewer schemes with --over, or coarser ones",
        )
    faults = [
        Fault(
            " / ".join(kind),
            f"{int(mix.clusters[row, column])} in {code}, at least {LEAST} are needed",
        )
        for column, kind in enumerate(mix.kinds)
        for row, code in enumerate(codes)
        if mix.clusters[row, column] < LEAST
    ]
    raise NotMeasurable(
        f"the groups have too few kinds of cases in common: {100 * share:.0f} % of all units are of"
        " kinds that every group has",
        hint="name fewer groups, or a coarser mix with --over",
        faults=faults[:MOST],
    )


def _mix(
    cohort: AskedCohort, places: Sequence[int], stays: Sequence[Stays], over: Sequence[str]
) -> _Mix:
    """Of which kind each unit is, and how many of each kind each group has."""
    came = cohort.columns("SELECT unit, day0, agency FROM entered ORDER BY unit")
    listed = ", ".join(map(str, places))
    member = cohort.columns(
        f"SELECT unit, grp FROM member WHERE grp IN ({listed}) ORDER BY unit, grp"
    )
    columns = [
        _terms(*divided(cohort.table, scheme, came["unit"], came["day0"], came["agency"]))
        for scheme in over
    ]
    kind_of = {unit: tuple(column[unit] for column in columns) for unit in member["unit"].tolist()}
    kinds = tuple(sorted(set(kind_of.values())))
    place = {kind: number for number, kind in enumerate(kinds)}
    of_unit = {unit: place[kind] for unit, kind in kind_of.items()}
    shape = (len(places), len(kinds))
    row = np.searchsorted(np.sort(np.asarray(places)), member["grp"])
    of_member = np.array([of_unit[unit] for unit in member["unit"].tolist()])
    sizes, clusters = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    np.add.at(sizes, (row, of_member), 1)
    for group, each in enumerate(stays):
        pairs = np.unique(np.column_stack([each.cluster, _kinds(each, of_unit)]), axis=0)
        np.add.at(clusters[group], pairs[:, 1], 1)
    return _Mix(kinds, of_unit, sizes, clusters)


def _terms(names: tuple[str, ...], members: object) -> dict[int, str]:
    """For each unit its term; several of them together are a term of their own."""
    found: dict[int, list[int]] = {}
    table = members.to_pydict()  # type: ignore[attr-defined]
    for unit, group in zip(table["unit"], table["grp"], strict=True):
        found.setdefault(unit, []).append(group)
    return {unit: AND.join(names[group] for group in some) for unit, some in found.items()}


def _kinds(stays: Stays, of_unit: dict[int, int]) -> Integers:
    units, back = np.unique(stays.units, return_inverse=True)
    found: Integers = np.array([of_unit[unit] for unit in units.tolist()], dtype=np.int64)[back]
    return found


def _by_kind(stays: Stays, mix: _Mix, kept: NDArray[np.bool_]) -> list[Stays]:
    """The stays of a group, kind by kind, of those kinds that are kept."""
    kinds = _kinds(stays, mix.of_unit)
    return [stays.taken(np.flatnonzero(kinds == place)) for place in np.flatnonzero(kept)]


def _values(
    question: Question,
    names: Sequence[str],
    kinds: tuple[Sequence[Stays], Floats | None],
    weights: Integers,
    *,
    sampled: bool,
) -> Iterator[StandardValue]:
    """Each state on each day, under the standard mix and under the group's own."""
    ticks = np.asarray(question.at, dtype=np.int64) * TICKS + LAST_TICK
    strata: list[Influence] = [robust(each, len(names), ticks, start=kinds[1]) for each in kinds[0]]
    found = standardised(strata, weights, sampled=sampled)
    crude = standardised(strata, [each.units for each in strata])
    for row, day in enumerate(question.at):
        for column, name in enumerate(names):
            here = (row, column)
            yield StandardValue(
                day=day,
                state=name,
                p=float(found.p[here]),
                se=float(found.se[here]),
                low=float(found.low[here]),
                high=float(found.high[here]),
                crude=float(crude.p[here]),
                crude_low=float(crude.low[here]),
                crude_high=float(crude.high[here]),
            )


def _strata(mix: _Mix, weights: Integers, kept: NDArray[np.bool_]) -> tuple[Stratum, ...]:
    total = max(int(weights.sum()), 1)
    return tuple(
        Stratum(
            terms=kind,
            weight=float(weights[place]) / total,
            sizes=tuple(mix.sizes[:, place].tolist()),
            kept=bool(kept[place]),
        )
        for place, kind in enumerate(mix.kinds)
    )
