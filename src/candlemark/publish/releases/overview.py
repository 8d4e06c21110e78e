"""Every release and draft as members look at them: where it stands, what changed, who said what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.publish.releases import shelf
from candlemark.publish.releases.awaited import overtaken
from candlemark.publish.releases.changes import changes_between
from candlemark.publish.releases.fold import State, releases
from candlemark.publish.releases.saying import withdrawn_consents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.errors import Fault
    from candlemark.ledger import Ledger
    from candlemark.publish.releases.changes import Changes
    from candlemark.publish.releases.fold import Draft, Published, Releases, Step
    from candlemark.publish.table import Table


@dataclass(frozen=True, slots=True)
class Seen:
    """One release, or a draft of one."""

    draft: Draft
    state: State
    steps: tuple[Step, ...]
    """Who said what when, the oldest first."""
    published: Published | None
    changes: Changes | None
    """Since the release before it that stands, or stood when it came; None for the first."""
    withdrawn_consents: int
    """Cases counted in it that may be counted no longer.  The number stays inside."""
    overtaken: bool
    """Whether a batch in it can be approved no longer, so that it has to be drafted anew."""
    tables: tuple[Table, ...]
    """In the order in which readers meet them."""

    @property
    def waits(self) -> bool:
        """Whether somebody else can approve it."""
        return self.state is State.DRAFTED and not self.overtaken


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything said of releases, the newest first."""

    said: Releases
    every: tuple[Seen, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What was said of releases and does not count."""
        return self.said.faults


def overview(ledger: Ledger) -> Overview:
    """Every release and draft.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    said = releases(ledger)
    return Overview(said, _seen(ledger, said, said.drafts))


def seen(ledger: Ledger, name: str) -> Seen:
    """One release or draft, by the name of the draft or the beginning of it.

    Raises:
        UnknownRelease: there is none.
        LedgerBroken: the ledger is damaged.
    """
    said = releases(ledger)
    (found,) = _seen(ledger, said, [said.draft(name)])
    return found


def _seen(ledger: Ledger, said: Releases, some: Sequence[Draft]) -> tuple[Seen, ...]:
    before = {one.id: _before(said, one) for one in some}
    wanted = {name for one in some for name in (*one.tables, *before[one.id])}
    held = shelf.tables(ledger, wanted)
    gone = overtaken(ledger) if any(one.batches for one in some) else frozenset[str]()
    return tuple(
        Seen(
            one,
            said.state(one),
            said.steps.get(one.id, ()),
            said.numbered(one.number) if one.number else None,
            _changes(before[one.id], one, held),
            withdrawn_consents(ledger, one, held),
            bool(gone & {*one.batches}) and not one.number,
            tuple(held[name] for name in one.tables),
        )
        for one in reversed(some)
    )


def _before(said: Releases, one: Draft) -> tuple[str, ...]:
    """The tables of the release before; a draft is held against the newest that stands."""
    if one.number:
        return said.published[one.number - 2].draft.tables if one.number > 1 else ()
    return said.newest.draft.tables if said.newest else ()


def _changes(before: Sequence[str], one: Draft, held: Mapping[str, Table]) -> Changes | None:
    if not before:
        return None
    return changes_between([held[name] for name in before], [held[name] for name in one.tables])
