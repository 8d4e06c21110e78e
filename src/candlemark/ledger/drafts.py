"""What is to become an entry, and the place it will have: what an append holds in its hands."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.errors import NotEntitled, NotInOrder
from candlemark.ledger.entry import META, SUPERSEDED_LIMIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.ledger.entry import Part, Seen
    from candlemark.ledger.merkle import FullTile, Tree
    from candlemark.ledger.store import Writing


def new_action() -> str:
    """A new identifier for an action, for callers that may have to try again."""
    return secrets.token_hex(16)


@dataclass(slots=True)
class Place:
    """Where the next leaf of this device goes."""

    tree: Tree
    seen: Seen
    seq: int
    prev: bytes
    lamport: int
    closed: frozenset[str] = frozenset()
    """Compartments somebody left whose key was not changed yet."""

    def grow(self, leaf: bytes, writing: Writing) -> None:
        """Add a leaf, given by its hash, to the tree, and keep the tiles it fills."""
        filled: list[FullTile] = []
        self.tree = self.tree.grown([leaf], filled)
        for tile in filled:
            writing.add_tile(tile)

    def refuse_closed(self, parts: Sequence[Part]) -> None:
        """Refuse to write what somebody who left could still read."""
        for name in self.closed & {META, *(part.compartment for part in parts)}:
            raise NotEntitled(
                f"a reader of {name} left, and its key was not changed since",
                hint="an administrator or reader changes it: candlemark compartment rotate",
            )


@dataclass(frozen=True, slots=True)
class Draft:
    """One action that is to become an entry."""

    parts: tuple[Part, ...]
    language: str
    supersedes: tuple[bytes, ...] = ()
    action: bytes = b""


def action_ids(actions: Sequence[str]) -> tuple[bytes, ...]:
    """Identifiers of actions in bytes.

    Raises:
        NotInOrder: they are too many, or one is none.
    """
    if len(actions) > SUPERSEDED_LIMIT:
        raise NotInOrder(
            f"one entry cannot correct more than {SUPERSEDED_LIMIT} others",
            hint="say it in several entries",
        )
    try:
        found = tuple(bytes.fromhex(action) for action in actions)
    except ValueError:
        found = (b"",)
    if any(len(action) != 16 for action in found):
        raise NotInOrder(
            "this is not the identifier of an action", hint="it has 32 hexadecimal digits"
        )
    return found
