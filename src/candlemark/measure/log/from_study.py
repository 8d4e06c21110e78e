"""The stay table of a study: an agency's batch or the case files of a vault, asked like any log.

The states are the agency's stages and, after them, the groups of outcomes in which a way can end,
the strongest first.  A way ends on the first day on which an event ends it, with the strongest
outcome of that day; nobody stands in a stage that they reached by ending there.  What an
import found doubtful is set aside: a day after the source was made, or before the unit's first
stage.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from candlemark.measure.columns import UNMAPPED, Flaw
from candlemark.measure.log.event_log import CODES as LOG_CODES
from candlemark.measure.log.event_log import EventLog
from candlemark.measure.log.stay_table import State, Told
from candlemark.measure.log.staying import stay_table
from candlemark.measure.stages import GOES_ON, ends_by_strength

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from candlemark.measure.log.stay_table import StayTable
    from candlemark.measure.study import Study


def stays_of(study: Study) -> StayTable:
    """The stay table of a study; of its ways beyond the state ask ``study.beyond``.

    Raises:
        NothingToMeasure: no event has a day that can be right.
    """
    stages = [stage.own for stage in study.stages]
    ends = [f"end:{code}" for code in ends_by_strength(study.edition)]
    column = {name: _numbers(study.events, name) for name in study.events.column_names}
    ended = (column["ends"] == 1) & (column["outcome"] >= 0)
    undated = (column["flaw"] == Flaw.BEFORE) | (column["flaw"] == Flaw.UNDATED)
    state = np.where(ended, len(stages) + column["outcome"], column["stage"])
    kept = ~_overtaken(column, ended, undated)
    names = pa.array([*stages, *ends])
    last = np.iinfo(np.int32).max
    late = column["flaw"] == Flaw.AFTER
    days = {
        name: pa.array(
            np.where(late, last, column[name]).astype(np.int32)[kept],
            mask=(undated | (study.events[name].is_null().to_numpy() & ~late))[kept],
        )
        for name in ("lo", "hi")
    }
    case = pa.array(column["unit"][kept].astype(np.int32))
    units = _names(study)
    events = {
        "case": pa.DictionaryArray.from_arrays(case, units),
        "activity": pa.DictionaryArray.from_arrays(pa.array(state[kept].astype(np.int32)), names),
        **days,
    }
    if study.clusters is not None:
        shared = study.clusters.take(case)
        events["cluster"] = shared.cast(pa.string()).dictionary_encode()
    table = stay_table(
        EventLog(
            pa.table(events),
            _codes(study, units),
            source=study.agency,
            unit=study.unit,
            known_until=study.known_until,
            tracked_from={"": study.tracked_from} if study.tracked_from else {},
            stages={stage.own: stage.stage for stage in study.stages},
            order=(*stages, *ends),
            final=frozenset(ends),
            merged=True,
            simulated=study.simulated,
        )
    )
    return replace(_dressed(table, study), told=_told(study, units, table))


def _told(study: Study, units: pa.Array, table: StayTable) -> Told:
    """The events of a study by the numbers that the table gives its units."""
    found = pc.index_in(units, value_set=table.cases).cast(pa.int64())
    number = pc.coalesce(found, pa.array(-1 - np.arange(len(units), dtype=np.int64)))
    mine = number.take(study.events["unit"].combine_chunks())
    place = study.events.column_names.index("unit")
    return Told(
        study.events.set_column(place, "unit", mine),
        tuple(State(one.stage or one.own, one.own, one.stage) for one in study.stages),
        ends_by_strength(study.edition).index(GOES_ON),
    )


def _dressed(table: StayTable, study: Study) -> StayTable:
    """The table with what it stands on; a way's end goes by the code of its outcome."""
    return replace(
        table,
        states=tuple(
            replace(state, code=state.own.removeprefix("end:")) if state.final else state
            for state in table.states
        ),
        stated=study.stated,
        edition=study.edition.code,
        edition_fingerprint=study.edition.fingerprint,
        crosswalk=study.crosswalk,
        batch=study.batch,
        ledger_size=study.ledger_size,
        ledger_head=study.ledger_head,
        broader={scheme: _broader(study, scheme) for scheme in study.schemes},
        sealed=True,
        terms={scheme: _terms(study, scheme) for scheme in study.schemes},
    )


def _terms(study: Study, scheme: str) -> tuple[str, ...]:
    """The groups a scheme can give, in order: its terms, then the absences, then unknown codes."""
    schemes = (study.edition.scheme(code) for code in (scheme, "absences"))
    return tuple(dict.fromkeys([*(term.code for each in schemes for term in each.terms), UNMAPPED]))


def _broader(study: Study, scheme: str) -> dict[str, str]:
    """The term that each narrower term of a scheme is a part of."""
    return {term.code: term.broader for term in study.edition.scheme(scheme).terms if term.broader}


def _numbers(events: pa.Table, name: str) -> NDArray[np.int64]:
    column = events[name]
    if pa.types.is_boolean(column.type):
        column = column.cast(pa.int8())
    found: NDArray[np.int64] = column.fill_null(-1).to_numpy().astype(np.int64)
    return found


def _overtaken(
    column: dict[str, NDArray[np.int64]], ended: NDArray[np.bool_], undated: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Stages of the day on which a unit's way ends that come after the stage it ended at.

    They stand in the order of the definition, and the end overtook them.
    """
    fine = ~undated & (column["flaw"] == Flaw.NONE)
    units = int(column["unit"].max(initial=0)) + 1
    never = np.iinfo(np.int64).max
    day = column["lo"] + (column["hi"] - column["lo"]) // 2
    first = np.full(units, never)
    np.minimum.at(first, column["unit"][ended & fine], day[ended & fine])
    deciding = ended & fine & (day == first[column["unit"]])
    rank = column["outcome"] * 256 + column["stage"]
    best = np.full(units, never)
    np.minimum.at(best, column["unit"][deciding], rank[deciding])
    at_end = fine & ~ended & (day == first[column["unit"]])
    overtaken: NDArray[np.bool_] = at_end & (column["stage"] >= best[column["unit"]] % 256)
    return overtaken


def _names(study: Study) -> pa.Array:
    """A name for each unit that sorts as the units are numbered."""
    many = study.units
    if study.names is not None:
        return study.names
    return pa.array([f"{number:09}" for number in range(many)], pa.string())


def _codes(study: Study, units: pa.Array) -> pa.Table:
    codes: Any = study.codes.combine_chunks()
    case = pa.DictionaryArray.from_arrays(
        pc.cast(codes["unit"], pa.int32()).combine_chunks(), units
    )
    texts = [codes[name].dictionary_encode().combine_chunks() for name in ("scheme", "group")]
    return pa.Table.from_arrays([case, *texts, codes["absent"]], schema=LOG_CODES)
