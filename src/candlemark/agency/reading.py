"""A source read through its crosswalk: landed, checked, coded, audited; and nothing kept yet.

The order matters.  What refuses a file comes first (missing tables, columns, malformed lines,
damaged identifiers), so that a refusal costs little and leaves nothing; what is odd but legible
comes after and is reported.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from candlemark.agency import (
    asked,
    audits,
    codes,
    content,
    dates,
    faults,
    rules,
    source,
    stages,
    units,
)
from candlemark.agency.content import Wanted
from candlemark.agency.engine import Engine, engine
from candlemark.agency.facts import SourceFile
from candlemark.agency.landing import land
from candlemark.agency.report import Report, TableRead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from candlemark.agency.codes import Book, Coded
    from candlemark.agency.landing import Landed
    from candlemark.agency.source import Found, Weight
    from candlemark.agency.stages import Sayings
    from candlemark.definition.crosswalk import Crosswalk

    Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class BatchTables:
    """The content of a batch as Arrow tables.

    ``cases``: case, incident (or null), start_lo, start_hi (or null); one row per counting unit.
    ``codes``: case, scheme, term (or null), raw, relation, absent (or null).
    ``events``: case, seq, own, stage, lo, hi, outcome, raw (or null), ends, doubt (or null).
    ``raw``: each table of the source as text, as it landed.
    """

    cases: pa.Table
    codes: pa.Table
    events: pa.Table
    raw: Mapping[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Reading:
    """A source as it was read, and what there is to say about it."""

    tables: BatchTables
    report: Report


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a source, weighed."""

    crosswalk: Crosswalk
    found: tuple[Found, ...]
    weights: tuple[Weight, ...]

    @property
    def named(self) -> tuple[SourceFile, ...]:
        """What is kept of them: no folder."""
        return tuple(
            SourceFile(found.table.name, found.path.name, weight.size, weight.sha256)
            for found, weight in zip(self.found, self.weights, strict=True)
        )


@dataclass(frozen=True, slots=True)
class OpenReading:
    """A source in the engine: read, and still to be drawn from."""

    engine: Engine
    tables: tuple[Landed, ...]
    columns: tuple[Coded, ...]
    books: tuple[Book, ...]
    said: Sayings
    report: Report

    def contents(self) -> Iterator[Wanted]:
        """The tables of the content, still to be made."""
        names = self.engine.stream("SELECT u FROM units ORDER BY k").read_all()["u"]
        units = pa.chunked_array([*names.chunks, pa.array([], pa.string())]).combine_chunks()
        yield Wanted(
            "codes",
            codes.codes_sql(self.columns, self.books),
            content.codes_dresser(units, self.books),
            ("case",),
        )
        yield Wanted(
            "events",
            "SELECT * FROM events ORDER BY k, seq",
            content.events_dresser(units, self.said.table, stages.DOUBTS),
            ("case",),
        )
        yield Wanted(
            "cases",
            'SELECT u AS "case", incident, start_lo, start_hi FROM cases ORDER BY k',
            content.dress_cases,
            ("case",),
        )
        for landed in self.tables:
            keys = {*landed.table.unit_key, *landed.table.row_key} & {*landed.header.columns}
            yield Wanted(
                content.RAW + landed.table.name,
                f"SELECT * FROM {landed.sql}",
                sorted_names=tuple(sorted(keys)),
            )


def weigh(path: Path, crosswalk: Crosswalk) -> Files:
    """Find and weigh the files of a source.

    Raises:
        SourceMissing, TablesMissing: see ``candlemark.agency.source``.
    """
    found = source.find(path, crosswalk)
    return Files(crosswalk, found, tuple(source.weigh(one.path) for one in found))


def read_source(
    path: Path,
    crosswalk: Crosswalk,
    progress: Progress | None = None,
    *,
    as_of: date | None = None,
) -> Reading:
    """Read a file or folder through its crosswalk, and keep nothing.

    Args:
        path: a file for a crosswalk of one table, else the folder of its tables.
        crosswalk: how to read it.
        progress: called with the share done, from 0 to 1, and what is being done.
        as_of: the last day the source can know of; the day of import when not given.

    Raises:
        SourceError: one of its kinds; nothing was read by halves.
        DefinitionFaulty: a date format of the crosswalk has an offset.
        Stopped: the person interrupted it.
    """
    with reading(weigh(path, crosswalk), as_of or today(), progress) as made:
        tables = {one.name: pa.concat_tables(one.tables(made.engine)) for one in made.contents()}
        raw = {
            name.removeprefix(content.RAW): table
            for name, table in tables.items()
            if name.startswith(content.RAW)
        }
        kept = BatchTables(
            cases=tables["cases"].cast(content.CASES),
            codes=tables["codes"].cast(content.CODES),
            events=tables["events"].cast(content.EVENTS),
            raw=raw,
        )
        return Reading(kept, made.report)


def check(
    path: Path,
    crosswalk: Crosswalk,
    progress: Progress | None = None,
    *,
    as_of: date | None = None,
) -> Report:
    """What an import would report; no vault is needed and nothing is kept.

    Raises:
        SourceError, DefinitionFaulty, Stopped: as :func:`read_source`.
    """
    with reading(weigh(path, crosswalk), as_of or today(), progress) as made:
        return made.report


@contextmanager
def reading(files: Files, last: date, progress: Progress | None) -> Iterator[OpenReading]:
    """A source read into an engine that lives as long as the block.

    Args:
        files: what to read.
        last: the last day the source can know of.
        progress: as in :func:`read_source`.
    """
    told = progress or _silent
    crosswalk = files.crosswalk
    with engine([found.path for found in files.found]) as made:
        headers = source.headers(files.found)
        tables = []
        for number, (found, weight, header) in enumerate(
            zip(files.found, files.weights, headers, strict=True)
        ):
            told(0.5 * number / len(headers), f"reading {found.path.name}")
            tables.append(land(made, number, found, weight, header))
        told(0.5, "checking")
        units.refuse_damaged(made, tables)
        units.name_units(made, crosswalk, tables)
        columns = codes.coded_columns(crosswalk, tables)
        books = codes.look_up(made, crosswalk, columns)
        told(0.6, "coding")
        event_rules = rules.rules_of(tables, columns)
        said = stages.sayings(event_rules, books)
        for landed in tables:
            dates.read_dates(made, landed)
            rules.code_rows(made, landed, columns, event_rules)
        codes.count(made, columns)
        stages.begin(made, crosswalk, tables, event_rules, last)
        stages.say_events(made, event_rules, said, last)
        told(0.8, "auditing")
        fault_counts, found_faults = faults.find_faults(made, tables)
        findings = (
            *asked.find_asked(made, crosswalk, tables, columns),
            *audits.find_always(made, crosswalk, tables, event_rules, last),
        )
        (unit_count,) = made.one("SELECT count(*) FROM units")
        report = Report(
            crosswalk=crosswalk.code,
            crosswalk_version=crosswalk.version,
            unit=crosswalk.unit,
            rows=sum(landed.rows for landed in tables),
            units=unit_count,
            tables=tuple(
                TableRead(landed.table.name, landed.file, landed.rows, landed.header.absent)
                for landed in tables
            ),
            stages=stages.count_stages(made, said),
            coverage=codes.coverage(made, crosswalk, columns),
            fault_counts=fault_counts,
            faults=found_faults,
            findings=findings,
        )
        told(1.0, "read")
        yield OpenReading(made, tuple(tables), columns, books, said, report)


def today() -> date:
    """The civil day at this machine's place."""
    return datetime.now().astimezone().date()


def _silent(_done: float, _what: str) -> None:
    return
