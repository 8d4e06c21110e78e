"""Batches: a source kept in the ledger, what is there, and how it changed from one to the next.

An import is all or nothing: every leaf of it goes into one transaction, so that a full disk, or a
person who stops the work, leaves the vault as it was.  What was imported is never changed.  The
same files again are nothing new; a later snapshot is a new batch that says what differs, and the
earlier one stays readable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from candlemark.agency import content as contents
from candlemark.agency.crosswalks import to_keep
from candlemark.agency.facts import CHUNK, BatchKept, ChunkKept, SourceFile
from candlemark.agency.imported import imported
from candlemark.agency.reading import BatchTables, reading, today, weigh
from candlemark.agency.revision import REVISED_SQL, compare
from candlemark.errors import DefinitionFaulty, Fault, NotUnderstood, SettingRefused, UnknownBatch
from candlemark.ids import new_id
from candlemark.ledger import Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path

    import pyarrow as pa

    from candlemark.agency.content import Packed
    from candlemark.agency.engine import Engine
    from candlemark.agency.facts import Content
    from candlemark.agency.reading import Files, OpenReading, Progress
    from candlemark.agency.report import Report, Revision
    from candlemark.definition import Edition
    from candlemark.definition.crosswalk import Crosswalk
    from candlemark.ledger import Entry, Fact, Ledger

_PARTS_AT_ONCE: Final = 100
"""Parts of one leaf.  The ledger allows 200; half of that keeps a leaf small."""

REVISION: Final = "revision"
"""Name of the content that lists every unit that differs from the batch before."""


@dataclass(frozen=True, slots=True)
class Batch:
    """An agency's files as they were imported once."""

    id: str
    crosswalk: str
    crosswalk_version: int
    crosswalk_fingerprint: str
    edition: str
    edition_fingerprint: str
    sources: tuple[SourceFile, ...]
    imported: datetime
    """When, by the clock of the machine that wrote it."""
    imported_on: date
    as_of: date | None
    """The last day the source can know of, where somebody said so."""
    rows: int
    units: int
    report: Report
    contents: tuple[Content, ...]
    revision: Revision | None
    entry: int
    """Number of the ledger's entry it begins in."""

    @property
    def source_names(self) -> tuple[str, ...]:
        """Names of the files."""
        return tuple(source.name for source in self.sources)

    @property
    def source_fingerprint(self) -> str:
        """The SHA-256 of each file by table, in one text."""
        return _fingerprint(self.sources)

    @property
    def revision_of(self) -> str:
        """The batch it revises; empty for the first of its crosswalk."""
        return self.revision.of if self.revision else ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import.

    ``batch`` is the new batch or, with ``nothing_new``, the one that holds the same already.
    """

    batch: Batch
    report: Report
    revision: Revision | None
    nothing_new: bool


def import_source(
    ledger: Ledger,
    path: Path,
    crosswalk: Crosswalk,
    edition: Edition,
    as_of: date | None = None,
    *,
    progress: Progress | None = None,
) -> Imported:
    """Read a file or folder through its crosswalk and keep it as a sealed batch.

    Args:
        ledger: where it is kept; its vault must have been opened with this floor's kinds.
        path: a file for a crosswalk of one table, else the folder of its tables.
        crosswalk: how to read it.
        edition: the definition the crosswalk maps to.
        as_of: the last day the source can know of; dates after it are in doubt.  The day of
            import when not given.
        progress: called with the share done, from 0 to 1, and what is being done.

    Raises:
        SettingRefused: the as-of day has not come yet, or lies before everything in the file.
        SourceError: one of its kinds; nothing was imported by halves.
        DefinitionFaulty: the crosswalk maps to another edition.
        StorageFull, VaultBusy, LedgerBroken: the vault is as it was before.
        Stopped: the person interrupted it; the same.
    """
    if crosswalk.edition != edition.code:
        raise DefinitionFaulty(
            f"{crosswalk.code} maps to edition {crosswalk.edition}, not {edition.code}",
            hint="load the crosswalk with the edition it was written for",
            faults=[Fault(crosswalk.code, f"edition {crosswalk.edition}")],
        )
    if as_of is not None and as_of > today():
        raise SettingRefused(
            f"{as_of} has not come yet, so no file can be of that day",
            hint="give --as-of the day on which the agency made the file",
        )
    files = weigh(path, crosswalk)
    earlier = [one for one in batches(ledger) if one.crosswalk == crosswalk.code]
    for one in reversed(earlier):
        if _same_source(one, files.named) and _same_words(one, crosswalk, edition, as_of):
            return Imported(one, one.report, None, nothing_new=True)
    latest = earlier[-1] if earlier else None
    with reading(files, as_of or today(), _share(progress, 0.0, 0.6)) as made:
        _refuse_day_before_all(made.engine, as_of)
        revision = _revise(ledger, latest, made, crosswalk, edition) if latest else None
        if (
            latest
            and revision is not None
            and revision.empty
            and _same_words(latest, crosswalk, edition, as_of)
        ):
            return Imported(latest, made.report, None, nothing_new=True)
        kept = _keep(
            ledger,
            files,
            made,
            edition,
            as_of=as_of,
            revision=revision,
            progress=_share(progress, 0.6, 1.0),
        )
        return Imported(kept, kept.report, kept.revision, nothing_new=False)


def _refuse_day_before_all(engine: Engine, as_of: date | None) -> None:
    """Refuse a day before which nothing in the file had happened: a slip, and one kept for ever.

    Dates that have not come yet are faults of the file, and say nothing about that day.
    """
    if as_of is None:
        return
    dated, between = engine.one(
        f"SELECT count(*), count(*) FILTER (lo > DATE '{as_of}' AND lo <= DATE '{today()}')"
        " FROM events WHERE lo IS NOT NULL"
    )
    if dated and between == dated:
        raise SettingRefused(
            f"everything in the file happened after {as_of}",
            hint="give --as-of the day on which the agency made the file",
        )


def _same_source(one: Batch, sources: tuple[SourceFile, ...]) -> bool:
    return one.source_fingerprint == _fingerprint(sources)


def _fingerprint(sources: Sequence[SourceFile]) -> str:
    return " ".join(f"{source.table}:{source.sha256}" for source in sources)


def _same_words(one: Batch, crosswalk: Crosswalk, edition: Edition, as_of: date | None) -> bool:
    """Whether a batch was read by the same crosswalk and definition, up to the same day."""
    return (
        one.crosswalk_fingerprint == crosswalk.fingerprint
        and one.edition_fingerprint == edition.fingerprint
        and as_of in {None, one.as_of}
    )


def _revise(
    ledger: Ledger, latest: Batch, made: OpenReading, crosswalk: Crosswalk, edition: Edition
) -> Revision:
    stored = _contents(ledger, latest, contents.RAW)
    before = {
        name.removeprefix(contents.RAW): contents.reader_of(raw) for name, raw in stored.items()
    }
    return replace(
        compare(made.engine, crosswalk, made.tables, before),
        of=latest.id,
        crosswalk_changed=not _same_words(latest, crosswalk, edition, None),
    )


def _keep(
    ledger: Ledger,
    files: Files,
    made: OpenReading,
    edition: Edition,
    *,
    as_of: date | None,
    revision: Revision | None,
    progress: Progress,
) -> Batch:
    batch = new_id("batch")
    wanted = list(made.contents())
    if revision is not None:
        wanted.append(contents.Wanted(REVISION, REVISED_SQL))
        revision = replace(revision, batch=batch)
    progress(0.0, "packing")
    packed = contents.pack_all(made.engine, wanted)
    progress(0.8, "sealing")
    crosswalk = files.crosswalk
    kept = BatchKept(
        id=batch,
        crosswalk=crosswalk.code,
        crosswalk_version=crosswalk.version,
        crosswalk_fingerprint=crosswalk.fingerprint,
        edition=edition.code,
        edition_fingerprint=edition.fingerprint,
        sources=files.named,
        imported_on=today(),
        as_of=as_of,
        report=made.report,
        contents=tuple(one.content for one in packed),
        revision=revision,
    )
    new = to_keep(ledger, crosswalk)
    said = (kept,) if new is None else (kept, new)
    entries = ledger.append_all(_leaves(said, batch, packed))
    progress(1.0, "kept")
    return _batch(entries[0], kept)


def _leaves(said: Sequence[Fact], batch: str, packed: Sequence[Packed]) -> Iterator[list[Part]]:
    """The parts of a batch, leaf by leaf, made while the ledger writes them."""
    parts = [Part("coded", (fact,)) for fact in said]
    for one in packed:
        for number, chunk in enumerate(one.chunks()):
            if len(parts) == _PARTS_AT_ONCE:
                yield parts
                parts = []
            parts.append(Part("coded", (ChunkKept(batch, one.content.name, number, chunk),)))
    yield parts


def batches(ledger: Ledger) -> tuple[Batch, ...]:
    """All batches, in the order in which they were imported."""
    return tuple(
        _batch(entry, fact) for entry, fact in imported(ledger) if isinstance(fact, BatchKept)
    )


def batch(ledger: Ledger, batch_id: str) -> Batch:
    """One batch.

    Raises:
        UnknownBatch: there is none with this identifier.
    """
    for one in batches(ledger):
        if one.id == batch_id:
            return one
    raise UnknownBatch(
        "the vault holds no batch with this identifier",
        hint="candlemark batch list shows those it holds",
    )


def tables(ledger: Ledger, batch_id: str) -> BatchTables:
    """The content of a batch.

    Raises:
        UnknownBatch: there is no such batch.
        LedgerBroken: pieces of it are missing.
    """
    stored = _contents(ledger, batch(ledger, batch_id))
    read = {name: contents.table_of(one) for name, one in stored.items()}
    return BatchTables(
        cases=read["cases"],
        codes=read["codes"],
        events=read["events"],
        raw={
            name.removeprefix(contents.RAW): table
            for name, table in read.items()
            if name.startswith(contents.RAW)
        },
    )


def revisions(ledger: Ledger, crosswalk: str = "") -> tuple[Revision, ...]:
    """How later snapshots differed from those before; of one crosswalk, or of all."""
    return tuple(
        one.revision
        for one in batches(ledger)
        if one.revision is not None and crosswalk in {"", one.crosswalk}
    )


def revised_units(ledger: Ledger, batch_id: str) -> pa.Table:
    """Every unit that differs from the batch before: ``case``, ``change``, ``columns``.

    Raises:
        UnknownBatch: there is no such batch.
        NotUnderstood: it revises no other.
        LedgerBroken: pieces of it are missing.
    """
    one = batch(ledger, batch_id)
    if one.revision is None:
        raise NotUnderstood(
            "this batch revises no other", hint="it is the first of its crosswalk in this vault"
        )
    return contents.table_of(_contents(ledger, one, REVISION)[REVISION])


def _batch(entry: Entry, kept: BatchKept) -> Batch:
    return Batch(
        id=kept.id,
        crosswalk=kept.crosswalk,
        crosswalk_version=kept.crosswalk_version,
        crosswalk_fingerprint=kept.crosswalk_fingerprint,
        edition=kept.edition,
        edition_fingerprint=kept.edition_fingerprint,
        sources=kept.sources,
        imported=entry.written,
        imported_on=kept.imported_on,
        as_of=kept.as_of,
        rows=kept.report.rows,
        units=kept.report.units,
        report=kept.report,
        contents=kept.contents,
        revision=kept.revision,
        entry=entry.n,
    )


def _contents(ledger: Ledger, one: Batch, beginning: str = "") -> dict[str, pa.BufferReader]:
    """The Parquet files of a batch whose names begin so."""
    wanted = {item.name: item for item in one.contents if item.name.startswith(beginning)}
    chunks: dict[str, dict[int, bytes]] = {name: {} for name in wanted}
    missing = sum(item.chunks for item in wanted.values())
    for _, fact in ledger.facts(kinds={CHUNK}, after=one.entry - 1):
        if isinstance(fact, ChunkKept) and fact.batch == one.id and fact.content in chunks:
            chunks[fact.content][fact.n] = fact.data
            missing -= 1
            if not missing:
                break
    return {name: contents.unpack(item, chunks[name]) for name, item in wanted.items()}


def _share(progress: Progress | None, start: float, stop: float) -> Progress:
    """A progress that fills the span from ``start`` to ``stop`` of another."""

    def told(done: float, what: str) -> None:
        if progress is not None:
            progress(start + (stop - start) * done, what)

    return told
