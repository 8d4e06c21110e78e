"""What changed from one release to the next, table by table and cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.publish.table import Table


@dataclass(frozen=True, slots=True)
class Changed:
    """A table that both releases carry under one name, with other content.

    ``cells`` counts those whose number or sign differs, ``added`` and ``gone`` those that only one
    of the two has.  Nought of all three: what is said around the numbers changed.
    """

    name: str
    cells: int
    added: int
    gone: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Names of tables: new, gone, the same to the byte; and those that differ."""

    added: tuple[str, ...]
    gone: tuple[str, ...]
    same: tuple[str, ...]
    changed: tuple[Changed, ...]


def changes_between(before: Sequence[Table], after: Sequence[Table]) -> Changes:
    """What changed; ``before`` is empty for the first release."""
    old = {one.name: one for one in before}
    new = {one.name: one for one in after}
    both = [name for name in new if name in old]
    return Changes(
        added=tuple(name for name in new if name not in old),
        gone=tuple(name for name in old if name not in new),
        same=tuple(name for name in both if old[name].identity == new[name].identity),
        changed=tuple(
            _changed(old[name], new[name])
            for name in both
            if old[name].identity != new[name].identity
        ),
    )


def _changed(old: Table, new: Table) -> Changed:
    before, after = _cells(old), _cells(new)
    return Changed(
        name=new.name,
        cells=sum(before[place] != after[place] for place in before.keys() & after.keys()),
        added=len(after.keys() - before.keys()),
        gone=len(before.keys() - after.keys()),
    )


def _cells(table: Table) -> dict[object, object]:
    """Per place what stands there; a place is named by codes, whatever dimensions there are."""
    names = [one.code for one in table.dimensions]
    return {
        (frozenset(zip(names, cell.at, strict=True)), cell.measure): (
            cell.sign,
            cell.value,
            cell.low,
            cell.high,
        )
        for cell in table.cells
    }
