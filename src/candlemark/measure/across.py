"""One study across agencies: what one agency began, followed through the files of the others.

The units are those of the first agency, and stay its units: a case that never came to it is not
in the cohort.  Records of other agencies that links say are the same case add their stages, dates,
ways of ending and codes.  Stages are those of the definition, since agencies share no other names.

An end is one agency's word.  The police *close* a file that they hand to the prosecutor; the case
goes on.  So an end does not count where the record of another agency reached a later stage on a
later day; the stage it was said at stays reached.  An end that only says that the last stage an
agency tracks was reached (*sent to the prosecutor*) is none where another agency has the case.

What it refuses to do: look further than every agency can know.  The last day is the earliest of
the last days, and what lies after it has not happened yet.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.definition import REACHED
from candlemark.errors import NotMeasurable
from candlemark.linkage.facts import LinkRecord
from candlemark.measure.columns import CODES, EVENTS, UNMAPPED, Flaw, days_since
from candlemark.measure.engine import engine
from candlemark.measure.stages import StudyStage, ends_by_strength

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import duckdb

    from candlemark.measure.study import Study

_CASES = "cases"
"""The source case files go by among links."""


def records_of(study: Study) -> list[LinkRecord | None]:
    """What links call each unit of a study, in the order of units; None where it has no name."""
    names = study.names if study.crosswalk else study.clusters
    source = study.crosswalk or _CASES
    told = [None] * study.units if names is None else names.to_pylist()
    return [None if name is None else LinkRecord(source, str(name)) for name in told]


def joined(base: Study, others: Sequence[Study], groups: Mapping[LinkRecord, LinkRecord]) -> Study:
    """The study of the units of ``base``, with what linked records of ``others`` add.

    Args:
        base: whose units enter; two of them that links say are one case are one unit.
        others: coded under the same edition.
        groups: of every linked record the first of its group.

    Raises:
        NotMeasurable: another edition, or one source twice.
    """
    _check(base, others)
    units, numbers = _units(base, groups)
    stages = _stages(base, others)
    known_until = min(study.known_until for study in (base, *others))
    parts = [_Part(base, units)]
    parts += [_Part(other, _places(other, groups, numbers)) for other in others]
    with engine() as connection:
        reached = list(ends_by_strength(base.edition)).index(REACHED)
        told = [part.events(stages) for part in parts]
        events = _events(connection, told, known_until, reached)
        codes = _codes(connection, [part.codes() for part in parts])
    first = np.unique(units, return_index=True)[1]
    entry = base.stages[base.entry].stage
    tracked = [study.tracked_from for study in (base, *others) if study.tracked_from]
    return replace(
        base,
        agency=", ".join(study.agency for study in (base, *others)),
        stages=stages,
        entry=[stage.stage for stage in stages].index(entry),
        ends=_ends(base, others),
        known_until=known_until,
        stated=all(study.stated for study in (base, *others)),
        tracked_from=max(tracked, default=None),
        simulated=any(study.simulated for study in (base, *others)),
        units=len(numbers),
        events=events,
        codes=codes,
        beyond=None,
        names=None if base.names is None else base.names.take(pa.array(first)),
        clusters=None if base.clusters is None else base.clusters.take(pa.array(first)),
        left_out=sum(study.left_out for study in (base, *others)),
    )


def _check(base: Study, others: Sequence[Study]) -> None:
    names = [study.crosswalk for study in (base, *others)]
    if len(set(names)) < len(names):
        raise NotMeasurable(
            "one agency is named twice", hint="name each agency whose files follow once"
        )
    for study in others:
        if study.edition.fingerprint != base.edition.fingerprint:
            raise NotMeasurable(
                f"the files of {study.agency} were coded under another edition",
                hint="import them again with the present edition",
            )


def _units(
    base: Study, groups: Mapping[LinkRecord, LinkRecord]
) -> tuple[np.ndarray[Any, np.dtype[np.int64]], dict[object, int]]:
    """For each unit of the base its joint unit, and the joint unit of each group."""
    numbers: dict[object, int] = {}
    found = [
        numbers.setdefault(at if record is None else groups.get(record, record), len(numbers))
        for at, record in enumerate(records_of(base))
    ]
    return np.array(found, dtype=np.int64), numbers


def _places(
    other: Study, groups: Mapping[LinkRecord, LinkRecord], numbers: Mapping[object, int]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """For each unit of another study the joint unit it continues; -1 where it continues none."""
    found = [
        -1 if record is None or record not in groups else numbers.get(groups[record], -1)
        for record in records_of(other)
    ]
    return np.array(found, dtype=np.int64)


def _stages(base: Study, others: Sequence[Study]) -> tuple[StudyStage, ...]:
    """Stages of the definition that any of them tracks, in its order."""
    order = {term.code: term.order for term in base.edition.scheme("stages").terms}
    every = [stage for study in (base, *others) for stage in study.stages]
    return tuple(
        StudyStage(
            own=code,
            stage=code,
            dated=any(one.dated for one in every if one.stage == code),
            ends=any(one.ends for one in every if one.stage == code),
        )
        for code in sorted({one.stage for one in every}, key=lambda code: order[code])
    )


def _ends(base: Study, others: Sequence[Study]) -> tuple[str, ...]:
    can = {end for study in (base, *others) for end in study.ends}
    return tuple(term.code for term in base.edition.scheme("outcomes").top if term.code in can)


class _Part:
    """The tables of one study, its units numbered as joint ones."""

    def __init__(self, study: Study, places: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        self._study = study
        self._places = pa.array(places, pa.int64())

    def _renumbered(self, table: pa.Table) -> pa.Table:
        joint = pc.take(self._places, table["unit"].combine_chunks())
        named = table.append_column("own", table["unit"])
        placed = named.set_column(0, "unit", joint.cast(pa.int32()))
        return placed.filter(pc.greater_equal(placed["unit"], 0))

    def events(self, stages: Sequence[StudyStage]) -> pa.Table:
        codes = [stage.stage for stage in stages]
        table = self._renumbered(self._study.events)
        joint = pa.array([codes.index(stage.stage) for stage in self._study.stages], pa.int16())
        stage = pc.take(joint, table["stage"].combine_chunks())
        return table.set_column(table.column_names.index("stage"), "stage", stage)

    def codes(self) -> pa.Table:
        return self._renumbered(self._study.codes).select(CODES.names)


def _events(
    connection: duckdb.DuckDBPyConnection,
    parts: Sequence[pa.Table],
    known_until: date,
    reached: int,
) -> pa.Table:
    """All events in one order; what no agency can know of yet is not in it, and no handing over."""
    numbered = [
        part.append_column("part", pa.array(np.full(len(part), at, np.int32)))
        for at, part in enumerate(parts)
    ]
    last = days_since(known_until)
    connection.register("event", pa.concat_tables(numbered))
    # What was told after one agency's last day, and is no error of its own, comes later.
    answer: pa.Table = connection.sql(
        f"""
        WITH told AS (
            SELECT * FROM event WHERE lo IS NULL OR lo <= {last} OR flaw <> {int(Flaw.NONE)}
        ), handed AS (
            SELECT DISTINCT one.part, one.own, one.seq FROM told one JOIN told other
                ON one.unit = other.unit AND (one.part <> other.part OR one.own <> other.own)
            WHERE one.ends AND (
                other.stage > one.stage AND other.lo > one.hi AND other.flaw = {int(Flaw.NONE)}
                OR one.outcome = {reached} AND one.part <> other.part)
        )
        SELECT unit, (row_number() OVER (ORDER BY part, own, seq) - 1)::INT AS seq, stage, lo,
               hi, ends AND handed.seq IS NULL AS ends,
               CASE WHEN handed.seq IS NULL THEN outcome END AS outcome, flaw
        FROM told LEFT JOIN handed USING (part, own, seq) ORDER BY seq"""
    ).to_arrow_table()
    return answer.cast(EVENTS)


def _codes(connection: duckdb.DuckDBPyConnection, parts: Sequence[pa.Table]) -> pa.Table:
    """Each unit's groups by every agency; that one does not know counts where none does."""
    connection.register("code", pa.concat_tables(parts))
    answer: pa.Table = connection.sql(
        f"""
        SELECT DISTINCT unit, scheme, "group", absent FROM code
        QUALIFY bool_and(absent OR "group" = '{UNMAPPED}') OVER (PARTITION BY unit, scheme)
             OR NOT (absent OR "group" = '{UNMAPPED}')
        ORDER BY unit, scheme, "group", absent"""
    ).to_arrow_table()
    return answer.cast(CODES)
