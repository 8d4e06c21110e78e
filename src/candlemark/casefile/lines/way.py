"""The ways of one case, as figures count them: its stages with their days, and nothing else of it.

A way is one person's through one proceeding.  Before the state's own authorities the stages of the
case as a whole (occurred, reported) come first; a way beyond the state begins with its own.  A case
in which no proceeding and nobody is named yet is one way, so that it is not lost.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from candlemark.casefile.facts import Forum
from candlemark.casefile.paths import person_paths
from candlemark.casefile.where import regions_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from candlemark.casefile.views import CaseFile, StageEvent


@dataclass(frozen=True, slots=True)
class Step:
    """A stage that was reached, on a day between two."""

    stage: str
    earliest: date | None
    latest: date | None
    """Both None when nobody says when."""
    outcome: str
    ends: bool
    """It is what ended the way."""


@dataclass(frozen=True, slots=True)
class Way:
    """One unit: its stages in a possible order."""

    case: str
    steps: tuple[Step, ...]
    grounds: tuple[str, ...]
    offences: tuple[str, ...]
    beyond: bool = False
    """Whether it is a way beyond the state."""
    regions: tuple[str, ...] = ()
    """Terms of ``regions``; where no incident has one, why not: terms of ``absences``."""


def ways_of(case: CaseFile) -> tuple[Way, ...]:
    """Every way of a case file."""
    paths = person_paths(case)
    if not paths:
        grounds = (each.ground for one in case.incidents for each in one.grounds)
        offences = (act.offence for one in case.incidents for act in one.acts)
        alone = Way(
            case.id,
            _steps(case.stage_events, None),
            tuple(dict.fromkeys(grounds)),
            tuple(dict.fromkeys(code for code in offences if code)),
            regions=regions_of(case),
        )
        return (alone,)
    return tuple(
        Way(
            case.id,
            _steps(
                path.events if path.forum is Forum.BEYOND else (*path.shared, *path.events),
                path.end,
            ),
            path.grounds,
            path.offences,
            beyond=path.forum is Forum.BEYOND,
            regions=path.regions,
        )
        for path in paths
    )


def _steps(events: Iterable[StageEvent], end: StageEvent | None) -> tuple[Step, ...]:
    return tuple(
        Step(
            stage=event.stage,
            earliest=event.when.earliest if event.when else None,
            latest=event.when.latest if event.when else None,
            outcome=event.outcome,
            ends=end is not None and event.id == end.id,
        )
        for event in events
    )


def written(ways: Iterable[Way]) -> str:
    """Ways as they are kept."""
    return json.dumps(
        [
            [
                way.beyond,
                way.grounds,
                way.offences,
                way.regions,
                [
                    [
                        step.stage,
                        str(step.earliest or ""),
                        str(step.latest or ""),
                        step.outcome,
                        step.ends,
                    ]
                    for step in way.steps
                ],
            ]
            for way in ways
        ]
    )


def read(case: str, kept: str) -> tuple[Way, ...]:
    """Ways as they were kept."""
    return tuple(
        Way(
            case,
            tuple(
                Step(stage, _day(earliest), _day(latest), outcome, ends)
                for stage, earliest, latest, outcome, ends in steps
            ),
            tuple(grounds),
            tuple(offences),
            beyond,
            tuple(regions),
        )
        for beyond, grounds, offences, regions, steps in json.loads(kept)
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
