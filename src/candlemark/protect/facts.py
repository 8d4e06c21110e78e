"""What is said in the ledger of protection: the secret, the policies, the releases.

All of it is sealed in the compartment ``coded``.  The secret is said once and never again.  A
release is drafted by one member and approved by another; only then may it leave.
"""

from __future__ import annotations

from typing import Final

from candlemark.ledger import Fact, Kinds
from candlemark.protect.policy import (
    BATCH,
    DIMENSIONS,
    GAIN,
    POSSIBLE,
    REACH,
    SMALL,
    SMALLEST,
    SPAN,
    VARIANCE,
    YEARLY,
    ZERO_FROM,
    ZEROS,
)


class SecretMade(Fact, frozen=True, kw_only=True):
    """The secret of the record keys of this vault."""

    secret: bytes


class PolicySaid(Fact, frozen=True, kw_only=True):
    """A policy, in one version; a change is the next version under the same name."""

    name: str
    number: int
    threshold: int = 10
    base: int = 5
    values: int = 4
    """With the two before it: of a first way of protecting, and read by nobody."""
    zero_from: int = ZERO_FROM
    batch: int = BATCH
    reach: int = REACH
    variance: float = VARIANCE
    smallest: int = SMALLEST
    zeros: float = ZEROS
    small: int = SMALL
    possible: int = POSSIBLE
    dimensions: int = DIMENSIONS
    yearly: int = YEARLY
    span: int = SPAN
    gain: float = GAIN


class TableSaid(Fact, frozen=True, kw_only=True):
    """What a table of a release counts."""

    name: str
    groups: tuple[str, ...]
    categories: tuple[str, ...]
    by: str = ""
    of: str = ""
    exhaustive: bool = True
    sensitive: bool = True
    inside: str = ""
    parents: tuple[tuple[str, str], ...] = ()
    year: str = ""
    suppressed: tuple[str, ...] = ()
    """Groups of a closed year that were too small, and will not be released."""
    margins: bool = False
    """Its groups are all crossings, each thing with everybody last."""


class RowSaid(Fact, frozen=True, kw_only=True):
    """One row; ``total`` and ``values`` leave, the rest stays inside."""

    table: str
    group: str
    number: int
    total: int
    values: tuple[int, ...]
    exact: tuple[int, ...]
    keys: tuple[int, ...]
    marks: bytes
    """Eight bytes for each event counted; what has no room follows as :class:`MarksSaid`."""
    known: tuple[tuple[int, ...], ...] = ()
    year: str = ""
    least: int = 0


class MarksSaid(Fact, frozen=True, kw_only=True):
    """More events of the row that was said last."""

    marks: bytes


class ReleaseDrafted(Fact, frozen=True, kw_only=True):
    """A release as it would leave; its rows follow in the same entry."""

    release: str
    """``release_…``."""
    number: int
    policy: str
    policy_version: int
    cohort: str
    """Whose cases: a crosswalk, or empty for those entered by hand."""
    from_stage: str
    as_of: str
    basis: bytes
    """What the public may know of what it stands on, as JSON."""
    tables: tuple[TableSaid, ...]
    attacked: bytes
    """What the attacks found, as JSON."""
    secret: bytes
    """By which the secret is known again; not a part of it."""


class ReleaseApproved(Fact, frozen=True, kw_only=True):
    """Another member lets a release leave, just as it was drafted."""

    release: str
    digest: bytes


class ReleaseDropped(Fact, frozen=True, kw_only=True):
    """A draft that will not leave."""

    release: str


KINDS: Final = Kinds.of(
    ("protect.secret", 1, SecretMade),
    ("protect.policy", 1, PolicySaid),
    ("protect.release-drafted", 1, ReleaseDrafted),
    ("protect.release-row", 1, RowSaid),
    ("protect.release-marks", 1, MarksSaid),
    ("protect.release-approved", 1, ReleaseApproved),
    ("protect.release-dropped", 1, ReleaseDropped),
)
"""What this floor says in the ledger."""
