"""Where the identities of a case are sealed, and whether this member may read them.

A case with a team of its own has a compartment of its own, ``identity:`` and the case's identifier;
the identities of all others lie together in ``identity``.  Keys decide who reads.  What is decided
here is what a page shows: of a case with a team, nobody outside it is shown any identity, also none
that was said before there was a team and that their keys may still open; and whoever does a job to
which names do not belong is shown none at all (:func:`without_identities`).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.ledger.entry import COMPARTMENTS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from candlemark.ledger import Ledger

CODED, IDENTITY = COMPARTMENTS[0], COMPARTMENTS[1]


def own_compartment(case: str) -> str:
    """The compartment of a case that has a team."""
    return f"{IDENTITY}:{case}"


@dataclass(frozen=True, slots=True)
class Apart:
    """Which compartments there are, and which of them this member reads, in order of name."""

    there: Collection[str]
    mine: Sequence[str]

    def compartment(self, case: str) -> str:
        """Where what is said of identities in a case is sealed from now on."""
        own = own_compartment(case)
        return own if own in self.there else IDENTITY

    def reads(self, compartment: str) -> bool:
        """Whether this member reads what is said in a compartment now."""
        place = bisect_left(self.mine, compartment)
        return place < len(self.mine) and self.mine[place] == compartment

    def closed(self, case: str) -> bool:
        """Whether the identities of a case are not this member's to read."""
        return not self.reads(self.compartment(case))


def without_identities(ledger: Ledger) -> None:
    """From now on read this ledger as somebody would who holds no key of any identity.

    For a member whose roles do not show them who anybody is.  It is a courtesy of the program and
    closes nothing: the keys are theirs, and another program reads with them.
    """
    ledger.pass_over(IDENTITY)


def apart_of(ledger: Ledger) -> Apart:
    """What the roster says of compartments after the last entry.

    Raises:
        LedgerBroken: the ledger is damaged.
    """
    return Apart(ledger.roster().compartments, ledger.readable().whole)
