"""When an estimate may be shown: four answers that bear each other out, or a lower bound alone.

A number of people whom nobody counted is quoted for decades.  It is shown only where every list
shares people with at least two others, the chains of the latent classes agree, and that answer and
the log-linear one overlap.  Whatever else in the table makes it unfit is said as well.  A method's
own interval is no reason to show it: on lists that overlap little it is narrow and wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from candlemark.linkage.unreported.latent import R_HAT

if TYPE_CHECKING:
    from candlemark.linkage.unreported.latent import LatentClasses
    from candlemark.linkage.unreported.tables import OverlapTable

FEWEST_PEOPLE: Final = 100
"""On so few people two or three overlaps decide.  A month or a small region has fewer."""
_COPIED: Final = 5
"""A list of fewer that lies within another may do so by chance."""
_ALIKE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Reason:
    """Why no estimate is shown."""

    code: str
    """``too-few``, ``thin-overlap``, ``within``, ``nearly-the-same``, ``no-model``,
    ``chains-disagree``, ``chains-short``, ``answers-apart``."""
    words: str
    """A sentence without a full stop."""


def of_the_table(table: OverlapTable) -> list[Reason]:
    """What can be seen before anything is computed."""
    reasons = []
    if table.people < FEWEST_PEOPLE:
        reasons.append(
            Reason(
                "too-few",
                f"there are {table.people} people on these lists, fewer than {FEWEST_PEOPLE}:"
                " no estimate is made of a month or a small region",
            )
        )
    places = range(len(table.lists))
    for place in places:
        partners = sum(table.on(place, other) > 0 for other in places if other != place)
        if partners < 2:
            reasons.append(
                Reason(
                    "thin-overlap",
                    f"{table.lists[place]} shares people with"
                    f" {'one other list' if partners else 'no other list'},"
                    " and at least two are needed",
                )
            )
    for place in places:
        for other in places:
            reasons += _copied(table, place, other)
    return reasons


def _copied(table: OverlapTable, place: int, other: int) -> list[Reason]:
    """One agency listed twice, nearly; or a list that was taken out of another."""
    if place == other:
        return []
    mine, theirs, both = table.on(place), table.on(other), table.on(place, other)
    name, of = table.lists[place], table.lists[other]
    if place < other and both >= _ALIKE * (mine + theirs - both):
        return [
            Reason(
                "nearly-the-same",
                f"{name} and {of} hold nearly the same people: it looks like one agency twice",
            )
        ]
    if both == mine >= _COPIED and both < _ALIKE * theirs:
        return [
            Reason(
                "within",
                f"everybody on {name} is on {of} too: it looks like a copy of a part of it",
            )
        ]
    return []


def of_the_chains(latent: LatentClasses, needed: float) -> list[Reason]:
    """What the latent classes give away about themselves."""
    if not latent.r_hat <= R_HAT:  # what is no number agrees with nothing
        return [
            Reason(
                "chains-disagree",
                f"chains from different starts come to different answers (R-hat"
                f" {latent.r_hat:.2f}, above {R_HAT})",
            )
        ]
    if latent.effective < needed:
        return [
            Reason(
                "chains-short",
                f"the chains tell as little as {latent.effective:.0f} independent draws, and"
                f" {needed:.0f} are needed",
            )
        ]
    return []


def of_the_answers(one: tuple[float, float], other: tuple[float, float]) -> list[Reason]:
    """Whether two intervals overlap."""
    if max(one[0], other[0]) <= min(one[1], other[1]):
        return []
    return [Reason("answers-apart", "the two methods give intervals that do not overlap")]
