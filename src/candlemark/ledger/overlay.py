"""A ledger with entries behind it that are not kept yet: what would be there if they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from candlemark.ledger.store import Row, Store


class Overlay:
    """Reads like a store; ``rows`` stand behind those of ``store``, with their ``parts``.

    Only what reading the roster needs is there.
    """

    def __init__(self, store: Store, rows: Sequence[Row], parts: Mapping[bytes, bytes]) -> None:
        self._store = store
        self._size = store.head().size
        self._rows = [row._replace(n=self._size + place) for place, row in enumerate(rows)]
        self._parts = parts

    @property
    def size(self) -> int:
        """How many entries there would be."""
        return self._size + len(self._rows)

    def rows(self, start: int, stop: int) -> list[Row]:
        """The leaves from ``start`` up to ``stop`` that are, or would be, there."""
        found = self._store.rows(start, min(stop, self._size)) if start < self._size else []
        new = self._rows[max(start - self._size, 0) : max(stop - self._size, 0)]
        return [*found, *new]

    def parts(self, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """The sealed bytes of those of ``hashes`` that are, or would be, there."""
        found = self._store.parts([one for one in hashes if one not in self._parts])
        return found | {one: self._parts[one] for one in hashes if one in self._parts}
