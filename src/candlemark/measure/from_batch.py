"""An agency's batch as numbered columns.

Nothing is dropped on the way and nothing is put right: an event that an import found doubtful keeps
its flaw, a code nobody knows becomes the group ``unmapped``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from candlemark.errors import NotMeasurable
from candlemark.measure.columns import CODES, EVENTS, UNMAPPED, Flaw, day_of
from candlemark.measure.stages import StudyStage, ends_by_strength, outcome_places

if TYPE_CHECKING:
    from datetime import date

    from candlemark.definition import Crosswalk, Edition

_FLAWS: Final = {
    "before-start": Flaw.BEFORE,
    "far-future": Flaw.AFTER,
    "undated": Flaw.UNDATED,
    "unreadable": Flaw.UNDATED,
}


def stages(crosswalk: Crosswalk, edition: Edition) -> tuple[tuple[StudyStage, ...], int]:
    """The agency's stages in the order of the definition, and the place of the one units enter at.

    Several rules can speak of one own stage; it has a date, or ends, when any of them says so.
    """
    order = {term.code: term.order for term in edition.scheme("stages").terms}
    rules = [rule for table in crosswalk.tables for rule in table.events]
    found = sorted(
        (
            StudyStage(
                own=first.own,
                stage=first.stage,
                dated=any(rule.date for rule in rules if rule.own == first.own),
                ends=any(rule.ends for rule in rules if rule.own == first.own),
            )
            for first in crosswalk.stages
        ),
        key=lambda stage: order[stage.stage],
    )
    entry = crosswalk.main.events[0].own
    return tuple(found), [stage.own for stage in found].index(entry)


def events(
    table: pa.Table,
    cases: pa.Array,
    own: tuple[StudyStage, ...],
    crosswalk: Crosswalk,
    edition: Edition,
) -> pa.Table:
    """Stage events with numbers in place of texts.

    An end with a code the crosswalk does not know is an end without an outcome: it ends nothing,
    and is counted as a doubt.

    Raises:
        NotMeasurable: a stage that this version of the crosswalk does not name.
    """
    stage = pc.index_in(table["own"], value_set=pa.array([each.own for each in own]))
    if stage.null_count:
        unknown = pc.unique(table["own"].filter(pc.is_null(stage))).to_pylist()
        raise NotMeasurable(
            f"the batch holds stages its crosswalk no longer names: {', '.join(unknown[:5])}",
            hint="import the agency's file again with the present crosswalk",
        )
    groups = outcome_places(edition)
    term = pc.index_in(table["outcome"], value_set=pa.array(list(groups)))
    if term.null_count > table["outcome"].null_count:
        strange = table["outcome"].filter(pc.and_(pc.is_null(term), pc.is_valid(table["outcome"])))
        edition.term("outcomes", strange[0].as_py())  # raises, and names the nearest terms
    doubts = pa.array(list(_FLAWS))
    doubt = pc.index_in(table["doubt"], value_set=doubts)
    flaw = pc.coalesce(
        pc.take(pa.array([int(flaw) for flaw in _FLAWS.values()]), doubt), int(Flaw.NONE)
    )
    columns = [
        pc.index_in(table["case"], value_set=cases),
        table["seq"],
        stage,
        table["lo"].cast(pa.int32()),
        table["hi"].cast(pa.int32()),
        pc.or_(table["ends"], _ends_unknown(table, crosswalk)),
        pc.take(pa.array(list(groups.values())), term),
        flaw,
    ]
    return pa.Table.from_arrays(columns, names=EVENTS.names).cast(EVENTS)


def _ends_unknown(table: pa.Table, crosswalk: Crosswalk) -> pa.ChunkedArray:
    """Which events of an ending rule have an outcome code that stands in no map of such rules."""
    ending: set[str] = set()
    known: set[str] = set()
    for source in crosswalk.tables:
        maps = {column.name: column.map for column in source.columns}
        for rule in source.events:
            if rule.ends and rule.outcome:
                ending.add(rule.own)
                known.update(row.code for row in crosswalk.maps[maps[rule.outcome]].rows)
    coded = pc.and_(
        pc.is_in(table["own"], value_set=pa.array(sorted(ending), pa.string())),
        pc.and_(pc.is_valid(table["raw"]), pc.is_null(table["outcome"])),
    )
    strange = pc.invert(pc.is_in(table["raw"], value_set=pa.array(sorted(known), pa.string())))
    return pc.and_(coded, strange)


def codes(table: pa.Table, cases: pa.Array) -> pa.Table:
    """Each unit's groups in each scheme."""
    absent = pc.and_(pc.is_null(table["term"]), pc.is_valid(table["absent"]))
    columns = [
        pc.index_in(table["case"], value_set=cases),
        table["scheme"],
        pc.coalesce(table["term"], table["absent"], UNMAPPED),
        absent,
    ]
    return pa.Table.from_arrays(columns, names=CODES.names).cast(CODES)


def clusters(cases: pa.Table) -> pa.Array | None:
    """The incident of each unit, where the agency names one."""
    if "incident" not in cases.column_names:
        return None
    return cases["incident"].cast(pa.string()).combine_chunks()


def possible_ends(crosswalk: Crosswalk, edition: Edition, found: pa.Table) -> tuple[str, ...]:
    """Groups of outcomes this agency can report, and those it did, in the order of the definition.

    A group it can report and did not is an answer (nobody was acquitted) and is shown.
    """
    scheme = edition.scheme("outcomes")
    can: set[str] = set()
    for table in crosswalk.tables:
        maps = {column.name: column.map for column in table.columns}
        for rule in table.events:
            if rule.ends and rule.outcome_term:
                can.add(scheme.group(rule.outcome_term).code)
            if rule.ends and rule.outcome:
                rows = crosswalk.maps[maps[rule.outcome]].rows
                can.update(scheme.group(row.term).code for row in rows if row.term)
    can.update(ends_found(found, edition))
    return tuple(term.code for term in scheme.top if term.code in can)


def ends_found(found: pa.Table, edition: Edition) -> set[str]:
    """Groups of outcomes that ended somebody's way in these events."""
    places = pc.unique(found["outcome"].filter(found["ends"])).to_pylist()
    strength = ends_by_strength(edition)
    return {strength[place] for place in places if place is not None}


def latest_day(found: pa.Table, imported_on: date | None) -> date | None:
    """The latest day in the data that is not in doubt and not after the import."""
    fine = found["hi"].filter(pc.equal(found["flaw"], int(Flaw.NONE)))
    latest = pc.max(fine).as_py()
    if latest is None:
        return imported_on
    return min(day_of(latest), imported_on) if imported_on else day_of(latest)
