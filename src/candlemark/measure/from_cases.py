"""The case files of a vault as numbered columns.

The unit is one person's way through one proceeding, as ``casefile.person_paths`` gives it.  Before
the state's own authorities the stages of the case as a whole (occurred, reported) come first; a way
beyond the state begins with its own, or one person would enter twice.  The two sorts are never one
cohort: nobody before a state's court can reach a stage of Strasbourg in that proceeding, and a
table that said that nobody did would be read as an answer.  A case in which no
proceeding and nobody is named yet is one way, so that it is not lost.

When a way has ended is decided in ``casefile``; the state it ended in is the last outcome on it,
since a release after a conviction does not undo it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pyarrow as pa

from candlemark.casefile.where import REGIONS
from candlemark.measure.columns import CODES, EVENTS, Flaw, days_since
from candlemark.measure.stages import StudyStage, outcome_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.casefile import Way
    from candlemark.definition import Edition

_NO_END = "other"
"""The group of a way that ended with a stage (served, released …) and no outcome on it."""


def stages(found: Sequence[Way], edition: Edition) -> tuple[StudyStage, ...]:
    """The stages that any way reached, in the order of the definition."""
    present = {step.stage for way in found for step in way.steps}
    ending = {step.stage for way in found for step in way.steps if step.ends}
    return tuple(
        StudyStage(own=term.code, stage=term.code, dated=True, ends=term.code in ending)
        for term in edition.scheme("stages").terms
        if term.code in present
    )


def entry(found: Sequence[Way], own: Sequence[StudyStage]) -> int:
    """The stage that most ways reached with a date; the earlier one of two."""
    reached = Counter(
        stage for way in found for stage in {step.stage for step in way.steps if step.earliest}
    )
    return max(range(len(own)), key=lambda place: (reached[own[place].stage], -place))


def events(found: Sequence[Way], own: Sequence[StudyStage], edition: Edition) -> pa.Table:
    """Stage events with numbers in place of texts; a date keeps its earliest and latest day."""
    places = {stage.stage: place for place, stage in enumerate(own)}
    groups = outcome_places(edition)
    rows: dict[str, list[object]] = {name: [] for name in EVENTS.names}
    for unit, way in enumerate(found):
        outcome = ""
        for seq, step in enumerate(way.steps):
            outcome = step.outcome or outcome
            values = (
                unit,
                seq,
                places[step.stage],
                days_since(step.earliest) if step.earliest else None,
                days_since(step.latest) if step.latest else None,
                step.ends,
                groups[outcome or _NO_END] if step.ends else None,
                int(Flaw.NONE if step.earliest else Flaw.UNDATED),
            )
            for name, value in zip(EVENTS.names, values, strict=True):
                rows[name].append(value)
    return pa.Table.from_pydict(rows, schema=EVENTS)


def names(found: Sequence[Way]) -> pa.Array:
    """A name for each way: its case and a number in it, as in an export of events."""
    many: Counter[str] = Counter()
    said = []
    for way in found:
        many[way.case] += 1
        said.append(f"{way.case}/{many[way.case]}")
    return pa.array(said, pa.string())


def codes(found: Sequence[Way], edition: Edition) -> pa.Table:
    """Each way's groups: bias grounds and regions of the incidents, offences charged or done."""
    absences = {term.code for term in edition.scheme("absences")}
    rows = [
        (unit, scheme, code, code in absences)
        for unit, way in enumerate(found)
        for scheme, own in (
            ("bias-grounds", way.grounds),
            ("offences", way.offences),
            (REGIONS, way.regions),
        )
        for code in own
    ]
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.Table.from_pydict(
        dict(zip(CODES.names, (list(column) for column in columns), strict=True)), schema=CODES
    )
