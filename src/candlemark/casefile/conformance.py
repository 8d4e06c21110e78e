"""Which moves of a case its pathway does not know: told, and never refused.

Only moves whose order is certain are looked at, and only before the state's own authorities.  A
move can be unknown (no way leads there by the law as the pathway has it), it can need a step back
that is not recorded (a charge after a sentence: a court may have sent the case back), or it can
pass over stages that are not recorded; the last is nearly always a gap of the record and says
nothing about the authority.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from candlemark.casefile.facts import Forum
from candlemark.casefile.paths import person_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from candlemark.casefile.paths import PersonPath
    from candlemark.casefile.pathways import Pathways
    from candlemark.casefile.views import CaseFile, StageEvent
    from candlemark.definition import Pathway


class Move(StrEnum):
    """How a move stands to the pathway."""

    UNKNOWN = "unknown"  # the pathway does not lead there
    BACK = "back"  # it leads there only through a step back that is not recorded
    OVER = "over"  # it leads there, through stages that are not recorded
    NO_STAGE = "no-stage"  # the state's procedure has no such stage


@dataclass(frozen=True, slots=True)
class Departure:
    """One move of a way that is not one of the pathway's."""

    person: str
    proceeding: str
    pathway: str
    """Code of the pathway."""
    move: Move
    before: str
    """The stage event it starts from; empty for the first of a way."""
    after: str
    """The stage event it leads to."""
    start: str
    """Term of ``stages``; empty for the first of a way."""
    end: str


def departures(casefile: CaseFile, pathways: Pathways) -> tuple[Departure, ...]:
    """Every move of a case that its pathway does not know, way by way."""
    proceedings = {one.id: one for one in casefile.proceedings}
    found: list[Departure] = []
    for path in person_paths(casefile):
        if path.forum is Forum.BEYOND:
            continue
        pathway = pathways.of(casefile, proceedings.get(path.proceeding))
        found.extend(_of_way(path, pathway))
    # A stage of a whole proceeding lies on the way of each of its persons; it is told once.
    return tuple({(one.before, one.after): one for one in reversed(found)}.values())[::-1]


def _of_way(path: PersonPath, pathway: Pathway) -> Iterator[Departure]:
    stages = {one.stage for one in pathway.stages}
    open_pairs = {frozenset((pair.one, pair.other)) for pair in path.unordered}
    events = [one for one in path.events if one.id not in path.apart]
    known = []
    for event in events:
        stage = _known_as(event, stages)
        if stage:
            known.append((event, stage))
        else:
            yield _departure(path, pathway, Move.NO_STAGE, None, (event, event.stage))
    for one, other in pairwise(known):
        if frozenset((one[0].id, other[0].id)) in open_pairs:
            continue
        if other[1] in pathway.after(one[1]) or one[1] == other[1]:
            continue
        yield _departure(path, pathway, _move(pathway, one[1], other[1]), one, other)


def _move(pathway: Pathway, start: str, end: str) -> Move:
    if pathway.reaches(start, end, forward=True):
        return Move.OVER
    return Move.BACK if pathway.reaches(start, end) else Move.UNKNOWN


def _known_as(event: StageEvent, stages: set[str]) -> str:
    """The stage under which the pathway has it: itself, or the whole it is a part of."""
    return next((one for one in (event.stage, event.stage_group) if one in stages), "")


def _departure(
    path: PersonPath,
    pathway: Pathway,
    move: Move,
    one: tuple[StageEvent, str] | None,
    other: tuple[StageEvent, str],
) -> Departure:
    return Departure(
        person=path.person,
        proceeding=path.proceeding,
        pathway=pathway.code,
        move=move,
        before=one[0].id if one else "",
        after=other[0].id,
        start=one[1] if one else "",
        end=other[1],
    )
