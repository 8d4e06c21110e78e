"""What is public, gathered from the ledger: everything a site is written from, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from candlemark.definition import Definition
from candlemark.errors import UnknownRelease, UnknownTerm
from candlemark.ledger.checkpoint import Checkpoint, read_checkpoint
from candlemark.publish.answers import Answers, answers
from candlemark.publish.contact import Contact, contact
from candlemark.publish.open import Placing
from candlemark.publish.releases import changes_between, readable, releases, tables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from candlemark.definition import Edition
    from candlemark.ledger import Vault
    from candlemark.publish.releases import Changes, Published, Releases
    from candlemark.publish.table import Table
    from candlemark.seal import NoteKey


@dataclass(frozen=True)
class Site:
    """All that is public."""

    said: Releases
    tables: Mapping[str, Table]
    """Every table of a release that stands, by its identity, placed."""
    editions: tuple[Edition, ...]
    """The definitions that tables are or were coded by, as far as this version still has them:
    first those on which no release stands any more, for the addresses of their terms are lasting.
    """
    first_by: Mapping[str, int]
    """Per fingerprint of a definition the release that was coded by it first."""
    publisher: NoteKey
    log: NoteKey
    answers: Answers
    """What agencies were asked and answered."""
    contact: Contact
    """How readers reach the group."""

    @property
    def last(self) -> Published:
        """The newest release, whether it stands or not."""
        return self.said.published[-1]

    @property
    def checkpoint(self) -> Checkpoint:
        """The state of the log that the newest release stands on."""
        return read_checkpoint(self.last.checkpoint, self.log.name, self.log.public)

    @cached_property
    def carried(self) -> Mapping[str, tuple[int, ...]]:
        """The releases that carry each table, withdrawn ones too."""
        found: dict[str, list[int]] = {}
        for one in self.said.published:
            for identity in one.draft.tables:
                found.setdefault(identity, []).append(one.number)
        return {identity: tuple(numbers) for identity, numbers in found.items()}

    @cached_property
    def newest_of(self) -> Mapping[str, str]:
        """Per name of a table the identity of its newest form."""
        found: dict[str, str] = {}
        for one in self.said.published:
            if one.stands:
                found |= {self.tables[name].name: name for name in one.draft.tables}
        return found

    @cached_property
    def current(self) -> tuple[Table, ...]:
        """The newest form of every table that stands, in the order in which they came.

        What only corrected releases carry is left out: their correction did not say it again.
        """
        sound = {
            identity
            for one in self.said.published
            if one.stands and not one.corrected_by
            for identity in one.draft.tables
        }
        return tuple(self.tables[one] for one in self.newest_of.values() if one in sound)

    def tables_of(self, release: Published) -> tuple[Table, ...]:
        """The tables of a release; none of one that was withdrawn."""
        if not release.stands:
            return ()
        return tuple(self.tables[name] for name in release.draft.tables)

    def placing(self, table: Table) -> Placing:
        """Where and when a table was published first."""
        number = self.carried[table.identity][0]
        first = self.said.published[number - 1]
        places = self.said.places
        return Placing(places.publisher, number, first.on, places.address)

    def changes(self, release: Published) -> Changes | None:
        """What changed since the release before; None for the first, and beside a withdrawn one."""
        if release.number == 1 or not release.stands:
            return None
        before = self.said.published[release.number - 2]
        return changes_between(self.tables_of(before), self.tables_of(release))

    def edition_of(self, table: Table) -> Edition | None:
        """The definition a table is coded by; None when this version has it no longer."""
        return next(
            (one for one in self.editions if one.fingerprint == table.edition_fingerprint), None
        )


def gather(vault: Vault) -> Site:
    """What a vault has published.

    Raises:
        UnknownRelease: nothing yet.
        LedgerBroken: the ledger is damaged.
    """
    said = releases(vault.ledger)
    if not said.published:
        raise UnknownRelease(
            "nothing is published yet",
            hint="candlemark release draft, approve by another member, publish",
        )
    publisher = vault.publisher
    standing = [one for one in said.published if one.stands]
    first: dict[str, int] = {}
    for one in said.published:
        size = read_checkpoint(one.checkpoint, publisher.log.name, publisher.log.public).size
        for identity in one.draft.tables:
            first.setdefault(identity, size)
    wanted = dict.fromkeys(name for one in standing for name in one.draft.tables)
    kept = tables(vault.ledger, tuple(wanted))
    placed = {name: table.placed(first[name]) for name, table in kept.items()}
    gone = readable(vault.ledger, first.keys() - kept.keys())
    every = {name: (gone | kept)[name] for name in first if name in gone or name in kept}
    coded: dict[str, int] = {}
    for one in said.published:
        for identity in one.draft.tables:
            if identity in every:
                coded.setdefault(every[identity].edition_fingerprint, one.number)
    return Site(
        said,
        placed,
        _editions(every, kept),
        coded,
        publisher.key,
        publisher.log,
        answers(vault.ledger, said),
        contact(vault.ledger),
    )


def _editions(every: Mapping[str, Table], kept: Mapping[str, Table]) -> tuple[Edition, ...]:
    """The editions of tables, in the order in which they came; those of what stands come last."""

    def of(found: Mapping[str, Table]) -> dict[tuple[str, str], None]:
        return dict.fromkeys((one.edition, one.edition_fingerprint) for one in found.values())

    editions = []
    standing = of(kept)
    for code, fingerprint in (*(one for one in of(every) if one not in standing), *standing):
        edition = _edition(code)
        if edition is not None and edition.fingerprint == fingerprint:
            editions.append(edition)
    return tuple(editions)


@cache
def _edition(code: str) -> Edition | None:
    try:
        return Definition.load(code)
    except UnknownTerm:
        return None
