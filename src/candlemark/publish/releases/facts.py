"""What is said of releases in the ledger.  Texts are in every tongue; a member is never named."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - facts are read back by their types
from typing import Final

from candlemark.ledger import Fact, Kinds

InTongues = tuple[tuple[str, str], ...]
"""Pairs of a tongue and a text."""


class TableKept(Fact, frozen=True):
    """A piece, numbered from 0, of the compressed canonical document of a table."""

    identity: str
    n: int
    of: int
    data: bytes


class ReleaseDrafted(Fact, frozen=True):
    """Somebody proposes to publish these tables with these texts."""

    draft: str
    """32 hexadecimal digits, drawn."""
    titles: InTongues
    texts: InTongues
    tables: tuple[str, ...]
    """Identities, in the order in which readers meet them."""
    corrects: int
    """The number of the release this one corrects; 0 for none."""
    upto: int
    """Entries the ledger had when the figures were computed."""
    batches: tuple[str, ...] = ()
    """Releases of closed batches (``release_…``) that its numbers come from."""


class ReleaseApproved(Fact, frozen=True):
    """Somebody read a draft, named by all it says, and agrees that it is published."""

    draft: str
    digest: str


class ReleasePublished(Fact, frozen=True):
    """A draft that was approved is public from now on."""

    draft: str
    digest: str
    number: int
    on: date
    checkpoint: bytes
    """The signed note of the log as it stood before this was said."""


class ReleaseWithdrawn(Fact, frozen=True):
    """A release is no longer stood by; its numbers are taken down, and why is said."""

    number: int
    on: date
    reasons: InTongues


class PlacesSaid(Fact, frozen=True):
    """Where what is published can be found, and by whom it is; the newest counts."""

    address: str
    """Of the site, ending in a slash; empty for none that lasts."""
    publisher: InTongues
    mirrors: tuple[str, ...]
    """Addresses of copies, in the order in which readers should try them."""
    onion: str = ""
    """Of the same site as an onion service; empty for none."""


TABLES: Final = Kinds.of(("release.table", 1, TableKept))
STEPS: Final = Kinds.of(
    ("release.drafted", 1, ReleaseDrafted),
    ("release.approved", 1, ReleaseApproved),
    ("release.published", 1, ReleasePublished),
    ("release.withdrawn", 1, ReleaseWithdrawn),
    ("release.places", 1, PlacesSaid),
)
"""All but the tables: a handful of small facts, from which what is public is folded."""
KINDS: Final = TABLES | STEPS
"""What this floor says in the ledger."""
