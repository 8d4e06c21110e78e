"""What of one agency stands in public now, for whoever looks at its exact figures inside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.publish.releases import shelf
from candlemark.publish.releases.fold import releases
from candlemark.publish.turning import BY_HAND

if TYPE_CHECKING:
    from candlemark.ledger import Ledger
    from candlemark.publish.releases.fold import Draft, Places, Published
    from candlemark.publish.table import Table


@dataclass(frozen=True, slots=True)
class Shown:
    """A table that stands in public, and the newest release that carries it."""

    release: Published
    table: Table


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything of one agency that was ever proposed to the public."""

    shown: tuple[Shown, ...]
    """The newest form of each table, in the order in which they came first."""
    withdrawn: tuple[Published, ...]
    """Releases that held something of it and that nobody stands by any longer."""
    drafts: tuple[Draft, ...]
    """Drafts that hold something of it and are not published."""
    places: Places

    def with_identity(self, identity: str) -> Shown | None:
        """The table with this identity, if it stands."""
        return next((one for one in self.shown if one.table.identity == identity), None)


def standing_of(ledger: Ledger, crosswalk: str) -> Standing:
    """What of one agency is published.

    Args:
        ledger: of an opened vault.
        crosswalk: the agency's; empty for the cases entered by hand.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    said = releases(ledger)
    held = shelf.tables(ledger, {name for one in said.drafts for name in one.tables})
    mine = {
        name: table for name, table in held.items() if table.agency.code == (crosswalk or BY_HAND)
    }
    shown: dict[str, Shown] = {}
    for release in said.published:
        for name in release.draft.tables if release.stands else ():
            if name in mine:
                shown[mine[name].name] = Shown(release, mine[name])
    return Standing(
        tuple(shown.values()),
        tuple(
            one for one in said.published if not one.stands and mine.keys() & {*one.draft.tables}
        ),
        tuple(one for one in said.drafts if not one.number and mine.keys() & {*one.tables}),
        said.places,
    )
