"""Which groups of a cohort are compared, and with which one: chosen before any number is seen.

Groups that are named must be there and large enough.  Where none is named, small ones are left out
and counted, and so are absences ("not recorded", "refused"): who is in them is of any group.  The
largest one is what the others are compared with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.errors import Fault, NotMeasurable
from candlemark.measure.answers.asking import LEAST, check_sizes
from candlemark.measure.columns import NOT_RECORDED, UNMAPPED
from candlemark.measure.figure import Doubt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.measure.log import AskedCohort

FEWEST: Final = 5
"""A named group with fewer units than this is not compared: no test would hold its level."""
MOST: Final = 20
"""More groups than this are not compared all at once."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The groups of a comparison."""

    places: tuple[int, ...]
    """In the cohort's groups; the last one is what the others are compared with."""
    doubts: tuple[Doubt, ...]
    overlap: bool
    """True when a unit stands in several of them."""


def chosen(cohort: AskedCohort, names: Sequence[str] = (), against: str = "") -> Chosen:
    """The groups to compare.

    Args:
        cohort: an open cohort, which is divided.
        names: codes of groups, the last of which the others are compared with; empty: all groups
            that are large enough.
        against: code of the group the others are compared with, where ``names`` is empty.

    Raises:
        NotMeasurable: there is one group only, one that is named is not there or too small, or all
            are; every fault of the names.
    """
    groups, sizes = cohort.groups, cohort.entered().tolist()
    if not cohort.ask.by:
        raise NotMeasurable(
            "there is only one group, and nothing to compare it with",
            hint="divide the cohort with --by",
        )
    _check_names(cohort, [*names, against] if against else names)
    check_sizes(cohort)
    absent = _absent(cohort)
    if names:
        places = [groups.index(name) for name in names]
    else:
        places = [
            place
            for place, size in enumerate(sizes)
            if (size >= LEAST and place not in absent) or groups[place] == against
        ]
        if len(places) > 2 or against:
            largest = max(places, key=lambda place: (sizes[place], -place), default=0)
            last = groups.index(against) if against else largest
            places = [place for place in places if place != last] + [last]
    if len(places) < 2:
        raise NotMeasurable(
            f"fewer than two of {len(groups)} groups have {LEAST} units or more and say what they"
            " are"
            if len(groups) > 1
            else "there is only one group, and nothing to compare it with",
            hint="divide by something else, or ask of a longer time",
        )
    if len(places) > MOST:
        raise NotMeasurable(
            f"{len(places)} groups cannot be compared all at once",
            hint=f"name up to {MOST} of them: --groups {','.join(groups[:3])},…",
        )
    doubts = []
    if not names:
        left = [place for place in range(len(sizes)) if place not in places]
        for code, some in (
            ("group-absent", [place for place in left if place in absent]),
            ("group-small", [place for place in left if place not in absent]),
        ):
            if some:
                doubts.append(Doubt(code, "", sum(sizes[place] for place in some)))
    if shared := _shared(cohort, places):
        doubts.append(Doubt("codes-overlap", "", shared))
    return Chosen(tuple(places), tuple(doubts), shared > 0)


def _check_names(cohort: AskedCohort, names: Sequence[str]) -> None:
    groups, sizes = cohort.groups, cohort.entered().tolist()
    faults = []
    for name in dict.fromkeys(names):
        if name not in groups:
            faults.append(Fault(name, "nobody entered in this group"))
        elif sizes[groups.index(name)] < FEWEST:
            size = sizes[groups.index(name)]
            faults.append(Fault(name, f"{size} entered, and fewer than {FEWEST} are not compared"))
        if list(names).count(name) > 1:
            faults.append(Fault(name, "it is named twice"))
    if len(names) == 1 and len(groups) == 1 and not faults:
        faults.append(Fault(names[0], "it is the only group"))
    if faults:
        raise NotMeasurable(
            f"the groups cannot be compared: {faults[0].where}: {faults[0].what}",
            hint=f"there are {', '.join(map(repr, groups[:MOST]))}",
            faults=faults if len(faults) > 1 else (),
        )


def _absent(cohort: AskedCohort) -> set[int]:
    """The groups that say why there is no term."""
    codes = cohort.table.codes
    absent = {NOT_RECORDED, UNMAPPED, *codes.filter(codes["absent"])["term"].unique().to_pylist()}
    return {place for place, name in enumerate(cohort.groups) if name in absent}


def _shared(cohort: AskedCohort, places: Sequence[int]) -> int:
    """How many units stand in several of the groups."""
    listed = ", ".join(map(str, places))
    found = cohort.columns(
        f"SELECT COUNT(*) AS many FROM (SELECT unit FROM member WHERE grp IN ({listed})"
        " GROUP BY unit HAVING COUNT(*) > 1) shared"
    )
    return int(found["many"][0])
