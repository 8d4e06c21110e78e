"""Releases as the ledger has them: drafted by one member, approved by another, remembered for ever.

A fold.  What was released is found in the ledger and nowhere else; the next release counts what is
not in it.  An approval names the hash of the draft, counts only from a member who did not draft it,
and only while no other release of the cohort came in between.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np

from candlemark.errors import NotEntitled, NotInOrder
from candlemark.ids import new_id
from candlemark.ledger import Part
from candlemark.protect.batches.closing import Row
from candlemark.protect.batches.tables import Table
from candlemark.protect.facts import (
    KINDS,
    MarksSaid,
    ReleaseApproved,
    ReleaseDrafted,
    ReleaseDropped,
    RowSaid,
    TableSaid,
)
from candlemark.protect.setting_up import CODED, tag_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from candlemark.ledger import Entry, Fact, Ledger, Vault
    from candlemark.protect.batch import Batch
    from candlemark.protect.batches.record_keys import Secret
    from candlemark.protect.policy import Policy

MARKS: Final = 100_000
"""Events whose marks are said in one fact."""
PART: Final = 800_000
"""Bytes of marks in one part of an entry."""


class State(StrEnum):
    """Where a release stands."""

    WAITING = "waiting"
    """For a second member."""
    APPROVED = "approved"
    DROPPED = "dropped"
    OVERTAKEN = "overtaken"
    """Another release of the cohort was approved first; it has to be drafted anew."""


@dataclass(slots=True)
class Release:
    """One release, with who said what."""

    said: ReleaseDrafted
    rows: tuple[Row, ...]
    digest: bytes
    drafted_by: bytes
    """Kid of the member."""
    state: State = State.WAITING
    approved_by: bytes = b""
    tables: tuple[Table, ...] = field(default_factory=tuple)

    @property
    def code(self) -> str:
        """How people name it on a command line."""
        return self.said.release

    @property
    def cohort(self) -> tuple[str, str]:
        """Whose cases, and where they enter."""
        return self.said.cohort, self.said.from_stage

    @property
    def suppressed(self) -> Mapping[str, frozenset[str]]:
        """Groups of closed years that are too small, by table."""
        return {table.name: frozenset(table.suppressed) for table in self.said.tables}


def releases(ledger: Ledger) -> tuple[Release, ...]:
    """Every release that was drafted, in the order of the ledger.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    found: dict[str, Release] = {}
    who = _Members(ledger)
    for entry, facts in _entries(ledger):
        for fact in facts:
            if isinstance(fact, ReleaseDrafted):
                found.setdefault(fact.release, _drafted(fact, facts, who.of(entry)))
            elif isinstance(fact, ReleaseApproved) and fact.release in found:
                _approve(found, found[fact.release], fact, who.of(entry))
            elif isinstance(fact, ReleaseDropped) and fact.release in found:
                one = found[fact.release]
                if one.state is State.WAITING:
                    one.state = State.DROPPED
    return tuple(found.values())


def _entries(ledger: Ledger) -> Iterator[tuple[Entry, list[Fact]]]:
    """The facts of this floor, entry by entry."""
    last: Entry | None = None
    facts: list[Fact] = []
    for entry, fact in ledger.facts(kinds=KINDS.codes):
        if last is not None and entry.n != last.n:
            yield last, facts
            facts = []
        last = entry
        facts.append(fact)
    if last is not None:
        yield last, facts


class _Members:
    """Which member an entry is of."""

    def __init__(self, ledger: Ledger) -> None:
        self._devices = ledger.roster().devices

    def of(self, entry: Entry) -> bytes:
        device = self._devices.get(bytes.fromhex(entry.device))
        return device.member if device is not None else b""


def _drafted(fact: ReleaseDrafted, facts: Sequence[Fact], member: bytes) -> Release:
    rows: list[Row] = []
    for one in facts:
        if isinstance(one, RowSaid):
            rows.append(_row(one, fact.number))
        elif isinstance(one, MarksSaid) and rows:
            rows[-1] = replace(rows[-1], marks=(*rows[-1].marks, *_marks(one.marks)))
    tables = tuple(_table(one) for one in fact.tables)
    return Release(fact, tuple(rows), _digest(facts), member, tables=tables)


def _approve(
    found: Mapping[str, Release], one: Release, fact: ReleaseApproved, member: bytes
) -> None:
    if one.state is not State.WAITING or fact.digest != one.digest:
        return
    if not member or member == one.drafted_by:
        return
    one.state, one.approved_by = State.APPROVED, member
    for other in found.values():
        if other.state is State.WAITING and other.cohort == one.cohort:
            other.state = State.OVERTAKEN


def _digest(facts: Sequence[Fact]) -> bytes:
    """The hash of everything a draft says, which its approval names."""
    said = [one for one in facts if isinstance(one, (ReleaseDrafted, RowSaid, MarksSaid))]
    return hashlib.sha256(msgspec.msgpack.encode(said)).digest()


def _row(said: RowSaid, release: int) -> Row:
    return Row(
        said.table,
        said.group,
        said.number,
        said.total,
        said.values,
        said.exact,
        said.keys,
        _marks(said.marks),
        said.known,
        release,
        said.year,
        said.least,
    )


