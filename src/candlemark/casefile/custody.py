"""How things stand for one person: sentence in force, custody, citizenship, the case beyond.

A fold over stages and turns of life.  It says what the statements support and no more: a sentence
of imprisonment does not prove that somebody sits in prison, and a pardon that is not dated does not
prove that it came last.  Where another order of what is undated would change the answer, the answer
says that it is not certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from candlemark.casefile.facts import Forum, Turn
from candlemark.casefile.order import ordering
from candlemark.casefile.paths import person_paths
from candlemark.casefile.views import LifeTurn, StageEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from candlemark.casefile.paths import PersonPath
    from candlemark.casefile.views import CaseFile, SeenPending
    from candlemark.dates import PartialDate

LOSS_OF_CITIZENSHIP: Final = "loss-of-citizenship"
"""The term of ``sentences`` under which citizenship is taken away, by judgment or decree."""

_ENDS_SENTENCE: Final = frozenset({"served", "pardoned"})
_FREES: Final = frozenset({"served", "pardoned", "released", Turn.FREED, Turn.LEFT_COUNTRY})
_TO_CARRY_OUT: Final = frozenset({"violation-found", "friendly-settlement"})
_DETAINS: Final = frozenset({Turn.DETAINED})


class Custody(StrEnum):
    """Whether a person is held."""

    HELD = "held"
    FREE = "free"
    UNKNOWN = "unknown"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class SentenceState:
    """A sentence and what became of it."""

    sentence: str
    """Term of ``sentences``; after a commutation, what was put in its place."""
    proceeding: str
    imposed: StageEvent
    commuted: tuple[StageEvent, ...]
    ended: StageEvent | None
    """What ended it: served or pardoned; None while it stands."""
    certain: bool
    """False where the order of these stages is open and another order would end differently."""


@dataclass(frozen=True, slots=True)
class BeyondState:
    """Where a proceeding beyond the state stands for this person."""

    proceeding: str
    mechanism: str
    docket: str
    last: StageEvent | None
    judged: StageEvent | None
    final: PartialDate | None
    """When the judgment became final, where that is said."""
    supervised: bool
    """A violation was found or a settlement reached, and its execution is not closed."""
    seen_pending: SeenPending | None
    ended: bool


@dataclass(frozen=True, slots=True)
class PersonState:
    """How things stand for a person, as far as the statements say."""

    person: str
    custody: Custody
    custody_since: PartialDate | None
    custody_by: str
    """The stage event or turn of life that decides it."""
    custody_certain: bool
    sentences: tuple[SentenceState, ...]
    citizenship_lost: StageEvent | None
    left_country: LifeTurn | None
    """The departure, while no return came after it in the order given."""
    died: LifeTurn | None
    beyond: tuple[BeyondState, ...]
    steps: tuple[StageEvent | LifeTurn, ...]
    """Everything this rests on, in a possible order."""


def person_state(casefile: CaseFile, person: str) -> PersonState:
    """How things stand for one person of a case."""
    paths = [path for path in person_paths(casefile) if path.person == person]
    steps, open_pairs = _steps(casefile, person)
    deciding = [step for step in steps if _holds(step) is not None]
    last = deciding[-1] if deciding else None
    died = _last_turn(steps, Turn.DIED)
    custody = Custody.UNKNOWN
    if died is not None:
        custody, last = Custody.DEAD, died
    elif last is not None:
        custody = Custody.HELD if _holds(last) else Custody.FREE
    certain = died is not None or all(
        frozenset((step.id, last.id)) not in open_pairs or _holds(step) == _holds(last)
        for step in deciding
        if last is not None
    )
    return PersonState(
        person=person,
        custody=custody,
        custody_since=last.when if last is not None else None,
        custody_by=last.id if last is not None else "",
        custody_certain=certain,
        sentences=tuple(_sentences(paths)),
        citizenship_lost=_citizenship(steps),
        left_country=_abroad(steps),
        died=died,
        beyond=tuple(_beyond(casefile, paths)),
        steps=steps,
    )


def _steps(
    casefile: CaseFile, person: str
) -> tuple[tuple[StageEvent | LifeTurn, ...], frozenset[frozenset[str]]]:
    """What bears on this person before the state's authorities and in life, in order."""
    beyond = {one.id for one in casefile.proceedings if one.forum is Forum.BEYOND}
    items: list[StageEvent | LifeTurn] = [
        event
        for event in casefile.stage_events
        if event.person == person and event.proceeding not in beyond
    ]
    items.extend(turn for turn in casefile.life if turn.person == person)
    follows = [item.follows if isinstance(item, StageEvent) else () for item in items]
    order = ordering(items, follows)
    pairs = frozenset(frozenset((pair.one, pair.other)) for pair in order.unordered)
    return tuple(items[i] for i in order.places), pairs


