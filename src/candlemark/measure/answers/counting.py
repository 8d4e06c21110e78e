"""How many units of a log reached each state, and where each was last, as ended or as pending.

A log has no order of its own; its states stand in the usual one (``log.usual_order``), and each
unit is counted once, at the last state in that order in which it stood.  Where ways turn back, that
is not where it stands now: :func:`~candlemark.measure.answers.stand` says that.  Only an activity
that was named as one that ends a case ends it; where none was named everybody is pending, and the
figure says so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from candlemark.measure.answers.asking import basis, check_sizes
from candlemark.measure.columns import Flaw
from candlemark.measure.figure import Attrition, AttritionGroup, Doubt, StageRow
from candlemark.measure.log import Flag

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from candlemark.measure.answers.asking import Question
    from candlemark.measure.log import AskedCohort
    from candlemark.measure.log.stay_table import StayTable

_NONE = -1


def count(question: Question) -> Attrition:
    """Count the units of each group at each state, from the one at which they enter.

    Units that were over before their agency tracked anything were never seen, and are not counted.

    Raises:
        NotMeasurable, NothingToMeasure, SettingRefused: the log cannot answer, and why.
    """
    with question.open() as cohort:
        check_sizes(cohort)
        left_out = passed_over(cohort.table)
        places = _places(cohort, left_out)
        reached, furthest = _reached(cohort, places), _furthest(cohort, places)
        groups = []
        for number, group in enumerate(cohort.groups):
            mine = {key[1:]: many for key, many in furthest.items() if key[0] == number}
            stood = {key[1]: many for key, many in reached.items() if key[0] == number}
            rows = tuple(_rows(cohort, places, stood, mine))
            groups.append(AttritionGroup(group, sum(mine.values()), rows))
        ends = tuple(state.own for state in cohort.table.states if state.final)
        stands_on = basis(question, cohort, "attrition")
        atop = (Doubt("reached-at-the-end", *told) for told in left_out.values())
        more = (*atop, *(() if ends else _no_end(groups)))
        return Attrition(replace(stands_on, doubts=(*stands_on.doubts, *more)), tuple(groups), ends)


def passed_over(table: StayTable) -> dict[str, tuple[str, int]]:
    """The stages of a study that units reached on a sound day and have no stay in.

    They reached it as their way ended, or after that.  By its own name (a stage that nobody stood
    in is no state of the table): its code, and how many units.
    """
    if table.told is None:
        return {}
    events, stages = table.told.events, table.told.stages
    lo = events["lo"].fill_null(-1).to_numpy()
    sound = events.filter(pa.array((events["flaw"].to_numpy() == Flaw.NONE) & (lo >= 0)))
    reached = _units_by(sound["unit"], sound["stage"], len(stages))
    stood = _units_by(table.rows["unit"], table.rows["state"], len(table.states))
    there = {state.own: many for state, many in zip(table.states, stood, strict=True)}
    gaps = [many - there.get(stage.own, 0) for stage, many in zip(stages, reached, strict=True)]
    return {
        stage.own: (stage.stage, gap) for stage, gap in zip(stages, gaps, strict=True) if gap > 0
    }


def _units_by(unit: pa.ChunkedArray, place: pa.ChunkedArray, places: int) -> list[int]:
    """How many units are at each of so many places."""
    pairs = np.unique(unit.to_numpy().astype(np.int64) * places + place.to_numpy())
    found: list[int] = np.bincount(pairs % places, minlength=places).tolist()
    return found


def _no_end(groups: Sequence[AttritionGroup]) -> Iterator[Doubt]:
    yield Doubt("no-end-named", "", max(group.entered for group in groups))


def _places(cohort: AskedCohort, left_out: Container[str]) -> list[int]:
    """The numbers of the states that are counted, in their order."""
    table, start = cohort.table, cohort.ask.from_state
    first = next(
        (n for n, state in enumerate(table.states) if start and start in {state.own, state.code}), 0
    )
    return [
        place
        for place, state in enumerate(table.states)
        if place >= first and not state.final and state.own not in left_out
    ]


def _reached(cohort: AskedCohort, places: Sequence[int]) -> dict[tuple[int, int], int]:
    """By group and state: the units that stood there."""
    rows = cohort.columns(
        f"""
        SELECT m.grp AS grp, s.state AS state, COUNT(DISTINCT s.unit) AS many
        FROM stay s JOIN member m ON m.unit = s.unit
        WHERE s.state IN ({_listed(places)}) GROUP BY m.grp, s.state ORDER BY m.grp, s.state"""
    )
    grp, state, many = (rows[name].tolist() for name in ("grp", "state", "many"))
    return dict(zip(zip(grp, state, strict=True), many, strict=True))


def _furthest(cohort: AskedCohort, places: Sequence[int]) -> dict[tuple[int, int, int], int]:
    """By group, last state in their order, and the state that ended the way: how many units.

    An end that began before it was seen came before the tracking: nobody saw that way.
    """
    final = [place for place, state in enumerate(cohort.table.states) if state.final]
    ended = _listed(final)
    fallback = places[0] if places else _NONE
    rows = cohort.columns(
        f"""
        SELECT m.grp AS grp, w.furthest AS furthest, w.ended AS ended, COUNT(*) AS many
        FROM (
            SELECT unit,
                   COALESCE(MAX(CASE WHEN state IN ({_listed(places)}) THEN state END),
                            CASE WHEN MIN(CASE WHEN state IN ({ended}) THEN 1 ELSE 0 END) = 1
                                 THEN MAX(state) ELSE {fallback} END) AS furthest,
                   MAX(CASE WHEN state IN ({ended}) THEN state WHEN next IN ({ended}) THEN next
                            ELSE {_NONE} END) AS ended
            FROM stay WHERE (flags & {Flag.FINAL:d}) = 0 OR since = entry GROUP BY unit
        ) w JOIN member m ON m.unit = w.unit
        GROUP BY m.grp, w.furthest, w.ended ORDER BY m.grp, w.furthest, w.ended"""
    )
    keys = (rows[name].tolist() for name in ("grp", "furthest", "ended"))
    return dict(zip(zip(*keys, strict=True), rows["many"].tolist(), strict=True))


def _rows(
    cohort: AskedCohort,
    places: Sequence[int],
    stood: dict[int, int],
    furthest: dict[tuple[int, int], int],
) -> Iterator[StageRow]:
    states = cohort.table.states
    at_once = {place for place, _ in furthest} - set(places)
    for place in [*places, *sorted(at_once)]:
        by = {end: many for (at, end), many in furthest.items() if at == place and many}
        over = {end: many for end, many in by.items() if end != _NONE}
        yield StageRow(
            stage=states[place].stage,
            own=states[place].own,
            # Who was seen to end and nothing else reached no state but that end.
            reached=stood.get(place, 0) if place in places else sum(by.values()),
            ended=sum(over.values()),
            pending=by.get(_NONE, 0),
            ended_by=tuple((states[end].own, many) for end, many in sorted(over.items())),
            in_doubt=0,
        )


def _listed(places: Sequence[int]) -> str:
    """Numbers for ``IN``; of nothing, one that no state has."""
    return ", ".join(map(str, places)) or "-9"