def _marks(said: bytes) -> tuple[int, ...]:
    return tuple(np.frombuffer(said, dtype=">i8").tolist())


def _table(said: TableSaid) -> Table:
    return Table(
        said.name,
        said.groups,
        said.categories,
        said.by,
        said.of,
        said.exhaustive,
        said.sensitive,
        said.parents,
        said.inside,
        said.year,
        said.margins,
    )


def published_rows(ledger: Ledger, cohort: tuple[str, str]) -> tuple[Row, ...]:
    """Every row of a cohort that was approved: what must not be counted again."""
    return tuple(
        row
        for one in releases(ledger)
        if one.state is State.APPROVED and one.cohort == cohort
        for row in one.rows
    )


def draft(
    ledger: Ledger,
    made: Batch,
    tables: Sequence[Table],
    policy: Policy,
    secret: Secret,
    *,
    cohort: tuple[str, str],
    basis: Mapping[str, Any],
    attacked: Mapping[str, Any],
) -> Release:
    """Say a release as a draft; another member approves it.

    Raises:
        VaultBusy, StorageFull, LedgerBroken: nothing was said.
    """
    name = new_id("release")
    said = ReleaseDrafted(
        release=name,
        number=made.number,
        policy=policy.name,
        policy_version=policy.version,
        cohort=cohort[0],
        from_stage=cohort[1],
        as_of=str(basis["as_of"]),
        basis=json.dumps(basis, ensure_ascii=False, sort_keys=True).encode(),
        tables=tuple(_table_said(table, made) for table in tables),
        attacked=json.dumps(attacked, ensure_ascii=False, sort_keys=True).encode(),
        secret=tag_of(secret),
    )
    ledger.append(_parts([said, *(fact for row in made.rows for fact in _said(row))]))
    return next(one for one in releases(ledger) if one.code == name)


def _table_said(table: Table, made: Batch) -> TableSaid:
    return TableSaid(
        name=table.name,
        groups=table.groups,
        categories=table.categories,
        by=table.by,
        of=table.of,
        exhaustive=table.exhaustive,
        sensitive=table.sensitive,
        inside=table.inside,
        parents=table.parents,
        year=table.year,
        suppressed=made.suppressed.get(table.name, ()),
        margins=table.margins,
    )


def _said(row: Row) -> Iterator[Fact]:
    marks = np.array(row.marks, dtype=">i8")
    yield RowSaid(
        table=row.table,
        group=row.group,
        number=row.number,
        total=row.total,
        values=row.values,
        exact=row.exact,
        keys=row.keys,
        marks=marks[:MARKS].tobytes(),
        known=row.known,
        year=row.year,
        least=row.least,
    )
    for first in range(MARKS, len(marks), MARKS):
        yield MarksSaid(marks=marks[first : first + MARKS].tobytes())


def _parts(facts: Sequence[Fact]) -> list[Part]:
    """The facts in parts that are not too large, in order."""
    parts: list[list[Fact]] = [[]]
    size = 0
    for fact in facts:
        more = 1_000 + len(msgspec.msgpack.encode(fact))
        if parts[-1] and size + more > PART:
            parts.append([])
            size = 0
        parts[-1].append(fact)
        size += more
    return [Part(CODED, tuple(some)) for some in parts]


def release_named(ledger: Ledger, code: str) -> Release:
    """The release with this identifier, or whose identifier begins so.

    Raises:
        NotEntitled: none has it, or several.
    """
    found = [one for one in releases(ledger) if code and one.code.startswith(code)]
    if len(found) != 1:
        raise NotEntitled(
            "no single release has this identifier", hint="candlemark release list shows them"
        )
    return found[0]


def refuse_approval(vault: Vault, one: Release) -> None:
    """Refuse an approval by whoever drafted it, and of what does not wait.

    Raises:
        NotEntitled: they drafted it, or it waits for nobody.
    """
    if one.state is not State.WAITING:
        raise NotEntitled(f"this release is {one.state.value}", hint="draft another one")
    if vault.members.me.kid == one.drafted_by:
        raise NotEntitled(
            "whoever drafted a release cannot approve it",
            hint="another member looks at it, and approves it",
        )


def approve(vault: Vault, one: Release) -> Release:
    """Say that a release may leave, as a member who did not draft it.

    ``drafting.approve_release`` looks at it before.

    Raises:
        NotEntitled: as :func:`refuse_approval`.
    """
    refuse_approval(vault, one)
    vault.ledger.append([Part(CODED, (ReleaseApproved(release=one.code, digest=one.digest),))])
    done = release_named(vault.ledger, one.code)
    if done.state is not State.APPROVED:
        raise NotInOrder("this approval does not count", hint="draft it anew")
    return done


def drop(ledger: Ledger, one: Release) -> None:
    """Say that a draft will not leave.

    Raises:
        NotEntitled: it does not wait.
    """
    if one.state is not State.WAITING:
        raise NotEntitled(f"this release is {one.state.value}", hint="only a draft is dropped")
    ledger.append([Part(CODED, (ReleaseDropped(release=one.code),))])