def _holds(step: StageEvent | LifeTurn) -> bool | None:
    """Whether a step puts a person into custody or out of it; None when it does neither."""
    what = step.turn if isinstance(step, LifeTurn) else step.stage
    if what in _DETAINS:
        return True
    return False if what in _FREES else None


def _last_turn(steps: Iterable[StageEvent | LifeTurn], turn: Turn) -> LifeTurn | None:
    found = [step for step in steps if isinstance(step, LifeTurn) and step.turn is turn]
    return found[-1] if found else None


def _abroad(steps: Iterable[StageEvent | LifeTurn]) -> LifeTurn | None:
    moves = {Turn.LEFT_COUNTRY, Turn.RETURNED}
    found = [step for step in steps if isinstance(step, LifeTurn) and step.turn in moves]
    return found[-1] if found and found[-1].turn is Turn.LEFT_COUNTRY else None


def _citizenship(steps: Iterable[StageEvent | LifeTurn]) -> StageEvent | None:
    taken = [
        step
        for step in steps
        if isinstance(step, StageEvent)
        and step.sentence == LOSS_OF_CITIZENSHIP
        and step.stage_group in {"sentenced", "enforced"}
    ]
    return taken[-1] if taken else None


def _sentences(paths: Sequence[PersonPath]) -> Iterable[SentenceState]:
    """The sentence of each proceeding; what replaced it, and what ended it."""
    for path in paths:
        imposed = [one for one in path.events if one.stage == "sentenced" and one.sentence]
        if not imposed:
            continue
        first = imposed[0]
        commuted = tuple(one for one in path.events if one.stage == "commuted")
        ended = [one for one in path.events if one.stage in _ENDS_SENTENCE]
        replaced = [one.sentence for one in (*imposed, *commuted) if one.sentence]
        pairs = {frozenset((pair.one, pair.other)) for pair in path.unordered}
        turning = [*imposed, *commuted]
        yield SentenceState(
            sentence=replaced[-1],
            proceeding=path.proceeding,
            imposed=first,
            commuted=commuted,
            ended=ended[0] if ended else None,
            certain=not any(
                frozenset((one.id, other.id)) in pairs
                for at, one in enumerate(turning)
                for other in turning[at + 1 :]
                if one.sentence != other.sentence
            ),
        )


def _beyond(casefile: CaseFile, paths: Sequence[PersonPath]) -> Iterable[BeyondState]:
    proceedings = {one.id: one for one in casefile.proceedings}
    for path in paths:
        if path.forum is not Forum.BEYOND:
            continue
        judged = [one for one in path.events if one.stage == "judged-beyond"]
        there = proceedings[path.proceeding]
        yield BeyondState(
            proceeding=path.proceeding,
            mechanism=there.mechanism,
            docket=there.docket,
            last=path.last,
            judged=judged[-1] if judged else None,
            final=next((one.final for one in reversed(judged) if one.final is not None), None),
            supervised=not path.ended and any(one.outcome in _TO_CARRY_OUT for one in judged),
            seen_pending=path.seen_pending,
            ended=path.ended,
        )
